"""The steps about money that several conclusions share, with the facts they rest on.

Facts kinderbijslag.*, kgb.*, toeslagen.*, huurtoeslag.conditions, bijstand.young, bijstand.kostendeler; each step
only where it fits these answers. Used by benefit_prospects and young_18_27.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from actions.eligibility.money_dates import first_days
from actions.eligibility.situation import Situation, known
from actions.law import Law

MOST_STEPS = 8
NOT_FIRST_DEGREE = ("sibling", "other_family", "friend")
_LEFT_OUT_FIRST = ("step.money_advance", "step.desk_bijstand", "step.desk_brp_briefadres", "step.money_no_rent_benefit")
_CHILD_BENEFIT = ("kinderbijslag.who", "kinderbijslag.when")
_TOESLAGEN = ("toeslagen.month", "kgb.what", "zorgtoeslag.2026")
_FACTS_OF_STEP = {
    "step.money_bijstand_first_day": ("bijstand.procedure",),
    "step.money_search_weeks": ("bijstand.young",),
    "step.money_search_waivable": ("bijstand.young",),
    "step.money_savings": ("bijstand.assets",),
    "step.money_house_abroad": ("bijstand.assets",),
    "step.money_one_household": ("bijstand.household", "bijstand.kostendeler"),
    "step.money_cost_sharing": ("bijstand.kostendeler",),
    "step.money_child_benefit": _CHILD_BENEFIT,
    "step.money_child_benefit_dates": _CHILD_BENEFIT,
    "step.money_child_benefit_late": _CHILD_BENEFIT,
    "step.money_child_benefit_chavez": ("kinderbijslag.chavez",),
    "step.money_allowances": _TOESLAGEN,
    "step.money_allowances_from": _TOESLAGEN,
    "step.money_care_allowance": ("toeslagen.month", "zorgtoeslag.2026"),
    "step.money_care_allowance_from": ("toeslagen.month", "zorgtoeslag.2026"),
    "step.money_allowances_wait": ("toeslagen.residence",),
    "step.money_partner_abroad": ("kgb.partner_abroad",),
    "step.money_partner_here": ("bijstand.mixed_couple", "residence.partner_illegal_effect"),
    "step.money_no_rent_benefit": ("huurtoeslag.conditions",),
    "step.money_rent_benefit": ("huurtoeslag.conditions",),
}


def parent(s: Situation) -> bool:
    """Said to care for a child under 18."""
    return s.children is True or s.child_dutch is True


def at_a_host(s: Situation) -> bool:
    """Living in with somebody else."""
    return s.address in ("host_ok", "host_no")


def first_money(s: Situation, law: Law, today: date) -> dict[str, Any]:
    """The days on which money can first count or come; empty while the day of arrival is not known."""
    if not known(s.arrival_date):
        return {}
    return dict(first_days(s.arrival_date, law.number("kinderbijslag_quarter_months", today)))


def search_period(s: Situation, law: Law, today: date) -> tuple[str, ...]:
    """The weeks in which somebody young first looks for work or training; skipping them is possible since 2026."""
    if not known(s.own_age) or s.own_age >= law.number("bijstand_search_until_age", today):
        return ()
    waivable = law.number("bijstand_search_waivable", today) == 1
    return ("step.money_search_waivable",) if waivable else ("step.money_search_weeks",)


def means_and_house(s: Situation) -> tuple[str, ...]:
    """Savings, property, and with whom the home is shared: what can make bijstand lower or end it."""
    means = {"savings": ("step.money_savings",), "property": ("step.money_house_abroad",)}
    steps = means.get(s.assets, ()) if known(s.assets) else ()
    if not at_a_host(s) or s.adults_27 == 0:
        return steps
    shared = "step.money_one_household" if s.host_relation in NOT_FIRST_DEGREE else "step.money_cost_sharing"
    return (*steps, shared)


def other_benefits(s: Situation, status: str, days: dict[str, Any], today: date) -> tuple[str, ...]:
    """Kinderbijslag, kindgebonden budget, zorgtoeslag and huurtoeslag for this status, each only where it can fit."""
    if status in ("pending", "chavez_pending", "chavez_not_applied"):
        child = () if status == "pending" else ("step.money_child_benefit_chavez",)
        return (*child, "step.money_allowances_wait")
    return (*_child_benefit(s, days, today), *_toeslagen(s, days, today), *_partner(s), *_rent(s))


def _no_children(s: Situation) -> bool:
    return s.children is False and not parent(s)


def _child_benefit(s: Situation, days: dict[str, Any], today: date) -> tuple[str, ...]:
    if _no_children(s):
        return ()
    if not days:
        return ("step.money_child_benefit",)
    late = days["first_payment"] <= today
    return ("step.money_child_benefit_late",) if late else ("step.money_child_benefit_dates",)


def _toeslagen(s: Situation, days: dict[str, Any], today: date) -> tuple[str, ...]:
    ahead = bool(days) and days["toeslag_from"] > today
    if _no_children(s):
        return ("step.money_care_allowance_from",) if ahead else ("step.money_care_allowance",)
    return ("step.money_allowances_from",) if ahead else ("step.money_allowances",)


def _partner(s: Situation) -> tuple[str, ...]:
    steps = {"abroad": ("step.money_partner_abroad",), "here": ("step.money_partner_here",)}
    return steps.get(s.partner, ()) if known(s.partner) else ()


def _rent(s: Situation) -> tuple[str, ...]:
    if s.address in ("hotel", "none") or (s.address == "own" and s.tenancy in ("room", "with_others")):
        return ("step.money_no_rent_benefit",)
    return ("step.money_rent_benefit",) if s.address == "own" else ()


def most_useful(steps: tuple[str, ...]) -> tuple[str, ...]:
    """At most eight steps; what a family can miss best goes first."""
    kept = list(dict.fromkeys(steps))
    for name in _LEFT_OUT_FIRST:
        if len(kept) > MOST_STEPS and name in kept:
            kept.remove(name)
    return tuple(kept[:MOST_STEPS])


def facts_of(steps: tuple[str, ...]) -> tuple[str, ...]:
    """The facts on which these steps rest."""
    return tuple(fact for step in steps for fact in _FACTS_OF_STEP.get(step, ()))
