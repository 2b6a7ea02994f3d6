"""Puts values into the holes of a text, as its language writes numbers, dates and euros, and picks plural forms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, get_timezone_location
from babel.numbers import format_currency, format_decimal

ISOLATE, POP = "\u2068", "\u2069"
_HOLE = re.compile(r"\{(\w+)\}")
# ICU's plural form and no more of ICU: {weeks, plural, one {{weeks} semana} other {{weeks} semanas}}
_PLURAL = re.compile(r"\{(\w+), plural,((?:\s*\w+\s*\{(?:[^{}]|\{\w+\})*\})+)\s*\}")
_BRANCH = re.compile(r"(\w+)\s*\{((?:[^{}]|\{\w+\})*)\}")
# CLDR has the month names of these languages, but not their way to join them to a day
_DATE_PATTERNS = {"pap": "d 'di' MMMM y", "so": "d MMMM y", "ti": "d MMMM y"}
DUTCH_ZONE = "Europe/Amsterdam"
_MOMENT, _SHORT_MOMENT = "EEEE d MMMM HH:mm", "EEE d/M HH:mm"  # the short one fits a button


def holes(text: str) -> set[str]:
    """The names of all holes of a text, those that choose a plural form too."""
    spoken = " ".join(branch for _, branches in _PLURAL.findall(text) for branch in _split(branches).values())
    chosen = {name for name, _ in _PLURAL.findall(text)}
    return chosen | set(_HOLE.findall(spoken)) | set(_HOLE.findall(_PLURAL.sub("", text)))


def variants(text: str, lang: str) -> set[str]:
    """The text in each plural form that it has for the language, without the plural marks."""
    forms = {*_rule(lang).tags, "other"} if _PLURAL.search(text) else {"other"}
    return {_in_form(text, form) for form in forms}


def plural_faults(text: str, lang: str) -> list[str]:
    """What is wrong with the plural forms of a text, as ends of a sentence; nothing when they can be used."""
    known, faults = {*_rule(lang).tags, "other"}, []
    for _, written in _PLURAL.findall(text):
        branches = _split(written)
        if "other" not in branches:
            faults.append("has a plural without 'other'")
        faults += [f"has the plural form '{name}', which '{lang}' does not have" for name in branches.keys() - known]
    rest = _HOLE.sub("", _PLURAL.sub("", text))
    return [*faults, *(["has a brace that belongs to no placeholder"] if "{" in rest or "}" in rest else [])]


def fill(text: str, values: Mapping[str, Any], lang: str, *, isolate: bool) -> str:
    """The text without holes. `isolate`: keep each value whole in a line that runs from right to left.

    A value is a number, a name, {"date": ISO day} or {"moment": ISO moment, "zone": where the reader is}, told on
    the clock of that zone with its place; a hole named `…_euros` takes an amount of money.
    Raises KeyError for a hole without a value.
    """
    text = _PLURAL.sub(lambda found: _form(found[2], _category(values[found[1]], lang)), text)
    return _HOLE.sub(lambda hole: written(values[hole[1]], lang, isolate=isolate, money=_is_money(hole[1])), text)


def written(value: Any, lang: str, *, isolate: bool = False, money: bool = False, short: bool = False) -> str:
    """One value as the language writes it."""
    if isinstance(value, Mapping) and "date" in value:
        text = format_date(date.fromisoformat(value["date"]), _DATE_PATTERNS.get(lang, "long"), locale=lang)
    elif isinstance(value, Mapping) and "moment" in value:
        at = datetime.fromisoformat(value["moment"])
        zone = ZoneInfo(value.get("zone", DUTCH_ZONE))
        text = format_datetime(at, _SHORT_MOMENT if short else _MOMENT, tzinfo=zone, locale=lang)
        text = text if short else f"{text} ({get_timezone_location(zone, locale=lang, return_city=True)})"
    elif isinstance(value, int) and money:
        text = format_currency(value, "EUR", locale=lang, currency_digits=False, format=_whole_euros(lang))
    elif isinstance(value, int):
        text = format_decimal(value, locale=lang)
    else:
        text = str(value)
    return f"{ISOLATE}{text}{POP}" if isolate else text


def _is_money(hole: str) -> bool:
    return hole.endswith("_euros")


def _whole_euros(lang: str) -> str:
    """The pattern of the language without cents: the law speaks of whole euros here."""
    return re.sub(r"[.,]0+", "", Locale.parse(lang).currency_formats["standard"].pattern)


@cache
def _rule(lang: str) -> Any:
    return Locale.parse(lang).plural_form


def _category(value: Any, lang: str) -> str:
    return str(_rule(lang)(value)) if isinstance(value, int) else "other"


def _in_form(text: str, category: str) -> str:
    return _PLURAL.sub(lambda found: _form(found[2], category), text)


def _split(branches: str) -> dict[str, str]:
    return dict(_BRANCH.findall(branches))


def _form(branches: str, category: str) -> str:
    forms = _split(branches)
    return forms.get(category, forms["other"])
