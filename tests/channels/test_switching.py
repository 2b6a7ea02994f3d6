"""The language of a talk: a choice wins, one sure message switches, doubt asks, and nothing short moves it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.language import Guess, LanguageGuesser
from channels.switching import Now, next_language, refusal
from tests import ours

OFFERED = ("nl", "en", "es", "pap", "ar", "fr", "pt", "so", "ti", "tr")
GUESSER = ours.guesser()


class Fixed:
    """A guesser that always says the same."""

    others = GUESSER.others

    def __init__(self, guess: Guess | None) -> None:
        self._guess = guess

    def guess(self, _text: str) -> Guess | None:
        return self._guess


def after(guess: Guess | None, *, chosen: bool = False, hint: str = "", lang: str = "nl"):  # type: ignore[no-untyped-def]
    guesser: LanguageGuesser = Fixed(guess)  # type: ignore[assignment]
    return next_language("something", Now(lang, chosen, hint, OFFERED), guesser)


def test_one_sure_message_switches() -> None:
    assert after(Guess("es", sure=True)).lang == "es"


def test_a_chosen_language_stays_whatever_is_written() -> None:
    assert after(Guess("es", sure=True, likely=True), chosen=True).lang == "nl"


def test_a_likely_message_asks_and_two_in_a_row_switch() -> None:
    first = after(Guess("es", sure=False, likely=True))
    assert (first.lang, first.hint) == ("nl", "es")
    assert first.ask
    assert first.ask["in"] == "es"
    assert first.ask["choices"][:2] == ["lang:es", "lang:nl"]
    assert after(Guess("es", sure=False, likely=True), hint=first.hint).lang == "es"


def test_another_language_in_between_starts_the_count_again() -> None:
    assert after(Guess("fr", sure=False, likely=True), hint="es").lang == "nl"
    assert after(Guess("nl", sure=True), hint="es").hint == ""


def test_a_short_message_neither_switches_nor_asks_nor_counts() -> None:
    quiet = after(Guess("es", sure=False, likely=False), hint="es")
    assert (quiet.lang, quiet.ask, quiet.hint) == ("nl", None, "")
    assert after(None).lang == "nl"


@given(
    guess=st.builds(Guess, st.sampled_from([*OFFERED, *GUESSER.others, ""]), sure=st.booleans(), likely=st.booleans()),
    hint=st.sampled_from(["", *OFFERED]),
    lang=st.sampled_from(OFFERED),
)
def test_a_chosen_language_never_changes_and_no_other_than_an_offered_one_is_ever_taken(
    guess: Guess, hint: str, lang: str
) -> None:
    assert after(guess, chosen=True, hint=hint, lang=lang).lang == lang
    assert after(guess, hint=hint, lang=lang).lang in OFFERED


@pytest.mark.parametrize("code", GUESSER.others)
def test_a_language_that_we_cannot_write_is_answered_in_it_with_those_we_can_and_a_person(code: str) -> None:
    told = next_language(GUESSER.others[code].name, Now("nl", True, "", OFFERED), GUESSER).instead
    assert told == refusal(code, "nl", OFFERED, GUESSER)
    assert (told[0]["sorry"], told[0]["in"]) == (GUESSER.others[code].sorry, code)
    assert told[-1]["choices"] == [*(f"lang:{code}" for code in OFFERED), "person"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Wir haben keine Wohnung und zwei Kinder, können Sie uns helfen?", "de"),
        ("Nie mamy gdzie mieszkać, mam dwoje dzieci", "pl"),
        ("Ми не маємо де жити, у мене двоє дітей", "uk"),
        ("ቤት የለንም፣ ሁለት ልጆች አሉኝ፣ ሊረዱን ይችላሉ?", "am"),
        ("ما خانه نداریم و دو بچه دارم، می‌توانید کمک کنید؟", "fa"),
    ],
)
def test_languages_of_people_who_come_by_mistake_are_recognised(text: str, code: str) -> None:
    guess = GUESSER.guess(text)
    assert guess
    assert (guess.lang, guess.sure) == (code, True)


@pytest.mark.parametrize("text", ["我们没有房子", "우리는 집이 없어요", "אין לנו בית"])
def test_a_script_that_nobody_here_reads_is_refused_and_not_guessed(text: str) -> None:
    assert next_language(text, Now("nl", False, "", OFFERED), GUESSER).instead


@pytest.mark.parametrize("text", ["ok", "no", "si", "112", "Amsterdam", "mama", "Utrecht 3", "", "🙈", "IND"])
def test_shared_and_short_words_never_switch(text: str) -> None:
    for lang in OFFERED:
        assert next_language(text, Now(lang, False, "", OFFERED), GUESSER).lang == lang


def test_a_gemeente_that_does_not_offer_a_language_names_those_it_does() -> None:
    offered = [code for code in OFFERED if code != "so"]
    guesser: LanguageGuesser = Fixed(Guess("so", sure=True))  # type: ignore[assignment]
    told = next_language("x", Now("nl", False, "", offered), guesser).instead
    assert told
    assert told[-1]["in"] == "nl"
    assert "lang:so" not in told[-1]["choices"]


@pytest.mark.parametrize("text", ["1º", "3ª", "µ", "ممنون", "𝐡𝐞𝐥𝐩"])
def test_a_sign_or_one_word_refuses_nobody_who_chose_a_language(text: str) -> None:
    assert not next_language(text, Now("ar", True, "", OFFERED), GUESSER).instead
