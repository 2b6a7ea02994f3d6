"""Reads the quantities of one message from left to right.

In: a text, the day it was written, perhaps its language. Out: entities in the order of the text.
At each place the longest reading wins: a date, then an age or a duration, then a bare number.
"""

from datetime import date
from typing import Any, Dict, List, Optional, Set, Tuple

from bot.components.date_reader import DateReader, Reading
from bot.components.number_reader import Span

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
        after_expression = self._after_phrase(at, self._w.NO_NUMBER)
        if after_expression > at:
            return "", None, after_expression
        span = self._span(at)
        if span:
            return self._age_or_duration(at, span)
        if {self._word(at), self._word(at).lstrip("و")} & self._w.TWO_PEOPLE:
            return "number", 2, at + 1
        return self._bare(at)

    def _bare(self, at: int) -> Reading:
        """A number without a unit of time behind it."""
        amount = self._amount(at)
        if not amount:
            return None
        value = int(amount.value) if float(amount.value).is_integer() else amount.value
        unit = self._unit_of_joined_ages(at, amount.after)
        if unit:
            return "age", self._age(amount.value, unit), amount.after
        if amount.article:
            return ("number", 1, amount.after) if self._counts_one(at) else None
        if self._is_pronoun_one(at):
            return None
        if self._year(at) and self._is_led_to_a_year(at):
            return "", None, at + 1
        if self._is_bare_age(at, value, amount.after):
            return "age", value, amount.after
        return "number", value, amount.after

    def _is_led_to_a_year(self, at: int) -> bool:
        before, follows = self._word(at - 1), self._word(at + 1)
        if follows in self._w.MONEY:
            return False
        return before in self._w.YEAR_LEADS or follows in self._w.YEAR_FOLLOWS

    def _age_or_duration(self, at: int, span: Span) -> Tuple[str, Any, int]:
        if span.word in self._w.OLD_UNITS:
            return "age", self._age(span.value, span.unit), span.after
        told_old = self._after_phrase(span.after, self._w.AGE_AFTER)
        if told_old > span.after:
            return "age", self._age(span.value, span.unit), told_old
        possible = span.unit != "year" or span.value <= _MOST_YEARS_OF_AGE
        if possible and self._about_a_person(at, span):
            return "age", self._age(span.value, span.unit), span.after
        return "duration", self._duration(span.value, span.unit), span.after

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

    def _about_a_person(self, at: int, span: Span) -> bool:
        """Whether the words around a number of years or months make it somebody's age."""
        if self._ends_with(at, self._w.NO_AGE_AFTER) or self._in_pregnancy(at, span):
            return False
        before, follows = self._before(at), self._word(span.after)
        in_place = follows in self._w.PLACE_AFTER
        if span.word in self._w.KIN_UNITS and not in_place and self._beside_kin(before, follows):
            return True
        if not before:
            return False
        if self._told_as_age(at, before):
            return True
        if before[0] in self._w.ALMOST and not follows:
            before = before[1:]
        if self._verb_about(before, self._w.KIN | self._w.AGE_WORDS):
            return True
        speaker = before[:1] and before[0] in self._w.AGE_VERBS_OF_SPEAKER
        return bool(speaker or self._verb_about(before, self._w.PRONOUNS)) and not in_place

    def _verb_about(self, before: List[str], people: Set[str]) -> bool:
        """`is`, `a`, `tem` right before the number, and one of these people before it."""
        return before[:1] != [] and before[0] in self._w.AGE_VERBS and not people.isdisjoint(before)

    def _told_as_age(self, at: int, before: List[str]) -> bool:
        """`aged 5`, `âgée de 5`, or the next of several ages."""
        told = before[0] in self._w.AGE_WORDS or self._ends_with(at, self._w.AGE_BEFORE)
        return told or self._continues_ages(at)

    def _beside_kin(self, before: List[str], follows: str) -> bool:
        """`kızım | 7 aylık`, `6 aylık | bebek`, in languages that need no verb there."""
        return not self._w.KIN.isdisjoint([*before[:1], follows])

    def _in_pregnancy(self, at: int, span: Span) -> bool:
        """`5 months pregnant`, `enceinte de 5 mois`: nobody's age."""
        near = self._before(at)[:2]
        for place in (span.after, span.after + 1):
            if self._word(place) in self._w.AND:
                break
            near.append(self._word(place))
        return span.unit != "year" and not self._w.PREGNANT.isdisjoint(near)

    def _unit_of_joined_ages(self, at: int, after: int) -> Optional[str]:
        """The unit of `5 ve 7 yaşında`, `5 iyo 7 jir`: the last number tells that all are ages."""
        joined = ""
        while self._word(after) in self._w.AND or self._word(after) == ",":
            joined, span = self._word(after), self._span(after + 1)
            if span:
                old = span.word in self._w.OLD_UNITS
                kin = self._beside_kin(self._before(at), self._word(span.after))
                beside = span.word in self._w.KIN_UNITS and kin
                return span.unit if joined != "," and (old or beside) else None
            amount = self._amount(after + 1)
            if not amount or amount.article:
                return None
            after = amount.after
        return None

    def _is_bare_age(self, at: int, value: Any, after: int) -> bool:
        """`is 5`, `van zeven`, `5 and 7`: a number with nothing counted behind it."""
        if not isinstance(value, int) or value > _MOST_YEARS_OF_AGE:
            return False
        follows = self._word(after)
        if follows and follows != "," and follows not in self._w.AND | self._w.AFTER_AN_AGE:
            return False
        if self._ends_with(at, self._w.NO_AGE_AFTER | self._w.NO_BARE_AGE_AFTER):
            return False
        before = self._before(at)
        if not before:
            return self._continues_ages(at)
        if self._told_as_age(at, before):
            return True
        if before[0] in self._w.ALMOST:
            before = before[1:]
        people = self._w.KIN | self._w.PRONOUNS | self._w.AGE_WORDS
        return self._verb_about(before[:4], people)

    def _continues_ages(self, at: int) -> bool:
        """`5 and 7`, `5, 7`: the number after an age and one joining word."""
        joins = self._word(at - 1) in self._w.AND or self._word(at - 1) == ","
        return joins and self._age_ended_at == at - 1

    def _counts_one(self, at: int) -> bool:
        """Whether `een`, `un` or `a` is a count here: `un solo hijo`, `un yu so`."""
        w, next_word = self._w, self._word(at + 1)
        if next_word in w.ALONE_FIRST or {next_word, self._word(at + 2)} & w.ALONE:
            return True
        if next_word not in w.KIN:
            return False
        had = self._word(at - 1) in w.HAVE or self._word(at + 2) in w.HAVE_AFTER
        return len(self._tokens) <= 3 or had

    def _is_pronoun_one(self, at: int) -> bool:
        """`no one`, `this one`, `one of them` count nothing."""
        return self._word(at) in self._w.PRONOUN_ONE and (
            self._word(at - 1) in self._w.PRONOUN_ONE_AFTER
            or self._word(at + 1) in self._w.PRONOUN_ONE_BEFORE
        )
