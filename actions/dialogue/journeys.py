"""Journeys: which rights are looked at together, which question comes next, and what is told when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from actions.dialogue.talk import Payload, Talk
from actions.eligibility import (
    brp_registration,
    chavez,
    eu_worker,
    eviction,
    nationality,
    objection_deadline,
    residence_right,
    triage,
    veilig_thuis_threat,
    visa_step,
    wmo_shelter,
)
from actions.eligibility.finding import Finding, Rule
from actions.eligibility.situation import UNSURE, Situation, plain, question_kind, question_options
from actions.law import Law
from actions.plan import PlanItem, plan


@dataclass(frozen=True, slots=True)
class Journey:
    """Rules in the order in which they matter to a family; `plans`: ends with the personal plan."""

    goals: tuple[Rule, ...]
    plans: bool = False


JOURNEYS: dict[str, Journey] = {
    "abroad": Journey((residence_right.RULE, visa_step.RULE, brp_registration.RULE), plans=True),
    "embassy": Journey((chavez.RULE, visa_step.RULE), plans=True),
    "homeless": Journey((triage.RULE, wmo_shelter.RULE)),
    "child_threat": Journey((veilig_thuis_threat.RULE,)),
    "letter": Journey((objection_deadline.RULE,)),
    "eviction": Journey((eviction.RULE,)),
    "nationality": Journey((nationality.RULE,)),
    "eu": Journey((eu_worker.RULE,)),
    "registration": Journey((brp_registration.RULE,)),
}

# Where a subject leads when the family wants it checked for themselves.
CHECK_OF = {
    "residence_chavez": "abroad",
    "prepare_move": "abroad",
    "residence_ex_refugee": "abroad",
    "visa_facilitating": "embassy",
    "residence_dutch_or_caribbean": "nationality",
    "residence_eu": "eu",
    "brp_registration": "registration",
    "shelter_access": "homeless",
    "self_reliance": "homeless",
    "binding_rule": "homeless",
    "emergency_tonight": "homeless",
    "veilig_thuis_fear": "child_threat",
    "objection_appeal": "letter",
    "eviction_rights": "eviction",
}


def findings(talk: Talk, law: Law, today: date) -> list[Finding]:
    """What the journey's rules conclude now, in order."""
    return [rule.assess(talk.situation, law, None, today) for rule in JOURNEYS[talk.journey].goals]


def next_question(goals: tuple[Rule, ...], situation: Situation, law: Law, today: date) -> str | None:
    """The first open question whose answer can still change a finding; None when none can."""
    for rule in goals:
        for question in rule.assess(situation, law, None, today).missing:
            if getattr(situation, question) is None and can_change(rule, question, situation, law, today):
                return question
    return None


def can_change(rule: Rule, question: str, situation: Situation, law: Law, today: date) -> bool:
    """Whether some answer to `question` leads this rule elsewhere than another answer does, now or further on."""
    ends = {
        (f.says, f.outcome, f.next_steps, f.hand_over_to, tuple(m for m in f.missing if m != question))
        for answer in possible_answers(question, today)
        if (f := rule.assess(situation.with_answer(question, answer), law, None, today))
    }
    return len(ends) > 1 or any(further for *_, further in ends)


def possible_answers(question: str, today: date) -> Iterator[Any]:
    """Answers that stand for all others: every option, and numbers and days around the borders that laws draw."""
    yield UNSURE
    match question_kind(question):
        case "yes_no":
            yield from (True, False)
        case "choice":
            yield from question_options(question)
        case "many":
            yield from (frozenset({option}) for option in question_options(question))
            yield frozenset(question_options(question)[1:])
        case "number" | "age" | "duration":
            yield from (0, 1, 2, 3, 5, 6, 7, 9, 10, 12, 13, 15, 16, 17, 18, 20, 30, 36, 60)
        case "date":
            yield from (today + timedelta(days=days) for days in (-400, -60, -43, -42, -30, -14, -3, 0, 7, 30, 200))
        case "country":
            yield from ("CW", "BE", "SR")
        case "town":
            yield from ("GM0363", "GM0599")


def advance(talk: Talk, law: Law, today: date) -> list[Payload]:
    """Tell what has become clear, then ask the next question, or end with the plan and what can be done next."""
    journey = JOURNEYS[talk.journey]
    payloads: list[Payload] = []
    question = next_question(journey.goals, talk.situation, law, today) or _plan_question(journey, talk.situation)
    for rule, finding in zip(journey.goals, findings(talk, law, today), strict=True):
        settled = next_question((rule,), talk.situation, law, today) is None
        told = f"{finding.outcome}|{finding.says}|{','.join(finding.next_steps)}|{finding.values}"
        if settled and talk.shown.get(finding.right) != told:
            talk.shown[finding.right] = told
            payloads.append(finding_payload(finding))
    if payloads:
        talk.grounds = [ground for payload in payloads for ground in payload["grounds"]]
    talk.asking = question or ""
    if question:
        return [*payloads, question_payload(talk)]
    return [*payloads, *_ending(talk, journey, law, today)]


def _plan_question(journey: Journey, situation: Situation) -> str | None:
    """The day of the journey changes no finding, but it puts dates in the plan."""
    asks = journey.plans and situation.departure_date is None and situation.place != "netherlands"
    return "departure_date" if asks else None


def _ending(talk: Talk, journey: Journey, law: Law, today: date) -> list[Payload]:
    payloads: list[Payload] = []
    if journey.plans:
        items = plan(talk.situation, findings(talk, law, today), today)
        payloads.append({"plan": [_plan_line(item) for item in items], "choices": []})
    payloads.append(
        {"say": "journey.end", "choices": ["summary", "change_answer", "source", "other_question", "person"]}
    )
    talk.leave_journey()
    return payloads


def _plan_line(item: PlanItem) -> Payload:
    due = item.due.isoformat() if item.due else None
    return {"say": item.key, "when": item.when, "due": due, "overdue": item.now}


def finding_payload(finding: Finding) -> Payload:
    """A finding as the gateway words it."""
    values = {name: _tagged(value) for name, value in finding.values.items()}
    told = {
        "right": finding.right,
        "outcome": finding.outcome.value,
        "key": finding.message_key,
        "values": values,
        "steps": list(finding.next_steps),
        "contacts": list(finding.hand_over_to),
        "receipt": finding.receipt,
    }
    return {"finding": told, "grounds": list(finding.grounds), "choices": []}


def _tagged(value: Any) -> Any:
    return {"date": value.isoformat()} if isinstance(value, date) else plain(value)


def question_payload(talk: Talk) -> Payload:
    """The open question with its answers to tap; every question can be answered with "I do not know"."""
    question, options = talk.asking, question_options(talk.asking)
    match question_kind(question):
        case "yes_no":
            ids = [f"ask.{question}={value}" for value in ("yes", "no", "unsure")]
        case "many":
            left = [
                option
                for option in options
                if option not in talk.gathering and not (talk.gathering and option == "none")
            ]
            ids = [f"ask.{question}={option}" for option in left] + [
                "many.done" if talk.gathering else f"ask.{question}=unsure"
            ]
        case _:
            ids = [f"ask.{question}={value}" for value in (*options, "unsure")]
    return {"say": f"ask.{question}", "choices": ids}
