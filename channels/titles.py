"""What stands on something to tap: the words that belong to a choice id."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from actions.content import Content
from channels.filling import written
from channels.words import Words

Line = Callable[..., str]


def title(choice_id: str, lang: str, line: Line, words: Words, content: Content) -> str:
    """The title of a choice. `line` words a key in a language. Raises KeyError for a choice without words."""
    kind, _, rest = choice_id.partition(".")
    if choice_id.startswith("lang:"):
        return words.languages[choice_id[5:]].name
    if kind == "card":
        return line(f"desk.{rest}.title", lang)
    if kind == "child":
        return line(f"choice.topic.{rest}", lang)
    if choice_id.startswith("cards.more."):
        return line("choice.cards.more", lang)
    if kind == "plan":
        verb, _, name = rest.partition(".")
        return line(f"label.plan.{name}" if verb in ("item", "tick") and name else f"choice.plan.{verb}", lang)
    if kind == "handoff":
        return _handoff(rest, lang, line)
    if choice_id.startswith("ask.town=GM") and (town := content.municipalities.get(choice_id[9:])):
        return town.name
    if kind == "change":
        return line(f"label.{rest}", lang)
    if "=" in choice_id:
        question, value = choice_id.removeprefix("ask.").split("=", 1)
        own = f"choice.{question}.{value}"
        return line(own if words.has(own) else f"choice.{value}", lang)
    return line(f"choice.{choice_id}", lang)


def _handoff(rest: str, lang: str, line: Line) -> str:
    verb, _, number = rest.rpartition(".")
    if not number.isdigit():
        return line(f"choice.handoff.{rest}", lang)
    if verb == "slot":
        moment: dict[str, Any] = {"moment": datetime.fromtimestamp(int(number), UTC).isoformat()}
        return written(moment, lang, short=True)
    return line(f"choice.handoff.{verb}", lang, {"number": int(number)} if verb == "line" else None)
