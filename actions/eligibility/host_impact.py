"""What can change for the person who takes the family in, and what is arranged before saying yes?

Facts host.*, toeslagpartner.blended, residence.partner_illegal_effect, bijstand.kostendeler.exception,
bijstand.household and stay.with_family_host; Pw articles 3 and 22a, Awir articles 2, 3 and 9, Wht article 7. The
heaviest effect gives the words, all others are steps. The rule about toeslagpartners is not verified on the text of
2026 and worded so. Nobody is ever advised to hide a resident or not to register.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from actions.eligibility.asking import unanswered
from actions.eligibility.benefit_status import status_of
from actions.eligibility.finding import Conclusion, Outcome, Rule
from actions.eligibility.money_steps import MOST_STEPS, NOT_FIRST_DEGREE
from actions.eligibility.situation import UNSURE, Situation, known
from actions.law import Law
from actions.municipalities import Municipality

# fmt: off
READS = (
    "host_relation", "host_income", "host_home", "host_huurtoeslag", "host_has_partner", "children", "adults_27",
    "business_rent", "moved_in", "nationality", "residence_status", "ind_status",
)
# fmt: on
_PEOPLE = ("buurtteam", "juridisch_loket", "person")


@dataclass(frozen=True, slots=True)
class _Effect:
    """One thing that can change; the first in the list is the heaviest."""

    says: str
    outcome: Outcome
    grounds: tuple[str, ...]
    steps: tuple[str, ...]
    people: tuple[str, ...] = _PEOPLE


def conclude(s: Situation, law: Law, municipality: Municipality | None, today: date) -> Conclusion:
    """The body of the rule: with whom, which effects, and what always has to be arranged."""
    if s.host_relation == "no_host":
        steps: tuple[str, ...] = ("step.money_no_host", "step.brp_briefadres")
        people: tuple[str, ...] = ("gemeente_housing", "person")
        return Conclusion(Outcome.DEPENDS, "no_host", ("prep.housing_first", "brp.briefadres"), (), steps, people)
    values = {"weeks": law.number("toeslagen_report_weeks", today)}
    effects, missing = _effects(s), _open_questions(s)
    always = ("host.before_say_yes", "host.landlord", "host.taxes", "stay.with_family_host")
    own_child = ("step.money_host_child",) if _host_child_matters(s) else ()
    steps = (*_consent(s), *(step for e in effects for step in e.steps), *own_child, *_arrange(s))
    if effects:
        grounds = (*(g for e in effects for g in e.grounds), *always)
        people = tuple(code for e in effects for code in e.people)
        first = effects[0]
        return Conclusion(first.outcome, first.says, grounds, missing, steps[:MOST_STEPS], people, values)
    if missing:
        return Conclusion(Outcome.DEPENDS, "open", always, missing, steps[:MOST_STEPS], _PEOPLE, values)
    grounds = (*always, "host.other_benefits", "host.zorg_kgb", *(("toeslagpartner.list",) if own_child else ()))
    return Conclusion(Outcome.LIKELY_NO, "little_change", grounds, (), steps[:MOST_STEPS], _PEOPLE, values)


def _open_questions(s: Situation) -> tuple[str, ...]:
    """What decides most first; a question only where its answer can still matter."""
    huurtoeslag = ("host_huurtoeslag",) if s.host_home == "rent" or s.host_home is UNSURE else ()
    couple = () if s.children is False else ("host_has_partner",)
    trap = ("children", *couple) if s.host_relation in NOT_FIRST_DEGREE else ()
    counts = ("adults_27",) if s.host_income == "bijstand" and s.host_relation not in NOT_FIRST_DEGREE else ()
    rent = ("business_rent",) if s.host_relation in NOT_FIRST_DEGREE and _rent_matters(s) else ()
    asked = ("host_relation", "host_income", "host_home", *huurtoeslag, *trap, *counts, *rent)
    return (*unanswered(s, *asked), *_stay_questions(s), *unanswered(s, "moved_in"))


def _rent_matters(s: Situation) -> bool:
    return s.host_huurtoeslag is True or _partner_trap(s)


def _stay_questions(s: Situation) -> tuple[str, ...]:
    """Lawful stay only matters for toeslagen of the host."""
    if not _rent_matters(s) or _without_stay(s) is not None:
        return ()
    if not known(s.residence_status) and s.nationality is None:
        return ("nationality",)
    return unanswered(s, "ind_status") if s.nationality is not UNSURE else ()


def _without_stay(s: Situation) -> bool | None:
    """Whether a guest has no lawful stay. Waiting lawfully for the IND counts as lawful; None: cannot be told."""
    status = _status(s)
    return None if status in (None, "unclear") else status == "chavez_not_applied"


def _status(s: Situation) -> str | None:
    """Only what the IND has given counts here, so whose parent somebody is need not be asked."""
    return status_of(replace(s, child_dutch=True))


def _partner_trap(s: Situation) -> bool:
    """Guest parent with a minor child, not first degree, host without a partner: probably toeslagpartners."""
    return s.host_relation in NOT_FIRST_DEGREE and s.children is not False and s.host_has_partner is not True


def _host_child_matters(s: Situation) -> bool:
    """Without children of the guest, a minor child of the host makes toeslagpartners all the same."""
    return s.children is False and s.host_relation in NOT_FIRST_DEGREE and s.host_has_partner is not True


def _effects(s: Situation) -> tuple[_Effect, ...]:
    found = (_no_lawful_stay(s), _bijstand(s), _toeslagpartner(s), _aow(s), _huurtoeslag(s), _doubt(s))
    return tuple(effect for effect in found if effect)


def _no_lawful_stay(s: Situation) -> _Effect | None:
    if not _toeslag_at_stake(s) or _without_stay(s) is not True:
        return None
    grounds = ("residence.partner_illegal_effect", "host.huurtoeslag")
    people = ("juridisch_loket", "lawyer", "person")
    return _Effect("no_lawful_stay", Outcome.ADVICE_NOW, grounds, ("step.money_stay_first",), people)


def _toeslag_at_stake(s: Situation) -> bool:
    return s.host_huurtoeslag is True or (_partner_trap(s) and s.children is True and s.host_has_partner is False)


def _bijstand(s: Situation) -> _Effect | None:
    if s.host_income != "bijstand":
        return None
    asked: tuple[str, ...] = ("step.money_exception_before",)
    if s.moved_in is True:
        asked = ("step.money_report_now", "step.money_exception_now")
    grounds = ("host.bijstand", "host.other_benefits", "bijstand.kostendeler.exception", "bijstand.household")
    if s.host_relation in NOT_FIRST_DEGREE:
        steps = (*asked, "step.money_one_household")
        return _Effect("one_household", Outcome.ADVICE_NOW, grounds, steps, ("juridisch_loket", *_PEOPLE))
    if known(s.adults_27) and s.adults_27 < 2:  # only the host: nobody of 27 or older comes in
        return _Effect("bijstand_tell", Outcome.DEPENDS, grounds, ("step.money_tell_town",))
    return _Effect("bijstand_lower", Outcome.DEPENDS, grounds, asked)


def _toeslagpartner(s: Situation) -> _Effect | None:
    if not (_partner_trap(s) and s.children is True and s.host_has_partner is False):
        return None
    grounds = ("toeslagpartner.blended", "host.zorg_kgb")
    steps = ("step.money_partner_request",) if s.business_rent is True else ("step.money_partner_warning",)
    return _Effect("toeslagpartner", Outcome.DEPENDS, grounds, steps)


def _aow(s: Situation) -> _Effect | None:
    if s.host_income != "aow_single" or s.host_relation not in NOT_FIRST_DEGREE:
        return None
    return _Effect("aow", Outcome.DEPENDS, ("host.aow",), ("step.money_call_svb",), ("svb", *_PEOPLE))


def _huurtoeslag(s: Situation) -> _Effect | None:
    if s.host_huurtoeslag is not True:
        return None
    grounds = ("host.huurtoeslag", "huurtoeslag.household")
    subtenant = s.business_rent is True and s.host_relation in NOT_FIRST_DEGREE
    steps = ("step.money_subtenant",) if subtenant else ("step.money_fellow_resident",)
    return _Effect("huurtoeslag", Outcome.DEPENDS, grounds, steps)


def _doubt(s: Situation) -> _Effect | None:
    """An answer that is not known, or something we cannot judge: somebody has to ask."""
    if _toeslag_at_stake(s) and _status(s) == "unclear":
        grounds = ("residence.partner_illegal_effect",)
        return _Effect("ask_first", Outcome.DEPENDS, grounds, ("step.money_check_stay",))
    asked = [s.host_relation, s.host_income, s.host_home, s.host_huurtoeslag]
    if s.host_relation in NOT_FIRST_DEGREE:
        asked += [s.children, s.host_has_partner]
    if s.host_income != "other" and UNSURE not in asked:
        return None
    return _Effect("ask_first", Outcome.DEPENDS, ("host.before_say_yes",), ("step.money_ask_payer",))


def _consent(s: Situation) -> tuple[str, ...]:
    if s.host_home == "own":
        return ()
    return ("step.money_lender_consent",) if s.host_home == "mortgage" else ("step.money_landlord_consent",)


def _arrange(s: Situation) -> tuple[str, ...]:
    """What always has to be arranged: numbers beforehand, agreement on paper, registration, taxes."""
    first = "step.money_report_changes" if s.moved_in is True else "step.money_before_yes"
    return (first, "step.money_register", "step.money_agree_on_paper", "step.money_taxes")


RULE = Rule("host_impact", "2", READS, conclude)
