"""Cases: what a worker will find. One open case per conversation; danger lifts its urgency."""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy import Connection, desc, insert, select, update

from channels.settings import now
from channels.storage.tables import cases, conversations

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def open_or_update(
    connection: Connection, conversation: str, urgency: int, reason: str, lang: str, packet: dict[str, Any]
) -> str:
    """Open a case, or add to the open one (never lowering its urgency). Gives its code, which a family can read out."""
    # two processes that open at the same moment wait for each other here (SQLite has one writer anyway)
    connection.execute(select(conversations.c.id).where(conversations.c.id == conversation).with_for_update())
    where = (cases.c.conversation == conversation) & (cases.c.state == "queued")
    row = connection.execute(select(cases.c.id, cases.c.code, cases.c.urgency, cases.c.packet).where(where)).first()
    if row:
        values = {
            "urgency": max(row.urgency, urgency),
            "lang": lang,
            "packet": {**row.packet, **packet},
            "updated_at": now(),
        }
        if urgency >= row.urgency:
            values["reason"] = reason
        connection.execute(update(cases).where(cases.c.id == row.id).values(values))
        return str(row.code)
    code = "TW-" + "".join(secrets.choice(_LETTERS) for _ in range(6))
    connection.execute(
        insert(cases).values(
            code=code,
            conversation=conversation,
            state="queued",
            urgency=urgency,
            reason=reason,
            lang=lang,
            packet=packet,
            created_at=now(),
            updated_at=now(),
        )
    )
    return code


def listed(connection: Connection, limit: int = 200) -> list[dict[str, Any]]:
    """Open cases, the most urgent first, then the oldest."""
    statement = select(cases).where(cases.c.state == "queued").order_by(desc(cases.c.urgency), cases.c.id).limit(limit)
    return [dict(row._mapping) for row in connection.execute(statement)]


def close_for(connection: Connection, conversation: str) -> None:
    """The family took everything back: the case closes and its content goes."""
    connection.execute(
        update(cases)
        .where(cases.c.conversation == conversation, cases.c.state == "queued")
        .values(state="withdrawn", packet={}, updated_at=now())
    )
