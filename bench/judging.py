"""How long the rules take: all checks of one family, and the search for the next best question."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date

from actions.dialogue.journeys import JOURNEYS
from actions.dialogue.knowledge import read_knowledge
from bench.table import Row, at_most, percentile
from channels.assessing import RIGHTS
from channels.care import families
from channels.settings import ROOT

_DAY = date(2026, 11, 22)


def _milliseconds(work: Callable[[], object], times: int) -> float:
    took = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        took.append(1000 * (time.perf_counter() - start))
    return percentile(took, 0.5)


async def judged() -> list[Row]:
    """The slowest of the whole families in data/families, as the median of many runs."""
    knows = read_knowledge(ROOT / "data")
    assessor, people = knows.assessor(_DAY), families(ROOT / "data" / "families")
    rules, goals = tuple(RIGHTS.values()), [journey.goals for journey in JOURNEYS.values()]
    all_checks, next_ones = [], []
    for family in people.values():
        s = family.situation
        all_checks.append(_milliseconds(lambda s=s: [assessor.find(rule, s) for rule in rules], 50))
        next_ones += [_milliseconds(lambda s=s, g=g: assessor.next_question(g, s), 5) for g in goals]
    return [
        at_most(f"all {len(rules)} checks of one family", max(all_checks), 2, " ms", "the slowest family", 2),
        Row("the next best question, the slowest check of the slowest family", f"{max(next_ones):.1f} ms"),
    ]
