"""Somebody threatens to take the children or to report to Veilig Thuis: what does the family do now?

Homelessness alone is never a reason to report or to take a child (child.no_separation_for_homelessness, Kamerbrief of
12 December 2025, 29 325 nr 192); a report is not a threat (child.report_not_a_threat); only a judge separates
(child.only_judge_separates). A person is always near: the outcome is ADVICE_NOW, or DEPENDS when no threat was told.
Source: the facts child.* and safety.domestic_violence. Never advises to hide (child.threat_what_to_do).
"""

from __future__ import annotations

from datetime import date

from actions.eligibility.finding import Conclusion, Outcome, Rule
from actions.eligibility.situation import UNSURE, Situation
from actions.law import Law
from actions.municipalities import Municipality

READS = (
    "danger_now",
    "place",
    "threatened_with_child_removal",
    "child_taken",
    "judge_order",
    "abuse_concern",
    "asked_to_sign",
    "report_made",
)
_GROUNDS = ("child.report_not_a_threat", "child.no_separation_for_homelessness", "child.only_judge_separates")
_DETAILS = ("child_taken", "judge_order", "asked_to_sign", "report_made", "abuse_concern")


def _conclude(s: Situation, _law: Law, _municipality: Municipality | None, _today: date) -> Conclusion:
    missing = tuple(name for name in _DETAILS if getattr(s, name) is None)
    if s.danger_now is True:
        return _danger(s)
    if s.child_taken is True or s.judge_order is True:
        return Conclusion(
            Outcome.ADVICE_NOW,
            "taken" if s.child_taken is True else "judge_order",
            (*_GROUNDS, "child.threat_what_to_do", "child.rights_list"),
            tuple(name for name in missing if name in ("child_taken", "judge_order")),
            (*_signing(s), "step.child_call_lawyer", "step.child_ask_order_on_paper", "step.child_ask_to_be_heard"),
            ("lawyer", "kids_ombudsman", "defence_for_children", "person"),
        )
    if s.abuse_concern is True:
        return Conclusion(
            Outcome.ADVICE_NOW,
            "safety",
            (*_GROUNDS, "safety.domestic_violence"),
            tuple(name for name in missing if name != "report_made"),
            (*_signing(s), "step.safety_call_veilig_thuis", "step.child_say_both"),
            ("veilig_thuis", "lawyer", "client_support", "person"),
        )
    if s.threatened_with_child_removal is True or s.asked_to_sign is True:
        return _threat(s, missing)
    return _no_threat(s)


def _danger(s: Situation) -> Conclusion:
    abroad = s.place == "abroad"
    return Conclusion(
        Outcome.ADVICE_NOW,
        "danger_abroad" if abroad else "danger",
        ("safety.numbers", "child.threat_what_to_do"),
        (),
        ("step.safety_call_local_emergency" if abroad else "step.safety_call_112", "step.safety_go_where_people_are"),
        ("embassy", "person") if abroad else ("112", "police", "veilig_thuis", "person"),
    )


def _threat(s: Situation, missing: tuple[str, ...]) -> Conclusion:
    file = ("step.child_ask_file",) if s.report_made is True else ()
    return Conclusion(
        Outcome.ADVICE_NOW,
        "threat",
        (*_GROUNDS, "child.children_yes_parents_no", "child.threat_what_to_do"),
        missing,
        (
            *_signing(s),
            "step.child_write_down",
            "step.desk_veilig_thuis_threat",
            "step.desk_children_without_parent",
            "step.child_keep_talking",
            "step.desk_written_decision",
            "step.child_call_lawyer",
            *file,
        ),
        ("lawyer", "client_support", "kids_ombudsman", "defence_for_children", "street_advocates", "person"),
    )


def _signing(s: Situation) -> tuple[str, ...]:
    return ("step.child_do_not_sign",) if s.asked_to_sign is True else ()


def _no_threat(s: Situation) -> Conclusion:
    """No threat told (yet): the principle, and a person when anything is unclear or a report was made."""
    first = ("threatened_with_child_removal",) if s.threatened_with_child_removal is None else ()
    says, steps = "open" if first else "no_threat", ["step.desk_client_support"]
    if s.report_made is True:
        says, steps = "report", ["step.child_ask_file", "step.child_write_down", *steps]
    elif s.threatened_with_child_removal is UNSURE or any(getattr(s, name) is UNSURE for name in _DETAILS):
        says, steps = "unsure", ["step.child_write_down", *steps]
    people = ("lawyer", "client_support", "person") if says == "report" else ("client_support", "person")
    return Conclusion(Outcome.DEPENDS, says, (*_GROUNDS, "child.threat_what_to_do"), first, tuple(steps), people)


RULE = Rule("veilig_thuis_threat", "1", READS, _conclude)
