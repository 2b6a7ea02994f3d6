"""The audit as the desk uses it: one row per organisation of a worker, and what an auditor may read back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, select

from channels.storage import audit
from channels.storage.audit import Actor
from channels.storage.tables import audit as audit_table
from channels.storage.workers import Worker

PAGE = 200


def note(
    connection: Connection, worker: Worker, action: str, subject: str = "", detail: Mapping[str, Any] | None = None
) -> None:
    """A worker did something that each of their organisations may know of."""
    for org in worker.orgs or ("",):
        audit.append(connection, Actor("worker", str(worker.id)), action, subject, org, detail)


def rows(
    connection: Connection, orgs: Collection[str], after: int = 0, limit: int | None = PAGE
) -> list[dict[str, Any]]:
    """Rows of these organisations after number `after`, the oldest first; at most `limit`. `at` is a moment in UTC."""
    c = audit_table.c
    chosen = select(audit_table).where(c.org.in_(orgs), c.id > after).order_by(c.id).limit(limit)
    return [dict(row._mapping) for row in connection.execute(chosen)]
