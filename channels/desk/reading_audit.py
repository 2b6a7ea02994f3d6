"""The audit for auditors, and for nobody else: who did what, when, in their own organisations. No content."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from aiohttp import web

from channels.desk.refusals import refuse
from channels.desk.sitting import Seat, require, scoped, session_of
from channels.storage import audit, desk_audit, workers
from channels.storage.audit import Actor
from channels.storage.store import Store

AUDITOR = "auditor"
_COLUMNS = ("id", "at", "actor_kind", "actor", "org", "action", "object", "detail", "prev_hash", "hash")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class ReadingAudit:
    """The handlers of /api/audit and /api/audit.csv."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add_to(self, app: web.Application) -> None:
        """Routes, each for auditors only."""
        app.router.add_get("/api/audit", require(AUDITOR)(self.page))
        app.router.add_get("/api/audit.csv", require(AUDITOR)(self.export))

    async def page(self, request: web.Request) -> web.Response:
        """?after=&org= → {rows, next}; at most 200, the oldest first; `next` is None at the end."""
        raw = request.query.get("after", "0")
        if not (raw.isascii() and raw.isdigit() and len(raw) <= 9):
            raise refuse(request, 400, "body")
        seat, orgs = self._orgs(request)

        def read(connection: Any) -> tuple[list[dict[str, Any]], dict[str, str]]:
            found = desk_audit.rows(connection, orgs, int(raw))
            names = {str(one.id): one.name for one in workers.all_of(connection, orgs)}
            _note(connection, seat, "audit.read", orgs)
            return found, names

        found, names = await self._store.write(read)
        told = [
            {
                **row,
                "at": row["at"].isoformat(),
                "name": names.get(row["actor"], "") if row["actor_kind"] == "worker" else "",
            }
            for row in found
        ]
        following = found[-1]["id"] if len(found) == desk_audit.PAGE else None
        return web.json_response({"rows": told, "next": following})

    async def export(self, request: web.Request) -> web.Response:
        """?org= → every row as CSV, for the data protection officer."""
        seat, orgs = self._orgs(request)

        def read(connection: Any) -> list[dict[str, Any]]:
            found = desk_audit.rows(connection, orgs, limit=None)
            _note(connection, seat, "audit.export", orgs)
            return found

        file = io.StringIO()
        writer = csv.writer(file)
        writer.writerow(_COLUMNS)
        for row in await self._store.write(read):
            told = {**row, "at": row["at"].isoformat(), "detail": json.dumps(row["detail"], ensure_ascii=False)}
            writer.writerow([_harmless(str(told[name])) for name in _COLUMNS])
        headers = {"Content-Disposition": 'attachment; filename="audit.csv"', "Content-Type": "text/csv; charset=utf-8"}
        return web.Response(body=file.getvalue().encode(), headers=headers)

    @staticmethod
    def _orgs(request: web.Request) -> tuple[Seat, frozenset[str]]:
        seat, wanted = session_of(request), request.query.get("org")
        mine = scoped(seat, {AUDITOR})
        if wanted is not None and wanted not in mine:
            raise refuse(request, 404, "not_found")
        return seat, mine if wanted is None else frozenset({wanted})


def _note(connection: Any, seat: Seat, action: str, orgs: frozenset[str]) -> None:
    for org in sorted(orgs):
        audit.append(connection, Actor("worker", str(seat.worker.id)), action, "", org)


def _harmless(cell: str) -> str:
    """A spreadsheet must show what stands there, not calculate it."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
