"""What WhatsApp told us, byte for byte, kept before anything else happens."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.exc import DBAPIError

from channels.settings import now
from channels.storage.store import inserting
from channels.storage.whatsapp_tables import webhooks

_KEPT = timedelta(days=14)
_AT_ONCE = 500
_IN_THE_WAY = ("40001", "40P01")  # of PostgreSQL: a change that came between, and two that wait for each other


def store(connection: Connection, raw: bytes) -> int | None:
    """Keep it; the answer is its number, or None when exactly this came before."""
    values = {"body_hash": hashlib.sha256(raw).hexdigest(), "body": raw, "state": "new", "received_at": now()}
    statement = inserting(connection, webhooks).values(values).on_conflict_do_nothing().returning(webhooks.c.id)
    number: int | None = connection.execute(statement).scalar()
    return number


def new(connection: Connection, limit: int) -> list[tuple[int, bytes]]:
    """What nobody has read yet, in the order of arrival. Another process that reads waits until this one is done."""
    statement = select(webhooks.c.id, webhooks.c.body).where(webhooks.c.state == "new").order_by(webhooks.c.id)
    return [(number, bytes(body)) for number, body in connection.execute(statement.limit(limit).with_for_update())]


def read_until(connection: Connection) -> datetime:
    """Whatever arrived before this moment has been read."""
    statement = select(webhooks.c.received_at).where(webhooks.c.state == "new").order_by(webhooks.c.id).limit(1)
    moment: datetime | None = connection.execute(statement).scalar()
    return moment or now()


def done(connection: Connection, numbers: Sequence[int]) -> None:
    """Understood: what they said stands elsewhere now, so the bytes go."""
    if numbers:
        connection.execute(update(webhooks).where(webhooks.c.id.in_(numbers)).values(state="done", body=b""))


def strange(connection: Connection, number: int, state: str, why: str) -> None:
    """Not wholly understood; `state` is unknown or failed. The bytes stay a while, for a better reader."""
    connection.execute(update(webhooks).where(webhooks.c.id == number).values(state=state, error=why[:500]))


def read_again(connection: Connection) -> int:
    """What was not understood is read once more, as far as its bytes are still here. Gives how many."""
    c = webhooks.c
    where = (c.state.in_(("unknown", "failed")), c.body != b"")
    return connection.execute(update(webhooks).where(*where).values(state="new", error=None)).rowcount


def is_passing(error: Exception) -> bool:
    """Whether two processes were in each other's way, so that the same goes well the next time."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in _IN_THE_WAY


def counts(connection: Connection) -> dict[str, int]:
    """How many were not understood, per reason."""
    c = webhooks.c
    statement = select(c.error, func.count()).where(c.state.in_(("unknown", "failed"))).group_by(c.error)
    return {str(why): count for why, count in connection.execute(statement).all()}


def forget_old(connection: Connection, moment: datetime) -> int:
    """Two weeks after it came nothing is sent again and nobody mends its reading: a part of it goes. Gives how many."""
    c = webhooks.c
    oldest = connection.execute(select(c.id, c.state, c.received_at).order_by(c.id).limit(_AT_ONCE)).all()
    old = [number for number, state, at in oldest if at < moment - _KEPT and state != "new"]
    if old:
        connection.execute(delete(webhooks).where(c.id.in_(old)))
    return len(old)
