"""The files of data/municipalities as they are written: their schemas and checks. Read by actions.municipalities."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from actions.law import Certainty, Law
from actions.yaml_files import Document, Errors, Strict, read, validate

Code = Annotated[str, Field(pattern=r"^GM\d{4}$")]
DoorKind = Literal["family_shelter", "shelter", "housing", "neighbourhood_team", "debt", "registration", "main"]


class OpenNorm(Strict):
    """Something the nation leaves to each gemeente. `national`: the dated value that holds where nothing is local."""

    description: str
    unit: str
    source: str
    article: str = ""
    national: str | None


class Door(Strict):
    """Where a family can go. What is unknown stays empty; `dated` is the date of the source, as text."""

    kind: DoorKind
    name: str = Field(min_length=1)
    address: str = ""
    phone: str = ""
    email: str = ""
    url: str = ""
    hours: str = ""
    families: bool = True  # False: mostly for adults without children
    source: str = Field(min_length=1)
    dated: str = Field(min_length=1)
    certainty: Certainty
    note: str = ""

    @property
    def call_first(self) -> bool:
        """True when the door may be shown only together with the advice to call first."""
        return self.certainty not in ("law", "policy")


class Offer(Strict):
    """Help that a gemeente gives above the law. The words are those of `fact`."""

    name: str = Field(min_length=1)
    fact: str
    source: str
    dated: str = Field(min_length=1)
    certainty: Certainty


class Rule(Strict):
    norm: str
    value: int
    starts: date
    ends: date | None = None
    source: str
    fact: str
    certainty: Certainty


class Profile(Strict):
    code: str
    name: str
    doors: tuple[Door, ...] = ()
    offers: tuple[Offer, ...] = ()
    rules: tuple[Rule, ...] = ()
    languages_off: tuple[str, ...] = ()  # codes of locales/languages.yml that this gemeente does not offer
    notes: tuple[str, ...] = ()


class Current(Strict):
    name: str = Field(min_length=1)
    official: str = ""
    also: tuple[str, ...] = ()


class Former(Strict):
    name: str = Field(min_length=1)
    ended: date
    into: tuple[Code, ...] = Field(min_length=1)


class Listed(Strict):
    division: date
    sources: tuple[str, ...] = Field(min_length=1)
    current: dict[Code, Current]
    former: dict[Code, Former]


class Town(Strict):
    code: str
    names: tuple[str, ...]


def name_key(name: str) -> str:
    """What is left of a name when capitals, accents, spaces, signs and the word gemeente do not count."""
    plain = unicodedata.normalize("NFKD", name).casefold().strip().removeprefix("gemeente ")
    return "".join(sign for sign in plain if sign.isalnum())


def exact_names(current: Mapping[str, Current]) -> dict[str, str]:
    return {name_key(name): code for code, entry in current.items() for name in (entry.name, entry.official) if name}


def _known(what: str, name: str, known: Mapping[str, object], place: tuple[Document, int], errors: Errors) -> None:
    document, line = place
    if known and name not in known:  # when nothing could be read, that alone is worth saying
        errors.add(document.path, line, f"{what} '{name}' does not exist; write one that does, or add it first")


def read_norms(path: Path, law: Law, errors: Errors) -> dict[str, OpenNorm]:
    document, norms = read(path, errors), dict[str, OpenNorm]()
    for name, raw in document.data.items() if document else ():
        if document and (norm := validate(OpenNorm, raw, document, (name,), errors)):
            norms[name] = norm
            _known("source", norm.source, law.sources, (document, document.line(name, "source")), errors)
            if norm.national is not None:
                _known("value", norm.national, law.values, (document, document.line(name, "national")), errors)
    return norms


def read_list(path: Path, law: Law, errors: Errors) -> Listed:
    document = read(path, errors)
    listed = validate(Listed, document.data, document, (), errors) if document else None
    if not document or not listed:
        return Listed(division=date.min, sources=("",), current={}, former={})  # the fault stands in errors
    exact, seen = exact_names(listed.current), dict[str, str]()
    for name in listed.sources:
        _known("source", name, law.sources, (document, document.line("sources")), errors)
    for code, entry in listed.current.items():
        if (other := seen.setdefault(name_key(entry.name), code)) != code:
            errors.add(path, document.line("current", code), f"{entry.name} stands already under {other}; keep one")
    for code, past in listed.former.items():
        line = document.line("former", code)
        if code in listed.current or name_key(past.name) in exact:
            errors.add(path, line, f"{past.name} is a gemeente today; remove it here")
        for successor in past.into:
            _known("gemeente", successor, listed.current, (document, line), errors)
    return listed


def read_towns(path: Path, current: Mapping[str, Current], errors: Errors) -> dict[str, tuple[str, ...]]:
    document, alias = read(path, errors, list), dict[str, tuple[str, ...]]()
    names = [(code, name) for code, entry in current.items() for name in entry.also]
    for index, raw in enumerate(document.data) if document else ():
        if document and (town := validate(Town, raw, document, (index,), errors)):
            _known("gemeente", town.code, current, (document, document.line(index)), errors)
            names += [(town.code, name) for name in town.names]
    for code, name in names:
        codes = alias.setdefault(name_key(name), ())
        alias[name_key(name)] = codes if code in codes else (*codes, code)
    return alias


def check_profile(
    profile: Profile,
    document: Document,
    current: Mapping[str, Current],
    norms: Mapping[str, OpenNorm],
    law: Law,
    errors: Errors,
) -> None:
    _known("gemeente", profile.code, current, (document, document.line("code")), errors)
    if document.path.stem != profile.code.lower():
        errors.add(document.path, document.line("code"), f"the file must be called {profile.code.lower()}.yml")
    if profile.code in current and current[profile.code].name != profile.name:
        errors.add(document.path, document.line("name"), f"the list calls it {current[profile.code].name}; write that")
    parts: dict[str, Sequence[Door | Offer | Rule]]
    parts = {"doors": profile.doors, "offers": profile.offers, "rules": profile.rules}
    for part, entries in parts.items():
        for index, entry in enumerate(entries):
            place = (document, document.line(part, index))
            _known("source", entry.source, law.sources, place, errors)
            if not isinstance(entry, Door):
                _known("fact", entry.fact, law.facts, place, errors)
    latest: dict[str, Rule] = {}
    for index, rule in enumerate(profile.rules):
        line = document.line("rules", index)
        _known("open norm", rule.norm, norms, (document, line), errors)
        if fault := _order_fault(latest.get(rule.norm), rule):
            errors.add(document.path, line, f"{rule.norm}: {fault}")
        latest[rule.norm] = rule


def _order_fault(before: Rule | None, rule: Rule) -> str:
    if rule.ends and rule.ends < rule.starts:
        return f"ends on {rule.ends}, before it starts on {rule.starts}; write a later last day"
    if not before:
        return ""
    if before.starts == rule.starts:
        return f"two rules start on {rule.starts}; keep one"
    if before.starts > rule.starts:
        return f"starts on {rule.starts}, before the rule above it ({before.starts}); put the oldest first"
    if before.ends and before.ends >= rule.starts:
        return f"starts on {rule.starts} while the rule above it ends on {before.ends}; let them not overlap"
    return ""
