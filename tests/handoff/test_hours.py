"""When somebody is there: hours, holidays, other zones, the days on which the clock changes, and what is promised."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import hypothesis
import pytest
from hypothesis import strategies as st

from channels.handoff.organisations import DAYS, DeskOrganisation, routed
from tests.conftest import examples

DUTCH, CURACAO = ZoneInfo("Europe/Amsterdam"), ZoneInfo("America/Curacao")
WORKING = dict.fromkeys(DAYS[:5], ("09:00-17:00",))


def desk(**more: object) -> DeskOrganisation:
    return DeskOrganisation.model_validate({"name": "Wijkteam Voorbeeldstad", "hours": WORKING, **more})


def dutch(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=DUTCH)  # type: ignore[misc,arg-type]


def test_a_desk_is_open_from_the_first_minute_until_the_last_and_then_opens_the_next_working_day() -> None:
    one = desk()
    assert one.closes(dutch(2026, 11, 23, 8, 59)) is None
    assert one.closes(dutch(2026, 11, 23, 9)) == dutch(2026, 11, 23, 17)
    assert one.closes(dutch(2026, 11, 23, 16, 59)) == dutch(2026, 11, 23, 17)
    assert one.closes(dutch(2026, 11, 23, 17)) is None
    assert one.opens(dutch(2026, 11, 27, 17)) == dutch(2026, 11, 30, 9)  # Friday → Monday
    assert one.opens(dutch(2026, 11, 23, 12)) == dutch(2026, 11, 23, 12)


def test_a_break_closes_the_desk_but_two_shifts_that_meet_do_not() -> None:
    one = desk(hours={"mon": ["13:00-17:00", "09:00-12:00"], "tue": ["09:00-13:00", "12:00-17:00"]})
    assert one.closes(dutch(2026, 11, 23, 11)) == dutch(2026, 11, 23, 12)
    assert one.opens(dutch(2026, 11, 23, 12, 30)) == dutch(2026, 11, 23, 13)
    assert one.closes(dutch(2026, 11, 24, 12, 30)) == one.closes(dutch(2026, 11, 24, 9)) == dutch(2026, 11, 24, 17)


def test_nobody_is_there_on_a_holiday_or_on_a_day_that_the_desk_is_closed() -> None:
    one = desk(closed=[date(2026, 12, 24)])
    assert one.closes(dutch(2026, 12, 25, 10)) is None  # Christmas, a Friday
    assert one.opens(dutch(2026, 12, 23, 18)) == dutch(2026, 12, 28, 9)
    assert desk(holidays="").closes(dutch(2026, 12, 25, 10)) == dutch(2026, 12, 25, 17)


def test_a_desk_on_the_islands_keeps_its_own_clock_and_its_own_holidays() -> None:
    one = desk(zone="America/Curacao", holidays="CW")
    assert one.closes(dutch(2026, 11, 23, 12)) is None  # seven in the morning there
    assert one.closes(dutch(2026, 11, 23, 15)) == datetime(2026, 11, 23, 17, tzinfo=CURACAO)
    assert one.opens(dutch(2026, 11, 23, 12)) == dutch(2026, 11, 23, 14)
    assert one.opens(dutch(2026, 7, 6, 12)) == dutch(2026, 7, 6, 15)  # in summer the Netherlands move, the island not


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 7), (date(2026, 10, 25), 9)])
def test_on_a_day_that_the_clock_changes_a_night_has_an_hour_less_or_more(day: date, hours: int) -> None:
    one = desk(hours={"sun": ["00:00-08:00"]}, holidays="")
    first, last = one.spans(day)[0]
    assert last.astimezone(UTC) - first.astimezone(UTC) == timedelta(hours=hours)
    assert (first.hour, last.hour) == (0, 8)


def test_an_hour_that_happens_twice_closes_the_first_time_and_one_that_is_skipped_is_no_hour() -> None:
    twice = desk(hours={"sun": ["00:00-02:30"]}, holidays="")
    first, second = dutch(2026, 10, 25, 2, 15), dutch(2026, 10, 25, 2, 15).replace(fold=1)
    assert twice.closes(first)
    assert twice.closes(second) is None
    skipped = desk(hours={"sun": ["02:30-03:15"]}, holidays="")
    assert skipped.spans(date(2026, 3, 29)) == []


def test_the_promise_ends_with_the_last_working_day_of_it() -> None:
    friday = dutch(2026, 11, 27, 18)
    assert desk().promised(friday) == dutch(2026, 11, 30, 17)
    assert desk(promise_days=3).promised(friday) == dutch(2026, 12, 2, 17)
    assert desk().promised(dutch(2026, 12, 24, 18)) == dutch(2026, 12, 28, 17)  # over Christmas
    assert desk(hours={"mon": ["09:00-12:00", "13:00-17:00"]}).promised(friday) == dutch(2026, 11, 30, 17)


def test_a_desk_that_does_not_open_again_says_so_and_gets_no_questions() -> None:
    days = [date(2026, 11, 1) + timedelta(days=number) for number in range(120)]
    shut, at = desk(closed=days), dutch(2026, 11, 23, 10)
    assert not shut.opens_again(at)
    with pytest.raises(ValueError, match="does not open"):
        shut.opens(at)
    assert routed({"shut": shut, "open": desk()}, "", "", "nl", at) == ["open"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"hours": {"mon": ["17:00-09:00"]}},
        {"hours": {"mon": ["09:00-09:00"]}},
        {"hours": {"mon": ["nine to five"]}},
        {"hours": {"monday": ["09:00-17:00"]}},
        {"hours": {}},
        {"hours": {"mon": []}},
        {"zone": "Europe/Voorbeeldstad"},
        {"promise_days": 0},
        {"name": ""},
    ],
)
def test_hours_that_cannot_be_are_refused_when_the_file_is_read(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        desk(**wrong)


def test_who_gets_a_question_is_of_this_place_this_subject_this_language_and_there_now_in_that_order() -> None:
    night = {"hours": {"sat": ["09:00-10:00"]}}
    houses = {
        "elsewhere": desk(gemeenten=["GM0363"]),
        "here": desk(gemeenten=["GM0599"], **night),
        "subject": desk(topics=["debts"], **night),
        "language": desk(languages=["ti"], **night),
        "there": desk(),
        "anybody": desk(**night),
        "school": desk(topics=["school"]),
    }
    at = dutch(2026, 11, 23, 10)
    assert routed(houses, "debts", "GM0599", "ti", at) == ["here", "subject", "language", "there", "anybody"]
    assert routed(houses, "debts", "GM0599", "ti", at, without=["here"])[0] == "subject"
    assert routed(houses, "debts", "", "nl", at)[:1] == ["subject"]
    assert routed({}, "debts", "", "nl", at) == []


spans = st.tuples(st.integers(0, 1438), st.integers(1, 1439)).filter(lambda span: span[0] < span[1])
desks = st.builds(
    lambda hours, zone, closed: desk(
        hours={
            day: [f"{a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}" for a, b in one] for day, one in hours.items()
        },
        zone=zone,
        closed=closed,
    ),
    st.dictionaries(st.sampled_from(DAYS), st.lists(spans, min_size=1, max_size=3), min_size=1),
    st.sampled_from(["Europe/Amsterdam", "America/Curacao", "Pacific/Auckland", "America/St_Johns"]),
    st.lists(st.dates(date(2026, 3, 20), date(2026, 4, 3)), max_size=3),
)
days = st.sampled_from([datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 10, 24, tzinfo=UTC)])
moments = st.builds(lambda day, minutes: day + timedelta(minutes=minutes), days, st.integers(0, 4 * 24 * 60))


@hypothesis.given(desks, moments)
@hypothesis.settings(deadline=None, max_examples=examples(60))
def test_the_next_opening_is_open_and_never_before_and_a_closing_is_always_later(
    one: DeskOrganisation, at: datetime
) -> None:
    opens = one.opens(at)
    assert opens.astimezone(UTC) >= at
    assert one.closes(opens) is not None
    assert one.opens(opens).astimezone(UTC) == opens.astimezone(UTC)
    if closes := one.closes(at):
        assert closes.astimezone(UTC) > at
        assert opens.astimezone(UTC) == at
        assert one.closes(closes) is None  # shifts that meet are one
    assert one.promised(at).astimezone(UTC) >= at


@hypothesis.given(desks, moments, st.integers(1, 600))
@hypothesis.settings(deadline=None, max_examples=examples(60))
def test_later_never_means_earlier(one: DeskOrganisation, at: datetime, minutes: int) -> None:
    later = at + timedelta(minutes=minutes)
    assert one.opens(later).astimezone(UTC) >= one.opens(at).astimezone(UTC)
    assert one.promised(later).astimezone(UTC) >= one.promised(at).astimezone(UTC)
