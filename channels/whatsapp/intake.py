"""From raw webhooks to what happens: messages to the gateway, statuses to what we sent, names to people."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from channels.envelope import Incoming
from channels.gateway import as_kept
from channels.hearing import has_words
from channels.settings import now
from channels.storage import conversations, inbox, threads, webhooks
from channels.storage.sendings import CHANNEL
from channels.storage.store import Store
from channels.whatsapp import books, changes, people
from channels.whatsapp.events import (
    Call,
    Edited,
    Event,
    Kind,
    Message,
    Preference,
    Renamed,
    Revoked,
    Status,
    Trouble,
    Unknown,
)
from channels.whatsapp.hints import Hints
from channels.whatsapp.numbers import Number
from channels.whatsapp.parsing import parse
from channels.whatsapp.people import People
from channels.whatsapp.typed import Typed, chosen

log = logging.getLogger(__name__)
_SLICES, _AT_ONCE = 8, 1  # while a slice is read, whoever posts the next webhook waits
_WAITING_LIMIT = 1000  # Meta cannot be told to wait, so more is taken than from a page
_KEPT_AS_WORDS = (Kind.TEXT, Kind.CHOICE)


@dataclass(frozen=True, slots=True)
class Heard:
    """One new thing in the inbox; `wamid` for the mark that it was read."""

    inbox: int
    conversation: str
    text: str
    number: str = ""
    wamid: str = ""


class Intake:
    """Reads what the webhook kept, in order. `hear` is told of everything new, after it is safely stored."""

    def __init__(
        self,
        store: Store,
        numbers: Mapping[str, Number],
        who: People,
        typed: Typed,
        hints: Hints,
        hear: Callable[[Sequence[Heard]], None],
    ) -> None:
        self._store, self._numbers, self._people, self._typed = store, numbers, who, typed
        self._hints, self._hear = hints, hear
        self.news = asyncio.Event()

    async def run(self) -> None:
        """Read whatever comes, until cancelled."""
        while True:
            self.news.clear()
            try:
                while await self.read_some():
                    pass
                async with asyncio.timeout(5):  # wait_for can swallow that we are to stop
                    await self.news.wait()
            except TimeoutError:
                continue
            except Exception:
                log.exception("webhooks could not be read; trying again")
                await asyncio.sleep(1)

    async def read_some(self) -> bool:
        """Read the oldest that nobody has read; False when there was nothing."""
        slices = (self._store.write(self._read) for _ in range(_SLICES))  # one after the other, in this order
        found = await asyncio.gather(*slices, return_exceptions=True)
        good = [one for one in found if not isinstance(one, BaseException)]
        if heard := [one for _, heard in good for one in heard]:
            self._hear(heard)
        for one in found:
            if isinstance(one, BaseException):
                raise one
        return any(count for count, _ in good)

    def _read(self, connection: Connection) -> tuple[int, list[Heard]]:
        raws, heard, done = webhooks.new(connection, _AT_ONCE), list[Heard](), list[int]()
        for number, raw in raws:
            events = parse(raw)
            try:
                with connection.begin_nested():  # one that fails loses no other
                    heard += [found for event in events if (found := self._take(event, connection))]
            except Exception as error:
                if webhooks.is_passing(error):
                    raise
                log.exception("webhook %s was not understood; it is kept", number)
                webhooks.strange(connection, number, "failed", type(error).__name__)
                continue
            strange = [event.why for event in events if isinstance(event, Unknown)]
            strange += [f"no file for number {n}" for n in sorted({e.number for e in events} - {"", *self._numbers})]
            if strange:
                log.warning("webhook %s says something that we do not know: %s", number, strange[0])
                webhooks.strange(connection, number, "unknown", strange[0])
            else:
                done.append(number)
        webhooks.done(connection, done)
        return len(raws), heard

    def _take(self, event: Event, connection: Connection) -> Heard | None:
        """Let one thing happen; what a family sent is given back, to be heard once it is safely stored."""
        match event:
            case Message():
                return self._said(connection, event)
            case Call():
                called = Message(event.number, event.wamid, event.who, None, Kind.UNREADABLE)
                return self._keep(connection, called, None, kind="call")
            case Edited():
                return self._edited(connection, event)
            case Revoked() if event.number in self._numbers:
                changes.revoked(connection, dedupe(event.number, event.wamid))
            case Renamed():
                for number in [event.number] if event.number else self._numbers:
                    people.renamed(connection, number, event.before, event.after, now())
            case Preference(stop=True):
                people.silenced(connection, event.number, event.who)  # said to Meta, not to us
            case Status() | Trouble():
                self._about_ours(connection, event)
            case _:
                log.debug("nothing is done about %s", type(event).__name__)
        return None

    def _said(self, connection: Connection, event: Message) -> Heard | None:
        if event.kind is Kind.OPENED:
            self._opened(connection, event)
        elif event.kind is not Kind.REACTION:  # nobody expects an answer to a heart
            return self._keep(connection, event, event.at)
        return None

    def _opened(self, connection: Connection, event: Message) -> None:
        """Whoever opens the talk for the first time is welcomed; there is nothing yet to answer."""
        number = self._numbers.get(event.number)
        if number and people.known(connection, event.number, event.who) is None:
            moment = min(event.at or now(), now())
            talk = self._people.conversation_of(connection, number, event.who, "", moment)
            threads.spoke(connection, talk, moment)

    def _about_ours(self, connection: Connection, event: Status | Trouble) -> None:
        number = self._numbers.get(event.number)
        if number and isinstance(event, Status):
            books.status(connection, number, event)
        elif number and isinstance(event, Trouble):
            books.trouble(connection, number, event.code, event.details)

    def _edited(self, connection: Connection, event: Edited) -> Heard | None:
        """What the computer has answered already is asked anew in its new words."""
        text = self._hints.without(connection, event.text)
        if not changes.edited(connection, dedupe(event.number, event.wamid), text):
            return None
        anew = Message(event.number, event.wamid, event.who, None, Kind.TEXT, text)
        return self._keep(connection, anew, None, version=hashlib.sha256(event.text.encode()).hexdigest()[:32])

    def _keep(
        self, connection: Connection, event: Message, at: datetime | None, *, kind: str = "", version: str = ""
    ) -> Heard | None:
        """One new thing of a family in the inbox; None for what was there already, or is for no number of ours."""
        number = self._numbers.get(event.number)
        key = ":".join(filter(None, (dedupe(event.number, event.wamid), version)))
        if number is None or inbox.has(connection, key):
            return None
        moment = min(at or now(), now())
        conversation, said, done = self._came_in(connection, number, event, moment)
        thread = threads.of(connection, conversation)
        choice = event.choice or chosen(said, thread.numbered if thread else (), self._typed) or ""
        if event.kind is Kind.TEXT and event.text and not said:
            choice = "other_question"  # nothing but a hint, in a talk that has heard of it
        kind = kind or ("" if event.kind in _KEPT_AS_WORDS else event.kind.value)
        text = "" if choice else said
        incoming = Incoming(conversation, key, text=text, choice=choice, kind=kind)
        stored = inbox.store(connection, CHANNEL, conversation, key, as_kept(incoming, key), limit=_WAITING_LIMIT)
        if stored is None:
            return None
        threads.spoke(connection, conversation, moment)
        if conversations.move(connection, conversation, CHANNEL):
            self._people.back(connection, conversation)
        if done:
            inbox.mark(connection, stored, "done")
            return None
        return Heard(stored, conversation, text, event.number, event.wamid)

    def _came_in(
        self, connection: Connection, number: Number, event: Message, moment: datetime
    ) -> tuple[str, str, bool]:
        """The conversation, what the family said itself, and whether all that it wants has been answered by that."""
        who, hint = event.who, self._hints.read(connection, event.text) if event.kind is Kind.TEXT else None
        if hint is None:
            return self._people.conversation_of(connection, number, who, event.text, moment), event.text, False
        before = people.known(connection, event.number, who)
        asks = "" if hint.bare else hint.text
        talk = self._people.conversation_of(connection, number, who, asks, moment, hint.entry)
        if talk != before:
            return talk, hint.text, hint.bare
        done = self._hints.came_again(connection, talk, hint)
        return talk, hint.text if has_words(hint.text) else "", done


def dedupe(number: str, wamid: str) -> str:
    """Under what a message of WhatsApp is kept once."""
    return f"{CHANNEL}:{hashlib.sha256(f'{number}:{wamid}'.encode()).hexdigest()}"
