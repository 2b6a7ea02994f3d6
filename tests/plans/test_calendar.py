"""The days of a plan in a calendar that others may see."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from icalendar import Calendar

from channels.plans import page
from channels.plans.calendar import calendar
from tests.conftest import DAY
from tests.plans.conftest import PlanHouse
from tests.plans.sheets import FAMILIES, MOMENT, opened, sheet_of, speech, telling

# What nobody who looks at a telephone may learn. Of every language that has words for it.
SAYS_TOO_MUCH = (
    *("huis", "woon", "opvang", "dakloos", "verblijf", "visum", "ind", "gemeente", "bijstand", "uitkering", "papier"),
    *("shelter", "homeless", "visa", "residence", "permit", "municipality", "chavez", "plan", "thuiswijzer", "kind"),
)


def read(made: bytes) -> list[dict[str, object]]:
    found = Calendar.from_ical(made)
    assert found.errors == []
    return list(found.walk("VEVENT"))


@pytest.mark.parametrize("family", FAMILIES)
def test_a_calendar_reads_back_with_one_day_per_open_point_that_is_to_come(family: str) -> None:
    told = opened(family)
    events = read(calendar(told, telling(), MOMENT))
    wanted = [item for item in told.sheet["items"] if item["due"] and item["due"] >= DAY.isoformat()]
    assert [event["DTSTART"].dt.isoformat() for event in events] == [item["due"] for item in wanted if not item["done"]]
    for event in events:
        assert type(event["DTSTART"].dt) is date
        assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(days=1)
        (alarm,) = event.walk("VALARM")
        assert alarm["TRIGGER"].dt == timedelta(hours=-15), "nine in the morning of the day before"


@pytest.mark.parametrize("lang", ["nl", "en", "ar", "ti"])
def test_nothing_in_a_calendar_tells_what_it_is_about(lang: str) -> None:
    events = read(calendar(opened("09_chavez_abroad"), telling(lang), MOMENT))
    assert events
    shown = {str(event[name]) for event in events for name in ("SUMMARY", "DESCRIPTION")}
    words = " ".join(shown).casefold().split()
    assert not [bad for bad in SAYS_TOO_MUCH if bad in words or any(len(bad) > 3 and bad in word for word in words)]
    neutral = {speech().line(key, lang) for key in speech().words.dutch if key.startswith("sheet.calendar.")}
    assert shown <= neutral


def test_no_link_and_no_conversation_stands_in_a_calendar() -> None:
    made = calendar(opened("09_chavez_abroad", conversation="geheim"), telling(), MOMENT).decode()
    assert "geheim" not in made
    assert "http" not in made
    assert "link" not in made.casefold()


def test_the_same_point_keeps_its_name_when_its_day_changes_and_another_family_has_another() -> None:
    def names(**more: object) -> set[str]:
        return {str(event["UID"]) for event in read(calendar(opened("09_chavez_abroad", **more), telling(), MOMENT))}

    first = opened("09_chavez_abroad")
    first.sheet["items"] = [{**item, "due": "2027-07-01"} for item in first.sheet["items"] if item["due"]]
    assert {str(event["UID"]) for event in read(calendar(first, telling("ar"), MOMENT))} == names()
    assert not names() & names(conversation="d")


def test_what_is_done_or_has_no_day_or_is_past_is_left_out() -> None:
    items = sheet_of("09_chavez_abroad")["items"]
    done = {item["slug"]: True for item in items[:5]}
    told = opened("09_chavez_abroad", done)
    told.sheet["items"][6]["due"] = None
    told.sheet["items"][7]["due"] = (DAY - timedelta(1)).isoformat()
    assert len(read(calendar(told, telling(), MOMENT))) == len(items) - 7


def test_a_plan_without_a_day_to_come_offers_no_empty_file() -> None:
    told, late = opened("09_chavez_abroad"), telling()
    assert page.shown(told, late)["calendar"]
    late.today = date(2030, 1, 1)
    assert not page.shown(told, late)["calendar"]


async def test_the_file_comes_with_the_link_and_is_not_kept(home: PlanHouse) -> None:
    path = await home.link(await home.open())
    async with home.client.get(f"{path}.ics?l=ar") as response:
        assert response.status == 200
        assert response.content_type == "text/calendar"
        assert response.headers["Cache-Control"] == "no-store"
        assert read(await response.read())
