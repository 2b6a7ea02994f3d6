"""Help to go back to another country or an island: it is voluntary, and a talk about rights here comes first.

A gemeente may pay a ticket, seldom; nobody may be forced (return.municipal 134). IOM helps people without stay rights,
not Dutch or other EU citizens (return.iom 133). The Remigratiewet gives nothing to come here (remigratiewet.what 132).
Schiphol Social Work and the Salvation Army help who is stranded, without housing (return.schiphol 135): who has no
place asks the gemeente for shelter today. Barka advises EU citizens about going back (eu.citizens). A child may
not be moved abroad without consent of the other parent (prep.custody.consent). Never a judgement whether to go, nor a
word on what the IND may oblige to.
"""

from __future__ import annotations

from datetime import date

from actions.eligibility.asking import unanswered
from actions.eligibility.chavez import safety_warning
from actions.eligibility.finding import Conclusion, Outcome, Rule
from actions.eligibility.situation import UNSURE, Situation
from actions.law import Law
from actions.municipalities import Municipality

READS = ("place", "return_wish", "nationality", "ind_status", "stranded_airport", "children", "other_parent")
_RIGHTS = ("step.return_rights_first", "step.desk_client_support")
_PEOPLE = ("client_support", "juridisch_loket", "person")


def conclude(s: Situation, law: Law, municipality: Municipality | None, today: date) -> Conclusion:
    """The body of the rule: abroad, pressed to go, not wanting to go, or wanting to go oneself."""
    if s.place == "abroad":
        prepare = ("step.shelter_ask_person_first", "step.shelter_prepare_return")
        why = ("remigratiewet.what", "routes.return_preparation")
        return Conclusion(Outcome.DEPENDS, "abroad", why, (), prepare, ("embassy", "person"))
    if s.return_wish == "pressured":
        return _pressured(s)
    if s.return_wish == "own_wish":
        return _own_wish(s)
    grounds = ("return.municipal", "support.clientondersteuning", *_stranded_ground(s))
    steps = (*_stranded(s), *_RIGHTS)
    if s.return_wish is None:
        missing = unanswered(s, "return_wish", "place", "stranded_airport")
        return Conclusion(Outcome.DEPENDS, "open", grounds, missing, steps, _people(s))
    says = "unsure" if s.return_wish is UNSURE else "not_wanted"
    missing = unanswered(s, "place", "stranded_airport")
    shelter = ("step.desk_report",) if says == "not_wanted" else ()
    return Conclusion(Outcome.DEPENDS, says, grounds, missing, (*steps, *shelter), _people(s))


def _stranded(s: Situation) -> tuple[str, ...]:
    return ("step.return_schiphol", "step.shelter_go_today") if s.stranded_airport is True else ()


def _stranded_ground(s: Situation) -> tuple[str, ...]:
    return ("return.schiphol", "shelter.national_access") if s.stranded_airport is True else ()


def _people(s: Situation, *others: str) -> tuple[str, ...]:
    shelter = ("gemeente_shelter",) if s.stranded_airport is True else ()
    return (*_PEOPLE[:-1], *others, *shelter, _PEOPLE[-1])


def _pressured(s: Situation) -> Conclusion:
    """Somebody says they must go: nobody may oblige them, and a refusal of shelter belongs on paper."""
    steps = (*_stranded(s), "step.return_no_duty", "step.shelter_write_down", "step.desk_written_decision", *_RIGHTS)
    grounds = ("return.municipal", "shelter.returning_families_same_protection", "shelter.written_decision")
    people = _people(s, "lawyer")
    missing = unanswered(s, "place", "stranded_airport")
    return Conclusion(Outcome.ADVICE_NOW, "pressured", (*grounds, *_stranded_ground(s)), missing, steps, people)


def _own_wish(s: Situation) -> Conclusion:
    if warning := safety_warning(s):
        steps = ("step.return_rights_first", *warning.next_steps)
        return Conclusion(Outcome.ADVICE_NOW, "safety", warning.grounds, (), steps, warning.hand_over_to)
    iom, iom_step = _iom(s)
    status = ("ind_status",) if s.nationality == "other" else ()
    child = s.children is not False and s.other_parent != "none"
    missing = unanswered(s, "place", "nationality", *status, "children", "stranded_airport")
    steps = (
        *_stranded(s),
        *_RIGHTS,
        "step.return_ask_ticket",
        iom_step,
        *(("step.return_consent",) if child else ()),
        "step.return_unsafe_there",
    )
    consent = ("prep.custody.consent",) if child else ()
    eu = ("eu.citizens",) if s.nationality == "eu" else ()
    grounds = ("return.municipal", "return.iom", "remigratiewet.what", *eu, *consent, *_stranded_ground(s))
    people = _people(s, *(("barka",) if eu else ()), *(("centrum_iko",) if child else ()))
    return Conclusion(Outcome.DEPENDS, iom, grounds, missing, steps, people)


def _iom(s: Situation) -> tuple[str, str]:
    """Words and step by whether IOM can help: never for a Dutch or other EU citizen, nor with a right to stay."""
    if s.nationality in ("dutch", "eu"):
        return "no_iom", "step.return_not_iom"
    if s.nationality == "other" and s.ind_status == "none":
        return "iom", "step.return_ask_iom"
    if s.nationality == "other" and s.ind_status == "document":
        return "with_permit", "step.return_keep_permit"
    return "own_wish", "step.return_check_stay"


RULE = Rule("return_help", "2", READS, conclude)
