"""A desk in this process, browsers that visit it, workers who sit at it, and a clock that only tests move."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import aiohttp
import pyotp
import pytest
import sqlalchemy as sa
from aiohttp import web
from aiohttp.test_utils import TestServer
from argon2 import PasswordHasher

from channels.desk import joining, login, oidc, passwords, sitting
from channels.handoff.organisations import DeskOrganisation
from channels.storage import audit, desk_sessions, workers
from channels.storage.store import Store
from channels.storage.tables import audit as audit_table
from tests import ours

PASSWORD = "een lange zin van mij"
HOURS = {"mon": ("09:00-17:00",)}


class Clock:
    """What time it is, for everything about accounts."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 22, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, **by: float) -> None:
        self.moment += timedelta(**by)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of storage and desk."""
    made = Clock()
    for module in (workers, desk_sessions, audit, login, joining, oidc):
        monkeypatch.setattr(module, "now", made)
    return made


@pytest.fixture
def connection(clock: Clock, connection: sa.Connection) -> sa.Connection:  # noqa: ARG001
    """One open transaction, on this clock."""
    return connection


@pytest.fixture
def stores(clock: Clock, stores: list[Store]) -> list[Store]:  # noqa: ARG001
    """Two processes on one database, on this clock."""
    return stores


def organisation(name: str, **more: Any) -> DeskOrganisation:
    return DeskOrganisation(name=name, hours=HOURS, **more)


class Browser:
    """Somebody's browser: keeps cookies, and shows the token of its page with whatever changes something."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self.session, self.csrf = session, ""

    async def ask(self, method: str, path: str, body: Any = None, **more: Any) -> tuple[int, Any]:
        headers = {"X-Desk-CSRF": self.csrf, **more.pop("headers", {})}
        if body is not None:
            more["json"] = body
        async with self.session.request(method, f"/desk{path}", headers=headers, **more) as response:
            told = await response.json() if response.content_type == "application/json" else await response.text()
            return response.status, told

    def cookie(self, name: str = "desk") -> str | None:
        return next((one.value for one in self.session.cookie_jar if one.key == name), None)


class Desk:
    """The desk, and the short ways that tests take."""

    def __init__(self, store: Store, clock: Clock, server: TestServer) -> None:
        self.store, self.clock, self.server = store, clock, server
        self.browsers: list[aiohttp.ClientSession] = []
        self.secrets: dict[str, str] = {}
        self.recovery: dict[str, list[str]] = {}

    async def worker(self, email: str, **orgs: str) -> int:
        """A worker who has joined; what proves it is kept here."""
        secret, codes = pyotp.random_base32(), [f"{email} {number}" for number in range(10)]
        self.secrets[email], self.recovery[email] = secret, codes

        def join(connection: sa.Connection) -> int:
            token = workers.invite(connection, email, email.partition("@")[0], orgs)
            workers.keep_secret(connection, token, secret)
            hashes = [workers.hashed(login.plain_recovery(code)) for code in codes]
            return workers.activate(connection, token, kept_password(), -1, hashes) or 0

        return await self.store.write(join)

    def browser(self, **more: Any) -> Browser:
        jar = aiohttp.CookieJar(unsafe=True)
        session = aiohttp.ClientSession(self.server.make_url("/"), cookie_jar=jar, **more)
        self.browsers.append(session)
        return Browser(session)

    def code(self, email: str) -> str:
        return pyotp.TOTP(self.secrets[email]).at(self.clock())

    async def enter(self, email: str, browser: Browser | None = None) -> Browser:
        """Log in, half a minute later than before: no code serves twice."""
        browser = browser or self.browser()
        self.clock.forward(seconds=30)
        body = {"email": email, "password": PASSWORD, "code": self.code(email)}
        assert await browser.ask("POST", "/api/login", body) == (200, {"ok": True})
        status, me = await browser.ask("GET", "/api/me")
        assert status == 200
        browser.csrf = me["csrf"]
        return browser

    async def audit(self) -> list[tuple[str, str]]:
        """What was noted, as (action, organisation)."""
        c = audit_table.c
        return await self.store.read(
            lambda db: [tuple(row) for row in db.execute(sa.select(c.action, c.org).order_by(c.id))]
        )


@cache
def kept_password() -> str:
    return passwords.hashed(PASSWORD)


@pytest.fixture
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Argon2 with hardly any work: what is tested here is who gets in, not how long guessing takes."""
    passwords._nobodys.cache_clear()
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=16, parallelism=1))
    yield
    passwords._nobodys.cache_clear()


@pytest.fixture
async def start_desk(clock: Clock, quick_passwords: None) -> AsyncIterator[Callable[..., Any]]:  # noqa: ARG001
    """Start desks on a database of choice; all end with the test."""
    desks: list[Desk] = []

    async def start(database_url: str, *, secure: bool = False, **orgs: Any) -> Desk:
        ours.new_tables(database_url)
        store, session = Store(database_url), aiohttp.ClientSession()
        known = {"wijk": organisation("Wijkteam"), "haven": organisation("De Haven"), **orgs}
        app, root = web.Application(), web.Application()
        sitting.install(app, store, secure=secure)
        login.add_to(app, store, known)
        oidc.SingleSignOn(store, known, session).add_to(app)
        app.router.add_get("/api/cases", sitting.require("agent", "lead")(_cases))
        root.add_subapp("/desk", app)
        root.on_cleanup.append(lambda _: session.close())
        server = TestServer(root)
        await server.start_server()
        desks.append(Desk(store, clock, server))
        return desks[-1]

    yield start
    for desk in desks:
        for browser in desk.browsers:
            await browser.close()
        await desk.server.close()
        desk.store.close()


@pytest.fixture
async def desk(start_desk: Callable[..., Any], sqlite_url: str) -> Desk:
    """A desk on SQLite."""
    started: Desk = await start_desk(sqlite_url)
    return started


async def _cases(request: web.Request) -> web.Response:
    """Stands for the handlers of the case desk."""
    seat = sitting.session_of(request)
    return web.json_response({"orgs": sorted(sitting.scoped(seat, {"agent", "lead"}))})
