"""Which extra help is there for somebody of 18 to 27 years: the Big 5, and bijstand after a search period?

Facts youth.18_27 and bijstand.young; Participatiewet. The search period may be left out for who is vulnerable since
2026-01-01 (a dated value). A parent under 27 also falls under the rules for families. Outside these ages: where to go.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from actions.eligibility.asking import unanswered
from actions.eligibility.finding import Conclusion, Outcome, Rule
from actions.eligibility.money_steps import MOST_STEPS, search_period
from actions.eligibility.situation import UNSURE, Situation, known
from actions.law import Law
from actions.municipalities import Municipality

READS = ("own_age", "children", "big5_needs", "nationality")
_GROUNDS = ("youth.18_27", "bijstand.young")
_STEP_OF = {
    "home": "step.young_home",
    "days": "step.young_days",
    "care": "step.young_care",
    "people": "step.young_people",
}


def conclude(s: Situation, law: Law, municipality: Municipality | None, today: date) -> Conclusion:
    """The body of the rule: the age first, then children, then what is needed most."""
    low, high = law.number("bijstand_age", today), law.number("young_until_age", today)
    values = {"from_age": low, "until_age": high}
    if s.own_age is None:
        return Conclusion(Outcome.DEPENDS, "open", _GROUNDS, ("own_age", *unanswered(s, "children", "big5_needs")))
    if not known(s.own_age):
        steps = ("step.young_ask_desk", "step.residence_advice")
        return Conclusion(Outcome.DEPENDS, "unsure", _GROUNDS, (), steps, ("buurtteam", "person"), values)
    if s.own_age < low:
        steps = ("step.money_adult_helps", "step.young_child_rights")
        people: tuple[str, ...] = ("buurtteam", "kids_ombudsman", "defence_for_children", "person")
        return Conclusion(Outcome.LIKELY_NO, "under_18", (*_GROUNDS, "child.rights_list"), (), steps, people, values)
    if s.own_age >= high:
        steps = ("step.young_general_rules", "step.young_ask_desk")
        people = ("buurtteam", "juridisch_loket", "person")
        return Conclusion(Outcome.LIKELY_NO, "over_26", _GROUNDS, (), steps, people, values)
    return _young(s, law, today, values)


def _young(s: Situation, law: Law, today: date, values: dict[str, int]) -> Conclusion:
    values = {**values, "weeks": law.number("bijstand_search_weeks", today)}
    family = ("step.young_parent",) if s.children is True else ()
    money = _money(s, law, today) if _needs(s, "money") else ()
    steps = ("step.young_ask_desk", *family, "step.young_kwikstart", *_by_needs(s), *money)[:MOST_STEPS]
    missing = unanswered(s, "children", "big5_needs")
    if _needs(s, "money"):
        missing = (*missing, *unanswered(s, "nationality"))
    lawyer = ("lawyer",) if _needs(s, "money") and s.nationality != "dutch" else ()
    people = ("buurtteam", *lawyer, "juridisch_loket", "person")
    grounds = (*_GROUNDS, "eu.bijstand.risk") if s.nationality == "eu" and money else _GROUNDS
    c = Conclusion(Outcome.DEPENDS, "open", grounds, missing, steps, people, values)
    if missing:
        return c
    if UNSURE in (s.children, s.big5_needs):
        return replace(c, says="needs_unsure")
    if s.children is True:
        return replace(c, outcome=Outcome.LIKELY_YES, says="young_parent")
    low_norm = known(s.own_age) and s.own_age < law.number("bijstand_low_norm_until_age", today)
    return replace(c, outcome=Outcome.LIKELY_YES, says="age_18_20" if low_norm else "age_21_26")


def _needs(s: Situation, name: str) -> bool:
    return known(s.big5_needs) and name in s.big5_needs


def _by_needs(s: Situation) -> tuple[str, ...]:
    return tuple(step for name, step in _STEP_OF.items() if _needs(s, name))


def _money(s: Situation, law: Law, today: date) -> tuple[str, ...]:
    """Bijstand: after the search period; who is not Dutch asks first whether asking is safe and possible."""
    if s.nationality == "eu":
        return ("step.eu_bijstand_advice",)
    if s.nationality == "dutch":
        return search_period(s, law, today)
    return ("step.young_status_first", *search_period(s, law, today))


RULE = Rule("young_18_27", "1", READS, conclude)
