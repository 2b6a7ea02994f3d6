"""What a family changed or took back after it had sent it."""

from __future__ import annotations

from sqlalchemy import Connection

from channels.handoff.casework import SYSTEM
from channels.handoff.machine import SHARED
from channels.storage import audit, cases, conversations, inbox, messages
from channels.storage.inbox import Raw
from channels.storage.sendings import CHANNEL


def edited(connection: Connection, key: str, text: str) -> bool:
    """The new words stand in place of the old ones. Whether the computer has answered the old ones already."""
    rows = inbox.by_key(connection, key)
    for raw in rows:
        _revise(connection, raw, text, "edited")
    talk = conversations.get(connection, rows[0].conversation) if rows else None
    return bool(talk and talk.control == "bot" and all(raw.state == "done" for raw in rows))


def revoked(connection: Connection, key: str) -> None:
    """The words go. Whoever has read them sees that they were taken back."""
    rows = inbox.by_key(connection, key)
    for raw in rows:
        _revise(connection, raw, "", "revoked")
    if not rows:  # nothing comes in order
        inbox.gone(connection, CHANNEL, key)


def _revise(connection: Connection, raw: Raw, text: str, how: str) -> None:
    inbox.revise(connection, raw, text)
    seq = messages.revise(connection, raw.id, text, how)
    for case in cases.all_of(connection, raw.conversation, SHARED) if seq else ():
        audit.append(connection, SYSTEM, "case.revised", case.code, case.org, {"seq": seq, "how": how})
