"""How long turns take: alone, with and without an action, late in a conversation, and many at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from itertools import islice
from statistics import median

from bench.table import Row, at_least, at_most, percentile
from bench.talks import Straight, Talk, Way, several
from bench.texts import GREET, LANGUAGES, THANKS, talk, topics

_ROUNDS = 3
_EARLY, _LATE = range(4, 9), range(76, 85)


async def alone(way: Way, turns: int) -> Row:
    """One family at a time, in each language; from POST to answer on the stream."""
    took: list[float] = []
    async with several(way, len(LANGUAGES)) as families:
        for family in families:
            texts = talk(family.lang)
            await family.turn(next(texts))
            took += [await family.turn(text) for text in islice(texts, turns)]
    ms = [1000 * seconds for seconds in took]
    more = f"p50 {percentile(ms, 0.5):.0f} ms, n = {len(ms)}, five languages, one turn in six without an action"
    return at_most("a turn alone, POST to answer on the stream, p95", percentile(ms, 0.95), 120, " ms", more, 0)


async def throughput(ways: dict[str, Way], families: int, turns: int) -> list[Row]:
    """Answered turns per second of the `chain`, our `engine` alone and a `stock` Rasa, by turns in one run."""
    for way in ways.values():
        await _rate(way, 2, 3)
    rates: dict[str, list[float]] = {name: [] for name in ways}
    order = list(ways)
    for _ in range(_ROUNDS):
        for name in order:
            rates[name].append(await _rate(ways[name], families, turns))
        order = [*order[1:], order[0]]
    told = ", ".join(f"{name} {median(found):.1f}/s" for name, found in rates.items())
    more = f"{told}; {families} conversations × {turns} turns at once, median of {_ROUNDS} rounds in turn"
    return [
        at_least("throughput, whole chain / our engine called directly", _ratio(rates, "engine"), 0.9, " ×", more),
        at_least("throughput, whole chain / stock Rasa 3.6.21 called directly", _ratio(rates, "stock"), 1.3, " ×"),
        Row("throughput, our engine / stock Rasa, both called directly", f"{_ratio(rates, 'stock', 'engine'):.2f} ×"),
    ]


def _ratio(rates: dict[str, list[float]], under: str, over: str = "chain") -> float:
    return median(mine / theirs for mine, theirs in zip(rates[over], rates[under], strict=True))


async def _rate(way: Way, families: int, turns: int) -> float:
    async def converse(one: Talk) -> None:
        for text in islice(talk(one.lang), turns):
            await one.turn(text)

    async with several(way, families) as begun:
        start = time.perf_counter()
        await asyncio.gather(*(converse(one) for one in begun))
        return families * turns / (time.perf_counter() - start)


async def action_cost(name: str, way: Way, turns: int, limit: float | None) -> Row:
    """A turn with a custom action over a turn that only utters; by turns, short texts, in short conversations."""
    plain: list[float] = []
    action: list[float] = []
    for number in range(turns):
        async with several(way, 1, iter([LANGUAGES[number % len(LANGUAGES)]])) as (one,):
            await one.turn(GREET[one.lang])
            for _ in range(2):
                plain.append(await _expect(one, THANKS[one.lang], plain=True))
                action.append(await _expect(one, GREET[one.lang], plain=False))
    what = f"a turn with an action / a plain turn, {name}"
    more = f"{1000 * median(action):.0f} / {1000 * median(plain):.0f} ms, medians, n = {len(plain)} each"
    ratio = median(action) / median(plain)
    return at_most(what, ratio, limit, " ×", more, 2) if limit else Row(what, f"{ratio:.2f} × ({more})")


async def _expect(one: Talk, text: str, *, plain: bool) -> float:
    took = await one.turn(text)
    if isinstance(one, Straight) and (one.said[0].get("say") == "conversation.thanks") != plain:
        raise ValueError(f"'{text}' was understood as something else: {one.said[0]}")
    return took


async def long_talk(name: str, way: Way, families: int, limit: float | None) -> Row:
    """The price of turn 80 over that of turn 5. The conversations take turns, so that noise hits all alike."""
    early: list[float] = []
    late: list[float] = []
    async with several(way, families) as begun:
        says = {id(one): topics(one.lang)[0] for one in begun}
        for number in range(1, _LATE.stop):
            took = [await one.turn(says[id(one)]) for one in begun]
            early += took if number in _EARLY else []
            late += took if number in _LATE else []
    what = f"turn 80 / turn 5 of one conversation, {name}"
    ratio, more = _late_over_early(early, late)
    more += f" of turns 76-84 and 4-8, {families} conversations"
    return at_most(what, ratio, limit, " ×", more, 2) if limit else Row(what, f"{ratio:.2f} × ({more})")


def _late_over_early(early: Sequence[float], late: Sequence[float]) -> tuple[float, str]:
    ratio = median(late) / median(early)
    return ratio, f"{1000 * median(late):.0f} / {1000 * median(early):.0f} ms, medians"
