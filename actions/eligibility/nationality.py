"""Is this person (still) Dutch? Never says that somebody lost it: only the embassy, the IND or a judge can.

Facts nationality.* and residence.nl.valid_document; RWN articles 3 and 15; CJEU C-221/17 (Tjebbes).
The term for losing it by living abroad was 10 years from 2003-04-01 and is 13 years since 2022-04-01.
"""

from __future__ import annotations

from datetime import date

from actions.eligibility.asking import unanswered
from actions.eligibility.finding import Conclusion, Outcome, Rule
from actions.eligibility.situation import UNSURE, Situation, known
from actions.law import Law
from actions.municipalities import Municipality

READS = (
    "nat_person",
    "nat_valid_passport",
    "nat_was_dutch",
    "nat_only_dutch",
    "nat_years_outside",
    "nat_ten_years_before_2022",
    "nat_other_by_choice",
    "nat_parent_dutch_at_birth",
    "nat_acknowledged",
    "nat_age_acknowledged",
    "nat_dna_within_year",
    "nat_parent_lost",
)
_WHO = ("embassy", "ind", "person")
_LAWYERS = ("juridisch_loket", "embassy", "ind", "person")


def conclude(s: Situation, law: Law, municipality: Municipality | None, today: date) -> Conclusion:
    """The body of the rule; `nat_person` says whether the answers are about an adult or a child."""
    if s.nat_valid_passport is True:
        return Conclusion(Outcome.LIKELY_YES, "valid_passport", ("residence.nl.right", "residence.nl.valid_document"))
    if missing := unanswered(s, "nat_valid_passport", "nat_person"):
        return _open(missing, "nationality.birth", "nationality.loss.13years")
    if s.nat_person == "adult":
        return _adult(s, law, today)
    if s.nat_person == "child":
        return _child(s, law, today)
    return _doubt("nationality.birth", "nationality.loss.13years")


def _open(missing: tuple[str, ...], *grounds: str) -> Conclusion:
    return Conclusion(Outcome.DEPENDS, "open", grounds, missing)


def _doubt(*grounds: str, missing: tuple[str, ...] = ()) -> Conclusion:
    steps = ("step.nat_ask_embassy", "step.nat_proof")
    return Conclusion(Outcome.DEPENDS, "doubt", grounds, missing, steps, _WHO)


def _advice(says: str, *grounds: str) -> Conclusion:
    steps = ("step.nat_advice_loss", "step.nat_proof")
    return Conclusion(Outcome.ADVICE_NOW, says, grounds, (), steps, _LAWYERS)


def _never_dutch(*grounds: str) -> Conclusion:
    steps = ("step.nat_other_routes", "step.nat_ask_embassy")
    return Conclusion(Outcome.LIKELY_NO, "not_dutch", grounds, (), steps, _LAWYERS)


def _adult(s: Situation, law: Law, today: date) -> Conclusion:
    if s.nat_was_dutch is True or s.nat_parent_dutch_at_birth is True:
        return _loss(s, law, today)
    origins = ("nat_was_dutch", "nat_parent_dutch_at_birth", "nat_acknowledged")
    grounds = ("nationality.birth", "nationality.acknowledgement")
    if missing := unanswered(s, *origins):
        return _open(missing, *grounds)
    if s.nat_valid_passport is False and all(getattr(s, name) is False for name in origins):
        return _never_dutch(*grounds, "nationality.ex_dutch_route")
    return _doubt(*grounds)


def _loss(s: Situation, law: Law, today: date) -> Conclusion:
    """Once Dutch: could it have been lost since?"""
    if s.nat_other_by_choice is True:
        return _advice("other_nationality", "nationality.loss.other", "nationality.loss.proportionality")
    if s.nat_only_dutch is True:
        steps = ("step.nat_renew", "step.nat_proof")
        grounds = ("nationality.only_dutch", "residence.nl.valid_document")
        return Conclusion(Outcome.LIKELY_YES, "only_dutch", grounds, (), steps, _WHO)
    clock = ("nat_years_outside", "nat_ten_years_before_2022", "nat_other_by_choice")
    if s.nat_only_dutch is None:
        return _open(unanswered(s, "nat_only_dutch", *clock), "nationality.only_dutch", "nationality.loss.13years")
    return _clock(s, law, today, unanswered(s, *clock))


def _clock(s: Situation, law: Law, today: date, missing: tuple[str, ...]) -> Conclusion:
    """A second nationality and years outside the Kingdom and the EU."""
    term = law.number("nationality_loss_years", today)
    years = s.nat_years_outside
    if s.nat_ten_years_before_2022 is True:
        return _advice("old_rule", "nationality.loss.13years", "nationality.loss.proportionality")
    if known(years) and years >= term:
        c = _advice("long_outside", "nationality.loss.13years", "nationality.loss.proportionality")
        return Conclusion(c.outcome, c.says, c.grounds, (), c.next_steps, c.hand_over_to, {"loss_years": term})
    grounds = ("nationality.loss.13years", "nationality.loss.other")
    if missing:
        return _open(missing, *grounds)
    if not known(years) or UNSURE in (s.nat_ten_years_before_2022, s.nat_other_by_choice):
        return _doubt(*grounds)
    if years < law.number("nationality_renew_urgent_years", today):
        steps = ("step.nat_renew", "step.nat_proof")
        return Conclusion(Outcome.LIKELY_YES, "renew", grounds, (), steps, _WHO, {"loss_years": term})
    steps = ("step.nat_renew_now", "step.nat_proof")
    return Conclusion(Outcome.DEPENDS, "renew_now", grounds, (), steps, _WHO, {"loss_years": term})


def _child(s: Situation, law: Law, today: date) -> Conclusion:
    if s.nat_parent_lost is True:
        return _advice("child_parent_lost", "nationality.loss.child", "nationality.loss.proportionality")
    if s.nat_parent_dutch_at_birth is True:
        return _kept_by_child(s, "child_birth", "nationality.birth", "nationality.loss.child")
    if missing := unanswered(s, "nat_parent_dutch_at_birth", "nat_acknowledged"):
        return _open(missing, "nationality.birth", "nationality.acknowledgement")
    if s.nat_acknowledged is True:
        return _acknowledged(s, law, today)
    grounds = ("nationality.birth", "nationality.acknowledgement")
    if s.nat_was_dutch is None:
        return _open(("nat_was_dutch",), *grounds)
    answers = (s.nat_valid_passport, s.nat_parent_dutch_at_birth, s.nat_acknowledged, s.nat_was_dutch)
    if all(answer is False for answer in answers):
        return _never_dutch(*grounds)
    return _doubt(*grounds)


def _kept_by_child(s: Situation, says: str, *grounds: str) -> Conclusion:
    if s.nat_parent_lost is None:
        return _open(("nat_parent_lost",), *grounds)
    if s.nat_parent_lost is UNSURE:
        return _doubt(*grounds)
    return Conclusion(Outcome.LIKELY_YES, says, grounds, (), ("step.nat_child_passport", "step.nat_proof"), _WHO)


def _acknowledged(s: Situation, law: Law, today: date) -> Conclusion:
    ground = "nationality.acknowledgement"
    values = {
        "age_limit": law.number("acknowledgement_age_limit", today),
        "dna_years": law.number("acknowledgement_dna_years", today),
        "care_years": law.number("option_care_years", today),
    }
    age = s.nat_age_acknowledged
    if age is None:
        return _open(("nat_age_acknowledged",), ground)
    if age is UNSURE:
        return _doubt(ground)
    if age < values["age_limit"]:
        return _kept_by_child(s, "child_acknowledged", ground, "nationality.loss.child")
    if s.nat_dna_within_year is None:
        return _open(("nat_dna_within_year",), ground)
    if s.nat_dna_within_year is True:
        steps = ("step.nat_dna", "step.nat_ask_embassy")
        return Conclusion(Outcome.DEPENDS, "child_dna", (ground,), (), steps, _WHO, values)
    steps = ("step.nat_option_advice", "step.nat_proof")
    return Conclusion(Outcome.ADVICE_NOW, "child_option", (ground,), (), steps, _LAWYERS, values)


RULE = Rule("nationality", "1", READS, conclude)
