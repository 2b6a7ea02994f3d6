"""Twelve whole families: what each hears, must hear and never may; and the care of what stands behind it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from actions.dialogue.journeys import BACKGROUND
from actions.dialogue.knowledge import knowledge
from actions.eligibility import route
from actions.eligibility.plausible import doubts
from channels import assessing, care
from channels.settings import ROOT
from tests import ours
from tests.conftest import DAY

KNOWS = knowledge()
SPEECH = ours.speech()
FAMILIES = care.families(ROOT / "data" / "families")


@pytest.mark.parametrize("name", FAMILIES)
def test_a_family_hears_what_it_must_and_nothing_it_never_may(name: str) -> None:
    family = FAMILIES[name]
    assert len(family.must) >= 3
    assert family.never
    assert assessing.broken(family, KNOWS, DAY) == []
    assert doubts(family.situation, DAY) == ()


def test_together_they_stand_for_every_group_and_every_route_to_homelessness() -> None:
    found = [KNOWS.assessor(DAY).find(route.RULE, family.situation) for family in FAMILIES.values()]
    assert len(FAMILIES) == 12
    assert {finding.says for finding in found} >= {"ex_status", "caribbean", "chavez", "returning", "not_returning"}
    routes = {code[0] for finding in found for code in str(finding.values["routes"]).split()}
    assert routes >= set("abcdefghi")


@pytest.mark.parametrize("lang", ["nl", "en", "ar"])
@pytest.mark.parametrize("name", FAMILIES)
def test_every_conclusion_about_a_family_can_be_explained_in_words(name: str, lang: str) -> None:
    lines = list(assessing.explain(FAMILIES[name], KNOWS, SPEECH, lang, DAY))
    assert FAMILIES[name].family in lines
    assert all(any(line.startswith(f"{rule.right}: ") for line in lines) for rule in FAMILIES[name].rules)
    assert "Questions" in lines
    assert not [line for line in lines if line.startswith(("must say   MISSING", "never says SAID"))]


def test_no_family_is_told_the_orientation_that_is_for_counting(tmp_path: Path) -> None:
    told = {rule.right for family in FAMILIES.values() for rule in family.rules}
    assert told.isdisjoint(rule.right for rule in BACKGROUND)
    file = tmp_path / "family.yml"
    file.write_text("place: netherlands\n", encoding="utf-8")
    assert {rule.right for rule in BACKGROUND} <= {rule.right for rule in assessing.read_family(file).rules}


@pytest.mark.parametrize("text", ["journeys: abroad\n", "journeys: [nothing]\n", "must: 3\n", "never: [1]\n"])
def test_a_family_file_that_cannot_be_used_is_told_in_one_sentence(tmp_path: Path, text: str) -> None:
    file = tmp_path / "family.yml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"list of names|not a check"):
        assessing.read_family(file)


def test_every_fact_is_used_somewhere_and_it_is_known_where() -> None:
    used = care.where_used(KNOWS.content)
    assert set(used) == set(KNOWS.content.law.facts)
    assert [name for name, places in used.items() if not places] == []
    assert "answer.shelter_access" in used["shelter.national_access"]
    assert any(place.startswith("rule:wmo_") for place in used["shelter.no_binding"])


def test_what_is_due_within_thirty_days_is_noticed_before_it_is_late() -> None:
    facts = KNOWS.content.law.facts.values()
    first = min(fact.review_by for fact in facts)
    due = {fact.id for fact in facts if fact.review_by <= first + timedelta(days=5)}
    notices = care.notices(KNOWS.content, SPEECH.words, first - timedelta(days=25))
    assert all(any(f"'{name}'" in notice for notice in notices) for name in due)
    early = care.notices(KNOWS.content, SPEECH.words, first - timedelta(days=40))
    assert not [notice for notice in early if "must be read again" in notice]


def reading(day: date) -> dict[str, str]:
    return care.reading(FAMILIES, KNOWS, SPEECH, day)


@pytest.mark.slow
def test_a_preview_of_the_same_day_shows_no_change_and_a_later_day_shows_what_has_become_old() -> None:
    today = reading(DAY)
    assert list(care.preview(today, reading(DAY))) == []
    later = list(care.preview(today, reading(date(2027, 1, 1))))
    assert later
    amounts = [fact.id for fact in KNOWS.content.law.facts.values() if fact.review_by == date(2026, 12, 31)]
    assert amounts
    assert all(any(f"fact.{name}" in line for line in later) for name in amounts)


@pytest.mark.slow
def test_a_preview_of_a_day_without_known_law_says_so_and_does_not_fail() -> None:
    told = reading(date(2010, 1, 1))
    assert any(text.startswith("CANNOT BE SAID") for text in told.values())


def test_one_ruling_under_two_names_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    sources: dict[str, Any] = dict(KNOWS.content.law.sources)
    name, source = next((name, source) for name, source in sources.items() if source.ecli)
    monkeypatch.setitem(sources, "twin", source)
    law = type(KNOWS.content.law)(sources, KNOWS.content.law.facts, KNOWS.content.law.values, "")
    content = type(KNOWS.content)(law, {}, {}, {}, {})
    assert [n for n in care.notices(content, SPEECH.words, DAY) if "'twin'" in n and f"'{name}'" in n]
