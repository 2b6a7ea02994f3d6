"""Years of registration (BRP) in one gemeente, as housing law counts them: numbers and what to argue, never a verdict.

Huisvestingswet 2014 art. 14 lid 4 (binding.law_definition): so many years without a break now, or so many without a
break within a window of years. Never used for Wmo shelter (shelter.no_binding, binding.term_uses): no other rule than
those on urgency and noodopvang reads these answers. Not registered, away because of violence, or a briefadres is not
counted silently but named as something to argue (binding.registration_gaps). The outcome is always DEPENDS: a number
of years is no right. Before the first dated text the years are not known and nothing is counted.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from actions.eligibility.asking import unanswered
from actions.eligibility.finding import Conclusion, Outcome, Rule
from actions.eligibility.registered_time import (
    add_months,
    impossible_dates,
    longest_in_window,
    merged,
    periods_of,
    unbroken_since,
    whole_months,
)
from actions.eligibility.situation import UNSURE, Situation, known
from actions.law import Law, ValueUnknown
from actions.municipalities import Municipality

# fmt: off
READS = (
    "town", "registered_here", "registered_since", "registered_earlier", "earlier_from", "earlier_until",
    "registration_gap", "registered_briefadres", "lived_unregistered", "away_reason",
)
# fmt: on
LOCAL_YEARS = "urgency.registration_years"  # the open norm: a gemeente's own years for urgency
_ALWAYS = ("binding.law_definition", "binding.term_uses", "shelter.no_binding")
_PEOPLE = ("gemeente_housing", "juridisch_loket", "person")
_ARGUE_PEOPLE = ("lawyer", "client_support", *_PEOPLE)
_ASK_DATES = "step.binding_ask_dates"


def conclude(s: Situation, law: Law, municipality: Municipality | None, today: date) -> Conclusion:
    """The body of the rule: the numbers, what is still open, and what can be argued."""
    try:
        years, window = law.number("binding_years", today), law.number("binding_window_years", today)
    except ValueUnknown:
        return _nothing_to_count("law_unknown", "step.binding_ask_local")
    if impossible_dates(s, today):
        return _nothing_to_count("check_dates", "step.binding_check_dates")
    values = _numbers(s, years, window, today)
    enough = max(values["current_unbroken"], values["longest_in_window"]) >= 12 * years
    missing = _open_questions(s, enough, today)
    says = "open" if missing else _enough(s) if enough else _too_short(s)
    grounds, local = list(_ALWAYS), municipality.norm(LOCAL_YEARS, today) if municipality else None
    steps = [*_steps(s, says), "step.binding_local_years" if local else "step.binding_ask_local"]
    if local:
        grounds.append(local.fact)
        values["local_years"] = local.value
    if says in ("gap", "exception", "not_yet", "not_registered", "unsure"):
        grounds.append("binding.registration_gaps")
    people = _ARGUE_PEOPLE if says in ("exception", "gap") else _PEOPLE
    if says not in ("meets", "meets_briefadres"):  # who has the years does not say to have no binding
        steps.append("step.desk_no_binding")
    return Conclusion(Outcome.DEPENDS, says, tuple(grounds), missing, tuple(steps), people, values)


def _nothing_to_count(says: str, step: str) -> Conclusion:
    steps = (step, _ASK_DATES, "step.desk_no_binding")
    return Conclusion(Outcome.DEPENDS, says, _ALWAYS, (), steps, _PEOPLE)


def _numbers(s: Situation, years: int, window: int, today: date) -> dict[str, Any]:
    periods = periods_of(s, today)
    since = unbroken_since(periods, today)
    current = whole_months(since, today) if since else 0
    longest = longest_in_window(periods, today, window)
    values: dict[str, Any] = {
        "years": years,
        "window": window,
        "current_unbroken": current,
        "longest_in_window": longest,
        "current_years": current // 12,
        "current_months": current % 12,
        "longest_years": longest // 12,
        "longest_months": longest % 12,
    }
    return {**values, "reached_on": add_months(since, 12 * years)} if since else values


def _open_questions(s: Situation, enough: bool, today: date) -> tuple[str, ...]:
    """First what gives the numbers; then, with enough years, what breaks them and without, what can be argued."""
    if enough:
        away = ("away_reason",) if s.registration_gap is True else ()
        rest = () if s.registration_gap in (True, UNSURE) else ("registered_briefadres",)
        return unanswered(s, "registration_gap", *away, *rest)
    since = ("registered_since",) if s.registered_here is True else ()
    earlier = ("earlier_from", "earlier_until") if s.registered_earlier is True else ()
    numbers = ("registered_here", *since, "registered_earlier", *earlier)
    if UNSURE in [getattr(s, name) for name in numbers]:
        return ()
    if found := unanswered(s, *numbers):
        return found
    away = ("away_reason",) if _was_away(s, today) else ()
    return unanswered(s, "lived_unregistered", *away)


def _was_away(s: Situation, today: date) -> bool:
    """Registered here before, and not without a break until now."""
    periods = merged(periods_of(s, today))
    return len(periods) > 1 or (bool(periods) and unbroken_since(periods, today) is None)


def _enough(s: Situation) -> str:
    if s.registration_gap is True:
        return "exception" if s.away_reason == "violence" else "gap"
    if s.registration_gap is UNSURE:
        return "unsure"
    return "meets" if s.registered_briefadres is False else "meets_briefadres"


def _too_short(s: Situation) -> str:
    since = s.registered_since if s.registered_here is True else None
    earlier = (s.earlier_from, s.earlier_until) if s.registered_earlier is True else ()
    if UNSURE in (s.registered_here, since, s.registered_earlier, *earlier):
        return "unsure"
    if s.lived_unregistered is True or (s.registered_earlier is True and s.away_reason == "violence"):
        return "exception"
    return "not_yet" if known(since) else "not_registered"


def _steps(s: Situation, says: str) -> tuple[str, ...]:
    proof = ("step.binding_collect_proof",)
    fled = ("step.desk_fled_violence",) if s.away_reason == "violence" else ()
    doubt = proof if UNSURE in (s.lived_unregistered, s.away_reason) else ()
    steps: dict[str, tuple[str, ...]] = {
        "meets": (_ASK_DATES,),
        "meets_briefadres": ("step.binding_ask_briefadres", _ASK_DATES),
        "gap": (_ASK_DATES, *proof, "step.binding_ask_exception"),
        "exception": (*fled, *proof, "step.binding_ask_exception", _ASK_DATES),
        "not_yet": (*doubt, "step.binding_reasonable_interest", "step.binding_register_sites"),
        "not_registered": (*doubt, "step.binding_reasonable_interest", "step.binding_register_sites"),
        "unsure": (_ASK_DATES, *proof),
    }
    return steps.get(says, ())


RULE = Rule("binding_years", "2", READS, conclude)
