"""Urgentieverklaring: which group of the Huisvestingswet could fit, and what may stand in the way. Never a promise.

Since the day of urgency_child_age_limit art. 12 lid 3 names groups that a gemeente with a housing bylaw must give
priority (urgency.law_2026): c granted Wmo shelter, d shelter after violence or trafficking, j families with a minor
child without a fixed place. Conditions and grounds to refuse stand in a regulation that was not found, and towns may
still use old rules (urgency.transition): so never LIKELY_YES, and always "which article do you use". Hurdles come from
urgency.amsterdam_practice_2025 and, for years of registration, from the local rule (norm urgency.registration_years);
group d is free of that priority rule (urgency.income_and_home_rules, art. 16). Stay: art. 10 lid 2
(urgency.remigrants_included). Before that day the old text held: priority was up to the gemeente. Urgency is no
shelter: who has no home hears not to wait for it (shelter.national_access). A pregnancy never ends in a no.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from actions.eligibility.asking import unanswered
from actions.eligibility.finding import Conclusion, Outcome, Rule
from actions.eligibility.registered_time import months_here
from actions.eligibility.situation import UNSURE, Situation, known
from actions.law import Law, ValueUnknown
from actions.municipalities import LocalRule, Municipality

# fmt: off
READS = (
    "place", "town", "nationality", "child_dutch", "residence_status", "children", "home_left", "granted_shelter",
    "pregnant_or_baby", "home_lost_how", "registered_here", "registered_since", "away_reason",
)
# fmt: on
YEARS = "urgency.registration_years"
_GROUP = {"wmo": "group_c", "after_violence": "group_d"}
# What a gemeente may say about how the home was lost, and the sentence that goes with it.
_HURDLES = {
    "temporary": "step.urgency_foreseeable",
    "with_others": "step.urgency_foreseeable",
    "left_self": "step.urgency_left_self",
    "breakup": "step.urgency_claim_home",
}
_PEOPLE = ("gemeente_housing", "client_support", "juridisch_loket", "person")
_LAWYER = ("lawyer", *_PEOPLE)
_RIGHTS = ("urgency.law_2026", "urgency.transition")
_MOST_STEPS = 8
_FIRST_LEFT_OUT = "step.safety_keep_proof"


@dataclass(frozen=True, slots=True)
class _View:
    """What the answers mean here. `group`: of art. 12 lid 3; None while it is open or when none is heard."""

    group: str | None
    hurdle: str | None
    local: LocalRule | None
    years_short: bool
    fled: bool


def conclude(s: Situation, law: Law, municipality: Municipality | None, today: date) -> Conclusion:
    """The body of the rule: stay first, then the group, then what may stand in the way."""
    if s.place == "abroad":
        before = ("step.residence_house_first", "step.binding_register_sites", "step.urgency_ask_bylaw")
        why = ("urgency.remigrants_included", "waiting.inschrijfduur", "prep.housing_first")
        return Conclusion(Outcome.DEPENDS, "abroad", why, (), before, ("gemeente_housing", "person"))
    lawful = _lawful(s)
    if lawful is False:
        return _not_lawful(s)
    v = _view(s, municipality.norm(YEARS, today) if municipality else None, today)
    missing = _open_questions(s, v, lawful)
    values: dict[str, Any] = {"registered_months": months_here(s, today)}
    if v.local:
        values |= {"local_years": v.local.value}
    try:
        values["child_age_limit"] = law.number("urgency_child_age_limit", today)
    except ValueUnknown:
        return _old_law(s, v, missing, values)
    says = "open" if missing else _says(s, v, lawful)
    outcome = Outcome.LIKELY_NO if says == "blocked_local" else Outcome.DEPENDS
    steps = _most_useful((*_ask(says), *(() if says == "status_unclear" else _way(s, v)), *_more(s, says)))
    return Conclusion(outcome, says, _grounds(s, v, says), missing, steps, _LAWYER, values)


def _not_lawful(s: Situation) -> Conclusion:
    """No lawful stay by their own words; the parent of a Dutch child may have a right without a paper."""
    steps = ("step.shelter_lawyer_no_status", "step.desk_report")
    grounds = ("urgency.remigrants_included", "shelter.residence_condition_foreigners")
    people = ("lawyer", "street_advocates", "gemeente_shelter", "person")
    outcome = Outcome.LIKELY_NO if s.child_dutch is False else Outcome.DEPENDS
    return Conclusion(outcome, "not_lawful", grounds, unanswered(s, "child_dutch"), steps, people)


def _lawful(s: Situation) -> bool | None:
    """Dutch or lawful stay. None: open, unsure, or answers that do not agree."""
    stated = s.residence_status if known(s.residence_status) else None
    dutch = s.nationality == "dutch" or s.child_dutch is True  # a parent's right does not hang on a paper
    if stated == "none":
        return None if dutch or s.nationality == "eu" else False
    return True if stated is not None or s.nationality == "dutch" else None


def _view(s: Situation, local: LocalRule | None, today: date) -> _View:
    granted = s.granted_shelter if isinstance(s.granted_shelter, str) else ""
    family = s.children is True and s.home_left is True
    group = _GROUP.get(granted) or ("group_j" if family and s.granted_shelter is not None else None)
    told = known(s.registered_since) or s.registered_here is False
    short = local is not None and told and months_here(s, today) < 12 * local.value
    hurdle = _HURDLES.get(s.home_lost_how) if isinstance(s.home_lost_how, str) else None
    fled = s.home_lost_how == "violence" or s.away_reason == "violence"
    return _View(group, hurdle, local, short and group != "group_d", fled)


def _open_questions(s: Situation, v: _View, lawful: bool | None) -> tuple[str, ...]:
    """The stay, the group, how the home was lost, and years where the town's own number is known."""
    status = ("residence_status", "nationality") if s.residence_status is UNSURE else ("residence_status",)
    names = [*(status if lawful is None else ()), "granted_shelter"]
    if v.group in ("group_c", "group_d"):
        names += [] if v.group == "group_d" else ["home_lost_how"]
    else:
        names += ["home_left", *([] if s.home_left is False else ["children", "home_lost_how"])]
    if s.home_left is not False and v.group != "group_d":
        names += ["town", *_years(s, v)]
    return unanswered(s, *names)


def _years(s: Situation, v: _View) -> tuple[str, ...]:
    if not v.local:
        return ()
    since = ("registered_since",) if s.registered_here is True else ()
    away = ("away_reason",) if v.years_short and s.home_lost_how != "violence" else ()
    return ("registered_here", *since, *away)


def _says(s: Situation, v: _View, lawful: bool | None) -> str:
    if lawful is None:
        return "status_unclear"
    hurdle = v.years_short or v.hurdle is not None
    if v.group:
        return f"{v.group}_hurdle" if hurdle and v.group == "group_j" else v.group
    if s.home_left is False:
        return "still_home"
    if UNSURE in (s.granted_shelter, s.home_left, s.children, s.home_lost_how, s.away_reason):
        return "unsure"
    baby = s.pregnant_or_baby is True  # with a child the family can be one of group j
    return "blocked_local" if hurdle and v.local and not v.fled and not baby else "no_group"


def _old_law(s: Situation, v: _View, missing: tuple[str, ...], values: dict[str, Any]) -> Conclusion:
    """Before the new text there was no named group: the town chose, and the child's interest counted."""
    grounds = ("urgency.amsterdam_practice_2025", "urgency.child_interest")
    steps = _most_useful(("step.urgency_ask_bylaw", "step.urgency_paper", *_way(s, v), *_more(s, "old_law")))
    return Conclusion(Outcome.DEPENDS, "old_law", grounds, missing, steps, _LAWYER, values)


def _ask(says: str) -> tuple[str, ...]:
    """The sentence for the desk, only where it is true for this family."""
    if says in ("group_j", "group_j_hurdle"):
        return ("step.desk_urgency", "step.urgency_which_article", "step.urgency_ask_bylaw")
    groups = {"group_c": "step.urgency_name_group_c", "group_d": "step.urgency_name_group_d"}
    if says in groups:
        return (groups[says], "step.urgency_paper", "step.urgency_which_article", "step.urgency_ask_bylaw")
    stay = ("step.shelter_lawyer_residence",) if says == "status_unclear" else ()
    return (*stay, "step.urgency_ask_bylaw", "step.urgency_paper")


def _way(s: Situation, v: _View) -> tuple[str, ...]:
    """What may stand in the way, and what to say to it."""
    if s.home_left is False and not v.group:
        return ()
    steps = [v.hurdle] if v.hurdle else []
    if v.years_short:
        steps.append("step.urgency_years_short")
    elif s.home_lost_how == "abroad":
        steps.append("step.urgency_from_abroad")
    if v.fled:
        steps += ["step.desk_fled_violence", "step.safety_keep_proof"]
    return tuple(steps)


def _more(s: Situation, says: str) -> tuple[str, ...]:
    child = ("step.desk_child_interest",) if s.children is True else ()
    if says == "still_home":
        return ("step.shelter_report_early",)
    inside = s.granted_shelter in ("wmo", "after_violence", "noodopvang")
    shelter = ("step.urgency_not_shelter",) if s.home_left is not False and not inside else ()
    if says in ("blocked_local", "no_group"):
        return (*shelter, *child, "step.urgency_other_groups", "step.binding_register_sites")
    noodopvang = ("step.urgency_noodopvang",) if s.granted_shelter == "noodopvang" else ()
    return (*shelter, *child, *noodopvang)


def _most_useful(steps: tuple[str, ...]) -> tuple[str, ...]:
    """No more than a tired parent can do."""
    return tuple(step for step in steps if len(steps) <= _MOST_STEPS or step != _FIRST_LEFT_OUT)


def _grounds(s: Situation, v: _View, says: str) -> tuple[str, ...]:
    found = [*_RIGHTS, "urgency.amsterdam_practice_2025", "shelter.national_access"]
    found += [v.local.fact] if v.local else []
    found += ["urgency.child_interest"] if s.children is True else []
    found += ["urgency.income_and_home_rules"] if v.group else []
    found += ["safety.dv_rights_effects"] if says == "group_d" or v.fled else []
    found += ["binding.law_definition", "binding.term_uses"] if v.years_short else []
    found += ["urgency.remigrants_included"] if s.home_lost_how == "abroad" or says == "status_unclear" else []
    return tuple(found)


RULE = Rule("urgency_declaration", "3", READS, conclude)
