"""Which facts matter for "zich handhaven in de samenleving", and which paper shows each of them?

The legal test of Wmo shelter (shelter.test_self_reliance, art. 1.1.1, 2.3.5); officials say "zelfredzaam". Relevant:
psychological strain, debts, violence, health, parenting, language, exhaustion, an unsafe network. Both views are said
(shelter.rvs_view_vs_courts: the RVS of 2020 and the courts). No judgement on the right: wmo_shelter looks at that, so
the outcome is DEPENDS, or ADVICE_NOW when somebody is not safe or has no safe place tonight (shelter.urgent_temporary).
Proof is a list of papers, never a condition.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from actions.eligibility.asking import unanswered
from actions.eligibility.finding import Conclusion, Outcome, Rule
from actions.eligibility.situation import UNSURE, Situation, known
from actions.eligibility.wmo_procedure import terms_to_object
from actions.law import Law
from actions.municipalities import Municipality

# fmt: off
READS = (
    "place", "problems", "unsafe_person", "network_place", "sleeping_tonight", "exhausted", "dutch_hard", "children",
    "asked_gemeente",
)
# fmt: on
_ALWAYS = ("shelter.test_self_reliance", "shelter.rvs_view_vs_courts", "support.clientondersteuning")
# What counts, the heaviest first, with the paper that shows it.
_PROOF = {
    "violence": "step.safety_keep_proof",
    "exploitation": "step.proof_exploitation",
    "mind": "step.proof_mind",
    "health": "step.proof_health",
    "parenting": "step.proof_parenting",
    "debts": "step.proof_debts",
    "exhaustion": "step.proof_exhaustion",
    "network": "step.proof_network",
    "language": "step.proof_language",
}
_MOST_PROOF = 4  # more papers than these are named in one sentence
_PEOPLE = ("client_support", "gemeente_shelter", "person")
_NO_SAFE_PLACE = ("street", "car", "family_unsafe")


def conclude(s: Situation, law: Law, municipality: Municipality | None, today: date) -> Conclusion:
    """The body of the rule: what counts, what to bring, what to ask."""
    facts = _facts(s)
    values: dict[str, Any] = {"facts": len(facts)}
    missing = _open_questions(s)
    if s.place == "abroad":
        return _abroad(facts)
    unsafe = "violence" in facts or "exploitation" in facts
    tonight = _tonight(s)
    steps = (*tonight, *_proof(facts, _MOST_PROOF - unsafe - len(tonight)), *_desk(s, law, today))
    grounds = (*_ALWAYS, *_grounds(s, facts))
    values |= terms_to_object(law, today) if s.asked_gemeente == "refused_written" else {}
    refused = s.asked_gemeente in ("refused_oral", "refused_written")
    people = ("lawyer", *_PEOPLE) if refused else _PEOPLE
    if unsafe:
        first = ("step.safety_call_veilig_thuis",) if "violence" in facts else ("step.safety_call_comensha",)
        who = ("veilig_thuis",) if "violence" in facts else ("comensha", "police")
        safe = tuple(dict.fromkeys((*first, *steps)))
        return Conclusion(Outcome.ADVICE_NOW, "safety_first", grounds, missing, safe, (*who, *people), values)
    says = "open" if missing else "facts" if facts else "unsure" if _unsure(s) else "housing_only"
    outcome = Outcome.ADVICE_NOW if s.sleeping_tonight in _NO_SAFE_PLACE else Outcome.DEPENDS
    return Conclusion(outcome, says, grounds, missing, steps, people, values)


def _abroad(facts: tuple[str, ...]) -> Conclusion:
    """Still to come: papers and a plan; in danger first the help of that country."""
    danger = ("step.safety_call_local_emergency",) if "violence" in facts else ()
    used = ("step.safety_call_comensha",) if "exploitation" in facts else ()
    before = ("step.shelter_collect_proof", "step.shelter_prepare_return", "step.shelter_ask_person_first")
    why = (("safety.domestic_violence", danger), ("safety.exploitation", used))
    grounds = (*_ALWAYS, *(fact for fact, wanted in why if wanted))
    outcome = Outcome.ADVICE_NOW if danger or used else Outcome.DEPENDS
    people = (*(("comensha",) if used else ()), "embassy", "person")
    return Conclusion(outcome, "abroad", grounds, (), (*danger, *used, *before), people)


def _tonight(s: Situation) -> tuple[str, ...]:
    """A place for tonight comes before every paper; doubt counts as no place."""
    if s.sleeping_tonight is UNSURE:
        return ("step.shelter_go_today",)
    if s.sleeping_tonight not in _NO_SAFE_PLACE:
        return ()
    speak = () if s.children is False else ("step.desk_emergency_tonight",)  # that sentence speaks of children
    return ("step.shelter_go_today", *speak)


def _facts(s: Situation) -> tuple[str, ...]:
    """The names of what counts in this family, the heaviest first."""
    found = set(s.problems - {"none"}) if known(s.problems) else set()
    found |= {"violence"} if s.unsafe_person is True else set()
    found |= {"exhaustion"} if s.exhausted is True or s.sleeping_tonight in ("street", "car") else set()
    found |= {"network"} if s.network_place == "unsafe" or s.sleeping_tonight == "family_unsafe" else set()
    found |= {"language"} if s.dutch_hard is True else set()
    return tuple(name for name in _PROOF if name in found)


def _open_questions(s: Situation) -> tuple[str, ...]:
    """What decides most first; nothing that another answer told already."""
    told = known(s.problems) and "violence" in s.problems
    names = ["problems", *([] if told else ["unsafe_person"]), "sleeping_tonight"]
    names += [] if s.sleeping_tonight == "family_unsafe" else ["network_place"]
    names += [] if s.sleeping_tonight in ("street", "car") else ["exhausted"]
    return unanswered(s, *names, "dutch_hard", "children", "asked_gemeente")


def _unsure(s: Situation) -> bool:
    return UNSURE in (s.problems, s.unsafe_person, s.network_place, s.sleeping_tonight, s.exhausted, s.dutch_hard)


def _proof(facts: tuple[str, ...], most: int) -> tuple[str, ...]:
    """The papers one by one; of more than `most` the last ones together in one sentence."""
    papers = tuple(_PROOF[name] for name in facts)
    if len(papers) <= most:
        return papers or ("step.shelter_collect_proof",)
    return (*papers[: most - 1], "step.shelter_collect_proof")


def _desk(s: Situation, law: Law, today: date) -> tuple[str, ...]:
    """What to say: the question why, the children, free support; after a no also the paper."""
    child = ("step.desk_child_interest",) if s.children is True else ()
    match s.asked_gemeente:
        case "refused_oral":
            # the sentence of the desk speaks of children
            why = "step.shelter_ask_report_ready" if s.children is False else "step.desk_self_reliant"
            first: tuple[str, ...] = (why, "step.desk_written_decision")
        case "refused_written":
            term = ("step.object_term",) if terms_to_object(law, today) else ()
            first = (*term, "step.shelter_object_in_time")
        case "reported":
            first = ("step.shelter_ask_report_ready",)
        case "no":
            first = ("step.desk_report",)
        case _:
            first = ()
    return (*first, *child, "step.desk_client_support")


def _grounds(s: Situation, facts: tuple[str, ...]) -> tuple[str, ...]:
    found = {
        "shelter.child_interest_even_if_self_reliant": s.children is True,
        "shelter.return_case_law_negative": not facts,
        "safety.domestic_violence": "violence" in facts,
        "safety.exploitation": "exploitation" in facts,
        "shelter.written_decision": s.asked_gemeente in ("refused_oral", "refused_written"),
        "objection.bezwaar": s.asked_gemeente == "refused_written",
        "shelter.urgent_temporary": s.sleeping_tonight in _NO_SAFE_PLACE,
        "stay.mediation_ekc": "network" in facts,
    }
    return tuple(fact for fact, wanted in found.items() if wanted)


RULE = Rule("self_reliance", "2", READS, conclude)
