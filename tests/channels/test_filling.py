"""Values stand in a text as its language writes them, and counts choose their form."""

from __future__ import annotations

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from channels.filling import ISOLATE, POP, fill, holes, plural_faults, variants, written

LANGUAGES = ("nl", "en", "es", "pap", "ar", "fr", "pt", "so", "ti", "tr")
ARABIC = (
    "{n, plural, zero {لا أسابيع} one {أسبوع واحد} two {أسبوعان} few {{n} أسابيع} many {{n} أسبوعًا} other {{n} أسبوع}}"
)


@pytest.mark.parametrize(
    ("count", "form"),
    [(0, "لا أسابيع"), (1, "أسبوع واحد"), (2, "أسبوعان"), (3, "3 أسابيع"), (11, "11 أسبوعًا"), (100, "100 أسبوع")],
)
def test_arabic_has_six_forms_and_each_count_takes_its_own(count: int, form: str) -> None:
    assert fill(ARABIC, {"n": count}, "ar", isolate=False) == form


@pytest.mark.parametrize("lang", LANGUAGES)
@given(count=st.integers(0, 10_000))
def test_every_count_finds_a_form_in_every_language(lang: str, count: int) -> None:
    text = "over {n, plural, one {{n} ONE} other {{n} MORE}} {what}"
    said = fill(text, {"n": count, "what": "x"}, lang, isolate=False)
    one = Locale.parse(lang).plural_form(count) == "one"
    assert said == f"over {written(count, lang)} {'ONE' if one else 'MORE'} x"


def test_a_form_without_the_number_still_has_the_hole_of_the_dutch_text() -> None:
    assert holes("{a} {n, plural, two {hafta} other {{n} hafta}}") == {"a", "n"}


def test_a_word_alone_in_a_form_is_no_hole() -> None:
    assert fill("{n, plural, one {semana} other {semanas}}", {"n": 1}, "es", isolate=False) == "semana"


def test_all_forms_of_a_text_can_be_looked_at() -> None:
    assert variants("{n, plural, one {a} other {b}}", "en") == {"a", "b"}
    assert variants("no plural {n}", "ar") == {"no plural {n}"}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{n, plural, one {a}}", "'other'"),
        ("{n, plural, few {a} other {b}}", "'few'"),
        ("{n", "brace"),
        ("{n, plural, one {a} other {b}", "brace"),
    ],
)
def test_a_broken_plural_is_named(text: str, fault: str) -> None:
    assert any(fault in found for found in plural_faults(text, "en"))


def test_a_whole_plural_has_no_fault() -> None:
    assert plural_faults(ARABIC, "ar") == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_amount_of_money_has_its_sign_and_no_cents(lang: str) -> None:
    said = fill("{most_euros}", {"most_euros": 1442}, lang, isolate=False)
    assert "€" in said
    assert (
        said.replace("\u200f", "").strip("€\u00a0\u202f ").replace(".", "").replace(",", "").isascii() or lang == "fr"
    )
    assert "00" not in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_date_has_day_month_and_year_in_every_language(lang: str) -> None:
    said = written({"date": "2026-09-30"}, lang)
    assert "30" in said
    assert "2026" in said
    assert any(letter.isalpha() for letter in said)
    assert "M" not in said or lang != "ti"


def test_a_value_in_a_line_from_right_to_left_is_kept_whole() -> None:
    assert fill("{day}", {"day": {"date": "2026-09-30"}}, "ar", isolate=True) == f"{ISOLATE}30 سبتمبر 2026{POP}"


def test_a_hole_without_a_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        fill("{nothing}", {}, "nl", isolate=False)
