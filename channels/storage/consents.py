"""What a family agreed to share, and the notes that workers keep about it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from channels.settings import now
from channels.storage.cases import Case, code
from channels.storage.tables import consents, notes


def give(connection: Connection, case: Case, channel: str, items: list[str], text_hash: str, lang: str) -> str:
    """The family agreed to share exactly this with this organisation. Gives the receipt."""
    receipt = code("OK")
    connection.execute(
        insert(consents).values(
            case_id=case.id,
            conversation=case.conversation,
            org=case.org,
            items=items,
            text_hash=text_hash,
            lang=lang,
            channel=channel,
            receipt=receipt,
            given_at=now(),
        )
    )
    return receipt


def withdraw(connection: Connection, case: int) -> None:
    """The consents of a case end; that they were given stays on record."""
    statement = update(consents).where(consents.c.case_id == case, consents.c.withdrawn_at.is_(None))
    connection.execute(statement.values(withdrawn_at=now()))
    connection.execute(update(notes).where(notes.c.case_id == case).values(text=""))


def of_case(connection: Connection, case: int) -> list[dict[str, Any]]:
    """Every consent of a case, in order."""
    statement = select(consents).where(consents.c.case_id == case).order_by(consents.c.id)
    return [dict(row._mapping) for row in connection.execute(statement)]


def stands(connection: Connection, case: int) -> bool:
    """Whether a consent of this case stands."""
    statement = select(func.count()).where(consents.c.case_id == case, consents.c.withdrawn_at.is_(None))
    return bool(connection.execute(statement).scalar())


def add_note(connection: Connection, case: int, worker: int, text: str) -> None:
    """What workers tell each other; no family sees it."""
    connection.execute(insert(notes).values(case_id=case, worker=worker, text=text, created_at=now()))


def notes_of(connection: Connection, case: int) -> list[dict[str, Any]]:
    """The notes of a case, in order."""
    statement = select(notes.c.worker, notes.c.text, notes.c.created_at).where(notes.c.case_id == case)
    return [dict(row._mapping) for row in connection.execute(statement.order_by(notes.c.id))]
