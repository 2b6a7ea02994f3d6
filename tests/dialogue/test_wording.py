"""Simpler words at any answer, and words for a child: keys and states, never wording."""

from __future__ import annotations

import pytest

from actions.dialogue.answers import answer_to
from actions.dialogue.journeys import JOURNEYS
from actions.dialogue.server import heard_in, take_turn
from actions.dialogue.talk import Heard, Talk
from actions.dialogue.turns import topic
from tests.conftest import DAY
from tests.dialogue.test_turns import KNOWS, keys, say, tap
from tests.rules.cases import recorded

MESSAGES = KNOWS.content.messages
TOPICS = [name for name, i in KNOWS.content.intents.items() if i.kind == "topic" and name != "human_worker"]
RIGHTS = sorted({rule.right for journey in JOURNEYS.values() for rule in journey.goals})
MOST_WORDS = 40


def after_turn(talk: Talk, payloads: list[dict[str, object]]) -> None:
    """The action server keeps what was said last."""
    talk.last = payloads


@pytest.mark.parametrize("intent", TOPICS)
def test_every_answer_can_be_said_in_simpler_words_with_a_person_beside_it(intent: str) -> None:
    talk = Talk()
    after_turn(talk, answered := say(talk, intent))
    assert "simpler" in answered[-1]["choices"]
    simpler = tap(talk, "simpler")
    assert keys(simpler) == [f"simpler.answer.{intent}"]
    assert "person" in simpler[-1]["choices"]


@pytest.mark.parametrize("key", [key for key in MESSAGES if key.startswith("simpler.")])
def test_simpler_words_are_at_most_forty(key: str) -> None:
    assert len(MESSAGES[key].text.split()) <= MOST_WORDS


@pytest.mark.parametrize("right", RIGHTS)
def test_every_outcome_that_a_rule_was_seen_to_conclude_has_simpler_words(right: str) -> None:
    concluded = {finding["outcome"] for finding in recorded(right).values()}
    assert concluded
    assert {f"simpler.{right}.{outcome}" for outcome in concluded} <= MESSAGES.keys()


def test_a_finding_in_the_middle_of_a_check_is_made_simpler_and_the_question_stays_open() -> None:
    talk = Talk()
    after_turn(talk, tap(talk, "check.child_threat"))
    asking = talk.asking
    while talk.asking and not any("finding" in payload for payload in talk.last):
        asking = talk.asking
        after_turn(talk, say(talk, "affirm"))
    finding = next(payload["finding"] for payload in talk.last if "finding" in payload)
    simpler = tap(talk, "simpler")
    assert f"simpler.{finding['right']}.{finding['outcome']}" in keys(simpler)
    assert not talk.asking or keys(simpler)[-1] == f"ask.{talk.asking}"
    assert asking


def test_a_question_alone_is_made_simpler_by_telling_why_it_is_asked() -> None:
    talk = Talk()
    after_turn(talk, tap(talk, "check.homeless"))
    asking = talk.asking
    assert keys(say(talk, "simpler")) == [f"why.{asking}", f"ask.{asking}"]
    assert talk.asking == asking


def test_simpler_before_anything_was_told_offers_a_question_and_a_person() -> None:
    assert keys(say(Talk(), "simpler")) == ["conversation.simpler_nothing"]


def test_simpler_of_simpler_says_it_again() -> None:
    talk = Talk()
    after_turn(talk, say(talk, "school"))
    after_turn(talk, tap(talk, "simpler"))
    assert keys(tap(talk, "simpler")) == ["simpler.answer.school"]


def test_what_was_said_in_danger_can_be_made_simpler_too() -> None:
    message = {"intent": {"name": "simpler"}, "metadata": {"danger": ["crisis.violence", "crisis.person_alerted"]}}
    heard = heard_in(message)
    payloads, _ = take_turn(lambda talk, heard, _knows, _day: say(talk, heard.intent), {}, heard)
    assert keys(payloads) == ["simpler.crisis.violence"]


@pytest.mark.parametrize("key", [key for key in MESSAGES if key.startswith("child.")])
def test_words_for_a_child_belong_to_a_subject_rest_on_facts_and_name_who_helps(key: str) -> None:
    assert key.removeprefix("child.") in TOPICS
    assert MESSAGES[key].grounds
    assert "0800-0432" in MESSAGES[key].text


def test_a_subject_with_words_for_a_child_offers_them() -> None:
    talk = Talk()
    answered = say(talk, "veilig_thuis_fear")
    assert "for_child" in answered[-1]["choices"]
    told = tap(talk, "for_child")
    assert keys(told) == ["conversation.child_title", "child.veilig_thuis_fear"]
    assert "person" in told[-1]["choices"]


def test_without_such_a_subject_the_parent_chooses_and_an_open_question_stays_open() -> None:
    talk = Talk()
    which = say(talk, "for_child")
    assert keys(which) == ["conversation.child_which"]
    offered = [choice for choice in which[-1]["choices"] if choice.startswith("child.")]
    assert [keys(tap(Talk(), choice))[-1] for choice in offered] == offered
    asked = Talk()
    tap(asked, "check.homeless")
    assert keys(say(asked, "for_child")) == ["conversation.child_title", "child.child_rights", f"ask.{asked.asking}"]


def test_no_answer_offers_more_than_a_list_can_hold() -> None:
    near = (("debts", 0.1), ("school", 0.1), ("human_worker", 0.1), ("legal_aid", 0.1))
    for intent in TOPICS:
        heard = Heard(intent, ranking=((intent, 0.4), *near))
        choices = topic(Talk(), heard, KNOWS, DAY)[-1]["choices"]
        assert len(choices) == len(set(choices)) <= 10, intent
        assert "topic.human_worker" not in choices


@pytest.mark.parametrize("text", ["no entendí", "não entendo", "isso é muito difícil"])
def test_not_understanding_is_no_answer_to_a_question(text: str) -> None:
    for lang in ("es", "pt", ""):
        assert answer_to("danger_now", Heard("simpler", text, ranking=(("simpler", 0.9),), lang=lang), KNOWS) is None


@pytest.mark.parametrize(("lang", "text"), [("ar", "نعم، هذا صحيح"), ("es", "¡sí! claro"), ("tr", "evet!")])
def test_a_yes_is_heard_with_signs_around_it(lang: str, text: str) -> None:
    assert answer_to("child_dutch", Heard("nlu_fallback", text, lang=lang), KNOWS) is True


def test_at_the_end_of_a_check_its_findings_are_made_simpler() -> None:
    talk = Talk()
    after_turn(talk, tap(talk, "check.child_threat"))
    while talk.asking:
        after_turn(talk, say(talk, "unsure"))
    after_turn(talk, [{"say": "journey.end", "choices": []}])
    assert keys(say(talk, "simpler")) == [f"simpler.{r}.{told.split('|')[0]}" for r, told in talk.shown.items()]
