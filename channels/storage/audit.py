"""Who did what, when: rows that are only ever added, each with the hash of the row before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Connection, insert, select, text

from channels.settings import now
from channels.storage.tables import audit

_FIRST = "0" * 64
_NO_NEWS = ("case.read", "case.translate")
_LOCK = 7_316_004  # any number of our own: one chain, so one writer at a time


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: a family (by its conversation), a worker (by number), or the system (by what part of it)."""

    kind: Literal["family", "worker", "system"]
    id: str


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a case of one organisation."""

    id: int
    action: str
    code: str
    org: str
    actor: str
    at: datetime
    detail: dict[str, Any]


def append(
    connection: Connection,
    actor: Actor,
    action: str,
    subject: str,
    org: str = "",
    detail: Mapping[str, Any] | None = None,
) -> int:
    """Add one event and give its number, which also orders what a desk is told. `detail` never holds content."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    previous = connection.execute(select(audit.c.hash).order_by(audit.c.id.desc()).limit(1)).scalar() or _FIRST
    row = {
        "at": now(),
        "actor_kind": actor.kind,
        "actor": actor.id,
        "org": org,
        "action": action,
        "object": subject,
        "detail": dict(detail or {}),
        "prev_hash": previous,
    }
    number: int = connection.execute(insert(audit).values(**row, hash=_hash(row)).returning(audit.c.id)).scalar_one()
    return number


def newest(connection: Connection) -> int:
    """The number of the newest event; 0 when nothing ever happened."""
    return connection.execute(select(audit.c.id).order_by(audit.c.id.desc()).limit(1)).scalar() or 0


def cases_after(connection: Connection, number: int, org: str | None = None, limit: int = 500) -> list[Event]:
    """What happened to cases (of one organisation) after this event, in order; reading or translating is not news."""
    c = audit.c
    statement = select(c.id, c.action, c.object, c.org, c.actor, c.at, c.detail).where(c.id > number)
    statement = statement.where(c.action.startswith("case."), c.action.not_in(_NO_NEWS)).order_by(c.id).limit(limit)
    if org is not None:
        statement = statement.where(c.org == org)
    return [Event(*row) for row in connection.execute(statement)]


def states_of(connection: Connection, code: str) -> list[dict[str, Any]]:
    """Every change of state of a case, in order: {action, at, detail}, with `to` in its detail."""
    statement = select(audit.c.action, audit.c.at, audit.c.detail).where(audit.c.object == code)
    rows = connection.execute(statement.where(audit.c.action.startswith("case.")).order_by(audit.c.id))
    return [dict(row._mapping) for row in rows if "to" in row.detail]


def heard(connection: Connection, code: str) -> set[int]:
    """The numbers of the messages of a family that belong to this case."""
    statement = select(audit.c.detail).where(audit.c.object == code, audit.c.action == "case.family_message")
    return {detail["seq"] for detail in connection.execute(statement).scalars() if "seq" in detail}


def broken_at(connection: Connection) -> int | None:
    """The number of the first row that was changed or follows a missing one; None when the chain is whole."""
    previous = _FIRST
    for row in connection.execute(select(audit).order_by(audit.c.id)):
        if row.prev_hash != previous or row.hash != _hash(row._asdict()):
            return int(row.id)
        previous = row.hash
    return None


def _hash(row: Mapping[str, Any]) -> str:
    at: datetime = row["at"]
    told = [at.astimezone(UTC).isoformat(timespec="microseconds"), *(row[name] for name in _HASHED)]
    return hashlib.sha256(json.dumps(told, ensure_ascii=True, sort_keys=True).encode()).hexdigest()


_HASHED = ("actor_kind", "actor", "org", "action", "object", "detail", "prev_hash")
