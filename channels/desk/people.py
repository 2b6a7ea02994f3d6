"""What an administrator does: who works for the organisation, as what. No word of any case comes by here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from channels.desk.refusals import body_of, refuse, text_of
from channels.desk.sitting import DESK, Seat, require, scoped, session_of
from channels.handoff.organisations import DeskOrganisation
from channels.storage import audit, desk_sessions, workers
from channels.storage.audit import Actor
from channels.storage.store import Store
from channels.storage.workers import ROLES, Worker, tidy

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s.]{2,}")
ADMIN = "admin"


class _No(Exception):
    """The refusal that follows: (status, key). Undoes what was written."""


class People:
    """The handlers of /api/workers."""

    def __init__(self, store: Store, orgs: Mapping[str, DeskOrganisation]) -> None:
        self._store, self._orgs = store, orgs

    def add_to(self, app: web.Application) -> None:
        """Routes, each for administrators only."""
        app.router.add_get("/api/workers", require(ADMIN)(self.listed))
        app.router.add_post("/api/workers", require(ADMIN)(self.invite))
        app.router.add_put("/api/workers/{id}", require(ADMIN)(self.change))

    async def listed(self, request: web.Request) -> web.Response:
        """Everybody of the organisations that this worker administers."""
        mine = scoped(session_of(request), {ADMIN})
        found = await self._store.read(lambda c: workers.all_of(c, mine))
        return web.json_response({"workers": [_told(worker) for worker in found]})

    async def invite(self, request: web.Request) -> web.Response:
        """{email, name, org, role} → {link}: the path that lets them in once. Also for who lost it, or was off."""
        seat, body = session_of(request), await body_of(request)
        email, name = address_in(text_of(request, body, "email")), text_of(request, body, "name", 80).strip()
        org, role = text_of(request, body, "org", 40), body.get("role")
        if email is None or role not in ROLES:
            raise refuse(request, 400, "body")
        mine = scoped(seat, {ADMIN})
        if org not in mine or org not in self._orgs:
            raise refuse(request, 404, "not_found")

        def invite(connection: Any) -> str:
            known = workers.by_email(connection, email)
            # whoever holds the link becomes this worker: never of somebody who is more than ours, or at work
            if known and (known[0].state == "active" or not set(known[0].orgs) <= mine):
                raise _No(409, "taken")
            token = workers.invite(connection, email, name, {org: role})
            made = workers.by_email(connection, email)
            _note(connection, seat, "worker.invited", made[0] if made else None, org, role=role)
            return token

        token = await self._write(request, invite)
        return web.json_response({"link": f"{DESK}/join#{token}"}, status=201)

    async def change(self, request: web.Request) -> web.Response:
        """{state: active|off} or {role, org?}; role "none" takes somebody out of the organisation."""
        seat, body = session_of(request), await body_of(request)
        number, state, role, org = request.match_info["id"], body.get("state"), body.get("role"), body.get("org")
        if not re.fullmatch(r"[1-9][0-9]{0,8}", number):
            raise refuse(request, 404, "not_found")
        if (state is None) == (role is None) or state not in (None, "active", "off"):
            raise refuse(request, 400, "body")
        if role not in (None, "none", *ROLES) or not (org is None or isinstance(org, str)):
            raise refuse(request, 400, "body")

        def change(connection: Any) -> Worker | None:
            target = workers.get(connection, int(number))
            ours = set(target.orgs) & scoped(seat, {ADMIN}) if target else set()
            if target is None or not ours or (org is not None and org not in ours):
                raise _No(404, "not_found")
            if target.id == seat.worker.id:  # nobody makes themselves what they were not made
                raise _No(409, "self")
            if state is not None:
                self._set_state(connection, seat, target, state, ours)
            elif role is not None:
                self._set_role(connection, seat, target, role, org, ours)
            return next((one for one in workers.all_of(connection, ours) if one.id == target.id), None)

        changed = await self._write(request, change)
        return web.json_response(_told(changed) if changed else {"id": int(number), "orgs": []})

    @staticmethod
    def _set_state(connection: Any, seat: Seat, target: Worker, state: str, ours: set[str]) -> None:
        if set(target.orgs) != ours:
            raise _No(409, "shared")
        if state == "active" and target.state != "off":
            raise _No(400, "body")
        workers.set_state(connection, target.id, state)
        desk_sessions.revoke_all(connection, target.id)
        for org in sorted(ours):
            _note(connection, seat, "worker.off" if state == "off" else "worker.on", target, org)

    @staticmethod
    def _set_role(connection: Any, seat: Seat, target: Worker, role: str, org: str | None, ours: set[str]) -> None:
        if org is None and len(ours) > 1:
            raise _No(400, "body")
        where = org or next(iter(ours))
        workers.set_role(connection, target.id, where, None if role == "none" else role)
        _note(connection, seat, "worker.role", target, where, role=role)

    async def _write(self, request: web.Request, work: Any) -> Any:
        try:
            return await self._store.write(work)
        except _No as no:
            raise refuse(request, *no.args) from None


def address_in(text: str) -> str | None:
    """The e-mail address in a text, as it is kept; None when there is none. Letters that look like others are none."""
    plain = text.strip()
    sound = len(plain) <= 200 and plain.isascii() and plain.isprintable() and _EMAIL.fullmatch(plain)
    return tidy(plain) if sound else None


def _note(connection: Any, seat: Seat, action: str, target: Worker | None, org: str, **detail: str) -> None:
    subject = str(target.id) if target else ""
    audit.append(connection, Actor("worker", str(seat.worker.id)), action, subject, org, detail)


def _told(worker: Worker) -> dict[str, Any]:
    return {
        "id": worker.id,
        "email": worker.email,
        "name": worker.name,
        "state": worker.state,
        "languages": list(worker.languages),
        "orgs": [{"slug": slug, "role": role} for slug, role in worker.orgs.items()],
    }
