"""Chatwoot as a second desk (experimental): it shows what the family allowed, and its agents can answer from there.

What goes out to it follows the audit; what comes in is in `chatwoot_in`. Per case one contact, so that forgetting the
contact forgets everything of the case.
"""

from __future__ import annotations

import json
import logging
import os
import zlib
from collections.abc import Callable, Mapping
from typing import Any

import aiohttp
from aiohttp import web
from sqlalchemy import Connection

from channels.desk import chatwoot_in, follow
from channels.desk.chatwoot_api import Api, Gone, Refused
from channels.desk.chatwoot_ways import OPEN, RESOLVED, Pace, external_id, place, place_of
from channels.desk.follow import Follower
from channels.desk.ports import Mirror
from channels.handoff import machine
from channels.handoff.casework import Office
from channels.settings import BadSetting
from channels.storage import cases, cursors
from channels.storage.store import Store

log = logging.getLogger(__name__)


class Chatwoot:
    """A DeskPort."""

    def __init__(self, store: Store, org: str, api: Api, pace: Pace) -> None:
        self._store, self._org, self._api, self._pace = store, org, api, pace

    async def open_case(self, card: Mapping[str, Any]) -> None:
        """Contact, conversation with attributes, and the approved lines as a private note."""
        code, attributes = card["code"], _attributes(card)
        mark = zlib.crc32(json.dumps(attributes, sort_keys=True).encode()) & 0x7FFFFFFF
        conversation = await self._get(code, "conversation") or await self._open(code, attributes)
        if not await self._get(code, "lines"):
            await self._say(code, "lines", _lines(card), note=True)
            await self._put(code, "lines", 1)
        if await self._get(code, "attributes") != mark:
            await self._about(code, self._api.set_attributes(conversation, attributes))
            await self._put(code, "attributes", mark)

    async def append_message(self, code: str, message: Mapping[str, Any]) -> None:
        """In the family's own words, with the Dutch below where there is any."""
        dutch = message.get("dutch")
        text = f"{message['text']}\n({dutch})" if dutch and dutch != message["text"] else message["text"]
        await self._say(code, f"message {message['id']}", text, note=False)

    async def add_note(self, code: str, key: str, text: str) -> None:
        """A private note."""
        await self._say(code, key, text, note=True)

    async def set_state(self, code: str, state: str) -> None:
        """open while somebody must do something, else resolved."""
        wanted = OPEN if state in machine.OPEN else RESOLVED
        conversation = await self._get(code, "conversation")
        if conversation and await self._get(code, "state") != wanted:
            status = "open" if wanted == OPEN else "resolved"
            await self._about(code, self._api.set_status(conversation, status))
            await self._put(code, "state", wanted)

    async def forget(self, code: str) -> None:
        """The contact goes, and with it everything that was told about it."""
        contact = await self._get(code, "contact") or await self._known_contact(code)
        if contact:
            await self._api.delete_contact(contact)
        await self._forget_here(code)

    async def _known_contact(self, code: str) -> int:
        found = await self._api.contact(_identifier(code))
        return int(found["id"]) if found else 0

    async def _open(self, code: str, attributes: Mapping[str, Any]) -> int:
        """Looks first: an earlier attempt may have come half way."""
        identifier = _identifier(code)
        known = await self._api.contact(identifier)
        contact = known or await self._api.create_contact(identifier, code)
        number = int(contact["id"])
        before = await self._api.conversations_of(number) if known else []
        if before:
            conversation = int(before[-1]["id"])
        else:
            source = await self._api.source_of(contact)
            conversation = await self._api.create_conversation(number, source, attributes)

        def keep(connection: Connection) -> None:
            case = cases.by_code(connection, code, [self._org])
            if case:
                cursors.put(connection, place_of(self._org, conversation), case.id)
            for name, value in (("contact", number), ("conversation", conversation), ("state", 0 if before else OPEN)):
                cursors.put(connection, place(self._org, code) + name, value)

        await self._store.write(keep)
        return conversation

    async def _say(self, code: str, key: str, text: str, *, note: bool) -> None:
        conversation = await self._get(code, "conversation")
        if not conversation:
            return
        external = external_id(code, key)
        attempt = zlib.crc32(external.encode()) & 0x7FFFFFFF
        if await self._get(code, "attempt") == attempt and await self._about(
            code, self._api.has(conversation, external)
        ):
            return  # it arrived, and only the answer was lost
        self._pace.step(conversation)
        await self._put(code, "attempt", attempt)
        try:
            await self._about(code, self._api.say(conversation, external, text, note=note))
        except Refused:
            log.error("chatwoot: '%s' of case %s was refused and is only at our own desk", key, code)

    async def _about(self, code: str, call: Any) -> Any:
        """A conversation that somebody removed there is opened anew at the next attempt."""
        try:
            return await call
        except Gone:
            await self._forget_here(code)
            raise

    async def _get(self, code: str, what: str) -> int:
        return await self._store.read(lambda c: cursors.get(c, place(self._org, code) + what)) or 0

    async def _put(self, code: str, what: str, value: int) -> None:
        await self._store.write(lambda c: cursors.put(c, place(self._org, code) + what, value))

    async def _forget_here(self, code: str) -> None:
        def forget(connection: Connection) -> None:
            conversation = cursors.get(connection, place(self._org, code) + "conversation")
            cursors.forget(connection, place(self._org, code))
            if conversation:
                cursors.forget_one(connection, place_of(self._org, conversation))

        await self._store.write(forget)


def start(
    app: web.Application, store: Store, office: Office, sent: Callable[[], Any], session: aiohttp.ClientSession
) -> None:
    """Mirror every organisation that has a Chatwoot, and listen to it. Raises BadSetting without its secrets."""
    doors: dict[str, chatwoot_in.Door] = {}
    followers = []
    for slug, one in office.organisations.items():
        if one.chatwoot:
            api, pace = Api(session, one.chatwoot, _secret(one.chatwoot.token_env)), Pace(office.clock)
            door = chatwoot_in.Door(
                store, office, slug, one.chatwoot, _secret(one.chatwoot.secret_env), api, pace, sent
            )
            followers.append(follower(store, office, slug, Chatwoot(store, slug, api, pace), door))
            doors[slug] = door
    if doors:
        chatwoot_in.attach(app, doors)
        follow.attach(app, store, followers)


def follower(store: Store, office: Office, org: str, port: Chatwoot, door: chatwoot_in.Door) -> Follower:
    """What tells Chatwoot about the cases of one organisation."""
    mirror = Mirror(store, office, org, port, lambda c: worker.id if (worker := door.acts.stand_in(c)) else None)
    return Follower(store, office.clock, f"chatwoot:{org}", org, mirror.tell)


def _secret(name: str) -> str:
    if not (value := os.environ.get(name, "")):
        raise BadSetting(f"{name} must hold the secret that data/desks names for a Chatwoot.")
    return value


def _identifier(code: str) -> str:
    return f"thuiswijzer-{code}"


def _attributes(card: Mapping[str, Any]) -> dict[str, Any]:
    told = {"case": card["code"], "topic": card["topic_title"], "language": card["lang_name"]}
    consents = card.get("consents") or [{"receipt": ""}]
    return {**told, "urgency": card["urgency"], "state": card["state"], "consent": consents[0]["receipt"]}


def _lines(card: Mapping[str, Any]) -> str:
    """Exactly the approved lines, in Dutch and in the words that the family read."""
    told = [f"{card['code']}: dit mag u weten."]
    for number, line in enumerate(card["lines"], 1):
        told.append(f"{number}. {line['dutch']}")
        if line["text"] != line["dutch"]:
            told.append(f"   {line['text']}")
    return "\n".join(told)
