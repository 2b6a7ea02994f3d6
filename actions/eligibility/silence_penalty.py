"""No decision in time: from which day does a penalty (dwangsom) run, how much is it so far, and what to send.

objection.silence, Awb 4:17: after the term to decide is over the family sends an ingebrekestelling; then the body has
notice_of_default_days; from the next day a penalty per day in three steps, up to a maximum of days. The amounts were
found in older sources and not checked for indexing: certainty unverified, and worded so. The last day is the same as
in objection_deadline (notice + notice_of_default_days; the penalty starts on the day after it). A decision stops the
counting; whether its own day still counts was not found, so a lawyer checks the amount. For the IND other terms hold;
of a court or a private party nothing is counted here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from actions.eligibility.asking import unanswered
from actions.eligibility.finding import Conclusion, Outcome, Rule
from actions.eligibility.situation import UNSURE, Situation, known
from actions.eligibility.wmo_procedure import terms_to_object
from actions.law import Law
from actions.municipalities import Municipality

READS = ("letter_from", "decision_received", "decision_term_over", "notice_of_default_date", "letter_date")
_RATES = ("penalty_rate_1", "penalty_rate_2", "penalty_rate_3")
_GROUNDS = ("objection.silence", "objection.vovo")
_PEOPLE = ("juridisch_loket", "lawyer", "person")
_LETTER = ("objection.bezwaar", "objection.beroep")  # a late decision can itself be the answer to an objection
_TERM = ("step.object_term", "step.shelter_object_in_time")
_CENTS = 100


@dataclass(frozen=True, slots=True)
class Penalty:
    """The penalty up to and including one day: its first day, how many days, whole euros."""

    starts: date
    days: int
    euros: int


def penalty_on(day: date, last_day: date, law: Law, today: date) -> Penalty:
    """What has run on `day` when the body had time to decide up to and including `last_day`."""
    step, most = law.number("penalty_step_days", today), law.number("penalty_max_days", today)
    days = min(max((day - last_day).days, 0), most)
    parts = (min(max(days - number * step, 0), step) for number in range(len(_RATES)))
    cents = sum(part * law.number(name, today) for part, name in zip(parts, _RATES, strict=True))
    return Penalty(last_day + timedelta(days=1), days, cents // _CENTS)


def conclude(s: Situation, law: Law, municipality: Municipality | None, today: date) -> Conclusion:
    """The body of the rule: who must decide, whether the term is over, the notice, the count."""
    if s.letter_from == "court":
        call = ("step.letter_call_lawyer_today", "step.letter_keep_envelope")
        return Conclusion(Outcome.ADVICE_NOW, "court", ("legalaid.juridischloket",), (), call, ("lawyer", "person"))
    if s.letter_from == "ind":
        ask = ("step.letter_call_lawyer_soon",)
        return Conclusion(Outcome.DEPENDS, "ind", _GROUNDS, (), ask, ("lawyer", "ind", "person"))
    if s.letter_from == "other":
        show = ("step.letter_show_person",)
        return Conclusion(Outcome.DEPENDS, "other", _GROUNDS, (), show, ("juridisch_loket", "person"))
    if found := _before_the_notice(s, law, today):
        return found
    if not known(s.notice_of_default_date) or (s.decision_received is True and not known(s.letter_date)):
        return _open(s, law, today)
    decided = s.letter_date if s.decision_received is True and known(s.letter_date) else None
    if s.notice_of_default_date > today or (decided and decided > today):
        wrong = ("step.letter_check_date", "step.letter_show_person")
        return Conclusion(Outcome.DEPENDS, "check_date", _GROUNDS, (), wrong, _PEOPLE)
    missing = unanswered(s, "letter_from", "decision_received", "decision_term_over")
    if missing or UNSURE in (s.letter_from, s.decision_received, s.decision_term_over):
        return _open(s, law, today)
    last_day = s.notice_of_default_date + timedelta(days=law.number("notice_of_default_days", today))
    return _decided(decided, last_day, law, today) if decided else _waiting(last_day, law, today)


def _before_the_notice(s: Situation, law: Law, today: date) -> Conclusion | None:
    """A notice that is sent too early does not count; and there is no penalty without one."""
    values = {"notice_days": law.number("notice_of_default_days", today)}
    if s.decision_term_over is False:
        steps = ("step.letter_check_decision_term", "step.penalty_not_a_report", "step.letter_vovo")
        missing = unanswered(s, "letter_from")
        return Conclusion(Outcome.DEPENDS, "too_early", _GROUNDS, missing, steps, _PEOPLE, values)
    if s.notice_of_default_date is not UNSURE or unanswered(s, "letter_from", "decision_received"):
        return None
    if s.decision_received is True:
        return _letter_first(Outcome.DEPENDS, "decided_no_notice", {**values, **terms_to_object(law, today)})
    if s.decision_term_over is not True:
        return None
    steps = ("step.desk_notice_of_default", "step.letter_send_with_proof", "step.penalty_not_a_report")
    return Conclusion(Outcome.DEPENDS, "send_notice", _GROUNDS, (), (*steps, "step.letter_vovo"), _PEOPLE, values)


def _open(s: Situation, law: Law, today: date) -> Conclusion:
    decision = ("letter_date",) if s.decision_received is True else ()
    names = ("letter_from", "decision_received", "decision_term_over", "notice_of_default_date", *decision)
    missing = unanswered(s, *names)
    says = "open" if missing else "unsure"
    steps = ("step.letter_check_decision_term", "step.letter_show_person", "step.letter_send_with_proof")
    values = {"notice_days": law.number("notice_of_default_days", today)}
    return Conclusion(Outcome.DEPENDS, says, _GROUNDS, missing, steps, _PEOPLE, values)


def _waiting(last_day: date, law: Law, today: date) -> Conclusion:
    """No decision yet: the two weeks run, the penalty runs, or the most has been reached."""
    penalty, values = penalty_on(today, last_day, law, today), _values(today, last_day, law, today)
    if penalty.days == 0:
        steps: tuple[str, ...] = ("step.letter_wait_two_weeks", "step.letter_send_with_proof", "step.letter_vovo")
        return Conclusion(Outcome.DEPENDS, "notice_running", _GROUNDS, (), steps, _PEOPLE, values)
    says = "most_reached" if penalty.days == values["most_days"] else "running"
    steps = ("step.penalty_ask_in_writing", "step.letter_court_no_decision", "step.penalty_check_amount")
    people = ("lawyer", "juridisch_loket", "person")
    return Conclusion(Outcome.ADVICE_NOW, says, _GROUNDS, (), (*steps, "step.letter_vovo"), people, values)


def _decided(decided: date, last_day: date, law: Law, today: date) -> Conclusion:
    """There is a decision: no day after it counts."""
    values = {**_values(decided, last_day, law, today), **terms_to_object(law, today)}
    if decided <= last_day:
        return _letter_first(Outcome.LIKELY_NO, "decided_in_time", values)
    steps = ("step.penalty_ask_in_writing", "step.penalty_check_amount", *_TERM)
    return Conclusion(Outcome.LIKELY_YES, "decided_late", (*_GROUNDS, *_LETTER), (), steps, _PEOPLE, values)


def _letter_first(outcome: Outcome, says: str, values: dict[str, Any]) -> Conclusion:
    """No penalty, but there is a letter to look at: that is the way on."""
    steps = (*_TERM, "step.desk_pro_forma_objection", "step.letter_keep_envelope")
    return Conclusion(outcome, says, (*_GROUNDS, *_LETTER), (), steps, _PEOPLE, values)


def _values(day: date, last_day: date, law: Law, today: date) -> dict[str, Any]:
    penalty = penalty_on(day, last_day, law, today)
    return {
        "last_day": last_day,
        "days_left": (last_day - today).days,
        "penalty_start": penalty.starts,
        "penalty_days": penalty.days,
        "penalty_euros": penalty.euros,
        "most_days": law.number("penalty_max_days", today),
        "most_euros": law.number("penalty_max", today) // _CENTS,
        "rate_1": law.number("penalty_rate_1", today) // _CENTS,
        "rate_2": law.number("penalty_rate_2", today) // _CENTS,
        "rate_3": law.number("penalty_rate_3", today) // _CENTS,
    }


RULE = Rule("silence_penalty", "2", READS, conclude)
