"""Numbers, ages, dates and durations: the held-out cases, and what went wrong before."""

import unicodedata
from pathlib import Path

import pytest
import yaml

pytestmark = pytest.mark.rasa

TODAY = "2026-11-22"
ROOT = Path(__file__).parents[2]
HELD_OUT = yaml.safe_load((ROOT / "tests/nlu/entities.yml").read_text(encoding="utf-8"))
FILES = {path.stem: path for path in sorted((ROOT / "data/nlu/quantities").glob("*.yml"))}
LANGUAGES = {"nl", "en", "es", "pap", "ar", "fr", "pt", "so", "ti", "tr"}


def asked(case):
    """A case with its name; one that cannot be read yet must differ, so that its mark goes when it is read."""
    gap = [pytest.mark.xfail(strict=True, raises=AssertionError)] if case.get("known_gap") else []
    return pytest.param(case, id=f"{case['lang']}: {case['text']}", marks=gap)


@pytest.mark.parametrize("known_language", [True, False], ids=["language known", "language unknown"])
@pytest.mark.parametrize("case", [asked(case) for case in HELD_OUT])
def test_every_held_out_quantity_is_read(ask, case, known_language):
    language = case["lang"] if known_language else None
    assert ask("quantities", text=case["text"], today=TODAY, language=language) == case["expect"]


def test_every_language_has_enough_cases_and_at_most_one_gap():
    cases = {lang: [case for case in HELD_OUT if case["lang"] == lang] for lang in LANGUAGES}
    assert {case["lang"] for case in HELD_OUT} == LANGUAGES == set(FILES)
    for of_one in cases.values():
        assert len(of_one) >= 25
        assert sum(case.get("known_gap", False) for case in of_one) <= 1
        assert [] in [case["expect"] for case in of_one]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mijn kinderen zijn 5 en 7", [("age", 5), ("age", 7)]),
        ("twee dochters van 8 en 10 jaar", [("number", 2), ("age", 8), ("age", 10)]),
        ("moeder van 3 kinderen", [("number", 3)]),
        ("family of 5", [("number", 5)]),
        ("een 3-jarige zoon", [("age", 3)]),
        ("my 5yo", [("age", 5)]),
        ("3 weeks old", [("age", {"months": 0})]),
        ("ik ben hier 3 jaar", [("duration", {"amount": 3, "unit": "year"})]),
        ("tengo 5 años viviendo aqui", [("duration", {"amount": 5, "unit": "year"})]),
        ("1½ jaar", [("duration", {"amount": 18, "unit": "month"})]),
        ("twee en een half jaar", [("duration", {"amount": 30, "unit": "month"})]),
        ("عمره خمسة وعشرين سنة", [("age", 25)]),
        ("treinta y cuatro", [("number", 34)]),
        ("sinds 2019", []),
        ("in augustus 2026", []),
        ("no one helps us", []),
        ("29-02-2026", []),
        ("mijn nummer is 0612345678", []),
        ("", []),
    ],
)
def test_a_count_belongs_to_what_it_counts(ask, text, expected):
    found = ask("quantities", text=text, today=TODAY)
    assert [(e["entity"], e["value"]) for e in found] == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("fr", "quatre-vingt-dix-sept", [("number", 97)]),
        ("fr", "deux mille trois cents euros", [("number", 2300)]),
        ("fr", "bébé d'un an et demi", [("age", {"months": 18})]),
        ("fr", "mes enfants ont 2, 4 et 7 ans", [("age", 2), ("age", 4), ("age", 7)]),
        ("fr", "il y en a 3, depuis il y a 2 mois", [("number", 3), ("duration", {"amount": 2, "unit": "month"})]),
        ("fr", "très grand problème, on dort dehors", []),
        ("pt", "duzentos e trinta euros, pai de três", [("number", 230), ("number", 3)]),
        ("pt", "crianças de 2 e 4 anos", [("age", 2), ("age", 4)]),
        ("pt", "a semana passada", []),
        ("so", "shan iyo afartan jir", [("age", 45)]),
        ("so", "laba boqol iyo soddon euro", [("number", 230)]),
        ("so", "waxaan u baahanahay hoy", []),
        ("so", "15-ka Disembar", [("date", "2026-12-15")]),
        ("ti", "ክልተ ሚእትን ሰላሳን ዩሮ", [("number", 230)]),
        ("ti", "፲፪ ጥቅምቲ 2026", [("date", "2026-10-12")]),
        ("ti", "ሓደ ዓመትን ፈረቓን ዝዕድሚኡ ህጻን", [("age", {"months": 18})]),
        ("ti", "ብ፳፭ ሕዳር", [("date", "2026-11-25")]),
        ("tr", "bir buçuk yaşındaki bebeğim", [("age", {"months": 18})]),
        ("tr", "çocuklarım 2, 4 ve 7 yaşlarında", [("age", 2), ("age", 4), ("age", 7)]),
        ("tr", "3 bin euro, 15 Aralıkta", [("number", 3000), ("date", "2026-12-15")]),
        ("tr", "2024'te Türkiye'deydim", []),
        ("es", "los niños tienen frío y nos echan", []),
        (
            "en",
            "I'm a mother of 3 and six months pregnant",
            [("number", 3), ("duration", {"amount": 6, "unit": "month"})],
        ),
    ],
)
def test_every_language_counts_in_its_own_way(ask, language, text, expected):
    found = ask("quantities", text=text, today=TODAY, language=language)
    assert [(e["entity"], e["value"]) for e in found] == expected


@pytest.mark.parametrize(
    ("text", "counts_in"),
    [
        ("onze", {"fr": 11, "pt": 11, "nl": None, None: None}),
        ("on", {"tr": 10, "en": None, "fr": None, None: None}),
        ("bin", {"tr": 1000, "ar": None, None: None}),
        ("kun", {"so": 1000, "nl": None, None: None}),
        ("sept", {"fr": 7, "en": None, None: None}),
        ("hal", {"so": 1, "nl": None, None: None}),
        ("dort", {"tr": 4, "fr": None, None: None}),
        ("once", {"es": 11, "en": None, "tr": None, None: 11}),
        ("tienen", {"nl": 10, "es": None}),
        ("dix", {"fr": 10, "nl": 10, None: 10}),
    ],
)
def test_a_shared_word_counts_in_its_language_only(ask, text, counts_in):
    for language, value in counts_in.items():
        found = ask("quantities", text=text, today=TODAY, language=language)
        assert [e["value"] for e in found] == ([] if value is None else [value]), language


@pytest.mark.parametrize(
    "text",
    [
        "we moved in on January and on the whole it is fine",
        "he has a gun, call the police",
        "dat is onze hal, wij zijn hier aan de bar en jij kun mee",
        "un niño sano, ay qué pena",
        "en dan den ten slotte te laat",
        "je suis avec mes filles, je dois partir",
        "ik zit in een bes en mijn naam is Marco",
        "say that once more",
    ],
)
def test_a_word_of_another_language_counts_nothing_when_no_language_is_known(ask, text):
    assert ask("quantities", text=text, today=TODAY) == []


def plain_words(table):
    """Small letters without marks: the single words of all entries of a table."""
    lines = [entry for part in table.values() for entry in part] if isinstance(table, dict) else table
    text = unicodedata.normalize("NFD", " ".join(lines).replace("ı", "i").replace("-", " ").casefold())
    return set("".join(c for c in text if unicodedata.category(c) != "Mn").split())


@pytest.mark.parametrize("lang", FILES)
def test_what_a_file_keeps_to_its_own_language_stands_in_that_file(lang):
    tables = yaml.safe_load(FILES[lang].read_text(encoding="utf-8"))
    elsewhere = ("letters", "only_here", "shared", "ordinary_here")
    held = set().union(*(plain_words(table) for name, table in tables.items() if name not in elsewhere))
    assert plain_words(tables.get("only_here", []) + tables.get("shared", [])) <= held


@pytest.mark.parametrize(
    ("today", "expected"),
    [("2026-11-22", "2027-01-05"), ("2026-10-01", "2026-01-05"), ("2027-02-01", "2027-01-05")],
)
def test_a_day_without_a_year_is_the_latest_one_not_more_than_two_months_ahead(ask, today, expected):
    found = ask("quantities", text="we vliegen op 5 januari", today=today)
    assert found == [{"entity": "date", "value": expected}]
