"""Who wants a line the day before something in its plan: a yes that stands, and the last day on which one went."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, select, update

from channels.storage.plan_tables import plan_reminders, plan_sheets
from channels.storage.store import inserting

SAID = "planning.reminder"  # the key of the line


def agree(connection: Connection, conversation: str, lang: str, channel: str, text: str, moment: datetime) -> None:
    """The family said yes to `text`, what was on the screen. Saying it twice changes nothing but that text."""
    row: dict[str, Any] = {"lang": lang, "channel": channel, "given_at": moment, "withdrawn_at": None}
    row["text_hash"] = hashlib.sha256(text.encode()).hexdigest()
    statement = inserting(connection, plan_reminders).values(conversation=conversation, last_day="", **row)
    connection.execute(statement.on_conflict_do_update(index_elements=["conversation"], set_=row))


def withdraw(connection: Connection, conversation: str, moment: datetime) -> None:
    """No more of them."""
    c = plan_reminders.c
    mine = update(plan_reminders).where(c.conversation == conversation, _stands())
    connection.execute(mine.values(withdrawn_at=moment))


def agreed(connection: Connection) -> list[tuple[str, str, dict[str, Any]]]:
    """(conversation, last day, sheet) of everybody whose yes stands."""
    c, s = plan_reminders.c, plan_sheets.c
    joined = select(c.conversation, c.last_day, s.sheet).join(plan_sheets, s.conversation == c.conversation)
    return [tuple(row) for row in connection.execute(joined.where(_stands()).order_by(c.conversation))]


def any_agreed(connection: Connection) -> bool:
    """Whether anybody's yes stands."""
    return connection.execute(select(plan_reminders.c.conversation).where(_stands()).limit(1)).first() is not None


def take(connection: Connection, conversation: str, day: str) -> bool:
    """Be the one who reminds on this day; False when somebody was before, or the yes was taken back meanwhile."""
    c = plan_reminders.c
    mine = (c.conversation == conversation, c.last_day != day, _stands())
    return connection.execute(update(plan_reminders).where(*mine).values(last_day=day)).rowcount == 1


def _stands() -> ColumnElement[bool]:
    return plan_reminders.c.withdrawn_at.is_(None)
