"""Reads words, numbers and stretches of time of one message; quantity_reader puts them together.

In: a text and perhaps its language. Out: at any place in it, the amount or the stretch of time
that starts there.
"""

import re
from typing import Dict, List, NamedTuple, Optional, Tuple

from bot.components import quantity_words as w
from bot.components.text import clean, fold, western_digits

_TOKEN = re.compile(
    r"\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4}(?!\d)"  # 12-10-2026, 2026-10-12
    r"|\d{1,2}/\d{1,2}(?!\d)"  # 12/10
    r"|\d+(?:[.,]\d+)*(?:[^\W\d_]+\w*)?"  # 4  2,5  1.200  3rd  5yo  3ndi
    r"|(?:[^\W_]|[\u064b-\u065f])+(?:['’](?:[^\W_])+)*"
    r"|,"
)
_GLUED = re.compile(r"(\d+)(\D+)$")
AGE_GLUED = {"yo", "jarige", "jarig"}


class Token(NamedTuple):
    word: str
    start: int
    end: int
    accented: bool


class Amount(NamedTuple):
    value: float
    after: int
    article: bool = False


def tokens_of(text: str) -> List[Token]:
    """Folded tokens; `5jaar` and `3rd` become two, `3ndi` stays one word."""
    found = []
    for match in _TOKEN.finditer(western_digits(text)):
        word = fold(match[0])
        glued = _GLUED.match(word)
        if glued and word not in w.UNITS and _means_something(glued[2]):
            middle = match.start() + len(glued[1])
            found.append(Token(glued[1], match.start(), middle, False))
            found.append(Token(glued[2], middle, match.end(), False))
        else:
            found.append(Token(word, match.start(), match.end(), "é" in match[0]))
    return found


def _means_something(suffix: str) -> bool:
    return suffix in w.UNITS or suffix in w.ORDINALS or suffix in AGE_GLUED


def digits(word: str) -> Optional[float]:
    """4, 2.5 and 1200 from `4`, `2,5` and `1.200`; None for anything else or over a million."""
    if not re.fullmatch(r"\d+(?:[.,]\d+)*", word) or len(word) > 9:
        return None
    word = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", word).replace(",", ".")
    if word.count(".") > 1:
        return None
    value = float(word)
    return value if value < 1_000_000 else None


class NumberReader:
    """The words of one message, and the amounts in them."""

    def __init__(self, text: str, language: Optional[str] = None) -> None:
        text = re.sub(r"(?<=\d) ?½", ",5", text).replace("½", "0,5")
        self._tokens = tokens_of(clean(text))
        self._language = language or self._guess()

    def _word(self, at: int) -> str:
        return self._tokens[at].word if 0 <= at < len(self._tokens) else ""

    def _phrase(self, at: int, phrase: Tuple[str, ...]) -> bool:
        return all(self._word(at + i) == word for i, word in enumerate(phrase))

    def _longest(self, at: int, table: Dict[Tuple[str, ...], int]) -> Optional[Tuple[int, int]]:
        """(value, place after it) of the longest phrase of the table that stands here."""
        for length in (4, 3, 2, 1):
            phrase = tuple(self._word(at + i) for i in range(length))
            if phrase in table:
                return table[phrase], at + length
        return None

    def _guess(self) -> Optional[str]:
        """The language with most number words and small words; only used for shared words."""
        hints = {
            "nl": {"ik", "een", "het", "we", "zijn", "mijn", "jaar", "van", "met", "ten"},
            "en": {"i", "the", "my", "we", "have", "is", "of", "years", "a", "are"},
            "es": {"tengo", "mi", "hijo", "hija", "de", "anos", "tiene", "somos", "y", "la"},
            "pap": {"mi", "tin", "yu", "ta", "nos", "di", "siman", "ana", "luna", "na"},
        }
        words = {token.word for token in self._tokens}
        best = max(hints, key=lambda language: len(words & hints[language]))
        return best if words & hints[best] else None

    def _value(self, at: int) -> Optional[int]:
        """The value of one number word, in the language of the message when words are shared."""
        word = self._word(at)
        only = w.ONLY_IN.get(word)
        if only and self._language not in (None, only):
            return None
        tables = sorted(w.NUMBERS, key=lambda language: language != self._language)
        return next((w.NUMBERS[t][word] for t in tables if word in w.NUMBERS[t]), None)

    def _amount(self, at: int) -> Optional[Amount]:
        """A number in digits or words from this place on."""
        word = self._word(at)
        written = digits(word)
        if written is not None:
            return Amount(written, at + 1)
        token = self._tokens[at] if at < len(self._tokens) else None
        if word in w.ARTICLES and not (token and token.accented):
            return Amount(1, at + 1, article=True)
        value = self._value(at)
        if value is None and word.startswith("و") and len(word) > 3:
            value = w.NUMBERS["ar"].get(word[1:])
        if value is None:
            return None
        following = self._word(at + 1)
        if value < 10 and following.startswith("و"):
            tens = w.NUMBERS["ar"].get(following[1:], 0)
            return Amount(value + tens, at + 2) if tens >= 20 else Amount(value, at + 1)
        if value >= 20 and value % 10 == 0:
            next_at = at + 1 + (following in {"y", "i"})
            unit = None if digits(self._word(next_at)) else self._value(next_at)
            if unit is None and self._word(next_at) == "un" and next_at > at + 1:
                unit = 1
            if unit and unit < 10:
                return Amount(value + unit, next_at + 1)
        return Amount(value, at + 1)

    def _half_after(self, at: int) -> int:
        """The place after `and a half`, or `at` when there is no half."""
        if self._word(at) in w.AND:
            after = at + 1 + (self._word(at + 1) in w.ARTICLES)
            return after + 1 if self._word(after) in w.HALF else at
        glued = self._word(at)
        return at + 1 if glued[:1] == "و" and glued[1:] in w.HALF else at

    def _span(self, at: int) -> Optional[Tuple[float, str, int]]:
        """(amount, unit, place after it) of a stretch of time that starts here."""
        word = self._word(at)
        if word in w.DUAL_UNITS:
            after = self._half_after(at + 1)
            return 2 + 0.5 * (after > at + 1), w.DUAL_UNITS[word], after
        if word in w.HALF_BEFORE and self._word(at + 1) in w.UNITS:
            return 1.5, w.UNITS[self._word(at + 1)], at + 2
        if word in w.UNITS and self._half_after(at + 1) > at + 1:
            return 1.5, w.UNITS[word], self._half_after(at + 1)
        start = at + (word in w.ARTICLES and self._word(at + 1) in w.HALF)
        if self._word(start) in w.HALF and self._word(start + 1) in w.UNITS:
            return 0.5, w.UNITS[self._word(start + 1)], start + 2
        amount = self._amount(at)
        if not amount:
            return None
        unit_at = self._half_after(amount.after)
        if self._word(unit_at) not in w.UNITS:
            return None
        after = self._half_after(unit_at + 1)
        half = 0.5 * (unit_at > amount.after or after > unit_at + 1)
        return amount.value + half, w.UNITS[self._word(unit_at)], after
