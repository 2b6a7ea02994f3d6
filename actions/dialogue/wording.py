"""What was said, again in other words: shorter and simpler, or for a child."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from actions.dialogue.knowledge import Knowledge
from actions.dialogue.progress import question_payload
from actions.dialogue.talk import Payload, Talk

_CHILD_TOPICS = ("child_rights", "veilig_thuis_fear", "emergency_tonight", "school", "domestic_violence")


def simpler(talk: Talk, knows: Knowledge, _today: date) -> list[Payload]:
    """The last answers in at most forty words each; of a question, why it is asked."""
    keys = dict.fromkeys(key for payload in talk.last for key in _simpler_keys(payload, talk, knows))
    known = [key for key in keys if key in knows.content.messages]
    if not known and not talk.asking:  # a check ended: its findings came before the last question
        ended = (f"simpler.{right}.{told.partition('|')[0]}" for right, told in talk.shown.items())
        known = [key for key in ended if key in knows.content.messages]
    if not known and talk.asking:
        known = [f"why.{talk.asking}"]
    if not known:
        return [{"say": "conversation.simpler_nothing"}]
    said: list[Payload] = [{"say": key, "choices": []} for key in known]
    if talk.asking:
        return [*said, question_payload(talk)]
    child = ["for_child"] if for_child_key(talk.topic, knows) else []
    return [*said[:-1], {**said[-1], "choices": [*child, "other_question", "person"]}]


def _simpler_keys(payload: Payload, talk: Talk, knows: Knowledge) -> Iterator[str]:
    if finding := payload.get("finding"):
        yield f"simpler.{finding['right']}.{finding['outcome']}"
    key = str(payload.get("say", ""))
    if key.startswith("simpler."):
        yield key
    elif key.startswith(("answer.", "crisis.")):
        yield f"simpler.{key}"
    elif fact := knows.content.law.facts.get(key.removeprefix("fact.")):
        yield f"simpler.answer.{talk.topic if talk.topic in fact.topics else next(iter(fact.topics), '')}"


def for_child_key(topic: str, knows: Knowledge) -> str:
    """The key of what a child may know about this subject; "" when nothing was written for children."""
    return key if (key := f"child.{topic}") in knows.content.messages else ""


def for_child(talk: Talk, knows: Knowledge, _today: date) -> list[Payload]:
    """The subject of the talk in words for a child of eight to twelve; else what there is for children."""
    if key := for_child_key(talk.topic, knows):
        return child_text(talk, key)
    choices = [*(f"child.{topic}" for topic in _CHILD_TOPICS), "other_question", "person"]
    if talk.asking:
        return child_text(talk, "child.child_rights")
    return [{"say": "conversation.child_which", "choices": choices}]


def child_text(talk: Talk, key: str) -> list[Payload]:
    """One text for a child, with a line for the parent above it; an open question follows."""
    title: Payload = {"say": "conversation.child_title", "choices": []}
    if talk.asking:
        return [title, {"say": key, "choices": []}, question_payload(talk)]
    return [title, {"say": key, "choices": ["other_question", "person"]}]
