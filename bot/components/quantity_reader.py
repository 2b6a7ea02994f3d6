"""Reads the quantities of one message from left to right.

In: a text, the day it was written, perhaps its language. Out: entities in the order of the text.
At each place the longest reading wins: a date, then an age or a duration, then a bare number.
"""

from datetime import date
from typing import Any, Dict, List, Optional, Tuple

from bot.components import quantity_words as w
from bot.components.date_reader import DateReader, Reading
from bot.components.number_reader import AGE_GLUED

_MOST_YEARS_OF_AGE = 110


class QuantityReader(DateReader):
    """One message, read once."""

    def __init__(self, text: str, today: date, language: Optional[str] = None) -> None:
        super().__init__(text, today, language)
        self._found: List[Dict[str, Any]] = []
        self._age_ended_at = -1

    def entities(self) -> List[Dict[str, Any]]:
        """All entities, in order; positions are those in the cleaned text."""
        at = 0
        while at < len(self._tokens):
            reading = self._date(at) or self._quantity(at)
            if reading is None:
                at += 1
                continue
            entity, value, after = reading
            if entity:
                start, end = self._tokens[at].start, self._tokens[after - 1].end
                self._found.append({"entity": entity, "value": value, "start": start, "end": end})
            if entity == "age":
                self._age_ended_at = after
            at = after
        return self._found

    def _quantity(self, at: int) -> Reading:
        span = self._span(at)
        if span:
            return self._age_or_duration(at, *span)
        if self._word(at) in w.DUAL_PEOPLE or self._word(at).lstrip("و") in w.DUAL_PEOPLE:
            return "number", 2, at + 1
        amount = self._amount(at)
        if not amount:
            return None
        value = int(amount.value) if float(amount.value).is_integer() else amount.value
        if self._word(amount.after) in AGE_GLUED:
            return "age", value, amount.after + 1
        if amount.article:
            return ("number", 1, amount.after) if self._counts_one(at) else None
        if self._is_pronoun_one(at):
            return None
        if self._year(at) and self._word(at - 1) in w.YEAR_LEADS:
            return "", None, at + 1
        if self._is_bare_age(at, value, amount.after):
            return "age", value, amount.after
        return "number", value, amount.after

    def _age_or_duration(
        self, at: int, amount: float, unit: str, after: int
    ) -> Tuple[str, Any, int]:
        for phrase in w.AGE_AFTER:
            if self._phrase(after, phrase):
                return "age", self._age(amount, unit), after + len(phrase)
        if self._about_a_person(at, after) and (unit != "year" or amount <= _MOST_YEARS_OF_AGE):
            return "age", self._age(amount, unit), after
        return "duration", self._duration(amount, unit), after

    @staticmethod
    def _age(amount: float, unit: str) -> Any:
        """Whole years, or whole months for babies and half years."""
        if unit == "year" and float(amount).is_integer():
            return int(amount)
        months = {"year": 12.0, "month": 1.0, "week": 7 / 30, "day": 1 / 30}[unit]
        return {"months": int(amount * months)}

    @staticmethod
    def _duration(amount: float, unit: str) -> Dict[str, Any]:
        """A whole amount; a part of a unit is told in the next smaller one."""
        smaller = {"year": ("month", 12), "month": ("day", 30), "week": ("day", 7)}
        if not float(amount).is_integer() and unit in smaller:
            unit, times = smaller[unit]
            amount = round(amount * times)
        return {"amount": int(amount), "unit": unit}

    def _before(self, at: int, length: int = 5) -> List[str]:
        """The words before a place, nearest first, up to the comma that starts the clause."""
        words = []
        for i in range(at - 1, max(at - 1 - length, -1), -1):
            if self._word(i) == ",":
                break
            words.append(self._word(i))
        return words

    def _about_a_person(self, at: int, after: int) -> bool:
        """Whether the words before a number of years or months make it somebody's age."""
        before = self._before(at)
        if not before:
            return False
        if before[0] in w.AGE_WORDS or self._continues_ages(at):
            return True
        person = any(word in w.KIN for word in before[1:]) or before[0] in w.KIN
        follows = self._word(after)
        if before[0] in w.AGE_VERBS and person:
            return True
        speaker = before[0] in w.AGE_VERBS_OF_SPEAKER or (
            before[0] in w.AGE_VERBS and any(word in w.PRONOUNS for word in before)
        )
        return speaker and follows not in w.PLACE_AFTER

    def _is_bare_age(self, at: int, value: Any, after: int) -> bool:
        """`is 5`, `van zeven`, `5 and 7`: a number with nothing counted behind it."""
        if not isinstance(value, int) or value > _MOST_YEARS_OF_AGE:
            return False
        follows = self._word(after)
        if follows and follows != "," and follows not in w.AND:
            return False
        before = self._before(at)
        if not before:
            return self._continues_ages(at)
        if before[0] in w.AGE_WORDS or self._continues_ages(at):
            return True
        person = any(word in w.KIN or word in w.PRONOUNS for word in before[:4])
        return before[0] in w.AGE_VERBS and person

    def _continues_ages(self, at: int) -> bool:
        """`5 and 7`, `5, 7`: the number after an age and one joining word."""
        joins = self._word(at - 1) in w.AND or self._word(at - 1) == ","
        return joins and self._age_ended_at == at - 1

    def _counts_one(self, at: int) -> bool:
        """Whether `een`, `un` or `a` is a count here: `un solo hijo`, `un yu so`."""
        near = {self._word(at + 1), self._word(at + 2)}
        if near & w.ALONE:
            return True
        short_answer = len(self._tokens) <= 3 and self._word(at + 1) in w.KIN
        return short_answer or (self._word(at - 1) in w.HAVE and self._word(at + 1) in w.KIN)

    def _is_pronoun_one(self, at: int) -> bool:
        """`no one`, `this one`, `one of them` count nothing."""
        if self._word(at) != "one":
            return False
        return self._word(at - 1) in {
            "no",
            "any",
            "this",
            "that",
            "which",
            "the",
            "some",
            "every",
        } or (self._word(at + 1) == "of")
