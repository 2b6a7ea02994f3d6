"""`make bench`: starts the real service on free loopback ports, measures, and writes bench/results.md.

--quick takes few samples, to try the benchmark itself; --train also trains a model, in a folder of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from bench import acknowledging, turning, whatsapp
from bench.desks import desks
from bench.house import House, double, gateway_alone, house, model, own_settings, stock_rasa
from bench.judging import judged
from bench.processes import NotStarted, resident, start
from bench.table import Row, at_most, markdown, percentile
from bench.talks import straight, through_gateway
from bench.texts import GREET, LANGUAGES, topics
from bench.understanding import understanding
from channels.settings import ROOT, BadSetting, Settings

RESULTS = Path(__file__).with_name("results.md")


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    bursts: int = 30
    turns: int = 18
    families: int = 12
    chain_turns: int = 15
    short_talks: int = 20
    long_talks: int = 3
    accepts: int = 40
    desk_rounds: int = 20
    webhooks: int = 5000
    load_seconds: int = 20
    share: float = 1.0


QUICK = Size(
    bursts=5,
    turns=6,
    families=4,
    chain_turns=6,
    short_talks=5,
    long_talks=1,
    accepts=8,
    desk_rounds=4,
    share=0.1,
    webhooks=600,
    load_seconds=3,
)


@dataclass(slots=True)
class Report:
    """The rows so far. A measurement that fails is a row too, and the others go on."""

    rows: list[Row] = field(default_factory=list)
    broken: bool = False

    async def add(self, name: str, work: Callable[[], Awaitable[list[Row]]]) -> None:
        """Measure one thing and tell it at once."""
        say(f"measuring: {name}")
        try:
            found = await work()
        except Exception as error:
            self.broken = True
            found = [Row(name, f"no figure: {type(error).__name__}: {error}".split("\n")[0], "", met=False)]
        for row in found:
            say(f"  {row.what}: {row.figure}")
        self.rows += found


def say(text: str) -> None:
    """Progress goes to standard error; standard output has the table."""
    print(text, file=sys.stderr, flush=True)


async def first_answer(session: aiohttp.ClientSession, home: House) -> list[Row]:
    """From the start of the processes to the first answer a family gets, and nothing is written before it is ready."""
    await home.running.ready(f"{home.gateway}/readyz", 120)
    family = await through_gateway(session, home.gateway)("nl")
    await family.turn(GREET["nl"])
    took = time.monotonic() - home.started
    await family.close()
    return [at_most("start: from nothing to the first answer, set up", took, 40, " s")]


async def acknowledged(session: aiohttp.ClientSession, home: House, folder: Path, size: Size) -> list[Row]:
    """Twenty POSTs at once: to a bare server, to a gateway with a scripted bot, and to the whole service."""
    async with double("echo", folder) as url:
        bare = await acknowledging.bursts(session, url, size.bursts, chat=False)
    async with double("bot", folder) as bot, gateway_alone(bot, folder) as url:
        scripted = await acknowledging.bursts(session, url, size.bursts, chat=True)
    real = await acknowledging.bursts(session, home.gateway, size.bursts, chat=True)
    echo = percentile(bare, 0.5)
    return [
        acknowledging.row("with the real bot at work", real, echo, promised=True),
        acknowledging.row("with a scripted bot", scripted, echo, promised=True),
        acknowledging.row("to a bare aiohttp server that keeps nothing", bare, echo, promised=False),
    ]


async def memory(home: House) -> list[Row]:
    """Resident memory after all the work."""
    found = resident(home.running.process.pid)
    more = ", ".join(f"{name} {size:.0f}" for name, size in sorted(found.items()))
    return [at_most("memory of the three processes after the run", sum(found.values()) / 1000, 1.3, " GB", more, 2)]


async def training(folder: Path) -> list[Row]:
    """One training as `make train` does it, into a folder of its own."""
    began = time.monotonic()
    engine = os.environ.get("THUISWIJZER_ENGINE", str(ROOT / ".venv" / "engine" / "bin" / "python"))
    command = [engine, "bot/train.py", "--out", str(folder / "models")]
    running = await start("train", command, {"OMP_NUM_THREADS": "1"}, folder)
    try:
        code = await asyncio.wait_for(running.process.wait(), 1800)
    finally:
        await running.stop()
    if code:
        raise NotStarted("training failed")
    return [at_most("training", (time.monotonic() - began) / 60, 4, " min")]


@asynccontextmanager
async def web_session() -> AsyncIterator[aiohttp.ClientSession]:
    """One client for everything that is not about the speed of the client."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session


async def measure(settings: Settings, folder: Path, size: Size, report: Report) -> None:
    """Everything that needs the service, from start to stop."""
    for lang in LANGUAGES:
        topics(lang)  # reads files; never while the clock runs
    await report.add("rules", judged)
    await report.add("desk", lambda: desks(folder, size.accepts, size.desk_rounds))
    await report.add("WhatsApp, replay", lambda: whatsapp.replayed(folder / "replay", size.webhooks, 4, 200))
    await report.add("WhatsApp, load", lambda: whatsapp.acknowledged(folder, 200, size.load_seconds))
    async with house(settings, folder) as home, web_session() as session:
        chain = through_gateway(session, home.gateway)
        ours = straight(session, home.engine, home.token)
        await report.add("start", lambda: first_answer(session, home))
        await report.add("acknowledging", lambda: acknowledged(session, home, folder, size))
        await report.add("a turn alone", lambda: _one(turning.alone(chain, size.turns)))
        await report.add("action, ours", lambda: _one(turning.action_cost("ours", ours, size.short_talks, 1.5)))
        await report.add("long, ours", lambda: _one(turning.long_talk("through us", chain, size.long_talks, 2)))
        async with stock_rasa(settings, folder) as url:
            theirs = straight(session, url, home.token)
            ways = {"chain": chain, "engine": ours, "stock": theirs}
            await report.add("throughput", lambda: turning.throughput(ways, size.families, size.chain_turns))
            stock = "stock Rasa"
            await report.add("action, stock", lambda: _one(turning.action_cost(stock, theirs, size.short_talks, None)))
            await report.add("long, stock", lambda: _one(turning.long_talk(stock, theirs, size.long_talks, None)))
        await report.add("understanding", lambda: understanding(session, home.engine, home.token, size.share))
        await report.add("memory", lambda: memory(home))


async def _one(work: Awaitable[Row]) -> list[Row]:
    return [await work]


def facts(load: float, took: float, quick: bool) -> str:
    """On what, when and how."""
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return (
        f"# Figures\n\nMade by `make bench` on {datetime.now(UTC).date().isoformat()} in {took / 60:.0f} minutes: "
        f"{os.cpu_count()} cores ({platform.machine()}), {memory_gb:.0f} GB memory, Python {platform.python_version()} "
        f"and the engine on 3.10; all processes and the client on this machine, over loopback; SQLite on disk. "
        f"Load of the machine just before: {load:.1f}. Model {model().name.split('.')[0]}."
        f"{' A quick try: few samples, no figures to keep.' if quick else ''}\n\n"
    )


def main() -> int:
    """Command line; the exit code is 1 when something could not be measured. A bar that is not met is in the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few samples")
    parser.add_argument("--train", action="store_true", help="time a training as well")
    options = parser.parse_args()
    load, began, report = os.getloadavg()[0], time.monotonic(), Report()
    (ROOT / ".run").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=ROOT / ".run") as name:
        folder = Path(name)
        try:
            asyncio.run(measure(own_settings(folder), folder, QUICK if options.quick else Size(), report))
        except (BadSetting, NotStarted) as problem:
            say(str(problem))
            return 1
        if options.train:
            asyncio.run(report.add("training", lambda: training(folder)))
    if not options.train:
        report.rows.append(Row("training", "not measured; `bench/run.py --train` does", "≤ 4 min"))
    table = facts(load, time.monotonic() - began, options.quick) + markdown(report.rows)
    RESULTS.write_text(table, encoding="utf-8")
    print(table)
    return 1 if report.broken else 0


if __name__ == "__main__":
    sys.exit(main())
