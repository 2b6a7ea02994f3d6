"""Steering the talk itself: why, source, repeat, back, change, restart, stop, delete, language, privacy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from actions.dialogue import planning, wording
from actions.dialogue.knowledge import Knowledge
from actions.dialogue.progress import advance, question_payload
from actions.dialogue.talk import Heard, Payload, Talk

_FACTS_AT_ONCE = 3
_NEAR = 3  # of all facts, so that only a clear match is told unasked
Handler = Callable[[Talk, Knowledge, date], list[Payload]]


def steer(talk: Talk, heard: Heard, knows: Knowledge, today: date) -> list[Payload]:
    """Handle one conversation intent, or a tapped choice of the same name."""
    return HANDLERS[heard.choice or heard.intent](talk, knows, today)


def _then_question(talk: Talk, payload: Payload) -> list[Payload]:
    return [{**payload, "choices": []}, question_payload(talk)] if talk.asking else [payload]


def _says(key: str) -> Handler:
    return lambda talk, _knows, _today: _then_question(talk, {"say": key})


def why(talk: Talk, _knows: Knowledge, _today: date) -> list[Payload]:
    """Why the open question is asked and who sees the answer."""
    return _then_question(talk, {"say": f"why.{talk.asking}" if talk.asking else "conversation.why_nothing"})


def source(talk: Talk, _knows: Knowledge, _today: date) -> list[Payload]:
    """What the last answer or finding rests on."""
    if not talk.grounds:
        return _then_question(talk, {"say": "conversation.sources_nothing"})
    facts: list[Payload] = [
        {"say": f"fact.{ground}", "grounds": [ground], "choices": []} for ground in talk.grounds[:4]
    ]
    title: Payload = {"say": "conversation.sources_title", "grounds": talk.grounds, "choices": []}
    return [title, *facts, question_payload(talk) if talk.asking else {"say": "conversation.other_question"}]


def facts_about(talk: Talk, knows: Knowledge) -> list[str]:
    """What is known about the subject and was not told yet: first what its short answer left out."""
    message = knows.content.messages.get(f"answer.{talk.topic}")
    short = message.grounds if message else ()
    about = [fact for fact in knows.content.law.facts.values() if talk.topic in fact.topics]
    rank = {fact: number for number, fact in enumerate(reversed(talk.nearest), 1)}
    about.sort(key=lambda fact: (-rank.get(fact.id, 0), fact.id in short, fact.topics.index(talk.topic)))
    return [fact.id for fact in about if fact.id not in talk.told]


def nearest_fact(talk: Talk, knows: Knowledge) -> str:
    """The fact that answers this very question beside the short answer of its subject; "" when none comes near."""
    message = knows.content.messages.get(f"answer.{talk.topic}")
    for name in talk.nearest[:_NEAR]:
        fact = knows.content.law.facts.get(name)
        if fact and message and talk.topic in fact.topics and name not in message.grounds:
            talk.told.append(name)
            return name
    return ""


def more(talk: Talk, knows: Knowledge, _today: date) -> list[Payload]:
    """The next facts about the subject, each with its sources."""
    facts = facts_about(talk, knows)[:_FACTS_AT_ONCE]
    if not facts:
        return _then_question(talk, {"say": "conversation.more_nothing"})
    talk.told += facts
    talk.grounds = facts
    told: list[Payload] = [{"say": f"fact.{fact}", "grounds": [fact], "choices": []} for fact in facts]
    if talk.asking:
        return [*told, question_payload(talk)]
    left = ["more"] if facts_about(talk, knows) else []
    return [*told, {"say": "conversation.more_after", "choices": [*left, "other_question", "person"]}]


def repeat(talk: Talk, _knows: Knowledge, _today: date) -> list[Payload]:
    """The last thing said, again."""
    return talk.last or [{"say": "conversation.other_question"}]


def back(talk: Talk, _knows: Knowledge, _today: date) -> list[Payload]:
    """The question before this one, its answer taken back."""
    if not talk.journey or not talk.asked:
        return _then_question(talk, {"say": "conversation.back_nothing"})
    previous = talk.asked[-1]
    talk.record(previous, None)
    talk.asking, talk.gathering = previous, []
    return [question_payload(talk)]


def change_answer(talk: Talk, _knows: Knowledge, _today: date) -> list[Payload]:
    """What was told, with a choice for each answer to change it."""
    told = talk.situation.to_dict()
    if not told:
        return _then_question(talk, {"say": "conversation.change_nothing"})
    summary = [{"field": field, "value": value} for field, value in told.items()]
    newest_first = [field for field in reversed(talk.asked) if field in told]
    choices = [f"change.{field}" for field in newest_first or told]
    return [{"summary": summary, "choices": []}, {"say": "conversation.change_which", "choices": [*choices, "person"]}]


def restart(talk: Talk, _knows: Knowledge, _today: date) -> list[Payload]:
    """Everything told is put aside."""
    ticks, fresh = dict.fromkeys(talk.done, False), Talk()
    for name in fresh.__slots__:
        setattr(talk, name, getattr(fresh, name))
    return [{"say": "conversation.restarted", "ticks": ticks}, {"say": "conversation.other_question"}]


def stop(talk: Talk, _knows: Knowledge, _today: date) -> list[Payload]:
    """The check stops; what was told stays until the family deletes it."""
    talk.leave_journey()
    return [{"say": "conversation.stopped"}]


def carry_on(talk: Talk, knows: Knowledge, today: date) -> list[Payload]:
    """Say the open question again, or what has become clear."""
    if talk.asking:
        return [question_payload(talk)]
    return advance(talk, knows, today) if talk.journey else repeat(talk, knows, today)


def _delete(talk: Talk, _knows: Knowledge, _today: date) -> list[Payload]:
    restart(talk, _knows, _today)
    return [{"delete": True}]


def _which_language(_talk: Talk, _knows: Knowledge, _today: date) -> list[Payload]:
    return [{"say": "conversation.language_which", "languages": True}]


HANDLERS: dict[str, Handler] = {
    "greet": _says("conversation.greet"),
    "are_you_human": _says("conversation.are_you_human"),
    "who_sees_this": _says("conversation.who_sees_this"),
    "other_question": _says("conversation.other_question"),
    "delete_my_data": _says("conversation.delete_confirm"),
    "delete": _says("conversation.delete_confirm"),
    "delete.no": _says("conversation.delete_kept"),
    "delete.yes": _delete,
    "change_language": _which_language,
    "why": why,
    "source": source,
    "more": more,
    "repeat": repeat,
    "simpler": wording.simpler,
    "for_child": wording.for_child,
    "back": back,
    "change_answer": change_answer,
    "summary": change_answer,
    "restart": restart,
    "stop": stop,
    "carry_on": carry_on,
    **planning.HANDLERS,
}
