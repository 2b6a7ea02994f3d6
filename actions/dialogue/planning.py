"""Working with the plan: see it again, tick off, what now, why, later, another day of travel.

Every function takes the talk, the knowledge and the day, changes only the talk, and answers payloads. Choices: `plan.`
with a verb of HANDLERS, or `plan.<verb>.<item>` with a verb of `_ON_ITEM`; both are never trusted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from actions.dialogue.knowledge import Knowledge
from actions.dialogue.plan_view import item_payload, items_of, plan_payload, progress
from actions.dialogue.progress import question_payload
from actions.dialogue.sheet import sheet
from actions.dialogue.talk import Payload, Talk
from actions.plan import PlanItem, next_question

_MOST_CHOICES = 9  # with the person beside them: as many as a list in a chat takes
_FACTS_AT_ONCE = 3
PERSON = "person"
Turn = Callable[[Talk, Knowledge, date], list[Payload]]


def _choices(*verbs: str) -> list[str]:
    return [f"plan.{verb}" for verb in verbs]


def show(talk: Talk, knows: Knowledge, today: date, page: int = 1) -> list[Payload]:
    """The plan: what is open, the advice about leaving, and what can be done with it."""
    if not talk.situation.to_dict():
        return [{"say": "planning.nothing"}]
    payload = plan_payload(talk, knows, today, page)
    talk.grounds = payload["grounds"] or talk.grounds
    verbs = ["next", "tick", "paper"] if payload["plan"] else []
    verbs += [f"more.{page + 1}"] if payload["more"] else []
    if payload["light"]:
        verbs += ["ready"] if next_question(talk.situation) else []
        verbs += ["date"]
    return [{**payload, "choices": [*_choices(*verbs), PERSON]}]


def what_now(talk: Talk, knows: Knowledge, today: date) -> list[Payload]:
    """The first thing that is open and waits for nothing; what was put off today comes last."""
    if not talk.situation.to_dict():
        return [{"say": "planning.nothing"}]
    still_open = [item for item in items_of(talk, knows, today) if not item.done]
    can_start = [item for item in still_open if not item.waits_for]
    can_start.sort(key=lambda item: talk.later.get(item.slug) == today.isoformat())
    if can_start:
        return _tell(talk, can_start[0], knows, today)
    key = "planning.all_wait" if still_open else "planning.all_done"
    return [{"say": key, "choices": [*_choices("show"), PERSON]}]


def which_done(talk: Talk, knows: Knowledge, today: date) -> list[Payload]:
    """What can be ticked off, as a list."""
    can_start = [item for item in items_of(talk, knows, today) if not item.done and not item.waits_for]
    if not can_start:
        return [{"say": "planning.nothing_open", "choices": [*_choices("show"), PERSON]}]
    slugs = [f"tick.{item.slug}" for item in can_start[:_MOST_CHOICES]]
    return [{"say": "planning.which_done", "choices": [*_choices(*slugs), PERSON]}]


def ready(talk: Talk, knows: Knowledge, today: date) -> list[Payload]:
    """May we give up the home there? First what is still needed for that advice, then the advice with the plan."""
    talk.asking = next_question(talk.situation) or ""
    if not talk.asking:
        return show(talk, knows, today)
    return [question_payload(talk)]


def paper(talk: Talk, knows: Knowledge, today: date) -> list[Payload]:
    """A link to the plan as a page, which the gateway makes: here is what stands on it."""
    if not talk.situation.to_dict():
        return [{"say": "planning.nothing"}]
    choices = [*_choices("show", "remind", "unlink"), PERSON]
    return [{"say": "planning.paper", "sheet": sheet(talk, knows, today), "choices": choices}]


def unlink(_talk: Talk, _knows: Knowledge, _today: date) -> list[Payload]:
    """Every link to the plan ends."""
    return [{"say": "planning.unlinked", "unlink": True, "choices": [*_choices("show", "paper"), PERSON]}]


def remind(talk: Talk, knows: Knowledge, today: date) -> list[Payload]:
    """The family wants a line the day before something in its plan; the gateway keeps that wish, and the days."""
    told = sheet(talk, knows, today) if talk.situation.to_dict() else {"items": []}
    if not any(item["due"] and not item["done"] for item in told["items"]):
        return [{"say": "planning.remind_no_days", "choices": [*_choices("show"), PERSON]}]
    choices = [*_choices("remind_off", "show"), PERSON]
    return [{"say": "planning.remind_on", "sheet": told, "remind": True, "choices": choices}]


def remind_off(_talk: Talk, _knows: Knowledge, _today: date) -> list[Payload]:
    """No more lines about days."""
    return [{"say": "planning.remind_off", "remind": False, "choices": [*_choices("remind", "show"), PERSON]}]


def change_date(talk: Talk, _knows: Knowledge, _today: date) -> list[Payload]:
    """Another day of travel: the question again."""
    talk.record("departure_date", None)
    talk.asking = "departure_date"
    return [question_payload(talk)]


def after_answer(talk: Talk, question: str, knows: Knowledge, today: date) -> list[Payload]:
    """What follows an answer outside a check: the plan with its new days, or the next thing to know before leaving."""
    if talk.asking != question:
        return [{"say": "conversation.other_question"}]
    talk.asking = ""
    return show(talk, knows, today) if question == "departure_date" else ready(talk, knows, today)


def pick(talk: Talk, choice: str, knows: Knowledge, today: date) -> list[Payload]:
    """A tapped `plan.<verb>.<item>` or `plan.more.<page>`; nothing when there is no such item in this plan."""
    verb, _, name = choice.removeprefix("plan.").partition(".")
    if verb == "more" and name.isdecimal() and len(name) == 1:
        return _then_question(talk, show(talk, knows, today, max(1, int(name))))
    item = _named(name, items_of(talk, knows, today))
    return _then_question(talk, _ON_ITEM[verb](talk, item, knows, today)) if item and verb in _ON_ITEM else []


def _then_question(talk: Talk, payloads: list[Payload]) -> list[Payload]:
    """In the middle of a check its open question follows; outside one nothing is open any more."""
    if not talk.journey:
        talk.asking = ""
    if not talk.asking:
        return payloads
    return [*payloads[:-1], {**payloads[-1], "choices": []}, question_payload(talk)]


def _named(name: str, items: Iterable[PlanItem]) -> PlanItem | None:
    return next((item for item in items if item.slug == name), None)


def _tell(talk: Talk, item: PlanItem, knows: Knowledge, today: date) -> list[Payload]:
    talk.grounds = list(item.grounds)
    verbs = [*(f"item.{name}" for name in item.waits_for[:3]), f"why.{item.slug}"]
    if item.done:
        verbs = [f"undo.{item.slug}", f"why.{item.slug}"]
    elif not item.waits_for:
        verbs = [f"done.{item.slug}", f"why.{item.slug}", f"later.{item.slug}"]
    verbs.append("show")
    return [{**item_payload(item, knows, today), "choices": [*_choices(*verbs), PERSON]}]


def _tick(talk: Talk, item: PlanItem, knows: Knowledge, today: date) -> list[Payload]:
    talk.tick(item.slug, done=True)
    talk.later.pop(item.slug, None)
    ticks = {item.slug: True}
    items = items_of(talk, knows, today)
    if all(found.done for found in items):
        choices = [*_choices(f"undo.{item.slug}", "show"), PERSON]
        return [{"say": "planning.all_done", "ticks": ticks, "choices": choices}]
    choices = [*_choices("next", f"undo.{item.slug}", "show"), PERSON]
    return [{"say": "planning.ticked", "with": progress(items), "ticks": ticks, "choices": choices}]


def _untick(talk: Talk, item: PlanItem, _knows: Knowledge, _today: date) -> list[Payload]:
    talk.tick(item.slug, done=False)
    choices = [*_choices(f"item.{item.slug}", "next", "show"), PERSON]
    return [{"say": "planning.unticked", "ticks": {item.slug: False}, "choices": choices}]


def _put_off(talk: Talk, item: PlanItem, knows: Knowledge, today: date) -> list[Payload]:
    talk.later = {**talk.later, item.slug: today.isoformat()}
    return what_now(talk, knows, today)


def _reasons(talk: Talk, item: PlanItem, _knows: Knowledge, _today: date) -> list[Payload]:
    talk.grounds = list(item.grounds)
    facts: list[Payload] = [
        {"say": f"fact.{ground}", "grounds": [ground], "choices": []} for ground in item.grounds[:_FACTS_AT_ONCE]
    ]
    facts[-1]["choices"] = [*_choices(f"item.{item.slug}", "next", "show"), PERSON]
    return facts


def _steering(turn: Turn) -> Turn:
    return lambda talk, knows, today: _then_question(talk, turn(talk, knows, today))


# Intents of the talk itself, and choices that name no item.
HANDLERS: dict[str, Turn] = {
    "what_now": _steering(what_now),
    "plan_done": _steering(which_done),
    **{f"plan.{verb}": _steering(turn) for verb, turn in (("show", show), ("next", what_now), ("tick", which_done))},
    **{f"plan.{verb}": _steering(turn) for verb, turn in (("paper", paper), ("unlink", unlink))},
    **{f"plan.{verb}": _steering(turn) for verb, turn in (("remind", remind), ("remind_off", remind_off))},
    **{f"plan.{verb}": turn for verb, turn in (("ready", ready), ("date", change_date))},
}
_ON_ITEM: dict[str, Callable[[Talk, PlanItem, Knowledge, date], list[Payload]]] = {
    "item": _tell,
    "done": _tick,
    "tick": _tick,
    "undo": _untick,
    "why": _reasons,
    "later": _put_off,
}
