"""The personal plan: what this family arranges, when, why, and with what proof (the words: `plan.<item>`).

Pure. Order and offsets: the checklist of the residence dossier (section 6). The thresholds of `plan.gate` are not law.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from actions.eligibility.brp_registration import from_islands
from actions.eligibility.chavez import child_abroad
from actions.eligibility.finding import Finding, Outcome
from actions.eligibility.situation import UNSURE, Situation, known

MOST_ITEMS = 12


@dataclass(frozen=True, slots=True)
class PlanItem:
    """One thing to arrange. `when`: days from departure (negative) or after arrival (0 and up). `due`: None while no
    travel date is known. `why`: the key of the words of a fact. `now`: the day has passed, or this cannot wait.
    """

    key: str
    when: int
    due: date | None
    why: str
    grounds: tuple[str, ...]
    now: bool = False


Outcomes = Mapping[str, Outcome]
_GROUNDS: dict[str, tuple[str, ...]] = {
    "safety": ("prep.custody.safety", "prep.custody.consent"),
    "consent_stop": ("prep.custody.consent", "prep.custody.paper"),
    "consent_dispute": ("prep.custody.consent", "prep.custody.paper"),
    "consent": ("prep.custody.paper", "prep.custody.consent"),
    "passports": ("residence.nl.valid_document", "nationality.loss.13years"),
    "route": ("residence.none", "residence.chavez.no_housing"),
    "certificates": ("prep.docs.legalise", "prep.docs.core", "prep.docs.translate", "prep.docs.eu"),
    "certificates_islands": ("prep.docs.core", "prep.docs.caribbean"),
    "housing": ("prep.housing_first", "prep.housing.questions", "prep.housing.not_network_only"),
    "income": ("prep.income",),
    "chavez_file": ("residence.chavez.evidence", "residence.chavez.half_sibling"),
    "chavez_file_visa": ("visa.facilitating.what", "visa.facilitating.where", "residence.chavez.evidence"),
    "school": ("school.register", "health.gap"),
    "gate": ("prep.housing.questions", "prep.plan_b", "shelter.returning_families_same_protection"),
    "deregister": ("prep.deregister_abroad",),
    "deregister_islands": ("brp.caribbean.verhuisbericht", "prep.deregister_abroad"),
    "chavez_apply": ("residence.chavez.sticker", "residence.chavez.brp_chicken_egg"),
    "brp": ("brp.duty", "prep.housing.proof"),
    "brp_briefadres": ("brp.briefadres", "brp.duty"),
    "brp_after_ind": ("residence.chavez.brp_chicken_egg", "brp.duty"),
    "brp_rni": ("brp.bsn_rni",),
    "money": ("prep.income", "bijstand.returnee", "kinderbijslag.when"),
    "money_advice": ("eu.bijstand.risk", "bijstand.chavez", "kinderbijslag.chavez", "prep.income"),
    "school_start": ("school.register",),
    "brp_done": ("brp.lead",),
    "health": ("health.duty",),
    "review": ("prep.plan_b",),
}


def _chavez(s: Situation, outcomes: Outcomes) -> bool:
    possible = outcomes.get("chavez") is not Outcome.LIKELY_NO
    return s.nationality == "other" and s.child_dutch in (True, UNSURE) and possible


def _consent(s: Situation, _: Outcomes) -> str:
    if s.other_parent == "violence":
        return "safety"
    moves = child_abroad(s)
    if s.other_parent is UNSURE and moves and s.children is not False:
        return "consent_stop"
    if s.other_parent == "refuses":
        return "consent_stop" if moves else "consent_dispute"
    return "consent" if moves and s.children is not False and s.other_parent != "none" else ""


def _route(s: Situation, outcomes: Outcomes) -> str:
    found = outcomes.get("residence_right", outcomes.get("chavez"))
    sure = s.nationality in ("dutch", "eu") if found is None else found is Outcome.LIKELY_YES
    return "" if sure else "route"


def _brp(s: Situation, _: Outcomes) -> str:
    if s.stay_over_four_months is False:
        return "brp_rni"
    if s.nationality == "other" and s.ind_status != "document":
        return "brp_after_ind"
    return "brp_briefadres" if s.address in ("host_no", "hotel", "none") else "brp"


# (days as in PlanItem.when, rank for leaving out of a long plan: the highest first and 0 never, name or "")
_ITEMS: tuple[tuple[int, int, Callable[[Situation, Outcomes], str]], ...] = (
    (-180, 0, _consent),
    (-180, 0, lambda *_: "passports"),
    (-150, 0, _route),
    (-150, 0, lambda s, _: "certificates_islands" if from_islands(s) else "certificates"),
    (-120, 0, lambda *_: "housing"),
    (-120, 1, lambda *_: "income"),
    (-90, 0, lambda s, o: ("chavez_file" + "_visa" * (s.visa_required is not False)) * _chavez(s, o)),
    (-60, 3, lambda s, _: "" if s.children is False else "school"),
    (-30, 0, lambda *_: "gate"),
    (-14, 0, lambda s, _: "deregister_islands" if from_islands(s) else "deregister"),
    (0, 0, lambda s, o: "chavez_apply" if _chavez(s, o) else ""),
    (5, 0, _brp),
    (7, 2, lambda s, _: "money" if s.nationality == "dutch" else "money_advice"),
    (14, 5, lambda s, _: "" if s.children is False else "school_start"),
    (28, 6, lambda *_: "brp_done"),
    (120, 4, lambda *_: "health"),
    (180, 7, lambda *_: "review"),
)
_AT_ONCE = frozenset({"safety", "consent_stop", "consent_dispute"})


def plan(situation: Situation, findings: Sequence[Finding], today: date) -> tuple[PlanItem, ...]:
    """The plan in the order of doing, at most MOST_ITEMS; what is late or cannot wait comes first, as "now"."""
    outcomes = {finding.right: finding.outcome for finding in findings}
    chosen = [(when, rank, name) for when, rank, name_for in _ITEMS if (name := name_for(situation, outcomes))]
    if situation.place == "netherlands":
        chosen = [c for c in chosen if c[0] >= 0 or c[2] in _AT_ONCE]
    while len(chosen) > MOST_ITEMS:
        chosen.remove(max(chosen, key=lambda c: c[1]))
    items = (_item(name, when, situation, today) for when, _, name in chosen)
    return tuple(sorted(items, key=lambda item: not item.now))


def _item(name: str, when: int, s: Situation, today: date) -> PlanItem:
    due = _due(when, s)
    now = name in _AT_ONCE or (due is not None and due < today)
    return PlanItem(f"plan.{name}", when, due, f"fact.{_GROUNDS[name][0]}", _GROUNDS[name], now)


def _due(when: int, s: Situation) -> date | None:
    """Counted from the day of travel; when only one of the two days is known, that one stands for both."""
    days = [s.arrival_date] if s.place == "netherlands" else [s.departure_date, s.arrival_date]
    if when >= 0:
        days.reverse()
    start = next((day for day in days if known(day)), None)
    try:
        return start + timedelta(when) if known(start) else None
    except OverflowError:
        return None
