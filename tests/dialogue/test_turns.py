"""What the dialogue does with a turn; keys and states, never wording."""

from __future__ import annotations

from typing import Any

import pytest

from actions.dialogue import turns
from actions.dialogue.conversation import HANDLERS, steer
from actions.dialogue.journeys import CHECK_OF, JOURNEYS
from actions.dialogue.knowledge import knowledge
from actions.dialogue.talk import Heard, Payload, Talk
from tests.conftest import DAY

KNOWS = knowledge()


def tap(talk: Talk, choice: str) -> list[Payload]:
    heard = Heard("pick", choice=choice)
    if choice == "person":
        return turns.hand_over(talk, KNOWS, DAY, "asked")
    return steer(talk, heard, KNOWS, DAY) if choice in HANDLERS else turns.pick(talk, heard, KNOWS, DAY)


def say(talk: Talk, intent: str, text: str = "", *entities: dict[str, Any]) -> list[Payload]:
    heard = Heard(intent, text, ranking=((intent, 0.9),), entities=entities)
    kind = KNOWS.content.intents[intent].kind
    if intent in ("affirm", "deny", "unsure"):
        return turns.reply(talk, heard, KNOWS, DAY)
    return turns.topic(talk, heard, KNOWS, DAY) if kind == "topic" else steer(talk, heard, KNOWS, DAY)


def keys(payloads: list[Payload]) -> list[str]:
    return [
        payload.get("say") or (payload.get("finding") or {}).get("key") or next(iter(payload)) for payload in payloads
    ]


def answer_everything_unsure(talk: Talk) -> list[Payload]:
    payloads: list[Payload] = []
    for _ in range(20):
        if not talk.asking:
            return payloads
        payloads = say(talk, "unsure")
    raise AssertionError("the check never ends")


@pytest.mark.parametrize("intent", [name for name, i in KNOWS.content.intents.items() if i.kind == "topic"])
def test_every_subject_gets_its_answer_and_a_person_beside_it(intent: str) -> None:
    if intent == "human_worker":
        return
    talk = Talk()
    assert keys(say(talk, intent)) == [f"answer.{intent}"]
    assert "person" in KNOWS.content.messages[f"answer.{intent}"].choices
    assert len(KNOWS.content.messages[f"answer.{intent}"].text.split()) <= 80


@pytest.mark.parametrize("journey", JOURNEYS)
def test_a_family_that_knows_nothing_still_reaches_the_end_and_a_person(journey: str) -> None:
    talk = Talk()
    first = tap(talk, f"check.{journey}")
    payloads = answer_everything_unsure(talk) or first
    assert keys(payloads)[-1] == "journey.end"
    assert "person" in payloads[-1]["choices"]
    assert talk.journey == ""


def test_yes_after_an_answer_starts_the_check_that_was_offered() -> None:
    talk = Talk()
    say(talk, "residence_chavez")
    payloads = say(talk, "affirm")
    assert talk.journey == CHECK_OF["residence_chavez"]
    assert keys(payloads)[-1] == f"ask.{talk.asking}"


def test_a_question_in_between_is_answered_and_the_open_question_returns() -> None:
    talk = Talk()
    tap(talk, "check.abroad")
    asking = talk.asking
    payloads = say(talk, "school", "kunnen mijn kinderen hier naar school?")
    assert keys(payloads) == ["answer.school", f"ask.{asking}"]
    assert talk.asking == asking


@pytest.mark.parametrize("intent", ["why", "source", "who_sees_this", "are_you_human", "greet"])
def test_steering_in_the_middle_of_a_check_keeps_the_open_question(intent: str) -> None:
    talk = Talk()
    tap(talk, "check.embassy")
    asking = talk.asking
    payloads = say(talk, intent)
    assert keys(payloads)[-1] == f"ask.{asking}"
    if intent == "why":
        assert keys(payloads)[0] == f"why.{asking}"


def test_back_takes_the_last_answer_back_and_asks_it_again() -> None:
    talk = Talk()
    tap(talk, "check.abroad")
    first = talk.asking
    say(talk, "unsure")
    assert talk.asking != first
    payloads = say(talk, "back")
    assert keys(payloads) == [f"ask.{first}"]
    assert getattr(talk.situation, first) is None


def test_an_answer_can_be_changed_and_the_finding_changes_with_it() -> None:
    talk = Talk()
    tap(talk, "check.child_threat")
    payloads = tap(talk, "ask.threatened_with_child_removal=no")
    before = next(p["finding"] for p in payloads if "finding" in p)
    payloads = tap(talk, "change_answer")
    assert "change.threatened_with_child_removal" in payloads[-1]["choices"]
    assert keys(tap(talk, "change.threatened_with_child_removal")) == ["ask.threatened_with_child_removal"]
    payloads = tap(talk, "ask.threatened_with_child_removal=yes")
    payloads = answer_everything_unsure(talk) or payloads
    after = next(p["finding"] for p in payloads if "finding" in p)
    assert after["right"] == before["right"]
    assert after["receipt"] != before["receipt"]


def test_a_second_check_does_not_ask_again_what_was_told_before() -> None:
    talk = Talk()
    tap(talk, "check.embassy")
    told = talk.asking
    answer_everything_unsure(talk)
    tap(talk, "check.abroad")
    assert talk.asking != told


def test_not_understood_offers_the_likeliest_subjects_and_the_second_time_a_person() -> None:
    talk = Talk()
    unclear = Heard("nlu_fallback", "hmm", ranking=(("school", 0.2), ("debts", 0.2), ("legal_aid", 0.1), ("why", 0.1)))
    first = turns.clarify(talk, unclear, KNOWS, DAY)
    assert first[0]["say"] == "clarify.choose"
    assert first[0]["choices"] == ["topic.school", "topic.debts", "topic.legal_aid", "why", "other_question", "person"]
    second = turns.clarify(talk, unclear, KNOWS, DAY)
    assert keys(second) == ["clarify.person"]
    assert turns.clarify(talk, unclear, KNOWS, DAY)[0]["say"] == "clarify.choose"


def test_what_cannot_be_an_answer_repeats_the_question_and_then_offers_a_person() -> None:
    talk = Talk()
    tap(talk, "check.embassy")
    odd = Heard("out_of_scope", "blabla", ranking=(("out_of_scope", 0.9),))
    assert keys(turns.topic(talk, odd, KNOWS, DAY)) == ["clarify.answer", f"ask.{talk.asking}"]
    second = turns.topic(talk, odd, KNOWS, DAY)
    assert keys(second) == ["clarify.person", f"ask.{talk.asking}"]
    assert "person" in second[-1]["choices"]


@pytest.mark.parametrize(
    "choice",
    ["ask.nothing=yes", "ask.child_age=-4", "ask.place=moon", "check.moon", "topic.moon", "change.moon", "many.done"],
)
def test_a_choice_that_does_not_exist_sets_nothing(choice: str) -> None:
    talk = Talk()
    payloads = tap(talk, choice)
    assert payloads[0]["say"] == "input.choice_gone"
    assert talk.situation.to_dict() == {}


def test_several_problems_can_be_chosen_one_after_another() -> None:
    talk = Talk(journey="homeless", asking="problems")
    tap(talk, "ask.problems=health")
    payloads = tap(talk, "ask.problems=debts")
    ids = payloads[-1]["choices"]
    assert "many.done" in ids
    assert "ask.problems=health" not in ids
    tap(talk, "many.done")
    assert talk.situation.problems == {"health", "debts"}


def test_ages_numbers_dates_and_durations_in_words_answer_the_open_question() -> None:
    talk = Talk(journey="abroad", asking="child_age")
    say(talk, "residence_chavez", "ze is 6", {"entity": "age", "value": 6})
    assert talk.situation.child_age == 6
    talk = Talk(journey="letter", asking="letter_date")
    say(talk, "objection_appeal", "12 november", {"entity": "date", "value": "2026-11-12"})
    assert talk.situation.to_dict()["letter_date"] == "2026-11-12"
    talk = Talk(journey="eu", asking="months_worked")
    say(talk, "residence_eu", "anderhalf jaar", {"entity": "duration", "value": {"amount": 18, "unit": "month"}})
    assert talk.situation.months_worked == 18


def test_a_yes_with_words_behind_it_is_a_yes() -> None:
    talk = Talk(journey="embassy", asking="child_dutch")
    say(talk, "residence_chavez", "ja, zij is Nederlands")
    assert talk.situation.child_dutch is True


def test_a_person_gets_what_is_known_with_receipts_and_no_transcript() -> None:
    talk = Talk()
    tap(talk, "check.child_threat")
    tap(talk, "ask.threatened_with_child_removal=yes")
    packet = tap(talk, "person")[0]["handoff"]
    assert packet["situation"] == {"threatened_with_child_removal": True}
    assert packet["findings"][0]["receipt"]
    assert "text" not in packet


def test_restart_and_delete_forget_what_was_told() -> None:
    for choice in ("restart", "delete.yes"):
        talk = Talk()
        tap(talk, "check.child_threat")
        tap(talk, "ask.threatened_with_child_removal=yes")
        tap(talk, choice)
        assert talk.to_slot() == Talk().to_slot()


def test_the_state_survives_its_way_through_a_slot() -> None:
    talk = Talk()
    tap(talk, "check.abroad")
    say(talk, "unsure")
    assert Talk.from_slot(talk.to_slot()).to_slot() == talk.to_slot()


def test_six_years_is_an_age_when_an_age_was_asked_for() -> None:
    talk = Talk(journey="abroad", asking="child_age")
    say(talk, "out_of_scope", "tiene 6 años", {"entity": "duration", "value": {"amount": 6, "unit": "year"}})
    assert talk.situation.child_age == 6


def test_the_day_of_travel_can_be_changed_after_the_check_has_ended() -> None:
    talk = Talk()
    tap(talk, "check.embassy")
    answer_everything_unsure(talk)
    assert talk.journey == ""
    assert keys(tap(talk, "change.departure_date")) == ["ask.departure_date"]
    assert keys(tap(talk, "ask.departure_date=2027-06-01"))[-1] == "journey.end"


@pytest.mark.parametrize(
    ("lang", "word", "meaning"),
    [("nl", "ja", True), ("so", "may", False), ("en", "may", None), ("tr", "evet", True), ("ti", "እወ", True)],
)
def test_the_first_word_means_what_it_means_in_the_language_of_the_talk(
    lang: str, word: str, meaning: bool | None
) -> None:
    assert KNOWS.first_word(word, lang) is meaning


def test_an_answer_that_may_be_about_the_wrong_subject_offers_the_two_next_to_it() -> None:
    unsure = Heard("school", "x", ranking=(("school", 0.5), ("greet", 0.2), ("debts", 0.15), ("legal_aid", 0.1)))
    offered = turns.topic(Talk(), unsure, KNOWS, DAY)[-1]["choices"]
    assert offered[:2] == ["topic.debts", "topic.legal_aid"]
    assert len(offered) == len(set(offered)) <= 10
    sure = Heard("school", "x", ranking=(("school", 0.9), ("debts", 0.05)))
    assert "topic.debts" not in turns.topic(Talk(), sure, KNOWS, DAY)[-1]["choices"]
