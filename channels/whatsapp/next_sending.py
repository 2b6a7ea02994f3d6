"""Which message goes out next in one conversation, if any: order, epoch, silence, window and templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from channels.handoff.casework import Office, say
from channels.handoff.reaching import MARGIN
from channels.settings import now
from channels.storage import conversations, number_states, sendings, threads
from channels.storage.conversations import Conversation
from channels.storage.sendings import Row, Sending
from channels.storage.threads import Thread
from channels.whatsapp.composing import Composer, asks_for_notice
from channels.whatsapp.numbers import Number
from channels.whatsapp.shaping import template
from channels.whatsapp.templates import Templates


@dataclass(frozen=True, slots=True)
class Out:
    """What goes out now, from which number of ours to whom."""

    sending: Sending
    number: Number
    thread: Thread


@dataclass(frozen=True, slots=True)
class Chooser:
    """Works within one transaction."""

    numbers: Mapping[str, Number]
    composer: Composer
    templates: Templates
    office: Office

    def next(self, connection: Connection, conversation: str) -> Out | None:
        """Take the next message in hand; None when nothing can go out now."""
        threads.hold(connection, conversation)
        while True:
            thread, talk = threads.of(connection, conversation), conversations.get(connection, conversation)
            number = self.numbers.get(thread.number) if thread else None
            if thread is None or talk is None or number is None or not (thread.bsuid or thread.phone):
                return None
            if thread.number in number_states.resting(connection):
                return None
            sending = sendings.first(connection, conversation)
            if sending is None:
                if not self._made(connection, talk, thread):
                    return None
            elif sending.state == "trying" or sending.not_before > now():
                return None
            elif not _given_up(connection, sending, talk, thread):
                return Out(sending, number, thread) if sendings.start(connection, sending) else None

    def _made(self, connection: Connection, talk: Conversation, thread: Thread) -> bool:
        """Whether a message was written down that can go out."""
        rows = _wanted(connection, talk, thread)
        if not rows or not sendings.complete(connection, talk.id, rows):
            return False
        if _closed(thread):
            sendings.settle_rows(connection, [row.id for row in rows], "held")
            return self._announced(connection, talk, thread, rows)
        if asks_for_notice(thread, rows):
            threads.note(connection, talk.id, told=[*thread.told, "notify"])
            say(connection, self.office, talk.id, {"say": "whatsapp.notify_ask"})
            return True  # once more, with this line
        self.composer.compose(connection, talk, thread, rows)
        return True

    def _announced(self, connection: Connection, talk: Conversation, thread: Thread, rows: Sequence[Row]) -> bool:
        """One short message without content, when the family agreed to it; the next only after it wrote again."""
        if not thread.notify or thread.template_at or thread.stopped_at:
            return False
        asks = any(row.body["key"] == "handoff.aftercare" for row in rows)
        name, code = self.templates.for_language("one_question" if asks else "answer_waiting", talk.lang)
        threads.note(connection, talk.id, template_at=now())
        sendings.make(connection, talk.id, thread.number, [], template(name, code, "whatsapp.read"))
        return True


def _closed(thread: Thread) -> bool:
    return thread.window_until - MARGIN <= now()


def _given_up(connection: Connection, sending: Sending, talk: Conversation, thread: Thread) -> bool:
    """Whether it became senseless while it waited. Its rows are looked at one by one: some may go out all the same."""
    rows = sendings.brought(connection, sending)
    if sending.outbox:
        forgotten = len(rows) < len(sending.outbox)
        senseless = forgotten or _closed(thread) or any(_unwanted(row, talk, thread) for row in rows)
    else:
        senseless = thread.stopped_at is not None
    if senseless:
        sendings.give_up(connection, sending, "ready", 0)
    return senseless


def _wanted(connection: Connection, talk: Conversation, thread: Thread) -> list[Row]:
    """The rows that may go out; the others are suppressed for good."""
    rows = sendings.rows(connection, talk.id)
    unwanted = [row for row in rows if _unwanted(row, talk, thread)]
    sendings.settle_rows(connection, [row.id for row in unwanted], "suppressed")
    return [row for row in rows if row not in unwanted]


def _unwanted(row: Row, talk: Conversation, thread: Thread) -> bool:
    """What the computer said before a worker took over; and for a family that wanted silence nearly everything."""
    stale = row.author == "bot" and row.epoch < talk.control_epoch
    return stale or (thread.stopped_at is not None and not _always(row))


def _always(row: Row) -> bool:
    """Also for a family that wanted silence: the confirmation of it, and what answers words of danger."""
    return str(row.body["key"]).startswith(("whatsapp.stopped", "crisis."))
