"""What comes from Chatwoot: signed webhooks, each sent only once, and a look every minute for those that got lost."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from channels.desk.chatwoot_acts import NOTES, Acts, Answer
from channels.desk.chatwoot_api import Api, Unavailable
from channels.desk.chatwoot_ways import Pace, Slow, external_id, is_ours, place, place_of
from channels.desk.refusals import refuse
from channels.handoff import machine
from channels.handoff.casework import Office, Stale
from channels.handoff.organisations import Chatwoot as Config
from channels.hearing import clean
from channels.storage import cases, cursors
from channels.storage.cases import Case
from channels.storage.store import Store

log = logging.getLogger(__name__)
_OLDEST = 300  # seconds
_EVERY = 60.0  # seconds between two looks for what got lost
_TRIES = 3
_REMEMBER = 30 * 86_400  # seconds for which what came in is recognised
_AWAKE = ("online", "available", "busy")
_STATUS = ("conversation_status_changed", "conversation_resolved")


class Door:
    """One organisation's Chatwoot, as far as it speaks to us."""

    def __init__(
        self,
        store: Store,
        office: Office,
        org: str,
        config: Config,
        secret: str,
        api: Api,
        pace: Pace,
        sent: Callable[[], Awaitable[None]],
    ) -> None:
        self.org, self.config, self.acts = org, config, Acts(office, org, config.worker)
        self._store, self._office, self._secret = store, office, secret.encode()
        self._api, self._pace, self._sent = api, pace, sent
        self._tasks: set[asyncio.Task[None]] = set()

    def signed(self, raw: bytes, timestamp: str, signature: str) -> bool:
        """Whether Chatwoot sent exactly this, within the last five minutes."""
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
            return False
        expected = hmac.new(self._secret, f"{timestamp}.".encode() + raw, hashlib.sha256).hexdigest()
        good = hmac.compare_digest(f"sha256={expected}".encode(), signature.encode("utf-8", "replace"))
        return good and abs(self._office.clock().timestamp() - int(timestamp)) <= _OLDEST

    async def hear(self, body: Mapping[str, Any], delivery: str) -> None:
        """One webhook. Raises Slow; then nothing was noted, and the next look finds it again."""
        if _number(body.get("account")) not in (0, self.config.account):
            return
        key = f"chatwoot:{self.org}:delivery:{delivery}" if delivery else ""
        event = body.get("event")
        if event == "message_created":
            await self._message(body, _number(body.get("conversation")), key)
        elif event in _STATUS and body.get("status") == "resolved":
            await self._resolved(_number(body), key)

    async def look(self) -> None:
        """Find what got lost, in every open case. A conversation that cannot be read waits for the next look."""
        before = int(self._office.clock().timestamp()) - _REMEMBER
        await self._store.write(lambda c: cursors.sweep(c, before))
        for conversation, case in await self._store.read(self._open_cases):
            try:
                await self._look_at(conversation, case)
            except Unavailable as error:
                log.warning("chatwoot: %s could not look at conversation %s (%s)", self.org, conversation, error)
            except Exception:
                log.exception("chatwoot: conversation %s of %s cannot be read", conversation, self.org)

    async def close(self) -> None:
        """Let go of what is still being told."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # --- what got lost

    def _open_cases(self, connection: Connection) -> list[tuple[int, Case]]:
        known = cursors.starting(connection, place_of(self.org))
        found = ((int(number), cases.get(connection, case)) for number, case in known.items())
        return [(number, case) for number, case in found if case and case.state in machine.OPEN]

    async def _look_at(self, conversation: int, case: Case) -> None:
        name = place(self.org, case.code) + "in"
        last = await self._store.read(lambda c: cursors.get(c, name)) or 0
        while page := await self._api.messages(conversation, last):
            for message in page:
                await self._message(message, conversation, "")
                last = int(message["id"])
            await self._keep(name, last)
        there = await self._api.conversation(conversation)
        assignee = (there.get("meta") or {}).get("assignee") or {}
        if assignee.get("availability_status") in _AWAKE:
            await self._store.write(self.acts.is_there)
        if there.get("status") == "resolved":
            await self._resolved(conversation, "")

    async def _keep(self, name: str, last: int) -> None:
        await self._store.write(lambda c: cursors.put(c, name, last))

    # --- a message

    async def _message(self, message: Mapping[str, Any], conversation: int, delivery: str) -> None:
        number = message.get("id")
        if not _from_an_agent(message) or not isinstance(number, int):
            return
        keys = [key for key in (delivery, f"chatwoot:{self.org}:message:{number}") if key]
        if not await self._store.read(lambda c: self.acts.knows(c, conversation)):
            return  # not noted: when we find that it is ours after all, the next look brings it again
        if await self._store.read(lambda c: any(cursors.seen(c, key) for key in keys)):
            return
        self._pace.step(conversation)
        content = message.get("content")
        text = clean(content) if isinstance(content, str) else ""
        answer = await self._write(keys, lambda c: self.acts.say(c, conversation, text))
        if answer.note:
            self._tell(conversation, f"reply {number}", answer.note)

    # --- resolved

    async def _resolved(self, conversation: int, delivery: str) -> None:
        answer = await self._write([delivery] if delivery else [], lambda c: self.acts.close(c, conversation))
        if answer.note:
            self._tell(conversation, f"open {int(self._office.clock().timestamp())}", answer.note, open_again=True)

    # --- both

    async def _write(self, keys: list[str], do: Callable[[Connection], Answer]) -> Answer:
        """With the keys, in one transaction, so that nothing is done twice and nothing noted that was not done."""

        def act(connection: Connection) -> Answer:
            second = int(self._office.clock().timestamp())
            if not all(cursors.once(connection, key, second) for key in keys):
                return Answer()
            return do(connection)

        for left in reversed(range(_TRIES)):
            try:
                answer = await self._store.write(act)
            except Stale:
                if not left:
                    raise
            else:
                break
        if answer.heard:
            await self._sent()
        return answer

    def _tell(self, conversation: int, key: str, note: str, *, open_again: bool = False) -> None:
        async def tell() -> None:
            try:
                if open_again:
                    await self._api.set_status(conversation, "open")
                await self._api.say(conversation, external_id("reply", key), NOTES[note], note=True)
            except Unavailable as error:
                log.warning("chatwoot: %s was not told about conversation %s (%s)", self.org, conversation, error)

        task = asyncio.create_task(tell())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def attach(app: web.Application, doors: Mapping[str, Door]) -> None:
    """POST /desk/chatwoot/{org}, and the looks, while the application runs."""
    kept: list[asyncio.Task[None]] = []

    async def receive(request: web.Request) -> web.Response:
        door, raw = doors.get(request.match_info["org"]), await request.read()
        if door is None:
            raise refuse(request, 404, "not_found")
        stamp, signature = (request.headers.get(f"X-Chatwoot-{name}", "") for name in ("Timestamp", "Signature"))
        if not door.signed(raw, stamp, signature):
            raise refuse(request, 401, "refused")
        try:
            body = json.loads(raw)
        except (ValueError, RecursionError):
            raise refuse(request, 400, "body") from None
        if not isinstance(body, dict):
            raise refuse(request, 400, "body")
        try:
            await door.hear(body, request.headers.get("X-Chatwoot-Delivery", ""))
        except Slow:
            raise refuse(request, 429, "wait", seconds=60) from None
        return web.json_response({"ok": True})

    async def begin(_app: web.Application) -> None:
        kept.extend(asyncio.create_task(_look_forever(door)) for door in doors.values())

    async def end(_app: web.Application) -> None:
        for task in kept:
            task.cancel()
        await asyncio.gather(*kept, *(door.close() for door in doors.values()), return_exceptions=True)

    app.router.add_post("/chatwoot/{org}", receive)
    app.on_startup.append(begin)
    app.on_shutdown.append(end)


async def _look_forever(door: Door) -> None:
    while True:
        await asyncio.sleep(_EVERY)
        try:
            await door.look()
        except Exception:
            log.exception("chatwoot: the look of %s failed; again in a minute", door.org)


def _from_an_agent(message: Mapping[str, Any]) -> bool:
    """A person there wrote it for the family: no note, nothing of ours, no bot, no rule."""
    attributes = message.get("content_attributes") or {}
    sender = message.get("sender") or {}
    if not isinstance(attributes, dict) or not isinstance(sender, dict):
        return False
    kind = str(sender.get("type") or message.get("sender_type") or "").lower()
    ours = is_ours(message.get("source_id")) or is_ours(attributes.get("external_id"))
    by_rule = attributes.get("automation_rule_id") or attributes.get("deleted")
    outgoing = message.get("message_type") in ("outgoing", 1)  # a word in webhooks, a number in the API
    return outgoing and not message.get("private") and kind == "user" and not ours and not by_rule


def _number(told: Any) -> int:
    """The id of something in a webhook; 0 without one."""
    number = told.get("id") if isinstance(told, dict) else None
    return number if isinstance(number, int) else 0
