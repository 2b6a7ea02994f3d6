"""What anybody may throw at our webhook: too much, too slow, packed, or damaged."""

from __future__ import annotations

import asyncio
import gzip
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
import sqlalchemy as sa

from bench.hooks import Wire, request
from bench.replaying import Meta, scene
from channels.storage.store import make_engine
from channels.storage.whatsapp_tables import webhooks
from tests.whatsapp.conftest import PhoneHouse
from tests.whatsapp.mutating import INBOUND, mutations
from tests.whatsapp.warm import WarmGateway

pytestmark = pytest.mark.slow
in_one_loop = pytest.mark.asyncio(loop_scope="module")
_MIB = 2**20
_MUTATIONS, _WIRES = 20_000, 24
_HEAD = "POST /whatsapp/webhook HTTP/1.1\r\nHost: localhost\r\nX-Hub-Signature-256: sha256=00\r\n"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def alone(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Meta, WarmGateway]]:
    """A gateway in a process of its own, which can be weighed."""
    async with scene(tmp_path_factory.mktemp("alone"), 1, 1, made=WarmGateway) as (meta, gateway):
        assert isinstance(gateway, WarmGateway)
        yield meta, gateway


class Weight:
    """By how much a process grew at most since this was made."""

    def __init__(self, pid: int) -> None:
        self._folder = Path(f"/proc/{pid}")
        (self._folder / "clear_refs").write_text("5", encoding="ascii")  # the peak counts from now on
        self._before = self._peak()

    def _peak(self) -> float:
        lines = (self._folder / "status").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:"))

    def grown(self) -> float:
        """In MiB."""
        return self._peak() - self._before


async def opened(gateway: WarmGateway) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", gateway.port)


async def refused(gateway: WarmGateway, head: str, *body: bytes) -> int:
    """The status of one request, whose body is written as far as the other side wants to have it."""
    reader, writer = await opened(gateway)

    async def write() -> None:
        try:
            writer.write(f"{_HEAD}{head}\r\n".encode())
            for part in body:
                writer.write(part)
                await writer.drain()
        except ConnectionError:
            return

    writing = asyncio.create_task(write())
    status = int((await reader.readline()).split()[1])
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)
    writer.close()
    return status


async def answered(meta: Meta, words: str) -> None:
    """A family writes and gets its answer."""
    (person,) = meta.families(1)
    await person.says(f"ik heb een vraag {words}")
    await meta.soon(lambda: any(words in str(sent.payload) for sent in meta.sent))


@in_one_loop
async def test_a_packed_body_is_refused_before_it_is_unpacked(alone: tuple[Meta, WarmGateway]) -> None:
    meta, gateway = alone
    await answered(meta, "m1x1z")
    weight, bomb = Weight(gateway.pid), gzip.compress(bytes(64 * _MIB))
    head = f"Content-Encoding: gzip\r\nContent-Length: {len(bomb)}\r\n"
    assert [await refused(gateway, head, bomb) for _ in range(20)] == [415] * 20
    await answered(meta, "m2x1z")
    assert weight.grown() <= 20


@in_one_loop
async def test_a_body_of_five_mebibytes_is_refused_with_and_without_its_length(
    alone: tuple[Meta, WarmGateway],
) -> None:
    meta, gateway = alone
    await answered(meta, "m1x2z")
    weight, part = Weight(gateway.pid), bytes(_MIB // 16)
    parts = [part] * 80
    chunks = [f"{len(part):x}\r\n".encode() + part + b"\r\n" for part in parts] + [b"0\r\n\r\n"]
    for _ in range(5):
        assert await refused(gateway, f"Content-Length: {5 * _MIB}\r\n", *parts) == 413
        assert await refused(gateway, "Transfer-Encoding: chunked\r\n", *chunks) == 413
    await answered(meta, "m2x2z")
    assert weight.grown() <= 20


@in_one_loop
async def test_fifty_that_write_slowly_keep_nobody_else_waiting(alone: tuple[Meta, WarmGateway]) -> None:
    meta, gateway = alone
    await answered(meta, "m1x3z")
    weight = Weight(gateway.pid)
    slow = [await opened(gateway) for _ in range(50)]
    for number, (_, writer) in enumerate(slow):  # half of them do not even end their head
        writer.write(_HEAD.encode() + (b"" if number % 2 else b"Content-Length: 1000\r\n\r\n{"))
        await writer.drain()
    for number in range(2, 12):
        await answered(meta, f"m{number}x3z")
        for _, writer in slow:
            writer.write(b"x" if number % 2 else b" ")
    assert weight.grown() <= 20
    for _, writer in slow:
        writer.close()


@pytest.mark.parametrize("seed", [1])
async def test_whatever_is_posted_with_our_signature_is_kept_and_read(phone_house: PhoneHouse, seed: int) -> None:
    if not INBOUND.exists():
        pytest.skip(f"the shared fixtures are not here: {INBOUND}")
    url, bodies = phone_house.graph.webhook, mutations(seed, _MUTATIONS)
    statuses: Counter[int] = Counter()

    async def post() -> None:
        address = urlsplit(url)
        wire = Wire(*await asyncio.open_connection(address.hostname, address.port))
        for raw in bodies:
            statuses[await wire.post(request(url, raw))] += 1
        wire.close()

    await asyncio.gather(*(post() for _ in range(_WIRES)))
    assert set(statuses) <= {200, 413}
    assert statuses.total() == _MUTATIONS
    states = await _all_read(phone_house)
    assert set(states) <= {"done", "unknown", "failed"}
    await _still_answers(phone_house)


async def _all_read(house: PhoneHouse) -> Counter[str]:
    """How many webhooks are in which state, once nobody has to read any more."""
    engine, c = make_engine(house.settings.database_url), webhooks.c
    statement = sa.select(c.state, sa.func.count()).group_by(c.state)
    async with asyncio.timeout(600):
        while True:
            with engine.connect() as connection:
                states = Counter({str(state): count for state, count in connection.execute(statement)})
            if not states["new"]:
                engine.dispose()
                return states
            await asyncio.sleep(0.05)


async def _still_answers(house: PhoneHouse) -> None:
    person = house.person()
    await person.says("hallo")
    await person.receives(seconds=60)
