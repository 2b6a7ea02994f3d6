"""Messages in order, and the outbox row that is written together with each message that must go out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from channels.settings import now
from channels.storage.tables import conversations, messages, outbox


def append(
    connection: Connection, conversation: str, author: str, key: str, body: dict[str, Any], inbox_id: int | None
) -> tuple[int, int]:
    """Add a message at the end; the answer is (its id, its number in the conversation)."""
    seq = connection.execute(
        update(conversations)
        .where(conversations.c.id == conversation)
        .values(last_seq=conversations.c.last_seq + 1)
        .returning(conversations.c.last_seq)
    ).scalar_one()
    values = {
        "conversation": conversation,
        "seq": seq,
        "author": author,
        "key": key,
        "body": body,
        "inbox_id": inbox_id,
        "created_at": now(),
    }
    return connection.execute(insert(messages).values(values).returning(messages.c.id)).scalar_one(), seq


def send(
    connection: Connection, conversation: str, channel: str, epoch: int, body: dict[str, Any], inbox_id: int | None
) -> int:
    """Add a message and, in the same transaction, the outbox row that will bring it out. Gives its number."""
    message_id, seq = append(connection, conversation, body["author"], body["key"], body, inbox_id)
    connection.execute(
        insert(outbox).values(
            message_id=message_id,
            conversation=conversation,
            channel=channel,
            author=body["author"],
            epoch=epoch,
            state="ready",
            attempts=0,
            not_before=now(),
        )
    )
    return seq


def visible(connection: Connection, conversation: str, after: int, limit: int = 200) -> list[dict[str, Any]]:
    """What the family can see with a number above `after`, in order, each with its `seq`.

    Nothing is shown past a message that still has to go out: it would be skipped by who asks `after` a later one.
    What waits until WhatsApp may bring it is shown: the family reads it here.
    """
    waiting = (
        select(func.min(messages.c.seq))
        .join_from(messages, outbox, outbox.c.message_id == messages.c.id)
        .where(messages.c.conversation == conversation, outbox.c.state == "ready")
        .scalar_subquery()
    )
    statement = (
        select(messages.c.seq, messages.c.body)
        .join_from(messages, outbox, outbox.c.message_id == messages.c.id, isouter=True)
        .where(messages.c.conversation == conversation, messages.c.seq > after)
        .where(or_(outbox.c.id.is_(None), outbox.c.state.in_(("leased", "sent", "held"))))
        .where(or_(waiting.is_(None), messages.c.seq < waiting))
        .order_by(messages.c.seq)
        .limit(limit)
    )
    return [{"seq": seq, **body} for seq, body in connection.execute(statement)]


def offered(connection: Connection, conversation: str, turns: int = 12) -> list[list[dict[str, str]]]:
    """The choices of each of the last messages that had any, newest first. All may be tapped, the first also typed."""
    statement = (
        select(messages.c.body)
        .where(messages.c.conversation == conversation, messages.c.author != "family")
        .order_by(messages.c.seq.desc())
        .limit(turns)
    )
    return [choices for body in connection.execute(statement).scalars() if (choices := body.get("choices"))]


def last_bot_key(connection: Connection, conversation: str) -> str | None:
    """The key of the newest message that is not the family's."""
    statement = (
        select(messages.c.key)
        .where(messages.c.conversation == conversation, messages.c.author != "family")
        .order_by(messages.c.seq.desc())
        .limit(1)
    )
    return connection.execute(statement).scalar()


def said(connection: Connection, conversation: str, key: str, lang: str) -> bool:
    """Whether this message was said before in this conversation, in this language."""
    statement = select(messages.c.body).where(messages.c.conversation == conversation, messages.c.key == key)
    return any(body["lang"] == lang for body in connection.execute(statement).scalars())


def keys(connection: Connection, conversation: str, beginning: str) -> list[str]:
    """The keys that begin so, of what was said to the family, each once, in order."""
    statement = (
        select(messages.c.key)
        .where(messages.c.conversation == conversation, messages.c.author != "family")
        .where(messages.c.key.startswith(beginning, autoescape=True))
        .order_by(messages.c.seq)
    )
    return list(dict.fromkeys(connection.execute(statement).scalars()))


def since(connection: Connection, conversation: str, moment: datetime, after: int) -> list[dict[str, Any]]:
    """Every message from a moment on with a number above `after`, in order, each with its `seq` and `at`."""
    statement = (
        select(messages.c.seq, messages.c.created_at, messages.c.body)
        .where(messages.c.conversation == conversation, messages.c.created_at >= moment, messages.c.seq > after)
        .order_by(messages.c.seq)
    )
    return [{"seq": seq, "at": at, **body} for seq, at, body in connection.execute(statement)]


def answered_since(connection: Connection, conversation: str, moment: datetime) -> bool:
    """Whether anything was said to the family after this moment."""
    statement = select(messages.c.id).where(messages.c.conversation == conversation, messages.c.author != "family")
    return connection.execute(statement.where(messages.c.created_at > moment).limit(1)).first() is not None


def last_of_family(connection: Connection, conversation: str) -> int:
    """The number of the newest thing this family sent; 0 when it sent nothing."""
    statement = select(func.max(messages.c.seq))
    statement = statement.where(messages.c.conversation == conversation, messages.c.author == "family")
    return connection.execute(statement).scalar() or 0


def said_before(connection: Connection, conversation: str, inbox_id: int) -> list[str]:
    """The keys of what was said between this message of the family and the one before it, in order."""
    c = messages.c
    seq = select(c.seq).where(c.inbox_id == inbox_id, c.author == "family").scalar_subquery()
    rows = connection.execute(
        select(c.author, c.key).where(c.conversation == conversation, c.seq < seq).order_by(c.seq.desc()).limit(12)
    ).all()
    before = next((number for number, row in enumerate(rows) if row.author == "family"), len(rows))
    return [row.key for row in reversed(rows[:before])]


def revise(connection: Connection, inbox_id: int, text: str, how: str) -> int | None:
    """Other words in what a family sent; `how` they changed stands in its facts. Gives its number in the talk."""
    mine = (messages.c.inbox_id == inbox_id, messages.c.author == "family")
    row = connection.execute(select(messages.c.id, messages.c.seq, messages.c.body).where(*mine)).first()
    if row is None:
        return None
    body = {**row.body, "text": text, "facts": {**row.body.get("facts", {}), how: True}}
    connection.execute(update(messages).where(messages.c.id == row.id).values(body=body))
    return int(row.seq)


def undelivered(connection: Connection, outbox_ids: Sequence[int]) -> None:
    """Note in these messages that they did not arrive."""
    statement = select(messages.c.id, messages.c.body).join(outbox, outbox.c.message_id == messages.c.id)
    for number, body in connection.execute(statement.where(outbox.c.id.in_(outbox_ids))).all():
        facts = {**body.get("facts", {}), "undelivered": True}
        connection.execute(update(messages).where(messages.c.id == number).values(body={**body, "facts": facts}))


def heard(connection: Connection, inbox_id: int) -> bool:
    """Whether this inbox row has become a message already (parsing twice changes nothing)."""
    statement = select(messages.c.id).where(messages.c.inbox_id == inbox_id, messages.c.author == "family")
    return connection.execute(statement.limit(1)).first() is not None


def forget(connection: Connection, conversation: str) -> None:
    """Remove every message of a conversation and what would still go out."""
    connection.execute(delete(outbox).where(outbox.c.conversation == conversation))
    connection.execute(delete(messages).where(messages.c.conversation == conversation))
