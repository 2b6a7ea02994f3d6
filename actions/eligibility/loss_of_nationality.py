"""Is the clock running after which Dutch nationality can end by living abroad, and until which day is it safe?

Facts nationality.loss.*; RWN article 15; CJEU C-221/17 (Tjebbes). The rule `nationality` answers whether somebody is
(still) Dutch; this one computes the day on which the term would be full, so that a passport is asked for in time.
Never says that somebody lost it. In: the answers about one person, the days on which a period can have begun.
Out: `full_on`, the first day on which the term would be full. A day that nobody knows can only make it later.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

from actions.eligibility.asking import unanswered
from actions.eligibility.finding import Conclusion, Outcome, Rule
from actions.eligibility.situation import UNSURE, Situation, known
from actions.law import Law
from actions.municipalities import Municipality

READS = (
    "nat_person",
    "nat_only_dutch",
    "nat_lives_outside",
    "nat_document_date",
    "nat_start_date",
    "nat_ten_years_before_2022",
    "nat_other_by_choice",
    "nat_valid_passport",
    "nat_parent_lost",
    "nat_other_parent_dutch",
)
_TERM = "nationality_loss_years"
_CLOCK = ("nationality.loss.13years",)
_WHO = ("embassy", "ind", "person")
_LAWYERS = ("juridisch_loket", "lawyer", "embassy", "ind", "person")


def conclude(s: Situation, law: Law, municipality: Municipality | None, today: date) -> Conclusion:
    """The body of the rule; `nat_person` says whether the answers are about an adult or a child."""
    if s.nat_person == "child":
        return _child(s)
    if s.nat_person is None:
        return _open(("nat_person",))
    return _adult(s, law, today) if s.nat_person == "adult" else _doubt(*_CLOCK)


def _open(missing: tuple[str, ...], *grounds: str) -> Conclusion:
    return Conclusion(Outcome.DEPENDS, "open", grounds or _CLOCK, missing)


def _doubt(*grounds: str) -> Conclusion:
    return Conclusion(Outcome.DEPENDS, "doubt", grounds, (), ("step.nat_ask_embassy", "step.nat_proof"), _WHO)


def _advice(says: str, *grounds: str, full_on: date | None = None) -> Conclusion:
    steps = ("step.nat_advice_loss", "step.nat_proof", "step.loss_ask_written")
    values = {"full_on": full_on} if full_on else {}
    grounds = (*grounds, "nationality.loss.proportionality")
    return Conclusion(Outcome.ADVICE_NOW, says, grounds, (), steps, _LAWYERS, values)


def _adult(s: Situation, law: Law, today: date) -> Conclusion:
    if s.nat_other_by_choice is True:
        return _advice("other_nationality", "nationality.loss.other")
    if s.nat_only_dutch is True:
        steps: tuple[str, ...] = ("step.nat_renew", "step.nat_proof")
        grounds = ("nationality.only_dutch", "residence.nl.valid_document")
        return Conclusion(Outcome.LIKELY_YES, "only_dutch", grounds, (), steps, _WHO)
    if s.nat_ten_years_before_2022 is True and s.nat_valid_passport is not True:
        return replace(_advice("old_rule", *_CLOCK), missing=unanswered(s, "nat_valid_passport"))
    if missing := unanswered(s, "nat_only_dutch", "nat_lives_outside"):
        return _open(missing)
    return _inside(s) if s.nat_lives_outside is False else _outside(s, law, today)


def _old_rule_questions(s: Situation) -> tuple[str, ...]:
    """With a valid passport nobody looks back to the old rule."""
    return () if s.nat_valid_passport is True else ("nat_ten_years_before_2022",)


def _inside(s: Situation) -> Conclusion:
    """Living in the Kingdom or the EU: nothing runs now; only an earlier period can matter."""
    if missing := unanswered(s, "nat_valid_passport", *_old_rule_questions(s), "nat_other_by_choice"):
        return _open(missing)
    if s.nat_valid_passport is True and s.nat_other_by_choice is False:
        steps: tuple[str, ...] = ("step.loss_before_leaving", "step.nat_proof")
        return Conclusion(Outcome.LIKELY_YES, "not_running", _CLOCK, (), steps, _WHO)
    steps = ("step.nat_renew", "step.nat_ask_embassy", "step.nat_proof")
    return Conclusion(Outcome.DEPENDS, "inside_check", _CLOCK, (), steps, _WHO)


def _outside(s: Situation, law: Law, today: date) -> Conclusion:
    known_days = [min(day, today) for day in (s.nat_document_date, s.nat_start_date) if known(day)]
    unknown = unanswered(s, "nat_document_date", "nat_start_date")
    rest = unanswered(s, *_old_rule_questions(s), "nat_other_by_choice")
    if not known_days:
        return _open((*unknown, *rest)) if unknown else _doubt(*_CLOCK, "residence.nl.valid_document")
    term, start = law.number(_TERM, today), max(known_days)
    full_on = _years_after(start, term)
    if full_on <= today:
        if unknown:
            return _open((*unknown, *rest))
        if _full_under_an_older_term(law, start, today):
            return _advice("old_rule", *_CLOCK)
        return _advice("perhaps_full", *_CLOCK, full_on=full_on)
    urgent = _years_after(start, law.number("nationality_renew_urgent_years", today)) <= today
    later = unknown if urgent else unanswered(s, "nat_document_date")  # could only move the day further away
    if missing := (*later, *rest):
        return _open(missing)
    if s.nat_other_by_choice is UNSURE or (s.nat_ten_years_before_2022 is UNSURE and _old_rule_questions(s)):
        return _doubt(*_CLOCK, "nationality.loss.other")
    return _running(urgent, full_on, term)


def _running(urgent: bool, full_on: date, term: int) -> Conclusion:
    values = {"loss_years": term, "full_on": full_on}
    grounds = (*_CLOCK, "residence.nl.valid_document")
    if urgent:
        steps: tuple[str, ...] = ("step.nat_renew_now", "step.nat_proof", "step.loss_no_waiting")
        return Conclusion(Outcome.DEPENDS, "renew_now", grounds, (), steps, _WHO, values)
    steps = ("step.loss_renew_before", "step.nat_proof")
    return Conclusion(Outcome.LIKELY_YES, "safe_until", grounds, (), steps, _WHO, values)


def _years_after(day: date, years: int) -> date:
    """The same day so many years on; for 29 February the day before, so never too late."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 2, 28)


def _full_under_an_older_term(law: Law, start: date, today: date) -> bool:
    """Whether a shorter term that held before was already full on the day the law changed."""
    terms = sorted(law.values[_TERM].values.items())
    return any(
        until <= today and isinstance(term, int) and _years_after(start, term) < until
        for (_, term), (until, _) in pairwise(terms)
    )


def _child(s: Situation) -> Conclusion:
    """A clock begins at 18; before that a child can only follow a parent, with exceptions."""
    grounds = ("nationality.loss.child", "nationality.birth")
    if s.nat_parent_lost is None:
        return _open(("nat_parent_lost",), *grounds)
    if s.nat_parent_lost is False:
        steps: tuple[str, ...] = ("step.nat_child_passport", "step.loss_at_18")
        return Conclusion(Outcome.LIKELY_YES, "child_no_clock", (*grounds, *_CLOCK), (), steps, _WHO)
    if s.nat_other_parent_dutch is True or s.nat_only_dutch is True:
        steps = ("step.nat_ask_embassy", "step.nat_child_passport", "step.nat_proof")
        return Conclusion(Outcome.DEPENDS, "child_keeps", grounds, (), steps, _WHO)
    if missing := unanswered(s, "nat_other_parent_dutch", "nat_only_dutch"):
        return _open(missing, *grounds)
    return _advice("child_parent_lost", *grounds) if s.nat_parent_lost is True else _doubt(*grounds)


RULE = Rule("loss_of_nationality", "2", READS, conclude)
