"""Health insurance: by which day must this family be insured, and how without a home address?

Compulsory from the day you live or work here, to be arranged within 4 months; it then works back to the first day, and
is paid from that day. Later: no cover for the past, letters of the CAK and a fine (health.duty 78; Zvw art. 5 lid 5,
96). Children are free but have to be enrolled (health.children 79). No address: a payslip, a briefadres or a Wlz
statement of the SVB (health.no_address 80). Who waits for the IND is usually insured only later (health.gap 81,
residence.chavez.brp_chicken_egg 38). Goes in: stay, day of arrival, address; comes out: the last day and the way.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from actions.eligibility.asking import unanswered
from actions.eligibility.benefit_status import status_of, status_questions
from actions.eligibility.finding import Conclusion, Outcome, Rule
from actions.eligibility.situation import UNSURE, Situation, known
from actions.law import Law
from actions.municipalities import Municipality

READS = (
    "place",
    "insured",
    "nationality",
    "residence_status",
    "child_dutch",
    "ind_status",
    "arrival_date",
    "address",
    "children",
)
_ADDRESS = ("own", "host_ok")
_WAITING = ("pending", "chavez_pending", "chavez_not_applied")


def conclude(s: Situation, law: Law, municipality: Municipality | None, today: date) -> Conclusion:
    """The body of the rule: abroad, insured already, stay that is not certain yet; then the last day."""
    if s.place == "abroad":
        steps = ("step.health_travel_cover", "step.health_within_months")
        values = {"months": law.number("health_insurance_months", today)}
        return Conclusion(Outcome.DEPENDS, "abroad", ("health.gap", "health.duty"), (), steps, ("person",), values)
    if s.insured is True:
        return _insured(s)
    return _by_status(s) or _term(s, law, today)


def last_day(arrival: date, months: int) -> date | None:
    """The day `months` after arrival (the last day of a shorter month); None where the calendar ends."""
    count = arrival.year * 12 + arrival.month - 1 + months
    year, month = count // 12, count % 12 + 1
    if year > date.max.year:
        return None
    return date(year, month, min(arrival.day, monthrange(year, month)[1]))


def _insured(s: Situation) -> Conclusion:
    missing = unanswered(s, "children")
    child = ("step.health_enrol_children",) if s.children is not False else ()
    grounds = ("health.duty", *_child_ground(s))
    outcome = Outcome.DEPENDS if missing else Outcome.LIKELY_YES
    return Conclusion(outcome, "insured", grounds, missing, (*child, "step.health_keep_policy"), ("person",))


def _child_ground(s: Situation) -> tuple[str, ...]:
    return () if s.children is False else ("health.children",)


def _by_status(s: Situation) -> Conclusion | None:
    """Waiting for the IND, without stay, or unclear: no promise, but what can be done meanwhile."""
    status, missing = status_of(s), unanswered(s, "insured")
    people: tuple[str, ...] = ("svb", "juridisch_loket", "person")
    steps: tuple[str, ...]
    if status in _WAITING:
        child = ("step.brp_child_now", "step.health_enrol_children") if s.child_dutch is True else ()
        first = ("step.brp_after_sticker",) if status == "chavez_not_applied" else ()
        people = ("ind", *people) if first else people
        steps = (*child, *first, "step.health_after_brp", "step.health_wlz", "step.health_travel_cover")
        grounds = ("health.gap", "residence.chavez.brp_chicken_egg", "health.no_address")
        return Conclusion(Outcome.DEPENDS, "waiting", grounds, missing, steps, people)
    if status == "none":
        steps, people = ("step.health_no_stay", "step.residence_advice"), ("juridisch_loket", "lawyer", "person")
        missing = (*missing, *unanswered(s, "ind_status"))
        return Conclusion(Outcome.DEPENDS, "no_stay", ("residence.none", "health.duty"), missing, steps, people)
    if status == "unclear":
        steps = ("step.health_ask_insurer", "step.health_wlz", "step.residence_advice")
        return Conclusion(Outcome.DEPENDS, "stay_unclear", ("health.duty", "health.no_address"), missing, steps, people)
    return None


def _term(s: Situation, law: Law, today: date) -> Conclusion:
    months = law.number("health_insurance_months", today)
    day = last_day(s.arrival_date, months) if known(s.arrival_date) else None
    values: dict[str, int | date] = {"months": months} if day is None else {"months": months, "last_day": day}
    status = status_questions(s) if status_of(s) is None else ()
    missing = (*unanswered(s, "place", "insured"), *status, *unanswered(s, "arrival_date", "address", "children"))
    grounds = ("health.duty", *_child_ground(s), *(() if s.address in _ADDRESS else ("health.no_address",)))
    steps = _steps(s)
    people = ("person",) if s.address in _ADDRESS else ("svb", "person")
    if day is not None and day < today and status_of(s) is not None:
        late = ("step.health_today", *steps, "step.health_caution_late")
        return Conclusion(Outcome.ADVICE_NOW, "late", grounds, missing, late, ("juridisch_loket", *people), values)
    if missing:
        return Conclusion(Outcome.DEPENDS, "open", grounds, missing, steps, people, values)
    if day is None or UNSURE in (s.place, s.insured, s.address):
        check = ("step.health_check_insured",) if s.insured is UNSURE else ()
        soon = (*check, "step.health_today", *steps)
        return Conclusion(Outcome.DEPENDS, "soon", grounds, (), soon, people, values)
    return Conclusion(Outcome.LIKELY_YES, "in_time", grounds, (), ("step.health_by_day", *steps), people, values)


def _steps(s: Situation) -> tuple[str, ...]:
    child = ("step.health_enrol_children",) if s.children is True or s.children is UNSURE else ()
    if s.address in _ADDRESS or s.address is None:
        return child
    return ("step.health_no_address", "step.health_wlz", "step.brp_briefadres", *child)


RULE = Rule("health_insurance", "2", READS, conclude)
