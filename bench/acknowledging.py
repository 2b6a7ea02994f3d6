"""From a POST to its 202, twenty at the same moment.

The client is one event loop in the process of the benchmark, beside the server on the same cores. It writes
prepared bytes to twenty open connections and reads the answers, and little else, so that we measure the server.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

import aiohttp

from bench.table import Row, percentile
from bench.texts import LANGUAGES, THANKS

PARALLEL = 20
_TEXT = THANKS["nl"]


class Wire:
    """One open connection that posts messages of one conversation."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, token: str) -> None:
        self._reader, self._writer, self._token, self._seen = reader, writer, token, 0

    async def post(self) -> float:
        """Send one message; the seconds until the whole answer was read."""
        body = json.dumps({"client_msg_id": secrets.token_hex(6), "text": _TEXT}).encode()
        head = (
            f"POST /webchat/v1/messages HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {self._token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        start = time.perf_counter()
        self._writer.write(head.encode() + body)
        answer = await self._reader.readuntil(b"\r\n\r\n")
        length = next(int(line[15:]) for line in answer.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        await self._reader.readexactly(length)
        took = time.perf_counter() - start
        if not answer.startswith(b"HTTP/1.1 202"):
            raise RuntimeError(f"the gateway refused: {answer.splitlines()[0].decode()}")
        return took

    async def answered(self, session: aiohttp.ClientSession, url: str) -> None:
        """Wait until what was posted last has its answer."""
        while True:
            headers, after = {"Authorization": f"Bearer {self._token}"}, f"after={self._seen}"
            async with session.get(f"{url}/webchat/v1/messages?{after}", headers=headers) as response:
                said = (await response.json())["messages"]
            if any(one["author"] == "family" for one in said) and said[-1]["author"] != "family":
                self._seen = said[-1]["seq"]
                return
            await asyncio.sleep(0.02)

    async def close(self) -> None:
        """Hang up."""
        self._writer.close()
        await self._writer.wait_closed()


async def bursts(session: aiohttp.ClientSession, url: str, rounds: int, *, chat: bool) -> list[float]:
    """Milliseconds of every POST. After each burst of twenty we wait until a `chat` has answered all of them."""
    address = urlsplit(url)
    tokens = [await _open(session, url, n) if chat else "none" for n in range(PARALLEL)]
    wires = [Wire(*await asyncio.open_connection(address.hostname, address.port), token) for token in tokens]
    took: list[float] = []
    for number in range(rounds + 1):
        burst = await asyncio.gather(*(wire.post() for wire in wires))
        took += burst if number else []  # the first one warms up
        if chat:
            async with asyncio.timeout(60):
                await asyncio.gather(*(wire.answered(session, url) for wire in wires))
    for wire in wires:
        await wire.close()
    return [1000 * seconds for seconds in took]


async def _open(session: aiohttp.ClientSession, url: str, number: int) -> str:
    body = {"lang": LANGUAGES[number % len(LANGUAGES)]}
    async with session.post(f"{url}/webchat/v1/sessions", json=body) as response:
        return str((await response.json())["token"])


def row(who: str, took: Sequence[float], echo: float, *, promised: bool) -> Row:
    """p50 and p99 against the bar, and beside what a bare server needs."""
    middle, late = percentile(took, 0.5), percentile(took, 0.99)
    figure = f"p50 {middle:.1f} ms, p99 {late:.1f} ms; n = {len(took)}"
    if not promised:
        return Row(f"{PARALLEL} POSTs at once, {who}", figure)
    figure += f"; p50 is {middle / echo:.1f} × the bare server"
    bar, met = "p50 ≤ 5 ms, p99 ≤ 25 ms", middle <= 5 and late <= 25
    return Row(f"web chat, {PARALLEL} POSTs at once to 202, {who}", figure, bar, met)
