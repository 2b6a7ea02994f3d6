"""Timers: what must be looked at, and when. Rows, so that a restart forgets none."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from channels.settings import now
from channels.storage.tables import timers


def replace(connection: Connection, case: int, version: int, moments: Mapping[str, datetime]) -> None:
    """From now on only these are watched for this case."""
    connection.execute(
        update(timers).where(timers.c.case_id == case, timers.c.fired_at.is_(None)).values(fired_at=now())
    )
    for kind, moment in moments.items():
        connection.execute(insert(timers).values(kind=kind, case_id=case, version=version, due_at=moment))


def add(connection: Connection, case: int, version: int, kind: str, moment: datetime) -> None:
    """Watch one thing more."""
    connection.execute(insert(timers).values(kind=kind, case_id=case, version=version, due_at=moment))


def due(connection: Connection, moment: datetime, limit: int = 100) -> list[tuple[int, str, int, int]]:
    """(number, kind, case, version) of what should be looked at by now, the oldest first."""
    statement = (
        select(timers.c.id, timers.c.kind, timers.c.case_id, timers.c.version)
        .where(timers.c.fired_at.is_(None), timers.c.due_at <= moment)
        .order_by(timers.c.due_at, timers.c.id)
        .limit(limit)
    )
    return [tuple(row) for row in connection.execute(statement)]


def of_case(connection: Connection, case: int) -> list[tuple[str, datetime]]:
    """What is still watched for a case."""
    statement = select(timers.c.kind, timers.c.due_at).where(timers.c.case_id == case, timers.c.fired_at.is_(None))
    return [(row.kind, row.due_at) for row in connection.execute(statement.order_by(timers.c.due_at))]


def fire(connection: Connection, timer: int) -> bool:
    """Mark one as done; False when another process did so before."""
    statement = update(timers).where(timers.c.id == timer, timers.c.fired_at.is_(None)).values(fired_at=now())
    return connection.execute(statement).rowcount == 1
