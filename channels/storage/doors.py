"""Doors to a talk: a link or a code that works once and for a while, and who came in by it. Only hashes stand.

A link leads from WhatsApp to the secure page; a code, from one device of a family to another.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from channels.storage.cases import letters
from channels.storage.tables import doors

LINK_LIVES = timedelta(minutes=15)
INSIDE_LIVES = timedelta(hours=12)
CODE_LIVES = timedelta(hours=24)
DEVICE_LIVES = timedelta(days=30)  # as long as a talk that rests is kept
_BEHIND = {"link": ("inside", INSIDE_LIVES), "code": ("device", DEVICE_LIVES)}


def make(connection: Connection, conversation: str, moment: datetime) -> str:
    """A new link to this conversation, as the token in it. Older links that nobody used are worthless from now on."""
    _end_unused(connection, conversation, "link")
    return _new(connection, conversation, "link", moment, moment + LINK_LIVES)


def make_code(connection: Connection, conversation: str, moment: datetime) -> str:
    """A new code for another device: twelve letters, sixty bits of chance. Older codes nobody used are worthless."""
    _end_unused(connection, conversation, "code")
    return _new(connection, conversation, "code", moment, moment + CODE_LIVES, letters(12))


def enter(connection: Connection, token: str, moment: datetime, kind: str = "link") -> tuple[str, str] | None:
    """Use a link (or a code) up: (conversation, token of who is inside now); None: it is unknown, used or too old.

    Of two who enter at the same moment exactly one comes in.
    """
    c = doors.c
    statement = (
        update(doors)
        .where(c.token_hash == hashed(token), c.kind == kind, c.used_at.is_(None), c.expires_at > moment)
        .values(used_at=moment)
        .returning(c.conversation)
    )
    conversation: str | None = connection.execute(statement).scalar()
    if conversation is None:
        return None
    behind, lives = _BEHIND[kind]
    return conversation, _new(connection, conversation, behind, moment, moment + lives)


def inside(connection: Connection, token_hash: str, moment: datetime) -> str | None:
    """The conversation of somebody who came in; None when there is no such token, or not any more."""
    c = doors.c
    where = (c.token_hash == token_hash, c.kind.in_(("inside", "device")), c.expires_at > moment)
    return connection.execute(select(c.conversation).where(*where)).scalar()


def of_a_device(connection: Connection, token_hash: str) -> bool:
    """Whether this is the token of a device that came in by a code, and not by a link."""
    c = doors.c
    where = (c.token_hash == token_hash, c.kind == "device")
    return connection.execute(select(c.conversation).where(*where)).scalar() is not None


def close(connection: Connection, conversation: str) -> None:
    """Every link to this conversation ends, and whoever is inside is outside."""
    connection.execute(delete(doors).where(doors.c.conversation == conversation))


def forget_old(connection: Connection, moment: datetime) -> None:
    """Whatever opens nothing any more goes."""
    connection.execute(delete(doors).where(doors.c.expires_at <= moment))


def hashed(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _end_unused(connection: Connection, conversation: str, kind: str) -> None:
    c = doors.c
    connection.execute(delete(doors).where(c.conversation == conversation, c.kind == kind, c.used_at.is_(None)))


def _new(
    connection: Connection, conversation: str, kind: str, moment: datetime, until: datetime, token: str = ""
) -> str:
    token = token or secrets.token_urlsafe(24)
    values = {"conversation": conversation, "kind": kind, "expires_at": until, "created_at": moment}
    connection.execute(insert(doors).values(token_hash=hashed(token), **values))
    return token
