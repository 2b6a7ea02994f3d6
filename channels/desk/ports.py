"""Other desks beside our own: what one must be able to do, and what is told to it. The database stays the truth."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection

from channels.desk import cards
from channels.desk.refusals import word
from channels.handoff import machine
from channels.handoff.casework import Office
from channels.handoff.machine import State
from channels.storage import cases, cursors
from channels.storage.audit import Event
from channels.storage.cases import Case
from channels.storage.store import Store

_LOOK_NOW = "Kijk nu: deze zaak vraagt om aandacht."
_REVISED = {
    "edited": "Het gezin heeft een bericht gewijzigd. De nieuwe woorden staan alleen op de werkplek.",
    "revoked": "Het gezin heeft een bericht ingetrokken. Haal het hier weg en gebruik het niet meer.",
}


class DeskPort(Protocol):
    """A desk elsewhere. Whatever is said twice changes nothing; what fails raises and is said again later."""

    async def open_case(self, card: Mapping[str, Any]) -> None:
        """A case that the organisation may see, with its approved lines; also when its urgency or state changed."""

    async def append_message(self, code: str, message: Mapping[str, Any]) -> None:
        """Something that the family wrote to the desk; `id` names it within the case."""

    async def add_note(self, code: str, key: str, text: str) -> None:
        """For the people at the desk only; `key` names it within the case."""

    async def set_state(self, code: str, state: str) -> None:
        """Where the case is now: a state of channels.handoff.machine."""

    async def forget(self, code: str) -> None:
        """The family stopped sharing: nothing of the case may stay there."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """One case as it is when an event of it is told."""

    card: dict[str, Any]
    talk: str
    messages: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Mirror:
    """Tells a port what happens to the cases of one organisation. `stand_in`: the worker who writes from there."""

    store: Store
    office: Office
    org: str
    port: DeskPort
    stand_in: Callable[[Connection], int | None]

    async def tell(self, event: Event) -> None:
        """One event. May be told again after it failed; raises what the port raises."""
        case = await self.store.read(lambda c: cases.by_code(c, event.code, [self.org]))
        if case is not None and case.state == State.CONSENT:
            return  # the family still reads; nobody else may know
        if case is None or case.state not in machine.SHARED or not case.packet.get("lines"):
            await self.port.forget(event.code)
            await self.store.write(lambda c: cursors.forget(c, self._name(event.code)))
            return
        seen = await self.store.read(lambda c: self._see(c, case, event))
        await self.port.open_case(seen.card)
        for message in seen.messages:
            await self._pass_on(event.code, message, seen.talk)
        if note := _note(event):
            await self.port.add_note(event.code, f"{event.action.removeprefix('case.')} {event.id}", note)
        await self.port.set_state(event.code, case.state)

    def _see(self, connection: Connection, case: Case, event: Event) -> _Seen:
        card = cards.card(connection, self.office, case, 0, content=True)
        talk = hashlib.sha256(case.conversation.encode()).hexdigest()[:8]  # a case can go on in another talk
        last = cursors.get(connection, self._name(case.code) + talk) or 0
        new = [
            {**message, "id": f"{talk}-{message['seq']}", "text": text}
            for message in card["messages"]
            if message["seq"] > last and datetime.fromisoformat(message["at"]) <= event.at and (text := _text(message))
        ]
        by_them = event.actor == str(self.stand_in(connection))
        shown = ("family",) if event.action != "case.message" or by_them else ("family", "worker")
        return _Seen(card, talk, [message for message in new if message["author"] in shown])

    async def _pass_on(self, code: str, message: Mapping[str, Any], talk: str) -> None:
        if message["author"] == "family":
            await self.port.append_message(code, message)
        else:
            text = f"{message['worker']}: {message['dutch'] or message['text']}"
            await self.port.add_note(code, f"message {message['id']}", text)
        await self.store.write(lambda c: cursors.put(c, self._name(code) + talk, message["seq"]))

    def _name(self, code: str) -> str:
        return f"mirror:{self.org}:{code}:"


def _note(event: Event) -> str:
    """What the people at the desk must know of this event; "" for nothing."""
    if event.action == "case.revised":
        return _REVISED[event.detail["how"]]
    return _LOOK_NOW if event.action == "case.alarm" else ""


def _text(message: Mapping[str, Any]) -> str:
    """What was said; of what was sent and not kept, what kind of thing it was."""
    kept = f"({word('kind.' + message['kind'])})" if message["kind"] and not message["revoked"] else ""
    return "\n".join(filter(None, (kept, message["text"])))
