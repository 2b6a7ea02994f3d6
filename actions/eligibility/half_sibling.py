"""May a child that is not Dutch come along as half-brother or half-sister of the Dutch child (Chavez-Vilchez)?

Fact residence.chavez.half_sibling: it exists since about 2023; the list of conditions is not known in full, so the
best conclusion is "it depends on the IND". Facts prep.custody.* guard the other parent of this child, and that of the
Dutch child as far as it is known, with the people of `chavez`. In: the answers about the parent and both children.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from actions.eligibility import chavez
from actions.eligibility.asking import unanswered
from actions.eligibility.finding import Conclusion, Outcome, Rule
from actions.eligibility.situation import UNSURE, Situation, known
from actions.law import Law
from actions.municipalities import Municipality

READS = (
    "nationality",
    "child_dutch",
    "child_age",
    *chavez.CONSENT_READS,
    "sibling_age",
    "sibling_other_parent",
    "sibling_tie",
    "sibling_along",
    "ind_status",
    "facilitating_visa",
)
_WHAT = ("residence.chavez.half_sibling", "residence.chavez.what")
_MVV = ("residence.mvv", "residence.sponsor_income")
_ADVISERS = ("ind", "juridisch_loket", "lawyer", "person")
_ADVICE = "step.residence_advice"


def conclude(s: Situation, law: Law, municipality: Municipality | None, today: date) -> Conclusion:
    """The body of the rule: danger, consent, whose family it is, the conditions, the paper of the parent."""
    grown_up = known(s.sibling_age) and s.sibling_age >= law.number("half_sibling_age_limit", today)
    consent = (None if grown_up else _consent(s)) or _consent_for_the_dutch_child(s, law, today)
    first = _safety(s) or consent or _another_rule(s)
    if first:
        return first
    if grown_up and s.nationality is None:  # for family of an EU citizen 18 is no limit
        return Conclusion(Outcome.DEPENDS, "open", _WHAT, ("nationality",))
    return _closed(s, grown_up, law, today) or _open_or_may(s)


def _of_this_child(s: Situation) -> Situation:
    """The answers as if about this child, which still has to move: for the warnings that `chavez` gives."""
    return Situation(other_parent=s.sibling_other_parent, child_lives="elsewhere")


def _safety(s: Situation) -> Conclusion | None:
    return chavez.safety_warning(s) or chavez.safety_warning(_of_this_child(s))


def _consent(s: Situation) -> Conclusion | None:
    warning = chavez.consent_warning(_of_this_child(s))
    missing = unanswered(s, "sibling_age")  # a child of 18 would end this
    return replace(warning, missing=missing, grounds=(*warning.grounds, _WHAT[0])) if warning else None


def _consent_for_the_dutch_child(s: Situation, law: Law, today: date) -> Conclusion | None:
    """Without the Dutch child nobody comes along: its move stops first."""
    adult = known(s.child_age) and s.child_age >= law.number("chavez_child_age_limit", today)
    warning = None if adult or s.child_dutch is False else chavez.consent_warning(s)
    if warning is None or warning.says != "consent_stop":
        return None
    return replace(warning, says="dutch_child_stop", grounds=(*warning.grounds, _WHAT[0]))


def _no(says: str, law: Law, today: date) -> Conclusion:
    values = {"age_limit": law.number("half_sibling_age_limit", today)}
    steps = ("step.residence_mvv", "step.sibling_is_dutch", _ADVICE)
    return Conclusion(Outcome.LIKELY_NO, says, (*_WHAT, *_MVV), (), steps, _ADVISERS, values)


def _another_rule(s: Situation) -> Conclusion | None:
    if s.nationality == "dutch":
        steps: tuple[str, ...] = ("step.sibling_is_dutch", "step.residence_mvv", _ADVICE)
        return Conclusion(Outcome.DEPENDS, "dutch_parent", ("nationality.birth", *_MVV), (), steps, _ADVISERS)
    if s.nationality == "eu":
        steps = ("step.residence_eu_family", _ADVICE)
        return Conclusion(Outcome.DEPENDS, "eu_parent", ("eu.family",), (), steps, _ADVISERS)
    return None


def _closed(s: Situation, grown_up: bool, law: Law, today: date) -> Conclusion | None:
    """The conditions that are known; only once no rule for Dutch or EU parents can fit any more."""
    if s.nationality != "other":
        return None
    dutch_child_adult = known(s.child_age) and s.child_age >= law.number("chavez_child_age_limit", today)
    if grown_up:
        return _no("adult", law, today)
    if dutch_child_adult or s.child_dutch is False:
        return _no("no_dutch_child", law, today)
    if s.sibling_tie == "not_own":
        return _no("not_own", law, today)
    return _no("not_along", law, today) if s.sibling_along is False else None


def _open_or_may(s: Situation) -> Conclusion:
    has_paper = s.ind_status == "document" or s.facilitating_visa is True
    paper = () if has_paper else ("ind_status", "facilitating_visa")
    stops = ("nationality", "child_dutch", "sibling_age", "sibling_other_parent", "sibling_tie", "sibling_along")
    answers = [getattr(s, name) for name in stops]
    if s.sibling_tie == "own_no_custody":
        steps: tuple[str, ...] = ("step.sibling_custody", _ADVICE)
        return _depends("custody_first", unanswered(s, *stops), steps, "prep.custody.paper")
    if UNSURE in answers or (not has_paper and UNSURE in (s.ind_status, s.facilitating_visa)):
        check = ("step.chavez_child_nationality",) if s.child_dutch is UNSURE else ()
        steps = (*check, "step.sibling_ask_ind", "step.sibling_papers", _ADVICE)
        return _depends("unsure", unanswered(s, *stops), steps)
    if missing := unanswered(s, *stops, *paper):
        return Conclusion(Outcome.DEPENDS, "open", _WHAT, missing)
    together = "step.sibling_consent" if s.sibling_other_parent == "agrees" else "step.sibling_alone"
    if not has_paper:
        steps = ("step.sibling_parent_first", "step.sibling_ask_ind", together, "step.sibling_papers", _ADVICE)
        return _depends("parent_first", (), steps, "visa.facilitating.what", "residence.chavez.no_housing")
    steps = ("step.sibling_ask_ind", together, "step.sibling_papers", _ADVICE, "step.sibling_old_refusal")
    return _depends("may_join", (), steps, "prep.custody.paper", "residence.chavez.no_housing")


def _depends(says: str, missing: tuple[str, ...], steps: tuple[str, ...], *grounds: str) -> Conclusion:
    return Conclusion(Outcome.DEPENDS, says, (*_WHAT, *grounds), missing, steps, _ADVISERS)


RULE = Rule("half_sibling", "2", READS, conclude)
