"""Which questions of a rule are still open."""

from __future__ import annotations

from actions.eligibility.situation import Situation


def unanswered(s: Situation, *names: str) -> tuple[str, ...]:
    """Those of the named questions that were not asked yet, in the given order ("I do not know" is an answer)."""
    return tuple(name for name in names if getattr(s, name) is None)
