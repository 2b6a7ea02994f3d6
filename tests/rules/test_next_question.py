"""What is asked next, and why the rest is not."""

from __future__ import annotations

import statistics
from datetime import date
from random import Random

import pytest
from hypothesis import settings

from actions.dialogue.journeys import JOURNEYS
from actions.dialogue.knowledge import knowledge
from actions.dialogue.progress import advance
from actions.dialogue.talk import Talk
from actions.eligibility.finding import Conclusion, Outcome, Rule
from actions.eligibility.next_question import SAFETY, Assessor, possible_answers
from actions.eligibility.situation import Situation

TODAY = date(2026, 11, 22)
KNOWS = knowledge()
ASSESSOR: Assessor = KNOWS.assessor(TODAY)


def rule(name: str, *reads: str) -> Rule:
    """A rule that wants every answer it reads, and says which it got."""

    def body(s: Situation, *_: object) -> Conclusion:
        missing = tuple(question for question in reads if getattr(s, question) is None)
        answers = "_".join(str(getattr(s, question)) for question in reads)
        return Conclusion(Outcome.DEPENDS, answers, (), missing)

    return Rule(name, "1", reads, body)


def test_the_question_that_two_findings_wait_for_comes_before_one_that_a_single_finding_waits_for() -> None:
    rules = (rule("a", "works", "children"), rule("b", "children"))
    assert ASSESSOR.next_question(rules, Situation()) == "children"
    assert ASSESSOR.next_question(rules, Situation(children=True)) == "works"
    assert ASSESSOR.next_question(rules, Situation(children=True, works=False)) is None


def test_of_two_questions_that_change_as_much_the_first_rule_goes_first() -> None:
    assert ASSESSOR.next_question((rule("a", "works"), rule("b", "children")), Situation()) == "works"


def test_safety_goes_before_everything_else_however_much_the_rest_would_settle() -> None:
    rules = (rule("a", "works"), rule("b", "works"), rule("c", "danger_now"))
    assert ASSESSOR.next_question(rules, Situation()) == "danger_now"
    assert SAFETY[0] == "danger_now"


def test_a_question_whose_every_answer_ends_alike_is_not_asked_and_the_reason_is_told() -> None:
    idle = Rule("idle", "1", ("works",), lambda *_: Conclusion(Outcome.DEPENDS, "same", (), ("works",)))
    assert ASSESSOR.next_question((idle,), Situation()) is None
    assert ASSESSOR.explain((idle,), Situation()) == {"works": "changes_nothing"}


def test_every_question_is_asked_already_next_later_or_skipped_for_a_reason() -> None:
    rules = (rule("a", "works", "children"), rule("b", "children"))
    assert ASSESSOR.explain(rules, Situation()) == {"works": "later", "children": "next"}
    assert ASSESSOR.explain(rules, Situation(children=True)) == {"works": "next", "children": "answered"}
    closed = Rule("closed", "1", ("works",), lambda *_: Conclusion(Outcome.LIKELY_YES, "sure", ()))
    assert ASSESSOR.explain((closed,), Situation()) == {"works": "settled"}


@pytest.mark.parametrize("journey", JOURNEYS)
def test_what_is_told_as_the_next_question_is_the_one_that_is_asked(journey: str) -> None:
    goals = JOURNEYS[journey].goals
    told = ASSESSOR.explain(goals, Situation())
    asked = ASSESSOR.next_question(goals, Situation())
    assert [name for name, why in told.items() if why == "next"] == ([asked] if asked else [])


def questions_of(journey: str, random: Random) -> int:
    """How many questions a family is asked from the start of a check to its end, the day of travel and the town too."""
    talk = Talk(journey=journey)
    advance(talk, KNOWS, TODAY)
    while talk.asking:
        talk.record(talk.asking, random.choice(list(possible_answers(talk.asking, TODAY))))
        advance(talk, KNOWS, TODAY)
    return len(talk.asked)


@pytest.mark.parametrize("journey", JOURNEYS)
def test_half_of_all_families_answer_ten_questions_or_fewer_and_none_more_than_fourteen(journey: str) -> None:
    random = Random(journey)
    counted = [questions_of(journey, random) for _ in range(settings().max_examples)]
    assert statistics.median(counted) <= 10
    assert max(counted) <= 14


@pytest.mark.parametrize("journey", JOURNEYS)
def test_the_order_of_the_answers_does_not_change_what_is_concluded(journey: str) -> None:
    random = Random(journey)
    goals = JOURNEYS[journey].goals
    names = list(dict.fromkeys(name for goal in goals for name in goal.reads))
    answers = {name: random.choice(list(possible_answers(name, TODAY))) for name in names}
    findings = []
    for _ in range(3):
        random.shuffle(names)
        s = Situation()
        for name in names:
            s = s.with_answer(name, answers[name])
        findings.append([ASSESSOR.find(goal, s) for goal in goals])
    assert findings[0] == findings[1] == findings[2]
