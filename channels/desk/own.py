"""What workers see and change of themselves: their settings, and where they are logged in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from channels.desk.refusals import LANGUAGES, body_of, refuse
from channels.desk.sitting import TRANSLATES, Seat, session_of
from channels.handoff.organisations import DeskOrganisation
from channels.storage import desk_audit, desk_sessions, workers
from channels.storage.store import Store

_SPOKEN = re.compile(r"[a-z]{2,3}")


class Own:
    """The handlers of /api/me and /api/sessions."""

    def __init__(self, store: Store, orgs: Mapping[str, DeskOrganisation]) -> None:
        self._store, self._orgs = store, orgs

    def add_to(self, app: web.Application) -> None:
        """Routes of /api/me and /api/sessions."""
        app.router.add_get("/api/me", self.me)
        app.router.add_put("/api/me", self.change)
        app.router.add_get("/api/sessions", self.sessions)
        app.router.add_delete("/api/sessions/{id}", self.end)

    async def me(self, request: web.Request) -> web.Response:
        """Who is logged in, and where; `translates`: whether this house has a translation service."""
        translates = request.app.get(TRANSLATES, False)
        return web.json_response({**self._told(session_of(request)), "translates": translates})

    async def change(self, request: web.Request) -> web.Response:
        """{lang, languages}: the language of the desk, and those spoken with families."""
        seat, body = session_of(request), await body_of(request)
        lang, languages = body.get("lang", seat.worker.lang), body.get("languages", list(seat.worker.languages))
        spoken = isinstance(languages, list) and all(
            isinstance(one, str) and _SPOKEN.fullmatch(one) for one in languages
        )
        if lang not in LANGUAGES or not spoken or len(languages) > 20:
            raise refuse(request, 400, "body")
        languages = list(dict.fromkeys(languages))
        await self._store.write(lambda c: workers.set_profile(c, seat.worker.id, lang, languages))
        return web.json_response({"lang": lang, "languages": languages})

    async def sessions(self, request: web.Request) -> web.Response:
        """Where this worker is logged in."""
        seat = session_of(request)
        found = await self._store.read(lambda c: desk_sessions.list_of(c, seat.worker.id))
        told = [
            {
                "id": one.public,
                "agent": one.agent,
                "current": one.id_hash == seat.session_hash,
                "created_at": one.created_at.isoformat(),
                "seen_at": one.seen_at.isoformat(),
            }
            for one in found
        ]
        return web.json_response({"sessions": told})

    async def end(self, request: web.Request) -> web.Response:
        """End one of one's own sessions, by its short id."""
        seat, wanted = session_of(request), request.match_info["id"]

        def end(connection: Any) -> bool:
            for one in desk_sessions.list_of(connection, seat.worker.id):
                if one.public == wanted and desk_sessions.revoke(connection, one.id_hash, seat.worker.id):
                    desk_audit.note(connection, seat.worker, "session.revoked", wanted)
                    return True
            return False

        if not await self._store.write(end):
            raise refuse(request, 404, "not_found")
        return web.json_response({"ok": True})

    def _told(self, seat: Seat) -> dict[str, Any]:
        worker = seat.worker
        orgs = [
            {"slug": slug, "name": self._orgs[slug].name if slug in self._orgs else slug, "role": role}
            for slug, role in worker.orgs.items()
        ]
        return {
            "id": worker.id,
            "name": worker.name,
            "email": worker.email,
            "lang": worker.lang,
            "languages": list(worker.languages),
            "csrf": seat.csrf,
            "orgs": orgs,
        }
