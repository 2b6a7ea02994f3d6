"""Which visa step comes before travelling: none, the free facilitating visa, or another route?

Facts visa.facilitating.* and eu.family. A house or an income is no legal condition of this visa.
"""

from __future__ import annotations

from datetime import date

from actions.eligibility import chavez
from actions.eligibility.asking import unanswered
from actions.eligibility.finding import Conclusion, Outcome, Rule
from actions.eligibility.situation import UNSURE, Situation
from actions.law import Law
from actions.municipalities import Municipality

READS = ("place", "nationality", "visa_required", "eu_family", *chavez.READS)
_WHAT = ("visa.facilitating.what",)
_ADVISERS = ("embassy", "juridisch_loket", "person")


def conclude(s: Situation, law: Law, municipality: Municipality | None, today: date) -> Conclusion:
    """The body of the rule."""
    if s.nationality == "dutch":
        return Conclusion(Outcome.LIKELY_YES, "dutch", ("residence.nl.right", "residence.nl.valid_document"))
    if s.nationality == "eu":
        return Conclusion(Outcome.LIKELY_YES, "eu", ("residence.eu.3months",))
    by_child = chavez.conclude(s, law, municipality, today)
    if s.place == "netherlands":
        fits = s.child_dutch is True and by_child.outcome in (Outcome.LIKELY_YES, Outcome.DEPENDS)
        here = (*(["step.chavez_apply"] if fits else []), "step.visa_advice")
        return Conclusion(Outcome.DEPENDS, "already_here", _WHAT, (), here, ("juridisch_loket", "person"))
    missing = unanswered(s, "nationality", "visa_required", "child_dutch")
    if missing and s.nationality is not UNSURE:
        return Conclusion(Outcome.DEPENDS, "open", _WHAT, missing)
    if UNSURE in (s.nationality, s.visa_required, s.child_dutch):
        steps: tuple[str, ...] = ("step.visa_ask_mission", "step.visa_advice")
        return Conclusion(Outcome.DEPENDS, "ask_mission", _WHAT, (), steps, _ADVISERS)
    if s.child_dutch is False:
        return _no_dutch_child(s)
    doubtful = by_child.outcome is Outcome.DEPENDS and by_child.says != "open" and s.visa_required is True
    if doubtful or by_child.outcome in (Outcome.LIKELY_NO, Outcome.ADVICE_NOW):
        steps = ("step.visa_check_chavez", *(["step.visa_bring"] if doubtful else []), "step.visa_advice")
        grounds = ("visa.facilitating.tests", "residence.chavez.what", *by_child.grounds)
        return Conclusion(Outcome.DEPENDS, "check_chavez", grounds, (), steps, _ADVISERS)
    return _parent_of_dutch_child(s, law, today)


def _parent_of_dutch_child(s: Situation, law: Law, today: date) -> Conclusion:
    values = {"days": law.number("visa_facilitating_days", today)}
    people = ("embassy", "person")
    if s.visa_required is False:
        travel = ("step.visa_free_travel", "step.chavez_child_passport", "step.residence_house_first")
        free = (*_WHAT, "visa.facilitating.not")
        return Conclusion(Outcome.LIKELY_YES, "visa_free", free, (), travel, people, values)
    grounds = (*_WHAT, "visa.facilitating.where", "visa.facilitating.tests", "visa.facilitating.not")
    steps = ("step.visa_apply", "step.visa_bring", "step.visa_embassy_questions", "step.residence_house_first")
    return Conclusion(Outcome.LIKELY_YES, "facilitating", grounds, (), steps, people, values)


def _no_dutch_child(s: Situation) -> Conclusion:
    family = ("eu.family", "residence.returning_dutch.eu_route")
    steps: tuple[str, ...]
    if s.eu_family in ("of_eu_citizen", "of_dutch_via_eu"):
        steps = ("step.visa_eu_family", "step.visa_advice")
        return Conclusion(Outcome.DEPENDS, "eu_family", family, (), steps, _ADVISERS)
    if s.visa_required is False:
        steps = ("step.visa_short_stay_only", "step.visa_advice")
        grounds = ("visa.facilitating.not", "residence.none")
        return Conclusion(Outcome.DEPENDS, "short_stay", grounds, unanswered(s, "eu_family"), steps, _ADVISERS)
    if s.eu_family is None:
        return Conclusion(Outcome.DEPENDS, "open", family, ("eu_family",))
    steps = ("step.residence_mvv", "step.visa_advice")
    if s.eu_family is UNSURE:
        return Conclusion(Outcome.DEPENDS, "ask_mission", family, (), ("step.visa_ask_mission", *steps), _ADVISERS)
    return Conclusion(Outcome.LIKELY_NO, "no_facilitating", (*_WHAT, "residence.mvv"), (), steps, _ADVISERS)


RULE = Rule("visa_step", "2", tuple(dict.fromkeys(READS)), conclude)
