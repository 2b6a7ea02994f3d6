"""The web chat API and page. Every refusal is a 4xx with one sentence in the reader's language."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
from collections import OrderedDict
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from aiohttp import web

from channels.entries import known
from channels.envelope import Incoming
from channels.gateway import Gateway
from channels.letters import KINDS
from channels.settings import now
from channels.storage import conversations, doors, inbox, messages
from channels.storage.conversations import Conversation
from channels.storage.store import Store
from channels.webchat import door, filled
from channels.webchat.asked import LARGEST_BODY, Asked
from channels.webchat.hub import Hub
from channels.webchat.shelf import Shelf
from channels.webchat.sites import Sites, own_words
from channels.webchat.stream import stream
from channels.webchat.ways_in import CHANNEL, WaysIn
from channels.words import Words

__all__ = ["CHANNEL", "LARGEST_BODY", "WebChat"]

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
    """The handlers; `add_to` puts them on an application.

    `back`: where who came by a door can go back to; `sites`: the websites on which families find us.
    """

    def __init__(
        self, gateway: Gateway, store: Store, words: Words, hub: Hub, *, back: door.Back, sites: Sites
    ) -> None:
        self._gateway, self._store, self._words, self._hub, self._sites = gateway, store, words, hub, sites
        asked = Asked(words)
        self._body, self._refuse, self._language, self._after = asked.body, asked.refusal, asked.language, asked.after
        self._ways_in, self._shelf = WaysIn(gateway, store, words, asked, back), Shelf(filled.STATIC)
        self._known: OrderedDict[str, str] = OrderedDict()
        self._press = asyncio.Semaphore(1)  # one letter is made at a time: the talk goes before

    def add_to(self, app: web.Application) -> None:
        """Routes of the page and of /webchat/v1."""
        app.router.add_get("/", self.page)
        app.router.add_get("/static/{name}", self._shelf.give)
        self._ways_in.add_to(app, self._known_as)
        app.router.add_get("/webchat/v1/words", self.words)
        app.router.add_post("/webchat/v1/sessions", self.open)
        app.router.add_post("/webchat/v1/messages", self.receive)
        app.router.add_get("/webchat/v1/messages", self.history)
        app.router.add_get("/webchat/v1/stream", self.stream)
        app.router.add_get("/webchat/v1/letters/{seq}.{kind}", self.letter)
        app.on_response_prepare.append(_harden)

    async def page(self, request: web.Request) -> web.Response:
        """The chat page, in `?lang=` or what the browser prefers."""
        offered = self._gateway.offered({"gemeente": request.query.get("gemeente")})
        lang = self._language(request, request.query.get("lang", ""), offered)
        return filled.response(filled.talk(self._words, lang, offered, filled.kept(request)), lang)

    async def words(self, request: web.Request) -> web.Response:
        """What the page itself says, in `?lang=` (or auto); `?site=` and `?gemeente=` may offer fewer languages."""
        offered = self._gateway.offered(self._sites.settled(request.query))
        lang = self._language(request, request.query.get("lang", "auto"), offered)
        told = filled.texts(self._words, lang, offered)
        if site := self._sites.active(request.query.get("site")):
            own = own_words(site, lang, self._gateway.parts.speech)
            told["words"] |= {key: text for key, (text, _) in own.items()}
            told["dutch"] += [key for key, (_, current) in own.items() if not current]
        response = web.json_response(told)
        response.enable_compression()
        return response

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
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            raise self._refuse(request, 403, "elsewhere")
        entry = self._sites.settled(entry)
        offered = self._gateway.offered(entry)
        if wanted not in (None, "auto", *offered):
            raise self._refuse(request, 400, "language")
        if wanted is None and entry.get("lang") in offered:
            wanted = entry["lang"]
        chosen = wanted not in (None, "auto")
        lang = self._language(request, wanted or "auto", offered)
        token = secrets.token_urlsafe(32)
        conversation = await self._gateway.open(
            CHANNEL, doors.hashed(token), lang, chosen=chosen, entry=self._kept(entry)
        )
        told = {"token": token, "conversation": conversation.id, "lang": lang, "dir": self._words.languages[lang].dir}
        return web.json_response(told, status=201)

    def _kept(self, entry: dict[str, Any]) -> dict[str, str]:
        """Only what an entry may carry: site, post, gemeente, language, topic; and on what clock the family looks."""
        kept = known(entry, self._gateway.parts.speech.content, self._words.offered())
        kept |= {"site": entry["site"]} if entry.get("site") else {}
        zone = str(entry.get("zone", ""))
        return {**kept, "zone": zone} if zone in _zones() else kept

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
        token_hash = doors.hashed(token) if scheme == "Bearer" and token else ""
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


@cache
def _zones() -> set[str]:
    return available_timezones()  # walks through a whole folder


async def _harden(_request: web.Request, response: web.StreamResponse) -> None:
    for name, value in _SECURITY.items():
        response.headers.setdefault(name, value)
