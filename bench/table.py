"""Figures and the table they go into."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One line: what was measured, what came out, what we promised. `met` is None where nothing is promised."""

    what: str
    figure: str
    bar: str = ""
    met: bool | None = None


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of all values do not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def at_most(what: str, value: float, limit: float, unit: str, more: str = "", digits: int = 1) -> Row:
    """A figure that should stay low."""
    return Row(what, _figure(value, unit, more, digits), f"≤ {limit:g}{unit}", value <= limit)


def at_least(what: str, value: float, limit: float, unit: str, more: str = "", digits: int = 2) -> Row:
    """A figure that should be high."""
    return Row(what, _figure(value, unit, more, digits), f"≥ {limit:g}{unit}", value >= limit)


def markdown(rows: Sequence[Row]) -> str:
    """The table."""
    verdict = {True: "met", False: "**not met**", None: ""}
    lines = [f"| {row.what} | {row.figure} | {row.bar} | {verdict[row.met]} |" for row in rows]
    return "\n".join(["| measured | figure | bar | |", "|---|---|---|---|", *lines, ""])


def _figure(value: float, unit: str, more: str, digits: int) -> str:
    return f"{value:.{digits}f}{unit}" + (f" ({more})" if more else "")
