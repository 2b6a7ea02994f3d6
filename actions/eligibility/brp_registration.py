"""Can the family register in the population register (BRP), by when, and with what?

Facts brp.*, residence.chavez.brp_chicken_egg and prep.housing.proof; Wet BRP articles 2.5, 2.23 and 2.38.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from actions.eligibility.asking import unanswered
from actions.eligibility.finding import Conclusion, Outcome, Rule
from actions.eligibility.situation import UNSURE, Situation, known
from actions.law import Law
from actions.municipalities import Municipality

READS = (
    "stay_over_four_months",
    "nationality",
    "ind_status",
    "child_dutch",
    "place",
    "country",
    "deregistration_proof",
    "address",
    "arrival_date",
)
KINGDOM = frozenset({"AW", "CW", "SX", "BQ"})  # Aruba, Curaçao, Sint Maarten; Bonaire, Sint Eustatius and Saba
_PEOPLE = ("gemeente_housing", "juridisch_loket", "person")


def conclude(s: Situation, law: Law, municipality: Municipality | None, today: date) -> Conclusion:
    """The body of the rule: length of stay, lawful stay, papers of the islands, address."""
    if s.stay_over_four_months is False:
        short = ("step.brp_rni", "step.brp_longer")
        return Conclusion(Outcome.LIKELY_NO, "rni", ("brp.bsn_rni", "brp.duty"), (), short, _PEOPLE)
    if not_yet := _without_lawful_stay(s):
        return not_yet
    if missing := _open_questions(s):
        return Conclusion(Outcome.DEPENDS, "open", ("brp.duty",), missing)
    c = _registration(s)
    steps, values = _when(s, law, today)
    return replace(c, next_steps=(*c.next_steps, *steps), values=values, grounds=(*c.grounds, "brp.duty", "brp.lead"))


def from_islands(s: Situation) -> bool:
    """Coming from the Caribbean part of the Kingdom."""
    return known(s.country) and s.country.upper() in KINGDOM


def _without_lawful_stay(s: Situation) -> Conclusion | None:
    later = s.ind_status is None and s.place != "netherlands"  # still abroad: the IND comes first anyway
    if s.nationality != "other" or not (later or s.ind_status in ("none", "pending")):
        return None
    child = ("step.brp_child_now",) if s.child_dutch is True else ()
    grounds = ("residence.chavez.brp_chicken_egg", "residence.none")
    people = ("ind", *_PEOPLE)
    if s.ind_status != "none":
        steps: tuple[str, ...] = ("step.brp_after_sticker", "step.brp_ask_now", *child)
        return Conclusion(Outcome.DEPENDS, "sticker", grounds, unanswered(s, "stay_over_four_months"), steps, people)
    steps = ("step.brp_after_sticker", "step.brp_advice", *child)
    return Conclusion(Outcome.LIKELY_NO, "after_ind", grounds, (), steps, people)


def _open_questions(s: Situation) -> tuple[str, ...]:
    status = ("ind_status",) if s.nationality == "other" else ()
    if UNSURE in (s.stay_over_four_months, s.nationality):  # address and papers cannot settle it then
        return unanswered(s, "stay_over_four_months", "nationality", *status)
    if s.nationality == "other" and s.country is None:
        return unanswered(s, "stay_over_four_months", *status, "address")
    proof: tuple[str, ...] = ()
    if s.deregistration_proof is not True and (s.country is None or from_islands(s)):
        proof = ("country", "deregistration_proof") if from_islands(s) else ("country",)
    return unanswered(s, "stay_over_four_months", "nationality", *status, "address", *proof)


def _registration(s: Situation) -> Conclusion:
    if UNSURE in (s.stay_over_four_months, s.nationality) or (s.nationality == "other" and s.ind_status is UNSURE):
        steps = ("step.brp_ask_gemeente", "step.brp_bring")
        return Conclusion(Outcome.DEPENDS, "unsure", ("brp.consequence",), (), steps, _PEOPLE)
    if s.deregistration_proof is not True and (from_islands(s) or s.country is UNSURE):
        steps = ("step.brp_verhuisbericht", "step.brp_bring")
        return Conclusion(Outcome.DEPENDS, "verhuisbericht", ("brp.caribbean.verhuisbericht",), (), steps, _PEOPLE)
    if s.address in ("own", "host_ok"):
        host = ("step.brp_host_consent",) if s.address == "host_ok" else ()
        papers = ("step.brp_bring", *host)
        return Conclusion(Outcome.LIKELY_YES, "address_ok", ("prep.housing.proof",), (), papers, ("person",))
    if s.address is UNSURE:
        steps = ("step.brp_ask_address", "step.brp_briefadres")
        grounds = ("prep.housing.questions", "brp.briefadres")
        return Conclusion(Outcome.DEPENDS, "address_unsure", grounds, (), steps, _PEOPLE)
    none = ("step.brp_briefadres", "step.desk_brp_briefadres", "step.brp_written_decision")
    return Conclusion(Outcome.DEPENDS, "briefadres", ("brp.briefadres", "brp.consequence"), (), none, _PEOPLE)


def _when(s: Situation, law: Law, today: date) -> tuple[tuple[str, ...], dict[str, int | date]]:
    """The step that says when to go, with the day itself when the day of arrival is known."""
    days = law.number("brp_report_days", today)
    if not known(s.arrival_date) or date.max - s.arrival_date < timedelta(days):
        return ("step.brp_report",), {"days": days}
    values: dict[str, int | date] = {"days": days, "deadline": s.arrival_date + timedelta(days)}
    return ("step.brp_report_by",), values


RULE = Rule("brp_registration", "2", READS, conclude)
