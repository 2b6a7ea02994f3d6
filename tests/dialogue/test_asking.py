"""What the talk does with odd answers, with "tell me more", and at the end of a check."""

from __future__ import annotations

from datetime import date

import pytest

from actions.dialogue.journeys import BACKGROUND, JOURNEYS
from actions.dialogue.talk import Heard, Talk
from actions.dialogue.turns import clarify
from actions.eligibility.situation import Situation
from tests.conftest import DAY
from tests.dialogue.test_turns import KNOWS, answer_everything_unsure, keys, say, tap

FACTS = KNOWS.content.law.facts


def asking(question: str, **told: object) -> Talk:
    talk = Talk(situation=Situation.from_dict(told), journey="abroad")
    talk.asked = list(told)
    talk.asking = question
    return talk


def test_two_answers_that_cannot_both_be_true_are_asked_again_and_nothing_is_guessed() -> None:
    talk = asking("child_age", own_age=20)
    payloads = say(talk, "out_of_scope", "19", {"entity": "number", "value": 19})
    assert keys(payloads) == ["doubt.child_older", "ask.child_age"]
    assert talk.situation.child_age is None
    assert {"change.own_age", "person"} <= set(payloads[-1]["choices"])
    say(talk, "out_of_scope", "3", {"entity": "number", "value": 3})
    assert talk.situation.child_age == 3


def test_the_other_answer_can_be_the_wrong_one() -> None:
    talk = asking("child_age", own_age=20)
    say(talk, "out_of_scope", "19", {"entity": "number", "value": 19})
    assert keys(tap(talk, "change.own_age")) == ["ask.own_age"]


@pytest.mark.parametrize(
    ("question", "entity", "hint"),
    [
        ("children_count", {"entity": "number", "value": 400}, "clarify.number"),
        ("child_age", {"entity": "age", "value": 400}, "clarify.age"),
        ("months_in_nl", {"entity": "duration", "value": {"amount": 900, "unit": "year"}}, "clarify.duration"),
        ("departure_date", {"entity": "number", "value": 30}, "clarify.date"),
        ("town", {"entity": "number", "value": 30}, "town.unknown"),
    ],
)
def test_an_answer_that_cannot_be_one_is_asked_again_with_how_to_write_it(
    question: str, entity: dict[str, object], hint: str
) -> None:
    talk = asking(question)
    assert keys(say(talk, "out_of_scope", "dertig februari", entity)) == [hint, f"ask.{question}"]
    assert talk.asking == question


def test_a_day_in_the_year_one_is_a_question_back() -> None:
    talk = asking("departure_date")
    day = {"entity": "date", "value": date(1, 1, 1).isoformat()}
    assert keys(say(talk, "out_of_scope", "1-1-0001", day)) == ["doubt.day_far", "ask.departure_date"]


@pytest.mark.parametrize("topic", sorted({topic for fact in FACTS.values() for topic in fact.topics}))
def test_every_fact_of_a_subject_is_told_in_the_end_to_who_keeps_asking_for_more(topic: str) -> None:
    talk = Talk()
    say(talk, topic)
    told: list[str] = list(talk.told)
    for _ in range(40):
        payloads = tap(talk, "more")
        told += [key.removeprefix("fact.") for key in keys(payloads) if key.startswith("fact.")]
        if "more" not in payloads[-1]["choices"]:
            break
    assert len(told) == len(set(told))
    assert set(told) == {fact.id for fact in FACTS.values() if topic in fact.topics}


def test_every_fact_can_be_reached_from_some_subject_a_family_can_ask_about() -> None:
    assert [name for name, fact in FACTS.items() if not fact.topics] == []
    assert {topic for fact in FACTS.values() for topic in fact.topics} <= set(KNOWS.content.intents)


def test_the_fact_that_answers_the_very_question_stands_beside_the_short_answer() -> None:
    talk = Talk()
    near = {"entity": "facts", "value": ["residence.chavez.half_sibling", "residence.chavez.child"]}
    payloads = say(talk, "residence_chavez", "kan mijn dochter van 10 ook mee?", near)
    assert keys(payloads) == ["answer.residence_chavez", "fact.residence.chavez.half_sibling"]
    assert payloads[0]["choices"] == []
    assert "person" in payloads[-1]["choices"]


@pytest.mark.parametrize("fact", ["school.leerplicht", "no.such.fact", "residence.chavez.what"])
def test_a_fact_of_another_subject_or_one_already_in_the_answer_is_not_put_beside_it(fact: str) -> None:
    payloads = say(Talk(), "residence_chavez", "iets", {"entity": "facts", "value": [fact]})
    assert keys(payloads) == ["answer.residence_chavez"]


@pytest.mark.parametrize("journey", [name for name, journey in JOURNEYS.items() if journey.then])
def test_a_finished_check_can_be_extended_and_nothing_is_asked_twice(journey: str) -> None:
    talk = Talk()
    tap(talk, f"check.{journey}")
    ended = answer_everything_unsure(talk)
    offered = [choice.removeprefix("check.") for choice in ended[-1]["choices"] if choice.startswith("check.")]
    assert offered == list(JOURNEYS[journey].then)[: len(offered)]
    assert offered
    before = set(talk.asked)
    for further in offered:
        tap(talk, f"check.{further}")
        for _ in range(20):
            if not talk.asking:
                break
            assert talk.asking not in before
            before.add(talk.asking)
            say(talk, "unsure")


def test_what_only_a_worker_needs_goes_into_the_packet_and_never_into_the_talk() -> None:
    talk = Talk()
    tap(talk, "check.homeless")
    seen = [key for payload in answer_everything_unsure(talk) for key in keys([payload])]
    rights = {rule.right for rule in BACKGROUND}
    assert rights
    assert not [key for key in seen if key.split(".")[1:2] and key.split(".")[1] in rights]
    packet = tap(talk, "person")[0]["handoff"]
    assert rights <= {finding["right"] for finding in packet["findings"]}
    assert packet["journey"] == "homeless"


def unsure_about(*facts: str) -> list[str]:
    likely = (("residence_chavez", 0.3), ("school", 0.2), ("out_of_scope", 0.1))
    heard = Heard("nlu_fallback", "mijn zoon", ranking=likely, entities=({"entity": "facts", "value": list(facts)},))
    return keys(clarify(Talk(), heard, KNOWS, DAY))


def test_when_the_subject_is_not_sure_the_nearest_fact_of_a_likely_subject_is_told_beside_the_choice() -> None:
    fact = "residence.chavez.half_sibling"
    assert unsure_about(fact) == ["clarify.maybe", f"fact.{fact}", "clarify.choose"]


def test_a_nearest_fact_of_another_subject_is_kept_back() -> None:
    assert unsure_about("debt.help") == ["clarify.choose"]
    assert unsure_about("no.such.fact") == ["clarify.choose"]
    assert unsure_about() == ["clarify.choose"]
