"""Small numbers under a name: how far a follower of the audit has come, and who is at work until when."""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection, delete, select, update

from channels.storage.store import inserting
from channels.storage.tables import cursors

_SEEN = "seen:"


def get(connection: Connection, name: str) -> int | None:
    """The number under this name."""
    return connection.execute(select(cursors.c.event).where(cursors.c.name == name)).scalar()


def put(connection: Connection, name: str, event: int) -> None:
    """From now on this number."""
    statement = inserting(connection, cursors).values(name=name, event=event)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"event": event}))


def begin(connection: Connection, name: str, event: int) -> int:
    """The number under this name; where there was none, `event` from now on."""
    connection.execute(inserting(connection, cursors).values(name=name, event=event).on_conflict_do_nothing())
    known = get(connection, name)
    return event if known is None else known


def starting(connection: Connection, beginning: str) -> dict[str, int]:
    """Every number whose name begins so, by the rest of its name."""
    where = cursors.c.name.startswith(beginning, autoescape=True)
    rows = connection.execute(select(cursors.c.name, cursors.c.event).where(where).order_by(cursors.c.name))
    return {row.name.removeprefix(beginning): row.event for row in rows}


def forget(connection: Connection, beginning: str) -> None:
    """Every number whose name begins so goes."""
    connection.execute(delete(cursors).where(cursors.c.name.startswith(beginning, autoescape=True)))


def forget_one(connection: Connection, name: str) -> None:
    """Exactly this number goes."""
    connection.execute(delete(cursors).where(cursors.c.name == name))


def seen(connection: Connection, key: str) -> bool:
    """Whether `once` met this key before."""
    return get(connection, _seen_name(key)) is not None


def once(connection: Connection, key: str, second: int) -> bool:
    """True the first time that this key comes by; `second`: now, so that `sweep` finds what is old."""
    statement = inserting(connection, cursors).values(name=_seen_name(key), event=second)
    return connection.execute(statement.on_conflict_do_nothing().returning(cursors.c.name)).first() is not None


def sweep(connection: Connection, before: int) -> None:
    """Keys that came by before this second are forgotten."""
    where = cursors.c.name.startswith(_SEEN, autoescape=True)
    connection.execute(delete(cursors).where(where, cursors.c.event < before))


def _seen_name(key: str) -> str:
    return _SEEN + hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def lease(connection: Connection, name: str, mine: int, moment: int, until: int) -> bool:
    """Be the only one at work until a second; False while somebody else is.

    `mine`: what this caller wrote the last time (0 for nothing yet); `moment`: the second that it is now.
    """
    held = begin(connection, name, 0)
    if held != mine and held > moment:
        return False
    statement = update(cursors).where(cursors.c.name == name, cursors.c.event == held).values(event=until)
    return connection.execute(statement).rowcount == 1
