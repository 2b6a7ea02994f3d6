"""Answers that cannot both be true: a question back, never a silent guess.

Pure. The words stand under `doubt.<name>`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from actions.eligibility.situation import Situation, known

_LONG_AGO = 120  # years: longer than anybody's life here
_FAR_AHEAD = timedelta(days=3660)
_YOUNGEST_PARENT = 12  # years between parent and child, so that nobody is doubted without need
_PAST = (
    "melding_date",
    "notice_of_default_date",
    "nat_document_date",
    "nat_start_date",
    "application_date",
    "earlier_from",
)
_DATES = ("departure_date", "arrival_date", "letter_date", "eviction_date", *_PAST)


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why these answers cannot all be right; `between`: the questions, any of which may hold the mistake."""

    name: str
    between: tuple[str, ...]


def doubts(s: Situation, today: date) -> tuple[Doubt, ...]:
    """Every doubt about this situation on this day; () when the answers can all be true."""
    found = [Doubt(name, between) for name, between, holds in _TOGETHER if holds(s)]
    return (*found, *_days(s, today))


def _child_as_old_as_parent(s: Situation) -> bool:
    own_child = s.parent_type in (None, "own")
    return own_child and known(s.own_age) and known(s.child_age) and s.child_age > s.own_age - _YOUNGEST_PARENT


def _here_longer_than_alive(s: Situation) -> bool:
    return known(s.own_age) and known(s.months_in_nl) and s.months_in_nl >= 12 * (s.own_age + 1)


def _arrival_before_departure(s: Situation) -> bool:
    return known(s.departure_date) and known(s.arrival_date) and s.arrival_date < s.departure_date


def _no_children_but_a_child(s: Situation) -> bool:
    return s.children is False and (s.child_dutch is True or (known(s.children_count) and s.children_count > 0))


def _children_but_none(s: Situation) -> bool:
    return s.children is True and s.children_count == 0 and s.pregnant_or_baby is not True


def _unborn_with_an_age(s: Situation) -> bool:
    return s.child_born is False and known(s.child_age) and s.child_age > 0


_TOGETHER: tuple[tuple[str, tuple[str, ...], Callable[[Situation], bool]], ...] = (
    ("child_older", ("child_age", "own_age"), _child_as_old_as_parent),
    ("longer_than_alive", ("months_in_nl", "own_age"), _here_longer_than_alive),
    ("arrival_first", ("arrival_date", "departure_date"), _arrival_before_departure),
    ("no_children", ("children", "child_dutch", "children_count"), _no_children_but_a_child),
    ("children_none", ("children", "children_count"), _children_but_none),
    ("unborn", ("child_born", "child_age"), _unborn_with_an_age),
)


def _days(s: Situation, today: date) -> Iterator[Doubt]:
    for name in _DATES:
        day = getattr(s, name)
        if not known(day):
            continue
        if day.year < today.year - _LONG_AGO or day - today > _FAR_AHEAD:
            yield Doubt("day_far", (name,))
        elif name in _PAST and day > today:
            yield Doubt("day_ahead", (name,))
        elif name == "arrival_date" and _before_birth(day, s, today):
            yield Doubt("before_birth", ("arrival_date", "own_age"))


def _before_birth(day: date, s: Situation, today: date) -> bool:
    return known(s.own_age) and day.year < today.year - s.own_age - 1
