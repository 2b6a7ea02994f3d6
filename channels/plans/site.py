"""The pages behind a link to a plan. Whoever has the link may read and tick; one that opens nothing is told kindly."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from sqlalchemy import Connection

from channels.handoff.casework import Office
from channels.pages import Pages, preferred
from channels.plans import leaflets, page, paper, picture
from channels.plans.calendar import calendar
from channels.plans.pace import Pace
from channels.plans.telling import Telling
from channels.storage import plans
from channels.storage.plans import Opened
from channels.storage.store import Store

_HERE = Path(__file__).parent
_LONGEST = 100  # of a token; ours are shorter
_PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}
_PAPER_COSTS = 10  # ticks
_MOST_PAPERS = 20  # that wait for the press, some seconds in all; nobody else is made to wait longer
Handler = Callable[[web.Request, Opened], Awaitable[web.StreamResponse]]


class PlanPages:
    """`add_to` puts the routes on an application. `office`: whose words, day and address they are."""

    def __init__(self, store: Store, office: Office) -> None:
        self._store, self._office = store, office
        self._pages = Pages(office.speech, _HERE / "templates")
        self._pace, self._looks = Pace(burst=60, per_second=2), Pace(burst=60, per_second=1)
        self._press = asyncio.Semaphore(1)  # one paper at a time: the talk goes before
        self._papers = 0  # at the press, or waiting for it

    def add_to(self, app: web.Application) -> None:
        """Routes of /plan."""
        router = app.router
        router.add_get("/plan/{token}.pdf", self._behind(self.paper))
        router.add_get("/plan/{token}.ics", self._behind(self.calendar))
        router.add_get("/plan/{token}", self._behind(self.plan))
        router.add_get("/plan/{token}/ticks", self._behind(self.ticks))
        router.add_post("/plan/{token}/tick", self._behind(self.tick))
        router.add_get("/plan/{token}/end", self._behind(self.ask_end))
        router.add_post("/plan/{token}/end", self._behind(self.end))
        router.add_get("/plan/{token}/host", self._behind(partial(self.leaflet, leaflets.for_host)))
        router.add_get("/plan/{token}/child", self._behind(partial(self.leaflet, leaflets.for_child)))
        router.add_get("/plan/{rest:.*}", self.gone)

    async def plan(self, request: web.Request, opened: Opened) -> web.Response:
        """The plan, in `?l=` or what the browser prefers."""
        if not self._looks.allows(opened.conversation, time.monotonic()):
            return self._refuse(request, 429, "sheet.too_fast")
        return await asyncio.to_thread(self._plan, request, opened)  # a tenth of a second: others go on meanwhile

    def _plan(self, request: web.Request, opened: Opened) -> web.Response:
        telling = self._telling(request)
        told = page.shown(opened, telling)
        drawn = picture.drawn(told["days"], rtl=telling.dir == "rtl") if told["days"] else None
        where, made_at = _where(request), opened.made_at.isoformat()
        return self._show(request, "plan.html", plan=told, picture=drawn, where=where, made_at=made_at)

    async def ticks(self, request: web.Request, opened: Opened) -> web.Response:
        """What is ticked now, for a page that stands open."""
        return web.json_response(self._state(request, opened), headers=_PRIVATE)

    async def tick(self, request: web.Request, opened: Opened) -> web.StreamResponse:
        """Take one tick: a form with `slug` and `done` (1 or 0). What is not on the sheet changes nothing."""
        if not self._from_here(request):
            return self._refuse(request, 403, "sheet.refused")
        if not self._pace.allows(opened.conversation, time.monotonic()):
            return self._refuse(request, 429, "sheet.too_fast")
        given = await request.post()
        slug, done = str(given.get("slug", "")), str(given.get("done", ""))
        if slug in page.slugs(opened.sheet) and done in ("0", "1"):
            token = request.match_info["token"]
            now_open = await self._store.write(lambda c: self._ticked(c, token, slug, done == "1"))
            if now_open is None:
                return await self.gone(request)
            opened = now_open
        if _wants_json(request):
            return web.json_response(self._state(request, opened), headers=_PRIVATE)
        raise web.HTTPSeeOther(f"{_where(request)}?l={self._lang(request)}#{slug}", headers=_PRIVATE)

    async def ask_end(self, request: web.Request, _opened: Opened) -> web.Response:
        """Whether the family is sure."""
        return self._note(request, "sheet.end_title", "sheet.end_text", ask=True)

    async def end(self, request: web.Request, _opened: Opened) -> web.Response:
        """This link opens nothing any more."""
        if not self._from_here(request):
            return self._refuse(request, 403, "sheet.refused")
        token, moment = request.match_info["token"], self._office.clock()
        await self._store.write(lambda connection: plans.end(connection, token, moment))
        return self._note(request, "sheet.ended_title", "sheet.ended_text", back=False)

    async def leaflet(
        self, made: Callable[[Any, Telling], dict[str, Any]], request: web.Request, opened: Opened
    ) -> web.Response:
        """A sheet for somebody else than the parents."""
        leaf = made(opened.sheet, self._telling(request))
        return self._show(request, "plan_leaflet.html", leaf=leaf, where=_where(request))

    async def paper(self, request: web.Request, opened: Opened) -> web.Response:
        """The plan as an accessible PDF."""
        full = self._papers >= _MOST_PAPERS
        if full or not self._pace.allows(opened.conversation, time.monotonic(), _PAPER_COSTS):
            return self._refuse(request, 429, "sheet.too_fast")
        telling = self._telling(request)
        self._papers += 1
        try:
            async with self._press:
                made = await asyncio.to_thread(paper.pdf, opened, telling)
        finally:
            self._papers -= 1
        return _file(made, "application/pdf", "plan.pdf")

    async def calendar(self, request: web.Request, opened: Opened) -> web.Response:
        """The days to come, in neutral words, for a calendar."""
        made = calendar(opened, self._telling(request), self._office.clock())
        return _file(made, "text/calendar; charset=utf-8", "agenda.ics")

    async def gone(self, request: web.Request) -> web.Response:
        """One and the same page for a link that never was, was copied badly, has ended or was stopped."""
        if _wants_json(request):
            return self._refuse(request, 404, "sheet.gone_title")
        return self._note(request, "sheet.gone_title", "sheet.gone_text", "sheet.gone_new", back=False, status=404)

    def _behind(self, handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            token, moment = request.match_info["token"], self._office.clock()
            short = len(token) <= _LONGEST
            opened = await self._store.read(lambda c: plans.opened(c, token, moment)) if short else None
            return await handler(request, opened) if opened else await self.gone(request)

        return handle

    def _ticked(self, connection: Connection, token: str, slug: str, done: bool) -> Opened | None:
        moment = self._office.clock()
        opened = plans.opened(connection, token, moment, hold=True)
        if opened is None:
            return None
        plans.tick(connection, opened.conversation, {slug: done}, moment)
        return plans.opened(connection, token, moment)

    def _state(self, request: web.Request, opened: Opened) -> dict[str, Any]:
        words = self._telling(request).plain("planning.progress", **page.progress(opened))
        return {"ticks": page.ticks(opened), "progress": words, "made": opened.made_at.isoformat()}

    def _refuse(self, request: web.Request, status: int, key: str) -> web.Response:
        """One sentence: as a page, or for the script of the page."""
        headers = {**_PRIVATE, **({"Retry-After": "5"} if status == 429 else {})}
        if _wants_json(request):
            message = self._telling(request).plain(key)
            return web.json_response({"error": key, "message": message}, status=status, headers=headers)
        return self._note(request, "sheet.title", key, status=status, headers=headers)

    def _note(
        self, request: web.Request, title: str, *lines: str, ask: bool = False, back: bool = True, **response: Any
    ) -> web.Response:
        """A small page of a title and lines. `ask`: a button that ends the link; `back`: a way to the plan."""
        where = _where(request) if back else ""
        return self._show(request, "plan_note.html", title=title, lines=lines, ask=ask, where=where, **response)

    def _show(self, request: web.Request, template: str, **given: Any) -> web.Response:
        return self._pages.show(template, self._lang(request), self._offered, **given)

    @property
    def _offered(self) -> list[str]:
        return self._office.speech.words.offered()

    def _lang(self, request: web.Request) -> str:
        return preferred(request, self._offered)

    def _telling(self, request: web.Request) -> Telling:
        return Telling(self._office.speech, self._lang(request), self._office.today())

    def _from_here(self, request: web.Request) -> bool:
        """Whether a page of ours sent this. A page that sends no referrer has "null" as its origin in some browsers."""
        if site := request.headers.get("Sec-Fetch-Site"):
            return site == "same-origin"
        origin = request.headers.get("Origin", "null")
        ours = (request.host, urlsplit(self._office.address).netloc)
        return origin == "null" or origin.partition("://")[2] in ours


def _where(request: web.Request) -> str:
    return f"/plan/{request.match_info['token']}"


def _wants_json(request: web.Request) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _file(made: bytes, kind: str, name: str) -> web.Response:
    headers = {**_PRIVATE, "Content-Type": kind, "Content-Disposition": f'attachment; filename="{name}"'}
    return web.Response(body=made, headers=headers)
