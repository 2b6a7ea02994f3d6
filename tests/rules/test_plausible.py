"""Answers that cannot both be true lead to a question back, and to nothing worse."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.eligibility.next_question import possible_answers
from actions.eligibility.plausible import doubts
from actions.eligibility.situation import UNSURE, Situation, question_names

TODAY = date(2026, 11, 22)

IMPOSSIBLE = {
    "a child older than its parent": ({"own_age": 30, "child_age": 31}, "child_older"),
    "a parent of eleven": ({"own_age": 30, "child_age": 19}, "child_older"),
    "longer here than alive": ({"own_age": 20, "months_in_nl": 252}, "longer_than_alive"),
    "arrival before departure": ({"departure_date": "2027-02-01", "arrival_date": "2027-01-31"}, "arrival_first"),
    "arrival before birth": ({"own_age": 30, "arrival_date": "1990-01-01"}, "before_birth"),
    "no children and a Dutch child": ({"children": False, "child_dutch": True}, "no_children"),
    "no children and two of them": ({"children": False, "children_count": 2}, "no_children"),
    "children and none of them": ({"children": True, "children_count": 0}, "children_none"),
    "a child not born that is six": ({"child_born": False, "child_age": 6}, "unborn"),
    "a day in the year one": ({"arrival_date": "0001-01-01"}, "day_far"),
    "a day in twenty years": ({"departure_date": "2046-01-01"}, "day_far"),
    "a report to the gemeente tomorrow": ({"melding_date": "2026-11-23"}, "day_ahead"),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_what_cannot_be_true_is_doubted(name: str) -> None:
    answers, doubt = IMPOSSIBLE[name]
    s = Situation.from_dict(answers)
    found = {d.name: d.between for d in doubts(s, TODAY)}
    assert doubt in found
    assert set(found[doubt]) & set(answers)


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_taking_one_of_the_answers_back_ends_the_doubt(name: str) -> None:
    answers, doubt = IMPOSSIBLE[name]
    s = Situation.from_dict(answers)
    for question in answers:
        assert doubt not in {d.name for d in doubts(s.with_answer(question, None), TODAY)}
        assert doubt not in {d.name for d in doubts(s.with_answer(question, UNSURE), TODAY)}


@pytest.mark.parametrize(
    "answers",
    [
        {"own_age": 30, "child_age": 18},
        {"own_age": 20, "child_age": 40, "parent_type": "step"},
        {"own_age": 20, "months_in_nl": 251},
        {"departure_date": "2027-02-01", "arrival_date": "2027-02-01"},
        {"children": False, "children_count": 0},
        {"children": True, "children_count": 0, "pregnant_or_baby": True},
        {"child_born": False, "child_age": 0},
        {"melding_date": "2026-11-22"},
        {"own_age": 30, "arrival_date": "1996-11-22"},
    ],
)
def test_what_can_just_be_true_is_not_doubted(answers: dict[str, object]) -> None:
    assert doubts(Situation.from_dict(answers), TODAY) == ()


@settings(deadline=None)
@given(data=st.data())
def test_no_answers_whatever_make_the_doubting_fail(data: st.DataObject) -> None:
    names = data.draw(st.lists(st.sampled_from(question_names()), max_size=8, unique=True))
    days = st.dates(date(1, 1, 1), date(9999, 12, 31))
    answers = {}
    for name in names:
        possible = list(possible_answers(name, TODAY))
        answers[name] = data.draw(days) if name.endswith("_date") else data.draw(st.sampled_from(possible))
    for doubt in doubts(Situation(**answers), TODAY + timedelta(days=data.draw(st.integers(0, 4000)))):
        assert doubt.between
