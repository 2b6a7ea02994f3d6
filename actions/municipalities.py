"""What a gemeente does in its own way: doors, offers and local rules. Strict reader of data/municipalities."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

from actions.law import Certainty, Law
from actions.municipality_files import (
    Current,
    Door,
    DoorKind,
    Offer,
    OpenNorm,
    Profile,
    check_profile,
    exact_names,
    name_key,
    read_list,
    read_norms,
    read_towns,
)
from actions.yaml_files import Errors, read, validate


@dataclass(frozen=True, slots=True)
class LocalRule:
    """A gemeente's own value for an open norm from `starts` on, up to and with `ends`. `fact`: what it rests on."""

    value: int
    starts: date
    fact: str
    ends: date | None = None
    source: str = ""
    certainty: Certainty = "policy"


@dataclass(frozen=True, slots=True)
class Municipality:
    """One gemeente: CBS code (GM0363), name as a family sees it, and what is known of it. `notes`: for reviewers."""

    code: str
    name: str
    norms: Mapping[str, tuple[LocalRule, ...]] = field(default_factory=dict)
    official: str = ""
    doors: tuple[Door, ...] = ()
    offers: tuple[Offer, ...] = ()
    languages_off: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def norm(self, name: str, day: date) -> LocalRule | None:
        """The local rule under the open norm `name` in force on `day`; None where nothing local is known."""
        begun = [rule for rule in self.norms.get(name, ()) if rule.starts <= day]
        latest = max(begun, key=lambda rule: rule.starts, default=None)
        return None if latest is None or (latest.ends and latest.ends < day) else latest

    def doors_for(self, *kinds: DoorKind) -> tuple[Door, ...]:
        """The doors of these kinds, in the order of the file."""
        return tuple(door for door in self.doors if door.kind in kinds)


@dataclass(frozen=True, slots=True)
class Found:
    """Which gemeente somebody means.

    exact and alias: one gemeente. merged: `former` is a gemeente of the past, `options` took its place (ask; more than
    one means that it was divided). ambiguous: the name belongs to several. unknown: no options.
    """

    kind: Literal["exact", "alias", "merged", "ambiguous", "unknown"]
    options: tuple[Municipality, ...] = ()
    former: str = ""

    @property
    def sure(self) -> Municipality | None:
        """The one gemeente that is meant; None where a question must be asked."""
        return self.options[0] if self.kind in ("exact", "alias") else None


@dataclass(frozen=True, slots=True)
class Municipalities:
    """All gemeenten by code. `version` changes with any change of their files."""

    by_code: Mapping[str, Municipality]
    open_norms: Mapping[str, OpenNorm]
    division: date
    version: str
    _exact: Mapping[str, str]
    _former: Mapping[str, tuple[str, tuple[str, ...]]]
    _alias: Mapping[str, tuple[str, ...]]

    @property
    def listed(self) -> tuple[Municipality, ...]:
        """Every gemeente, in the order of the list."""
        return tuple(self.by_code.values())

    def get(self, code: str) -> Municipality | None:
        """The gemeente with this CBS code, or None."""
        return self.by_code.get(code)

    def find(self, text: str) -> Found:
        """The gemeente that this answer (a name, not a sentence) means. Capitals, accents and spaces do not matter."""
        key = name_key(text)
        if code := self._exact.get(key):
            return Found("exact", (self.by_code[code],))
        if key in self._former:
            name, into = self._former[key]
            return Found("merged", tuple(self.by_code[code] for code in into), name)
        options = tuple(self.by_code[code] for code in self._alias.get(key, ()))
        if not options:
            return Found("unknown")
        return Found("alias" if len(options) == 1 else "ambiguous", options)


def no_municipalities() -> Municipalities:
    """Nothing local is known: every rule stands on the nation's law alone."""
    return Municipalities({}, {}, date.min, "", {}, {}, {})


def load_municipalities(data: Path, law: Law) -> Municipalities:
    """Read data/municipalities, the open norms and the names of towns. Raises BrokenData with every error at once."""
    errors = Errors()
    folder, norms_path = data / "municipalities", data / "law" / "open_norms.yml"
    norms = read_norms(norms_path, law, errors)
    listed = read_list(folder / "list.yml", law, errors)
    current = listed.current
    found = {code: Municipality(code, entry.name, official=entry.official) for code, entry in current.items()}
    for path in sorted(folder.glob("gm*.yml")):
        document = read(path, errors)
        if document and (profile := validate(Profile, document.data, document, (), errors)):
            check_profile(profile, document, current, norms, law, errors)
            found[profile.code] = _municipality(profile, current)
    alias = read_towns(data / "nlu" / "lookup" / "towns.yml", current, errors)
    errors.raise_if_any()
    paths = [norms_path, *sorted(folder.glob("*.yml"))]
    version = hashlib.sha256(b"".join(path.name.encode() + path.read_bytes() for path in paths)).hexdigest()[:12]
    former = {name_key(past.name): (past.name, past.into) for past in listed.former.values()}
    return Municipalities(found, norms, listed.division, version, exact_names(current), former, alias)


def _municipality(profile: Profile, current: Mapping[str, Current]) -> Municipality:
    norms: dict[str, tuple[LocalRule, ...]] = {}
    for rule in profile.rules:
        local = LocalRule(rule.value, rule.starts, rule.fact, rule.ends, rule.source, rule.certainty)
        norms[rule.norm] = (*norms.get(rule.norm, ()), local)
    official = current[profile.code].official if profile.code in current else ""
    told = (profile.doors, profile.offers, profile.languages_off, profile.notes)
    return Municipality(profile.code, profile.name, norms, official, *told)
