"""The days of a plan as a line: where each mark and each word of the picture stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

WIDTH = 360
_LINE, _DAY, _WORDS = 96, 80, 116  # from the side on which reading begins
_ROW, _FIRST = 22, 18
_NEAR, _FAR = 6, 40  # between two days, at least and at most
_TOP = 8
Mark = dict[str, Any]


def drawn(days: Sequence[Mapping[str, Any]], *, rtl: bool) -> Mark:
    """Marks and words with their places, for the template: {width, height, line, from, to, marks}. `rtl`: mirrored."""
    marks = list(_marks(days, rtl=rtl))
    height = marks[-1]["bottom"] + _TOP if marks else 0
    ends = {"from": marks[0]["y"], "to": marks[-1]["y"]} if marks else {"from": 0, "to": 0}
    return {"width": WIDTH, "height": height, "line": _at(_LINE, rtl=rtl), "marks": marks, **ends}


def _marks(days: Sequence[Mapping[str, Any]], *, rtl: bool) -> Iterator[Mark]:
    top, before = _TOP, None
    for one in days:
        day = date.fromisoformat(one["day"])
        top += 0 if before is None else min(_FAR, _NEAR + (day - before).days // 2)
        rows = [*({"told": told, "strong": True, "done": False} for told in one["named"])]
        rows += [{"told": item["label"], "strong": False, "done": item["done"]} for item in one["items"]]
        for at, row in enumerate(rows):
            row |= {"x": _at(_WORDS, rtl=rtl), "y": top + _FIRST + at * _ROW - 3, **_way(row["told"], rtl=rtl)}
        bottom = top + len(rows) * _ROW
        yield {
            "y": top + 13,
            "bottom": bottom,
            "x": _at(_DAY, rtl=rtl),
            "when": one["when"],
            "year": str(day.year) if before and day.year != before.year else "",
            "kind": _kind(one),
            "rows": rows,
        }
        top, before = bottom, day


def _kind(day: Mapping[str, Any]) -> str:
    """What the mark looks like; its form says so too, not only its colour."""
    if day["named"]:
        return "named"
    if day["late"]:
        return "late"
    return "done" if all(item["done"] for item in day["items"]) else "open"


def _way(told: Mapping[str, str], *, rtl: bool) -> dict[str, str]:
    """From which side words are written: Dutch in a mirrored picture still ends at its own place."""
    return {"anchor": "end" if rtl and told["dir"] == "ltr" else "start", "dir": told["dir"]}


def _at(place: int, *, rtl: bool) -> int:
    return WIDTH - place if rtl else place
