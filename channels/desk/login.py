"""Login and logout. `add_to` also brings the other handlers about accounts along."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from channels.desk import joining, own, people, reading_audit, sitting
from channels.desk import passwords as pw
from channels.desk.refusals import body_of, refuse, text_of
from channels.desk.sitting import session_of
from channels.desk.totp import plain_recovery, step_of
from channels.handoff.organisations import DeskOrganisation
from channels.settings import now
from channels.storage import audit, desk_audit, desk_sessions, workers
from channels.storage.audit import Actor
from channels.storage.store import Store
from channels.storage.workers import Proofs, Worker, hashed, tidy


def add_to(app: web.Application, store: Store, orgs: Mapping[str, DeskOrganisation]) -> None:
    """Put every handler about accounts on the guarded sub-application of the desk (see `sitting.install`)."""
    Login(store).add_to(app)
    own.Own(store, orgs).add_to(app)
    joining.Joining(store).add_to(app)
    people.People(store, orgs).add_to(app)
    reading_audit.ReadingAudit(store).add_to(app)


class Login:
    """E-mail, password and code in; a session out."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._press = asyncio.Semaphore(2)  # each comparison takes 64 MiB

    def add_to(self, app: web.Application) -> None:
        """Routes of login and logout."""
        app.router.add_post("/api/login", self.login)
        app.router.add_post("/api/logout", self.logout)

    async def login(self, request: web.Request) -> web.Response:
        """{email, password, code} → {ok} and a cookie. Whatever is wrong, the answer is the same 401."""
        body = await body_of(request)
        email = tidy(text_of(request, body, "email"))
        password, code = text_of(request, body, "password", pw.LONGEST), text_of(request, body, "code", 40)
        address = sitting.address_of(request)
        if seconds := await self._store.write(lambda c: desk_sessions.try_once(c, email, address)):
            raise refuse(request, 429, "wait", seconds=seconds)
        known = await self._store.read(lambda c: workers.by_email(c, email))
        async with self._press:
            right = await asyncio.to_thread(pw.matches, known[1].password_hash if known else None, password)
        token = await self._enter(request, known, password, code) if known and right else None
        if token is None:
            await self._store.write(lambda c: failed(c, email))
            raise refuse(request, 401, "login")
        await self._store.write(lambda c: _forgive(c, email, address))
        response = web.json_response({"ok": True})
        sitting.seat_with(request, response, token)
        return response

    async def _enter(self, request: web.Request, known: tuple[Worker, Proofs], password: str, code: str) -> str | None:
        """The password was right. The secret id of a new session when the code is too."""
        worker, proofs = known
        step = step_of(proofs.totp_secret, code, now()) if proofs.totp_secret else None
        recovery = hashed(plain_recovery(code))
        if worker.state != "active" or (step is None and recovery not in proofs.recovery):
            return None
        renewed = None
        if proofs.password_hash and pw.outdated(proofs.password_hash):
            renewed = await asyncio.to_thread(pw.hashed, password)
        shown, agent = sitting.token_of(request), agent_of(request)

        def enter(connection: Any) -> str | None:
            current = workers.get(connection, worker.id)
            if current is None or current.state != "active":  # turned off since
                return None
            if step is not None and not workers.use_totp_step(connection, worker.id, step):
                return None
            if step is None and not workers.use_recovery(connection, worker.id, recovery):
                return None
            if renewed:
                workers.set_password(connection, worker.id, renewed)
            if step is None:
                desk_audit.note(connection, worker, "recovery.used", str(worker.id))
            return begin(connection, worker, shown, agent)

        return await self._store.write(enter)

    async def logout(self, request: web.Request) -> web.Response:
        """End this session."""
        seat = session_of(request)

        def leave(connection: Any) -> None:
            desk_sessions.revoke(connection, seat.session_hash, seat.worker.id)
            desk_audit.note(connection, seat.worker, "logout")

        await self._store.write(leave)
        response = web.json_response({"ok": True})
        sitting.unseat(request, response)
        return response


def begin(connection: Any, worker: Worker, shown: str, agent: str) -> str:
    """A new session, in place of the one that the browser showed; the answer is its secret id."""
    if shown and (old := desk_sessions.find(connection, shown)):
        desk_sessions.revoke(connection, old.id_hash, old.worker)
    desk_audit.note(connection, worker, "login")
    return desk_sessions.create(connection, worker.id, agent)


def agent_of(request: web.Request) -> str:
    """Which browser this says it is, in plain letters."""
    return request.headers.get("User-Agent", "").encode("ascii", "replace").decode()[:120]


def _forgive(connection: Any, email: str, address: str) -> None:
    desk_sessions.succeeded(connection, email, address)
    desk_sessions.sweep(connection)


def failed(connection: Any, email: str) -> None:
    """Note a login that failed: which account was tried, as a hash, and nothing else."""
    audit.append(connection, Actor("system", "login"), "login.failed", hashed(f"account {email}")[:40])
