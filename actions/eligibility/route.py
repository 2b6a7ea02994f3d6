"""Which group and which route into homelessness, for orientation of a worker and anonymous counting; never a verdict.

Group (aud.groups): former refugees who became Dutch, the Caribbean part of the Kingdom, Chavez families, other
returning families; EU citizens as a branch of their own; not returning; or unclear. `values["routes"]` names the routes
of routes.list, `values["signals"]` those of routes.signals, `values["pillars"]` those of prevention.pillars, as words
with spaces between; `values["ethos"]` as in ethos_category. All of it is derived from the answers of the checks; a stay
with others counts as a conflict with the host only when the main tenant is still there.
"""

from __future__ import annotations

from datetime import date

from actions.eligibility import ethos_category
from actions.eligibility.asking import unanswered
from actions.eligibility.brp_registration import from_islands
from actions.eligibility.finding import Conclusion, Outcome, Rule
from actions.eligibility.situation import Situation, known
from actions.law import Law
from actions.municipalities import Municipality

READS = (
    *ethos_category.READS,
    "nationality",
    "residence_status",
    "child_dutch",
    "ex_status",
    "country",
    "arrival_date",
    "came_from_abroad",
    "home_lost_how",
    "eviction_stage",
    "main_tenant_gone",
    "unsafe_person",
    "away_reason",
    "problems",
    "pregnant_or_baby",
    "address",
    "arrears",
    "income_low",
    "risk_signals",
)
_LOST_HOW = {
    "home_closed": "c_home_closed",
    "violence": "d_violence",
    "breakup": "e_breakup_unclaimed",
    "baby": "g_youth_home_birth",
    "abroad": "h_returned_abroad",
}
_STEPS = {
    "a_eviction": "step.evict_lawyer_today",
    "b_main_tenant_gone": "step.evict_main_tenant_gone",
    "d_violence": "step.safety_call_veilig_thuis",
    "f_host_conflict": "step.stay_mediation",
    "g_youth_home_birth": "step.safety_tell_midwife",
    "e_breakup_unclaimed": "step.route_claim_home",
}
_PEOPLE = {
    "a_eviction": "lawyer",
    "c_home_closed": "lawyer",
    "b_main_tenant_gone": "juridisch_loket",
    "d_violence": "veilig_thuis",
    "e_breakup_unclaimed": "juridisch_loket",
}


def conclude(s: Situation, law: Law, municipality: Municipality | None, today: date) -> Conclusion:
    """The body of the rule: group, routes, signals, pillars; urgent only where ETHOS is."""
    group, ethos = _group(s), ethos_category.conclude(s, law, municipality, today)
    routes, signals = _routes(s, group), _signals(s)
    ethos_number = ethos.values.get("ethos")
    values: dict[str, int | str] = {"routes": " ".join(routes) or "unknown"}
    values |= {"signals": " ".join(signals)} if signals else {}
    values |= {"pillars": " ".join(found)} if (found := _pillars(s, routes, ethos_number)) else {}
    values |= {"ethos": ethos_number} if ethos_number else {}
    own = () if s.place == "abroad" else tuple(_STEPS[code] for code in routes if code in _STEPS)
    early = ("step.shelter_report_early",) if signals and s.place != "abroad" else ()
    people = () if s.place == "abroad" else tuple(_PEOPLE[code] for code in routes if code in _PEOPLE)
    grounds = ("aud.groups", "routes.list", "routes.signals", "prevention.pillars", *ethos.grounds)
    steps = (*(ethos.next_steps if ethos.outcome is Outcome.ADVICE_NOW else ()), *own, *early)
    helpers = (*people, "buurtteam", "client_support", "person") if s.place != "abroad" else ("embassy", "person")
    return Conclusion(ethos.outcome, group, grounds, _questions(s), steps, helpers, values)


def _came(s: Situation) -> bool | None:
    """From abroad or an island, told or derived; None: unsure or open."""
    if known(s.came_from_abroad):
        return s.came_from_abroad
    derived = s.place == "abroad" or known(s.arrival_date) or s.home_lost_how == "abroad"
    return True if derived or (known(s.country) and s.country.upper() != "NL") else None


def _group(s: Situation) -> str:
    if s.nationality == "eu" or (s.nationality is None and s.residence_status == "eu"):
        return "eu"
    outside = s.nationality == "other" and s.child_dutch is True
    if outside or (s.nationality in (None, "other") and s.residence_status == "chavez"):
        return "chavez"
    came = _came(s)
    if came is False:
        return "not_returning"
    dutch = s.nationality == "dutch" or (s.nationality is None and s.residence_status == "dutch")
    if not dutch or came is None:
        return "unclear"
    if from_islands(s):
        return "caribbean"
    if s.ex_status == "naturalised":
        return "ex_status"
    return "returning" if s.ex_status == "none" and known(s.country) else "unclear"


def _routes(s: Situation, group: str) -> tuple[str, ...]:
    found = {_LOST_HOW[str(s.home_lost_how)]} if s.home_lost_how in _LOST_HOW else set()
    found |= {"a_eviction"} if s.eviction_stage in ("judgment", "served", "evicted") else set()
    found |= {"b_main_tenant_gone"} if s.main_tenant_gone is True else set()
    found |= {"f_host_conflict"} if s.home_lost_how == "with_others" and s.main_tenant_gone is False else set()
    found |= {"d_violence"} if _violence(s) else set()
    found |= {"h_returned_abroad"} if _came(s) is True else set()
    found |= {"i_chavez"} if group == "chavez" else set()
    return tuple(sorted(found))


def _violence(s: Situation) -> bool:
    problems = s.problems if known(s.problems) else frozenset()
    return s.unsafe_person is True or s.away_reason == "violence" or "violence" in problems


def _signals(s: Situation) -> tuple[str, ...]:
    at_others = s.sleeping_tonight in ("family_ok", "family_unsafe") or s.tenancy == "with_others"
    found = set(s.risk_signals) - {"none"} if known(s.risk_signals) else set()
    found |= {"pregnant_with_others"} if s.pregnant_or_baby is True and at_others else set()
    found |= {"postal_address"} if s.address == "none" else set()
    return tuple(sorted(found))


def _pillars(s: Situation, routes: tuple[str, ...], ethos: int | None) -> tuple[str, ...]:
    """The four pillars, by the causes that prevention_classify gives to each."""
    problems = s.problems if known(s.problems) else frozenset()
    money = s.arrears is True or s.income_low is True or "debts" in problems or s.address == "none"
    early = {"e_breakup_unclaimed", "h_returned_abroad"} & set(routes)
    crowded = known(s.risk_signals) and "crowded" in s.risk_signals
    pillars = {
        "bestaanscondities": money,
        "voorzorg": bool(early) or s.pregnant_or_baby is True or crowded,
        "herstelzorg": "d_violence" in routes or bool(problems & {"mind", "parenting"}),
        "inclusief_wonen": (ethos is not None and ethos != 4) or "h_returned_abroad" in routes,
    }
    return tuple(name for name, wanted in pillars.items() if wanted)


def _questions(s: Situation) -> tuple[str, ...]:
    child = ("child_dutch",) if s.nationality == "other" else ()
    eu = s.nationality == "eu"
    came = () if eu or (s.nationality == "other" and s.child_dutch is True) or _came(s) else ("came_from_abroad",)
    past = () if from_islands(s) else ("ex_status",)
    dutch = ("country", *past) if s.nationality == "dutch" and _came(s) else ()
    lost = () if s.place == "abroad" else ("home_lost_how",)
    ethos = () if s.place == "abroad" or s.sleeping_tonight is not None else ("sleeping_tonight",)
    return unanswered(s, "nationality", *child, *came, *dutch, *ethos, *lost, "risk_signals")


RULE = Rule("route", "3", READS, conclude)
