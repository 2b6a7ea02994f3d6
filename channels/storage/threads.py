"""Families on WhatsApp: under which names they are known on each of our numbers, and until when we may write freely."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, case, delete, insert, literal, select, update

from channels.settings import now
from channels.storage.tables import conversations, outbox
from channels.storage.whatsapp_tables import identities, threads

KINDS = ("bsuid", "parent", "phone")  # the surest name first
WINDOW = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Thread:
    """One family on one number of ours. `numbered`: the choices behind "2"; `told`: what is said once in a talk."""

    conversation: str
    number: str
    bsuid: str
    phone: str
    window_until: datetime
    numbered: Sequence[str]
    notify: bool | None
    stopped_at: datetime | None
    template_at: datetime | None
    told: Sequence[str]


@dataclass(frozen=True, slots=True)
class Reach:
    """How a family can be written to: freely until `window_until`; with a short message later (`notify`); not at all.

    `page`: the talk is on the secure page now.
    """

    window_until: datetime
    stopped: bool
    notify: bool | None
    page: bool


_COLUMNS = tuple(threads.c[name] for name in Thread.__slots__)


def of(connection: Connection, conversation: str) -> Thread | None:
    """The thread of a conversation; None when it is not on WhatsApp."""
    row = connection.execute(select(*_COLUMNS).where(threads.c.conversation == conversation)).first()
    if row is None:
        return None
    values = dict(row._mapping)
    notify = values["notify"]
    return Thread(**{**values, "notify": None if notify is None else bool(notify)})


def reach(connection: Connection, conversation: str) -> Reach | None:
    """How this family can be written to; None when it is not on WhatsApp."""
    thread = of(connection, conversation)
    if thread is None:
        return None
    channel = connection.execute(select(conversations.c.channel).where(conversations.c.id == conversation)).scalar_one()
    return Reach(thread.window_until, thread.stopped_at is not None, thread.notify, channel == "webchat")


def begin(connection: Connection, conversation: str, number: str, moment: datetime) -> None:
    """A new thread; its names follow."""
    values: dict[str, Any] = {"bsuid": "", "phone": "", "numbered": [], "told": []}
    connection.execute(insert(threads).values(conversation=conversation, number=number, window_until=moment, **values))


def note(connection: Connection, conversation: str, **values: Any) -> None:
    """Change columns of a thread."""
    connection.execute(update(threads).where(threads.c.conversation == conversation).values(**values))


def spoke(connection: Connection, conversation: str, moment: datetime) -> None:
    """The family wrote at this moment: the window opens again, and what was held goes out."""
    before, until = threads.c.window_until, literal(moment + WINDOW, threads.c.window_until.type)
    later = case((before < until, until), else_=before)
    note(connection, conversation, template_at=None, window_until=later)
    release(connection, conversation)


def close(connection: Connection, conversation: str, moment: datetime) -> None:
    """Meta says that the window was closed at this moment; unless the family wrote since, it still is."""
    since = threads.c.window_until <= moment + WINDOW
    connection.execute(update(threads).where(threads.c.conversation == conversation, since).values(window_until=moment))


def release(connection: Connection, conversation: str) -> None:
    """What was held is looked at again. It is due from now on, and so waits for the answer to what came just now."""
    held = (outbox.c.conversation == conversation, outbox.c.state == "held")
    connection.execute(update(outbox).where(*held).values(state="ready", not_before=now()))


def known(connection: Connection, number: str, names: Mapping[str, str]) -> dict[str, str]:
    """Per kind of name the conversation it belongs to now; kinds that nobody knows are left out."""
    c = identities.c
    found = {}
    for kind in KINDS:
        if value := names.get(kind):
            where = (c.number == number, c.kind == kind, c.value_hash == _hash(value), c.valid_to.is_(None))
            if conversation := connection.execute(select(c.conversation).where(*where)).scalar():
                found[kind] = str(conversation)
    return found


def learn(connection: Connection, conversation: str, number: str, names: Mapping[str, str], moment: datetime) -> None:
    """From now on this family has these names too. A telephone number is kept only where there is nothing better."""
    c = identities.c
    for kind in KINDS:
        if not (value := names.get(kind)):
            continue
        key = {"number": number, "kind": kind, "value_hash": _hash(value)}
        where = [c[name] == given for name, given in key.items()]
        seen = update(identities).where(*where).values(conversation=conversation, valid_to=None)
        if not connection.execute(seen).rowcount:
            connection.execute(insert(identities).values(conversation=conversation, created_at=moment, **key))
    thread = of(connection, conversation)
    bsuid, phone = names.get("bsuid") or (thread.bsuid if thread else ""), names.get("phone")
    address = (bsuid, "" if bsuid else phone or (thread.phone if thread else ""))
    if thread and address != (thread.bsuid, thread.phone):
        for talk in together(connection, conversation):
            note(connection, talk, bsuid=address[0], phone=address[1])


def together(connection: Connection, conversation: str) -> list[str]:
    """This talk and all that were joined with it: they are written to under one id, from one number of ours.

    A telephone number joins nothing: it is given out again.
    """
    thread = of(connection, conversation)
    if thread is None or not thread.bsuid:
        return [conversation]
    c = threads.c
    same = (c.number == thread.number, c.bsuid == thread.bsuid)
    return list(connection.execute(select(c.conversation).where(*same)).scalars())


def listens(connection: Connection, conversation: str) -> None:
    """This family wants to be written to again; nothing changes for one that never wanted silence."""
    for talk in together(connection, conversation):
        note(connection, talk, stopped_at=None)


def hold(connection: Connection, conversation: str) -> None:
    """Whoever else works on what goes out here waits until this transaction is over (on SQLite nobody else can)."""
    where = threads.c.conversation == conversation
    connection.execute(select(threads.c.conversation).where(where).with_for_update())


def end(connection: Connection, conversation: str, number: str, names: Mapping[str, str], moment: datetime) -> None:
    """These names are not of this family any more. Whoever else has one of them by now keeps it."""
    c = identities.c
    for kind in KINDS:
        if value := names.get(kind):
            where = (c.conversation == conversation, c.number == number, c.kind == kind, c.value_hash == _hash(value))
            connection.execute(update(identities).where(*where).values(valid_to=moment))


def join(connection: Connection, old: str, new: str, moment: datetime | None) -> None:
    """Two talks turn out to be of one person: all names lead to `new`. What still waits in `old` goes out as well.

    Both are written to at one address from now on, for the names of one of them may be somebody else's by now.
    A wish for silence in one counts in both. `moment`: when the family wrote what shows it, if it wrote.
    """
    connection.execute(update(identities).where(identities.c.conversation == old).values(conversation=new))
    before, after = of(connection, old), of(connection, new)
    if before is None or after is None:
        return
    until = max(before.window_until, after.window_until, *([moment + WINDOW] if moment else ()))
    notify = before.notify if after.notify is None else after.notify
    here = after if after.bsuid or after.phone else before
    stopped = after.stopped_at or before.stopped_at
    both: dict[str, Any] = {"window_until": until, "stopped_at": stopped, "bsuid": here.bsuid, "phone": here.phone}
    note(connection, new, **both, notify=None if notify is None else int(notify))
    note(connection, old, **both)
    release(connection, old)


def forget(connection: Connection, conversation: str) -> None:
    """What this family agreed to and was told goes; under which names it writes stays, or it could not be answered."""
    note(connection, conversation, numbered=[], told=[], notify=None)


def part(connection: Connection, conversation: str) -> None:
    """Nobody is known by any name here any more: who writes again is new."""
    connection.execute(delete(identities).where(identities.c.conversation == conversation))
    note(connection, conversation, bsuid="", phone="", numbered=[], told=[], notify=None)


def on_page(connection: Connection) -> list[str]:
    """Conversations from WhatsApp that are on the secure page now."""
    joined = select(threads.c.conversation).join(conversations, conversations.c.id == threads.c.conversation)
    return list(connection.execute(joined.where(conversations.c.channel == "webchat")).scalars())


def _hash(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()
