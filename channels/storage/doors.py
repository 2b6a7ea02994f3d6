"""Doors to the secure page: a link that works once and for a short while, and who came in by it. Only hashes stand."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from channels.storage.tables import doors

LINK_LIVES = timedelta(minutes=15)
INSIDE_LIVES = timedelta(hours=12)


def make(connection: Connection, conversation: str, moment: datetime) -> str:
    """A new link to this conversation, as the token in it. Older links that nobody used are worthless from now on."""
    c = doors.c
    connection.execute(delete(doors).where(c.conversation == conversation, c.kind == "link", c.used_at.is_(None)))
    return _new(connection, conversation, "link", moment, moment + LINK_LIVES)


def enter(connection: Connection, token: str, moment: datetime) -> tuple[str, str] | None:
    """Use a link up: (conversation, token of who is inside now); None when it is unknown, used or too old.

    Of two who enter at the same moment exactly one comes in.
    """
    c = doors.c
    statement = (
        update(doors)
        .where(c.token_hash == hashed(token), c.kind == "link", c.used_at.is_(None), c.expires_at > moment)
        .values(used_at=moment)
        .returning(c.conversation)
    )
    conversation: str | None = connection.execute(statement).scalar()
    if conversation is None:
        return None
    return conversation, _new(connection, conversation, "inside", moment, moment + INSIDE_LIVES)


def inside(connection: Connection, token_hash: str, moment: datetime) -> str | None:
    """The conversation of somebody who came in; None when there is no such token, or not any more."""
    c = doors.c
    where = (c.token_hash == token_hash, c.kind == "inside", c.expires_at > moment)
    return connection.execute(select(c.conversation).where(*where)).scalar()


def close(connection: Connection, conversation: str) -> None:
    """Every link to this conversation ends, and whoever is inside is outside."""
    connection.execute(delete(doors).where(doors.c.conversation == conversation))


def forget_old(connection: Connection, moment: datetime) -> None:
    """Whatever opens nothing any more goes."""
    connection.execute(delete(doors).where(doors.c.expires_at <= moment))


def hashed(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _new(connection: Connection, conversation: str, kind: str, moment: datetime, until: datetime) -> str:
    token = secrets.token_urlsafe(24)
    values = {"conversation": conversation, "kind": kind, "expires_at": until, "created_at": moment}
    connection.execute(insert(doors).values(token_hash=hashed(token), **values))
    return token
