"""The handlers of the inbox and of one case. Whatever is not this worker's is not there (404)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

from aiohttp import web
from sqlalchemy import Connection

from channels.desk import acts, cards
from channels.desk.refusals import body_of, refuse, text_of
from channels.desk.sitting import TRANSLATES, Seat, require, scoped, session_of
from channels.handoff import counter, machine
from channels.handoff.casework import Office, Stale
from channels.handoff.machine import NotNow
from channels.handoff.working import Worker
from channels.storage import audit, cases, desk_sessions, workers
from channels.storage.cases import Case
from channels.storage.store import Store

T = TypeVar("T")
SEES = workers.HELPERS
_CODE = re.compile(r"[A-Z0-9-]{1,16}")
_LARGEST_ACT = 64 * 1024


class CaseDesk:
    """Cases for workers: `sent` is called after everything that put words for a family in the outbox."""

    def __init__(self, store: Store, office: Office, sent: Callable[[], Any]) -> None:
        self._store, self._office, self._sent = store, office, sent

    def add_to(self, app: web.Application) -> None:
        """Routes under /desk/api."""
        app.router.add_get("/api/cases", self.inbox)
        app.router.add_get("/api/cases/{code}", self.card)
        app.router.add_get("/api/cases/{code}/messages", self.messages)
        app.router.add_post("/api/cases/{code}/{act}", self.act)
        app.router.add_get("/api/colleagues", self.colleagues)
        app.router.add_get("/api/organisations", self.organisations)
        app.router.add_get("/api/phrases", self.phrases)
        app.router.add_post("/api/counter", self.counter)

    @require(*SEES)
    async def inbox(self, request: web.Request) -> web.Response:
        """?show=open|done → the cases of this worker's organisations, and the number of the newest event."""
        seat, show = session_of(request), request.query.get("show", "open")
        if show not in cards.LISTED:
            raise refuse(request, 400, "body")
        orgs = scoped(seat, SEES)

        def look(connection: Connection) -> dict[str, Any]:
            event = audit.newest(connection)
            return {"event": event, "cases": cards.inbox(connection, self._office, orgs, show, seat.worker.id)}

        return web.json_response(await self._store.read(look))

    @require(*SEES)
    async def card(self, request: web.Request) -> web.Response:
        """One case; reading it is on record."""
        seat = session_of(request)

        def look(connection: Connection) -> dict[str, Any]:
            case = find_case(request, connection, request.match_info["code"])
            content = may_read(request, case)
            if content:
                audit.append(connection, me(seat).actor, "case.read", case.code, case.org)
                if not case.facts.get("seen"):
                    cases.note_facts(connection, case, seen=True)
            return cards.card(connection, self._office, case, seat.worker.id, content=content)

        return web.json_response(await self._store.write(look))

    @require(*SEES)
    async def messages(self, request: web.Request) -> web.Response:
        """?after= → the talk since then, and how the family can be written to now."""
        after = request.query.get("after", "0")
        if not after.isdecimal() or len(after) > 9:
            raise refuse(request, 400, "body")

        def look(connection: Connection) -> dict[str, Any]:
            case = find_case(request, connection, request.match_info["code"])
            if not may_read(request, case):
                raise refuse(request, 404, "not_found")
            return {"messages": cards.talk(connection, case, int(after)), "reach": cards.reach(connection, case)}

        return web.json_response(await self._store.read(look))

    @require(*SEES)
    async def act(self, request: web.Request) -> web.Response:
        """{version, …} → the case as it is afterwards. 409 when somebody was first or the state does not allow it."""
        seat, body, name = session_of(request), await body_of(request, _LARGEST_ACT), request.match_info["act"]
        if (do := acts.ACTS.get(name)) is None:
            raise refuse(request, 404, "not_found")
        if body.get("translated") and not request.app.get(TRANSLATES, False):
            raise refuse(request, 400, "no_translation")  # what no service made is not sent as its work
        worker = me(seat)

        def change(connection: Connection) -> dict[str, Any]:
            case = find_case(request, connection, request.match_info["code"])
            lead = case.org in scoped(seat, ("lead",))
            if name in acts.FOR_A_LEAD and not lead and case.assignee != worker.id:
                raise refuse(request, 404, "not_found")
            if name not in acts.WITHOUT_VERSION and body.get("version") != case.version:
                raise Stale(case.code)
            do(acts.Doing(connection, self._office, case, worker, body))
            after = cases.get(connection, case.id) or case
            content = after.assignee in (None, worker.id) or lead
            return cards.card(connection, self._office, after, worker.id, content=content)

        told = await self._write(request, change)
        await self._sent()
        return web.json_response(told)

    @require(*SEES)
    async def colleagues(self, request: web.Request) -> web.Response:
        """Who else works for the same organisations, and what they speak."""
        seat = session_of(request)
        orgs = scoped(seat, SEES)
        found = await self._store.read(lambda connection: workers.all_of(connection, orgs))
        told = [
            {"id": one.id, "name": one.name, "languages": list(one.languages), "orgs": sorted(orgs & one.orgs.keys())}
            for one in found
            if one.state == "active" and any(one.orgs.get(org) in SEES for org in orgs)
        ]
        return web.json_response({"colleagues": told})

    @require(*SEES)
    async def organisations(self, _request: web.Request) -> web.Response:
        """To whom a case can be passed on."""
        told = [{"slug": slug, "name": one.name} for slug, one in self._office.organisations.items()]
        return web.json_response({"organisations": told})

    @require(*SEES)
    async def phrases(self, request: web.Request) -> web.Response:
        """?lang= → the phrasebook, each sentence in Dutch and in the language of the family, with its holes."""
        lang = request.query.get("lang", "nl")
        if lang not in self._office.speech.words.languages:
            raise refuse(request, 400, "body")
        return web.json_response({"phrases": acts.phrasebook(self._office, lang)})

    @require(*SEES)
    async def counter(self, request: web.Request) -> web.Response:
        """{code, org} → the family opposite is asked. The same 404 for every code that opens nothing."""
        seat, body = session_of(request), await body_of(request)
        code, org = text_of(request, body, "code", 12), text_of(request, body, "org", 40)
        if org not in scoped(seat, SEES):
            raise refuse(request, 404, "not_found")
        tries = f"counter {seat.worker.id}"
        if seconds := await self._store.write(lambda c: desk_sessions.try_once(c, tries, tries)):
            raise refuse(request, 429, "wait", seconds=seconds)
        case = await self._store.write(lambda c: counter.claim(c, self._office, code, org, me(seat)))
        if case is None:
            raise refuse(request, 404, "counter")
        await self._store.write(lambda c: desk_sessions.succeeded(c, tries, tries))
        await self._sent()
        return web.json_response({"code": case.code})

    async def _write(self, request: web.Request, work: Callable[[Connection], T]) -> T:
        try:
            return await self._store.write(work)
        except Stale:
            raise refuse(request, 409, "stale") from None
        except NotNow:
            raise refuse(request, 409, "not_now") from None
        except acts.BadAct as bad:
            raise refuse(request, 400, bad.key) from None


def me(seat: Seat) -> Worker:
    """Who asks, as case work knows a worker."""
    return Worker(seat.worker.id, seat.worker.name)


def find_case(request: web.Request, connection: Connection, code: str) -> Case:
    """The case, if it belongs to an organisation of this worker and was shared with it. Raises a refusal (404)."""
    orgs = scoped(session_of(request), SEES)
    case = cases.by_code(connection, code, orgs) if _CODE.fullmatch(code) else None
    if case is None or case.state not in machine.SHARED | {machine.State.WITHDRAWN}:
        raise refuse(request, 404, "not_found")
    return case


def may_read(request: web.Request, case: Case) -> bool:
    """Content only of one's own cases and of those that nobody holds; whoever leads sees all."""
    seat = session_of(request)
    return case.assignee in (None, seat.worker.id) or case.org in scoped(seat, ("lead",))
