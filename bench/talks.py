"""Ways to hold a conversation: as a family does, through the gateway; or straight with an engine."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Protocol

import aiohttp

from bench.texts import languages
from channels.rasa_client import RasaClient

_PATIENCE = 30.0
_NO_ANSWER = {"system.bot_down", "system.no_answer"}


class Unanswered(Exception):
    """The bot was out of reach; what was being measured has no figure."""


class Talk(Protocol):
    """One conversation."""

    lang: str

    async def turn(self, text: str) -> float:
        """Say something and wait for the answer; the seconds it took."""

    async def close(self) -> None:
        """Leave."""


Way = Callable[[str], Awaitable[Talk]]


class Family:
    """A family at the web chat: posts a message, and reads the answer from the open stream."""

    def __init__(self, session: aiohttp.ClientSession, url: str, lang: str) -> None:
        self.lang, self._session, self._url = lang, session, f"{url}/webchat/v1"
        self._headers: dict[str, str] = {}
        self._key, self._heard = "", False
        self._answer: asyncio.Future[tuple[float, str]] = asyncio.get_running_loop().create_future()

    async def open(self) -> Family:
        """Begin, and leave the stream open."""
        body, prefers = {"lang": "auto"}, {"Accept-Language": self.lang}
        async with self._session.post(f"{self._url}/sessions", json=body, headers=prefers) as response:
            self._headers = {"Authorization": f"Bearer {(await response.json())['token']}"}
        self._listening = asyncio.create_task(self._listen())
        return self

    async def turn(self, text: str) -> float:
        """From just before the POST until the first sentence of the answer stands in the stream."""
        self._key, self._heard = secrets.token_hex(6), False
        self._answer = asyncio.get_running_loop().create_future()
        body = {"client_msg_id": self._key, "text": text}
        start = time.perf_counter()
        async with self._session.post(f"{self._url}/messages", json=body, headers=self._headers) as response:
            if response.status != 202:
                raise Unanswered(f"the gateway answered {response.status}")
        seen, key = await asyncio.wait_for(self._answer, _PATIENCE)
        if key in _NO_ANSWER:
            raise Unanswered(f"the gateway said {key}")
        return seen - start

    async def close(self) -> None:
        """Close the page."""
        self._listening.cancel()
        await asyncio.gather(self._listening, return_exceptions=True)

    async def _listen(self) -> None:
        timeout = aiohttp.ClientTimeout(total=None)
        async with self._session.get(f"{self._url}/stream", headers=self._headers, timeout=timeout) as response:
            event = b""
            async for line in response.content:
                if line.startswith(b"event: "):
                    event = line[7:].strip()
                elif event == b"message" and line.startswith(b"data: "):
                    self._read(json.loads(line[6:]))

    def _read(self, message: dict[str, Any]) -> None:
        if message.get("client_msg_id") == self._key:
            self._heard = True
        elif self._heard and message["author"] != "family" and not self._answer.done():
            self._answer.set_result((time.perf_counter(), message["key"]))


class Straight:
    """The same messages to an engine, without a gateway in between."""

    def __init__(self, client: RasaClient, lang: str) -> None:
        self.lang, self._client, self._sender = lang, client, secrets.token_hex(8)
        self.said: list[dict[str, Any]] = []

    async def turn(self, text: str) -> float:
        """From just before the POST until the answer is read; `said` has it. Raises BotUnavailable."""
        start = time.perf_counter()
        self.said = await self._client.say(self._sender, text, metadata(self.lang))
        return time.perf_counter() - start

    async def close(self) -> None:
        """Nothing is open."""


def metadata(lang: str) -> dict[str, str]:
    """What the engine is told beside the words."""
    return {"lang": lang, "language": lang, "today": datetime.now(UTC).date().isoformat()}


def through_gateway(session: aiohttp.ClientSession, url: str) -> Way:
    """Conversations as families have them."""
    return lambda lang: Family(session, url, lang).open()


def straight(session: aiohttp.ClientSession, url: str, token: str) -> Way:
    """Conversations with the engine at `url`."""
    client = RasaClient(session, url, token, _PATIENCE)

    async def begin(lang: str) -> Talk:
        return Straight(client, lang)

    return begin


@asynccontextmanager
async def several(way: Way, count: int, langs: Iterator[str] | None = None) -> AsyncIterator[list[Talk]]:
    """So many conversations, the languages in turn."""
    begun = [await way(lang) for lang in islice(langs or languages(), count)]
    try:
        yield begun
    finally:
        for one in begun:
            await one.close()
