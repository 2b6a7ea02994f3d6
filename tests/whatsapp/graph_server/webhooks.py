"""The postman: signed bodies, brought at least once, twice, late or in another order, until our webhook says 200."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import json
import random
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import aiohttp

_RETRIES = (0.01, 0.02, 0.05, 0.1)  # seconds; the last one for all that follow
_PATIENCE = 0.02  # seconds that a held body waits for another one to go first


@dataclass(frozen=True)
class Change:
    """One piece of news: an item of entry[].changes[], and the account (WABA) that it belongs to."""

    waba: str
    field: str
    value: dict[str, Any]


@dataclass(eq=False)
class Delivery:
    """One body on its way. `answers`: a status, or the name of what went wrong; `again`: a duplicate of another."""

    body: dict[str, Any]
    raw: bytes
    again: bool = False
    answers: list[int | str] = field(default_factory=list)
    tried: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def taken(self) -> bool:
        """Whether our webhook has it."""
        return bool(self.answers) and self.answers[-1] == 200


class Post:
    """Brings news to `url`, signed with `secret`. Its manners are for tests to change:

    `duplicates` and `disorder`: shares from 0 to 1, drawn from `luck`; `retries`: seconds between attempts;
    `timeout`: seconds that an answer may take; `subscribed`: without it nothing is brought.
    """

    def __init__(self, url: str, secret: str, seed: int, rang: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self.url, self.secret, self.luck = url, secret, random.Random(seed)
        self.duplicates = self.disorder = 0.0
        self.retries: tuple[float, ...] = _RETRIES
        self.timeout = 10.0
        self.subscribed = True
        self.deliveries: list[Delivery] = []
        self._rang = rang
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._together: list[Change] | None = None
        self._held: list[Delivery] = []

    async def open(self) -> None:
        """Before anything else."""
        self._session = aiohttp.ClientSession()

    async def close(self) -> None:
        """Drop what is still on its way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session:
            await self._session.close()

    def start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Do this beside everything else; ends with the server at the latest."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def tell(self, *changes: Change) -> list[Delivery]:
        """Bring this in one body; returns when our webhook has answered once, whatever it said."""
        if not self.subscribed:
            return []
        if self._together is not None:
            self._together += changes
            return []
        body = {"object": "whatsapp_business_account", "entry": _entries(_merged(changes))}
        return await self._bring(Delivery(body, json.dumps(body).encode()))

    @contextlib.asynccontextmanager
    async def together(self) -> AsyncIterator[None]:
        """What is told within this block goes in one body; messages to the same number even in one value."""
        self._together = []
        try:
            yield
        finally:
            changes, self._together = self._together, None
        if changes:
            await self.tell(*changes)

    async def quiet(self, seconds: float = 30) -> None:
        """Wait until everything is brought. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while others := self._tasks - {asyncio.current_task()}:
                await asyncio.wait(others)

    async def verify(self, token: str) -> bool:
        """Ask our webhook to show that it is ours, as Meta does when its address is set."""
        asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": token}
        assert self._session
        try:
            async with self._session.get(self.url, params=asked, allow_redirects=False) as response:
                return response.status == 200 and await response.text() == asked["hub.challenge"]
        except aiohttp.ClientError:
            return False

    async def _bring(self, delivery: Delivery) -> list[Delivery]:
        copies = [delivery]
        if self.luck.random() < self.duplicates:
            copies.append(Delivery(delivery.body, delivery.raw, again=True))
        self.deliveries += copies
        if self.luck.random() < self.disorder:
            self._held += copies
            asyncio.get_running_loop().call_later(_PATIENCE, self._release, copies)
        else:
            self._go(copies)
            await delivery.tried.wait()
            self._release(self._held)
        await delivery.tried.wait()
        return copies

    def _release(self, copies: list[Delivery]) -> None:
        """Let what was held go now; a second call does nothing."""
        going = [one for one in copies if one in self._held]
        self._held = [one for one in self._held if one not in going]
        self._go(going)

    def _go(self, copies: list[Delivery]) -> None:
        for one in copies:
            self.start(self._until_taken(one))

    async def _until_taken(self, delivery: Delivery) -> None:
        while not delivery.taken:
            delivery.answers.append(await self._attempt(delivery.raw))
            delivery.tried.set()
            await self._rang()
            if not delivery.taken:
                await asyncio.sleep(self.retries[min(len(delivery.answers), len(self.retries)) - 1])

    async def _attempt(self, raw: bytes) -> int | str:
        signature = hmac.new(self.secret.encode(), raw, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={signature}"}
        timeout = aiohttp.ClientTimeout(total=self.timeout)
        assert self._session
        try:
            async with self._session.post(self.url, data=raw, headers=headers, timeout=timeout) as response:
                return response.status
        except (aiohttp.ClientError, ValueError, TimeoutError) as error:
            return type(error).__name__


def _merged(changes: tuple[Change, ...]) -> list[Change]:
    """Messages of several people to one number become one value, and so do statuses."""
    merged: dict[Any, Change] = {}
    for change in changes:
        kind = next((key for key in ("messages", "statuses") if key in change.value), None)
        number = change.value.get("metadata", {}).get("phone_number_id")
        first = merged.setdefault((change.waba, kind, number) if kind else id(change), change)
        if first is not change and kind:
            value = {**first.value, kind: first.value[kind] + change.value[kind]}
            contacts = first.value.get("contacts", []) + change.value.get("contacts", [])
            value |= {"contacts": list({json.dumps(one): one for one in contacts}.values())} if contacts else {}
            merged[change.waba, kind, number] = Change(change.waba, change.field, value)
    return list(merged.values())


def _entries(changes: list[Change]) -> list[dict[str, Any]]:
    return [
        {"id": waba, "changes": [{"value": one.value, "field": one.field} for one in changes if one.waba == waba]}
        for waba in dict.fromkeys(change.waba for change in changes)
    ]
