"""A line the day before something in a plan, for who asked for it: neutral, once, by day, never into a silence."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from channels.filling import DUTCH_ZONE
from channels.handoff.casework import Office, say
from channels.storage import conversations, cursors, plans, reminders, threads
from channels.storage.conversations import Conversation

_FROM, _TO = 9, 20  # the hours of a day, on the family's clock
_EVERY = 900  # seconds
_NEXT = "reminding:next"  # the second from which on it is looked again
log = logging.getLogger(__name__)


def is_due(connection: Connection, moment: datetime) -> bool:
    """Whether it is time to look for somebody."""
    return (cursors.get(connection, _NEXT) or 0) <= moment.timestamp() and reminders.any_agreed(connection)


def look(connection: Connection, office: Office) -> int:
    """Remind whoever is to be reminded now, at most once a quarter of an hour in all processes. Gives how many."""
    second = int(office.clock().timestamp())
    if not cursors.lease(connection, _NEXT, 0, second, second + _EVERY):
        return 0
    gone = 0
    for row in reminders.agreed(connection):
        try:
            with connection.begin_nested():  # one that fails holds up no other, and nothing else that is due
                gone += _reminded(connection, office, *row)
        except Exception:
            log.exception("a family could not be reminded; trying again later")
    return gone


def _reminded(connection: Connection, office: Office, number: str, last_day: str, sheet: Mapping[str, Any]) -> bool:
    talk = conversations.get(connection, number)
    if talk is None or talk.control != "bot" or _silent(connection, number):
        return False
    clocks = [office.clock().astimezone(ZoneInfo(zone)) for zone in _zones(office, talk)]
    today = clocks[0].date().isoformat()
    tomorrow = (clocks[0].date() + timedelta(days=1)).isoformat()
    by_day = all(_FROM <= here.hour < _TO for here in clocks)
    if last_day == today or not by_day or not _open_on(connection, talk, sheet, tomorrow):
        return False
    if not reminders.take(connection, number, today):
        return False
    # said by the computer: a worker who takes over before it went out stops it
    say(connection, office, number, {"say": reminders.SAID}, "bot")
    return True


def _zones(office: Office, talk: Conversation) -> list[str]:
    """Where the family may be: as its browser says, else at the post by which it came or in the Netherlands already."""
    if zone := talk.entry.get("zone"):
        return [zone]
    post = office.speech.content.posts.get(str(talk.entry.get("post")))
    return [DUTCH_ZONE, *([post.time_zone] if post else [])]


def _silent(connection: Connection, conversation: str) -> bool:
    reach = threads.reach(connection, conversation)
    return reach is not None and reach.stopped


def _open_on(connection: Connection, talk: Conversation, sheet: Mapping[str, Any], day: str) -> bool:
    ticks = plans.ticked(connection, talk.id)
    due = (item for item in sheet["items"] if item["due"] == day)
    return any(not ticks.get(item["slug"], item["done"]) for item in due)
