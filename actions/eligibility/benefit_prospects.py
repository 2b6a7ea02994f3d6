"""Which money can this family ask for, and when does the first money come?

Bijstand decides the outcome (facts bijstand.*; Pw articles 3, 11, 22a, 40); kinderbijslag, kindgebonden budget,
zorgtoeslag and huurtoeslag ride in the steps, each only where it fits (facts kinderbijslag.*, kgb.*, toeslagen.*,
huurtoeslag.*; Awir articles 5 and 9; Wht). No amounts. EU citizens get advice first (eu.bijstand.risk); who waits for
a Chavez document asks in writing (bijstand.chavez: a right that exists counts, waiting alone does not). Terms of the
procedure are not verified (bijstand.procedure) and worded so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from actions.eligibility import benefit_status
from actions.eligibility.asking import unanswered
from actions.eligibility.benefit_status import eu_permanent, eu_questions, status_of, status_questions
from actions.eligibility.finding import Conclusion, Outcome, Rule
from actions.eligibility.money_steps import (
    NOT_FIRST_DEGREE,
    at_a_host,
    facts_of,
    first_money,
    means_and_house,
    most_useful,
    other_benefits,
    parent,
    search_period,
)
from actions.eligibility.situation import UNSURE, Situation, known
from actions.law import Law
from actions.municipalities import Municipality

# fmt: off
READS = (
    *benefit_status.READS, "place", "arrival_date", "income_low", "assets", "address", "tenancy", "host_relation",
    "adults_27", "children", "partner", "own_age",
)
# fmt: on
_LAWYERS = ("juridisch_loket", "lawyer", "person")
_ENTITLED = {
    "dutch": ("dutch_apply", "bijstand.returnee"),
    "eu": ("eu_permanent", "eu.permanent"),
    "chavez_document": ("chavez_document", "bijstand.chavez"),
}


@dataclass(frozen=True, slots=True)
class _Doubt:
    """Something in the answers by which bijstand is not yet probable."""

    says: str
    grounds: tuple[str, ...]


def conclude(s: Situation, law: Law, municipality: Municipality | None, today: date) -> Conclusion:
    """The body of the rule: age, status, income, then by status; the other benefits are steps."""
    adult = law.number("bijstand_age", today)
    if known(s.own_age) and s.own_age < adult:
        grounds, people = ("bijstand.young", "bijstand.who"), ("buurtteam", *_LAWYERS)
        help_first = ("step.money_adult_helps", "step.residence_advice")
        return Conclusion(Outcome.ADVICE_NOW, "minor", grounds, (), help_first, people, {"age": adult})
    status = status_of(s)
    if status is None:
        missing = (*status_questions(s), *unanswered(s, "income_low", "own_age"))
        return Conclusion(Outcome.DEPENDS, "open", ("bijstand.who", "toeslagen.residence"), missing)
    if status in ("none", "unclear"):
        return _no_status(s, status)
    c = _by_status(s, status, law, today)
    steps = most_useful(c.next_steps)
    young = {"weeks": law.number("bijstand_search_weeks", today)} if search_period(s, law, today) else {}
    values = {**first_money(s, law, today), **young}
    return replace(c, next_steps=steps, grounds=(*c.grounds, *facts_of(steps)), values=values)


def _no_status(s: Situation, status: str) -> Conclusion:
    if status == "unclear":
        grounds: tuple[str, ...] = ("bijstand.who", "bijstand.chavez", "toeslagen.residence")
        perhaps_eu = s.nationality in ("eu", UNSURE) or s.residence_status == "eu"
        then = "step.eu_bijstand_advice" if perhaps_eu else "step.money_bijstand_written"
        steps: tuple[str, ...] = ("step.residence_read_document", "step.residence_advice", then)
        grounds = (*grounds, "eu.bijstand.risk") if perhaps_eu else grounds
        return Conclusion(Outcome.DEPENDS, "status_unclear", grounds, (), steps, _LAWYERS)
    stay = ("step.residence_no_travel",) if s.place == "abroad" else ()
    grounds = ("residence.none", "bijstand.who", "toeslagen.residence", "support.street_advocates")
    steps = ("step.residence_advice", "step.residence_protection", "step.money_without_status", *stay)
    return Conclusion(Outcome.ADVICE_NOW, "no_status", grounds, (), steps, ("street_advocates", *_LAWYERS))


def _by_status(s: Situation, status: str, law: Law, today: date) -> Conclusion:
    others = other_benefits(s, status, first_money(s, law, today), today)
    like_a_dutch_person = status in _ENTITLED and (status != "eu" or eu_permanent(s, law, today))
    if s.income_low is False:
        return _enough_income(status, like_a_dutch_person, others)
    if like_a_dutch_person:
        return _entitled(s, status, law, today)
    prepare = ("step.money_prepare",) if _abroad(s, today) else ()
    if status == "eu":
        grounds: tuple[str, ...] = ("eu.bijstand.risk", "bijstand.who", "residence.eu.3months")
        missing = (*unanswered(s, "income_low"), *eu_questions(s, law, today), *_household_open(s))
        steps = ("step.eu_bijstand_advice", *prepare, *others)
        return Conclusion(Outcome.ADVICE_NOW, "eu_advice_first", grounds, missing, steps, ("svb", *_LAWYERS))
    if status == "permit":
        grounds = ("bijstand.who", "toeslagen.residence")
        missing = (*unanswered(s, "income_low", "own_age"), *_household_open(s))
        steps = ("step.residence_read_document", *prepare, *_ask_bijstand(s, law, today), *others)
        return Conclusion(Outcome.DEPENDS, "permit_check", grounds, missing, steps, _LAWYERS)
    return _waiting(s, status, others, law, today)


def _enough_income(status: str, like_a_dutch_person: bool, others: tuple[str, ...]) -> Conclusion:
    """No bijstand now. Should the income fall: only who may ask without risk for the stay asks at once."""
    later = "step.money_if_income_falls"
    grounds: tuple[str, ...] = ("bijstand.who",)
    if status == "eu" and not like_a_dutch_person:
        later, grounds = "step.eu_bijstand_advice", (*grounds, "eu.bijstand.risk")
    elif not like_a_dutch_person:
        later = "step.money_advice_if_income_falls"
    people = ("svb", "buurtteam", "juridisch_loket", "person")
    return Conclusion(Outcome.LIKELY_NO, "not_low_income", grounds, (), (later, *others), people)


def _waiting(s: Situation, status: str, others: tuple[str, ...], law: Law, today: date) -> Conclusion:
    """No document of the IND (yet): ask in writing, because a right may exist; waiting alone gives none."""
    ask = ("step.money_bijstand_written", "step.desk_bijstand", *search_period(s, law, today))
    missing = unanswered(s, "income_low", "own_age")
    if _abroad(s, today) and status != "chavez_not_applied":
        steps: tuple[str, ...] = ("step.money_prepare", "step.residence_advice", *search_period(s, law, today), *others)
        return Conclusion(Outcome.DEPENDS, "before_move", ("prep.income", "bijstand.who"), missing, steps, _LAWYERS)
    if status == "pending":
        steps = ("step.residence_advice", *ask, *others)
        grounds: tuple[str, ...] = ("bijstand.who", "toeslagen.residence")
        return Conclusion(Outcome.DEPENDS, "pending_other", grounds, missing, steps, _LAWYERS)
    grounds, people = ("bijstand.chavez", "toeslagen.residence"), ("ind", "svb", *_LAWYERS)
    if status == "chavez_pending":
        steps = (*ask, "step.chavez_sticker", *others)
        return Conclusion(Outcome.DEPENDS, "chavez_pending", grounds, missing, steps, people)
    missing = (*missing, *_open_place(s))
    if _abroad(s, today):
        steps = ("step.money_prepare", "step.chavez_apply", *search_period(s, law, today), *others)
        return Conclusion(Outcome.DEPENDS, "before_move", ("prep.income", *grounds), missing, steps, people)
    steps = ("step.chavez_apply", *ask, *others)
    return Conclusion(Outcome.DEPENDS, "chavez_not_applied", grounds, missing, steps, people)


def _entitled(s: Situation, status: str, law: Law, today: date) -> Conclusion:
    """Who may have bijstand by status: place, address, means, household; "probably" only without any doubt."""
    says, ground = _ENTITLED[status]
    doubts = _doubts(s, today)
    host = unanswered(s, "host_relation") if at_a_host(s) else ()
    means = (*unanswered(s, "income_low", "assets", "address"), *host)
    missing = (*means, *_children_open(s), *unanswered(s, "partner", "own_age"), *_open_place(s))
    grounds = (*(g for doubt in doubts for g in doubt.grounds), ground, "bijstand.who")
    prepare = ("step.money_prepare",) if _abroad(s, today) else ()
    letterbox = s.address in ("host_no", "hotel", "none")
    address = ("step.brp_briefadres", "step.desk_brp_briefadres") if letterbox else ()
    others = other_benefits(s, status, first_money(s, law, today), today)
    first = (*prepare, *_ask_bijstand(s, law, today), *address, *means_and_house(s))
    steps = (*first, *others, "step.money_advance")
    people = ("buurtteam", "juridisch_loket", "svb", "person")
    if doubts:
        return Conclusion(Outcome.DEPENDS, doubts[0].says, grounds, missing, steps, people)
    if missing:
        return Conclusion(Outcome.DEPENDS, "open", grounds, missing, steps, people)
    return Conclusion(Outcome.LIKELY_YES, says, grounds, (), steps, people)


def _doubts(s: Situation, today: date) -> list[_Doubt]:
    related = at_a_host(s) and s.host_relation in NOT_FIRST_DEGREE
    no_home = ("shelter.bijstand_returnees", "brp.briefadres")
    table = (
        (_abroad(s, today), _Doubt("before_move", ("prep.income",))),
        (
            s.address in ("host_no", "hotel", "none"),
            _Doubt("needs_address", no_home),
        ),
        (s.assets in ("savings", "property"), _Doubt("assets", ("bijstand.assets",))),
        (related, _Doubt("one_household", ("bijstand.household",))),
        (s.partner in ("here", "abroad"), _Doubt("partner", ("bijstand.household", "bijstand.mixed_couple"))),
        (_unsure(s), _Doubt("unsure", ("bijstand.procedure",))),
    )
    return [doubt for holds, doubt in table if holds]


def _unsure(s: Situation) -> bool:
    answers = (s.income_low, s.assets, s.address, s.partner, s.own_age)
    child = s.children is UNSURE and not parent(s)
    host = at_a_host(s) and (s.host_relation is UNSURE or s.host_relation == "no_host")
    nowhere = s.arrival_date is UNSURE and s.place is UNSURE
    return UNSURE in answers or child or host or nowhere


def _abroad(s: Situation, today: date) -> bool:
    """Not here yet: said so, or a day of arrival that is still to come."""
    return s.place == "abroad" or (s.place is None and known(s.arrival_date) and s.arrival_date > today)


def _open_place(s: Situation) -> tuple[str, ...]:
    return unanswered(s, "place") if s.arrival_date is UNSURE else unanswered(s, "arrival_date")


def _children_open(s: Situation) -> tuple[str, ...]:
    return () if parent(s) else unanswered(s, "children")


def _household_open(s: Situation) -> tuple[str, ...]:
    """What decides which other benefits fit, and from when."""
    return (*_children_open(s), *unanswered(s, "partner", "address"), *_open_place(s))


def _ask_bijstand(s: Situation, law: Law, today: date) -> tuple[str, ...]:
    desk = () if _abroad(s, today) else ("step.desk_bijstand",)
    return ("step.money_bijstand_first_day", *desk, *search_period(s, law, today))


RULE = Rule("benefit_prospects", "2", READS, conclude)
