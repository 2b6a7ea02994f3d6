"""The law as data: sources, facts and dated values. Strict reader of data/law and data/rights."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field

from actions.yaml_files import Document, Errors, Strict, read, validate

Certainty = Literal["law", "policy", "practice", "contested", "unverified"]


class ValueUnknown(LookupError):
    """A dated value was asked for on a day for which nothing is known. Never falls back to the last known."""


class Source(Strict):
    """Where a statement comes from. `dated`: of the source itself; `read`: the day it was read for this file."""

    title: str
    url: str = ""
    ecli: str = ""
    dated: str
    read: date


class Citation(Strict):
    """A source by its id, with the place in it."""

    source: str
    article: str = ""


class Fact(Strict):
    """One sourced statement. `text` is Dutch at B1; its message key is `fact.<id>`."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$")
    text: str
    applies_to: str
    sources: tuple[Citation, ...] = Field(min_length=1)
    certainty: Certainty
    reviewed: date
    review_by: date
    values: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    differs: str = ""
    note: str = ""


class DatedValue(Strict):
    """A number of the law through time: start date → value; an explicit null repeals it."""

    description: str
    unit: str
    source: str
    article: str = ""
    values: dict[date, int | str | None]

    def on(self, day: date, name: str) -> int | str:
        """The value in force on `day`. Raises ValueUnknown before the first date and after a repeal."""
        starts = [start for start in self.values if start <= day]
        value = self.values[max(starts)] if starts else None
        if value is None:
            raise ValueUnknown(f"'{name}' is not known on {day}; add the value to data/law/values or ask a person")
        return value


@dataclass(frozen=True, slots=True)
class Law:
    """All sources, facts and dated values. `version` changes with any change of their content."""

    sources: Mapping[str, Source]
    facts: Mapping[str, Fact]
    values: Mapping[str, DatedValue]
    version: str

    def number(self, name: str, day: date) -> int:
        """The dated value `name` as a whole number (weeks, years, days, euro cents: see its unit) on `day`."""
        value = self._value(name).on(day, name)
        if not isinstance(value, int):
            raise ValueUnknown(f"'{name}' is not a number; it is {value!r}")
        return value

    def _value(self, name: str) -> DatedValue:
        if name not in self.values:
            raise ValueUnknown(f"'{name}' does not stand in data/law/values")
        return self.values[name]

    def current(self, fact_id: str, day: date) -> bool:
        """False once the fact is past its `review_by`: it may then not be shown as current."""
        return day <= self.facts[fact_id].review_by


def load_law(data: Path) -> Law:
    """Read data/law and data/rights below the folder `data`. Raises BrokenData with every error at once."""
    errors = Errors()
    sources: dict[str, Source] = {}
    if document := read(data / "law" / "sources.yml", errors):
        for name, raw in document.data.items():
            if source := validate(Source, raw, document, (name,), errors):
                sources[name] = source
    values = _read_values(data, sources, errors)
    facts = _read_facts(data, sources, values, errors)
    errors.raise_if_any()
    return Law(sources, facts, values, _version(data))


def _read_values(data: Path, sources: Mapping[str, Source], errors: Errors) -> dict[str, DatedValue]:
    values: dict[str, DatedValue] = {}
    places: dict[str, tuple[Path, int]] = {}
    for path in sorted((data / "law" / "values").glob("*.yml")):
        document = read(path, errors)
        for name, raw in document.data.items() if document else ():
            if document and (value := validate(DatedValue, raw, document, (name,), errors)):
                if name in places:
                    other, first = places[name]
                    errors.add(path, document.line(name), f"value '{name}' stands already in {other}:{first}; keep one")
                values[name], places[name] = value, (path, document.line(name))
                _known_source(value.source, sources, document, document.line(name), errors)
    return values


def _read_facts(
    data: Path, sources: Mapping[str, Source], values: Mapping[str, DatedValue], errors: Errors
) -> dict[str, Fact]:
    facts: dict[str, Fact] = {}
    places: dict[str, tuple[Document, int]] = {}
    for path in sorted((data / "rights").glob("*.yml")):
        document = read(path, errors, list)
        for index, raw in enumerate(document.data) if document else ():
            if document and (fact := validate(Fact, raw, document, (index,), errors)):
                _check_fact(fact, sources, values, places, document, document.line(index), errors)
                facts[fact.id] = fact
    return facts


def _known_source(name: str, sources: Mapping[str, Source], document: Document, line: int, errors: Errors) -> None:
    if sources and name not in sources:  # when none could be read, that alone is worth saying
        errors.add(document.path, line, f"source '{name}' does not stand in data/law/sources.yml; add it there")


def _check_fact(
    fact: Fact,
    sources: Mapping[str, Source],
    values: Mapping[str, DatedValue],
    places: dict[str, tuple[Document, int]],
    document: Document,
    line: int,
    errors: Errors,
) -> None:
    for citation in fact.sources:
        _known_source(citation.source, sources, document, line, errors)
    for name in fact.values:
        if name not in values:
            errors.add(
                document.path, line, f"{fact.id}: value '{name}' does not stand in data/law/values; add it there"
            )
    if fact.review_by <= fact.reviewed:
        errors.add(document.path, line, f"{fact.id}: review_by must lie after reviewed")
    if fact.id in places:
        other, first = places[fact.id]
        errors.add(document.path, line, f"fact '{fact.id}' stands already in {other.path}:{first}; keep one")
    places[fact.id] = (document, line)


def _version(data: Path) -> str:
    digest = hashlib.sha256()
    folders = ("law", "rights", "municipalities")
    for path in sorted(path for folder in folders for path in (data / folder).rglob("*.yml")):
        digest.update(path.relative_to(data).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:12]
