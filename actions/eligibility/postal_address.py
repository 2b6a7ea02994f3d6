"""A postal address for registration (briefadres): does the gemeente have to register this family on one?

Who lives here lawfully and has no home address is registered on a briefadres; when nobody gives an address, on that of
the gemeente (briefadres.duty, brp.briefadres; Wet BRP art. 2.23). Not where you really live: two thirds of
three months at one address is a home address (briefadres.limits, art. 1.1 o). Unsafe to be registered: the mayor
can allow one (briefadres.safety, art. 2.41). The giver agrees in writing, with reasons (art. 2.42, 2.45). Goes in:
answers; comes out: likely or not, what to say at the desk, and the written decision after a refusal.
"""

from __future__ import annotations

from datetime import date

from actions.eligibility.asking import unanswered
from actions.eligibility.benefit_status import status_of, status_questions
from actions.eligibility.finding import Conclusion, Outcome, Rule
from actions.eligibility.situation import UNSURE, Situation
from actions.law import Law
from actions.municipalities import Municipality

READS = (
    "place",
    "unsafe_person",
    "stay_over_four_months",
    "nationality",
    "residence_status",
    "child_dutch",
    "ind_status",
    "address",
    "sleeps_one_address",
    "address_giver",
    "briefadres_answer",
)
HOME = ("own", "host_ok")
_LAWFUL = ("dutch", "eu", "permit", "chavez_document")
_WAITING = ("pending", "chavez_pending", "chavez_not_applied")
_DUTY = ("briefadres.duty", "brp.briefadres")
_PEOPLE = ("juridisch_loket", "person")


def conclude(s: Situation, law: Law, municipality: Municipality | None, today: date) -> Conclusion:
    """The body of the rule: where, danger, short stay, a home after all, lawful stay; then how to get the address."""
    if s.place == "abroad":
        return _abroad(s)
    if s.unsafe_person is True:
        return _unsafe(s)
    stop = _hard_stop(s) or _doubt_about_stay(s)
    if stop:
        return stop
    missing = _open_questions(s)
    steps = (*_in_doubt(s), *_how(s))
    if missing:
        return Conclusion(Outcome.DEPENDS, "open", (*_DUTY, "briefadres.limits"), missing, steps, _PEOPLE)
    if UNSURE in (s.place, s.unsafe_person, s.stay_over_four_months, s.address, s.sleeps_one_address):
        unsure = ("step.brp_ask_address", *steps)
        return Conclusion(Outcome.DEPENDS, "unsure", (*_DUTY, "briefadres.limits"), (), unsure, _PEOPLE)
    grounds = (*_DUTY, "brp.matters_for", "brp.consequence")
    if s.briefadres_answer in ("refused_oral", "refused_written"):
        people = ("juridisch_loket", "lawyer", "client_support", "person")
        return Conclusion(Outcome.LIKELY_YES, "refused", (*grounds, "objection.bezwaar"), (), steps, people)
    says = "with_giver" if s.address_giver is True else "gemeente_address"
    return Conclusion(Outcome.LIKELY_YES, says, grounds, (), steps, ("client_support", *_PEOPLE))


def _abroad(s: Situation) -> Conclusion:
    safe = ("step.safety_if_in_doubt_abroad",) if s.unsafe_person in (True, UNSURE) else ()
    steps = (*safe, "step.postal_after_arrival", "step.residence_house_first")
    grounds = ("brp.register_on_return", "briefadres.duty")
    people = ("embassy", "person") if safe else ("person",)
    return Conclusion(Outcome.DEPENDS, "abroad", grounds, (), steps, people)


def _unsafe(s: Situation) -> Conclusion:
    """An unsafe person: safety first; also with a home, an address can be kept out of the register."""
    grounds = ("briefadres.safety", *_DUTY, "safety.domestic_violence")
    desk = ("step.desk_brp_briefadres",) if s.address == "none" else ()  # that sentence must be true
    steps = ("step.safety_call_veilig_thuis", "step.postal_ask_mayor", "step.safety_keep_proof", *desk)
    people = ("veilig_thuis", "police", "lawyer", "person")
    return Conclusion(Outcome.ADVICE_NOW, "safety", grounds, unanswered(s, "place", "address"), steps, people)


def _hard_stop(s: Situation) -> Conclusion | None:
    no = Outcome.LIKELY_NO
    if s.stay_over_four_months is False:
        steps = ("step.brp_rni", "step.brp_longer")
        return Conclusion(no, "short", ("brp.bsn_rni", "brp.duty"), (), steps, _PEOPLE)
    if status_of(s) == "none" and s.ind_status is not None:
        steps = ("step.brp_advice", "step.shelter_lawyer_residence")
        return Conclusion(no, "no_stay", ("residence.none", "brp.briefadres"), (), steps, ("lawyer", *_PEOPLE))
    if s.address in HOME and s.unsafe_person is False:
        at_host = s.address == "host_ok"
        host = ("step.brp_host_consent", "step.stay_ask_benefit_first") if at_host else ()
        steps = ("step.postal_register_home", *host, "step.postal_if_lost")
        grounds = ("briefadres.limits", "brp.duty", *(("host.bijstand",) if at_host else ()))
        return Conclusion(no, "home_address", grounds, (), steps, _PEOPLE)
    return None


def _doubt_about_stay(s: Situation) -> Conclusion | None:
    """Waiting for the IND, or stay that cannot be told from the answers: ask in writing, with help."""
    status = status_of(s)
    if status in _WAITING:
        child = ("step.brp_child_now",) if s.child_dutch is True else ()
        first = ("step.brp_after_sticker",) if status == "chavez_not_applied" else ("step.brp_ask_now",)
        steps = (*_in_doubt(s), *first, *child, "step.brp_written_decision")
        missing = unanswered(s, "unsafe_person", "child_dutch")
        grounds = ("residence.chavez.brp_chicken_egg", *_DUTY)
        return Conclusion(Outcome.DEPENDS, "waiting", grounds, missing, steps, ("ind", *_PEOPLE))
    if status == "unclear":
        steps = (*_in_doubt(s), "step.brp_ask_gemeente", "step.residence_advice", "step.brp_written_decision")
        missing = unanswered(s, "unsafe_person")
        return Conclusion(Outcome.DEPENDS, "stay_unclear", _DUTY, missing, steps, ("ind", *_PEOPLE))
    if s.sleeps_one_address is True and s.address not in (None, "none", *HOME) and s.unsafe_person is not None:
        steps = (*_in_doubt(s), "step.postal_say_where", "step.brp_ask_address", "step.brp_written_decision")
        missing = unanswered(s, "stay_over_four_months")
        return Conclusion(Outcome.DEPENDS, "lives_there", ("briefadres.limits",), missing, steps, _PEOPLE)
    return None


def _open_questions(s: Situation) -> tuple[str, ...]:
    stay = status_questions(s) if status_of(s) not in _LAWFUL else ()
    if status_of(s) == "none":
        stay = ("ind_status",)
    one_address = () if s.address in (None, "none", *HOME) else ("sleeps_one_address",)
    first = unanswered(s, "place", "unsafe_person", "stay_over_four_months")
    if s.unsafe_person is UNSURE and s.address in HOME:
        return (*first, *stay)
    return (*first, *stay, *unanswered(s, "address", *one_address, "briefadres_answer", "address_giver"))


def _in_doubt(s: Situation) -> tuple[str, ...]:
    return ("step.safety_if_in_doubt", "step.postal_ask_mayor") if s.unsafe_person is UNSURE else ()


def _how(s: Situation) -> tuple[str, ...]:
    """How to ask, by who gives the address and what the gemeente said."""
    match s.briefadres_answer:
        case "asked":
            ask: tuple[str, ...] = ("step.shelter_write_down", "step.brp_written_decision")
        case "refused_oral":
            ask = ("step.brp_written_decision", "step.shelter_write_down", "step.desk_client_support")
        case "refused_written":
            ask = ("step.shelter_object_in_time", "step.postal_call_adviser", "step.desk_client_support")
        case _:
            ask = ("step.brp_briefadres", "step.brp_bring", "step.brp_written_decision")
    if s.address_giver is True:
        return (*ask, "step.postal_giver_consent")
    return (*ask, "step.desk_brp_briefadres")


RULE = Rule("postal_address", "2", READS, conclude)
