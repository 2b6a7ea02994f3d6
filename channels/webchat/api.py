"""The web chat API and page. Every refusal is a 4xx with one sentence in the reader's language."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import secrets
from collections import OrderedDict
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from aiohttp import web

from channels.envelope import Incoming
from channels.gateway import Gateway
from channels.hearing import clean
from channels.letters import KINDS
from channels.settings import now
from channels.storage import conversations, doors, inbox, messages
from channels.storage.conversations import Conversation
from channels.storage.store import Store
from channels.webchat import door
from channels.webchat.hub import Hub
from channels.webchat.stream import stream
from channels.words import Words

CHANNEL = "webchat"
LARGEST_BODY = 256 * 1024
_STATIC = Path(__file__).parent / "static"
_KEY = re.compile(r"[A-Za-z0-9_.:-]{1,80}")
_CHOICE = re.compile(r"[A-Za-z0-9_.:=-]{1,100}")
_SECURITY = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "microphone=(), camera=(), geolocation=()",
}


class WebChat:
    """The handlers; `add_to` puts them on an application. `back`: where who came by a door can go back to."""

    def __init__(self, gateway: Gateway, store: Store, words: Words, hub: Hub, *, back: door.Back) -> None:
        self._gateway, self._store, self._words, self._hub, self._back = gateway, store, words, hub, back
        self._known: OrderedDict[str, str] = OrderedDict()
        self._press = asyncio.Semaphore(1)  # one letter is made at a time: the talk goes before

    def add_to(self, app: web.Application) -> None:
        """Routes of the page and of /webchat/v1."""
        app.router.add_get("/", self.page)
        app.router.add_get("/v/{token}", self.way_in)
        app.router.add_static("/static", _STATIC)
        app.router.add_get("/webchat/v1/words", self.words)
        app.router.add_post("/webchat/v1/sessions", self.open)
        app.router.add_post("/webchat/v1/doors", self.enter)
        app.router.add_post("/webchat/v1/messages", self.receive)
        app.router.add_get("/webchat/v1/messages", self.history)
        app.router.add_get("/webchat/v1/stream", self.stream)
        app.router.add_get("/webchat/v1/letters/{seq}.{kind}", self.letter)
        app.on_response_prepare.append(_harden)

    async def page(self, _request: web.Request) -> web.FileResponse:
        """The chat page."""
        return web.FileResponse(_STATIC / "index.html")

    async def words(self, request: web.Request) -> web.Response:
        """What the page itself says, in `?lang=` (or auto: what the browser prefers); `?gemeente=` may offer fewer."""
        offered = self._gateway.offered({"gemeente": request.query.get("gemeente")})
        lang = self._language(request, request.query.get("lang", "auto"), offered)
        languages = [
            {"code": code, "name": one.name, "dir": one.dir, "state": one.state}
            for code, one in self._words.languages.items()
            if code in offered
        ]
        keys = [key for key in self._words.dutch if key.startswith(("web.", "page."))]
        texts = {key: self._words.text(key, lang)[0] for key in keys}
        return web.json_response(
            {"lang": lang, "dir": self._words.languages[lang].dir, "words": texts, "languages": languages}
        )

    async def open(self, request: web.Request) -> web.Response:
        """Begin a conversation: {lang?, entry?} → {token, conversation, lang, dir}."""
        body = await self._body(request) if request.can_read_body else {}
        wanted, entry = body.get("lang"), body.get("entry", {})
        entry = {} if entry is None else entry
        if (
            not isinstance(entry, dict)
            or len(json.dumps(entry)) > 2000
            or not (wanted is None or isinstance(wanted, str))
        ):
            raise self._refuse(request, 400, "body")
        offered = self._gateway.offered(entry)
        if wanted not in (None, "auto", *offered):
            raise self._refuse(request, 400, "language")
        if wanted is None and entry.get("lang") in offered:
            wanted = entry["lang"]
        chosen = wanted not in (None, "auto")
        lang = self._language(request, wanted or "auto", offered)
        token = secrets.token_urlsafe(32)
        conversation = await self._gateway.open(CHANNEL, _hash(token), lang, chosen=chosen, entry=_entry(entry))
        told = {"token": token, "conversation": conversation.id, "lang": lang, "dir": self._words.languages[lang].dir}
        return web.json_response(told, status=201)

    async def way_in(self, request: web.Request) -> web.Response:
        """The page behind a link, in `?l=` (or what the browser prefers). The link is not used up."""
        return door.page(self._words, self._language(request, request.query.get("l", ""), self._words.offered()))

    async def enter(self, request: web.Request) -> web.Response:
        """Go on with the conversation that a link leads to: {token} → {token, conversation, lang, dir, back}, once."""
        link = (await self._body(request)).get("token")
        told = await self._store.write(lambda c: door.come_in(c, link, CHANNEL, self._back))
        if told is None:
            raise self._refuse(request, 410, "door")
        await self._gateway.bring_out()
        told = {**told, "dir": self._words.languages[told["lang"]].dir}
        return web.json_response(told, status=201, headers={"Cache-Control": "no-store"})

    async def receive(self, request: web.Request) -> web.Response:
        """Take one message: {client_msg_id, text | choice}. 202 only once it is safely stored."""
        conversation, by_door = await self._known_as(request)
        body = await self._body(request)
        key, text, choice = body.get("client_msg_id"), body.get("text"), body.get("choice")
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            raise self._refuse(request, 400, "key")
        if (text is None) == (choice is None) or not isinstance(text or choice or "", str):
            raise self._refuse(request, 400, "text_or_choice")
        if choice is not None and not _CHOICE.fullmatch(choice):
            raise self._refuse(request, 400, "text_or_choice")
        try:
            new = await self._gateway.accept(
                CHANNEL, Incoming(conversation, key, text=text or "", choice=choice or ""), client_key=key
            )
        except inbox.TooMany:
            raise self._refuse(request, 429, "too_fast") from None
        if new and by_door:  # stands before the work on the message: the store writes in order
            await self._store.write(lambda c: conversations.move(c, conversation, CHANNEL))
        self._hub.wake(conversation)
        return web.json_response({"status": "accepted" if new else "duplicate", "client_msg_id": key}, status=202)

    async def history(self, request: web.Request) -> web.Response:
        """Everything visible after `?after=`."""
        conversation = await self._conversation(request)
        after = self._after(request)
        seen = await self._store.read(lambda c: messages.visible(c, conversation, after))
        now = await self._store.read(lambda c: conversations.get(c, conversation))
        lang = now.lang if now else "nl"
        return web.json_response({"messages": seen, "lang": lang, "dir": self._words.languages[lang].dir})

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Messages as they come (server-sent events), resumable with `?after=` or Last-Event-ID."""
        conversation, by_door = await self._known_as(request)
        if self._hub.count(conversation) >= 5:
            raise self._refuse(request, 429, "too_fast")
        after = self._after(request)
        return await stream(request, conversation, after, self._store, self._hub, self._words, by_door)

    async def letter(self, request: web.Request) -> web.Response:
        """A letter that stands in this conversation, as a file: what was shown then, and nothing newer."""
        conversation = await self._conversation(request)
        seq, kind = request.match_info["seq"], request.match_info["kind"]
        if kind not in KINDS or not re.fullmatch(r"[1-9][0-9]{0,9}", seq):
            raise self._refuse(request, 404, "letter")
        found = await self._store.read(lambda c: messages.visible(c, conversation, int(seq) - 1, limit=1))
        written = found[0].get("letter") if found and found[0]["seq"] == int(seq) else None
        if not written:
            raise self._refuse(request, 404, "letter")
        mime, make = KINDS[kind]
        async with self._press:
            made = await asyncio.to_thread(make, written)
        name = f"{written['name']}.{kind}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return web.Response(body=made, headers={**headers, "Content-Type": mime})

    async def _conversation(self, request: web.Request) -> str:
        return (await self._known_as(request))[0]

    async def _known_as(self, request: web.Request) -> tuple[str, str]:
        """The conversation of this token, and the hash of the token if that came by a door, else ""."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        token_hash = _hash(token) if scheme == "Bearer" and token else ""
        if (known := self._known.get(token_hash)) is None:
            found: Conversation | None = await self._store.read(lambda c: conversations.by_token(c, token_hash))
            if found is None or found.channel != CHANNEL:
                return await self._inside(request, token_hash), token_hash
            known = self._known[token_hash] = found.id
            if len(self._known) > 10_000:
                self._known.popitem(last=False)
        return known, ""

    async def _inside(self, request: web.Request, token_hash: str) -> str:
        moment = now()  # read again each time: a door closes
        found = await self._store.read(lambda c: doors.inside(c, token_hash, moment))
        if found is None:
            raise self._refuse(request, 401, "token")
        return found

    async def _body(self, request: web.Request) -> dict[str, Any]:
        try:
            raw = await request.read()
            body = json.loads(raw.decode("utf-8"))
        except web.HTTPRequestEntityTooLarge:
            raise self._refuse(request, 413, "too_big") from None
        except ValueError:
            raise self._refuse(request, 400, "body") from None
        if not isinstance(body, dict):
            raise self._refuse(request, 400, "body")
        return body

    def _after(self, request: web.Request) -> int:
        raw = request.query.get("after") or request.headers.get("Last-Event-ID") or "0"
        if not raw.isdecimal() or len(raw) > 12:
            raise self._refuse(request, 400, "body")
        return int(raw)

    def _language(self, request: web.Request, wanted: str, offered: Sequence[str]) -> str:
        if wanted in offered:
            return wanted
        prefers = request.headers.get("Accept-Language", "")
        codes = [part.split(";")[0].strip().split("-")[0].lower() for part in prefers.split(",")]
        return next((code for code in codes if code in offered), "nl")

    def _refuse(self, request: web.Request, status: int, error: str) -> web.HTTPException:
        lang = self._language(request, "auto", self._words.offered())
        sentence, _ = self._words.text("page.gone" if error == "door" else f"error.{error}", lang)
        kinds: dict[int, type[web.HTTPException]] = {
            400: web.HTTPBadRequest,
            401: web.HTTPUnauthorized,
            404: web.HTTPNotFound,
            410: web.HTTPGone,
            429: web.HTTPTooManyRequests,
        }
        body = json.dumps({"error": error, "message": sentence})
        if status == 413:
            return web.HTTPRequestEntityTooLarge(LARGEST_BODY, 0, text=body, content_type="application/json")
        return kinds[status](text=body, content_type="application/json")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@cache
def _zones() -> set[str]:
    return available_timezones()  # walks through a whole folder


def _entry(entry: dict[str, Any]) -> dict[str, str]:
    """Only what an entry may carry: post, gemeente, language, topic; and on what clock the family looks."""
    kept = {key: clean(str(entry[key]))[:60] for key in ("post", "gemeente", "lang", "topic") if entry.get(key)}
    zone = str(entry.get("zone", ""))
    return {**kept, "zone": zone} if zone in _zones() else kept


async def _harden(_request: web.Request, response: web.StreamResponse) -> None:
    for name, value in _SECURITY.items():
        response.headers.setdefault(name, value)
