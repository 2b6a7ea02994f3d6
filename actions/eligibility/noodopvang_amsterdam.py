"""Emergency shelter above the law (bovenwettelijke noodopvang): do the town's own conditions seem to fit this family?

The number of years comes from the local rule alone (norm noodopvang.registration_years; for Amsterdam
noodopvang.ams.conditions: years of registration without a break up to now, everybody lawful in those years, acutely
homeless, no place with family or friends). Where no local rule is known nothing is judged: call first. This is another
layer than Wmo shelter: no answer here changes that right, and every finding says to ask for a Wmo investigation too.
A refusal comes by word of mouth (noodopvang.ams.no_beschikking), so it is asked on paper. Violence or time without
registration is a reason to ask for an exception (binding.registration_gaps), never counted silently. Who is in danger
or has no safe place tonight hears that first, whatever the local conditions say.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from actions.eligibility.asking import unanswered
from actions.eligibility.finding import Conclusion, Outcome, Rule
from actions.eligibility.registered_time import months_here
from actions.eligibility.situation import UNSURE, Situation, known
from actions.law import Law
from actions.municipalities import LocalRule, Municipality

# fmt: off
READS = (
    "place", "town", "children", "network_place", "sleeping_tonight", "unsafe_person", "registered_here",
    "registered_since", "registration_gap", "family_lawful", "lived_unregistered", "away_reason",
)
# fmt: on
YEARS = "noodopvang.registration_years"
LAWFUL = "noodopvang.lawful_stay_years"
_CONTRIBUTION = "noodopvang.contribution_eur_month"
# What is asked of a family inside, by the hole it fills; said only where the town's own numbers are all known.
_DUTIES = {"plan_months": "noodopvang.plan_months", "outside_sites": "noodopvang.min_outside_sites"}
_CENTS = 100
_ALWAYS = ("binding.term_uses", "shelter.national_access", "shelter.no_binding")
_BESIDE = {
    "noodopvang.ams.conditions": ("noodopvang.ams.what", "noodopvang.ams.no_beschikking", "noodopvang.ams.intake"),
}
_OUTSIDE = ("street", "car", "family_unsafe")
_ACUTE = (*_OUTSIDE, "hotel")
_WMO_TOO = ("step.desk_report", "step.noodopvang_two_requests")
_MOST_STEPS = 8
_FIRST_LEFT_OUT = ("step.shelter_write_down", "step.binding_collect_proof")
_PEOPLE = ("buurtteam", "gemeente_shelter", "client_support", "person")
_ARGUE_PEOPLE = ("lawyer", "kids_ombudsman", *_PEOPLE)


def conclude(s: Situation, law: Law, municipality: Municipality | None, today: date) -> Conclusion:
    """The body of the rule: no local rule, no verdict; then the conditions of the town one by one."""
    if s.place == "abroad":
        danger = ("step.safety_call_local_emergency",) if s.unsafe_person is True else ()
        steps = (*danger, "step.shelter_prepare_return", "step.shelter_ask_person_first")
        return Conclusion(Outcome.DEPENDS, "abroad", _ALWAYS, (), steps, ("embassy", "person"))
    local = municipality.norm(YEARS, today) if municipality else None
    if not municipality or not local:
        missing = unanswered(s, "town", "sleeping_tonight", *_about_children(s))
        steps = ("step.noodopvang_call_first", *_WMO_TOO)
        return _first(s, Conclusion(Outcome.DEPENDS, "local_unknown", _ALWAYS, missing, steps, _PEOPLE))
    lawful, duties = municipality.norm(LAWFUL, today), _duties(municipality, today)
    found = _no_place_needed(s) or _registration(s, local, lawful, today)
    inside = ("step.noodopvang_duties",) if duties and found.outcome is Outcome.LIKELY_YES else ()
    paid = municipality.norm(_CONTRIBUTION, today) if inside else None
    values: dict[str, Any] = {"gemeente": municipality.name, "local_years": local.value, **duties}
    whole = replace(
        found,
        grounds=(local.fact, *_BESIDE.get(local.fact, ()), *_ALWAYS, *found.grounds, *([paid.fact] if paid else ())),
        next_steps=(*found.next_steps, *inside, *_WMO_TOO),
        values={**values, "registered_months": months_here(s, today), "lawful_years": lawful.value if lawful else 0},
    )
    return _first(s, whole)


def _about_children(s: Situation) -> tuple[str, ...]:
    """The sentence for tonight speaks of children: only then they must be asked about."""
    return ("children",) if s.sleeping_tonight in _OUTSIDE else ()


def _first(s: Situation, found: Conclusion) -> Conclusion:
    """Before any local condition: danger, and a place for tonight. Doubt about tonight counts as no place."""
    unsafe = s.unsafe_person is True
    steps = ["step.safety_call_veilig_thuis"] if unsafe else []
    if s.sleeping_tonight in _OUTSIDE or s.sleeping_tonight is UNSURE:
        steps.append("step.shelter_go_today")
    if s.sleeping_tonight in _OUTSIDE and s.children is not False:
        steps.append("step.desk_emergency_tonight")
    kept = list(dict.fromkeys((*steps, *found.next_steps)))
    for step in _FIRST_LEFT_OUT:
        if len(kept) > _MOST_STEPS and step in kept:
            kept.remove(step)
    tonight = ("shelter.urgent_temporary",) if s.sleeping_tonight in _OUTSIDE else ()
    danger, people = (("safety.domestic_violence",), ("veilig_thuis",)) if unsafe else ((), ())
    return replace(
        found,
        grounds=(*found.grounds, *danger, *tonight),
        next_steps=tuple(kept),
        hand_over_to=tuple(dict.fromkeys((*people, *found.hand_over_to))),
    )


def _duties(municipality: Municipality, today: date) -> dict[str, Any]:
    """What the family pays and does inside, with the day of the source; empty where not all of it is known."""
    paid = municipality.norm(_CONTRIBUTION, today)
    others = {hole: municipality.norm(name, today) for hole, name in _DUTIES.items()}
    numbers = {hole: rule.value for hole, rule in others.items() if rule}
    if not paid or len(numbers) < len(_DUTIES):
        return {}
    return {**numbers, "contribution_euros": paid.value // _CENTS, "contribution_day": paid.starts}


def _no_place_needed(s: Situation) -> Conclusion | None:
    """Still a home, a safe place with others, or no children: not what this shelter is for."""
    if s.sleeping_tonight == "own_home":
        return _still_home(s)
    if s.network_place == "safe":
        steps = ("step.noodopvang_network_proof", "step.stay_agree_with_host", "step.stay_mediation")
        grounds = ("stay.with_family_host", "stay.mediation_ekc")
        missing = unanswered(s, "sleeping_tonight", *_about_children(s))
        # who sleeps outside all the same has no place with others tonight, whatever was said before
        there = known(s.sleeping_tonight) and s.sleeping_tonight not in _OUTSIDE
        outcome = Outcome.LIKELY_NO if there else Outcome.DEPENDS
        return Conclusion(outcome, "network", grounds, missing, steps, _PEOPLE)
    if s.children is False:
        return Conclusion(Outcome.DEPENDS, "no_children", (), (), ("step.noodopvang_call_first",), _PEOPLE)
    return None


def _still_home(s: Situation) -> Conclusion:
    """A home still there: not acute, unless home is where the danger is."""
    if s.unsafe_person is True:
        safe = ("step.safety_call_veilig_thuis", "step.safety_keep_proof")
        grounds, people = ("safety.domestic_violence",), ("veilig_thuis", *_PEOPLE)
        return Conclusion(Outcome.ADVICE_NOW, "unsafe_home", grounds, (), safe, people)
    doubt = ("step.safety_if_in_doubt",) if s.unsafe_person is UNSURE else ()
    outcome = Outcome.LIKELY_NO if s.unsafe_person is False else Outcome.DEPENDS
    steps = (*doubt, "step.shelter_report_early")
    return Conclusion(outcome, "still_home", (), unanswered(s, "unsafe_person"), steps, _PEOPLE)


def _registration(s: Situation, local: LocalRule, lawful: LocalRule | None, today: date) -> Conclusion:
    """The years, everybody's stay, and what can be argued when they fall short."""
    if s.registered_here is True and known(s.registered_since) and s.registered_since > today:
        return Conclusion(Outcome.DEPENDS, "check_dates", (), (), ("step.binding_check_dates",), _PEOPLE)
    long_enough = months_here(s, today) >= 12 * local.value
    questions = (*_first_questions(s), *_registration_questions(s, long_enough, lawful))
    missing = unanswered(s, *questions)
    answers = [getattr(s, name) for name in questions]
    refused = ("step.desk_noodopvang", "step.shelter_write_down")
    if missing:
        return Conclusion(Outcome.DEPENDS, "open", (), missing, ("step.noodopvang_report",), _PEOPLE)
    if _to_argue(s, long_enough):
        fled = ("step.desk_fled_violence",) if s.away_reason == "violence" else ()
        steps = (*fled, "step.binding_collect_proof", *refused)
        grounds = ("binding.registration_gaps",)
        return Conclusion(Outcome.DEPENDS, "exception", grounds, (), steps, _ARGUE_PEOPLE)
    if UNSURE in answers:
        steps = ("step.noodopvang_report", "step.binding_ask_dates", *refused)
        return Conclusion(Outcome.DEPENDS, "unsure", ("binding.registration_gaps",), (), steps, _PEOPLE)
    unbroken = long_enough and s.registration_gap is False
    if unbroken and not (lawful and s.family_lawful is False):
        return _fits(s)
    says = "not_lawful_years" if unbroken else "too_short"
    steps = (*refused, "step.noodopvang_complaint")
    return Conclusion(Outcome.LIKELY_NO, says, ("complaint.gemeente_first",), (), steps, ("lawyer", *_PEOPLE))


def _first_questions(s: Situation) -> tuple[str, ...]:
    return ("network_place", "sleeping_tonight", "children", "registered_here")


def _registration_questions(s: Situation, long_enough: bool, lawful: LocalRule | None) -> tuple[str, ...]:
    since = ("registered_since",) if s.registered_here is True else ()
    if s.registered_here is None or (since and s.registered_since is None):
        return since
    argue = ("lived_unregistered", "away_reason")
    if not long_enough:
        return (*since, *argue)
    stay = ("family_lawful",) if lawful else ()
    return (*since, "registration_gap", *(argue if s.registration_gap is True else stay))


def _to_argue(s: Situation, long_enough: bool) -> bool:
    short = not long_enough or s.registration_gap is True
    return short and (s.away_reason == "violence" or s.lived_unregistered is True)


def _fits(s: Situation) -> Conclusion:
    report = ("step.noodopvang_report", "step.desk_noodopvang")
    if s.sleeping_tonight in _ACUTE:
        return Conclusion(Outcome.LIKELY_YES, "fits", (), (), report, _PEOPLE)
    return Conclusion(Outcome.DEPENDS, "place_for_now", (), (), (*report, "step.noodopvang_network_proof"), _PEOPLE)


RULE = Rule("noodopvang_amsterdam", "2", READS, conclude)
