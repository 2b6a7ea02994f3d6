"""Numbers, ages, dates and durations: the held-out cases, and what went wrong before."""

from pathlib import Path

import pytest
import yaml

pytestmark = pytest.mark.rasa

TODAY = "2026-11-22"
HELD_OUT = yaml.safe_load((Path(__file__).parents[1] / "nlu/entities.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("known_language", [True, False], ids=["language known", "language unknown"])
@pytest.mark.parametrize("case", HELD_OUT, ids=lambda case: f"{case['lang']}: {case['text']}")
def test_every_held_out_quantity_is_read(ask, case, known_language):
    language = case["lang"] if known_language else None
    assert ask("quantities", text=case["text"], today=TODAY, language=language) == case["expect"]


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
    ("today", "expected"),
    [("2026-11-22", "2027-01-05"), ("2026-10-01", "2026-01-05"), ("2027-02-01", "2027-01-05")],
)
def test_a_day_without_a_year_is_the_latest_one_not_more_than_two_months_ahead(ask, today, expected):
    found = ask("quantities", text="we vliegen op 5 januari", today=today)
    assert found == [{"entity": "date", "value": expected}]
