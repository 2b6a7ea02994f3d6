"""Conversations: who talks, in which language, who holds it, and the lease of the process that works on it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from channels.settings import now
from channels.storage.tables import conversations, outbox


@dataclass(frozen=True, slots=True)
class Conversation:
    """One family's talk. `sender_id` is what the bot knows it by; `control` is who may speak: bot or worker.

    `lang_hint`: the language that the last message seemed to be in, when it was not sure enough to switch.
    """

    id: str
    channel: str
    sender_id: str
    lang: str
    lang_chosen: bool
    lang_hint: str
    entry: dict[str, Any]
    control: str
    control_epoch: int
    turns: int


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on a conversation; worthless as soon as somebody else's epoch is higher."""

    conversation: str
    epoch: int


_COLUMNS = tuple(
    conversations.c[name]
    for name in (
        *("id", "channel", "sender_id", "lang", "lang_chosen", "lang_hint"),
        *("entry", "control", "control_epoch", "turns"),
    )
)


def create(
    connection: Connection, channel: str, token_hash: str, lang: str, chosen: bool, entry: dict[str, Any]
) -> str:
    """A new conversation; the answer is its id, which is random and means nothing."""
    conversation, moment = secrets.token_hex(12), now()
    connection.execute(
        insert(conversations).values(
            id=conversation,
            channel=channel,
            token_hash=token_hash,
            sender_id=secrets.token_hex(12),
            lang=lang,
            lang_chosen=int(chosen),
            lang_hint="",
            entry=entry,
            control="bot",
            control_epoch=0,
            last_seq=0,
            turns=0,
            lease_epoch=0,
            lease_until=moment,
            created_at=moment,
            last_at=moment,
        )
    )
    return conversation


def get(connection: Connection, conversation: str) -> Conversation | None:
    """One conversation by its id."""
    return _one(connection, conversations.c.id == conversation)


def by_token(connection: Connection, token_hash: str) -> Conversation | None:
    """The conversation that this token opens."""
    return _one(connection, conversations.c.token_hash == token_hash)


def _one(connection: Connection, where: Any) -> Conversation | None:
    row = connection.execute(select(*_COLUMNS).where(where)).first()
    if row is None:
        return None
    values = dict(row._mapping)
    return Conversation(**{**values, "lang_chosen": bool(values["lang_chosen"])})


def claim(connection: Connection, conversation: str, owner: str, seconds: float) -> Lease | None:
    """Take the lease by compare-and-swap; None when another process holds it."""
    moment = now()
    c = conversations.c
    statement = (
        update(conversations)
        .where(c.id == conversation, (c.lease_until <= moment) | (c.lease_owner == owner))
        .values(lease_owner=owner, lease_until=moment + timedelta(seconds=seconds), lease_epoch=c.lease_epoch + 1)
        .returning(c.lease_epoch)
    )
    epoch = connection.execute(statement).scalar()
    return None if epoch is None else Lease(conversation, epoch)


def holds(connection: Connection, lease: Lease, seconds: float) -> bool:
    """Whether this lease is still the newest (the fence of every commit); if so it is prolonged."""
    c = conversations.c
    statement = (
        update(conversations)
        .where(c.id == lease.conversation, c.lease_epoch == lease.epoch)
        .values(lease_until=now() + timedelta(seconds=seconds))
    )
    return connection.execute(statement).rowcount == 1


def release(connection: Connection, lease: Lease) -> None:
    """Give the lease back; nothing happens when it was lost already."""
    c = conversations.c
    connection.execute(
        update(conversations).where(c.id == lease.conversation, c.lease_epoch == lease.epoch).values(lease_until=now())
    )


def release_all(connection: Connection) -> None:
    """Free every lease. Only where no second process can be at work: SQLite, at start."""
    connection.execute(update(conversations).values(lease_until=now()))


def set_language(connection: Connection, conversation: str, lang: str, *, chosen: bool) -> None:
    """From now on the conversation is in this language."""
    connection.execute(
        update(conversations)
        .where(conversations.c.id == conversation)
        .values(lang=lang, lang_chosen=int(chosen), lang_hint="")
    )


def note_entry(connection: Connection, conversation: str, entry: dict[str, Any]) -> None:
    """How this family came in, as far as we know now."""
    connection.execute(update(conversations).where(conversations.c.id == conversation).values(entry=entry))


def hint_language(connection: Connection, conversation: str, lang: str) -> None:
    """Remember the language that the last message seemed to be in; "" when it was the language of the talk."""
    c = conversations.c
    connection.execute(update(conversations).where(c.id == conversation, c.lang_hint != lang).values(lang_hint=lang))


def count_turn(connection: Connection, conversation: str) -> None:
    """One more turn taken by the bot."""
    c = conversations.c
    connection.execute(update(conversations).where(c.id == conversation).values(turns=c.turns + 1, last_at=now()))


def take_over(connection: Connection, conversation: str, control: str) -> int:
    """Hand the conversation to `control`; answers still under way for the other become stale. Gives the new epoch."""
    c = conversations.c
    statement = (
        update(conversations)
        .where(c.id == conversation)
        .values(control=control, control_epoch=c.control_epoch + 1)
        .returning(c.control_epoch)
    )
    epoch: int = connection.execute(statement).scalar_one()
    return epoch


def move(connection: Connection, conversation: str, channel: str) -> bool:
    """From now on answers go out by this channel, also what still waited for another one: that is due at once.

    Whether it was another one until now.
    """
    c, o = conversations.c, outbox.c
    moved = update(conversations).where(c.id == conversation, c.channel != channel).values(channel=channel)
    if not connection.execute(moved).rowcount:
        return False
    waits = (o.conversation == conversation, o.channel != channel, o.state.in_(("ready", "held")))
    connection.execute(update(outbox).where(*waits).values(channel=channel, state="ready", not_before=now()))
    return True


def new_sender(connection: Connection, conversation: str) -> None:
    """Make the bot meet this family for the first time again."""
    connection.execute(
        update(conversations)
        .where(conversations.c.id == conversation)
        .values(sender_id=secrets.token_hex(12), turns=0, entry={}, lang_hint="")
    )
