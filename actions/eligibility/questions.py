"""What sorts of questions there are, and how plain data becomes an answer.

`None` means: not asked yet. `UNSURE` means: asked, and they do not know. Neither is ever read as "no".
"""

from __future__ import annotations

from dataclasses import Field, field
from datetime import date
from enum import Enum
from typing import Any, Final, Literal, TypeGuard, TypeVar, Union


class Unsure(Enum):
    """The answer "I do not know"."""

    UNSURE = "unsure"

    def __repr__(self) -> str:
        return "UNSURE"


UNSURE: Final = Unsure.UNSURE

T = TypeVar("T")
Answer = Union[T, Unsure, None]
Kind = Literal["yes_no", "choice", "many", "number", "age", "date", "duration", "country", "town"]


def known(answer: T | Unsure | None) -> TypeGuard[T]:
    """True when the family gave a real answer (not None, not UNSURE)."""
    return answer is not None and answer is not UNSURE


def ask(kind: Kind, *options: str, low: int = 0, high: int = 120) -> Any:
    """A field of Situation: a question of this kind with its options, or with the bounds of its number."""
    return field(default=None, metadata={"kind": kind, "options": options, "low": low, "high": high})


def plain(value: Any) -> Any:
    """An answer as plain data: UNSURE as "unsure", a date as ISO text, a set as a sorted list."""
    if value is UNSURE:
        return "unsure"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    return value


def parse(question: Field[Any], raw: Any) -> Any:
    """Plain data to an answer. Raises ValueError with one sentence when it cannot be one."""
    if raw is None or raw is UNSURE:
        return raw
    return UNSURE if raw == "unsure" else _parse_known(question, raw)


def _parse_known(question: Field[Any], raw: Any) -> Any:
    name, kind, options = question.name, question.metadata["kind"], question.metadata["options"]
    match kind:
        case "yes_no" if isinstance(raw, bool):
            return raw
        case "choice" if isinstance(raw, str) and raw in options:
            return raw
        case "many" if _all_of(raw, options):
            return frozenset(raw)
        case "date":
            return _parse_date(name, raw)
        case "number" | "age" | "duration" if isinstance(raw, int) and not isinstance(raw, bool):
            return _parse_number(question, raw)
        case "country" | "town" if isinstance(raw, str) and 0 < len(raw) <= 60:
            return raw
        case _:
            pass
    wanted = {"yes_no": "true, false", "many": f"a list of {', '.join(options)}", "choice": ", ".join(options)}
    raise ValueError(f"'{name}' takes {wanted.get(kind, f'a {kind}')} or unsure, not {raw!r}")


def _all_of(raw: Any, options: tuple[str, ...]) -> bool:
    return isinstance(raw, list | frozenset | set | tuple) and all(isinstance(r, str) and r in options for r in raw)


def _parse_number(question: Field[Any], raw: int) -> int:
    low, high = question.metadata["low"], question.metadata["high"]
    if not low <= raw <= high:
        raise ValueError(f"'{question.name}' must lie between {low} and {high}, not {raw}")
    return raw


def _parse_date(name: str, raw: Any) -> date:
    if isinstance(raw, date):
        return raw
    try:
        return date.fromisoformat(raw)
    except (TypeError, ValueError):
        raise ValueError(f"'{name}' takes a date such as 2026-11-22 or unsure, not {raw!r}") from None
