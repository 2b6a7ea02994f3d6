"""What a gemeente does in its own way (desks, local rules). Strict reader of data/municipalities."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Municipality:
    """One gemeente: CBS code (GM0363) and name."""

    code: str
    name: str
