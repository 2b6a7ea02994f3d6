"""How soon a webhook is acknowledged: a client in a process of its own, that posts at its pace whatever comes back.

As a program: python -m bench.hooks URL FILE RATE posts the bodies of FILE (one JSON text per line) and prints the
milliseconds of each, from the moment when it was to go.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import random
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from bench.house import double
from bench.processes import start
from bench.replaying import SECRET, Meta, scene
from bench.table import Row, percentile
from tests.whatsapp.graph_server.people import Person
from tests.whatsapp.graph_server.sending import Sent

_FAMILIES, _WIRES, _WARM = 400, 40, 2
_BAR = 25.0  # ms


async def measured(folder: Path, rate: int, seconds: int, share: float, what: str, database: str) -> Row:
    """`share` of the webhooks are new messages; the others are statuses of what we sent before."""
    count = rate * (seconds + _WARM)
    async with scene(folder, 4, 1, database) as (meta, _gateway):
        meta.statuses = ()
        people = meta.families(_FAMILIES)
        before = int(count * (1 - share) / 3) + 1
        await _something_sent(meta, people, min(before, 3 * _FAMILIES))
        bodies = folder / "bodies"
        bodies.write_text("\n".join(itertools.islice(_bodies(meta.sent, people, share), count)), encoding="utf-8")
        took = await _posted(folder, meta.webhook, bodies, rate)
    kind = "PostgreSQL" if database else "SQLite"
    what = f"WhatsApp, {rate} webhooks a second to 200, {what}, {kind}"
    return Row(what, _figure(took), f"p99 ≤ {_BAR:g} ms", percentile(took, 0.99) <= _BAR)


async def bare(folder: Path, rate: int, seconds: int) -> Row:
    """The same pace to a server that keeps nothing: what the machine and the client need by themselves."""
    bodies = folder / "bodies"
    bodies.write_text("\n".join(['{"client_msg_id": "x"}'] * rate * (seconds + _WARM)), encoding="utf-8")
    async with double("echo", folder) as url:
        took = await _posted(folder, f"{url}/webchat/v1/messages", bodies, rate)
    return Row(f"{rate} POSTs a second to a bare aiohttp server that keeps nothing", _figure(took))


async def _posted(folder: Path, url: str, bodies: Path, rate: int) -> list[float]:
    command = [sys.executable, "-m", "bench.hooks", url, str(bodies), str(rate)]
    client = await start("client", command, {}, folder)
    if await client.process.wait():
        raise RuntimeError(client.log.read_text(encoding="utf-8")[-600:])
    took: list[float] = json.loads(client.log.read_text(encoding="utf-8"))
    return took[_WARM * rate :]


def _figure(took: Sequence[float]) -> str:
    middle, late = percentile(took, 0.5), percentile(took, 0.99)
    return f"p50 {middle:.1f} ms, p99 {late:.1f} ms, max {max(took):.1f} ms; n = {len(took)}"


async def _something_sent(meta: Meta, people: Sequence[Person], count: int) -> None:
    for number in range(count):
        await people[number % len(people)].says(f"ik heb een vraag m{number}x0z")
    await meta.soon(lambda: meta.names() >= count)


def _bodies(sent: Sequence[Sent], people: Sequence[Person], share: float) -> Iterator[str]:
    """Endless; statuses come again and again when there are too few messages."""
    dice, told = random.Random(1), _statuses(sent)
    for number in itertools.count():
        yield json.dumps(_message(dice.choice(people), f"{share}-{number}") if dice.random() < share else next(told))


def _statuses(sent: Sequence[Sent]) -> Iterator[dict[str, object]]:
    for turn in itertools.count():
        for status in ("sent", "delivered", "read"):
            for one in sent:
                told = {"id": one.wamid, "status": status, "timestamp": str(int(time.time()) + turn)}
                told |= {"recipient_user_id": one.to, "biz_opaque_callback_data": one.callback}
                yield _body(one.number.id, one.number.head() | {"statuses": [told]})


def _message(person: Person, number: str) -> dict[str, object]:
    one = {"from_user_id": person.bsuid, "id": f"wamid.load{number}", "timestamp": str(int(time.time()))}
    one |= {"type": "text", "text": {"body": f"ik heb een vraag {number}"}}  # type: ignore[dict-item]
    return _body(person.number.id, person.number.head() | {"contacts": [person.contact()], "messages": [one]})


def _body(number: str, value: dict[str, object]) -> dict[str, object]:
    entry = {"id": number, "changes": [{"field": "messages", "value": value}]}
    return {"object": "whatsapp_business_account", "entry": [entry]}


class Wire:
    """One open connection that posts prepared requests."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def post(self, request: bytes) -> int:
        """Send it and read the whole answer; its status."""
        self._writer.write(request)
        answer = await self._reader.readuntil(b"\r\n\r\n")
        length = next(int(line[15:]) for line in answer.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        await self._reader.readexactly(length)
        return int(answer.split()[1])

    def close(self) -> None:
        """Hang up."""
        self._writer.close()


async def _load(url: str, requests: Sequence[bytes], rate: int) -> list[float]:
    address = urlsplit(url)
    free: asyncio.Queue[Wire] = asyncio.Queue()
    for _ in range(_WIRES):
        free.put_nowait(Wire(*await asyncio.open_connection(address.hostname, address.port)))
    begun, took = time.perf_counter() + 0.2, [0.0] * len(requests)

    async def one(number: int) -> None:
        wire = await free.get()  # when all are in use that is waiting time too
        if await wire.post(requests[number]) not in (200, 202):
            raise RuntimeError(f"request {number} was refused")
        took[number] = 1000 * (time.perf_counter() - begun - number / rate)
        free.put_nowait(wire)

    async with asyncio.TaskGroup() as group:
        for number in range(len(requests)):
            await asyncio.sleep(begun + number / rate - time.perf_counter())
            group.create_task(one(number))
    return took


def request(url: str, raw: bytes) -> bytes:
    """A whole request, signed as Meta does."""
    sign = hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()
    head = f"POST {urlsplit(url).path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    head += f"X-Hub-Signature-256: sha256={sign}\r\nContent-Length: {len(raw)}\r\n\r\n"
    return head.encode() + raw


if __name__ == "__main__":
    _url, _file, _rate = sys.argv[1:]
    prepared = [request(_url, line.encode()) for line in Path(_file).read_text(encoding="utf-8").splitlines()]
    print(json.dumps(asyncio.run(_load(_url, prepared, int(_rate)))))
