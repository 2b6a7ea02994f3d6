"""How a check goes on: what has become clear is told, then the next best question, or the end with what comes after."""

from __future__ import annotations

import logging
from datetime import date

from actions.dialogue.desk import letters_for
from actions.dialogue.journeys import BACKGROUND, JOURNEYS, Journey
from actions.dialogue.knowledge import Knowledge
from actions.dialogue.places import door, entry_door, entry_post, of_entry, post
from actions.dialogue.plan_view import AFTER_PLAN, ending, plan_question
from actions.dialogue.talk import Payload, Talk
from actions.eligibility.finding import Finding, Rule
from actions.eligibility.situation import Situation, known, question_kind, question_options
from actions.handoff import tagged
from actions.law import ValueUnknown

MOST_OFFERED = 2
_MOST_CHOICES = 10  # what a list of WhatsApp takes
log = logging.getLogger(__name__)


def findings(talk: Talk, knows: Knowledge, today: date) -> list[Finding]:
    """What the rules of the check conclude now, in order; of the last one when it has ended."""
    journey = JOURNEYS.get(talk.journey or talk.last_journey)
    return concluded(journey.goals, talk.situation, knows, today) if journey else []


def background(talk: Talk, knows: Knowledge, today: date) -> list[Finding]:
    """What only a worker and the counting need: orientation, never told to a family as an outcome."""
    return concluded(BACKGROUND, talk.situation, knows, today)


def concluded(rules: tuple[Rule, ...], situation: Situation, knows: Knowledge, today: date) -> list[Finding]:
    """The findings of these rules, without those that no law is known for on this day."""
    found = []
    for rule in rules:
        try:
            found.append(knows.assessor(today).find(rule, situation))
        except ValueUnknown as unknown:
            log.warning("no finding of %s: %s", rule.right, unknown)
    return found


def advance(talk: Talk, knows: Knowledge, today: date) -> list[Payload]:
    """Tell what has become clear, then ask the next question, or end with the plan and what can be done next.

    Where the law of that day is not known to us, nothing is guessed: the check stops and a person is offered.
    """
    try:
        return _advance(talk, knows, today)
    except ValueUnknown as unknown:
        log.warning("a check stopped: %s", unknown)
        talk.leave_journey()
        return [{"say": "journey.law_unknown"}]


def _advance(talk: Talk, knows: Knowledge, today: date) -> list[Payload]:
    journey, assessor = JOURNEYS[talk.journey], knows.assessor(today)
    payloads: list[Payload] = []
    question = assessor.next_question(journey.goals, talk.situation) or _last_question(journey, talk.situation)
    for rule in journey.goals:
        finding = assessor.find(rule, talk.situation)
        settled = assessor.next_question((rule,), talk.situation) is None
        told = f"{finding.outcome}|{finding.says}|{','.join(finding.next_steps)}|{finding.values}"
        if settled and talk.shown.get(finding.right) != told:
            talk.shown[finding.right] = told
            payloads.append(finding_payload(finding))
    if payloads:
        talk.grounds = [ground for payload in payloads for ground in payload["grounds"]]
    talk.asking = question or ""
    if question:
        return [*payloads, question_payload(talk)]
    return [*payloads, *_ending(talk, journey, knows, today)]


def _last_question(journey: Journey, s: Situation) -> str | None:
    """Answers that change no finding: the day of travel puts dates in the plan, the town names the door."""
    if journey.plans and (question := plan_question(s, journey.local)):
        return question
    return "town" if journey.local and s.town is None and s.place != "abroad" else None


def _ending(talk: Talk, journey: Journey, knows: Knowledge, today: date) -> list[Payload]:
    told = ending(talk, knows, today, journey.local) if journey.plans else []
    payloads = list(told)
    s = talk.situation
    if journey.local:
        hinted = of_entry(talk, knows.content)
        place = door(s.town, knows.content) if known(s.town) else entry_door(hinted, knows.content)
        payloads += filter(None, [place])
    if journey.abroad and s.place != "netherlands":
        nearest = post(s.country, knows.content) if known(s.country) else entry_post(talk, knows.content)
        payloads += filter(None, [nearest])
    talk.finished = [*(name for name in talk.finished if name != talk.journey), talk.journey]
    talk.leave_journey()
    further = [f"check.{name}" for name in journey.then if name not in talk.finished][:MOST_OFFERED]
    at_the_desk = [*(["cards"] if journey.local else []), *(f"letter.{name}" for name in letters_for(s))]
    always = ["summary", "change_answer", "source", "other_question", "person"]
    first = [*(AFTER_PLAN if told else []), *at_the_desk[:2]]
    choices = [*first, *further[: _MOST_CHOICES - len(first) - len(always)], *always]
    return [*payloads, {"say": "journey.end", "choices": choices}]


def finding_payload(finding: Finding) -> Payload:
    """A finding as the gateway words it."""
    values = {name: tagged(value) for name, value in finding.values.items()}
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
