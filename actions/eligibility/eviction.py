"""Losing the home: may the family stay for now, and what must happen today?

Only a judge ends a lease and only a bailiff with a judgment evicts (evict.only_judge, BW 7:231). LIKELY_YES means: you
may probably stay until a judge decides. A summons, a judgment, a bailiff, an eviction date within 30 days or past:
ADVICE_NOW. After a judgment: moratorium (evict.moratorium, Fw 287b); judged in absence: a lawyer today
(evict.go_to_hearing). Staying with others, a room, a temporary contract: a person checks. Safety goes before the home.
Source: the facts evict.*, stay.with_family_host and legalaid.*.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from actions.eligibility.finding import Conclusion, Outcome, Rule
from actions.eligibility.situation import UNSURE, Situation, known
from actions.law import Law
from actions.municipalities import Municipality

READS = (
    "place",
    "danger_now",
    "unsafe_person",
    "tenancy",
    "eviction_stage",
    "eviction_date",
    "arrears",
    "judged_in_absence",
    "main_tenant_gone",
    "children",
)
URGENT_DAYS = 30  # our own safety line, not law
_PROTECTED = ("own_contract", "sub_whole_home")
_BEFORE_COURT = ("pressure", "notice")
_WITH_JUDGMENT = ("judgment", "served")


def _conclude(s: Situation, law: Law, _municipality: Municipality | None, today: date) -> Conclusion:
    if s.place == "abroad":
        people = ("embassy", "person")
        return Conclusion(Outcome.DEPENDS, "abroad", ("evict.only_judge",), (), ("step.evict_local_advice",), people)
    alarms = _alarms(s, today)
    outcome, says = (Outcome.ADVICE_NOW, alarms[0]) if alarms else _outcome(s)
    missing = () if outcome is Outcome.LIKELY_YES else _missing(s)
    values = _values(s, law, today)
    return Conclusion(outcome, says, _grounds(s), missing, _steps(s, alarms), _people(s, alarms), values)


def _unsafe(s: Situation) -> bool:
    return s.danger_now is True or s.unsafe_person is True


def _judged(s: Situation) -> bool:
    return s.eviction_stage in _WITH_JUDGMENT or s.judged_in_absence is True


def _outcome(s: Situation) -> tuple[Outcome, str]:
    if s.eviction_stage is None or s.tenancy is None:
        return Outcome.DEPENDS, "open"
    if s.eviction_stage is UNSURE or s.tenancy is UNSURE:
        return Outcome.DEPENDS, "unsure"
    if s.tenancy not in _PROTECTED:
        return Outcome.DEPENDS, "check"
    if s.arrears is False and s.judged_in_absence is not UNSURE:
        return Outcome.LIKELY_YES, "may_stay"
    return Outcome.DEPENDS, "arrears" if s.arrears is True else "check"


def _alarms(s: Situation, today: date) -> tuple[str, ...]:
    """All that needs a person now, the gravest first: it gives the words, each of them gives steps and people."""
    days = (s.eviction_date - today).days if known(s.eviction_date) else URGENT_DAYS + 1
    grave = {
        "unsafe": _unsafe(s),
        "evicted": s.eviction_stage == "evicted",
        "date_passed": days < 0,
        "date_soon": 0 <= days <= URGENT_DAYS,
        "judgment": _judged(s),
        "hearing": s.eviction_stage == "summons",
    }
    return tuple(says for says, applies in grave.items() if applies)


def _missing(s: Situation) -> tuple[str, ...]:
    """What can still change steps or outcome, by stage; nothing more once the family stands outside."""
    if s.eviction_stage == "evicted":
        return ()
    names = ["eviction_stage", "tenancy", "arrears"]
    if s.tenancy not in _PROTECTED or s.arrears is not False or _judged(s):
        names.append("eviction_date")
    if s.eviction_stage in _WITH_JUDGMENT:
        names.append("judged_in_absence")
    if s.tenancy in ("room", "with_others"):
        names.append("main_tenant_gone")
    return tuple(name for name in (*names, "children") if getattr(s, name) is None)


def _grounds(s: Situation) -> tuple[str, ...]:
    found = ["evict.only_judge", "evict.find_lawyer"]
    if _unsafe(s):
        found += ["safety.domestic_violence", "evict.temporary_contract_and_relation"]
    elif not _judged(s) and s.eviction_stage != "evicted":
        found.append("evict.never_leave_under_pressure")
    if s.arrears is True:
        found.append("evict.arrears_signal")
    if s.eviction_stage == "summons" or _judged(s):
        found += ["evict.go_to_hearing", "evict.child_interest"]
    if _judged(s):
        found.append("evict.moratorium")
    if s.eviction_stage == "evicted":
        found += ["shelter.national_access", "shelter.urgent_temporary"]
    if s.tenancy == "sub_whole_home":
        found.append("evict.subtenant")
    if s.tenancy in ("room", "with_others"):
        found.append("stay.with_family_host")
    if s.tenancy == "temporary":
        found.append("evict.temporary_contract_and_relation")
    return tuple(found)


def _steps(s: Situation, alarms: tuple[str, ...]) -> tuple[str, ...]:
    steps: list[str] = []
    if _unsafe(s):
        steps += [
            "step.safety_call_112" if s.danger_now is True else "step.safety_call_veilig_thuis",
            "step.safety_keep_proof",
        ]
    if {"evicted", "date_passed"} & set(alarms):
        steps.append("step.evict_report_shelter_now")
        steps += [] if s.children is False else ["step.desk_emergency_tonight"]  # that sentence speaks of children
    if set(alarms) - {"unsafe"}:
        steps.append("step.evict_lawyer_today")
    steps += _steps_by_stage(s)
    if "date_soon" in alarms:
        steps.append("step.evict_report_shelter_now")
    steps += _steps_by_contract(s)
    if s.eviction_stage is UNSURE or s.tenancy is UNSURE:
        steps.append("step.evict_show_papers")
    return tuple(steps) or ("step.evict_sign_nothing",)


def _steps_by_stage(s: Situation) -> list[str]:
    steps: list[str] = []
    if s.eviction_stage in _BEFORE_COURT and not _unsafe(s) and not _judged(s):
        steps += ["step.evict_sign_nothing", *(["step.desk_eviction"] if s.tenancy in _PROTECTED else [])]
    if s.eviction_stage == "summons":
        steps += ["step.evict_go_to_hearing", "step.evict_take_proof"]
    if s.judged_in_absence is True:
        steps.append("step.evict_judged_in_absence")
    if _judged(s) and s.eviction_stage != "evicted":
        steps += ["step.evict_moratorium", "step.desk_bailiff", "step.evict_report_shelter_now"]
    return steps


def _steps_by_contract(s: Situation) -> list[str]:
    steps = []
    if s.arrears is True:
        steps.append("step.evict_debt_help")
    if s.tenancy == "temporary":
        steps.append("step.evict_check_temporary")
    if s.tenancy in ("room", "with_others"):
        steps.append("step.evict_main_tenant_gone" if s.main_tenant_gone is True else "step.evict_talk_to_host")
    if s.tenancy == "sub_whole_home":
        steps.append("step.evict_subtenant")
    return steps


def _people(s: Situation, alarms: tuple[str, ...]) -> tuple[str, ...]:
    people = ["112", "police"] if s.danger_now is True else []
    if _unsafe(s):
        people.append("veilig_thuis")
    if {"date_soon", "date_passed", "evicted", "judgment"} & set(alarms):
        people.append("gemeente_shelter")
    people += ["lawyer", "juridisch_loket"]
    if s.arrears is True or _judged(s):
        people.append("debt_help")
    if s.children is True:
        people.append("defence_for_children")
    return (*people, "person")


def _values(s: Situation, law: Law, today: date) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if known(s.eviction_date):
        values = {"eviction_date": s.eviction_date, "days_left": (s.eviction_date - today).days}
    if _judged(s) and s.eviction_stage != "evicted":
        values["moratorium_months"] = law.number("eviction_moratorium_months", today)
    return values


RULE = Rule("eviction", "2", READS, _conclude)
