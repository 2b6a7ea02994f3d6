"""A gateway with WhatsApp, before a Graph server of our own; the bot is scripted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import sqlalchemy as sa
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from channels import app
from channels.gateway import Gateway
from channels.handoff import working
from channels.handoff.working import Worker
from channels.settings import Settings
from channels.storage import cases
from channels.storage.store import make_engine
from channels.whatsapp import sender
from tests.conftest import settings_for
from tests.fakes import ScriptedBot
from tests.whatsapp.graph_server import GraphServer
from tests.whatsapp.graph_server.people import Person
from tests.whatsapp.graph_server.server import NUMBER, WABA

DESK = """\
name: Gemeente Voorbeeldstad
languages: [nl, en]
hours: {mon: ["00:00-24:00"], tue: ["00:00-24:00"], wed: ["00:00-24:00"], thu: ["00:00-24:00"],
  fri: ["00:00-24:00"], sat: ["00:00-24:00"], sun: ["00:00-24:00"]}
holidays: ""
"""
NUMBER_FILE = f"""\
name: Thuiswijzer
phone_number_id: "{NUMBER}"
account_id: "{WABA}"
phone: "31970000001"
token_env: WHATSAPP_TOKEN_TEST
"""
SECOND, SECOND_WABA = "100000000000002", "200000000000002"
SECOND_FILE = f"""\
name: Tweede
phone_number_id: "{SECOND}"
account_id: "{SECOND_WABA}"
phone: "31970000002"
token_env: WHATSAPP_TOKEN_TEST
lang: en
entry: {{gemeente: GM0363}}
"""
SECRETS = {
    "WHATSAPP_TOKEN_TEST": "access-token",
    "WHATSAPP_APP_SECRET": "app-secret",
    "WHATSAPP_VERIFY_TOKEN": "verify-word",
}


@dataclass
class PhoneHouse:
    """A gateway that families reach by telephone. `graph` is Meta's side."""

    graph: GraphServer
    bot: ScriptedBot
    settings: Settings
    client: TestClient[web.Request, web.Application]
    gateway: Gateway
    engine: sa.Engine

    def person(self, **told: Any) -> Person:
        """Somebody with a telephone."""
        return self.graph.person(**told)

    def rows(self, table: sa.Table) -> list[dict[str, Any]]:
        """Everything in a table."""
        with self.engine.connect() as connection:
            return [dict(row._mapping) for row in connection.execute(sa.select(table))]

    def change(self, statement: Any) -> None:
        """Change the database behind the back of the gateway."""
        with self.engine.begin() as connection:
            connection.execute(statement)

    async def worker_writes(self, code: str, text: str) -> None:
        """A worker takes this case when nobody has, and writes."""
        office, wil = self.gateway.parts.office, Worker(1, "Wil")

        def write(connection: sa.Connection) -> None:
            case = cases.by_code(connection, code, ["voorbeeldstad"])
            assert case
            if case.assignee is None:
                case = working.take(connection, office, case, wil)
            working.write(connection, office, case, wil, text=text)

        await self.gateway.parts.store.write(write)
        await self.gateway.bring_out()

    async def settled(self, table: sa.Table, wanted: Callable[[list[dict[str, Any]]], bool]) -> list[dict[str, Any]]:
        """A table, as soon as it is as wanted; looked at again whenever Meta's side hears something."""
        async with asyncio.timeout(120):
            while True:
                rows = self.rows(table)
                if wanted(rows):
                    return rows
                await asyncio.sleep(0.02)


@pytest.fixture
async def start_phone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Callable[..., Any]]:
    """Start gateways on a database of choice, all before the same Graph server; all end with the test."""
    graph, bot, clients = GraphServer(), ScriptedBot(), list[TestClient[web.Request, web.Application]]()
    engines: list[sa.Engine] = []
    graph.rules.pair_rate = False
    monkeypatch.setattr(sender, "_BURST", 1000)  # nobody waits six seconds in a test
    bot_server = TestServer(bot.app())
    await bot_server.start_server()
    url = await graph.start()
    for name, value in {**SECRETS, "WHATSAPP_GRAPH_URL": url}.items():
        monkeypatch.setenv(name, value)
    folders = {name: tmp_path / name for name in ("desks", "numbers")}
    for folder, text in (("desks", DESK), ("numbers", NUMBER_FILE)):
        folders[folder].mkdir()
        (folders[folder] / "voorbeeldstad.yml").write_text(text, encoding="utf-8")

    async def start(database_url: str) -> PhoneHouse:
        settings = replace(settings_for(database_url, str(bot_server.make_url("")), tmp_path / "run"), **folders)
        built: list[Gateway] = []
        monkeypatch.setattr(app, "Gateway", lambda *given: built.append(Gateway(*given)) or built[-1])
        client = TestClient(TestServer(await app.build(settings)), cookie_jar=aiohttp.DummyCookieJar())
        await client.start_server()
        clients.append(client)
        graph.webhook = str(client.make_url("/whatsapp/webhook"))
        engines.append(make_engine(database_url))
        return PhoneHouse(graph, bot, settings, client, built[0], engines[-1])

    yield start
    await graph.stop()
    for client in clients:
        await client.close()
    for engine in engines:
        engine.dispose()
    await bot_server.close()


@pytest.fixture
async def phone_house(start_phone: Callable[..., Any], sqlite_url: str) -> PhoneHouse:
    """A gateway with WhatsApp on SQLite."""
    started: PhoneHouse = await start_phone(sqlite_url)
    return started


@pytest.fixture
async def two_numbers(start_phone: Callable[..., Any], sqlite_url: str, tmp_path: Path) -> PhoneHouse:
    """A gateway with two numbers: the second is of another gemeente, and English."""
    (tmp_path / "numbers" / "tweede.yml").write_text(SECOND_FILE, encoding="utf-8")
    house: PhoneHouse = await start_phone(sqlite_url)
    house.graph.add_number(SECOND, SECOND_WABA, "31970000002", "Tweede")
    return house
