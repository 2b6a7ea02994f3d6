"""Accepting an invitation: a password of one's own, an app for the codes, and ten codes on paper."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from channels.desk import passwords as pw
from channels.desk import totp
from channels.desk.refusals import body_of, refuse, text_of
from channels.handoff.codes import qr_svg
from channels.settings import now
from channels.storage import desk_audit, workers
from channels.storage.store import Store
from channels.storage.workers import Worker, hashed

_LONGEST_TOKEN = 100


class Joining:
    """The handlers; the invitation itself is the only key."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._press = asyncio.Semaphore(2)

    def add_to(self, app: web.Application) -> None:
        """Routes of /api/join."""
        app.router.add_get("/api/join", self.show)
        app.router.add_post("/api/join", self.join)

    async def show(self, request: web.Request) -> web.Response:
        """?token= → who is invited, and what the app for the codes must read. Asked again, it is the same."""
        token = request.query.get("token", "")
        worker = await self._invited(request, token)
        secret = await self._store.write(lambda c: workers.keep_secret(c, token, totp.new_secret()))
        if secret is None:
            raise refuse(request, 404, "invite")
        uri = totp.uri(secret, worker.email)
        told = {"email": worker.email, "name": worker.name, "totp_uri": uri, "qr_svg": qr_svg(uri)}
        return web.json_response(told)

    async def join(self, request: web.Request) -> web.Response:
        """{token, password, code} → the recovery codes, shown once. A secret that the browser sends is not used."""
        body = await body_of(request)
        token, code = text_of(request, body, "token", _LONGEST_TOKEN), text_of(request, body, "code", 40)
        password = text_of(request, body, "password", 2000)
        worker = await self._invited(request, token)
        if error := pw.refusal(password, worker.email):
            raise refuse(request, 400, error)
        secret = await self._store.read(lambda c: workers.secret_of_invited(c, token))
        step = totp.step_of(secret, code, now()) if secret else None
        if step is None:
            raise refuse(request, 400, "code")
        async with self._press:
            kept = await asyncio.to_thread(pw.hashed, password)
        codes = totp.recovery_codes()
        hashes = [hashed(totp.plain_recovery(one)) for one in codes]

        def join(connection: Any) -> bool:
            number = workers.activate(connection, token, kept, step, hashes)
            if number is not None:
                desk_audit.note(connection, worker, "worker.joined", str(worker.id))
            return number is not None

        if not await self._store.write(join):
            raise refuse(request, 404, "invite")
        return web.json_response({"recovery": codes})

    async def _invited(self, request: web.Request, token: str) -> Worker:
        worker = await self._store.read(lambda c: workers.by_invite(c, token))
        if worker is None:
            raise refuse(request, 404, "invite")
        return worker
