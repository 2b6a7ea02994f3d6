"""How does the family live now, in the words of ETHOS Light? For orientation and anonymous counting, never a verdict.

1 public space, 2 night or emergency shelter (also a hotel paid by the gemeente), 3 temporary shelter, 4 leaving an
institution, 5 a place that is no home (car, tent, holiday home), 6 with others for want of a home, 7 must leave within
about a month (ethos.categories). By our choice: who sleeps in a
car or tent counts there, also when just out of an institution. Outside, a car, an unsafe place (as in triage) and 30
days are ADVICE_NOW; all else DEPENDS, since it decides no right. `values["ethos"]` is the number, and is not told.
"""

from __future__ import annotations

from datetime import date

from actions.eligibility import triage
from actions.eligibility.asking import unanswered
from actions.eligibility.eviction import URGENT_DAYS
from actions.eligibility.finding import Conclusion, Outcome, Rule
from actions.eligibility.situation import UNSURE, Situation, known
from actions.law import Law
from actions.municipalities import Municipality

READS = (
    "place",
    "sleeping_tonight",
    "shelter_kind",
    "hotel_kind",
    "institution_exit",
    "home_left",
    "tenancy",
    "eviction_date",
    "children",
)
NUMBERS = {
    "street": 1,
    "night_shelter": 2,
    "temporary_shelter": 3,
    "institution": 4,
    "no_real_home": 5,
    "with_others": 6,
    "leaving_soon": 7,
}
_URGENT = ("street", "leaving_soon")
_EARLY = ("institution", "with_others", "own_hotel", "no_real_home")
_AT_SOMEBODY = ("family_ok", "family_unsafe")


def conclude(s: Situation, law: Law, municipality: Municipality | None, today: date) -> Conclusion:
    """The body of the rule: the situation of tonight first, then what is about to end."""
    says = situation_of(s, today)
    values = {"ethos": NUMBERS[says]} if says in NUMBERS else {}
    urgent = says in _URGENT or _no_safe_place(s)
    outcome = Outcome.ADVICE_NOW if urgent else Outcome.DEPENDS
    grounds = ("ethos.categories", *(("shelter.urgent_temporary",) if urgent else ()))
    missing = () if s.place == "abroad" else unanswered(s, "place", *_questions(s))
    return Conclusion(outcome, says, grounds, missing, _steps(s, says), _people(s, says), values)


def _no_safe_place(s: Situation) -> bool:
    """Outside, in a car or unsafe at somebody's: urgent here as in triage."""
    return s.place != "abroad" and s.sleeping_tonight in triage.NO_SAFE_PLACE


def situation_of(s: Situation, today: date) -> str:
    """street … leaving_soon (see NUMBERS), own_hotel, housed, abroad, unclear, or open."""
    if s.place == "abroad":
        return "abroad"
    fixed = {"street": "street", "car": "no_real_home"}
    if s.sleeping_tonight in fixed:
        return fixed[str(s.sleeping_tonight)]
    if s.sleeping_tonight == "shelter":
        return _shelter(s)
    if s.sleeping_tonight == "hotel" and s.hotel_kind in (None, "gemeente"):
        return "night_shelter" if s.hotel_kind == "gemeente" else "open"
    if s.institution_exit is True:
        return "institution"
    if s.sleeping_tonight == "hotel":
        return {"holiday_home": "no_real_home", "self": "own_hotel"}.get(str(s.hotel_kind), "unclear")
    if s.sleeping_tonight in _AT_SOMEBODY and s.home_left is not False:
        return "open" if s.home_left is None and s.sleeping_tonight == "family_ok" else "with_others"
    if s.sleeping_tonight == "own_home" and s.tenancy == "with_others":
        return "with_others"
    return _at_home(s, today)


def _shelter(s: Situation) -> str:
    match s.shelter_kind:
        case None:
            return "open"
        case "night":
            return "night_shelter"
        case "temporary":
            return "temporary_shelter"
        case "institution" if s.institution_exit is True:
            return "institution"
        case "institution" if s.institution_exit is None:
            return "open"
        case _:
            return "unclear"


def _at_home(s: Situation, today: date) -> str:
    if known(s.eviction_date):
        return "leaving_soon" if (s.eviction_date - today).days <= URGENT_DAYS else "housed"
    if s.sleeping_tonight is None or None in (s.eviction_date, s.institution_exit):
        return "open"
    return "unclear" if s.sleeping_tonight is UNSURE else "housed"


def _questions(s: Situation) -> tuple[str, ...]:
    """What decides now; nothing more for who is outside or in a car."""
    match s.sleeping_tonight:
        case None:
            return ("sleeping_tonight",)
        case "street" | "car":
            return ()
        case "shelter":
            return ("shelter_kind", "institution_exit") if s.shelter_kind == "institution" else ("shelter_kind",)
        case "hotel":
            return ("hotel_kind",) if s.hotel_kind in (None, "gemeente") else ("hotel_kind", "institution_exit")
    if s.institution_exit is True:
        return ()
    if s.sleeping_tonight in _AT_SOMEBODY and s.home_left is not False:
        return ("institution_exit", "home_left")
    home = ("tenancy",) if s.sleeping_tonight == "own_home" else ()
    ending = () if home and s.tenancy == "with_others" else ("eviction_date",)
    return (*home, "institution_exit", *ending)


def _steps(s: Situation, says: str) -> tuple[str, ...]:
    if s.place == "abroad":
        return ("step.shelter_ask_person_first",)
    if _no_safe_place(s):
        doubt = ("step.safety_if_in_doubt",) if s.sleeping_tonight == "family_unsafe" else ()
        speak = () if s.children is False else ("step.desk_emergency_tonight",)
        return (*doubt, "step.shelter_go_today", *speak)
    if says == "leaving_soon":
        return ("step.evict_lawyer_today", "step.evict_sign_nothing", "step.evict_report_shelter_now")
    return ("step.shelter_report_early",) if says in _EARLY else ()


def _people(s: Situation, says: str) -> tuple[str, ...]:
    if says in _URGENT or says == "no_real_home" or _no_safe_place(s):
        lawyer = ("lawyer",) if says == "leaving_soon" else ()
        return (*lawyer, "gemeente_shelter", "client_support", "person")
    return ("embassy", "person") if says == "abroad" else ("buurtteam", "person")


RULE = Rule("ethos_category", "2", READS, conclude)
