"""A letter: until which day can the family object or appeal, and what if no answer comes?

gemeente, SVB, tax office: bezwaar within 6 weeks (objection.bezwaar, Awb 6:7, 6:8: the term starts the day after); a
decision on an objection: beroep within 6 weeks (objection.beroep); IND: 4 weeks (residence.chavez.objection, Vw 69);
no answer: ingebrekestelling and 2 weeks (objection.silence, Awb 4:17); a letter of a court: advice at once.
On the safe side: no extension for weekends or holidays, counted from the date on the letter. The term is looked up on
the day of the letter, or on `today` for letters older than the first known value. ADVICE_NOW when 7 days or less are
left.
"""

from __future__ import annotations

from datetime import date, timedelta

from actions.eligibility.finding import Conclusion, Outcome, Rule
from actions.eligibility.situation import Situation, known
from actions.law import Law
from actions.municipalities import Municipality

READS = ("letter_from", "letter_kind", "letter_date", "notice_of_default_date")
_SOON_DAYS = 7  # our own safety line, not law


def _conclude(s: Situation, law: Law, _municipality: Municipality | None, today: date) -> Conclusion:
    if s.letter_from == "court":
        return Conclusion(
            Outcome.ADVICE_NOW,
            "court",
            ("evict.go_to_hearing", "legalaid.juridischloket", "legalaid.toevoeging"),
            (),
            ("step.letter_call_lawyer_today", "step.letter_keep_envelope", "step.letter_go_to_hearing"),
            ("lawyer", "juridisch_loket", "person"),
        )
    missing = tuple(name for name in ("letter_from", "letter_kind", "letter_date") if getattr(s, name) is None)
    if s.letter_from == "other" or (s.letter_kind == "other" and s.letter_from is not None):
        show = ("step.letter_show_person", "step.letter_keep_envelope")
        return Conclusion(Outcome.DEPENDS, "other", ("objection.bezwaar",), (), show, ("juridisch_loket", "person"))
    if s.letter_kind == "no_answer":
        return _silence(s, law, today)
    if not (known(s.letter_from) and known(s.letter_kind) and s.letter_kind != "other" and known(s.letter_date)):
        return Conclusion(
            Outcome.DEPENDS,
            "open" if missing else "unsure",
            ("objection.bezwaar", "objection.beroep"),
            missing,
            ("step.letter_keep_envelope",) if missing else ("step.letter_show_person", "step.desk_pro_forma_objection"),
            ("juridisch_loket", "person") if missing else ("juridisch_loket", "lawyer", "person"),
        )
    if s.letter_date > today:
        return _check_date()
    return _deadline(s, law, s.letter_date, today)


def _term(law: Law, name: str, day: date, today: date) -> int:
    """The value on `day`; on `today` when `day` lies before the first day that is known."""
    value = law.values.get(name)
    return law.number(name, day if value and day >= min(value.values) else today)


def _deadline(s: Situation, law: Law, sent: date, today: date) -> Conclusion:
    appeal = s.letter_kind == "objection_decided"
    if s.letter_from == "ind":
        route, weeks, ground = "ind", _term(law, "ind_objection_weeks", sent, today), "residence.chavez.objection"
    elif appeal:
        route, weeks, ground = "appeal", _term(law, "appeal_weeks", sent, today), "objection.beroep"
    else:
        route, weeks, ground = "objection", _term(law, "objection_weeks", sent, today), "objection.bezwaar"
    last_day = sent + timedelta(weeks=weeks)
    left = (last_day - today).days
    state = "late" if left < 0 else "soon" if left <= _SOON_DAYS else "open"
    people = ("juridisch_loket", "lawyer", "person") if state == "open" else ("lawyer", "juridisch_loket", "person")
    return Conclusion(
        Outcome.DEPENDS if state == "open" else Outcome.ADVICE_NOW,
        f"{route}_{state}",
        (ground, "objection.vovo", "legalaid.juridischloket"),
        (),
        _letter_steps(state, appeal),
        people,
        {"last_day": last_day, "days_left": left},
    )


def _letter_steps(state: str, appeal: bool) -> tuple[str, ...]:
    write = "step.letter_appeal_court" if appeal else "step.desk_pro_forma_objection"
    first = {"late": ["step.letter_object_anyway"], "soon": ["step.letter_call_lawyer_today"]}.get(state, [])
    return (*first, write, "step.letter_check_term", "step.letter_keep_envelope", "step.letter_vovo")


def _check_date() -> Conclusion:
    steps = ("step.letter_check_date", "step.letter_show_person")
    return Conclusion(Outcome.DEPENDS, "check_date", ("objection.bezwaar",), (), steps, ("juridisch_loket", "person"))


def _silence(s: Situation, law: Law, today: date) -> Conclusion:
    grounds = ("objection.silence", "objection.vovo")
    people = ("juridisch_loket", "lawyer", "person")
    if s.letter_from == "ind":
        ask = ("step.letter_call_lawyer_soon",)
        return Conclusion(Outcome.DEPENDS, "no_answer_ind", grounds, (), ask, ("lawyer", "ind", "person"))
    if not known(s.letter_from) or not known(s.notice_of_default_date):
        names = ("letter_from", "notice_of_default_date")
        missing = tuple(name for name in names if getattr(s, name) is None)
        steps = (
            "step.letter_check_decision_term",
            "step.desk_notice_of_default",
            "step.letter_send_with_proof",
            "step.letter_vovo",
        )
        values = {"notice_days": law.number("notice_of_default_days", today)}
        return Conclusion(Outcome.DEPENDS, "no_answer", grounds, missing, steps, people, values)
    if s.notice_of_default_date > today:
        return _check_date()
    days = _term(law, "notice_of_default_days", s.notice_of_default_date, today)
    last_day = s.notice_of_default_date + timedelta(days=days)
    left = (last_day - today).days
    return Conclusion(
        Outcome.ADVICE_NOW if left <= _SOON_DAYS else Outcome.DEPENDS,
        "notice_over" if left < 0 else "notice_running",
        grounds,
        (),
        (
            "step.letter_court_no_decision" if left < 0 else "step.letter_wait_two_weeks",
            "step.letter_send_with_proof",
            "step.letter_vovo",
        ),
        people,
        {"last_day": last_day, "days_left": left},
    )


RULE = Rule("objection_deadline", "1", READS, _conclude)
