"""Does a bijstand benefit in this home go down because adults share it (kostendelersnorm)?

Facts bijstand.kostendeler, bijstand.kostendeler.exception, bijstand.household, stay.kostendelersnorm; Pw articles 3,
18, 19a and 22a. Who receives bijstand counts from 21, everybody else in the home from 27; not who follows an
education, and not a tenant with a business contract (that this exception leaves out close family is not verified).
Each gets ((40% + A x 30%) / A) of the norm for a couple. LIKELY_YES means: the benefit probably goes down.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from actions.eligibility.asking import unanswered
from actions.eligibility.finding import Conclusion, Outcome, Rule
from actions.eligibility.money_steps import NOT_FIRST_DEGREE
from actions.eligibility.situation import UNSURE, Situation, known
from actions.law import Law
from actions.municipalities import Municipality

READS = (
    "home_benefit",
    "host_income",
    "receiver_age",
    "adults_27",
    "students_27",
    "host_relation",
    "business_rent",
    "moved_in",
)
_PEOPLE = ("buurtteam", "juridisch_loket", "person")
_NORM = "bijstand.kostendeler"
_HUNDREDTHS = 100  # of a percent: how the law's values are written


def conclude(s: Situation, law: Law, municipality: Municipality | None, today: date) -> Conclusion:
    """The body of the rule: is there a benefit, whose, who counts, who does not, and what to ask beforehand."""
    if stop := _no_benefit(s) or _too_young(s, law, today) or _nobody_counts(s, law, today):
        return stop
    c = _shared(s, law, today)
    return replace(c, next_steps=(*c.next_steps, *_exception(s)), grounds=(*c.grounds, *_always(s)))


def share(persons: int, law: Law, today: date) -> int:
    """What each of so many persons gets, in whole percents of the norm for a couple."""
    parts = law.number("kostendeler_base", today) + persons * law.number("kostendeler_per_person", today)
    return (2 * parts + persons * _HUNDREDTHS) // (2 * persons * _HUNDREDTHS)  # rounded to the nearest percent


def _no_benefit(s: Situation) -> Conclusion | None:
    received = s.home_benefit is True or s.host_income == "bijstand"
    if s.home_benefit is False and s.host_income == "bijstand":
        return _ask_the_town(("host.other_benefits",))
    if received:
        return None
    if s.home_benefit is False:
        steps = ("step.money_check_other_effects", "step.money_if_benefit_comes")
        grounds = (_NORM, "host.other_benefits")
        return Conclusion(Outcome.LIKELY_NO, "no_benefit", grounds, (), steps, _PEOPLE)
    if s.home_benefit is UNSURE:
        return _ask_the_town(("host.other_benefits",))
    missing = unanswered(s, "home_benefit", "receiver_age", "adults_27", "students_27")
    return Conclusion(Outcome.DEPENDS, "open", (_NORM,), missing)


def _ask_the_town(grounds: tuple[str, ...]) -> Conclusion:
    steps = ("step.money_ask_who_counts", "step.money_exception_before", "step.desk_exception")
    return Conclusion(Outcome.DEPENDS, "unsure", (_NORM, *grounds), (), steps, _PEOPLE)


def _too_young(s: Situation, law: Law, today: date) -> Conclusion | None:
    start = law.number("kostendeler_from_age", today)
    if not known(s.receiver_age) or s.receiver_age >= start:
        return None
    related = ("step.money_one_household",) if s.host_relation in NOT_FIRST_DEGREE else ()
    steps = (*related, "step.money_check_young", "step.money_after_birthday")
    values = {"age": start}
    return Conclusion(Outcome.LIKELY_NO, "under_21", (_NORM, "bijstand.young"), (), steps, _PEOPLE, values)


def _persons(s: Situation, law: Law, today: date) -> int | None:
    """How many count, the receiver included; None when that cannot be told."""
    if not known(s.receiver_age) or not known(s.adults_27):
        return None
    young = s.receiver_age < law.number("kostendeler_age", today)
    students = 0 if s.adults_27 <= 1 and not young else s.students_27
    if not known(students):
        return 1 if young and s.adults_27 == 0 else None
    return s.adults_27 - students + (1 if young else 0)


def _nobody_counts(s: Situation, law: Law, today: date) -> Conclusion | None:
    """The answers do not agree, or nobody else counts."""
    persons, age = _persons(s, law, today), law.number("kostendeler_age", today)
    grown = known(s.receiver_age) and s.receiver_age >= age
    if (persons is not None and persons < 1) or (s.adults_27 == 0 and grown):
        return _ask_the_town(("stay.kostendelersnorm",))
    if persons != 1:
        return None
    if s.host_relation in (None, UNSURE, *NOT_FIRST_DEGREE):
        return _perhaps_one_household(s)
    steps = ("step.money_tell_town", "step.money_check_other_effects")
    return Conclusion(Outcome.LIKELY_NO, "nobody_counts", (_NORM,), (), steps, _PEOPLE, {"age": age})


def _perhaps_one_household(s: Situation) -> Conclusion:
    """The norm changes nothing, but a brother, sister or friend, of any age, can still count as a partner."""
    if s.host_relation is None:
        return Conclusion(Outcome.DEPENDS, "open", (_NORM, "bijstand.household"), ("host_relation",))
    steps = ("step.money_one_household", "step.money_tell_town", "step.money_check_other_effects")
    return Conclusion(Outcome.DEPENDS, "one_household", (_NORM, "bijstand.household"), (), steps, _PEOPLE)


def _shared(s: Situation, law: Law, today: date) -> Conclusion:
    open_now = unanswered(s, "receiver_age", "adults_27", "students_27", "business_rent")
    rents, family = s.business_rent is True, s.host_relation in ("parent_child", "sibling")
    missing = (*open_now, *unanswered(s, "host_relation", "moved_in"))
    persons = _persons(s, law, today)
    if persons is None:
        says = "unsure" if UNSURE in (s.receiver_age, s.adults_27, s.students_27) else "open"
        steps: tuple[str, ...] = ("step.money_ask_who_counts",) if says == "unsure" else ()
        return Conclusion(Outcome.DEPENDS, says, (_NORM,), missing, steps, _PEOPLE)
    values = {"persons": persons, "percentage": share(persons, law, today)}
    if rents and not family:
        steps = ("step.money_show_contract", "step.money_ask_who_counts")
        return Conclusion(Outcome.DEPENDS, "business_rent", (_NORM,), missing, steps, _PEOPLE, values)
    if missing:
        return Conclusion(Outcome.DEPENDS, "open", (_NORM,), missing, (), (), values)
    if UNSURE in (s.business_rent, s.host_relation):
        steps = ("step.money_ask_who_counts",)
        return Conclusion(Outcome.DEPENDS, "unsure", (_NORM,), (), steps, _PEOPLE, values)
    if persons == 2 and s.host_relation == "no_host":  # two times half of the norm for a couple is that norm
        steps = ("step.money_couple", "step.money_ask_who_counts")
        return Conclusion(Outcome.DEPENDS, "unsure", (_NORM,), (), steps, _PEOPLE, values)
    kin = ("step.money_family_contract",) if rents else ()
    return Conclusion(Outcome.LIKELY_YES, "goes_down", (_NORM,), (), kin, _PEOPLE, values)


def _exception(s: Situation) -> tuple[str, ...]:
    """The crisis exception: ask before moving in; after that, report at once and still ask."""
    related = ("step.money_one_household",) if s.host_relation in NOT_FIRST_DEGREE else ()
    if s.moved_in is True:
        return ("step.money_report_now", "step.money_exception_now", "step.desk_exception", *related)
    return ("step.money_exception_before", "step.desk_exception", "step.money_tell_town", *related)


def _always(s: Situation) -> tuple[str, ...]:
    related = ("bijstand.household",) if s.host_relation in NOT_FIRST_DEGREE else ()
    return ("bijstand.kostendeler.exception", "stay.kostendelersnorm", *related)


RULE = Rule("cost_sharing", "2", READS, conclude)
