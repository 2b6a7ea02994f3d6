"""Families on WhatsApp before a gateway that is killed again and again, and a ledger of who got what, in which order.

Every message carries a name such as m12x3 and the scripted bot answers with it, so that the names in the bubbles of a
family tell what was answered, how often and in which order.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from bench.processes import Running, free_ports, start
from tests.fakes import ScriptedBot
from tests.whatsapp.graph_server import GraphServer, Person
from tests.whatsapp.graph_server.account import Number
from tests.whatsapp.graph_server.webhooks import Post

SECRET, TOKEN = "app-secret", "access-token"
_NAME = re.compile(r"m\d+x\d+z")
_NUMBER_FILE = 'name: Thuiswijzer\nphone_number_id: "{id}"\naccount_id: "{waba}"\ntoken_env: WHATSAPP_TOKEN_TEST\n'


class NamingBot(ScriptedBot):
    """Answers with the name of the message."""

    @staticmethod
    def answer(message: str) -> list[dict[str, Any]]:
        """The name, in a sentence that carries words of the family."""
        found = _NAME.search(message)
        return [{"say": "handoff.own", "with": {"words": found[0] if found else "?"}}]


class Ledger(Post):
    """Notes when each message was first brought, when it was acknowledged, and how often anything was brought."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.first: dict[str, float] = {}
        self.acknowledged: dict[str, float] = {}
        self.brought = 0

    async def _attempt(self, raw: bytes) -> int | str:
        name, begun = _name(raw), time.monotonic()
        if name:
            self.first.setdefault(name, begun)
        answer = await super()._attempt(raw)
        if answer == 200:
            self.brought += 1
            if name:
                self.acknowledged.setdefault(name, time.monotonic())
        return answer


class Meta(GraphServer):
    """The imitation of Meta with many families: it finds them at once and forgets what stands on their screens."""

    def __init__(self, seed: int) -> None:
        super().__init__(secret=SECRET, token=TOKEN, seed=seed)
        self.ledger = Ledger("", SECRET, seed, self.rang)
        self.post = self.ledger
        self.rules.pair_rate = False
        self.answered = 0
        self._known: dict[str, Person] = {}
        self._counted = 0

    def families(self, count: int) -> list[Person]:
        """So many families, spread over our numbers."""
        ids = list(self.numbers)
        made = [self.person(number=ids[number % len(ids)]) for number in range(count)]
        for one in made:
            one.talk = _Short()
            self._known[one.bsuid] = one
        return made

    def find(self, number: Number, name: str) -> Person | None:  # noqa: ARG002 - nobody has two
        """By id alone."""
        return self._known.get(name)

    async def soon(self, wanted: Callable[[], bool]) -> None:
        """Wait until it is so, however long that takes."""
        async with self.changed:
            await self.changed.wait_for(wanted)

    def names(self) -> int:
        """How many names stand in all bubbles so far."""
        for sent in self.sent[self._counted :]:
            self.answered += len(_NAME.findall(str(sent.payload)))
        self._counted = len(self.sent)
        return self.answered


class _Short(list[Any]):
    """A screen that keeps only the newest lines: the imitation looks through all of them for every mark."""

    def append(self, one: Any) -> None:
        del self[:-3]
        super().append(one)


@dataclass
class Gateway:
    """The real program under test, which can be killed and started again on the same port and database."""

    folder: Path
    env: dict[str, str]
    port: int
    running: Running | None = None
    kills: int = 0
    starts: list[float] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Start it and wait until it listens."""
        begun = time.monotonic()
        self.running = await start("gateway", [sys.executable, "-m", "channels.cli", "serve"], self.env, self.folder)
        await self.running.ready(f"{self.url}/livez", 90)
        self.starts.append(time.monotonic() - begun)

    async def kill(self) -> None:
        """kill -9, and up again."""
        assert self.running
        self.running.process.kill()
        await self.running.process.wait()
        self.kills += 1
        await self.start()

    async def stop(self) -> None:
        """Ask it to end."""
        if self.running:
            await self.running.stop()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of every message. `late`: answered before one that was acknowledged before it was even sent."""

    lost: list[str]
    twice: list[str]
    disordered: list[str]
    answered: int
    bubbles: int

    @property
    def good(self) -> bool:
        """Nothing lost, nothing twice, nothing out of order."""
        return not (self.lost or self.twice or self.disordered)


@asynccontextmanager
async def scene(
    folder: Path, numbers: int, seed: int, database: str = "", made: Callable[..., Gateway] = Gateway
) -> AsyncIterator[tuple[Meta, Gateway]]:
    """Meta, the bot (both in this process) and a gateway, ready; all end with the block."""
    meta, bot = Meta(seed), NamingBot()
    for number in range(1, numbers):
        meta.add_number(str(100000000000001 + number), str(200000000000001), str(31970000001 + number), "Thuiswijzer")
    port, bot_port = free_ports(2)
    runner = web.AppRunner(bot.app(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", bot_port).start()
    graph = await meta.start()
    gateway = made(folder, _environment(meta, folder, graph, port, bot_port, database), port)
    meta.webhook = f"{gateway.url}/whatsapp/webhook"
    try:
        await gateway.start()
        yield meta, gateway
    finally:
        await gateway.stop()
        await meta.stop()
        await runner.cleanup()


def _environment(meta: Meta, folder: Path, graph: str, port: int, bot: int, database: str) -> dict[str, str]:
    for name in ("desks", "numbers"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for one in meta.numbers.values():
        text = _NUMBER_FILE.format(id=one.id, waba=one.waba)
        (folder / "numbers" / f"n{one.id}.yml").write_text(text, encoding="utf-8")
    env = {
        "THUISWIJZER_RUN": str(folder),
        "THUISWIJZER_GATEWAY_PORT": str(port),
        "THUISWIJZER_RASA_URL": f"http://127.0.0.1:{bot}",
        "THUISWIJZER_DESKS": str(folder / "desks"),
        "THUISWIJZER_NUMBERS": str(folder / "numbers"),
        "WHATSAPP_APP_SECRET": SECRET,
        "WHATSAPP_VERIFY_TOKEN": "verify-word",
        "WHATSAPP_TOKEN_TEST": TOKEN,
        "WHATSAPP_GRAPH_URL": graph,
        "THUISWIJZER_DATABASE_URL": database or f"sqlite:///{folder / 'replay.db'}",
    }
    return {name: value for name, value in env.items() if value != os.environ.get(name)}


@dataclass
class Replay:
    """Families that write, while the gateway is killed. `waiting`: how many messages may be without an answer."""

    meta: Meta
    gateway: Gateway
    dice: random.Random
    waiting: int = 300
    said: int = 0

    async def run(self, families: int, events: int, kills: int) -> None:
        """Until our webhook has taken so many `events` (messages, statuses, all of them with those that came twice),
        all is answered and nothing is on its way."""
        people, counts = self.meta.families(families), Counter[str]()
        brought = self.meta.ledger
        moments = sorted(self.dice.randrange(events // 50, max(events * 9 // 10, 1)) for _ in range(kills))
        killing = asyncio.create_task(self._kill_at(moments))
        room, tasks = asyncio.Semaphore(16), set[asyncio.Task[None]]()
        while brought.brought < events:
            await room.acquire()
            await self.meta.soon(lambda: self.said - self.meta.names() <= self.waiting)
            person = self.dice.choice(people)
            burst = self.dice.choice((1, 1, 1, 2, 3))
            texts = [f"ik heb een vraag m{person.key[1:]}x{counts[person.key] + n}z" for n in range(burst)]
            counts[person.key] += burst
            self.said += burst
            task = asyncio.create_task(self._say(person, texts, room))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
            if len(self.meta.post.deliveries) > 5000:
                self.meta.post.deliveries.clear()
        await asyncio.gather(*tasks, killing)
        await self._calm()

    async def _say(self, person: Person, texts: Sequence[str], room: asyncio.Semaphore) -> None:
        try:
            for text in texts:
                await person.says(text)
        finally:
            room.release()

    async def _kill_at(self, moments: Iterable[int]) -> None:
        for moment in moments:
            await self.meta.soon(lambda moment=moment: self.meta.ledger.brought >= moment)  # type: ignore[misc]
            await asyncio.sleep(self.dice.random() * 0.5)
            await self.gateway.kill()

    async def _calm(self, patience: float = 90.0) -> None:
        """Until everything is answered and for a while nothing more comes, or until nothing has moved for long."""
        moved, seen = time.monotonic(), -1
        while time.monotonic() - moved < (3 if seen >= self.said else patience):
            if (names := self.meta.names()) != seen:
                moved, seen = time.monotonic(), names
            await asyncio.sleep(0.1)
        await self.meta.post.quiet(60)


def verdict(meta: Meta) -> Verdict:
    """Look through all bubbles of all families."""
    bubbles: dict[str, list[str]] = {}
    for sent in meta.sent:
        key = sent.person.key if sent.person else sent.to
        bubbles.setdefault(key, []).extend(_NAME.findall(str(sent.payload)))
    first, acknowledged = meta.ledger.first, meta.ledger.acknowledged
    found = Counter(name for names in bubbles.values() for name in names)
    disordered = []
    for names in bubbles.values():
        earliest = float("inf")
        for name in reversed(names):
            if earliest < first[name]:
                disordered.append(name)
            earliest = min(earliest, acknowledged.get(name, float("inf")))
    lost = [name for name in acknowledged if name not in found]
    twice = [name for name, count in found.items() if count > 1]
    return Verdict(lost, twice, disordered, len(found), len(meta.sent))


async def still_well(gateway: Gateway) -> dict[str, Any]:
    """What /readyz says."""
    async with aiohttp.ClientSession() as session, session.get(f"{gateway.url}/readyz") as response:
        return dict(await response.json())


def _name(raw: bytes) -> str:
    found = re.search(rb"m\d+x\d+z", raw)
    return found[0].decode() if found else ""
