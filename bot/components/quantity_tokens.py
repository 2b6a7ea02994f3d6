"""Cuts one message into the words, numbers and signs that the readers of quantities look at.

In: a cleaned text. Out: folded tokens with their places; what grew together comes apart:
`5jaar`, `3rd`, `850€`, `d'un`, `ocak'ta`, `ብ5`. Digits of every script become 0-9.
"""

import re
import unicodedata
from types import SimpleNamespace
from typing import Container, Iterable, Iterator, List, NamedTuple, Optional

from bot.components.quantity_words import parts_of_words, words_for
from bot.components.text import fold, western_digits

_TOKEN = re.compile(
    r"\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4}(?!\d)"  # 12-10-2026, 2026-10-12
    r"|\d{1,2}/\d{1,2}(?!\d)"  # 12/10
    r"|\d+(?:[.,]\d+)*(?:[^\W\d_]+\w*)?"  # 4  2,5  1.200  3rd  5yo  3ndi
    r"|[\u1369-\u137c]+"  # ፳፭
    r"|[\u1200-\u135f]+"  # Ge'ez letters, up to a digit: ብ5
    r"|(?:[^\W_]|[\u064b-\u065f])+(?:['’](?:[^\W_])+)*"
    r"|[,፣،]"
    r"|[€$£₺]"
)
_GLUED = re.compile(r"(\d+)(\D+)$")


class Token(NamedTuple):
    word: str
    start: int
    end: int
    accented: bool = False


def tokens_of(text: str, language: Optional[str] = None) -> List[Token]:
    """Folded tokens, in order; `3an` is three years in French, and a word in Arabic."""
    matches = _TOKEN.finditer(western_digits(text))
    return [token for match in matches for token in _tokens_of_one(match, language)]


def _tokens_of_one(match: "re.Match[str]", language: Optional[str]) -> Iterator[Token]:
    word, w = fold(match[0]), words_for(language)
    glued = _GLUED.match(word)
    if glued and word not in w.UNITS and any(glued[2] in table for table in _after_digits(w)):
        yield from _apart(match, glued[1], glued[2])
    elif word in parts_of_words():
        yield from _apart(match, *parts_of_words()[word])
    elif "\u1369" <= word[0] <= "\u137c":
        yield Token(str(geez_number(word)), match.start(), match.end())
    else:
        word = "," if word in "፣،" else word
        yield Token(word, match.start(), match.end(), "é" in match[0])


def _apart(match: "re.Match[str]", *parts: str) -> Iterator[Token]:
    """The parts as tokens; an apostrophe between two of them belongs to neither."""
    whole, at = fold(match[0]), 0
    same_length = len(whole) == len(match[0])
    for part in parts:
        at = whole.index(part, at)
        place = (match.start() + at, match.start() + at + len(part))
        yield Token(part, *(place if same_length else match.span()))
        at += len(part)


def _after_digits(w: SimpleNamespace) -> Iterable[Container[str]]:
    """The tables whose words may stand right behind a digit."""
    return w.UNITS, w.OLD_UNITS, w.ORDINALS, w.MONEY, w.GLUED_AFTER


def geez_number(word: str) -> int:
    """፳፭ is 25, ፪፻ is 200: hundreds and ten thousands multiply what stands before them."""
    total = part = 0
    for sign in word:
        value = int(unicodedata.numeric(sign))
        if value >= 100:
            total, part = total + (part or 1) * value, 0
        else:
            part += value
    return total + part


def digits(word: str) -> Optional[float]:
    """4, 2.5 and 1200 from `4`, `2,5` and `1.200`; None for anything else or over a million."""
    if not re.fullmatch(r"\d+(?:[.,]\d+)*", word) or len(word) > 9:
        return None
    word = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", word).replace(",", ".")
    if word.count(".") > 1:
        return None
    value = float(word)
    return value if value < 1_000_000 else None
