"""Does this message answer the question that is open? If so, with what?"""

from __future__ import annotations

import re
from typing import Any

from actions.dialogue.knowledge import Knowledge
from actions.dialogue.talk import Heard
from actions.eligibility.situation import UNSURE, parse_answer, question_kind, question_options

_MONTHS = {"day": 1 / 30, "week": 12 / 52, "month": 1, "year": 12}
_SURE = 0.6
# "no entendí" begins with a no and is none
_NOT_UNDERSTOOD = ("simpler", "repeat", "why", "source", "for_child")
_QUESTION_MARK, _FIRST_WORD = re.compile("[?؟፧]"), re.compile(r"[^\w]*(\w+)")
_LONG = 6  # words; a longer message with a clear subject of its own is a question, not an answer


def answer_to(question: str, heard: Heard, known: Knowledge) -> Any:
    """The answer as Situation wants it, or None when the message is about something else or cannot be one."""
    if heard.intent == "unsure":
        return UNSURE
    if question_kind(question) == "yes_no":
        return _yes_or_no(heard, known)
    value = _from_entities(question, heard)
    if _speaks_of_something_else(heard, known) and not (value is not None and _bare(heard)):
        return None
    try:
        return parse_answer(question, value)
    except ValueError:
        return None


def picked(choice: str) -> tuple[str, Any] | None:
    """Question and answer of a tapped `ask.<question>=<value>`; None when it is no such choice. Never trusts it."""
    question, _, raw = choice.removeprefix("ask.").partition("=")
    value: Any = {"yes": True, "no": False}.get(raw, raw)
    try:
        kind = question_kind(question)
        return question, parse_answer(question, raw if raw == "unsure" or kind in ("choice", "date") else value)
    except (KeyError, ValueError):
        return None


def _yes_or_no(heard: Heard, known: Knowledge) -> bool | None:
    if heard.intent in ("affirm", "deny"):
        return heard.intent == "affirm"
    if heard.intent in _NOT_UNDERSTOOD or _QUESTION_MARK.search(heard.text):
        return None
    first = _FIRST_WORD.match(heard.text.casefold())
    return known.first_word(first[1], heard.lang) if first else None


def _speaks_of_something_else(heard: Heard, known: Knowledge) -> bool:
    intent = known.content.intents.get(heard.intent)
    if intent is None or heard.confidence < _SURE:
        return False
    if intent.kind == "conversation":
        return heard.intent not in ("affirm", "deny", "greet", "thanks")
    return bool(_QUESTION_MARK.search(heard.text)) or len(heard.text.split()) > _LONG


def _bare(heard: Heard) -> bool:
    """A few words and no question: "she is 6" has no intent of its own; what was guessed of it counts for nothing."""
    return len(heard.text.split()) <= _LONG and not _QUESTION_MARK.search(heard.text) and heard.confidence < 1


def _from_entities(question: str, heard: Heard) -> Any:
    kind = question_kind(question)
    numbers = [n for n in heard.values("number") if isinstance(n, int)]
    if kind == "choice":
        options = question_options(question)
        return options[numbers[0] - 1] if numbers and 0 < numbers[0] <= len(options) else None
    if kind == "age":
        ages = [0 if isinstance(age, dict) else age for age in heard.values("age")]
        # "six years" without a word about whose years: here it can only be the age that was asked for
        spans = [span["amount"] if span["unit"] == "year" else 0 for span in heard.values("duration")]
        return next(iter([*ages, *spans, *numbers]), None)
    if kind == "duration":
        spans = [round(span["amount"] * _MONTHS[span["unit"]]) for span in heard.values("duration")]
        return next(iter([*spans, *numbers]), None)
    if kind == "number":
        years = [span["amount"] for span in heard.values("duration") if span["unit"] == "year"]
        return next(iter([*numbers, *years]), None)
    return next(iter(heard.values(kind)), None)
