"""Triage: is a person needed at once, and whom does the family call first?

Danger and thoughts of death come before everything. Then: an unsafe person, exploitation, no safe place tonight, an
eviction within 30 days, a threat about the children. Never a judgement on a right: ADVICE_NOW or DEPENDS.
Source: safety.numbers, safety.suicide_mention, shelter.urgent_temporary (Wmo 2015 art. 2.3.3), evict.go_to_hearing,
child.report_not_a_threat. A family abroad gets no Dutch emergency numbers: there the local emergency number and the
embassy help.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from actions.eligibility.eviction import URGENT_DAYS
from actions.eligibility.finding import Conclusion, Outcome, Rule
from actions.eligibility.situation import UNSURE, Situation, known
from actions.law import Law
from actions.municipalities import Municipality

READS = (
    "danger_now",
    "suicide_risk",
    "unsafe_person",
    "exploitation",
    "sleeping_tonight",
    "children",
    "pregnant_or_baby",
    "eviction_date",
    "threatened_with_child_removal",
    "child_taken",
    "place",
)
NO_SAFE_PLACE = ("street", "car", "family_unsafe")
_SAFETY = ("danger_now", "suicide_risk", "unsafe_person", "exploitation", "sleeping_tonight")
# everything at once: the gravest first, and no more than one message can hold
_MOST_STEPS, _MOST_PEOPLE = 9, 6


@dataclass(slots=True)
class _Urgent:
    """What is urgent so far: the first thing found gives the words, all give steps and people."""

    says: str = ""
    grounds: list[str] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    people: list[str] = field(default_factory=list)

    def add(self, says: str, grounds: tuple[str, ...], steps: tuple[str, ...], people: tuple[str, ...]) -> None:
        self.says = self.says or says
        self.grounds += grounds
        self.steps += steps
        self.people += people


def _conclude(s: Situation, _law: Law, _municipality: Municipality | None, today: date) -> Conclusion:
    if s.danger_now is True or s.suicide_risk is True:
        return _danger(s)
    urgent = _Urgent()
    _unsafe_people(s, urgent)
    _tonight(s, urgent)
    _eviction(s, urgent, today)
    _children(s, urgent)
    missing = tuple(
        name for name in ("danger_now", "sleeping_tonight", "children", "unsafe_person") if getattr(s, name) is None
    )
    if s.pregnant_or_baby is True:
        urgent.grounds.append("child.rights_list")
        urgent.steps.append("step.safety_tell_midwife")
    values = {"eviction_date": s.eviction_date} if known(s.eviction_date) else {}
    if urgent.says:
        outcome, says = Outcome.ADVICE_NOW, urgent.says
    else:
        outcome, says = Outcome.DEPENDS, _calm(s, urgent, missing)
    return Conclusion(
        outcome,
        says,
        tuple(urgent.grounds) or ("safety.numbers",),
        missing,
        tuple(dict.fromkeys(urgent.steps))[:_MOST_STEPS],
        (*tuple(dict.fromkeys(urgent.people))[:_MOST_PEOPLE], "person"),
        values,
    )


def _danger(s: Situation) -> Conclusion:
    """A hard stop: one number, one person, no question more."""
    abroad = s.place == "abroad"
    emergency = ("step.safety_call_local_emergency",) if abroad else ("step.safety_call_112",)
    people: tuple[str, ...] = ("embassy",) if abroad else ("112",)
    grounds: tuple[str, ...] = ("safety.numbers",)
    says: str = "danger"
    steps: tuple[str, ...] = (*emergency, "step.safety_go_where_people_are")
    if s.suicide_risk is True:
        grounds = (*grounds, "safety.suicide_mention")
        call_113 = () if abroad else ("step.safety_call_113",)
        if s.danger_now is True:
            steps, people = (*steps, *call_113), people if abroad else (*people, "113")
        else:
            says, steps = "suicide", (*call_113, *emergency, "step.safety_stay_with_someone")
            people = people if abroad else ("113", *people)
    if s.danger_now is True and not abroad:
        people = (*people, "police", "veilig_thuis")
    return Conclusion(Outcome.ADVICE_NOW, f"{says}_abroad" if abroad else says, grounds, (), steps, (*people, "person"))


def _unsafe_people(s: Situation, urgent: _Urgent) -> None:
    abroad = s.place == "abroad"
    if s.unsafe_person is True:
        urgent.add(
            "unsafe",
            ("safety.domestic_violence", "safety.dv_rights_effects"),
            (
                "step.safety_call_local_emergency" if abroad else "step.safety_call_veilig_thuis",
                "step.safety_keep_proof",
            ),
            ("embassy",) if abroad else ("veilig_thuis", "lawyer"),
        )
    if s.exploitation is True:
        people = ("comensha", "embassy") if abroad else ("comensha", "police")
        urgent.add("exploitation", ("safety.exploitation",), ("step.safety_call_comensha",), people)


def _tonight(s: Situation, urgent: _Urgent) -> None:
    if s.sleeping_tonight not in NO_SAFE_PLACE:
        return
    if s.place == "abroad":
        urgent.add("tonight_abroad", ("safety.numbers",), ("step.safety_call_embassy",), ("embassy",))
        return
    speak = () if s.children is False else ("step.desk_emergency_tonight",)  # that sentence speaks of children
    urgent.add(
        "tonight",
        ("shelter.urgent_temporary", "shelter.national_access", "shelter.written_decision"),
        ("step.shelter_go_today", *speak, "step.desk_report", "step.shelter_write_down"),
        ("gemeente_shelter", "client_support", "lawyer"),
    )


def _eviction(s: Situation, urgent: _Urgent, today: date) -> None:
    if not known(s.eviction_date) or s.place == "abroad":
        return
    days = (s.eviction_date - today).days
    if days < 0:
        grounds = ("shelter.urgent_temporary", "evict.find_lawyer")
        urgent.add("eviction_passed", grounds, ("step.evict_report_shelter_now",), ("gemeente_shelter", "lawyer"))
    elif days <= URGENT_DAYS:
        urgent.add(
            "eviction_soon",
            ("evict.go_to_hearing", "evict.moratorium", "evict.never_leave_under_pressure"),
            ("step.evict_lawyer_today", "step.evict_debt_help", "step.evict_report_shelter_now"),
            ("lawyer", "juridisch_loket", "debt_help", "gemeente_shelter"),
        )


def _children(s: Situation, urgent: _Urgent) -> None:
    if s.threatened_with_child_removal is True or s.child_taken is True:
        urgent.add(
            "children",
            ("child.report_not_a_threat", "child.no_separation_for_homelessness", "child.only_judge_separates"),
            ("step.child_call_lawyer", "step.desk_veilig_thuis_threat"),
            ("lawyer", "kids_ombudsman", "defence_for_children"),
        )


def _calm(s: Situation, urgent: _Urgent, missing: tuple[str, ...]) -> str:
    """Nothing urgent heard. In doubt the family gets the numbers and a person, not silence."""
    if any(getattr(s, name) is UNSURE for name in _SAFETY):
        abroad = s.place == "abroad"
        urgent.steps.insert(0, "step.safety_if_in_doubt_abroad" if abroad else "step.safety_if_in_doubt")
        if s.sleeping_tonight is UNSURE and not abroad:
            urgent.steps.append("step.shelter_go_today")
            urgent.people.append("gemeente_shelter")
        urgent.people += ["embassy"] if abroad else ["veilig_thuis"]
        return "in_doubt"
    return "open" if missing else "no_alarm"


RULE = Rule("triage", "2", READS, _conclude)
