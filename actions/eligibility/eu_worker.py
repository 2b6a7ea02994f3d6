"""May this EU, EEA or Swiss citizen stay: as a worker, a former worker, a permanent resident, or on another ground?

Facts residence.eu.* and eu.*; Directive 2004/38 articles 6, 7 and 24. "Worker" is decided by genuine and
effective work; the number of hours is a presumption of Dutch practice, on which sources differ.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from actions.eligibility.asking import unanswered
from actions.eligibility.finding import Conclusion, Outcome, Rule
from actions.eligibility.situation import Situation, known
from actions.law import Law
from actions.municipalities import Municipality

READS = (
    "nationality",
    "place",
    "works",
    "hours_per_week",
    "half_norm_income",
    "lost_job",
    "jobseeker",
    "months_worked",
    "months_since_job",
    "months_in_nl",
    "lawful_years",
    "absence_years",
    "enough_money",
)
_WARN = "step.eu_bijstand_advice"
_ADVISERS = ("juridisch_loket", "person")


def conclude(s: Situation, law: Law, municipality: Municipality | None, today: date) -> Conclusion:
    """The body of the rule. Every answer short of permanent residence warns about asking bijstand."""
    if s.nationality is None:
        return Conclusion(Outcome.DEPENDS, "open", ("residence.eu.after3months",), ("nationality",))
    if s.nationality != "eu":
        grounds = ("residence.eu.after3months", "eu.uk")
        return Conclusion(Outcome.DEPENDS, "other_rules", grounds, (), ("step.eu_check_route",), _ADVISERS)
    if _permanent(s, law, today):
        return Conclusion(Outcome.LIKELY_YES, "permanent", ("eu.permanent",), (), ("step.eu_permanent_proof",))
    c = _status(s, law, today)
    return replace(c, next_steps=(*c.next_steps, _WARN), grounds=(*c.grounds, "eu.bijstand.risk"))


def _status(s: Situation, law: Law, today: date) -> Conclusion:
    if s.works is None:
        return _open(("works",), "residence.eu.after3months", "eu.worker.threshold")
    if s.works is True:
        return _working(s, law, today)
    if s.lost_job is None and s.place != "abroad" and s.works is False:
        return _open(("lost_job",), "eu.worker.retain")
    if s.lost_job == "involuntary":
        return _between_jobs(s, law, today)
    if s.lost_job == "voluntary":
        missing = _permanent_open(s, law, today)
        steps = ("step.eu_individual_advice",)
        return Conclusion(Outcome.ADVICE_NOW, "voluntary", ("eu.worker.retain",), missing, steps, _ADVISERS)
    return _without_work(s, law, today)


def _open(missing: tuple[str, ...], *grounds: str) -> Conclusion:
    return Conclusion(Outcome.DEPENDS, "open", grounds, missing)


def _permanent(s: Situation, law: Law, today: date) -> bool:
    years, absence = s.lawful_years, s.absence_years
    if not known(years) or not known(absence):
        return False
    return years >= law.number("eu_permanent_years", today) and absence <= law.number(
        "eu_permanent_absence_years", today
    )


def _permanent_open(s: Situation, law: Law, today: date) -> tuple[str, ...]:
    """What is still to be asked about permanent residence."""
    if not known(s.lawful_years):
        return unanswered(s, "lawful_years")
    return unanswered(s, "absence_years") if s.lawful_years >= law.number("eu_permanent_years", today) else ()


def _working(s: Situation, law: Law, today: date) -> Conclusion:
    hours = law.number("eu_worker_hours", today)
    values = {"hours": hours}
    enough = known(s.hours_per_week) and s.hours_per_week >= hours
    if enough or s.half_norm_income is True:
        steps = ("step.eu_work_proof",)
        return Conclusion(Outcome.LIKELY_YES, "worker", ("eu.worker.threshold",), (), steps, ("person",), values)
    if missing := unanswered(s, "hours_per_week", "half_norm_income"):
        return _open(missing, "eu.worker.threshold")
    missing = _permanent_open(s, law, today)
    unclear = ("step.eu_individual_advice", "step.eu_work_proof")
    return Conclusion(Outcome.DEPENDS, "individual", ("eu.worker.threshold",), missing, unclear, _ADVISERS, values)


def _between_jobs(s: Situation, law: Law, today: date) -> Conclusion:
    """Unemployed against one's will: for how long does the status of worker last?"""
    ground = ("eu.worker.retain",)
    if s.jobseeker is None:
        return _open(("jobseeker",), *ground)
    months = law.number("eu_retain_months", today)
    values = {"months": months}
    missing = _permanent_open(s, law, today)
    if s.jobseeker is not True:
        steps = ("step.eu_register_jobseeker", "step.eu_individual_advice")
        return Conclusion(Outcome.DEPENDS, "register_jobseeker", ground, missing, steps, _ADVISERS, values)
    if known(s.months_worked) and s.months_worked > law.number("eu_long_work_months", today):
        return Conclusion(Outcome.LIKELY_YES, "keeps_looking", ground, (), ("step.eu_stay_registered",), ("person",))
    if open_now := unanswered(s, "months_worked", "months_since_job"):
        return _open(open_now, *ground)
    if known(s.months_since_job) and s.months_since_job <= months:
        steps = ("step.eu_stay_registered", "step.eu_grounds")
        return Conclusion(Outcome.LIKELY_YES, "keeps_months", ground, (), steps, ("person",), values)
    steps = ("step.eu_individual_advice", "step.eu_grounds")
    return Conclusion(Outcome.ADVICE_NOW, "months_over", ground, missing, steps, _ADVISERS, values)


def _without_work(s: Situation, law: Law, today: date) -> Conclusion:
    months = 0 if s.place == "abroad" else s.months_in_nl
    first = law.number("eu_first_months", today)
    missing = _permanent_open(s, law, today)
    if months is None:
        return _open(("months_in_nl",), "residence.eu.3months", "residence.eu.after3months")
    if known(months) and months < first:
        steps = ("step.eu_grounds", "step.eu_work_proof")
        ground = ("residence.eu.3months", "residence.eu.after3months")
        return Conclusion(Outcome.DEPENDS, "first_months", ground, missing, steps, _ADVISERS, {"months": first})
    steps = ("step.eu_grounds", "step.eu_individual_advice")
    says = "enough_money" if s.enough_money is True else "other_grounds"
    missing = (*missing, *unanswered(s, "enough_money"))
    return Conclusion(Outcome.DEPENDS, says, ("residence.eu.after3months",), missing, steps, _ADVISERS)


RULE = Rule("eu_worker", "1", READS, conclude)
