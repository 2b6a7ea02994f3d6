"""The whole plan as keys and values, for a page, for paper and for a calendar: no words, no name, nothing typed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date
from typing import Any

from actions.dialogue.desk import cards_for
from actions.dialogue.journeys import JOURNEYS
from actions.dialogue.knowledge import Knowledge
from actions.dialogue.plan_view import findings_for_plan, item_payload, items_of, light_of, light_payload
from actions.dialogue.progress import concluded, finding_payload
from actions.dialogue.talk import Payload, Talk
from actions.eligibility.situation import known
from actions.law import ValueUnknown
from actions.plan.families import Family, family_of

_MOST_CARDS = 6  # as many as fit two sides of paper
# It lies about, where somebody else may read it: not the finding, not the point of the plan, not the card.
_NOT_ON_PAPER = ("domestic_violence", "safety", "fled_violence")
log = logging.getLogger(__name__)

# Texts for children (child.<subject>) and for which families. Not the one about violence: this paper lies about.
_FOR_A_CHILD: tuple[tuple[str, Callable[[Family], bool]], ...] = (
    ("child_rights", lambda _f: True),
    ("residence_chavez", lambda f: "chavez" in f.profiles),
    ("residence_dutch_or_caribbean", lambda f: bool({"caribbean", "returning_dutch"} & set(f.profiles))),
    ("prepare_move", lambda f: f.travels),
    ("shelter_access", lambda f: "homeless_here" in f.profiles),
    ("eviction_rights", lambda f: "facing_eviction" in f.profiles),
    ("school", lambda _f: True),
)


def sheet(talk: Talk, knows: Knowledge, today: date) -> Payload:
    """Everything that the page shows of this plan. Raises law.ValueUnknown for a day of which no law is known.

    `care`: whether the proof of care for a Dutch child belongs to it. `days`: of travelling, as far as told.
    """
    items, advice = items_of(talk, knows, today), light_of(talk, knows, today)
    cards = [slug for slug in cards_for(talk.situation) if slug in knows.content.cards and slug not in _NOT_ON_PAPER]
    family = family_of(talk.situation, findings_for_plan(talk, knows, today), today)
    return {
        "day": today.isoformat(),
        "items": [
            {**told["item"], "grounds": told["grounds"], "leaving": item.leaving}
            for item in items
            for told in [item_payload(item, knows, today)]
            if item.slug not in _NOT_ON_PAPER
        ],
        "light": light_payload(advice) if advice else None,
        "days": _days(talk),
        "care": "chavez" in family.profiles,
        "cards": cards[:_MOST_CARDS],
        "findings": _findings(talk, knows, today),
        "child": _for_a_child(family, knows),
    }


def renewed(talk: Talk, before: Any, knows: Knowledge, today: date) -> list[Payload]:
    """The sheet again when this turn changed what stands on it; `before`: what `fingerprint` gave before the turn."""
    if fingerprint(talk) == before or not talk.situation.to_dict():
        return []
    try:
        return [{"sheet": sheet(talk, knows, today)}]
    except ValueUnknown as unknown:
        log.warning("the sheet stays as it was: %s", unknown)
        return []


def fingerprint(talk: Talk) -> Any:
    """What a sheet is made of."""
    return talk.situation.to_dict(), sorted(talk.done), list(talk.finished)


def _days(talk: Talk) -> dict[str, str]:
    told = {"departure": talk.situation.departure_date, "arrival": talk.situation.arrival_date}
    return {name: day.isoformat() for name, day in told.items() if known(day)}


def _findings(talk: Talk, knows: Knowledge, today: date) -> list[Payload]:
    """What the checks that ended have concluded, each right once, the newest check first."""
    assessor = knows.assessor(today)
    rules = tuple(dict.fromkeys(rule for name in reversed(talk.finished) for rule in JOURNEYS[name].goals))
    shown = (rule for rule in rules if rule.right not in _NOT_ON_PAPER)
    settled = tuple(rule for rule in shown if assessor.next_question((rule,), talk.situation) is None)
    found = (finding_payload(finding) for finding in concluded(settled, talk.situation, knows, today))
    return [{**told["finding"], "grounds": told["grounds"]} for told in found]


def _for_a_child(family: Family, knows: Knowledge) -> list[str]:
    if family.s.children is False:
        return []
    keys = (f"child.{subject}" for subject, fits in _FOR_A_CHILD if fits(family))
    return [key for key in keys if key in knows.content.messages]
