"""Legal terms are explained in one sentence and rest on facts; who breaks the file hears everything at once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from actions.dialogue.knowledge import knowledge
from actions.glossary import load_glossary
from actions.yaml_files import BrokenData
from channels.settings import ROOT

CONTENT = knowledge().content
GLOSSARY = CONTENT.glossary
NO_ADDRESS = {"unsourced", "local_desk_pages"}  # what nobody wrote down, and many small pages at once
TERM = "test: {term: Toets, english: test, meaning: Een zin., facts: [shelter.no_binding]}\n"


def errors_of(folder: Path, text: str | None) -> tuple[str, ...]:
    if text is not None:
        (folder / "glossary.yml").write_text(text, encoding="utf-8")
    with pytest.raises(BrokenData) as told:
        load_glossary(folder, CONTENT.law)
    return told.value.errors


def test_what_fits_the_schema_is_read(tmp_path: Path) -> None:
    (tmp_path / "glossary.yml").write_text(TERM, encoding="utf-8")
    (term,) = load_glossary(tmp_path, CONTENT.law).values()
    assert (term.term, term.english, term.meaning) == ("Toets", "test", "Een zin.")
    assert term.facts == ("shelter.no_binding",)


def test_everything_that_is_wrong_is_told_at_once_with_file_and_line(tmp_path: Path) -> None:
    broken = (
        TERM
        + TERM.replace("test:", "again:", 1)
        + "unknown: {term: Twee, english: two, meaning: Zin., facts: [no.such_fact, nor.this_one]}\n"
        + "empty: {term: '', english: three, meaning: Zin.}\n"
        + "short: {term: Vier, english: four}\n"
        + "long: {term: Vijf, english: five, meaning: Zin., meanings: Zin.}\n"
    )
    errors, path = errors_of(tmp_path, broken), tmp_path / "glossary.yml"
    assert [error.split(": ")[0] for error in errors] == [f"{path}:{line}" for line in (2, 3, 3, 4, 5, 6)]
    assert "'Toets' stands already at line 1" in errors[0]
    assert "'no.such_fact' does not stand in data/rights" in errors[1]
    assert "'nor.this_one' does not stand in data/rights" in errors[2]
    assert errors[4].endswith("short.meaning: is missing; add it")


@pytest.mark.parametrize("text", [None, "# nothing\n", "- term: a\n", "a: {term: b]\n"])
def test_a_file_that_cannot_be_used_is_one_error_and_no_crash(tmp_path: Path, text: str | None) -> None:
    (error,) = errors_of(tmp_path, text)
    assert error.startswith(f"{tmp_path / 'glossary.yml'}:1:")


@pytest.mark.parametrize("slug", GLOSSARY)
def test_a_meaning_is_one_sentence_and_rests_on_a_fact(slug: str) -> None:
    term = GLOSSARY[slug]
    assert term.facts
    assert term.meaning.endswith(".")
    assert ". " not in term.meaning
    assert len(term.meaning.split()) <= 30


@pytest.mark.parametrize(
    "term",
    [
        "maatschappelijke opvang",
        "regiobinding",
        "zelfredzaam",
        "besluit (beschikking)",
        "bezwaar",
        "ingebrekestelling",
        "briefadres",
        "kostendelersnorm",
        "toeslagpartner",
        "urgentieverklaring",
        "uithuisplaatsing",
        "faciliterend visum",
    ],
)
def test_the_terms_that_decide_about_a_roof_are_explained(term: str) -> None:
    assert term in {one.term for one in GLOSSARY.values()}


# --- the facts themselves


def test_every_fact_stands_under_one_to_three_subjects_that_a_family_can_ask_about() -> None:
    for fact_id, fact in CONTENT.law.facts.items():
        assert 1 <= len(fact.topics) <= 3, fact_id
        assert len(set(fact.topics)) == len(fact.topics), fact_id
        assert all(CONTENT.intents[topic].kind == "topic" for topic in fact.topics), fact_id


def test_what_rests_on_no_source_is_called_unverified() -> None:
    for fact in CONTENT.law.facts.values():
        if {citation.source for citation in fact.sources} == {"unsourced"}:
            assert fact.certainty == "unverified", fact.id


def test_a_fact_where_sources_disagree_tells_both_sides() -> None:
    for fact in CONTENT.law.facts.values():
        if fact.certainty == "contested":
            both = f"{fact.text} {fact.differs}"
            assert fact.differs or "Bronnen" in both, fact.id


def test_a_source_is_cited_under_one_name_and_can_be_found() -> None:
    titles: dict[str, str] = {}
    eclis: dict[str, str] = {}
    for name, source in CONTENT.law.sources.items():
        assert titles.setdefault(source.title, name) == name
        if source.ecli:
            assert eclis.setdefault(source.ecli, name) == name
        assert source.url or source.ecli or name in NO_ADDRESS, name


def test_no_source_stands_idle() -> None:
    files = (ROOT / "data").rglob("*.yml")
    written = " ".join(path.read_text(encoding="utf-8") for path in files if path.name != "sources.yml")
    used = set(re.findall(r"[a-z0-9_]+", written))
    assert set(CONTENT.law.sources) - used == set()


def test_no_fact_cites_one_place_twice() -> None:
    for fact in CONTENT.law.facts.values():
        places = [(citation.source, citation.article) for citation in fact.sources]
        assert len(set(places)) == len(places), fact.id


def test_amounts_are_reviewed_before_the_year_ends_and_the_rest_within_half_a_year() -> None:
    for fact in CONTENT.law.facts.values():
        assert (fact.review_by - fact.reviewed).days <= 182, fact.id
        if "€" in fact.text:
            assert fact.review_by.month == 12, fact.id
            assert any(str(year) in fact.text for year in (2024, 2025, 2026)), fact.id


# --- organisations


@pytest.mark.parametrize("slug", CONTENT.organisations)
def test_of_every_organisation_it_is_known_what_it_does_and_for_whom(slug: str) -> None:
    organisation = CONTENT.organisations[slug]
    assert organisation.does.endswith(".")
    assert organisation.for_whom
    assert organisation.source in CONTENT.law.sources
