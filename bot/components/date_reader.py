"""Reads dates: 12-10-2026, 3rd of November, 5 januari, gisteren.

In: a text and the day it was written. Out: at any place in it, the date that starts there.
Day comes before month; without a year it is the latest such day not more than two months ahead.
"""

import re
from datetime import date, timedelta
from typing import Any, List, Optional, Tuple

from bot.components.number_reader import NumberReader
from bot.components.quantity_tokens import digits

_AHEAD = timedelta(days=62)
# (entity, value, place after it); an empty entity means: read, and nothing to tell.
Reading = Optional[Tuple[str, Any, int]]


def latest_possible(day: int, month: int, today: date) -> Optional[date]:
    """The most recent such day that is not more than two months ahead."""
    for year in (today.year + 1, today.year, today.year - 1, today.year - 2, today.year - 4):
        try:
            candidate = date(year, month, day)
        except ValueError:
            continue
        if candidate <= today + _AHEAD:
            return candidate
    return None


def whole_date(parts: List[int], today: date) -> Optional[date]:
    """A date from three numbers, day before month, or year first; two numbers lack the year."""
    if len(parts) == 2:
        return latest_possible(parts[0], parts[1], today) if 1 <= parts[1] <= 12 else None
    year, month, day = parts if parts[0] > 31 else parts[::-1]
    year += 2000 if year < 70 else 1900 if year < 100 else 0
    try:
        return date(year, month, day)
    except ValueError:
        return None


class DateReader(NumberReader):
    """The dates of one message."""

    def __init__(self, text: str, today: date, language: Optional[str] = None) -> None:
        super().__init__(text, language)
        self._today = today

    def _date(self, at: int) -> Reading:
        word = self._word(at)
        if re.fullmatch(r"\d+[-/.]\d+(?:[-/.]\d+)?", word) and not digits(word):
            day = whole_date([int(n) for n in re.split(r"[-/.]", word)], self._today)
            return ("date", day.isoformat(), at + 1) if day else None
        offset = self._longest(at, self._w.DAYS)
        if offset:
            if self._word(at - 1) in self._w.NOT_TOMORROW_AFTER and offset[0] == 1:
                return None
            day = self._today + timedelta(days=offset[0])
            return "date", day.isoformat(), offset[1]
        return self._day_then_month(at) or self._month_then_day(at)

    def _day_number(self, at: int) -> Optional[Tuple[int, int]]:
        """(day, place after it) for 3, 3rd, 1º and number words up to 31."""
        if self._word(at) in self._w.FIRST_DAY:
            return 1, at + 1
        amount = self._amount(at)
        if not amount or amount.article or amount.value not in range(1, 32):
            return None
        after = amount.after + (self._word(amount.after) in self._w.ORDINALS - self._w.DATE_LINKS)
        return int(amount.value), after

    def _after_links(self, at: int) -> int:
        """The place after `of`, `de` and commas."""
        while self._word(at) in self._w.DATE_LINKS or self._word(at) == ",":
            at += 1
        return at

    def _day_then_month(self, at: int) -> Reading:
        day = self._day_number(at)
        if not day:
            return None
        after = self._after_links(day[1])
        month = self._longest(after, self._w.MONTHS)
        return self._with_year(day[0], *month) if month else None

    def _month_then_day(self, at: int) -> Reading:
        month = self._longest(at, self._w.MONTHS)
        if not month:
            return None
        after = month[1] + (self._word(month[1]) in self._w.MONTH_LINKS)
        day = self._day_number(after)
        if day:
            return self._with_year(day[0], month[0], day[1])
        # A month with only a year is too vague for a date, but the year is no count either.
        year = self._year(after)
        return ("", None, after + 1) if year else None

    def _year(self, at: int) -> Optional[int]:
        word = self._word(at)
        return int(word) if re.fullmatch(r"(19|20)\d\d", word) else None

    def _with_year(self, day: int, month: int, after: int) -> Reading:
        at_year = self._after_links(after)
        year = self._year(at_year)
        if year:
            found = whole_date([day, month, year], self._today)
            return ("date", found.isoformat(), at_year + 1) if found else None
        latest = latest_possible(day, month, self._today)
        return ("date", latest.isoformat(), after) if latest else None
