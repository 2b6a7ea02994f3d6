"""On which ground may this person live in the Netherlands? The first route that fits, by the rules of that route.

Facts residence.*; the rules nationality, eu_worker and chavez do the work. A right to live here is never a right to
a house: every "probably" says so (residence.nl.right, residence.chavez.no_housing).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from actions.eligibility import chavez, eu_worker, nationality
from actions.eligibility.asking import unanswered
from actions.eligibility.brp_registration import from_islands
from actions.eligibility.finding import Conclusion, Outcome, Rule
from actions.eligibility.situation import UNSURE, Situation
from actions.law import Law
from actions.municipalities import Municipality

READS = tuple(
    dict.fromkeys(
        ("place", "children", "country", "eu_family", "ex_status", *nationality.READS, *chavez.READS, *eu_worker.READS)
    )
)
_ADVISERS = ("juridisch_loket", "lawyer", "person")
_HOUSE = "step.residence_house_first"
_SUFFIX = {
    Outcome.LIKELY_YES: "yes",
    Outcome.LIKELY_NO: "depends",
    Outcome.DEPENDS: "depends",
    Outcome.ADVICE_NOW: "advice",
}


def conclude(s: Situation, law: Law, municipality: Municipality | None, today: date) -> Conclusion:
    """The body of the rule: the safety and consent of the children first, then the first route that fits."""
    if warning := chavez.safety_warning(s) or chavez.consent_warning(s):
        return warning
    if s.nationality is None:
        return _open(("nationality",), "residence.nl.right", "residence.eu.after3months", "residence.chavez.what")
    return _before_a_move(s, _route(s, law, municipality, today))


def _before_a_move(s: Situation, c: Conclusion) -> Conclusion:
    """Where the family is; and on every route: nobody moves a child before the other parent was thought of."""
    missing = (*unanswered(s, "place"), *c.missing)
    if not chavez.child_abroad(s) or s.children is False or c.says == "open" or c.outcome is Outcome.LIKELY_NO:
        return replace(c, missing=missing)
    if s.place == "abroad" and s.nationality != "other":  # who has a Dutch child and another passport is asked there
        missing = (*missing, *unanswered(s, "other_parent" if s.children is True else "children"))
    if s.other_parent == "none":
        return replace(c, missing=missing)
    grounds = (*c.grounds, "prep.custody.consent", "prep.custody.paper")
    return replace(c, missing=missing, next_steps=(*c.next_steps, "step.custody_paper"), grounds=grounds)


def _route(s: Situation, law: Law, municipality: Municipality | None, today: date) -> Conclusion:
    if s.nationality == "dutch":
        return _dutch(s, law, municipality, today)
    if s.nationality == "eu":
        return _by("eu", s, eu_worker.conclude(s, law, municipality, today))
    if s.nationality is UNSURE:
        return _perhaps_dutch(s, law, municipality, today)
    return _other(s, law, municipality, today)


def _open(missing: tuple[str, ...], *grounds: str) -> Conclusion:
    return Conclusion(Outcome.DEPENDS, "open", grounds, missing)


def _by(route: str, s: Situation, c: Conclusion) -> Conclusion:
    """The conclusion of another rule as ours: same grounds, questions, steps and people; the words of the route."""
    if c.says == "open":
        return c
    first_a_house = c.outcome is Outcome.LIKELY_YES and s.place != "netherlands"  # who is here needs no word on booking
    steps = (*c.next_steps, _HOUSE) if first_a_house else c.next_steps
    return replace(c, says=f"{route}_{_SUFFIX[c.outcome]}", next_steps=steps)


def _dutch(s: Situation, law: Law, municipality: Municipality | None, today: date) -> Conclusion:
    if s.nat_person == "adult" and s.nat_valid_passport is False:
        own = nationality.conclude(s, law, municipality, today)
        if own.outcome is Outcome.ADVICE_NOW:
            return _by("nationality", s, own)
    grounds = ("residence.nl.right", "residence.nl.valid_document")
    naturalised = ("residence.exstatus.naturalised", "housing.exstatus.once") if s.ex_status == "naturalised" else ()
    if from_islands(s) and s.place != "netherlands":
        islands = ("residence.caribbean.no_conditions", "brp.caribbean.verhuisbericht", *grounds, *naturalised)
        first = ("step.brp_verhuisbericht", _HOUSE, "step.residence_passports")
        return Conclusion(Outcome.LIKELY_YES, "dutch_islands", islands, (), first, ("person",))
    here = s.place == "netherlands"
    steps = ("step.brp_ask_gemeente",) if here else (_HOUSE, "step.residence_passports")
    return Conclusion(Outcome.LIKELY_YES, "dutch", (*grounds, *naturalised), (), steps, ("person",))


def _perhaps_dutch(s: Situation, law: Law, municipality: Municipality | None, today: date) -> Conclusion:
    """They do not know their nationality: the nationality rule, for the adult who is talking to us."""
    if s.nat_person == "child" or s.nat_person is UNSURE:
        steps = ("step.nat_ask_embassy", "step.residence_advice")
        people = ("embassy", "ind", "person")
        return Conclusion(Outcome.DEPENDS, "nationality_depends", ("nationality.birth",), (), steps, people)
    own = nationality.conclude(replace(s, nat_person="adult"), law, municipality, today)
    if own.outcome is Outcome.LIKELY_NO:
        own = replace(own, outcome=Outcome.DEPENDS)
    return _by("nationality", s, own)


def _other(s: Situation, law: Law, municipality: Municipality | None, today: date) -> Conclusion:
    if s.child_dutch is None:
        missing = unanswered(s, "child_dutch", "eu_family", "ex_status")
        return _open(missing, "residence.chavez.what", "eu.family")
    if s.child_dutch is not False:
        by_child = chavez.conclude(s, law, municipality, today)
        if by_child.outcome is not Outcome.LIKELY_NO:
            return _by("chavez", s, by_child)
    if s.ex_status == "permit":
        steps = ("step.residence_ex_permit", "step.residence_advice")
        grounds = ("residence.exstatus.permit", "housing.exstatus.once")
        return Conclusion(Outcome.ADVICE_NOW, "ex_permit", grounds, (), steps, ("ind", *_ADVISERS))
    return _family_of_eu(s, law, municipality, today)


def _family_of_eu(s: Situation, law: Law, municipality: Municipality | None, today: date) -> Conclusion:
    if s.eu_family == "of_eu_citizen":
        steps: tuple[str, ...] = ("step.residence_eu_family", "step.residence_advice")
        return Conclusion(Outcome.DEPENDS, "eu_family", ("eu.family",), (), steps, ("ind", *_ADVISERS))
    if s.eu_family == "of_dutch_via_eu":
        steps = ("step.residence_via_eu_proof", "step.residence_advice")
        grounds = ("residence.returning_dutch.eu_route", "eu.family")
        values = {"months": law.number("eu_route_months", today)}
        return Conclusion(Outcome.DEPENDS, "via_eu", grounds, (), steps, ("ind", *_ADVISERS), values)
    if s.ex_status == "naturalised":
        return _perhaps_dutch(replace(s, nat_was_dutch=True), law, municipality, today)
    return _last_routes(s, law, municipality, today)


def _last_routes(s: Situation, law: Law, municipality: Municipality | None, today: date) -> Conclusion:
    status = () if s.place == "abroad" else ("ind_status",)
    if missing := unanswered(s, "eu_family", "ex_status", *status):
        return _open(missing, "eu.family", "residence.exstatus.permit")
    people = ("ind", *_ADVISERS)
    if s.ind_status in ("document", "pending"):
        steps: tuple[str, ...] = ("step.residence_read_document", "step.residence_advice")
        return Conclusion(Outcome.DEPENDS, "ind_status", ("residence.none", "residence.mvv"), (), steps, people)
    if UNSURE in (s.eu_family, s.ex_status, s.ind_status):
        return Conclusion(Outcome.DEPENDS, "unsure", ("residence.none",), (), ("step.residence_advice",), people)
    if s.nat_person != "child":  # answers that point to a Dutch nationality after all
        own = nationality.conclude(replace(s, nat_person="adult"), law, municipality, today)
        if own.outcome in (Outcome.LIKELY_YES, Outcome.ADVICE_NOW):
            return _by("nationality", s, replace(own, outcome=Outcome.DEPENDS, hand_over_to=people))
    islands = ("residence.caribbean.nondutch_family",) if from_islands(s) else ()
    steps = ("step.residence_mvv", "step.residence_protection", "step.residence_advice", "step.residence_no_travel")
    grounds = ("residence.mvv", "residence.sponsor_income", "residence.none", "residence.ukraine", *islands)
    return Conclusion(Outcome.LIKELY_NO, "no_route", grounds, (), steps, people)


RULE = Rule("residence_right", "2", READS, conclude)
