"""Asking for Wmo shelter: in which step is the family, what is late, and until when?

Melding (shelter.report_step1_melding, art. 2.3.2 lid 1) -> investigation within wmo_investigation_weeks, own plan
within wmo_plan_days, client support before it starts (shelter.step2_investigation, support.clientondersteuning) ->
application -> decision on paper within wmo_decision_weeks (shelter.step3_application_decision, art. 2.3.5 lid 2). After
the weeks of the investigation the family may apply anyway (art. 2.3.2 lid 9). An oral refusal is no decision
(shelter.written_decision): the report is made again, so that it has a day. On paper the weeks to object are named
(objection.bezwaar, objection.beroep). Says nothing about the right itself, reads nothing about binding.
ADVICE_NOW when something is late or refused, or when there is no safe place tonight (shelter.urgent_temporary).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from actions.eligibility.asking import unanswered
from actions.eligibility.finding import Conclusion, Outcome, Rule
from actions.eligibility.situation import UNSURE, Situation, known
from actions.law import Law, ValueUnknown
from actions.municipalities import Municipality

# fmt: off
READS = (
    "place", "children", "sleeping_tonight", "asked_gemeente", "melding_date", "investigation_report",
    "application_made", "application_date", "decision_received",
)
# fmt: on
_NO_SAFE_PLACE = ("street", "car", "family_unsafe")
_ALWAYS = ("shelter.report_step1_melding", "shelter.step2_investigation", "shelter.step3_application_decision")
_PEOPLE = ("gemeente_shelter", "client_support", "person")
_LATE_PEOPLE = ("lawyer", "juridisch_loket", *_PEOPLE)
_SUPPORT = "step.desk_client_support"


def conclude(s: Situation, law: Law, municipality: Municipality | None, today: date) -> Conclusion:
    """The body of the rule: the step the family is in, with its days; and first of all tonight."""
    if s.place == "abroad":
        prepare = ("step.shelter_prepare_return", "step.shelter_ask_person_first")
        why = (*_ALWAYS, "shelter.returning_families_same_protection")
        return Conclusion(Outcome.DEPENDS, "abroad", why, (), prepare, ("embassy", "person"))
    found = _check_dates(s, today) or _refused(s, law, today) or _step(s, law, today)
    missing = (*unanswered(s, "sleeping_tonight", "asked_gemeente"), *found.missing)
    values = {**_values(s, law, today), **found.values}
    found = replace(found, missing=missing, values=values, grounds=(*_ALWAYS, *found.grounds))
    if s.sleeping_tonight is UNSURE:  # in doubt as if there were no place
        return replace(found, next_steps=("step.shelter_go_today", *found.next_steps))
    if s.sleeping_tonight not in _NO_SAFE_PLACE:
        return found
    speak = () if s.children is False else ("step.desk_emergency_tonight",)  # that sentence speaks of children
    return replace(
        found,
        outcome=Outcome.ADVICE_NOW,
        grounds=(*found.grounds, "shelter.urgent_temporary", "shelter.during_investigation"),
        missing=(*found.missing, *unanswered(s, "children")),
        next_steps=("step.shelter_go_today", *speak, *found.next_steps),
    )


def terms_to_object(law: Law, today: date) -> dict[str, int]:
    """The weeks to object and to appeal, for the words; empty on a day on which they are not known."""
    try:
        return {name: law.number(name, today) for name in ("objection_weeks", "appeal_weeks")}
    except ValueUnknown:
        return {}


def _values(s: Situation, law: Law, today: date) -> dict[str, Any]:
    """Every last day that can be told."""
    weeks, decide = law.number("wmo_investigation_weeks", today), law.number("wmo_decision_weeks", today)
    days = law.number("wmo_plan_days", today)
    values: dict[str, Any] = {"investigation_weeks": weeks, "decision_weeks": decide, "plan_days": days}
    if known(s.melding_date) and s.melding_date <= today:
        values["plan_by"] = s.melding_date + timedelta(days=days)
        values["investigation_by"] = s.melding_date + timedelta(weeks=weeks)
    if known(s.application_date) and s.application_date <= today:
        values["decision_by"] = s.application_date + timedelta(weeks=decide)
    return values


def _check_dates(s: Situation, today: date) -> Conclusion | None:
    """Days that cannot be right are asked again, not counted with."""
    days = [day for day in (s.melding_date, s.application_date) if known(day)]
    if all(day <= today for day in days) and days == sorted(days):
        return None
    return Conclusion(Outcome.DEPENDS, "check_dates", (), (), ("step.procedure_check_dates",), _PEOPLE)


def _refused(s: Situation, law: Law, today: date) -> Conclusion | None:
    """A no: on paper there is a term to object, by word of mouth there is nothing to object to yet."""
    if s.asked_gemeente == "refused_written" or (s.asked_gemeente == "reported" and s.decision_received is True):
        says = "refused" if s.asked_gemeente == "refused_written" else "decided"
        outcome = Outcome.ADVICE_NOW if says == "refused" else Outcome.DEPENDS
        grounds = ("shelter.written_decision", "objection.bezwaar", "objection.beroep", "objection.vovo")
        weeks = terms_to_object(law, today)
        term = ("step.object_term",) if weeks else ()
        letter = (*term, "step.shelter_object_in_time", "step.desk_pro_forma_objection", "step.letter_keep_envelope")
        lawyer = ("step.shelter_call_lawyer",) if says == "refused" else ()
        return Conclusion(outcome, says, grounds, (), (*letter, *lawyer), _LATE_PEOPLE, weeks)
    if s.asked_gemeente != "refused_oral":
        return None
    missing = unanswered(s, "investigation_report", *(("melding_date",) if s.investigation_report is False else ()))
    again = () if known(s.melding_date) else ("step.desk_report",)
    late = ("step.shelter_apply_now",) if _investigation_late(s, law, today) else again
    steps = ("step.desk_written_decision", *late, "step.shelter_write_down", _SUPPORT, "step.shelter_call_lawyer")
    why = ("shelter.written_decision", "support.clientondersteuning")
    return Conclusion(Outcome.ADVICE_NOW, "oral_refusal", why, missing, steps, _LATE_PEOPLE)


def _investigation_late(s: Situation, law: Law, today: date, on: date | None = None) -> bool:
    """Whether the weeks of the investigation were over on the day `on` (else today), without a report."""
    weeks = timedelta(weeks=law.number("wmo_investigation_weeks", today))
    return s.investigation_report is False and known(s.melding_date) and (on or today) > s.melding_date + weeks


def _step(s: Situation, law: Law, today: date) -> Conclusion:
    steps: tuple[str, ...]
    if s.asked_gemeente == "no":
        steps = ("step.desk_report", "step.shelter_write_down", _SUPPORT, "step.procedure_own_plan")
        return Conclusion(Outcome.DEPENDS, "not_reported", ("support.clientondersteuning",), (), steps, _PEOPLE)
    if s.asked_gemeente is None:
        return Conclusion(Outcome.DEPENDS, "open", (), (), (), _PEOPLE)
    if s.asked_gemeente is UNSURE:
        steps = ("step.desk_report", "step.shelter_write_down", _SUPPORT)
        return Conclusion(Outcome.DEPENDS, "unsure", ("support.clientondersteuning",), (), steps, _PEOPLE)
    if s.application_made is True:
        return _applied(s, law, today)
    if s.application_made is None:
        missing = unanswered(s, "decision_received", "application_made", "investigation_report")
        return Conclusion(Outcome.DEPENDS, "open", (), missing, (), _PEOPLE)
    return _reported(s, law, today)


def _reported(s: Situation, law: Law, today: date) -> Conclusion:
    """Reported, not applied yet: the investigation runs, is late, or is done."""
    missing = unanswered(s, "decision_received", "investigation_report")
    steps: tuple[str, ...]
    if s.investigation_report is True:
        steps = ("step.procedure_apply", "step.procedure_read_report", "step.desk_child_interest")
        return Conclusion(Outcome.DEPENDS, "apply_now", (), missing, steps, _PEOPLE)
    if s.investigation_report is False and s.melding_date is None:
        missing = (*missing, "melding_date")
    support, child = ("support.clientondersteuning",), "step.desk_child_interest"
    if not known(s.melding_date) or s.investigation_report is not False:
        says = "open" if missing else "unsure"
        steps = ("step.procedure_ask_dates", "step.shelter_ask_report_ready", _SUPPORT)
        return Conclusion(Outcome.DEPENDS, says, support, missing, steps, _PEOPLE)
    if _investigation_late(s, law, today):
        steps = ("step.shelter_apply_now", "step.procedure_prove_sent", child, _SUPPORT)
        return Conclusion(Outcome.ADVICE_NOW, "investigation_late", support, missing, steps, _LATE_PEOPLE)
    plan = today <= s.melding_date + timedelta(days=law.number("wmo_plan_days", today))
    first = ("step.procedure_own_plan_by",) if plan else ()
    steps = (*first, _SUPPORT, child, "step.shelter_collect_proof", "step.shelter_ask_report_ready")
    says = "plan_open" if plan else "investigation_running"
    return Conclusion(Outcome.DEPENDS, says, support, missing, steps, _PEOPLE)


def _applied(s: Situation, law: Law, today: date) -> Conclusion:
    """Applied: the decision runs or is late; an application before the report may come too early."""
    report = ("investigation_report", *(("melding_date",) if s.investigation_report is False else ()))
    missing = unanswered(s, "decision_received", "application_date", *report)
    keep = ("step.procedure_prove_sent", _SUPPORT)
    steps: tuple[str, ...]
    if missing or not known(s.application_date) or s.decision_received is UNSURE:
        says = "open" if missing else "unsure"
        return Conclusion(Outcome.DEPENDS, says, (), missing, ("step.procedure_ask_dates", *keep), _PEOPLE)
    if s.investigation_report is not True and not _investigation_late(s, law, today, s.application_date):
        steps = ("step.procedure_ask_if_counted", "step.shelter_ask_report_ready", *keep)
        return Conclusion(Outcome.DEPENDS, "applied_early", (), (), steps, _PEOPLE)
    if today > s.application_date + timedelta(weeks=law.number("wmo_decision_weeks", today)):
        steps = ("step.desk_notice_of_default", "step.letter_send_with_proof", "step.shelter_call_lawyer")
        return Conclusion(Outcome.ADVICE_NOW, "decision_late", ("objection.silence",), (), steps, _LATE_PEOPLE)
    steps = ("step.procedure_wait_decision", *keep, "step.desk_child_interest")
    return Conclusion(Outcome.DEPENDS, "decision_running", (), (), steps, _PEOPLE)


RULE = Rule("wmo_procedure", "2", READS, conclude)
