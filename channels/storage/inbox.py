"""The inbox: what came in, stored raw with a unique key before anything else happens."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, text, update

from channels.settings import now
from channels.storage.tables import Moment, inbox


@dataclass(frozen=True, slots=True)
class Raw:
    """One stored thing that came in. `attempts`: how often the bot was asked about it."""

    id: int
    channel: str
    conversation: str
    body: str
    state: str
    attempts: int


WAITING_LIMIT = 30
# one prepared statement: this stands between a family and its acknowledgement
_STORE = text(
    "INSERT INTO inbox (dedupe_key, channel, conversation, body, state, attempts, received_at) "
    "SELECT :dedupe_key, :channel, CAST(:conversation AS VARCHAR(32)), :body, 'new', 0, :received_at "
    "WHERE (SELECT count(*) FROM inbox "
    "WHERE conversation = CAST(:conversation AS VARCHAR(32)) AND state IN ('new', 'heard')) < :limit "
    "ON CONFLICT (dedupe_key) DO NOTHING RETURNING id"
).bindparams(bindparam("received_at", type_=Moment()))


class TooMany(Exception):
    """As much of this conversation waits as may wait; nothing was stored."""


def store(
    connection: Connection, channel: str, conversation: str, dedupe_key: str, body: str, limit: int = WAITING_LIMIT
) -> int | None:
    """Keep it; the answer is its number, or None when this key was stored before. Raises TooMany."""
    given = {"dedupe_key": dedupe_key, "channel": channel, "conversation": conversation, "body": body}
    number: int | None = connection.execute(_STORE, {**given, "limit": limit, "received_at": now()}).scalar()
    if number is None:
        known = select(inbox.c.id).where(inbox.c.dedupe_key == dedupe_key)
        if connection.execute(known).first() is None:
            raise TooMany
    return number


def get(connection: Connection, number: int) -> Raw | None:
    """One row by its number. Another process that wants it waits until this transaction is over."""
    connection.execute(select(inbox.c.id).where(inbox.c.id == number).with_for_update())
    rows = _rows(connection, inbox.c.id == number)
    return rows[0] if rows else None


def has(connection: Connection, dedupe_key: str) -> bool:
    """Whether this was stored before."""
    return connection.execute(select(inbox.c.id).where(inbox.c.dedupe_key == dedupe_key)).first() is not None


def by_key(connection: Connection, dedupe_key: str) -> list[Raw]:
    """What was stored under this key, first the thing itself, then (key:…) what became of it."""
    c = inbox.c.dedupe_key
    return _rows(connection, (c == dedupe_key) | c.startswith(f"{dedupe_key}:", autoescape=True))


def revise(connection: Connection, raw: Raw, text: str) -> None:
    """Other words in place of what was sent. Nothing left of them means that nothing is to be answered.

    What was forgotten stays forgotten.
    """
    if not raw.body:
        return
    body = json.loads(raw.body)
    values: dict[str, Any] = {"body": json.dumps({**body, "text": text})}
    if not text and raw.state in ("new", "heard"):
        values["state"] = "done"
    connection.execute(update(inbox).where(inbox.c.id == raw.id).values(**values))


def gone(connection: Connection, channel: str, dedupe_key: str) -> None:
    """What has not come yet was taken back: when it comes, it counts as handled."""
    if number := store(connection, channel, "", dedupe_key, ""):
        mark(connection, number, "done")


def waiting(connection: Connection, conversation: str) -> list[Raw]:
    """What this conversation's bot has still to answer, in order."""
    return _rows(connection, (inbox.c.conversation == conversation) & (inbox.c.state == "heard"))


def unheard(connection: Connection) -> list[tuple[int, str]]:
    """Number and body of everything stored but not yet parsed: work left by a process that died."""
    statement = select(inbox.c.id, inbox.c.body).where(inbox.c.state == "new").order_by(inbox.c.id)
    return [(number, body) for number, body in connection.execute(statement)]


def conversations_waiting(connection: Connection) -> list[str]:
    """Conversations that still wait for an answer."""
    statement = select(inbox.c.conversation).where(inbox.c.state == "heard").distinct()
    return list(connection.execute(statement).scalars())


def pending(connection: Connection, conversation: str) -> int:
    """How many things of this conversation are not done."""
    statement = select(func.count()).where(inbox.c.conversation == conversation, inbox.c.state.in_(("new", "heard")))
    return connection.execute(statement).scalar_one()


def mark(connection: Connection, number: int, state: str, error: str | None = None) -> None:
    """Set the state of one row."""
    connection.execute(update(inbox).where(inbox.c.id == number).values(state=state, error=error))


def count_attempt(connection: Connection, number: int) -> None:
    """Note, before the call, that the bot is asked about this row: after a crash we then know to look first."""
    connection.execute(update(inbox).where(inbox.c.id == number).values(attempts=inbox.c.attempts + 1))


def forget(connection: Connection, conversation: str) -> None:
    """Blank what a family sent. The keys stay, so that a replay is still recognised."""
    connection.execute(
        update(inbox).where(inbox.c.conversation == conversation).values(body="", state="done", error=None)
    )


def _rows(connection: Connection, where: Any) -> list[Raw]:
    columns = (inbox.c.id, inbox.c.channel, inbox.c.conversation, inbox.c.body, inbox.c.state, inbox.c.attempts)
    return [Raw(*row) for row in connection.execute(select(*columns).where(where).order_by(inbox.c.id))]
