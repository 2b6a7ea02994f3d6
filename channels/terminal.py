"""The terminal channel: the same conversation as on the web, for people who review."""

from __future__ import annotations

import asyncio
import json
import secrets
import sys
from collections.abc import Callable
from typing import Any

import aiohttp


class Terminal:
    """A talk with a running gateway. `write` gets whole lines."""

    def __init__(self, session: aiohttp.ClientSession, url: str, write: Callable[[str], None]) -> None:
        self._session, self._url, self._write = session, url.rstrip("/") + "/webchat/v1", write
        self._headers: dict[str, str] = {}
        self._choices: list[dict[str, str]] = []

    async def open(self, lang: str | None) -> None:
        """Begin. Raises aiohttp.ClientError when no gateway answers, ValueError with its sentence when it refuses."""
        told = await self._post("/sessions", {"lang": lang} if lang else {})
        self._headers = {"Authorization": f"Bearer {told['token']}"}

    async def listen(self) -> None:
        """Write everything the other side says, until it says goodbye."""
        timeout = aiohttp.ClientTimeout(total=None)
        async with self._session.get(f"{self._url}/stream", headers=self._headers, timeout=timeout) as response:
            event = ""
            async for raw in response.content:
                line = raw.decode().rstrip("\n")
                if line.startswith("event: "):
                    event = line[7:]
                elif line.startswith("data: ") and event == "message":
                    self._show(json.loads(line[6:]))

    async def say(self, line: str) -> None:
        """Send a line; a number alone taps the choice with that number."""
        number = int(line) - 1 if line.isdecimal() else -1
        body: dict[str, Any] = {"client_msg_id": secrets.token_hex(8)}
        if 0 <= number < len(self._choices):
            body["choice"] = self._choices[number]["id"]
        else:
            body["text"] = line
        await self._post("/messages", body)

    async def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        async with self._session.post(self._url + path, json=body, headers=self._headers) as response:
            told: dict[str, Any] = await response.json()
            if response.status >= 400:
                raise ValueError(told.get("message", "the gateway refused"))
            return told

    def _show(self, message: dict[str, Any]) -> None:
        if message["author"] == "family":
            return
        self._write("")
        for line in message["text"].split("\n"):
            self._write(f"  {line}")
        for source in message["sources"]:
            self._write(f"    [{source['title']} {source['article']} ({source['dated']}), {source['read']}]")
        if message["choices"]:
            self._choices = message["choices"]
            for number, choice in enumerate(self._choices, 1):
                self._write(f"    {number}. {choice['title']}")


async def chat(url: str, lang: str | None) -> int:
    """Talk in the terminal until the end of input. Gives an exit code."""

    def write(line: str) -> None:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()

    async with aiohttp.ClientSession() as session:
        terminal = Terminal(session, url, write)
        try:
            await terminal.open(lang)
            await _talk(terminal, write)
        except aiohttp.ClientError:
            write(f"No gateway answers at {url}. Start it with: make run")
            return 1
        except ValueError as refusal:
            write(str(refusal))
            return 2
    return 0


async def _talk(terminal: Terminal, write: Callable[[str], None]) -> None:
    listening = asyncio.create_task(terminal.listen())
    try:
        while line := await asyncio.to_thread(sys.stdin.readline):
            try:
                if line.strip():
                    await terminal.say(line.strip())
            except ValueError as refusal:
                write(str(refusal))
        await asyncio.sleep(1)  # the last answer is still on its way when input came from a file
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
