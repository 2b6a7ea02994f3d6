"""The open days of a plan as a file for a calendar. Who looks over a shoulder reads only that there is a day."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from icalendar import Alarm, Calendar, Event

from channels.plans.page import to_come
from channels.plans.telling import Telling
from channels.storage.plans import Opened

# The day begins at midnight on the clock where the calendar is: nine in the morning of the day before.
_BEFORE = timedelta(hours=-15)


def calendar(opened: Opened, telling: Telling, moment: datetime) -> bytes:
    """An iCalendar file (RFC 5545): a whole day for every open item that has a day to come, with a reminder.

    The same item has the same UID in every file, so that a calendar changes a day and makes no second one. No link to
    the plan stands in it: calendars are shared, and kept elsewhere. `moment`: now, in UTC.
    """
    made = Calendar()
    made.add("prodid", "-//Thuiswijzer//plan//NL")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", telling.plain("sheet.calendar.name"))
    for item in to_come(opened, telling.today):
        made.add_component(_event(opened.conversation, item, telling, moment))
    return bytes(made.to_ical())


def _event(conversation: str, item: Mapping[str, Any], telling: Telling, moment: datetime) -> Event:
    title, day = telling.plain(f"sheet.calendar.{item['who']}"), date.fromisoformat(item["due"])
    event, alarm = Event(), Alarm()
    event.add("uid", f"{_uid(conversation, item['slug'])}@thuiswijzer")
    event.add("dtstamp", moment.astimezone(UTC))
    event.add("summary", title)
    event.add("description", telling.plain("sheet.calendar.text"))
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", _BEFORE)
    event.add_component(alarm)
    return event


def _uid(conversation: str, slug: str) -> str:
    """Says nothing, also not to who knows the names of all items."""
    return hashlib.sha256(f"{conversation}:{slug}".encode()).hexdigest()[:32]
