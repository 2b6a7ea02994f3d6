"""Coming back after having lived in the Netherlands as a refugee or with a permit: as a Dutch citizen, or advice first?

Facts residence.exstatus.*, housing.exstatus.once, eu.uk and prep.custody.*. With only a permit the answer is always
advice before the journey: what ends a permit is not certain since asylum law changed in 2026. Nobody is told that a
permit has ended.
"""

from __future__ import annotations

from datetime import date

from actions.eligibility import chavez
from actions.eligibility.asking import unanswered
from actions.eligibility.finding import Conclusion, Outcome, Rule
from actions.eligibility.situation import UNSURE, Situation, known
from actions.law import Law
from actions.municipalities import Municipality

READS = (
    "ex_status",
    "nat_valid_passport",
    "permit_state",
    "origin_visit",
    "permit_kind",
    "months_away",
    "away_each_year",
    "child_dutch",
    "country",
    "children",
    *chavez.CONSENT_READS,
)
_PERMIT = ("residence.exstatus.permit", "housing.exstatus.once")
_DUTCH = ("residence.exstatus.naturalised", "residence.nl.right", "housing.exstatus.once")
_ADVISERS = ("lawyer", "juridisch_loket", "ind", "person")
_BRITAIN = "GB"


def conclude(s: Situation, law: Law, municipality: Municipality | None, today: date) -> Conclusion:
    """The body of the rule: became Dutch, kept only a permit, or neither."""
    if warning := chavez.safety_warning(s) or chavez.consent_warning(s):
        return warning
    if s.ex_status is None:
        return Conclusion(Outcome.DEPENDS, "open", (*_PERMIT, _DUTCH[0]), ("ex_status",))
    if s.ex_status == "none":
        steps: tuple[str, ...] = ("step.nat_other_routes", "step.residence_protection", "step.residence_advice")
        return Conclusion(Outcome.LIKELY_NO, "not_this", (_PERMIT[0], "residence.none"), (), steps, _ADVISERS)
    if s.ex_status == "naturalised":
        return _naturalised(s)
    if s.ex_status is UNSURE:
        steps = ("step.refugee_which_paper", "step.residence_ex_permit", "step.residence_advice")
        return Conclusion(Outcome.DEPENDS, "unsure", (*_PERMIT, _DUTCH[0]), (), steps, _ADVISERS)
    return _permit(s, law, today)


def _from_britain(s: Situation) -> bool:
    return known(s.country) and s.country.upper() == _BRITAIN


def _naturalised(s: Situation) -> Conclusion:
    """The children's other parent, the passport, and for who is here already: shelter may be asked for."""
    missing = (*unanswered(s, "place", "nat_valid_passport"), *chavez.ask_about_children(s))
    if s.nat_valid_passport is None:
        return Conclusion(Outcome.DEPENDS, "open", _DUTCH, missing)
    here = s.place == "netherlands"
    custody = () if not chavez.child_abroad(s) or s.children is False else chavez.custody_papers(s)
    house = ("step.brp_ask_gemeente",) if here else ("step.residence_house_first", "step.residence_passports")
    britain = ("step.refugee_uk_dutch",) if _from_britain(s) else ()
    grounds: tuple[str, ...] = (*_DUTCH, "eu.uk") if britain else _DUTCH
    grounds = (*grounds, "prep.custody.consent", "prep.custody.paper") if custody else grounds
    if s.nat_valid_passport is True and missing:
        return Conclusion(Outcome.DEPENDS, "open", grounds, missing)
    if s.nat_valid_passport is True:
        grounds = (*grounds, "shelter.returning_families_same_protection")
        steps: tuple[str, ...] = (*house, *britain, *custody, "step.refugee_no_second_house")
        people: tuple[str, ...] = ("gemeente_housing", "person") if here else ("person",)
        return Conclusion(Outcome.LIKELY_YES, "naturalised", grounds, (), steps, people)
    grounds = (*grounds, "nationality.loss.13years")
    if here:
        steps = ("step.brp_ask_gemeente", "step.nat_proof", *britain, "step.residence_advice")
        people = ("ind", "juridisch_loket", "person")
        return Conclusion(Outcome.DEPENDS, "passport_here", grounds, missing, steps, people)
    steps = ("step.nat_ask_embassy", "step.nat_renew", *britain, *house, *custody)
    return Conclusion(Outcome.DEPENDS, "passport_first", grounds, missing, steps, ("embassy", "ind", "person"))


def _permit(s: Situation, law: Law, today: date) -> Conclusion:
    says, missing = _what_counts(s, law, today)
    values = {
        "months": law.number("permit_away_months", today),
        "yearly_months": law.number("permit_away_yearly_months", today),
        "years": law.number("permit_away_yearly_years", today),
    }
    lawyer = ("step.refugee_letter",) if s.permit_state == "withdrawn" else ()
    child = ("step.refugee_dutch_child",) if s.child_dutch is True else ()
    britain = ("step.refugee_uk_permit",) if _from_britain(s) else ()
    proof = () if s.permit_state == "withdrawn" else ("step.refugee_proof",)
    moves = chavez.child_abroad(s) and (s.children is True or s.child_dutch is True)
    custody = chavez.custody_papers(s) if moves else ()
    steps = (*lawyer, "step.residence_ex_permit", *child, *britain, *proof, *custody, "step.residence_advice")
    grounds = (*_PERMIT, *(("eu.uk",) if britain else ()), *(("residence.chavez.what",) if child else ()))
    grounds = (*grounds, "prep.custody.consent", "prep.custody.paper") if custody else grounds
    missing = (*missing, *unanswered(s, "child_dutch"))
    outcome = Outcome.DEPENDS if says == "short_away" else Outcome.ADVICE_NOW
    return Conclusion(outcome, says, grounds, missing, steps, _ADVISERS, values)


def _what_counts(s: Situation, law: Law, today: date) -> tuple[str, tuple[str, ...]]:
    """The words for what may end this permit, and the questions that can still make them others."""
    if s.permit_state in ("expired", "withdrawn"):
        return s.permit_state, ()
    if s.origin_visit is True:
        return "origin", unanswered(s, "permit_state")
    if s.permit_kind is None:
        return "permit", unanswered(s, "permit_state", "permit_kind")
    if s.permit_kind == "asylum":
        return "asylum", unanswered(s, "permit_state", "origin_visit")
    fled = ("origin_visit",) if s.permit_kind is UNSURE else ()  # who had another permit need not tell about it
    first = unanswered(s, "permit_state", *fled)
    if known(s.months_away) and s.months_away > law.number("permit_away_months", today):
        return "long_away", first
    if s.away_each_year is True:
        return "each_year", first
    missing = (*first, *unanswered(s, "months_away", "away_each_year"))
    answers = (s.permit_state, s.origin_visit, s.permit_kind, s.months_away, s.away_each_year)
    return ("permit" if missing or UNSURE in answers else "short_away"), missing


RULE = Rule("ex_refugee", "2", READS, conclude)
