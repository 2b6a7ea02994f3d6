"""A family that talks with the house through the web chat API, as the page does."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable
from typing import Any

import aiohttp

Seen = list[dict[str, Any]]


class Family:
    """One conversation. Waits by listening to the stream, never by the clock."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session, self._url = session, f"{url}/webchat/v1"
        self._headers: dict[str, str] = {}
        self.after = 0
        self.said: Seen = []

    async def begin(self, lang: str) -> None:
        async with self._session.post(f"{self._url}/sessions", json={"lang": lang}) as response:
            self._headers = {"Authorization": f"Bearer {(await response.json())['token']}"}
        await self.hear(lambda seen: seen[-1]["key"] == "conversation.welcome")

    async def say(self, text: str) -> Seen:
        return await self._send({"text": text})

    async def tap(self, choice: str) -> Seen:
        return await self._send({"choice": choice})

    async def post(self, body: dict[str, str]) -> int:
        """Send and wait for nothing but the acknowledgement."""
        body = {"client_msg_id": secrets.token_hex(6), **body}
        async with self._session.post(f"{self._url}/messages", json=body, headers=self._headers) as response:
            return response.status

    async def _send(self, body: dict[str, str]) -> Seen:
        assert await self.post(body) == 202
        return await self.hear(None)

    async def hear(self, wanted: Callable[[Seen], bool] | None) -> Seen:
        """What the other side says from here on: until it is as wanted, or until it is done with the turn."""
        heard: Seen = []
        answered = False
        async with asyncio.timeout(90):
            stream = f"{self._url}/stream?after={self.after}"
            async with self._session.get(stream, headers=self._headers) as response:
                event = ""
                async for raw in response.content:
                    line = raw.decode().rstrip("\n")
                    if line.startswith("event: "):
                        event = line[7:]
                    if not line.startswith("data: "):
                        continue
                    data = json.loads(line[6:])
                    if event == "message":
                        self.after = data["seq"]
                        self.said.append(data)
                        if data["author"] != "family":
                            heard.append(data)
                            answered = True
                    done = wanted(heard) if wanted and heard else answered and event == "busy" and not data["busy"]
                    if done:
                        return heard
        raise AssertionError("the stream ended")
