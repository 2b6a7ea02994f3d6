"""A bot that really talks about a plan: the dialogue of actions behind Rasa's HTTP, for who taps and never types."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from aiohttp import web

from actions.dialogue import conversation, planning
from actions.dialogue.server import Pick, heard_in, take_turn
from actions.dialogue.talk import Talk
from actions.eligibility.situation import Situation
from tests.conftest import DAY
from tests.fakes import ScriptedBot

MOTHER: dict[str, Any] = {
    "place": "abroad",
    "nationality": "other",
    "country": "SR",
    "children": True,
    "child_dutch": True,
    "child_age": 5,
    "parent_type": "own",
    "care": "main",
    "child_lives": "with_me",
    "child_to_nl": True,
    "eu_stay_elsewhere": "none",
    "criminal_record": False,
    "other_parent": "agrees",
    "visa_required": True,
    "address": "host_ok",
    "departure_date": "2027-06-01",
}


class TalkingBot(ScriptedBot):
    """Knows every family as `family` with the checks `finished`; "plan" shows its plan. `metadata`: as heard last."""

    def __init__(self, family: dict[str, Any] | None = None, finished: tuple[str, ...] = ("abroad", "embassy")) -> None:
        super().__init__()
        self.family, self.finished = MOTHER if family is None else family, finished
        self.slots: dict[str, dict[str, Any]] = {}
        self.metadata: dict[str, Any] = {}

    async def _webhook(self, request: web.Request) -> web.Response:
        body = await request.json()
        sender, message, self.metadata = body["sender"], body["message"], body.get("metadata") or {}
        if message == "/session_start":
            return web.json_response([])
        self.heard.append((sender, message))
        slot = self.slots.get(sender) or self._talk().to_slot()
        payloads, self.slots[sender] = self._turn(slot, message)
        return web.json_response([{"recipient_id": sender, "custom": payload} for payload in payloads])

    def _talk(self) -> Talk:
        return Talk(situation=Situation.from_dict(self.family), finished=list(self.finished))

    def _turn(self, slot: dict[str, Any], message: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        choice = json.loads(message[5:])["choice"] if message.startswith("/pick") else ""
        entities = [{"entity": "choice", "value": choice}] if choice else []
        heard = heard_in({"intent": {"name": "pick"}, "entities": entities, "metadata": self.metadata, "text": message})
        if choice:
            return take_turn(Pick().turn, slot, heard)
        if message == "herhaal":
            return take_turn(lambda talk, _heard, knows, day: conversation.repeat(talk, knows, day), slot, heard)
        return take_turn(lambda talk, _heard, knows, _day: planning.show(talk, knows, DAY), slot, heard)


def in_days(days: int) -> date:
    return DAY + timedelta(days)
