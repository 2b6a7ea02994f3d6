"""What goes when its time has come: the content of a case, and a whole talk. The audit and the consents stay."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, func, or_, select, update

from channels.storage import cases as cases_in
from channels.storage import conversations as talks
from channels.storage import doors as doors_in
from channels.storage import inbox as inbox_in
from channels.storage import messages as messages_in
from channels.storage import plans as plans_in
from channels.storage import reminders as reminders_in
from channels.storage import sendings as sendings_in
from channels.storage import threads
from channels.storage.cases import Case
from channels.storage.tables import cases, conversations, inbox, messages, notes, outbox
from channels.storage.whatsapp_tables import sendings


def due_cases(
    connection: Connection,
    states: Collection[str],
    before: Mapping[str, datetime],
    otherwise: datetime,
    most: int,
) -> list[Case]:
    """Cases in these states that ended before the moment of their organisation, or `otherwise`, and still have content.

    A case without a moment at which it ended counts from its last change.
    """
    ended = func.coalesce(cases.c.closed_at, cases.c.updated_at)
    of_one = (and_(cases.c.org == org, ended < moment) for org, moment in before.items())
    of_others = and_(cases.c.org.not_in(list(before)), ended < otherwise)
    kept = cases.c.facts["forgotten"].as_boolean().is_(None)
    where = (cases.c.state.in_(list(states)), kept, or_(of_others, *of_one))
    numbers = connection.execute(select(cases.c.id).where(*where).order_by(cases.c.id).limit(most)).scalars().all()
    return [case for number in numbers if (case := cases_in.get(connection, number))]


def empty_case(connection: Connection, case: Case, facts: Mapping[str, Any]) -> bool:
    """Only the bones stay, with these facts; False when the case changed meanwhile."""
    bare = {"packet": {}, "topic": "", "reason": "asked", "return_hash": None, "facts": {**facts, "forgotten": True}}
    if not cases_in.change(connection, case, **bare):
        return False
    connection.execute(delete(notes).where(notes.c.case_id == case.id))
    return True


def some_messages(connection: Connection, conversation: str, numbers: Collection[int]) -> None:
    """These messages of a talk go, with what would bring them out and with what came in raw."""
    where = (messages.c.conversation == conversation, messages.c.seq.in_(list(numbers)))
    rows = connection.execute(select(messages.c.id, messages.c.inbox_id).where(*where)).all()
    ids, raw = [row.id for row in rows], [row.inbox_id for row in rows if row.inbox_id]
    brought = set(connection.execute(select(outbox.c.id).where(outbox.c.message_id.in_(ids))).scalars())
    alive = select(sendings.c.id, sendings.c.outbox).where(sendings.c.conversation == conversation)
    stuck = [number for number, brings in connection.execute(alive) if brought.intersection(brings)]
    connection.execute(update(sendings).where(sendings.c.id.in_(stuck)).values(payload={}))
    waits = (sendings.c.id.in_(stuck), sendings.c.state.in_(("ready", "trying")))
    connection.execute(update(sendings).where(*waits).values(state="suppressed"))
    connection.execute(delete(outbox).where(outbox.c.id.in_(list(brought))))
    connection.execute(delete(messages).where(messages.c.id.in_(ids)))
    mine = inbox.c.id.in_(raw)
    connection.execute(update(inbox).where(mine).values(body="", state="done", error=None))


def idle_talks(connection: Connection, before: datetime, ended: Collection[str], most: int) -> list[str]:
    """Talks in which nothing was said since then, that still have messages, and whose cases are all in these states.

    A reminder is no word: a family that says nothing was told that its talk goes.
    """
    c = conversations.c
    said = select(messages.c.id).where(messages.c.conversation == c.id)
    since = said.where(messages.c.created_at >= before, messages.c.key != reminders_in.SAID)
    open_cases = select(cases.c.id).where(cases.c.conversation == c.id, cases.c.state.not_in(list(ended)))
    where = (c.created_at < before, said.exists(), ~since.exists())
    found = select(c.id).where(*where, ~open_cases.exists()).order_by(c.id).limit(most)
    return list(connection.execute(found).scalars())


def talk(connection: Connection, conversation: str) -> None:
    """Everything that was said in a talk goes, and where it came from; the bot will meet somebody new."""
    sendings_in.silence(connection, conversation)
    ended = sendings.c.state.not_in(("ready", "trying"))
    connection.execute(delete(sendings).where(sendings.c.conversation == conversation, ended))
    threads.part(connection, conversation)
    doors_in.close(connection, conversation)
    plans_in.forget(connection, conversation)
    messages_in.forget(connection, conversation)
    inbox_in.forget(connection, conversation)
    talks.new_sender(connection, conversation)
