"""What a family shows at a desk is, letter for letter, what was agreed; and only what fits its own story is offered."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.content import load_content
from actions.desk import Card
from actions.dialogue.desk import MOST, cards_for, desk, letters_for, show_card, show_list
from actions.dialogue.knowledge import knowledge
from actions.dialogue.talk import Talk
from actions.eligibility.next_question import possible_answers
from actions.eligibility.situation import UNSURE, Situation, question_names
from actions.yaml_files import BrokenData, load
from channels.settings import ROOT
from tests import ours
from tests.conftest import DAY

KNOWS = knowledge()
CONTENT = KNOWS.content
CARDS = CONTENT.cards
SPEECH = ours.speech()
LANGUAGES = list(SPEECH.words.languages)
LONGEST_LIST = 10  # rows of a list on a telephone

AGREED = load((Path(__file__).with_name("desk_cards.yml")).read_text("utf-8"))


# --- the sentences


def test_every_card_says_letter_for_letter_what_was_agreed() -> None:
    assert {slug: [card.number, *card.dutch] for slug, card in CARDS.items()} == AGREED
    assert {card.number for card in CARDS.values()} == set(range(1, 18))


STEPS = {slug: f"step.desk_{'brp_' if slug == 'briefadres' else ''}{slug}" for slug in CARDS}


@pytest.mark.parametrize("slug", [slug for slug, step in STEPS.items() if step in CONTENT.messages])
def test_a_step_and_a_card_of_the_same_name_say_the_same_sentence(slug: str) -> None:
    assert re.findall(r'["“]([^"”]+)["”]', CONTENT.messages[STEPS[slug]].text) == list(CARDS[slug].dutch)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("slug", CARDS)
def test_a_card_says_in_every_language_when_to_use_it_and_what_it_means_around_the_same_dutch(
    slug: str, lang: str
) -> None:
    said = SPEECH.render(show_card(Talk(), slug, KNOWS), lang, DAY)
    lines = said.text.split("\n")
    assert [line for line in lines if line in CARDS[slug].dutch] == list(CARDS[slug].dutch)
    assert said.card
    assert said.card["dutch"] == list(CARDS[slug].dutch)
    own = said.card["lang"]
    assert own == (lang if SPEECH.words.text(f"desk.{slug}.meaning", lang)[1] else "nl")
    assert said.card["dir"] == SPEECH.words.languages[own].dir
    assert said.card["title"] == SPEECH.choice(f"card.{slug}", own).title
    for key in (CARDS[slug].when, f"desk.{slug}.meaning", "desk.only_true"):
        assert SPEECH.line(key, lang) in lines
    assert said.card["meaning"] == SPEECH.line(f"desk.{slug}.meaning", lang)
    assert said.sources
    assert "person" in [choice.id for choice in said.choices]
    assert said.letter is None


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_title_fits_a_button_and_differs_from_every_other(lang: str) -> None:
    titles = [SPEECH.choice(f"card.{slug}", lang).title for slug in CARDS]
    titles += [SPEECH.choice(f"letter.{name}", lang).title for name in CONTENT.letters]
    titles += [SPEECH.choice(choice, lang).title for choice in ("cards", "cards.more.1", "carry_on", "person")]
    assert [title for title in titles if not 0 < len(title) <= 20] == []
    assert len(set(titles)) == len(titles)


def test_the_sentence_that_says_two_weeks_agrees_with_the_law_of_today() -> None:
    assert "binnen twee weken" in CARDS["notice_of_default"].dutch[0]
    assert CONTENT.law.number("notice_of_default_days", DAY) == 14


# --- which cards fit


def situations() -> st.SearchStrategy[Situation]:
    names = sorted(question_names())
    one = {name: st.sampled_from([None, *possible_answers(name, DAY)]) for name in names}
    some = st.lists(st.sampled_from(names), max_size=12, unique=True)
    return some.flatmap(lambda chosen: st.builds(Situation, **{name: one[name] for name in chosen}))


FITTING: list[tuple[str, dict[str, Any], list[str]]] = [
    ("told nothing: the ones that are used most", {}, ["report", "written_decision", "no_binding"]),
    ("the street tonight", {"sleeping_tonight": "street", "children": True}, ["emergency_tonight", "report"]),
    ("a threat comes before everything", {"threatened_with_child_removal": True, "sleeping_tonight": "car"},
     ["veilig_thuis_threat", "children_without_parent", "emergency_tonight"]),
    ("refused by word of mouth for lack of a bond", {"asked_gemeente": "refused_oral", "refusal_reason": "binding"},
     ["no_binding", "written_decision", "warm_handover"]),
    ("called self-reliant, on paper", {"asked_gemeente": "refused_written", "refusal_reason": "self_reliant"},
     ["self_reliant", "pro_forma_objection"]),
    ("the landlord presses", {"eviction_stage": "pressure"}, ["eviction"]),
    ("the bailiff came", {"eviction_stage": "served"}, ["bailiff"]),
    ("no answer to a letter", {"letter_kind": "no_answer"}, ["notice_of_default"]),
    ("no address of one's own", {"address": "none"}, ["briefadres"]),
    ("refused in Amsterdam", {"asked_gemeente": "refused_oral", "refusal_reason": "other", "town": "GM0363"},
     ["written_decision", "amsterdam_four_years"]),
]  # fmt: skip


@pytest.mark.parametrize(("told", "first"), [(told, first) for _, told, first in FITTING], ids=[f[0] for f in FITTING])
def test_the_cards_that_fit_what_was_told_come_first(told: dict[str, Any], first: list[str]) -> None:
    assert list(cards_for(Situation.from_dict(told)))[: len(first)] == first


@settings(deadline=None)
@given(s=situations())
def test_a_family_is_never_handed_a_sentence_about_what_did_not_happen_to_it(s: Situation) -> None:
    cards = cards_for(s)
    assert cards
    assert len(set(cards)) == len(cards)
    assert set(cards) <= set(CARDS)
    if "veilig_thuis_threat" in cards:
        assert s.threatened_with_child_removal in (None, True)
    if "no_binding" in cards:
        assert s.refusal_reason in (None, "binding")
    if "self_reliant" in cards:
        assert s.asked_gemeente in ("refused_oral", "refused_written")
    if "fled_violence" in cards:
        assert "violence" in (s.away_reason, s.other_parent) or s.unsafe_person is True
    if "children_without_parent" in cards:
        assert s.threatened_with_child_removal is True or s.child_taken is True
    if "emergency_tonight" in cards:
        assert s.children is not False
    if "amsterdam_four_years" in cards:
        assert s.town == "GM0363"
    if "urgency" in cards or "child_interest" in cards:
        assert s.children is True or s.children_count not in (None, UNSURE, 0)


@settings(deadline=None)
@given(s=situations())
def test_every_card_and_every_letter_that_fits_is_reached_from_the_list_which_is_never_too_long(s: Situation) -> None:
    talk, choice, seen = Talk(situation=s), "cards", list[str]()
    for _ in range(9):
        shown = desk(talk, choice, KNOWS, DAY)
        assert shown
        choices = shown[0]["choices"]
        assert len(choices) <= LONGEST_LIST
        assert choices[-1] == "person"
        assert len(set(choices)) == len(choices)
        seen += choices
        choice = choices[-2]
        if choice == "cards":
            break
    assert {f"card.{slug}" for slug in CARDS} <= set(seen)
    assert {f"letter.{name}" for name in letters_for(s)} <= set(seen)
    assert sum(one.startswith("card.") for one in seen) == len(CARDS)
    assert MOST <= 9


def test_on_a_card_stand_its_letter_the_next_cards_and_the_way_back_to_the_open_question() -> None:
    talk = Talk(situation=Situation(asked_gemeente="refused_written", refusal_reason="binding"), asking="place")
    assert show_card(talk, "pro_forma_objection", KNOWS)["choices"][0] == "letter.bezwaar"
    choices = show_card(talk, "no_binding", KNOWS)["choices"]
    assert choices == ["card.warm_handover", "card.pro_forma_objection", "cards", "carry_on", "person"]
    assert talk.grounds == list(CARDS["no_binding"].grounds)
    assert "carry_on" not in show_card(Talk(), "urgency", KNOWS)["choices"]


@pytest.mark.parametrize("choice", ["card.nothing", "card.", "letter.", "letter.../x", "person", "", "check.homeless"])
def test_a_choice_that_is_no_card_is_left_to_others(choice: str) -> None:
    assert desk(Talk(), choice, KNOWS, DAY) is None


@pytest.mark.parametrize("choice", ["cards.more.99", "cards.more.x", "cards.more.-1", "cards.more.999999"])
def test_a_page_that_does_not_exist_shows_one_that_does(choice: str) -> None:
    shown = desk(Talk(), choice, KNOWS, DAY)
    assert shown
    assert [c for c in shown[0]["choices"] if c.startswith("card.")]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_list_can_be_said_in_every_language(lang: str) -> None:
    for page in range(4):
        said = SPEECH.render(show_list(Talk(), KNOWS, page), lang, DAY)
        titles = [choice.title for choice in said.choices]
        assert len(set(titles)) == len(titles)


# --- the files


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of data/ to break."""
    examples = shutil.ignore_patterns("crisis", *SPEECH.words.languages, "words", "quantities")
    return Path(shutil.copytree(ROOT / "data", tmp_path / "data", ignore=examples))


CARD = "  grounds: [objection.bezwaar]\n  when: desk.urgency.when\n"
BROKEN = [
    ("a fact that does not exist", "new:\n  number: 1\n  dutch: [a]\n  grounds: [no.fact]\n  when: desk.urgency.when\n",
     "'no.fact' does not stand in data/rights"),
    ("words that nobody wrote", "new:\n  number: 1\n  dutch: [a]\n" + CARD, "'desk.new.title' has no words"),
    ("a number that is no script", "urgency2:\n  number: 18\n  dutch: [a]\n" + CARD, "number"),
    ("no sentence", "urgency2:\n  number: 1\n  dutch: []\n" + CARD, "dutch"),
    ("a letter that does not exist", "new:\n  number: 1\n  dutch: [a]\n  letter: brief\n" + CARD, "brief.yml"),
    ("a key that is not one", "new:\n  number: 1\n  dutch: [a]\n  english: x\n" + CARD, "english"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "says"), [(text, says) for _, text, says in BROKEN], ids=[b[0] for b in BROKEN])
@pytest.mark.slow
def test_who_breaks_the_cards_hears_where_and_what_to_write(data: Path, text: str, says: str) -> None:
    path = data / "desk" / "cards.yml"
    line = path.read_text("utf-8").count("\n") + 1
    path.write_text(path.read_text("utf-8") + text, "utf-8")
    with pytest.raises(BrokenData) as told:
        load_content(data)
    found = [error for error in told.value.errors if says in error]
    assert found
    assert re.match(rf"{re.escape(str(path))}:({line}|{line + 1}|{line + 2}|{line + 3}|{line + 4}):", found[0])


@pytest.mark.slow
def test_a_letter_with_a_hole_that_nobody_fills_is_refused(data: Path) -> None:
    path = data / "letters" / "melding.yml"
    path.write_text(path.read_text("utf-8").replace("van {gemeente}", "van {stad}"), "utf-8")
    with pytest.raises(BrokenData, match=r"melding.yml:\d+: 'stad' is used and has no line here"):
        load_content(data)


def test_a_letter_with_a_condition_that_does_not_exist_is_refused(data: Path) -> None:
    path = data / "letters" / "melding.yml"
    path.write_text(path.read_text("utf-8").replace("[tonight, children]", "[tonight, rain]"), "utf-8")
    with pytest.raises(BrokenData, match=r"melding.yml:\d+: paragraphs"):
        load_content(data)


def test_a_card_cannot_be_changed_by_who_reads_it() -> None:
    card: Card = CARDS["report"]
    with pytest.raises(ValueError, match="frozen"):
        card.number = 3
