"""Who is logged in at a desk, and how often somebody tried in vain."""

from __future__ import annotations

import math
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select, text, update

from channels.settings import now
from channels.storage.tables import desk_sessions, login_failures, workers
from channels.storage.workers import hashed

IDLE, ABSOLUTE = timedelta(minutes=30), timedelta(hours=10)
_TOUCH = timedelta(minutes=1)
FREE_TRIES = 5
_FIRST_WAIT, _LONGEST_WAIT = timedelta(minutes=1), timedelta(minutes=15)
_LOCK = 7_316_005  # any number of our own, and not the one of the audit
_FORGET = timedelta(hours=1)  # longer than the longest wait, or waiting would be pointless


@dataclass(frozen=True, slots=True)
class Session:
    """One login. `public` names it to its worker; `due`: it is time to note that it was used.

    `open_at`: when its page last stood open, used or not.
    """

    id_hash: str
    worker: int
    agent: str
    created_at: datetime
    seen_at: datetime
    open_at: datetime | None

    @property
    def public(self) -> str:
        """A short name that opens nothing."""
        return self.id_hash[:16]

    @property
    def due(self) -> bool:
        """Whether `touch` would do something."""
        return self.seen_at <= now() - _TOUCH


def create(connection: Connection, worker: int, agent: str) -> str:
    """A new session; the answer is its secret id, of which only the hash is kept. `agent`: which browser."""
    token, moment = secrets.token_urlsafe(32), now()
    connection.execute(
        insert(desk_sessions).values(
            id_hash=hashed(token), worker=worker, agent=agent[:120], created_at=moment, seen_at=moment
        )
    )
    return token


def find(connection: Connection, token: str) -> Session | None:
    """The session that this id opens, of a worker who is active; None after 30 idle minutes or 10 hours. Only reads."""
    found = _alive(connection, desk_sessions.c.id_hash == hashed(token))
    return found[0] if found else None


def touch(connection: Connection, id_hash: str) -> None:
    """It was used just now. At most once a minute, and never to bring back what has ended."""
    c, moment = desk_sessions.c, now()
    connection.execute(
        update(desk_sessions)
        .where(c.id_hash == id_hash, c.seen_at <= moment - _TOUCH, c.seen_at > moment - IDLE, c.revoked_at.is_(None))
        .values(seen_at=moment)
    )


def list_of(connection: Connection, worker: int) -> list[Session]:
    """Where this worker is logged in, the newest first."""
    return _alive(connection, desk_sessions.c.worker == worker)


def revoke(connection: Connection, id_hash: str, worker: int) -> bool:
    """End one session of this worker; False when there was none such."""
    c = desk_sessions.c
    ended = connection.execute(
        update(desk_sessions)
        .where(c.id_hash == id_hash, c.worker == worker, c.revoked_at.is_(None))
        .values(revoked_at=now())
    )
    return ended.rowcount == 1


def revoke_all(connection: Connection, worker: int) -> None:
    """End every session of this worker."""
    c = desk_sessions.c
    connection.execute(update(desk_sessions).where(c.worker == worker, c.revoked_at.is_(None)).values(revoked_at=now()))


def stands_open(connection: Connection, id_hash: str) -> None:
    """The page of this session is open: its worker is there, reading. The session does not last longer by it."""
    connection.execute(update(desk_sessions).where(desk_sessions.c.id_hash == id_hash).values(open_at=now()))


def last_seen(connection: Connection, worker: int) -> datetime | None:
    """When this worker was last at a desk, using it or with the page open; None when nowhere now."""
    there = (moment for one in list_of(connection, worker) for moment in (one.seen_at, one.open_at) if moment)
    return max(there, default=None)


def _alive(connection: Connection, where: Any) -> list[Session]:
    c, moment = desk_sessions.c, now()
    rows = connection.execute(
        select(c.id_hash, c.worker, c.agent, c.created_at, c.seen_at, c.open_at)
        .join(workers, workers.c.id == c.worker)
        .where(where, workers.c.state == "active", c.revoked_at.is_(None))
        .where(c.seen_at > moment - IDLE, c.created_at > moment - ABSOLUTE)
        .order_by(c.created_at.desc(), c.id_hash)
    )
    return [Session(**row._mapping) for row in rows]


def try_once(connection: Connection, account: str, address: str) -> int:
    """Seconds to wait before the next try; 0: go on, and this try counts as failed until `succeeded` says otherwise.

    It is counted before anything is compared: who tries a hundred times at the same moment has tried a hundred times.
    """
    _alone(connection)
    moment, keys, c = now(), (_account(account), _address(address)), login_failures.c
    chosen = select(c.key_hash, c.count.label("tries"), c.last_at).where(c.key_hash.in_(keys))
    tried = {row.key_hash: row for row in connection.execute(chosen)}
    waits: list[timedelta] = [row.last_at + _pause(row.tries) - moment for row in tried.values()]
    if (wait := max(waits, default=timedelta(0))) > timedelta(0):
        return math.ceil(wait.total_seconds())
    for key in keys:
        row = tried.get(key)
        if row is None:
            connection.execute(insert(login_failures).values(key_hash=key, count=1, last_at=moment))
            continue
        count = row.tries + 1 if row.last_at > moment - _FORGET else 1
        connection.execute(update(login_failures).where(c.key_hash == key).values(count=count, last_at=moment))
    return 0


def succeeded(connection: Connection, account: str, address: str) -> None:
    """The last try was right: the account starts anew, and the address has one failure less.

    In a transaction of its own, or two processes could hold each other (see `_alone`).
    """
    _alone(connection)
    c = login_failures.c
    connection.execute(
        update(login_failures).where(c.key_hash == _address(address), c.count > 0).values(count=c.count - 1)
    )
    connection.execute(delete(login_failures).where(c.key_hash == _account(account)))


def clear(connection: Connection, name: str) -> None:
    """Somebody who was counted under one name, as account and as address, starts anew. In a transaction of its own."""
    _alone(connection)
    keys = (_account(name), _address(name))
    connection.execute(delete(login_failures).where(login_failures.c.key_hash.in_(keys)))


def sweep(connection: Connection) -> None:
    """Throw away sessions and failures that no longer matter. In a transaction of its own."""
    _alone(connection)
    moment = now()
    connection.execute(delete(login_failures).where(login_failures.c.last_at < moment - _FORGET))
    connection.execute(delete(desk_sessions).where(desk_sessions.c.created_at < moment - ABSOLUTE))


def _alone(connection: Connection) -> None:
    """One process at a time counts. A lock per row would not do: a group of writes takes those in any order."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def _account(name: str) -> str:
    return hashed(f"account {name}")


def _address(name: str) -> str:
    return hashed(f"address {name}")


def _pause(count: int) -> timedelta:
    if count < FREE_TRIES:
        return timedelta(0)
    return min(_FIRST_WAIT * (1 << min(count - FREE_TRIES, 10)), _LONGEST_WAIT)
