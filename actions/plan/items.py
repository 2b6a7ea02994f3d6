"""The items of the plan as data. Strict reader of data/plan/items.yml: every error at once, with file and line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field

from actions.content import Content
from actions.eligibility.situation import question_kind, question_names, question_options
from actions.law import Law
from actions.plan.families import CONDITIONS, HERE, PROFILES
from actions.yaml_files import Document, Errors, Strict, read, validate

EVERYONE = "everyone"
UNITS: Mapping[str, int] = {"days": 1, "weeks": 7}
Counts = Literal["departure", "arrival", "today"]


class Term(Strict):
    """A last day: the dated value `lasts` after the day that was answered to the question `since`.

    `lapses`: after that day it is of no use any more. `not_from`: senders (letter_from) whose letter this day belongs
    to instead; then there is no day to count from.
    """

    since: str
    lasts: str
    not_from: tuple[str, ...] = ()
    lapses: bool = False


class Item(Strict):
    """One thing to arrange; the top of data/plan/items.yml says what each key means."""

    when: int = Field(ge=-180, le=180)
    counts: Counts
    profiles: tuple[str, ...] = Field(min_length=1)
    only_if: tuple[str, ...] = ()
    who: Literal["you", "each_person", "host", "with_help"]
    why: tuple[str, ...] = Field(min_length=1)
    link: str = ""
    depends_on: tuple[str, ...] = ()
    rank: int = Field(ge=0, le=9)
    leaving: bool = False
    urgent: bool = False
    term: Term | None = None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All items there are, in the order of the file, with the law from which their terms come."""

    items: Mapping[str, Item]
    law: Law


def words_of(slug: str) -> tuple[str, str, str]:
    """The keys of the words of an item: what to do, what to keep as proof, what it is called."""
    return f"plan.{slug}", f"plan.{slug}.proof", f"label.plan.{slug}"


def load_plan(data: Path, content: Content) -> Catalogue:
    """Read data/plan/items.yml below the folder `data`. Raises BrokenData with every error at once."""
    errors, items = Errors(), dict[str, Item]()
    if document := read(data / "plan" / "items.yml", errors):
        for slug, raw in document.data.items():
            if item := validate(Item, raw, document, (slug,), errors):
                items[slug] = item
        known = {str(slug) for slug in document.data}
        for slug, item in items.items():
            for where, fault in _faults(slug, item, items, known, content):
                errors.add(document.path, document.line(slug, where), f"{slug}: {fault}")
        _check_cycles(items, document, errors)
    errors.raise_if_any()
    return Catalogue(items, content.law)


def _faults(
    slug: str, item: Item, items: Mapping[str, Item], known: set[str], content: Content
) -> Iterator[tuple[str, str]]:
    """What is wrong with one item: the key under which it stands, and a sentence."""
    yield from _unknown_names(item, content)
    if item.counts == "departure" and not set(item.profiles) - set(HERE):
        yield "profiles", "a family that is here does not prepare a departure; let it count from today or from arrival"
    if item.link and not _has_address(item.link, content.law):
        yield "link", f"'{item.link}' is not a source with an address in data/law/sources.yml; use one that has it"
    for name in item.depends_on:
        yield from (("depends_on", fault) for fault in _dependency_faults(item, name, items, known))
    if item.term:
        yield from (("term", fault) for fault in _term_faults(item.term, content.law))
    for key in words_of(slug):
        if key not in content.messages:
            yield "when", f"there are no words '{key}'; write them in data/messages/plan.yml"


def _unknown_names(item: Item, content: Content) -> Iterator[tuple[str, str]]:
    for name in item.profiles:
        if name not in (EVERYONE, *PROFILES):
            yield "profiles", f"'{name}' is not a profile; use {EVERYONE} or one of {', '.join(PROFILES)}"
    for name in item.only_if:
        if name not in CONDITIONS:
            yield "only_if", f"'{name}' is not a condition; use one of {', '.join(CONDITIONS)}"
    for name in item.why:
        if name not in content.law.facts:
            yield "why", f"fact '{name}' does not stand in data/rights; add it there"


def _has_address(source: str, law: Law) -> bool:
    return source in law.sources and bool(law.sources[source].url)


def _dependency_faults(item: Item, name: str, items: Mapping[str, Item], known: set[str]) -> Iterator[str]:
    if name not in known:
        yield f"'{name}' is not an item; use the name of one in this file"
    elif first := items.get(name):
        if (first.counts, item.counts) == ("arrival", "departure") or (
            first.counts == item.counts and first.when > item.when
        ):
            yield f"'{name}' is done later than this; change one of the two days"
        if first.rank > item.rank:
            yield f"'{name}' has a higher rank and would be left out first; give it at most {item.rank}"


def _term_faults(term: Term, law: Law) -> Iterator[str]:
    if term.since not in question_names() or question_kind(term.since) != "date":
        yield f"'{term.since}' is not a question about a day; see actions/eligibility/situation.py"
    if wrong := set(term.not_from) - set(question_options("letter_from")):
        yield f"'{min(wrong)}' is no sender of a letter; use an option of the question letter_from"
    if term.lasts not in law.values:
        yield f"value '{term.lasts}' does not stand in data/law/values; add it there"
    elif law.values[term.lasts].unit not in UNITS:
        yield f"value '{term.lasts}' is counted in {law.values[term.lasts].unit}; use one in {' or '.join(UNITS)}"


def _check_cycles(items: Mapping[str, Item], document: Document, errors: Errors) -> None:
    """Items that wait for each other are never done. Each circle is told once, at its first item."""
    told: set[str] = set()
    for slug in items:
        path, todo = [slug], [iter(items[slug].depends_on)]
        seen = {slug}
        while todo:
            name = next(todo[-1], None)
            if name is None:
                todo.pop()
                path.pop()
            elif name == slug and not told & set(path):
                told |= set(path)
                circle = " → ".join([*path, slug])
                errors.add(document.path, document.line(slug, "depends_on"), f"{circle} wait for each other; cut one")
            elif name in items and name not in seen:
                seen.add(name)
                path.append(name)
                todo.append(iter(items[name].depends_on))
