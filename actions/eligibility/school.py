"""School: may or must this child go, from which age, and how does it get a place?

From 4 a child may go; from the first day of the month after the fifth birthday it must, until the end of the school
year in which it turns 16; then it must learn until 18 without a diploma (kwalificatieplicht). It holds for every child
that lives here, without papers or address (school.leerplicht). Newcomers' class and registering early:
school.register 83. One child at a time. Goes in: its age and school of now; comes out: may, must and the next step.
"""

from __future__ import annotations

from datetime import date

from actions.eligibility.asking import unanswered
from actions.eligibility.finding import Conclusion, Outcome, Rule
from actions.eligibility.situation import UNSURE, Situation, known
from actions.law import Law
from actions.municipalities import Municipality

READS = ("place", "school_age", "start_qualification", "school_now", "child_speaks_dutch")
_AGES = {
    "may_age": "school_may_age",
    "must_age": "school_must_age",
    "until_age": "school_until_age",
    "learn_until": "school_qualification_age",
}
_WITHOUT_SCHOOL = ("none", "refused", UNSURE)


def conclude(s: Situation, law: Law, municipality: Municipality | None, today: date) -> Conclusion:
    """The body of the rule: the age gives the duty, the school of now gives the steps."""
    values = {key: law.number(name, today) for key, name in _AGES.items()}
    if not known(s.school_age):
        return _no_age(s, values)
    stage = _stage(s.school_age, values)
    if stage == "adult":
        steps: tuple[str, ...] = ("step.school_adult", "step.school_ask_gemeente")
        grounds = ("school.leerplicht", "youth.18_27")
        return Conclusion(Outcome.LIKELY_NO, "adult", grounds, (), steps, ("buurtteam", "person"), values)
    if stage == "too_young":
        steps = ("step.school_early",)
        return Conclusion(Outcome.DEPENDS, "too_young", ("school.leerplicht",), (), steps, ("person",), values)
    if s.place == "abroad":
        steps = ("step.school_early", "step.school_reports", "step.school_newcomers")
        grounds = ("school.leerplicht", "school.register")
        return Conclusion(Outcome.DEPENDS, "abroad", grounds, (), steps, ("person",), values)
    return _here(s, stage, values)


def _no_age(s: Situation, values: dict[str, int]) -> Conclusion:
    grounds = ("school.leerplicht", "school.register")
    if s.school_age is None:
        missing = unanswered(s, "school_age", "place")
        return Conclusion(Outcome.DEPENDS, "open", grounds, missing, (), ("person",), values)
    return Conclusion(Outcome.DEPENDS, "unsure", grounds, (), ("step.school_ask_gemeente",), ("person",), values)


def _stage(age: int, values: dict[str, int]) -> str:
    """too_young, may, must, last_year, learn or adult, by the borders of the law."""
    if age >= values["learn_until"]:
        return "adult"
    if age > values["until_age"]:
        return "learn"
    if age == values["until_age"]:
        return "last_year"
    if age >= values["must_age"]:
        return "must"
    return "may" if age >= values["may_age"] else "too_young"


def _here(s: Situation, stage: str, values: dict[str, int]) -> Conclusion:
    diploma = ("start_qualification",) if stage in ("last_year", "learn") else ()
    language = ("child_speaks_dutch",) if s.school_now in _WITHOUT_SCHOOL else ()
    missing = unanswered(s, "place", *diploma, "school_now", *language)
    answers = [getattr(s, name) for name in ("place", *diploma, "school_now", *language)]
    with_diploma = bool(diploma) and s.start_qualification is True
    says = "diploma" if with_diploma else "refused" if s.school_now == "refused" else stage
    sure = not missing and UNSURE not in answers and not with_diploma
    grounds = (
        ("school.leerplicht", "complaint.kinderombudsman") if s.school_now == "refused" else ("school.leerplicht",)
    )
    newcomer = ("school.register",) if language else ()
    steps, people = _steps(s, stage, with_diploma), _people(s)
    outcome = Outcome.LIKELY_YES if sure else Outcome.DEPENDS
    return Conclusion(outcome, says, (*grounds, *newcomer), missing, steps, people, values)


def _steps(s: Situation, stage: str, with_diploma: bool) -> tuple[str, ...]:
    newcomer = ("step.school_newcomers",) if s.child_speaks_dutch is not True else ()
    unsure = ("step.school_ask_diploma",) if s.start_qualification is UNSURE and stage in ("last_year", "learn") else ()
    match s.school_now:
        case "near":
            return (*unsure, "step.school_keep")
        case "far":
            return (*unsure, "step.school_keep", "step.school_travel")
        case "refused":
            return (*unsure, "step.school_refused", "step.shelter_write_down", "step.school_register", *newcomer)
        case None:
            return unsure
        case _:
            papers = () if with_diploma else ("step.school_reports",)
            return (*unsure, "step.school_register", *papers, *newcomer)


def _people(s: Situation) -> tuple[str, ...]:
    if s.school_now == "refused":
        return ("kids_ombudsman", "defence_for_children", "person")
    return ("buurtteam", "person") if s.school_now == "far" else ("person",)


RULE = Rule("school", "1", READS, conclude)
