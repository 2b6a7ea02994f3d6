"""Who breaks the items of the plan hears everything at once, with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from actions.plan import PROFILES, load_plan, words_of
from actions.plan.families import CONDITIONS
from actions.yaml_files import BrokenData
from channels.settings import ROOT
from tests.actions.families import CATALOGUE, CONTENT

FILE = ROOT / "data" / "plan" / "items.yml"
GOOD = "{when: 5, counts: arrival, profiles: [everyone], who: you, rank: 1, why: [brp.duty]}"

ON_PAPER = next(name for name, source in CONTENT.law.sources.items() if not source.url)


def errors_of(folder: Path, text: str) -> tuple[str, ...]:
    (folder / "plan").mkdir()
    (folder / "plan" / "items.yml").write_text(text, encoding="utf-8")
    with pytest.raises(BrokenData) as told:
        load_plan(folder, CONTENT)
    return told.value.errors


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("brp: {when: 5}", "brp.counts: is missing; add it"),
        (f"brp: {GOOD}".replace("rank", "rang"), "brp.rang: is not a key here"),
        (f"brp: {GOOD}".replace("when: 5", "when: 999"), "brp.when: "),
        (f"brp: {GOOD}".replace("everyone", "martian"), "brp: 'martian' is not a profile"),
        (f"brp: {GOOD}".replace("who: you", "who: nobody"), "brp.who: "),
        (f"brp: {GOOD}".replace("brp.duty", "brp.no_such"), "brp: fact 'brp.no_such' does not stand in data/rights"),
        (f"brp: {GOOD}".replace("[brp.duty]", "[]"), "brp.why: "),
        (f"brp: {GOOD}".replace("who", "only_if: [full_moon], who"), "brp: 'full_moon' is not a condition"),
        (f"brp: {GOOD}".replace("who", "link: no_such, who"), "brp: 'no_such' is not a source with an address"),
        (f"brp: {GOOD}".replace("who", f"link: {ON_PAPER}, who"), f"brp: '{ON_PAPER}' is not a source with an address"),
        (f"brp: {GOOD}".replace("who", "depends_on: [no_such], who"), "brp: 'no_such' is not an item"),
        (f"brp: {GOOD}".replace("who", "depends_on: [brp], who"), "2: brp → brp wait for each other"),
        (f"brp: {GOOD}".replace("who", "term: {since: place, lasts: objection_weeks}, who"), "brp: 'place' is not a"),
        (f"brp: {GOOD}".replace("who", "term: {since: letter_date, lasts: no_such}, who"), "brp: value 'no_such'"),
        (f"brp: {GOOD}".replace("who", "term: {since: letter_date, lasts: binding_years}, who"), "counted in years"),
        (
            f"brp: {GOOD}".replace("who", "term: {since: letter_date, lasts: objection_weeks, not_from: [mars]}, who"),
            "brp: 'mars' is no sender of a letter",
        ),
        (f"no_words: {GOOD}", "no_words: there are no words 'plan.no_words'"),
        (f"brp: {GOOD}".replace("arrival", "departure").replace("everyone", "homeless_here"), "does not prepare a dep"),
    ],
)
def test_each_mistake_is_told_with_its_line(tmp_path: Path, line: str, said: str) -> None:
    errors = errors_of(tmp_path, f"# a line before it\n{line}\n")
    assert any(said in error and f"{tmp_path / 'plan' / 'items.yml'}:2:" in error for error in errors), errors


def test_a_circle_is_told_once_and_by_name(tmp_path: Path) -> None:
    def after(name: str) -> str:
        return GOOD.replace("who", f"depends_on: [{name}], who")

    circle = f"brp: {after('money')}\nmoney: {after('review')}\nreview: {after('brp')}\n"
    assert [error.partition(": ")[2] for error in errors_of(tmp_path, circle)] == [
        "brp → money → review → brp wait for each other; cut one"
    ]


def test_an_item_cannot_wait_for_what_comes_later_or_is_left_out_earlier(tmp_path: Path) -> None:
    first = GOOD.replace("who", "depends_on: [review], who")
    later = GOOD.replace("when: 5", "when: 180").replace("rank: 1", "rank: 7")
    errors = errors_of(tmp_path, f"brp: {first}\nreview: {later}\n")
    assert len(errors) == 2
    assert "'review' is done later than this" in errors[0]
    assert "'review' has a higher rank" in errors[1]


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    two = f"brp: {GOOD}\n".replace("everyone", "martian") + f"no_words: {GOOD}\n".replace("brp.duty", "brp.no_such")
    assert len(errors_of(tmp_path, two)) == 5


def test_a_file_that_is_not_there_is_one_error_and_no_crash(tmp_path: Path) -> None:
    with pytest.raises(BrokenData) as told:
        load_plan(tmp_path, CONTENT)
    assert len(told.value.errors) == 1


# --- the items of this house


def test_every_condition_and_every_profile_is_used() -> None:
    items = CATALOGUE.items.values()
    assert {name for item in items for name in item.only_if} == set(CONDITIONS)
    assert {name for item in items for name in item.profiles} == {"everyone", *PROFILES}


def test_every_item_has_short_words_and_no_words_lack_an_item() -> None:
    for slug in CATALOGUE.items:
        what, proof, label = (CONTENT.messages[key].text for key in words_of(slug))
        assert len(what.split()) <= 35, slug
        assert len(proof.split()) <= 25, slug
        assert len(label) <= 20, slug
    wanted = {key for slug in CATALOGUE.items for key in words_of(slug)}
    about = {k for k in CONTENT.messages if k.startswith(("plan.", "label.plan.")) and not k.startswith("plan.group.")}
    assert about - {"plan.title"} == wanted


def test_no_two_items_have_the_same_name() -> None:
    labels = [CONTENT.messages[f"label.plan.{slug}"].text for slug in CATALOGUE.items]
    assert len(set(labels)) == len(labels)


def test_the_file_is_read_as_it_stands() -> None:
    assert list(CATALOGUE.items) == [
        line.split(":")[0] for line in FILE.read_text(encoding="utf-8").splitlines() if line[:1].isalpha()
    ]
