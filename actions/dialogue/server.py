"""The only rasa_sdk code: tracker in, payloads and one slot out."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.dialogue import turns
from actions.dialogue.conversation import HANDLERS, steer
from actions.dialogue.knowledge import Knowledge, knowledge, today
from actions.dialogue.sheet import fingerprint, renewed
from actions.dialogue.talk import ASIDE, Heard, Payload, Talk

log = logging.getLogger(__name__)
# bot/components/tracker_store.py takes this as: remove everything of this sender
ERASED: dict[str, Any] = {"erase": True}
Turn = Callable[[Talk, Heard, Knowledge, date], list[Payload]]


def heard_in(message: dict[str, Any]) -> Heard:
    """The latest message of a tracker as Heard."""
    entities = tuple(message.get("entities") or ())
    intent = (message.get("intent") or {}).get("name") or ""
    ranking = tuple((row["name"], float(row["confidence"])) for row in message.get("intent_ranking") or ())
    choice = next((str(e["value"]) for e in entities if e["entity"] == "choice"), "") if intent == "pick" else ""
    metadata = message.get("metadata") or {}
    lang, danger = str(metadata.get("language") or ""), tuple(metadata.get("danger") or ())
    ticks = {str(item): bool(done) for item, done in dict(metadata.get("ticks") or {}).items()}
    kept = bool(metadata.get("sheet"))
    entry = {str(name): str(value) for name, value in dict(metadata.get("entry") or {}).items()}
    return Heard(intent, str(message.get("text") or ""), choice, ranking, entities, lang, danger, ticks, kept, entry)


def take_turn(turn: Turn, slot: dict[str, Any] | None, heard: Heard) -> tuple[list[Payload], dict[str, Any]]:
    """Run one turn on the stored state; a state that no longer fits the questions starts afresh."""
    try:
        talk = Talk.from_slot(slot)
    except (TypeError, ValueError):
        log.warning("a stored talk did not fit this version and was put aside")
        talk = Talk()
    if heard.danger:  # the newest words are those, not ours: "again" and "simpler" are about them
        talk.last = [{"say": key, "choices": []} for key in heard.danger]
    talk.entry = dict(heard.entry)
    before = fingerprint(talk)
    for item, done in heard.ticks.items():
        talk.tick(item, done=done)
    payloads = turn(talk, heard, knowledge(), today())
    if any("delete" in payload for payload in payloads):
        return payloads, ERASED
    if heard.intent != "repeat" and not any("handoff" in payload for payload in payloads):
        talk.last = [{key: told for key, told in payload.items() if key not in ASIDE} for payload in payloads]
    if heard.sheet and not any("sheet" in payload for payload in payloads):
        payloads = [*payloads, *renewed(talk, before, knowledge(), today())]
    return payloads, talk.to_slot()


class _Turn(Action):
    action = ""

    def name(self) -> str:
        """The name Rasa's rules use."""
        return self.action

    def turn(self, talk: Talk, heard: Heard, knows: Knowledge, day: date) -> list[Payload]:
        """What this action does with a turn."""
        raise NotImplementedError

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _domain: dict[str, Any]) -> list[Any]:
        """One turn."""
        payloads, slot = take_turn(self.turn, tracker.get_slot("talk"), heard_in(tracker.latest_message))
        for payload in payloads:
            dispatcher.utter_message(json_message=payload)
        return [SlotSet("talk", slot)]


class Topic(_Turn):
    """A subject was raised."""

    action = "action_topic"

    def turn(self, talk: Talk, heard: Heard, knows: Knowledge, day: date) -> list[Payload]:
        """Answer it."""
        return turns.topic(talk, heard, knows, day)


class Reply(_Turn):
    """Yes, no, I do not know."""

    action = "action_reply"

    def turn(self, talk: Talk, heard: Heard, knows: Knowledge, day: date) -> list[Payload]:
        """Take it as an answer."""
        return turns.reply(talk, heard, knows, day)


class Pick(_Turn):
    """A choice was tapped."""

    action = "action_pick"

    def turn(self, talk: Talk, heard: Heard, knows: Knowledge, day: date) -> list[Payload]:
        """Do what the choice says."""
        if heard.choice == "person":
            return turns.hand_over(talk, knows, day, "asked")
        return steer(talk, heard, knows, day) if heard.choice in HANDLERS else turns.pick(talk, heard, knows, day)


class Conversation(_Turn):
    """The talk itself is steered."""

    action = "action_conversation"

    def turn(self, talk: Talk, heard: Heard, knows: Knowledge, day: date) -> list[Payload]:
        """Why, source, back, stop and the like; unless it answers the open question after all."""
        answered = turns.reply_to_question(talk, heard, knows, day) if talk.asking else []
        return answered or steer(talk, heard, knows, day)


class Person(_Turn):
    """A person is wanted."""

    action = "action_person"

    def turn(self, talk: Talk, _heard: Heard, knows: Knowledge, day: date) -> list[Payload]:
        """Hand over with what is known."""
        return turns.hand_over(talk, knows, day, "asked")


class Clarify(_Turn):
    """Not understood."""

    action = "action_clarify"

    def turn(self, talk: Talk, heard: Heard, knows: Knowledge, day: date) -> list[Payload]:
        """Ask again in another way."""
        return turns.clarify(talk, heard, knows, day)
