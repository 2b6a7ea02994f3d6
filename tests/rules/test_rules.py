"""What holds for every rule, whatever a family answers."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.dialogue.journeys import JOURNEYS
from actions.dialogue.knowledge import knowledge
from actions.eligibility.finding import Finding, Outcome, Rule
from actions.eligibility.next_question import Assessor, possible_answers
from actions.eligibility.situation import UNSURE, Situation
from tests.rules.cases import CASES, RULES, TOWNS

ROOT = Path(__file__).parents[2]
CONTENT = knowledge().content
LAW = CONTENT.law
TODAY = date(2026, 11, 22)
ASSESSOR = Assessor(LAW, TOWNS.get, TODAY)
DEFINITE = {Outcome.LIKELY_YES: Outcome.LIKELY_NO, Outcome.LIKELY_NO: Outcome.LIKELY_YES}


def answers_of(rule: Rule) -> st.SearchStrategy[Situation]:
    def one(name: str) -> st.SearchStrategy[Any]:
        return st.sampled_from([None, *possible_answers(name, TODAY)])

    return st.builds(Situation, **{name: one(name) for name in rule.reads})


def assess(rule: Rule, situation: Situation) -> Finding:
    return ASSESSOR.find(rule, situation)


@pytest.mark.parametrize("right", RULES)
@settings(deadline=None)
@given(data=st.data())
def test_more_information_never_turns_a_definite_outcome_into_its_opposite(right: str, data: st.DataObject) -> None:
    rule = RULES[right]
    situation = data.draw(answers_of(rule))
    before = assess(rule, situation).outcome
    if before not in DEFINITE:
        return
    open_questions = [name for name in rule.reads if getattr(situation, name) is None]
    for name in open_questions:
        answer = data.draw(st.sampled_from([None, *possible_answers(name, TODAY)]))
        situation = situation.with_answer(name, answer)
        assert assess(rule, situation).outcome != DEFINITE[before]


@pytest.mark.parametrize("right", RULES)
@settings(deadline=None)
@given(data=st.data())
def test_not_knowing_never_makes_an_outcome_better(right: str, data: st.DataObject) -> None:
    rule = RULES[right]
    situation = data.draw(answers_of(rule))
    name = data.draw(st.sampled_from(rule.reads))
    unsure = assess(rule, situation.with_answer(name, UNSURE)).outcome
    if unsure is Outcome.LIKELY_YES:
        known = [assess(rule, situation.with_answer(name, a)).outcome for a in possible_answers(name, TODAY)]
        assert Outcome.LIKELY_NO not in known


@pytest.mark.parametrize("right", RULES)
@settings(deadline=None)
@given(data=st.data())
def test_every_finding_has_grounds_words_and_a_way_on(right: str, data: st.DataObject) -> None:
    finding = assess(RULES[right], data.draw(answers_of(RULES[right])))
    assert finding.grounds
    assert all(ground in LAW.facts for ground in finding.grounds)
    assert finding.message_key in CONTENT.messages
    assert all(step in CONTENT.messages for step in finding.next_steps)
    assert all(code in CONTENT.organisations for code in finding.hand_over_to)
    assert finding.hand_over_to
    if finding.outcome is Outcome.LIKELY_NO:
        assert finding.next_steps
        assert "person" in finding.hand_over_to


@pytest.mark.parametrize("right", RULES)
@settings(deadline=None)
@given(data=st.data())
def test_only_questions_that_can_still_change_a_finding_are_asked_and_the_asking_ends(
    right: str, data: st.DataObject
) -> None:
    rule, situation = RULES[right], Situation()
    for _ in range(15):
        question = ASSESSOR.next_question((rule,), situation)
        if question is None:
            return
        assert ASSESSOR.can_change(rule, question, situation)
        answer = data.draw(st.sampled_from(list(possible_answers(question, TODAY))))
        situation = situation.with_answer(question, answer)
    pytest.fail(f"{right} still asks after 15 answers")


@pytest.mark.parametrize("right", RULES)
@settings(deadline=None)
@given(data=st.data())
def test_the_same_answers_on_the_same_day_give_the_same_receipt_and_another_day_another(
    right: str, data: st.DataObject
) -> None:
    rule = RULES[right]
    situation = data.draw(answers_of(rule))
    first, again = assess(rule, situation), assess(rule, situation)
    assert first.receipt == again.receipt
    assert rule.assess(situation, LAW, None, TODAY + timedelta(days=1)).receipt != first.receipt


@pytest.mark.parametrize("journey", JOURNEYS)
@settings(deadline=None)
@given(data=st.data())
def test_no_journey_asks_more_than_fourteen_questions(journey: str, data: st.DataObject) -> None:
    goals, situation, asked = JOURNEYS[journey].goals, Situation(), 0
    while question := ASSESSOR.next_question(goals, situation):
        asked += 1
        answer = data.draw(st.sampled_from(list(possible_answers(question, TODAY))))
        situation = situation.with_answer(question, answer)
        assert asked <= 14


def test_binding_never_influences_shelter_under_the_wmo() -> None:
    rule = RULES["wmo_shelter"]
    assert "town" not in rule.reads
    for reason in ("binding", "full", "other"):
        base = Situation.from_dict({"residence_status": "dutch", "asked_gemeente": "refused_oral"})
        assert assess(rule, base.with_answer("refusal_reason", reason)).outcome == assess(rule, base).outcome


BINDING = frozenset(RULES["binding_years"].reads) - {"town"}


@pytest.mark.parametrize("right", ["wmo_shelter", "wmo_procedure", "self_reliance"])
@settings(deadline=None)
@given(data=st.data())
def test_no_answer_about_binding_can_change_anything_about_shelter_under_the_wmo(
    right: str, data: st.DataObject
) -> None:
    rule = RULES[right]
    assert BINDING.isdisjoint(rule.reads)
    situation = data.draw(answers_of(rule))
    before = assess(rule, situation)
    for name in ("town", *sorted(BINDING)):
        situation = situation.with_answer(name, data.draw(st.sampled_from([None, *possible_answers(name, TODAY)])))
    assert assess(rule, situation) == before


def test_the_years_of_registration_never_end_in_a_yes_or_a_no() -> None:
    outcomes = {case["expect"].get("outcome") for right, case in CASES if right == "binding_years"}
    assert outcomes == {"DEPENDS"}
