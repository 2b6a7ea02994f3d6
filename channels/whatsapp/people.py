"""Who writes: one person, one conversation, under whatever names Meta gives today."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection

from channels.handoff import machine
from channels.hearing import has_words
from channels.settings import now
from channels.storage import cases, conversations, sendings, threads
from channels.storage.sendings import CHANNEL
from channels.whatsapp.events import Who
from channels.whatsapp.numbers import Number

Say = Callable[[Connection, str], object]


class Welcome(Protocol):
    """Says the first words; `ask`: whether to ask what it is about."""

    def __call__(self, connection: Connection, talk: str, *, ask: bool) -> object:
        """Say them in this talk."""


@dataclass(frozen=True, slots=True)
class People:
    """`welcome` says the first words of a new conversation, `back` those of one that was on the secure page.

    `language`: in which language to answer a first message that a hint (or "") says something about.
    """

    welcome: Welcome
    back: Say
    language: Callable[[str, Number, str], str]

    def conversation_of(
        self,
        connection: Connection,
        number: Number,
        who: Who,
        text: str,
        moment: datetime,
        entry: Mapping[str, str] | None = None,
    ) -> str:
        """The conversation of whoever writes this, begun now when the person is new here.

        `entry`: what a hint in the message says about how a new person came in.
        """
        names = asdict(who)
        known = threads.known(connection, number.phone_number_id, names)
        if candidates := _candidates(connection, known, who) if who.bsuid or who.parent else list(known.values()):
            found = _joined(connection, candidates, moment)
        else:
            door = {**number.door, **(entry or {})}
            lang, token = self.language(text, number, door.get("lang", "")), secrets.token_hex(32)
            found = conversations.create(connection, CHANNEL, token, lang, chosen=False, entry=door)
            threads.begin(connection, found, number.phone_number_id, moment)
            self.welcome(connection, found, ask=not has_words(text))
        threads.learn(connection, found, number.phone_number_id, names, moment)
        return found


def known(connection: Connection, number: str, who: Who) -> str | None:
    """The conversation of somebody who wrote before; None for somebody new. Nothing changes."""
    found = threads.known(connection, number, asdict(who))
    return next(iter(found.values()), None)


def renamed(connection: Connection, number: str, before: Who, after: Who, moment: datetime) -> None:
    """Somebody goes by another id or number from now on; the names of before are nobody's.

    A telephone number alone moves nobody who has an id: it may be somebody else's by now. The ids are told apart.
    """
    found = threads.known(connection, number, asdict(before))
    candidates = _candidates(connection, found, before)
    # a new telephone number comes with new ids, but these are told later
    gone = before if after.bsuid or after.parent else Who(phone=before.phone)
    for conversation in candidates or found.values():
        threads.end(connection, conversation, number, asdict(gone), moment)
    if not candidates:
        return
    current = threads.known(connection, number, asdict(replace(after, phone="")))
    stays = _joined(connection, list(dict.fromkeys([*candidates, *current.values()])), None)
    threads.learn(connection, stays, number, asdict(after), moment)


def silenced(connection: Connection, number: str, who: Who) -> bool:
    """Write nothing more to somebody who asked so elsewhere than in the talk. False when we do not know who it is."""
    conversation = known(connection, number, who)
    if conversation:
        silence(connection, conversation)
    return conversation is not None


def silence(connection: Connection, conversation: str) -> None:
    """Nothing more goes out to this family, nor what waits, until it writes again."""
    for talk in threads.together(connection, conversation):
        sendings.silence(connection, talk)
        threads.note(connection, talk, stopped_at=now(), notify=0)


def _candidates(connection: Connection, found: Mapping[str, str], who: Who) -> list[str]:
    """Which of the talks that were found are of this person. An id is sure. A telephone number is theirs only while no
    other id goes with it, for numbers are given out again."""
    sure = [found[kind] for kind in ("bsuid", "parent") if kind in found]
    thread = threads.of(connection, found["phone"]) if "phone" in found else None
    by_phone = [thread.conversation] if thread and thread.bsuid in ("", who.bsuid) else []
    return list(dict.fromkeys([*sure, *by_phone]))


def _joined(connection: Connection, candidates: list[str], moment: datetime | None) -> str:
    """The one that goes on: with a case that is open, else the first. The names of the others lead to it."""
    stays = next((one for one in candidates if cases.newest(connection, one, machine.OPEN)), candidates[0])
    for other in candidates:
        if other != stays:
            threads.join(connection, other, stays, moment)
    return stays
