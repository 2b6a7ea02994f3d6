"""Reads words, numbers and stretches of time of one message; quantity_reader puts them together.

In: a text and perhaps its language. Out: at any place in it, the amount or the stretch of time
that starts there.
"""

import re
from typing import Any, Dict, Iterable, NamedTuple, Optional, Tuple

from bot.components.quantity_tokens import digits, tokens_of
from bot.components.quantity_words import Phrase, likely_language, words_for
from bot.components.text import clean

_LONGEST_PHRASE = 4
Valued = Tuple[int, int]  # (value, place after it)


class Amount(NamedTuple):
    value: float
    after: int
    article: bool = False


class Span(NamedTuple):
    """A stretch of time: 2.5 years; `word` is the word of the unit as it was written."""

    value: float
    unit: str
    after: int
    word: str = ""


class NumberReader:
    """The words of one message, and the amounts in them."""

    def __init__(self, text: str, language: Optional[str] = None) -> None:
        text = clean(re.sub(r"(?<=\d) ?½", ",5", text).replace("½", "0,5"))
        language = language or likely_language(text, {token.word for token in tokens_of(text)})
        self._tokens, self._w = tokens_of(text, language), words_for(language)

    def _word(self, at: int) -> str:
        return self._tokens[at].word if 0 <= at < len(self._tokens) else ""

    def _phrase(self, at: int, phrase: Phrase) -> bool:
        return all(self._word(at + i) == word for i, word in enumerate(phrase))

    def _after_phrase(self, at: int, phrases: Iterable[Phrase]) -> int:
        """The place after the longest of the phrases that stands here, or `at`."""
        return max((at + len(p) for p in phrases if self._phrase(at, p)), default=at)

    def _ends_with(self, at: int, phrases: Iterable[Phrase]) -> bool:
        """Whether one of the phrases stands right before this place."""
        return any(self._phrase(at - len(p), p) for p in phrases)

    def _longest(self, at: int, table: Dict[Phrase, Any]) -> Optional[Valued]:
        """(value, place after it) of the longest phrase of the table that stands here."""
        for length in range(_LONGEST_PHRASE, 0, -1):
            phrase = tuple(self._word(at + i) for i in range(length))
            if phrase in table:
                return table[phrase], at + length
        return None

    def _amount(self, at: int) -> Optional[Amount]:
        """A number in digits or words from this place on."""
        word = self._word(at)
        written = digits(word)
        if written is not None:
            return self._in_digits(at, written)
        accented = at < len(self._tokens) and self._tokens[at].accented
        if word in self._w.ARTICLES and not accented:
            return Amount(1, at + 1, article=True)
        return self._in_words(at)

    def _in_digits(self, at: int, value: float) -> Amount:
        """Digits, perhaps with a thousand behind them: `1 200 euros`, `2 mil`."""
        after = at + 1
        if self._goes_on(at):
            value, after = value * 1000 + (digits(self._word(after)) or 0), after + 1
        if value < 1000 and self._longest(after, self._w.NUMBERS) == (1000, after + 1):
            value, after = value * 1000, after + 1
        return Amount(value, after)

    def _goes_on(self, at: int) -> bool:
        """Whether the next three digits belong to these, as in `1 200 €`."""
        first, second = self._word(at), self._word(at + 1)
        if not re.fullmatch(r"\d{1,3}", first) or not re.fullmatch(r"\d{3}", second):
            return False
        money = {self._word(at - 1), self._word(at + 2)} & self._w.MONEY
        return bool(money) and self._tokens[at + 1].start - self._tokens[at].end == 1

    def _in_words(self, at: int) -> Optional[Amount]:
        """Number words, as long as each fits into the room that those before it leave."""
        part = self._part(at, glued=len(self._word(at)) > 3)
        while part:
            value, after = part
            part = self._thousand(value, after) or self._plus(value, after)
            if not part:
                return Amount(value, after)
        return None

    def _part(self, at: int, glued: bool = False) -> Optional[Valued]:
        """A number below a thousand in words: one word, unit and ten, or so many hundred.

        `glued`: the Arabic `and` may have grown together with it.
        """
        found = self._longest(at, self._w.NUMBERS) or (self._glued_and(at) if glued else None)
        if not found:
            return None
        value, after = found
        if value < 10:
            tens = self._tens_after_unit(after)
            if tens:
                return value + tens[0], tens[1]
        hundred = self._longest(after, self._w.NUMBERS)
        if 0 < value < 100 and hundred == (100, after + 1):
            return value * 100, after + 1
        return value, after

    def _tens_after_unit(self, at: int) -> Optional[Valued]:
        """`laba | iyo labaatan`, `خمسة | وعشرين`: the ten that stands behind its unit."""
        glued = self._glued_and(at)
        if glued:
            return glued if glued[0] >= 20 else None
        if self._word(at) not in self._w.JOINS_BEFORE_TEN:
            return None
        ten = self._longest(at + 1, self._w.NUMBERS)
        return ten if ten and ten[0] in range(10, 100, 10) else None

    def _glued_and(self, at: int) -> Optional[Valued]:
        """A number word with the Arabic `and` in front."""
        word = self._word(at)
        value = words_for("ar").NUMBERS.get((word[1:],)) if word.startswith("و") else None
        return None if value is None else (value, at + 1)

    def _thousand(self, value: int, after: int) -> Optional[Valued]:
        thousand = self._longest(after, self._w.NUMBERS) == (1000, after + 1)
        return (value * 1000, after + 1) if 0 < value < 1000 and thousand else None

    def _plus(self, value: int, after: int) -> Optional[Valued]:
        """The sum with the next part, when it fits: 20 and 2, 1200 and 50."""
        if value < 20 or value % 10:
            return None
        room = next(size for size in (1000, 100, 10) if value % size == 0)
        joins = self._w.JOINS | (self._w.JOINS_AFTER_HUNDRED if room > 10 else set())
        start = after + (self._word(after) in joins)
        part = self._part(start, glued=room > 10)
        if part is None and self._word(start) == "un" and start > after:
            part = (1, start + 1)
        return (value + part[0], part[1]) if part and 0 < part[0] < room else None

    def _half_after(self, at: int) -> int:
        """The place after `and a half`, or `at` when there is no half."""
        whole = self._after_phrase(at, self._w.AND_A_HALF)
        if whole > at:
            return whole
        if self._word(at) in self._w.AND:
            after = at + 1 + (self._word(at + 1) in self._w.ARTICLES)
            if self._word(after) not in self._w.HALF:
                return at
            return after + 1 + (self._word(after + 1) in self._w.GLUED_AFTER)
        glued = self._word(at)
        return at + 1 if glued[:1] == "و" and glued[1:] in self._w.HALF else at

    def _unit(self, at: int) -> Optional[str]:
        word = self._word(at)
        return self._w.UNITS.get(word) or self._w.OLD_UNITS.get(word)

    def _span(self, at: int) -> Optional[Span]:
        """The stretch of time that starts here."""
        return self._span_without_count(at) or self._counted_span(at)

    def _span_without_count(self, at: int) -> Optional[Span]:
        """`twee jaar` in one word, and halves: anderhalf jaar, año y medio, half a year."""
        w, word = self._w, self._word(at)
        if word in w.TWO_UNITS:
            after = self._half_after(at + 1)
            return Span(2 + 0.5 * (after > at + 1), w.TWO_UNITS[word], after)
        if word in w.HALF_BEFORE and self._word(at + 1) in w.UNITS:
            return Span(1.5, w.UNITS[self._word(at + 1)], at + 2)
        if word in w.UNITS and self._half_after(at + 1) > at + 1:
            return Span(1.5, w.UNITS[word], self._half_after(at + 1), word)
        start = at + (word in w.ARTICLES and self._word(at + 1) in w.HALF)
        if self._word(start) in w.HALF and self._word(start + 1) in w.UNITS:
            return Span(0.5, w.UNITS[self._word(start + 1)], start + 2)
        return None

    def _counted_span(self, at: int) -> Optional[Span]:
        amount = self._amount(at)
        if not amount:
            return None
        unit_at = self._half_after(amount.after)
        half = unit_at > amount.after
        unit_at += self._word(unit_at) in self._w.GLUED_AFTER
        unit = self._unit(unit_at)
        if not unit:
            return None
        after = self._half_after(unit_at + 1)
        half = half or after > unit_at + 1
        return Span(amount.value + 0.5 * half, unit, after, self._word(unit_at))
