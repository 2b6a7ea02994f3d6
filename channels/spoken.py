"""Which sentences stand inside a message: their keys, to know whether all of them are translated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def keys_in(meant: Mapping[str, Any]) -> list[str]:
    """Keys of the sentences inside a finding, a plan, a card or a letter: one of them in Dutch is enough to say so."""
    finding = meant.get("finding") or {}
    contacts = [f"contact.{code}" for code in finding.get("contacts", ()) if code != "person"]
    notes = [note["say"] for note in (meant.get("letter") or {}).get("notes", ())]
    card = ["desk.say_or_show", f"desk.{meant['card']}.when"] if "card" in meant else []
    lines = [line["say"] for line in meant.get("lines", ())]
    return [*finding.get("steps", ()), *contacts, *_plan_parts(meant), *notes, *card, *lines]


def _plan_parts(meant: Mapping[str, Any]) -> list[str]:
    """Keys inside a plan or one of its items: the advice with its reasons, the items, the names of items."""
    light, item = meant.get("light") or {}, meant.get("item") or {}
    items = [*meant.get("plan", ()), *([item] if item else [])]
    named = [*meant.get("done", ()), *(slug for told in items for slug in told.get("waits_for", ()))]
    advice = [light["say"], "light.advice", *(reason["say"] for reason in light["reasons"])] if light else []
    in_full = [item["proof"], item["why"]] if item else []
    return [*advice, *(told["say"] for told in items), *in_full, *(f"label.plan.{slug}" for slug in named)]
