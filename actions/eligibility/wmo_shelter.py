"""Shelter under the Wmo 2015 (maatschappelijke opvang): does the legal test seem to fit this family?

Every municipality must deal with the request (shelter.national_access, art. 1.2.1 c, 2.3.5); a bond with the town is no
ground to refuse (shelter.no_binding) and never changes the outcome here. The test: has the family left its home and can
it not manage in society by itself (shelter.test_self_reliance, art. 1.1.1, 2.3.5)? Only a missing home is usually not
enough (shelter.return_case_law_negative, CRvB 2019:3446; contested: shelter.rvs_view_vs_courts). Foreigners need
qualifying stay (shelter.residence_condition_foreigners, art. 1.2.2), for EU citizens with violence as the exception.
LIKELY_NO always carries the written decision, the child's interest, client support and a person. Noodopvang and
urgentie are other layers and not answered here. An EU citizen after three months stays DEPENDS without violence;
nobody in an unsafe home is told to stay.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from actions.eligibility.finding import Conclusion, Outcome, Rule
from actions.eligibility.situation import UNSURE, Situation, known
from actions.eligibility.wmo_view import View, view_of
from actions.law import Law
from actions.municipalities import Municipality

# fmt: off
READS = (
    "place", "nationality", "child_dutch", "residence_status", "months_in_nl", "children", "pregnant_or_baby",
    "unsafe_person", "exploitation", "sleeping_tonight", "home_left", "network_place", "problems", "works",
    "asked_gemeente", "melding_date", "investigation_report", "refusal_reason", "country", "arrival_date",
)
# fmt: on
_NO_SAFE_PLACE = ("street", "car", "family_unsafe")
_ALWAYS = ("shelter.national_access", "shelter.no_binding")
MOST_STEPS = 8
# fmt: off
_FIRST_LEFT_OUT = tuple(f"step.{name}" for name in (
    "safety_keep_proof", "shelter_ask_report_ready", "stay_mediation", "stay_ask_benefit_first",
    "shelter_collect_proof", "desk_fled_violence", "desk_warm_handover", "shelter_apply_now", "shelter_write_down",
))
# fmt: on


def _conclude(s: Situation, law: Law, _municipality: Municipality | None, today: date) -> Conclusion:
    v = view_of(s)
    if s.place == "abroad":
        prepare = ("step.shelter_prepare_return", "step.shelter_ask_person_first")
        why = (*_ALWAYS, "shelter.returning_families_same_protection")
        return Conclusion(Outcome.DEPENDS, "abroad", why, (), prepare, ("embassy", "person"))
    if v.left is False:
        return _still_home(s, v)
    if v.status == "none":
        return _no_status(s, v)
    questions = _questions(s, v, law, today)
    missing = tuple(name for name in questions if getattr(s, name) is None)
    outcome, says = _outcome(s, v, questions, law, today)
    steps = _most_useful((*_safe(v), *_tonight(s), *_procedure(s, v, law, today), *_by_outcome(v, says)))
    grounds, people = _grounds(s, v, says), _people(s, v, outcome)
    return Conclusion(outcome, says, grounds, missing, steps, people, _values(s, law, today))


def _no_status(s: Situation, v: View) -> Conclusion:
    safe = ("step.safety_call_veilig_thuis",) if v.violence is True else ()
    grounds = ("shelter.residence_condition_foreigners", "support.street_advocates")
    missing = ("child_dutch",) if s.child_dutch is None else ()
    steps = (*safe, "step.shelter_lawyer_no_status", *_tonight(s), "step.desk_client_support")
    people = ("lawyer", "street_advocates", "gemeente_shelter", "person")
    return Conclusion(Outcome.ADVICE_NOW, "no_status", grounds, missing, steps, people)


def _still_home(s: Situation, v: View) -> Conclusion:
    """A home still there: prevention first, unless home is where the danger is."""
    if v.violence is True:
        grounds = (*_ALWAYS, "safety.domestic_violence")
        steps = ("step.safety_call_veilig_thuis", "step.safety_keep_proof", "step.desk_report")
        people = ("veilig_thuis", "gemeente_shelter", "lawyer", "client_support", "person")
        return Conclusion(Outcome.ADVICE_NOW, "unsafe_home", grounds, (), steps, people)
    doubt = s.unsafe_person is UNSURE
    return Conclusion(
        Outcome.DEPENDS,
        "still_home",
        (*_ALWAYS, "evict.only_judge"),
        tuple(name for name in ("unsafe_person", "sleeping_tonight") if getattr(s, name) is None),
        (
            *(["step.safety_if_in_doubt"] if doubt else []),
            "step.shelter_report_early",
            "step.desk_report",
            "step.evict_sign_nothing",
        ),
        (*(["veilig_thuis"] if doubt else []), "buurtteam", "client_support", "juridisch_loket", "person"),
    )


def _new_eu(s: Situation, v: View, law: Law, today: date) -> bool | None:
    """An EU citizen in the first months, in which the law gives no shelter but to workers. None: cannot be told."""
    if v.status != "eu":
        return False
    return s.months_in_nl < law.number("eu_no_shelter_months", today) if known(s.months_in_nl) else None


def _questions(s: Situation, v: View, law: Law, today: date) -> tuple[str, ...]:
    """The questions that can change outcome or steps, what decides most first; each open one caps at DEPENDS."""
    names: list[str] = []
    if v.status is None:
        names += ["residence_status"]
        names += ["nationality"] if s.residence_status is UNSURE else []
        names += ["child_dutch"] if s.residence_status is UNSURE and s.nationality == "other" else []
    names += [] if v.violence is True else ["unsafe_person"]
    if v.status is not None or s.residence_status is not UNSURE:
        names += ["problems"] if v.status != "unclear" else []
    if v.status == "eu" and v.violence is not True:
        names += ["months_in_nl", "works"] if _new_eu(s, v, law, today) else ["months_in_nl"]
    elif v.status != "unclear" and "problems" in names:
        names += [] if v.left else ["home_left"]
        names += ["network_place", "children"]
        names += ["pregnant_or_baby"] if s.children is False and not v.serious else []
    names += ["sleeping_tonight", "asked_gemeente"]
    if s.asked_gemeente in ("refused_oral", "refused_written"):
        names.append("refusal_reason")
    if s.asked_gemeente == "reported":
        names.append("investigation_report")
        names += ["melding_date"] if s.investigation_report is False else []
    return tuple(names)


def _outcome(s: Situation, v: View, questions: tuple[str, ...], law: Law, today: date) -> tuple[Outcome, str]:
    depends = Outcome.DEPENDS
    if v.status == "unclear" or (v.status is None and s.residence_status is UNSURE):
        return depends, "status_unclear"
    answers = [getattr(s, name) for name in questions]
    if None in answers:
        return depends, "open"
    if v.status == "eu" and v.violence is not True:
        sure = UNSURE not in answers and not _exploited(s, v)
        new = sure and _new_eu(s, v, law, today) is True and v.violence is False and s.works is False
        return (Outcome.LIKELY_NO, "eu_first_months") if new else (depends, "eu_check")
    if UNSURE in answers:
        return depends, "unsure"
    serious = v.serious or frozenset()
    if "violence" in serious or len(serious) >= 2:
        return (Outcome.LIKELY_YES, "fits") if s.network_place in ("unsafe", "none") else (depends, "some_problems")
    if serious or _exploited(s, v) or s.network_place == "unsafe" or s.sleeping_tonight in _NO_SAFE_PLACE:
        return depends, "some_problems"
    if s.network_place == "safe" or v.family is False:
        return Outcome.LIKELY_NO, "housing_only"
    return depends, "housing_need"


def _exploited(s: Situation, v: View) -> bool:
    return s.exploitation is True or "exploitation" in (v.serious or ())


def _tonight(s: Situation) -> tuple[str, ...]:
    if s.sleeping_tonight not in _NO_SAFE_PLACE:
        return ()
    return (
        ("step.shelter_go_today",) if s.children is False else ("step.shelter_go_today", "step.desk_emergency_tonight")
    )


def _procedure(s: Situation, v: View, law: Law, today: date) -> tuple[str, ...]:
    """The way to a decision is the same for everyone: report, investigation, paper."""
    match s.asked_gemeente:
        case "reported":
            steps = ["step.shelter_ask_report_ready"]
        case "refused_oral":
            # tonight the emergency sentence is the report, and a judge may be needed
            now = s.sleeping_tonight in _NO_SAFE_PLACE and s.children is not False
            next_one = "step.shelter_call_lawyer" if now else "step.desk_report"
            steps = ["step.desk_written_decision", next_one, "step.shelter_write_down"]
        case "refused_written":
            steps = ["step.shelter_object_in_time", "step.shelter_call_lawyer"]
        case _:
            steps = ["step.desk_report", "step.shelter_write_down"]
    if s.asked_gemeente in ("reported", "refused_oral") and _investigation_late(s, law, today):
        steps.append("step.shelter_apply_now")
    if s.asked_gemeente in ("refused_oral", "refused_written"):
        fled = ["step.desk_fled_violence"] if v.violence is True else []
        reasons = {
            "binding": ["step.desk_no_binding", "step.desk_warm_handover", *fled],
            "self_reliant": ["step.desk_self_reliant"],
            "residence": ["step.shelter_lawyer_residence"],
            "full": ["step.desk_warm_handover"],
        }
        steps += reasons.get(s.refusal_reason, []) if isinstance(s.refusal_reason, str) else []
    return tuple(steps)


def _investigation_late(s: Situation, law: Law, today: date) -> bool:
    if s.investigation_report is not False or not known(s.melding_date):
        return False
    return today > s.melding_date + timedelta(weeks=law.number("wmo_investigation_weeks", today))


def _by_outcome(v: View, says: str) -> tuple[str, ...]:
    proof = ("step.shelter_collect_proof", "step.desk_client_support")
    child = ("step.desk_child_interest",) if v.family is not False else ()
    refused = ("step.desk_written_decision", "step.desk_child_interest", "step.desk_client_support")
    steps: dict[str, tuple[str, ...]] = {
        "housing_only": (*refused, "step.stay_agree_with_host", "step.stay_ask_benefit_first", "step.stay_mediation"),
        "eu_first_months": (*refused, "step.shelter_eu_work_check"),
        "eu_check": (*proof, *child, "step.shelter_eu_work_check", "step.desk_written_decision"),
        "status_unclear": (*proof, *child, "step.shelter_lawyer_residence"),
        "housing_need": (*child, *proof, "step.desk_self_reliant", "step.desk_written_decision"),
    }
    return steps.get(says, (*proof, *child))


def _safe(v: View) -> tuple[str, ...]:
    return ("step.safety_call_veilig_thuis", "step.safety_keep_proof") if v.violence is True else ()


def _most_useful(steps: tuple[str, ...]) -> tuple[str, ...]:
    """No more than a tired parent can do today; safety, tonight, paper, the child and support are never left out."""
    kept = list(dict.fromkeys(steps))
    for step in _FIRST_LEFT_OUT:
        if len(kept) > MOST_STEPS and step in kept:
            kept.remove(step)
    return tuple(kept)


def _returned(s: Situation) -> tuple[str, ...]:
    returned = known(s.arrival_date) or (known(s.country) and s.country.upper() != "NL")
    return ("shelter.returning_families_same_protection",) if returned else ()


def _grounds(s: Situation, v: View, says: str) -> tuple[str, ...]:
    found = [*_ALWAYS, "shelter.report_step1_melding", "support.clientondersteuning", *_returned(s)]
    found += ["shelter.residence_condition_foreigners"] if v.status in ("eu", "other_permit", "unclear", None) else []
    found += [] if says in ("eu_first_months", "eu_check", "status_unclear") else ["shelter.test_self_reliance"]
    if says in ("housing_only", "housing_need"):
        found += ["shelter.return_case_law_negative", "shelter.rvs_view_vs_courts"]
    if says == "housing_only":
        found += ["stay.with_family_host", "stay.kostendelersnorm", "stay.mediation_ekc"]
    if v.family is not False or says in ("housing_only", "eu_first_months"):
        found.append("shelter.child_interest_even_if_self_reliant")
    if v.status == "chavez" or (v.status == "unclear" and s.child_dutch is True):
        found.append("shelter.chavez")
    if s.sleeping_tonight in _NO_SAFE_PLACE:
        found += ["shelter.urgent_temporary", "shelter.during_investigation"]
    if v.violence is True:
        found.append("safety.domestic_violence")
    if _exploited(s, v):
        found.append("safety.exploitation")
    if s.asked_gemeente in ("reported", "refused_oral"):
        found += ["shelter.step2_investigation", "shelter.step3_application_decision"]
    if s.asked_gemeente in ("refused_oral", "refused_written") or says in ("housing_only", "eu_first_months"):
        found += ["shelter.written_decision", "objection.bezwaar", "objection.vovo"]
    return tuple(found)


def _people(s: Situation, v: View, outcome: Outcome) -> tuple[str, ...]:
    refused = s.asked_gemeente in ("refused_oral", "refused_written")
    no = outcome is Outcome.LIKELY_NO
    found = {
        "veilig_thuis": v.violence is True,
        "gemeente_shelter": True,
        "client_support": True,
        "comensha": _exploited(s, v),
        "lawyer": refused or no or v.status in ("chavez", "eu", "other_permit", "unclear"),
        "kids_ombudsman": refused and v.family is not False,
        "street_advocates": refused or no,
        "person": True,
    }
    return tuple(code for code, wanted in found.items() if wanted)


def _values(s: Situation, law: Law, today: date) -> dict[str, Any]:
    weeks = law.number("wmo_investigation_weeks", today)
    values: dict[str, Any] = {
        "investigation_weeks": weeks,
        "decision_weeks": law.number("wmo_decision_weeks", today),
        "eu_months": law.number("eu_no_shelter_months", today),
    }
    if known(s.melding_date):
        values["investigation_by"] = s.melding_date + timedelta(weeks=weeks)
    return values


RULE = Rule("wmo_shelter", "3", READS, _conclude)
