"""When somebody is at a desk, on the clock of the post, also where a clock changes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from channels import settings
from channels.embassy.hours import Desk, coming, desks
from channels.handoff.casework import Office
from channels.handoff.organisations import DeskOrganisation
from tests.conftest import DAY
from tests.embassy.test_entries import SPEECH

ZONE = "America/Paramaribo"  # three hours behind UTC, all year
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OFFICE_HOURS = dict.fromkeys(WEEK[:5], ("09:00-17:00",))


def office(**told: Any) -> Office:
    one = DeskOrganisation(name="Voorbeeldhulp", **{"hours": OFFICE_HOURS, "holidays": "", **told})
    return Office({"voorbeeld": one}, SPEECH, lambda: DAY)


def shown(moment: datetime, zone: str = ZONE, lang: str = "nl", **told: Any) -> Desk:
    with settings.at(moment):
        (desk,) = desks(office(**told), "", lang, zone)
    return desk


@pytest.mark.parametrize(
    ("thursday", "before", "after"),
    [
        # Amsterdam goes to winter time on Sunday 25 October 2026, to summer time on Sunday 28 March 2027
        (datetime(2026, 10, 22, 6, tzinfo=UTC), ("04:00", "12:00"), ("05:00", "13:00")),
        (datetime(2027, 3, 25, 6, tzinfo=UTC), ("05:00", "13:00"), ("04:00", "12:00")),
    ],
)
def test_the_hours_move_with_the_dutch_clock_on_the_day_it_changes(
    thursday: datetime, before: tuple[str, str], after: tuple[str, str]
) -> None:
    spans = [told for _, told in shown(thursday).rows]
    assert spans == [(before,), (before,), (after,), (after,), (after,)]


def test_where_the_clock_of_the_post_changes_and_ours_does_not_the_hours_move_as_well() -> None:
    moment = datetime(2026, 10, 29, 6, tzinfo=UTC)  # New York changes a week after Amsterdam
    spans = [told for _, told in shown(moment, "America/New_York").rows]
    assert spans == [(("04:00", "12:00"),)] * 2 + [(("03:00", "11:00"),)] * 3


def test_a_day_at_the_desk_may_be_another_day_at_the_post() -> None:
    desk = shown(datetime(2026, 11, 23, 6, tzinfo=UTC), "Pacific/Kiritimati", hours={"mon": ("12:00-20:00",)})
    (row,) = desk.rows
    assert row[0].startswith("dinsdag 24")
    assert row[1] == (("01:00", "09:00"),)


def test_whoever_is_there_day_and_night_has_no_rows() -> None:
    desk = shown(datetime(2026, 11, 23, 6, tzinfo=UTC), hours=dict.fromkeys(WEEK, ("00:00-24:00",)))
    assert desk.always
    assert desk.rows == ()


def test_two_spans_of_a_day_stand_in_one_row_and_what_meets_is_one_span() -> None:
    desk = shown(datetime(2026, 11, 23, 6, tzinfo=UTC), hours={"mon": ("09:00-12:00", "12:00-13:00", "14:00-17:00")})
    assert [told for _, told in desk.rows] == [(("05:00", "09:00"), ("10:00", "13:00"))]


@pytest.mark.parametrize(("hour", "there"), [(6, False), (8, True), (15, True), (16, False)])
def test_it_is_told_until_when_somebody_is_there_or_from_when_again(hour: int, there: bool) -> None:
    desk = shown(datetime(2026, 11, 23, hour, tzinfo=UTC))
    assert (desk.until is not None, desk.again is None) == (there, there)
    told = desk.until or desk.again
    assert told
    assert told["zone"] == ZONE


def test_a_desk_that_takes_another_subject_and_one_that_never_opens_again_are_not_shown() -> None:
    moment = datetime(2026, 11, 23, 6, tzinfo=UTC)
    with settings.at(moment):
        assert desks(office(topics=("debts",)), "school", "nl", ZONE) == []
        assert desks(Office({}, SPEECH, lambda: DAY), "", "nl", ZONE) == []


def test_seven_days_are_told_and_no_day_twice() -> None:
    one = office().organisations["voorbeeld"]
    spans = coming(one, datetime(2026, 11, 26, 6, tzinfo=UTC), ZoneInfo(ZONE))
    days = [first.date() for first, _ in spans]
    assert len(set(days)) == len(days) == 5


@pytest.mark.parametrize("lang", SPEECH.words.offered())
def test_a_day_has_words_in_every_language(lang: str) -> None:
    rows = shown(datetime(2026, 11, 23, 6, tzinfo=UTC), lang=lang).rows
    assert len({day for day, _ in rows}) == 5
