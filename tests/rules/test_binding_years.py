"""Counting years of registration: what holds for every set of periods and every day, and the days at the border."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from actions.eligibility import binding_years, silence_penalty
from actions.eligibility.finding import Outcome
from actions.eligibility.registered_time import (
    Period,
    add_months,
    longest_in_window,
    merged,
    months_here,
    periods_of,
    unbroken_since,
    whole_months,
)
from actions.eligibility.situation import Situation
from tests import ours

LAW = ours.content().law
DAY = timedelta(days=1)
TODAY = date(2026, 11, 22)
days = st.dates(date(1990, 1, 1), date(2040, 12, 31))
periods = st.lists(st.builds(Period, days, days), max_size=5)


def days_of(found: tuple[Period, ...] | list[Period]) -> set[date]:
    return {p.start + timedelta(n) for p in found for n in range((p.end - p.start).days)}


# --- months


@given(days, st.integers(-400, 400), st.integers(0, 400))
def test_more_months_never_lead_to_an_earlier_day(day: date, months: int, more: int) -> None:
    assume(more)
    assert add_months(day, months) < add_months(day, months + more)


@given(days, st.integers(0, 400))
def test_so_many_months_later_exactly_so_many_months_are_full_and_the_day_before_not(day: date, months: int) -> None:
    assert whole_months(day, add_months(day, months)) == months
    if months:
        assert whole_months(day, add_months(day, months) - DAY) == months - 1


@given(days, days)
def test_whole_months_are_full_and_one_more_would_not_be(start: date, end: date) -> None:
    months = whole_months(start, end)
    assert months >= 0
    if start <= end:
        assert add_months(start, months) <= end < add_months(start, months + 1)
    else:
        assert months == 0


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2020, 2, 29), 72, date(2026, 2, 28)),
        (date(2020, 2, 29), 96, date(2028, 2, 29)),
        (date(2028, 2, 29), -120, date(2018, 2, 28)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
    ],
)
def test_a_day_that_a_month_does_not_have_becomes_its_last_day(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


# --- periods


@given(periods)
def test_merging_keeps_every_day_and_leaves_periods_that_do_not_touch(found: list[Period]) -> None:
    result = merged(found)
    assert days_of(result) == days_of(found)
    assert all(p.start < p.end for p in result)
    assert all(one.end < two.start for one, two in pairwise(result))
    assert merged(result) == result
    assert merged(reversed(found)) == result


@given(days, st.integers(1, 3000), st.integers(1, 3000))
def test_a_period_in_two_parts_without_a_day_between_counts_as_one(start: date, first: int, second: int) -> None:
    middle, end = start + timedelta(first), start + timedelta(first + second)
    assert merged([Period(middle, end), Period(start, middle)]) == (Period(start, end),)
    assert len(merged([Period(start, middle), Period(middle + DAY, end + DAY)])) == 2


@given(periods, days)
def test_the_period_that_runs_now_begins_where_no_day_is_missing_until_today(found: list[Period], today: date) -> None:
    since, counted = unbroken_since(found, today), days_of(found)
    assert (since is None) == (today not in counted)
    if since:
        assert since - DAY not in counted
        assert all(since + timedelta(n) in counted for n in range((today - since).days + 1))


@given(periods, days, st.integers(1, 20))
def test_no_period_is_longer_than_the_window_and_a_longer_window_never_shortens_it(
    found: list[Period], today: date, years: int
) -> None:
    longest = longest_in_window(found, today, years)
    assert 0 <= longest <= 12 * years
    assert longest <= longest_in_window(found, today, years + 1)


@given(periods, days, st.integers(1, 20))
def test_days_before_the_window_and_from_today_on_count_for_nothing(
    found: list[Period], today: date, years: int
) -> None:
    first = add_months(today, -12 * years)
    cut = [Period(max(p.start, first), min(p.end, today)) for p in found]
    assert longest_in_window(cut, today, years) == longest_in_window(found, today, years)


@given(periods, st.builds(Period, days, days), days, st.integers(1, 20))
def test_one_more_period_never_takes_months_away(found: list[Period], more: Period, today: date, years: int) -> None:
    assert longest_in_window([*found, more], today, years) >= longest_in_window(found, today, years)


# --- what the family told


def told(**answers: object) -> Situation:
    return Situation.from_dict({"registered_here": True, "registered_earlier": False, **answers})


def test_registered_until_yesterday_and_since_today_is_one_period() -> None:
    s = told(registered_since=TODAY, registered_earlier=True, earlier_from="2020-11-22", earlier_until="2026-11-21")
    assert merged(periods_of(s, TODAY)) == (Period(date(2020, 11, 22), TODAY + DAY),)


def test_one_day_between_two_periods_breaks_them() -> None:
    s = told(registered_since=TODAY, registered_earlier=True, earlier_from="2020-11-22", earlier_until="2026-11-20")
    assert len(merged(periods_of(s, TODAY))) == 2


def test_an_earlier_period_never_runs_on_today() -> None:
    s = told(registered_here=False, registered_earlier=True, earlier_from="2020-01-01", earlier_until="2027-01-01")
    assert periods_of(s, TODAY) == (Period(date(2020, 1, 1), TODAY),)
    assert unbroken_since(periods_of(s, TODAY), TODAY) is None


@given(st.dates(date(1990, 1, 1), TODAY))
def test_the_months_of_the_registration_that_runs_now_are_the_same_for_every_rule(since: date) -> None:
    s = told(registered_since=since)
    counted = binding_years.conclude(s, LAW, None, TODAY).values["current_unbroken"]
    assert counted == months_here(s, TODAY) == whole_months(since, TODAY)


@given(st.dates(add_months(TODAY, -72) + DAY, TODAY))
def test_who_waits_until_the_day_that_is_named_has_the_years_then_and_not_the_day_before(since: date) -> None:
    s = told(registered_since=since)
    reached = binding_years.conclude(s, LAW, None, TODAY).values["reached_on"]
    on = binding_years.conclude(s, LAW, None, reached)
    before = binding_years.conclude(s, LAW, None, reached - DAY)
    assert on.missing == ("registration_gap", "registered_briefadres")
    assert "registration_gap" not in before.missing
    assert (on.outcome, before.outcome) == (Outcome.DEPENDS, Outcome.DEPENDS)


# --- the penalty, counted by the day


@given(st.integers(-30, 90))
def test_the_penalty_grows_by_the_day_from_the_day_after_the_last_one_and_then_stays(number: int) -> None:
    last_day = TODAY
    now = silence_penalty.penalty_on(last_day + timedelta(number), last_day, LAW, TODAY)
    later = silence_penalty.penalty_on(last_day + timedelta(number + 1), last_day, LAW, TODAY)
    assert now.starts == last_day + DAY
    assert later.euros - now.euros in (0, 23, 35, 45)
    assert (later.euros == now.euros) == (number < 0 or number >= 42)
    assert now.days == min(max(number, 0), 42)


def test_the_most_that_is_counted_by_the_day_is_the_most_that_was_found() -> None:
    most = silence_penalty.penalty_on(TODAY + timedelta(100), TODAY, LAW, TODAY)
    assert most.euros * 100 == LAW.number("penalty_max", TODAY)
