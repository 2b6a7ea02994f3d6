"""How long somebody stood registered in one gemeente: counting only, never a judgement.

Periods are half-open; periods without a day between them are one. Answers that are open or unsure count for nothing.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from actions.eligibility.situation import Situation, known

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Days in a row, from `start`; `end` is the first day that no longer counts."""

    start: date
    end: date


def add_months(day: date, months: int) -> date:
    """The same day of the month, so many months later or earlier; the last day where that month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def whole_months(start: date, end: date) -> int:
    """The months that are full on `end`; 0 when `end` does not lie after `start`."""
    months = (end.year - start.year) * 12 + end.month - start.month
    if end <= start:
        return 0
    return months if add_months(start, months) <= end else months - 1


def merged(periods: Iterable[Period]) -> tuple[Period, ...]:
    """The same days as separate periods in order: what touches or overlaps is one, what is empty is gone."""
    found: list[Period] = []
    for period in sorted(p for p in periods if p.start < p.end):
        if found and period.start <= found[-1].end:
            found[-1] = Period(found[-1].start, max(found[-1].end, period.end))
        else:
            found.append(period)
    return tuple(found)


def unbroken_since(periods: Iterable[Period], today: date) -> date | None:
    """The first day of the period that still runs on `today`; None when none does."""
    return next((p.start for p in merged(periods) if p.start <= today < p.end), None)


def longest_in_window(periods: Iterable[Period], today: date, years: int) -> int:
    """Whole months of the longest unbroken period, cut to the last `years` years up to `today`."""
    first = add_months(today, -12 * years)
    return max((whole_months(max(p.start, first), min(p.end, today)) for p in merged(periods)), default=0)


def periods_of(s: Situation, today: date) -> tuple[Period, ...]:
    """The periods of registration that the family told: the one that runs now and one before it."""
    found = []
    if s.registered_earlier is True and known(s.earlier_from) and known(s.earlier_until):
        found.append(Period(s.earlier_from, min(s.earlier_until, today - _DAY) + _DAY))
    if s.registered_here is True and known(s.registered_since):
        found.append(Period(s.registered_since, today + _DAY))
    return tuple(found)


def months_here(s: Situation, today: date) -> int:
    """Whole months of the registration that runs now, by the day the family named; 0 when not (known to be) here."""
    if s.registered_here is not True or not known(s.registered_since):
        return 0
    return whole_months(s.registered_since, today)


def impossible_dates(s: Situation, today: date) -> bool:
    """Days of registration that cannot be right: in the future, or an end before its beginning."""
    now = s.registered_here is True and known(s.registered_since) and s.registered_since > today
    if s.registered_earlier is not True or not known(s.earlier_from):
        return now
    backwards = known(s.earlier_until) and s.earlier_until < s.earlier_from
    return now or backwards or s.earlier_from > today
