"""WhatsApp under load: nothing lost or said twice while the gateway is killed, and how soon a webhook is acknowledged.

python bench/whatsapp.py [--events 100000] [--kills 20] [--families 500] [--rate 200] [--seconds 30] [--only A|B]
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from pathlib import Path

from bench import hooks
from bench.replaying import Replay, Verdict, scene, still_well, verdict
from bench.table import Row, markdown
from channels.settings import ROOT

_DUPLICATES, _DISORDER, _SEED = 0.3, 0.2, 20261130
_EVERY = 30.0  # seconds between two lines about how it goes


async def replayed(folder: Path, events: int, kills: int, families: int, database: str = "") -> list[Row]:
    """Webhooks that come twice and in another order, to a gateway that is killed at random moments."""
    async with scene(folder, 2, _SEED, database) as (meta, gateway):
        meta.post.duplicates, meta.post.disorder = _DUPLICATES, _DISORDER
        replay, begun = Replay(meta, gateway, random.Random(_SEED)), time.monotonic()
        telling = asyncio.create_task(_tell(replay, begun))
        await replay.run(families, events, kills)
        telling.cancel()
        took, found = time.monotonic() - begun, verdict(meta)
        ready = (await still_well(gateway))["status"]
    more = (
        f"{meta.ledger.brought} webhooks of {families} families, of these {replay.said} distinct messages, "
        f"{_DUPLICATES:.0%} twice, {_DISORDER:.0%} out of order; {gateway.kills} × kill -9; {found.answered} answered "
        f"in {found.bubbles} bubbles in {took / 60:.1f} min; afterwards {ready}"
    )
    return [_row(found, more, replay.said)]


def _row(found: Verdict, more: str, said: int) -> Row:
    for name, those in (("lost", found.lost), ("twice", found.twice), ("out of order", found.disordered)):
        if those:
            print(f"{name}: {', '.join(those[:20])}", file=sys.stderr, flush=True)
    figure = f"{len(found.lost)} lost, {len(found.twice)} twice, {len(found.disordered)} out of order ({more})"
    good = found.good and found.answered == said
    return Row("WhatsApp, webhooks replayed while the gateway is killed", figure, "0 lost, 0 twice, in order", good)


async def _tell(replay: Replay, begun: float) -> None:
    while True:
        await asyncio.sleep(_EVERY)
        done = f"{replay.meta.ledger.brought} webhooks, {replay.said} said, {replay.meta.names()} answered"
        print(f"{time.monotonic() - begun:.0f} s: {done}, {replay.gateway.kills} kills", file=sys.stderr, flush=True)


async def acknowledged(folder: Path, rate: int, seconds: int, database: str = "") -> list[Row]:
    """Open loop: so many webhooks in a second, whatever has been answered; three quarters are statuses, as in life."""
    rows = [await hooks.bare(folder, rate, seconds)]
    for name, share in (("a quarter messages", 0.25), ("all messages", 1.0)):
        own = folder / name.replace(" ", "-")
        rows.append(await hooks.measured(own, rate, seconds, share, name, database))
    return rows


def main() -> int:
    """Command line; the exit code is 1 when a bar is not met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=100_000, help="webhooks, with statuses and those that come twice")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--families", type=int, default=500)
    parser.add_argument("--rate", type=int, default=200, help="webhooks in a second")
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--only", choices=["A", "B"], help="A: replay; B: acknowledging")
    parser.add_argument("--database", default="", help="postgresql://… of an empty database; without: SQLite")
    chosen = parser.parse_args()
    (ROOT / ".run").mkdir(exist_ok=True)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="bench-", dir=ROOT / ".run") as name:
        folder = Path(name)
        if chosen.only != "B":
            work = replayed(folder, chosen.events, chosen.kills, chosen.families, chosen.database)
            rows += asyncio.run(work)
        if chosen.only != "A":
            rows += asyncio.run(acknowledged(folder, chosen.rate, chosen.seconds, chosen.database))
    print(markdown(rows), flush=True)
    return 1 if any(row.met is False for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
