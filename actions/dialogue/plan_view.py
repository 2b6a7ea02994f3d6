"""The plan of this talk as the gateway words it."""

from __future__ import annotations

from datetime import date

from actions.dialogue.knowledge import Knowledge
from actions.dialogue.talk import Payload, Talk
from actions.eligibility import chavez, residence_right
from actions.eligibility.finding import Finding
from actions.eligibility.situation import Situation
from actions.plan import Light, PlanItem, light, pages, plan
from actions.plan.families import family_of

AFTER_PLAN = ["plan.next", "plan.paper"]  # what can be done where a check ended with the plan
# What the plan looks at, whatever check was done: who may come, and on which ground.
_RULES = (residence_right.RULE, chavez.RULE)


def findings_for_plan(talk: Talk, knows: Knowledge, today: date) -> list[Finding]:
    """What the plan needs to know about the right to come."""
    return [knows.assessor(today).find(rule, talk.situation) for rule in _RULES]


def items_of(talk: Talk, knows: Knowledge, today: date) -> tuple[PlanItem, ...]:
    """Everything in the plan of this family, in the order of doing; notes which items are told for the first time."""
    found, items = findings_for_plan(talk, knows, today), knows.plan
    seen = {slug: date.fromisoformat(day) for slug, day in talk.plan_seen.items()}
    made = plan(talk.situation, found, today, items, talk.done, seen)
    from_today = [item.slug for item in made if items.items[item.slug].counts == "today"]
    talk.plan_seen = {slug: talk.plan_seen.get(slug, today.isoformat()) for slug in from_today}
    return made


def light_of(talk: Talk, knows: Knowledge, today: date) -> Light | None:
    """The advice about leaving; None for a family that does not travel."""
    return light(talk.situation, findings_for_plan(talk, knows, today), talk.done, today, knows.plan)


def plan_payload(talk: Talk, knows: Knowledge, today: date, page: int = 1) -> Payload:
    """One page of what is open, with the advice about leaving and what was ticked off; without choices."""
    items = items_of(talk, knows, today)
    open_pages = pages(items)
    shown = open_pages[page - 1] if page <= len(open_pages) else ()
    advice = light_of(talk, knows, today) if page == 1 else None
    rest = sum(len(later) for later in open_pages[page:])
    return {
        "plan": [line(item) for item in shown],
        "light": light_payload(advice) if advice else None,
        "done": [item.slug for item in items if item.done],
        "progress": progress(items),
        "more": rest,
        "calendar": any(item.due for item in items),
        "grounds": list(dict.fromkeys(ground for reason in advice.reasons for ground in reason.grounds))
        if advice
        else [],
        "choices": [],
    }


def progress(items: tuple[PlanItem, ...]) -> dict[str, int]:
    """How much of the plan is done."""
    return {"done": sum(item.done for item in items), "all": len(items)}


def plan_question(situation: Situation, local: bool) -> str | None:
    """The day of travel, asked at the end of a check for the plan alone; nothing in a `local` check, for who is here.

    What else the advice about leaving needs is asked when the family wants that advice (planning.ready).
    """
    travels = not local and family_of(situation, (), date.min).travels
    return "departure_date" if travels and situation.departure_date is None else None


def ending(talk: Talk, knows: Knowledge, today: date, local: bool) -> list[Payload]:
    """The plan at the end of a check; nothing where a `local` check found no reason for a plan in the Netherlands."""
    abroad = family_of(talk.situation, (), today).travels
    return [] if local and abroad else [plan_payload(talk, knows, today)]


def line(item: PlanItem) -> Payload:
    """One item as a line of the plan."""
    due = item.due.isoformat() if item.due else None
    told = {"say": item.key, "slug": item.slug, "when": item.when, "due": due, "overdue": item.now}
    return {**told, "group": item.group, "done": item.done, "waits_for": list(item.waits_for)}


def item_payload(item: PlanItem, knows: Knowledge, today: date) -> Payload:
    """One item in full: what, by when, who, the proof, the reason and where to read on; without choices."""
    sources = knows.content.law.sources
    told = {
        **line(item),
        "who": item.who,
        "proof": f"{item.key}.proof",
        "why": item.why,
        "link": sources[item.link].url if item.link else "",
        "late": item.due is not None and item.due < today,
    }
    return {"item": told, "grounds": list(item.grounds), "choices": []}


def light_payload(advice: Light) -> Payload:
    """The advice about leaving, with its reasons."""
    reasons = [{"say": reason.key, "with": dict(reason.values)} for reason in advice.reasons]
    return {"colour": advice.colour, "say": advice.key, "reasons": reasons}
