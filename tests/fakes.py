"""A scripted bot that speaks Rasa's HTTP, for everything that is not about understanding."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from aiohttp import web

ASK = {"say": "ask.place", "choices": ["ask.place=abroad", "ask.place=netherlands", "ask.place=unsure"]}


class ScriptedBot:
    """Answers by rule; remembers what it heard like a tracker; can be made to fail."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []
        self.events: dict[str, list[dict[str, Any]]] = {}
        self.broken = ""
        self.sessions: list[str] = []
        self.session_renewed = asyncio.Event()
        self.hold: Any = None

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/webhooks/rest/webhook", self._webhook)
        app.router.add_get("/conversations/{sender}/tracker", self._tracker)
        app.router.add_get("/status", self._status)
        return app

    async def _webhook(self, request: web.Request) -> web.Response:
        body = await request.json()
        sender, message = body["sender"], body["message"]
        if message == "/session_start":
            self.sessions.append(sender)
            self.session_renewed.set()
            return web.json_response([])
        if self.hold is not None:
            await self.hold.wait()
        if self.broken == "error":
            return web.Response(status=500)
        if self.broken == "empty":
            return web.json_response([])
        self.heard.append((sender, message))
        payloads = self.answer(message)
        events = self.events.setdefault(sender, [])
        events.append({"event": "user", "text": message, "metadata": body.get("metadata", {})})
        events += [{"event": "bot", "data": {"custom": payload}} for payload in payloads]
        if self.broken == "answer lost":
            self.broken = ""
            return web.Response(status=500)
        return web.json_response([{"recipient_id": sender, "custom": payload} for payload in payloads])

    @staticmethod
    def answer(message: str) -> list[dict[str, Any]]:
        if message.startswith("/pick"):
            choice = json.loads(message[5:])["choice"]
            if choice == "person":
                return [{"handoff": {"reason": "asked", "urgency": 1, "topic": "shelter_access", "situation": {}}}]
            if choice == "delete.yes":
                return [{"delete": True}]
            return [ASK]
        if "bron" in message:
            return [{"say": "answer.shelter_access"}]
        return [ASK]

    async def _tracker(self, request: web.Request) -> web.Response:
        return web.json_response({"events": self.events.get(request.match_info["sender"], [])})

    async def _status(self, _request: web.Request) -> web.Response:
        return web.json_response({"model_file": "" if self.broken else "scripted"})
