"""The outbox: what still has to go out, in order per conversation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select, update

from channels.settings import now
from channels.storage.tables import conversations, messages, outbox

ATTEMPTS = 8


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message on its way out."""

    id: int
    conversation: str
    channel: str
    body: dict[str, Any]


def take(connection: Connection, channels: Sequence[str], limit: int = 100) -> list[Parcel]:
    """Take what is ready for these channels. A bot's answer from before a worker took over is suppressed here."""
    statement = (
        select(outbox.c.id, outbox.c.conversation, outbox.c.channel, messages.c.body, outbox.c.author, outbox.c.epoch)
        .add_columns(conversations.c.control_epoch)
        .join_from(outbox, messages, messages.c.id == outbox.c.message_id)
        .join(conversations, conversations.c.id == outbox.c.conversation)
        .where(outbox.c.state == "ready", outbox.c.not_before <= now(), outbox.c.channel.in_(channels))
        .order_by(outbox.c.id)
        .limit(limit)
    )
    parcels = []
    for number, conversation, channel, body, author, epoch, newest in connection.execute(statement).all():
        stale = author == "bot" and epoch < newest
        connection.execute(
            update(outbox)
            .where(outbox.c.id == number)
            .values(state="suppressed" if stale else "leased", attempts=outbox.c.attempts + 1)
        )
        if not stale:
            parcels.append(Parcel(number, conversation, channel, body))
    return parcels


def sent(connection: Connection, numbers: list[int]) -> None:
    """These arrived."""
    connection.execute(update(outbox).where(outbox.c.id.in_(numbers)).values(state="sent", error=None))


def failed(connection: Connection, number: int, error: str) -> None:
    """This did not arrive: again later, ever more slowly; after the last attempt it is dead and listed."""
    attempts = connection.execute(select(outbox.c.attempts).where(outbox.c.id == number)).scalar_one()
    again = now() + timedelta(seconds=min(3600, 2**attempts))
    state = "dead" if attempts >= ATTEMPTS else "ready"
    connection.execute(update(outbox).where(outbox.c.id == number).values(state=state, not_before=again, error=error))


def tried(connection: Connection, numbers: Sequence[int]) -> int:
    """How often the most tried of these was brought in vain."""
    statement = select(func.max(outbox.c.attempts)).where(outbox.c.id.in_(numbers))
    return connection.execute(statement).scalar() or 0


def once_more(connection: Connection, numbers: Sequence[int], at: datetime) -> None:
    """These did not arrive after all: out again from this moment on, by the channel on which the talk is now."""
    here = select(conversations.c.channel).where(conversations.c.id == outbox.c.conversation).scalar_subquery()
    values = {"state": "ready", "not_before": at, "attempts": outbox.c.attempts + 1, "channel": here}
    connection.execute(update(outbox).where(outbox.c.id.in_(numbers)).values(**values))


def put_back(connection: Connection, channels: Sequence[str]) -> None:
    """At start: what a process that died had taken for these channels goes out again."""
    mine = (outbox.c.state == "leased", outbox.c.channel.in_(channels))
    connection.execute(update(outbox).where(*mine).values(state="ready"))


def oldest_ready(connection: Connection, channel: str) -> float | None:
    """Age in seconds of the oldest row that should have gone out by this channel; None when nothing waits."""
    c = outbox.c
    waits = (c.state == "ready", c.channel == channel)
    moment = connection.execute(select(c.not_before).where(*waits).order_by(c.not_before).limit(1)).scalar()
    return None if moment is None else (now() - moment).total_seconds()
