"""Live without reload: what happens to cases, told to every open desk that may know it.

The audit is the one list of events, so one look at it serves all desks, also those of another process.
"""

from __future__ import annotations

import asyncio
import json
import logging
import math
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from channels.desk import cards
from channels.desk.cases import SEES
from channels.desk.refusals import refuse
from channels.desk.sitting import Seat, require, scoped, session_of
from channels.handoff import machine
from channels.handoff.casework import Office
from channels.storage import audit, cases, desk_sessions, workers
from channels.storage.store import Store

log = logging.getLogger(__name__)
_EVERY = 0.1  # seconds between two looks
_HEARTBEAT = 15.0
_PRESENT_EVERY = 60.0  # seconds: that the page is open says that its worker is there
_MOST_STREAMS = 5
_BYE: dict[str, Any] = {}
_ALWAYS = frozenset({"case.family_message", "case.message"})


@dataclass(eq=False, slots=True)
class Listener:
    """One open desk."""

    worker: int
    orgs: frozenset[str]
    events: asyncio.Queue[dict[str, Any]] = field(default_factory=lambda: asyncio.Queue(1000))


class Live:
    """Looks at the audit for everybody, and answers GET /desk/api/stream."""

    def __init__(self, store: Store, office: Office) -> None:
        self._store, self._office = store, office
        self._listeners: set[Listener] = set()
        self._seen = 0

    def add_to(self, app: web.Application) -> None:
        """The route."""
        app.router.add_get("/api/stream", self.stream)

    async def watch(self) -> None:
        """Look until cancelled; a look that fails is tried again."""
        self._seen = await self._store.read(audit.newest)
        while True:
            await asyncio.sleep(_EVERY)
            if not self._listeners:
                continue
            try:
                await self.look()
            except Exception:
                log.exception("the desks could not be told what happened; trying again")

    async def look(self) -> None:
        """Tell what happened since the last look."""
        events = await self._store.read(self._new)
        for event in events:
            self._seen = max(self._seen, event["id"])
            for listener in self._listeners:
                if event["org"] in listener.orgs and not listener.events.full():
                    listener.events.put_nowait(event)

    def close(self) -> None:
        """Let every desk go; it comes back by itself."""
        for listener in self._listeners:
            if listener.events.full():
                listener.events.get_nowait()
            listener.events.put_nowait(_BYE)

    def _new(self, connection: Connection) -> list[dict[str, Any]]:
        return self._after(connection, self._seen)

    def _after(self, connection: Connection, number: int) -> list[dict[str, Any]]:
        rows = audit.cases_after(connection, number)
        orgs = frozenset(row.org for row in rows)
        names = {worker.id: worker.name for worker in workers.all_of(connection, orgs)} if rows else {}
        return [self._told(connection, row, names) for row in rows]

    def _told(self, connection: Connection, row: audit.Event, names: dict[int, str]) -> dict[str, Any]:
        """One event as a desk reads it: never content."""
        event = {"id": row.id, "org": row.org, "kind": "case", "data": {"code": row.code}}
        if row.action in _ALWAYS:
            return {**event, "kind": "message"}
        if row.action == "case.revised":
            return {**event, "kind": "message", "data": {"code": row.code, "revised": row.detail["seq"]}}
        if row.action == "case.alarm":
            return {**event, "kind": "alarm", "data": {"code": row.code, "why": row.detail["why"]}}
        case = cases.by_code(connection, row.code, [row.org])
        if case is None or case.state not in machine.SHARED:
            return {**event, "data": {"code": row.code, "gone": True}}
        return {**event, "data": cards.summary_of(case, self._office, names, 0)}

    @require(*SEES)
    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Events as they come (server-sent), resumable with ?after= or Last-Event-ID."""
        seat = session_of(request)
        raw = request.query.get("after") or request.headers.get("Last-Event-ID") or ""
        if raw and (not raw.isdecimal() or len(raw) > 15):
            raise refuse(request, 400, "body")
        if sum(one.worker == seat.worker.id for one in self._listeners) >= _MOST_STREAMS:
            raise refuse(request, 429, "wait", seconds=5)
        listener = Listener(seat.worker.id, scoped(seat, SEES))
        self._listeners.add(listener)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"})
        try:
            await self._tell(request, response, listener, int(raw) if raw else None)
        except ConnectionResetError:
            log.debug("a desk was closed")
        finally:
            self._listeners.discard(listener)
        return response

    async def _tell(
        self, request: web.Request, response: web.StreamResponse, listener: Listener, after: int | None
    ) -> None:
        response.enable_chunked_encoding()
        await response.prepare(request)
        await response.write(b"retry: 3000\n\n")
        last = after or 0
        while after is not None and (missed := await self._store.read(partial(self._after, number=last))):
            last = missed[-1]["id"]
            for event in missed:
                if event["org"] in listener.orgs:
                    await _send(response, event, listener.worker)
        session, clock, told = session_of(request).session_hash, asyncio.get_running_loop().time, -math.inf
        while True:
            if clock() - told > _PRESENT_EVERY:
                told = clock()
                await self._store.write(partial(desk_sessions.stands_open, id_hash=session))
            try:
                async with asyncio.timeout(_HEARTBEAT):
                    event = await listener.events.get()
            except TimeoutError:
                if not await self._store.read(partial(_still, session_of(request), listener)):
                    event = _BYE  # logged out, turned off or no longer of this organisation
                else:
                    await response.write(b": still here\n\n")
                    continue
            if event is _BYE:
                await response.write(b"event: bye\ndata: {}\n\n")
                return
            if event["id"] > last:
                await _send(response, event, listener.worker)


def _still(seat: Seat, listener: Listener, connection: Connection) -> bool:
    """Whether this session is alive and its worker still belongs to every organisation that is listened to."""
    alive = any(one.id_hash == seat.session_hash for one in desk_sessions.list_of(connection, seat.worker.id))
    worker = workers.get(connection, seat.worker.id)
    return alive and worker is not None and all(worker.orgs.get(org) in SEES for org in listener.orgs)


async def _send(response: web.StreamResponse, event: dict[str, Any], me: int) -> None:
    data = event["data"]
    data = {**data, "mine": data["assignee"] == me} if "assignee" in data else data
    text = f"id: {event['id']}\nevent: {event['kind']}\ndata: {json.dumps(data)}\n\n"
    await response.write(text.encode())
