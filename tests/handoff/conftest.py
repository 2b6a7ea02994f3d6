"""A house with two organisations that have a desk, and a clock that tests can turn."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from channels import app
from channels.gateway import Gateway
from channels.handoff.casework import Office
from channels.storage import desk_sessions, workers
from channels.storage.store import Store
from tests.conftest import House, settings_for
from tests.fakes import ScriptedBot

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # eleven o'clock in Amsterdam
HOURS = "hours: {mon: ['09:00-17:00'], tue: ['09:00-17:00'], wed: ['09:00-17:00'], thu: ['09:00-17:00']}\n"
DESKS = {
    "voorbeeldstad": "name: Gemeente Voorbeeldstad\nlanguages: [nl, en]\ntopics: [shelter_access]\n" + HOURS,
    "hulphuis": "name: Stichting Hulphuis\nlanguages: [nl, es, ti]\ntopics: [debts]\n" + HOURS,
}


@dataclass
class Clock:
    """The one time of a house."""

    moment: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.moment

    def later(self, **much: int) -> None:
        """Time goes by."""
        self.moment += timedelta(**much)


@dataclass
class Seated:
    """A worker at a desk, through the HTTP API."""

    client: TestClient[web.Request, web.Application]
    id: int
    name: str
    cookie: str
    csrf: str = ""

    async def get(self, path: str) -> tuple[int, Any]:
        response = await self.client.get(f"/desk/api{path}", headers={"Cookie": f"desk={self.cookie}"})
        return response.status, await response.json()

    async def post(self, path: str, **body: Any) -> tuple[int, Any]:
        if not self.csrf:
            self.csrf = (await self.get("/me"))[1]["csrf"]
        headers = {"Cookie": f"desk={self.cookie}", "X-Desk-CSRF": self.csrf}
        response = await self.client.post(f"/desk/api{path}", json=body, headers=headers)
        return response.status, await response.json()

    def stream(self, after: str = "") -> Callable[..., Awaitable[str]]:
        """A live desk that listens from now on; call it with what must have been told, to get all that was told."""
        task = asyncio.ensure_future(self._open(after))

        async def told(until: str) -> str:
            response, text = await task, ""
            async with asyncio.timeout(60), response:
                async for line in response.content:
                    text += line.decode()
                    if until in text:
                        return text
            raise AssertionError(f"never told: {text}")

        return told

    async def _open(self, after: str) -> aiohttp.ClientResponse:
        return await self.client.get(f"/desk/api/stream?after={after}", headers={"Cookie": f"desk={self.cookie}"})

    async def events(self, until: str) -> str:
        """Everything that this desk was ever told live, as far as `until`."""
        return await self.stream("0")(until=until)

    async def act(self, code: str, act: str, **body: Any) -> tuple[int, Any]:
        """One act on the case as it is now."""
        if "version" not in body:
            body["version"] = (await self.get(f"/cases/{code}"))[1].get("version")
        return await self.post(f"/cases/{code}/{act}", **body)


@dataclass
class DeskHouse(House):
    """A house whose organisations have desks."""

    clock: Clock
    gateway: Gateway
    store: Store

    @property
    def office(self) -> Office:
        return self.gateway.parts.office

    async def seat(self, name: str, org: str = "voorbeeldstad", role: str = "agent") -> Seated:
        """A new worker who is logged in."""
        email = f"{name.lower()}.{org}@voorbeeld.example"

        def make(connection: Any) -> tuple[int, str]:
            workers.invite(connection, email, name, {org: role})
            known = workers.by_email(connection, email)
            assert known
            workers.set_state(connection, known[0].id, "active")
            return known[0].id, desk_sessions.create(connection, known[0].id, "test")

        number, token = await self.store.write(make)
        return Seated(self.client, number, name, token)

    async def pass_time(self, **much: int) -> None:
        """Time goes by, and what is due happens."""
        self.clock.later(**much)
        await self.gateway.look_at_timers()
        await self.gateway.bring_out()

    async def choose(self, token: str, choice: str) -> list[dict[str, Any]]:
        """Tap something; what was said after it."""
        before = await self.messages(token)
        seq = before[-1]["seq"]
        assert await self.send(token, f"c{seq}", choice=choice) == 202
        seen = await self.until(token, lambda new: any(m["author"] != "family" for m in new), seq)
        return [m for m in seen if m["author"] != "family"]

    async def approved(self, token: str) -> str:
        """A family asks for a person and shares all lines; the code of its case."""
        await self.choose(token, "person")
        await self.choose(token, "handoff.yes")
        case = (await self.all_cases())[-1]
        return str(case["code"])

    async def types(self, token: str, text: str) -> list[dict[str, Any]]:
        """Write something; what was said after it."""
        seq = (await self.messages(token))[-1]["seq"]
        assert await self.send(token, f"t{seq}", text=text) == 202
        seen = await self.until(token, lambda new: any(m["author"] != "family" for m in new), seq)
        return [m for m in seen if m["author"] != "family"]

    async def types_to_worker(self, token: str, text: str) -> None:
        """Write to somebody who does not answer at once."""
        seq = (await self.messages(token))[-1]["seq"]
        assert await self.send(token, f"w{seq}", text=text) == 202
        async with asyncio.timeout(60):  # nobody is woken by what needs no answer
            while not any(m["author"] == "family" for m in await self.messages(token, seq)):
                pass

    async def all_cases(self) -> list[dict[str, Any]]:
        import sqlalchemy as sa

        from channels.storage.tables import cases

        statement = sa.select(cases).order_by(cases.c.id)
        return await self.store.read(lambda c: [dict(row._mapping) for row in c.execute(statement)])


@asynccontextmanager
async def open_desks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Callable[..., Any]]:
    """Start houses with desks on a database of choice; all have one clock and one bot, and end together."""
    bot, clock = ScriptedBot(), Clock()
    bot_server = TestServer(bot.app())
    await bot_server.start_server()
    desks = tmp_path / "desks"
    desks.mkdir()
    for slug, text in DESKS.items():
        (desks / f"{slug}.yml").write_text(text, encoding="utf-8")
    kept: dict[str, Any] = {}
    real_gateway, real_office = app.Gateway, app.Office

    def gateway(parts: Any, deliver: Any) -> Gateway:
        kept["gateway"] = real_gateway(parts, deliver)
        return kept["gateway"]

    monkeypatch.setattr(app, "Gateway", gateway)
    monkeypatch.setattr(app, "Office", lambda *given, **more: real_office(*given, clock, **more))
    clients: list[TestClient[web.Request, web.Application]] = []

    async def start(database_url: str, **more: Any) -> DeskHouse:
        settings = settings_for(database_url, str(bot_server.make_url("")), tmp_path / "run")
        settings = replace(settings, desks=desks, **more)
        client = TestClient(TestServer(await app.build(settings)), cookie_jar=aiohttp.DummyCookieJar())
        await client.start_server()
        clients.append(client)
        return DeskHouse(client, bot, settings, clock, kept["gateway"], kept["gateway"].parts.store)

    try:
        yield start
    finally:
        for client in clients:
            await client.close()
        await bot_server.close()


@pytest.fixture
async def start_desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Callable[..., Any]]:
    """Start houses with desks on a database of choice; all end with the test."""
    async with open_desks(tmp_path, monkeypatch) as start:
        yield start


@pytest.fixture
async def desk_house(start_desk: Callable[..., Any], sqlite_url: str) -> DeskHouse:
    """A house with desks on SQLite."""
    started: DeskHouse = await start_desk(sqlite_url)
    return started
