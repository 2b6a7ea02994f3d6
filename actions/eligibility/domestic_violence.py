"""Violence or fear at home: who helps now, and what leaving does to shelter, binding, children and stay.

Danger now is answered as triage does. Abroad the local emergency number and the embassy. Veilig Thuis and the police
can register with a women's shelter, often elsewhere, without a police report before (safety.domestic_violence,
with the letter that you fled). The EU exclusion does not hold here (safety.dv_rights_effects; Wmo art. 1.2.2) and
after shelter the Huisvestingswet names these families (art. 12 lid 3 d, 16). Violence of the other parent: as in
chavez.safety_warning. Never LIKELY_YES or LIKELY_NO: with violence ADVICE_NOW, else DEPENDS.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from actions.eligibility import triage
from actions.eligibility.asking import unanswered
from actions.eligibility.chavez import safety_warning
from actions.eligibility.finding import Conclusion, Outcome, Rule
from actions.eligibility.situation import UNSURE, Situation, known
from actions.law import Law
from actions.municipalities import Municipality

READS = (
    "danger_now",
    "suicide_risk",
    "place",
    "unsafe_person",
    "other_parent",
    "away_reason",
    "problems",
    "dv_help",
    "sleeping_tonight",
    "children",
    "nationality",
    "stay_via_partner",
)
MOST_STEPS = 8
_GROUNDS = ("safety.domestic_violence", "safety.dv_rights_effects")
# fmt: off
_FIRST_LEFT_OUT = tuple(f"step.{name}" for name in (
    "dv_eu", "safety_keep_proof", "desk_report", "desk_written_decision", "dv_stay", "desk_fled_violence",
))
# fmt: on


def conclude(s: Situation, law: Law, municipality: Municipality | None, today: date) -> Conclusion:
    """The body of the rule: danger now, abroad, violence here; else doubt, open or no violence told."""
    if s.danger_now is True or s.suicide_risk is True:
        now = triage.RULE.body(s, law, municipality, today)
        return replace(now, grounds=(*now.grounds, "safety.domestic_violence"))
    told = _violence(s)
    if told is not True:
        return _not_told(s, told)
    return _abroad(s) if s.place == "abroad" else _here(s)


def _violence(s: Situation) -> bool | None:
    """True as soon as any answer tells of violence; None when unsure or not asked."""
    problems = s.problems if known(s.problems) else frozenset()
    if s.unsafe_person is True or s.other_parent == "violence" or s.away_reason == "violence":
        return True
    if "violence" in problems or s.dv_help in ("reported", "in_shelter", "refused"):
        return True
    return False if s.unsafe_person is False else None


def _not_told(s: Situation, told: bool | None) -> Conclusion:
    abroad = s.place == "abroad"
    doubt = "step.safety_if_in_doubt_abroad" if abroad else "step.safety_if_in_doubt"
    if told is False and s.danger_now is not UNSURE:
        missing = unanswered(s, "danger_now", "place")
        return Conclusion(Outcome.DEPENDS, "no_violence", ("safety.numbers",), missing, (doubt,), ("person",))
    people = ("embassy", "person") if abroad else ("veilig_thuis", "person")
    missing = unanswered(s, "danger_now", "unsafe_person", "place")
    says = "open" if "unsafe_person" in missing else "in_doubt"
    return Conclusion(Outcome.DEPENDS, says, ("safety.numbers", _GROUNDS[0]), missing, (doubt,), people)


def _abroad(s: Situation) -> Conclusion:
    """No Dutch numbers for who is not here; with a child nobody travels without advice on custody (prep.custody)."""
    parent = safety_warning(s)
    steps = ("step.safety_call_local_emergency", "step.safety_call_embassy", "step.safety_keep_proof")
    people = parent.hand_over_to if parent else ("embassy", "lawyer", "person")
    grounds = (*_GROUNDS, *(parent.grounds if parent else ()))
    extra = parent.next_steps if parent else ()
    if not parent and s.children is True:
        extra, people = ("step.custody_safety",), ("embassy", "lawyer", "centrum_iko", "person")
        grounds = (*grounds, "prep.custody.safety", "prep.custody.consent")
    missing = unanswered(s, "danger_now", *(() if parent else ("children",)))
    return Conclusion(Outcome.ADVICE_NOW, "abroad", grounds, missing, (*steps, *extra), people)


def _here(s: Situation) -> Conclusion:
    says = {"reported": "reported", "in_shelter": "in_shelter", "refused": "refused"}.get(str(s.dv_help), "get_help")
    parent = safety_warning(s)
    first, *then = _by_help(says)
    steps = (
        *(("step.safety_if_in_doubt",) if s.danger_now is UNSURE else ()),
        first,
        *_tonight(s, says),
        *then,
        *(parent.next_steps if parent else ()),
        *_stay(s),
        *(("step.dv_children",) if s.children is True else ()),
        "step.safety_keep_proof",
        *_after_leaving(s, says),
    )
    eu = ("shelter.residence_condition_foreigners",) if s.nationality == "eu" else ()
    grounds = (*_GROUNDS, *(("urgency.law_2026",) if says == "in_shelter" else ()), *eu)
    grounds = (*grounds, *(parent.grounds if parent else ()))
    missing = unanswered(s, "danger_now", "place", "dv_help", *_tonight_question(says), "children", *_stay_questions(s))
    return Conclusion(Outcome.ADVICE_NOW, says, grounds, missing, _most_useful(steps), _people(s, says, parent))


def _by_help(says: str) -> tuple[str, ...]:
    steps: dict[str, tuple[str, ...]] = {
        "get_help": ("step.safety_call_veilig_thuis", "step.dv_shelter_elsewhere"),
        "reported": ("step.dv_letter", "step.dv_call_again"),
        "in_shelter": ("step.dv_priority", "step.dv_letter"),
        "refused": ("step.dv_call_again", "step.dv_letter", "step.desk_report", "step.desk_written_decision"),
    }
    return steps[says]


def _tonight_question(says: str) -> tuple[str, ...]:
    return () if says == "in_shelter" else ("sleeping_tonight",)


def _tonight(s: Situation, says: str) -> tuple[str, ...]:
    if says == "in_shelter" or s.sleeping_tonight not in triage.NO_SAFE_PLACE:
        return ()
    speak = () if s.children is False else ("step.desk_emergency_tonight",)
    return ("step.shelter_go_today", *speak)


def _after_leaving(s: Situation, says: str) -> tuple[str, ...]:
    """Who already left needs words for the gap in the registration."""
    away = known(s.sleeping_tonight) and s.sleeping_tonight != "own_home"
    return ("step.desk_fled_violence",) if away or s.away_reason == "violence" or says == "in_shelter" else ()


def _stay_questions(s: Situation) -> tuple[str, ...]:
    return ("nationality",) if s.nationality in (None, "dutch") else ("nationality", "stay_via_partner")


def _stay(s: Situation) -> tuple[str, ...]:
    eu = ("step.dv_eu",) if s.nationality == "eu" else ()
    if s.nationality != "dutch" and s.stay_via_partner in (True, UNSURE):
        return ("step.dv_stay", *eu)
    return eu


def _people(s: Situation, says: str, parent: Conclusion | None) -> tuple[str, ...]:
    found = ["112"] if s.danger_now is UNSURE else []
    found += ["veilig_thuis", "police", "lawyer"]
    found += ["gemeente_shelter"] if says == "refused" or s.sleeping_tonight in triage.NO_SAFE_PLACE else []
    found += ["client_support"] if says == "refused" else []
    found += ["juridisch_loket"] if "step.dv_stay" in _stay(s) else []
    found += parent.hand_over_to if parent else ()
    return (*found, "person")


def _most_useful(steps: tuple[str, ...]) -> tuple[str, ...]:
    """No more than somebody in fear can do; calling, tonight and the children are never left out."""
    kept = list(dict.fromkeys(steps))
    for step in _FIRST_LEFT_OUT:
        if len(kept) > MOST_STEPS and step in kept:
            kept.remove(step)
    return tuple(kept)


RULE = Rule("domestic_violence", "2", READS, conclude)
