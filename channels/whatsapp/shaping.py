"""From words and choices to what is sent: the fewest messages that WhatsApp takes, each of them readable."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from channels.envelope import Choice
from channels.filling import ISOLATE, POP
from channels.whatsapp.limits import LIMITS, broken, length

_LRM, _RLM = "\u200e", "\u200f"
_OPENS = ("\u2066", "\u2067", ISOLATE)
_JOINERS = ("\u200c", "\u200d")
_SPACE = re.compile(r"[^\S\u00a0\u2007\u202f]+")  # but those three hold together what they stand between
_SENTENCE_END = re.compile(r"[.!?…؟۔።፧][\"'”’»)\u2069]*$")


@dataclass(frozen=True, slots=True)
class Shaped:
    """One message, without an address. `numbered`: the ids behind the numbers of a list that stands in the text."""

    payload: dict[str, Any]
    numbered: tuple[str, ...] = ()


def shape(text: str, choices: Sequence[Choice], *, open_list: str, with_number: str) -> list[Shaped]:
    """The messages that say `text` and offer every choice once: buttons, else a list, else numbers in the text.

    `open_list` stands on the button that opens a list; `with_number`, below numbers, says how to choose. Both are in
    the language of the talk. Nothing to say gives no message.
    """
    text = text.strip()
    if not choices:
        return [_words(part) for part in parts(text)]
    if len({choice.title for choice in choices}) == len(choices):
        for payload in (_buttons(text, choices), _list(text, choices, open_list)):
            if not broken(payload):
                return [Shaped(payload)]
    *before, last = parts(text, _numbered(choices, with_number))
    ids = tuple(choice.id for choice in choices)
    return [*(_words(part) for part in before), _words(last, ids)]


def link(text: str, label: str, url: str) -> Shaped:
    """A button `label` that opens `url`; where WhatsApp would not take that, the address on a line of its own."""
    action = {"name": "cta_url", "parameters": {"display_text": label, "url": url}}
    payload = _interactive("cta_url", text, action)
    return _words(f"{text}\n{url}") if broken(payload) else Shaped(payload)


def template(name: str, code: str, button_payload: str | None) -> dict[str, Any]:
    """A template without holes; `button_payload` is what comes back when its one button is tapped."""
    content: dict[str, Any] = {"name": name, "language": {"code": code}}
    if button_payload is not None:
        parameters = [{"type": "payload", "payload": button_payload}]
        content["components"] = [{"type": "button", "sub_type": "quick_reply", "index": "0", "parameters": parameters}]
    return {"type": "template", "template": content}


def _words(text: str, numbered: tuple[str, ...] = ()) -> Shaped:
    return Shaped({"type": "text", "text": {"preview_url": False, "body": text}}, numbered)


def _buttons(text: str, choices: Sequence[Choice]) -> dict[str, Any]:
    buttons = [{"type": "reply", "reply": {"id": choice.id, "title": choice.title}} for choice in choices]
    return _interactive("button", text, {"buttons": buttons})


def _list(text: str, choices: Sequence[Choice], open_list: str) -> dict[str, Any]:
    rows = [{"id": choice.id, "title": choice.title} for choice in choices]
    return _interactive("list", text, {"button": open_list, "sections": [{"rows": rows}]})


def _interactive(kind: str, text: str, action: dict[str, Any]) -> dict[str, Any]:
    return {"type": "interactive", "interactive": {"type": kind, "body": {"text": text}, "action": action}}


def _numbered(choices: Sequence[Choice], with_number: str) -> str:
    rtl = _rtl(with_number)
    lines = [_line(number, choice.title, rtl) for number, choice in enumerate(choices, 1)]
    return "\n".join([*lines, with_number])


def _line(number: int, title: str, rtl: bool) -> str:
    """One choice in a list that is read from its side; a title that runs the other way cannot turn the line round."""
    if _rtl(title) == rtl:
        return f"{_RLM if rtl else ''}{number}. {title}"
    return f"{_RLM if rtl else _LRM}{number}. {ISOLATE}{title}{POP}"


def _rtl(text: str) -> bool:
    """Whether the first letter that has a direction is written from right to left."""
    ways = (unicodedata.bidirectional(letter) for letter in text)
    return next((way != "L" for way in ways if way in ("L", "R", "AL")), False)


# --- cutting


@dataclass(frozen=True, slots=True)
class _Gap:
    """Where a text may be cut: what stands from `start` to `end` falls away. `rank` 0 is the best place."""

    start: int
    end: int
    rank: int


def parts(text: str, tail: str = "") -> list[str]:
    """The fewest texts that fit a message; cut between paragraphs, else lines, else sentences, else words.

    `tail` is kept whole below the last of them. What is between U+2066–U+2068 and its U+2069 stays in one text. Only
    what is longer than a message by itself (a word, such a pair, the tail) is cut all the same.
    """
    rest = "\n\n".join(filter(None, (text.strip(), tail)))
    kept = len(tail) if length(tail) <= LIMITS.text else 0
    found = []
    while length(rest) > LIMITS.text:
        gap = _best_gap(rest, kept)
        found.append(rest[: gap.start])
        rest = rest[gap.end :]
    return [*found, rest] if rest else found


def _best_gap(text: str, kept: int) -> _Gap:
    """The nicest place for the first cut among those that need no more messages than the last place does."""
    fitting = _fitting(text, kept)
    fewest = _count(text[fitting[-1].end :], kept)
    last = {gap.rank: gap for gap in fitting}  # the last place of each rank leaves least for later messages
    return next(last[rank] for rank in sorted(last) if _count(text[last[rank].end :], kept) == fewest)


def _count(text: str, kept: int) -> int:
    """How many messages a text needs."""
    number = 1
    while length(text) > LIMITS.text:
        text = text[_fitting(text, kept)[-1].end :]
        number += 1
    return number


def _fitting(text: str, kept: int) -> list[_Gap]:
    """Where the first message of a text that is too long may end, in order; never empty.

    The last `kept` letters stay together.
    """
    room, inside = _room(text), _inside_pairs(text)
    gaps = [gap for gap in _gaps(text) if 0 < gap.start <= room]
    good = [gap for gap in gaps if gap.start not in inside and gap.end <= len(text) - kept]
    return good or gaps or [_in_mid_word(text, room)]


def _gaps(text: str) -> Iterator[_Gap]:
    for space in _SPACE.finditer(text):
        start, end = space.span()
        lines = space[0].count("\n")
        if end < len(text) and not _joined(text, end):
            ends_sentence = _SENTENCE_END.search(text, max(0, start - 5), start)
            yield _Gap(start, end, 0 if lines > 1 else 1 if lines else 2 if ends_sentence else 3)


def _inside_pairs(text: str) -> set[int]:
    """Every place between an isolate and the mark that closes it."""
    opened: list[int] = []
    inside: set[int] = set()
    for at, letter in enumerate(text):
        if letter in _OPENS:
            opened.append(at)
        elif letter == POP and opened:
            inside.update(range(opened.pop() + 1, at + 1))
    return inside


def _room(text: str) -> int:
    """How many letters of the text fit a message."""
    room = min(len(text), LIMITS.text)
    while length(text[:room]) > LIMITS.text:
        room -= 1
    return room


def _in_mid_word(text: str, room: int) -> _Gap:
    """For a word that is longer than a message."""
    at = next((at for at in range(room, 0, -1) if not _joined(text, at)), room)
    return _Gap(at, at, 4)


def _joined(text: str, at: int) -> bool:
    """Whether the signs before and after this place are shown as one."""
    before, after = text[at - 1], text[at]
    if unicodedata.category(after).startswith("M") or after in _JOINERS or before == _JOINERS[1]:
        return True
    if "\U0001f3fb" <= after <= "\U0001f3ff":  # the colour of a skin
        return True
    flags = len(text[:at]) - len(text[:at].rstrip(_FLAG_LETTERS))
    return after in _FLAG_LETTERS and flags % 2 == 1


_FLAG_LETTERS = "".join(map(chr, range(0x1F1E6, 0x1F200)))  # a flag is two of them
