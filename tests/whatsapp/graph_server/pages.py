"""Phones in the browser: a list of people, and for each a small phone that shows the talk as it goes on."""

from __future__ import annotations

import asyncio
import contextlib
import html
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import web

if TYPE_CHECKING:
    from tests.whatsapp.graph_server.people import Person
    from tests.whatsapp.graph_server.server import GraphServer

_STATIC = Path(__file__).parent / "static"
_FILES = {"phone.js": "text/javascript", "phone.css": "text/css", "house.svg": "image/svg+xml"}
_KINDS = ("image", "audio")  # what the phone can send besides words
_HEARTBEAT = 15.0
_LONGEST = 4096
_CSP = "; ".join(
    [
        *("default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "img-src 'self'"),
        *("form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"),
    ]
)
_HEADERS = {
    "Content-Security-Policy": _CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with none, a form of our own comes from "null"
    "Cache-Control": "no-store",
}


async def guarded(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """No other site may use the phones, and no script from elsewhere runs in them."""
    origin = request.headers.get("Origin", "")
    if request.method == "POST" and origin and origin.partition("://")[2] != request.host:
        raise web.HTTPForbidden
    response = await handler(request)
    if not response.prepared:
        response.headers.update(_HEADERS)
    return response


def routes(server: GraphServer) -> list[web.RouteDef]:
    """For the application."""
    phones = _Phones(server)
    return [
        web.get("/", phones.people),
        web.post("/people", phones.make),
        web.get("/phone/{key}", phones.page),
        web.get("/phone/{key}/live", phones.live),
        web.post("/phone/{key}/{act:says|taps|sends|looks}", phones.act),
        web.get("/static/{name}", phones.file),
    ]


class _Phones:
    def __init__(self, server: GraphServer) -> None:
        self._server = server

    async def people(self, _request: web.Request) -> web.Response:
        shell = (_STATIC / "people.html").read_text(encoding="utf-8")
        rows = "".join(_row(person) for person in self._server.people)
        numbers = "".join(
            f'<option value="{html.escape(one.id)}">{html.escape(one.name)}</option>'
            for one in self._server.numbers.values()
        )
        page = shell.replace("<!--people-->", rows or "<li>Nog niemand.</li>").replace("<!--numbers-->", numbers)
        return web.Response(text=page, content_type="text/html")

    async def make(self, request: web.Request) -> web.Response:
        told = await request.post()
        name, number = str(told.get("name", "")).strip()[:60] or "Familie", str(told.get("number", ""))
        count = len(self._server.people) + 1
        hidden = told.get("phone") == "no"
        person = self._server.person(
            name,
            phone=None if hidden else f"3100000{count:04d}",
            username=f"@familie{count}" if hidden else "",
            number=number if number in self._server.numbers else "",
        )
        person.reads = False
        raise web.HTTPSeeOther(f"/phone/{person.key}")

    async def page(self, request: web.Request) -> web.Response:
        self._person(request)
        return web.Response(text=(_STATIC / "phone.html").read_text(encoding="utf-8"), content_type="text/html")

    async def file(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in _FILES:
            raise web.HTTPNotFound
        return web.Response(text=(_STATIC / name).read_text(encoding="utf-8"), content_type=_FILES[name])

    async def act(self, request: web.Request) -> web.Response:
        """Do something on the phone; it is shown before our webhook has answered."""
        person, act = self._person(request), request.match_info["act"]
        try:
            told = await request.json() if request.content_type == "application/json" else None
        except ValueError:
            told = None
        doing = _doing(person, act, told) if isinstance(told, dict) else None
        if doing is None:
            raise web.HTTPBadRequest
        self._server.post.start(doing())
        return web.Response(status=202)

    async def live(self, request: web.Request) -> web.StreamResponse:
        """The whole screen, each time that something on it changes."""
        person = self._person(request)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", **_HEADERS})
        await response.prepare(request)
        shown = ""
        with contextlib.suppress(ConnectionError):
            while not self._server.stopping.is_set():
                if (now := json.dumps(self._screen(person))) != shown:
                    shown = now
                    await response.write(f"data: {now}\n\n".encode())
                if not await self._changed(person, shown):
                    await response.write(b": still here\n\n")
        return response

    async def _changed(self, person: Person, shown: str) -> bool:
        def different() -> bool:
            return self._server.stopping.is_set() or json.dumps(self._screen(person)) != shown

        try:
            async with asyncio.timeout(_HEARTBEAT), self._server.changed:
                await self._server.changed.wait_for(different)
        except TimeoutError:
            return False
        return True

    def _screen(self, person: Person) -> dict[str, Any]:
        until = person.typing_until
        typing = until.isoformat() if until and until > self._server.clock() else ""
        talk = [one.to_dict() for one in person.talk]
        return {"ours": person.number.name, "name": person.name, "typing": typing, "talk": talk}

    def _person(self, request: web.Request) -> Person:
        for person in self._server.people:
            if person.key == request.match_info["key"]:
                return person
        raise web.HTTPNotFound


def _doing(person: Person, act: str, told: dict[str, Any]) -> Callable[[], Any] | None:
    """What is to be done, or None when that cannot be."""
    text, kind, choice, on = (str(told.get(key, "")) for key in ("text", "kind", "choice", "on"))
    if act == "says" and 0 < len(text.strip()) <= _LONGEST:
        return lambda: person.says(text.strip())
    if act == "sends" and kind in _KINDS:
        return lambda: person.sends(kind)
    if act == "looks":
        return person.looks
    known = any(one.id == choice for shown in person.screen if shown.wamid == on for one in shown.choices)
    return (lambda: person.taps(choice, on=on)) if act == "taps" and known else None


def _row(person: Person) -> str:
    last = next((one.text for one in reversed(person.talk) if one.text), "")
    unread = sum(one.state == "delivered" for one in person.screen)
    how = "zonder nummer" if not person.shows_phone else f"+{person.phone}"
    count = f'<b class="unread" aria-label="{unread} ongelezen">{unread}</b>' if unread else ""
    return (
        f'<li><a href="/phone/{person.key}"><span class="name"><bdi>{html.escape(person.name)}</bdi></span>'
        f'<span class="how">{html.escape(how)}</span>'
        f'<span class="last"><bdi>{html.escape(last[:90])}</bdi></span>{count}</a></li>'
    )
