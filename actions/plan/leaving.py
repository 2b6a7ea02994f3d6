"""Before departure: is it wise to give up the home over there? Advice, never a decision; nobody is forbidden to travel.

Pure. An address for 6 months and money for 3 months are thresholds of ours, not of the law: whoever is Dutch may always
come (residence.nl.right). No advice for a family that is here already, or in danger: then safety goes first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from actions.eligibility.finding import Finding
from actions.eligibility.situation import UNSURE, Situation, known
from actions.plan.families import (
    Family,
    consent_refused,
    family_of,
    in_danger,
    moves_with_children,
    parents_who_have_a_say,
    route_sure,
)
from actions.plan.items import Catalogue
from actions.plan.making import plan

Colour = Literal["not_yet", "prepare", "ready"]
_SOON_DAYS = 30  # ours: so close to the journey it is said that it is close
_NO_ADDRESS = ("none", "hotel", "host_no")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the light is not green. `key`: its words. `stops`: on its own enough for `not_yet`."""

    name: str
    grounds: tuple[str, ...]
    stops: bool = False
    values: Mapping[str, int] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The key of its words."""
        return f"light.reason.{self.name}"


@dataclass(frozen=True, slots=True)
class Light:
    """Advice about leaving: `not_yet`, `prepare` or `ready`, with every reason, the stopping ones first."""

    colour: Colour
    reasons: tuple[Reason, ...]

    @property
    def key(self) -> str:
        """The key of its words."""
        return f"light.{self.colour}"


def light(
    situation: Situation, findings: Sequence[Finding], done: Collection[str], today: date, catalogue: Catalogue
) -> Light | None:
    """The advice on this day; None for a family that does not travel, or for which safety goes first."""
    family = family_of(situation, findings, today)
    if not family.travels or in_danger(family):
        return None
    open_items = [item for item in plan(situation, findings, today, catalogue, done) if item.leaving and not item.done]
    reasons = sorted(_reasons(family), key=lambda reason: not reason.stops)
    if open_items:
        facts = tuple(dict.fromkeys(item.grounds[0] for item in open_items))
        reasons.append(Reason("open_items", facts, values={"number": len(open_items)}))
    if not reasons:
        return Light("ready", ())
    left = (situation.departure_date - today).days if known(situation.departure_date) else -1
    if 0 <= left <= _SOON_DAYS:
        reasons.append(Reason("soon", ("prep.plan_b",), values={"days": left}))
    return Light("not_yet" if any(reason.stops for reason in reasons) else "prepare", tuple(reasons))


def _reasons(f: Family) -> Iterator[Reason]:
    yield from _about_consent(f)
    yield from _about_the_address(f.s)
    savings = f.s.savings_three_months
    if savings is False:
        yield Reason("no_savings", ("prep.income",), stops=True)
    elif not known(savings):
        yield Reason("savings_unknown", ("prep.income",))
    sure = route_sure(f)
    if sure is False and not consent_refused(f):  # without consent the rules advise for that reason alone
        yield Reason("route_stop", ("residence.none",), stops=True)
    elif sure is None:
        yield Reason("route_unknown", ("residence.none",))


def _about_consent(f: Family) -> Iterator[Reason]:
    if f.s.children is False:
        return
    parents = parents_who_have_a_say(f.s)
    if "refuses" in parents or UNSURE in parents:
        yield Reason("consent_stop", ("prep.custody.consent", "prep.custody.paper"), stops=True)
    elif f.s.other_parent is None and moves_with_children(f):
        yield Reason("consent_unknown", ("prep.custody.consent",))


def _about_the_address(s: Situation) -> Iterator[Reason]:
    if s.address in _NO_ADDRESS:
        grounds = ("prep.housing_first", "prep.housing.questions", "shelter.returning_families_same_protection")
        yield Reason("no_address", grounds, stops=True)
    elif not known(s.address):
        yield Reason("address_unknown", ("prep.housing.questions",))
    elif s.address_six_months is False:
        yield Reason("short_address", ("prep.housing.questions", "prep.housing.not_network_only"), stops=True)
    elif not known(s.address_six_months):
        yield Reason("address_time_unknown", ("prep.housing.questions",))
