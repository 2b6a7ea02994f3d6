"""A Chatwoot for tests, as its published Application API describes it: strict about what it takes, easy to break."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

ACCOUNT, INBOX, TOKEN, SECRET = 7, 3, "user-token", "webhook-secret"
BASE = f"/api/v1/accounts/{ACCOUNT}"
# what each request may hold, from swagger/definitions/request
CONTACT = {"inbox_id", "name", "email", "phone_number", "identifier", "custom_attributes", "additional_attributes"}
CONVERSATION = {
    "source_id",
    "inbox_id",
    "contact_id",
    "status",
    "custom_attributes",
    "additional_attributes",
    "message",
}
MESSAGE = {"content", "message_type", "private", "content_type", "content_attributes", "template_params"}
AGENT = {"id": 5, "name": "Ada", "type": "user"}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class ChatwootDouble:
    """One account with one API inbox. `broken`: "500", "timeout" (until `mend`), "answer lost" or "refuse"."""

    def __init__(self) -> None:
        self.contacts: dict[int, dict[str, Any]] = {}
        self.conversations: dict[int, dict[str, Any]] = {}
        self.messages: dict[int, list[dict[str, Any]]] = {}
        self.calls: list[str] = []
        self.broken, self.only = "", ""  # `only`: a part of the path that is broken, "" for all
        self.presence = "offline"
        self.changed = asyncio.Condition()
        self._mended = asyncio.Event()
        self._numbers = itertools.count(100)
        self._deliveries = itertools.count(1)

    def app(self) -> web.Application:
        app = web.Application(middlewares=[self._door])
        add = app.router.add_route
        add("GET", f"{BASE}/contacts/search", self._search)
        add("POST", f"{BASE}/contacts", self._create_contact)
        add("DELETE", f"{BASE}/contacts/{{contact}}", self._delete_contact)
        add("POST", f"{BASE}/contacts/{{contact}}/contact_inboxes", self._contact_inbox)
        add("GET", f"{BASE}/contacts/{{contact}}/conversations", self._conversations_of)
        add("POST", f"{BASE}/conversations", self._create_conversation)
        add("GET", f"{BASE}/conversations/{{conversation}}", self._show)
        add("POST", f"{BASE}/conversations/{{conversation}}/custom_attributes", self._attributes)
        add("POST", f"{BASE}/conversations/{{conversation}}/toggle_status", self._status)
        add("GET", f"{BASE}/conversations/{{conversation}}/messages", self._messages)
        add("POST", f"{BASE}/conversations/{{conversation}}/messages", self._create_message)
        return app

    def mend(self) -> None:
        self.broken = self.only = ""
        self._mended.set()
        self._mended = asyncio.Event()

    @web.middleware
    async def _door(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self.calls.append(f"{request.method} {request.path.removeprefix(BASE)}")
        if request.headers.get("api_access_token") != TOKEN:
            return web.json_response({"error": "Invalid Access Token"}, status=401)
        broken = self.broken if self.only in request.path and (not self.only or request.method == "POST") else ""
        if broken == "timeout":
            await self._mended.wait()
        if broken in ("500", "timeout"):
            return web.Response(status=500, text="<h1>We are sorry</h1>")
        if broken == "refuse":
            return web.json_response({"message": "is too long"}, status=422)
        response = await handler(request)
        async with self.changed:
            self.changed.notify_all()
        return web.Response(status=502) if broken == "answer lost" else response

    # --- what tests look at

    def only_conversation(self) -> int:
        (number,) = self.conversations
        return number

    def notes(self, conversation: int) -> list[str]:
        return [one["content"] for one in self.messages[conversation] if one["private"]]

    def of_family(self, conversation: int) -> list[str]:
        return [one["content"] for one in self.messages[conversation] if one["message_type"] == 0]

    def everything(self) -> str:
        return json.dumps([self.contacts, self.conversations, self.messages], ensure_ascii=False)

    # --- what its people do

    def writes(self, conversation: int, content: str, **more: Any) -> dict[str, Any]:
        """A message there; gives what the webhook about it says."""
        made = {
            "id": next(self._numbers),
            "content": content,
            "message_type": 1,
            "private": False,
            "content_type": "text",
            "content_attributes": {},
            "source_id": None,
            "sender": AGENT,
            **more,
        }
        self.messages[conversation].append({**made, "conversation_id": conversation, "inbox_id": INBOX})
        return self.told(made, conversation)

    def told(self, message: dict[str, Any], conversation: int) -> dict[str, Any]:
        """The webhook about a message: its kind is a word here."""
        word = {0: "incoming", 1: "outgoing", 2: "activity", 3: "template"}[message["message_type"]]
        about = {"id": conversation, "status": self.conversations[conversation]["status"], "inbox_id": INBOX}
        account = {"id": ACCOUNT, "name": "Voorbeeld"}
        return {
            **message,
            "event": "message_created",
            "message_type": word,
            "conversation": about,
            "account": account,
            "inbox": {"id": INBOX, "name": "Thuiswijzer"},
        }

    def resolves(self, conversation: int) -> dict[str, Any]:
        self.conversations[conversation]["status"] = "resolved"
        changed = [{"status": {"current_value": "resolved", "previous_value": "open"}}]
        about = {"id": conversation, "status": "resolved", "inbox_id": INBOX, "changed_attributes": changed}
        return {**about, "event": "conversation_status_changed"}

    def signed(self, body: dict[str, Any], moment: float, secret: str = SECRET, delivery: str = "") -> dict[str, Any]:
        """What to post: raw bytes and headers."""
        raw, stamp = json.dumps(body).encode(), str(int(moment))
        mark = hmac.new(secret.encode(), f"{stamp}.".encode() + raw, hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": "application/json",
            "X-Chatwoot-Signature": f"sha256={mark}",
            "X-Chatwoot-Timestamp": stamp,
            "X-Chatwoot-Delivery": delivery or f"delivery-{next(self._deliveries)}",
        }
        return {"data": raw, "headers": headers}

    # --- the API

    async def _search(self, request: web.Request) -> web.Response:
        wanted = request.query["q"].lower()
        found = [one for one in self.contacts.values() if wanted in one["identifier"].lower()]
        return web.json_response({"meta": {"count": len(found), "current_page": 1}, "payload": found})

    async def _create_contact(self, request: web.Request) -> web.Response:
        body = await self._body(request, CONTACT, {"inbox_id"})
        if any(one["identifier"] == body["identifier"] for one in self.contacts.values()):
            raise _unfit("Identifier has already been taken")
        number = next(self._numbers)
        source = {"source_id": f"source-{number}", "inbox": {"id": body["inbox_id"]}}
        self.contacts[number] = {**body, "id": number, "contact_inboxes": [source]}
        contact = {key: value for key, value in self.contacts[number].items() if key != "contact_inboxes"}
        return web.json_response({"payload": {"contact": contact, "contact_inbox": source}})

    async def _delete_contact(self, request: web.Request) -> web.Response:
        number = self._find(self.contacts, request, "contact")
        del self.contacts[number]
        for conversation in [n for n, one in self.conversations.items() if one["contact_id"] == number]:
            del self.conversations[conversation], self.messages[conversation]
        return web.Response()

    async def _contact_inbox(self, request: web.Request) -> web.Response:
        number = self._find(self.contacts, request, "contact")
        body = await self._body(request, {"inbox_id", "source_id"}, {"inbox_id"})
        made = {"source_id": body.get("source_id", f"source-{number}"), "inbox": {"id": body["inbox_id"]}}
        self.contacts[number]["contact_inboxes"].append(made)
        return web.json_response(made)

    async def _conversations_of(self, request: web.Request) -> web.Response:
        number = self._find(self.contacts, request, "contact")
        return web.json_response({"payload": [c for c in self.conversations.values() if c["contact_id"] == number]})

    async def _create_conversation(self, request: web.Request) -> web.Response:
        body = await self._body(request, CONVERSATION, {"source_id"})
        number = next(self._numbers)
        self.conversations[number] = {"custom_attributes": {}, **body, "id": number, "account_id": ACCOUNT}
        self.messages[number] = []
        return web.json_response({"id": number, "account_id": ACCOUNT, "inbox_id": body["inbox_id"]})

    async def _show(self, request: web.Request) -> web.Response:
        number = self._find(self.conversations, request, "conversation")
        assignee = {**AGENT, "availability_status": self.presence}
        return web.json_response({**self.conversations[number], "meta": {"assignee": assignee}})

    async def _attributes(self, request: web.Request) -> web.Response:
        number = self._find(self.conversations, request, "conversation")
        body = await self._body(request, {"custom_attributes"}, {"custom_attributes"})
        self.conversations[number]["custom_attributes"] = body["custom_attributes"]
        return web.json_response(body)

    async def _status(self, request: web.Request) -> web.Response:
        number = self._find(self.conversations, request, "conversation")
        body = await self._body(request, {"status", "snoozed_until"}, {"status"})
        if body["status"] not in ("open", "resolved", "pending", "snoozed"):
            raise _unfit("status")
        self.conversations[number]["status"] = body["status"]
        told = {"success": True, "current_status": body["status"], "conversation_id": number}
        return web.json_response({"meta": {}, "payload": told})

    async def _messages(self, request: web.Request) -> web.Response:
        number = self._find(self.conversations, request, "conversation")
        after = int(request.query.get("after") or 0)
        page = [one for one in self.messages[number] if one["id"] > after][:100]
        return web.json_response({"meta": {"labels": []}, "payload": page})

    async def _create_message(self, request: web.Request) -> web.Response:
        number = self._find(self.conversations, request, "conversation")
        body = await self._body(request, MESSAGE, {"content"})
        kind = {"incoming": 0, "outgoing": 1}[body.get("message_type", "outgoing")]
        self.writes(
            number,
            body["content"],
            message_type=kind,
            private=body.get("private", False),
            content_attributes=body.get("content_attributes", {}),
            sender=AGENT if kind else {"type": "contact"},
        )
        return web.json_response(self.messages[number][-1])

    async def _body(self, request: web.Request, known: set[str], needed: set[str]) -> dict[str, Any]:
        body = await request.json()
        if not needed <= body.keys() <= known:
            raise _unfit(f"{sorted(body)}")
        return dict(body)

    def _find(self, where: dict[int, Any], request: web.Request, name: str) -> int:
        number = int(request.match_info[name])
        if number not in where:
            raise web.HTTPNotFound(text=json.dumps({"error": "Resource could not be found"}))
        return number


def _unfit(why: str) -> web.HTTPException:
    return web.HTTPUnprocessableEntity(text=json.dumps({"message": why}), content_type="application/json")
