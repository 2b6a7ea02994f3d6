"""A gateway with a bot that knows a family, and what a family does with its plan."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from channels import app
from tests.conftest import House, settings_for
from tests.plans.talking import TalkingBot

LINK = re.compile(r"/plan/([A-Za-z0-9_-]{43})\?l=(\w+)")
QUIET = {"Accept": "application/json"}


@dataclass
class PlanHouse(House):
    """The ways of a family with a plan. `said`: how much was seen of each talk."""

    bot: TalkingBot
    said: dict[str, int] = field(default_factory=dict)

    async def open(self, lang: str = "nl", **entry: str) -> str:
        token = await super().open(lang, **entry)
        self.said[token] = (await self.messages(token))[-1]["seq"]
        return token

    async def tap(self, token: str, *choices: str) -> list[dict[str, Any]]:
        """Tap one after the other; what is said to the last of them."""
        seen: list[dict[str, Any]] = []
        for choice in choices:
            seen = await self._next(token, choice=choice)
        return seen

    async def says_again(self, token: str) -> list[dict[str, Any]]:
        return await self._next(token, text="herhaal")

    async def shows_plan(self, token: str) -> list[dict[str, Any]]:
        return await self._next(token, text="plan")

    async def link(self, token: str) -> str:
        """The path of a new link to the plan, without a language."""
        await self.shows_plan(token)
        news = await self.tap(token, "plan.paper")
        found = LINK.search(news[-1]["text"])
        assert found, news
        return f"/plan/{found[1]}"

    async def tick(self, path: str, slug: str, done: bool = True, **headers: str) -> tuple[int, dict[str, Any]]:
        """What the script of the page does."""
        form = {"slug": slug, "done": str(int(done))}
        async with self.client.post(f"{path}/tick", data=form, headers={**QUIET, **headers}) as response:
            return response.status, await response.json()

    async def ticks(self, path: str) -> dict[str, bool]:
        async with self.client.get(f"{path}/ticks", headers=QUIET) as response:
            assert response.status == 200
            return dict((await response.json())["ticks"])

    async def page(self, path: str, **headers: str) -> tuple[int, str]:
        async with self.client.get(path, headers=headers) as response:
            return response.status, await response.text()

    async def _next(self, token: str, **body: str) -> list[dict[str, Any]]:
        after = self.said.get(token, 0)
        assert await self.send(token, f"m{after}", **body) == 202
        seen = await self.until(token, lambda some: any(one["author"] != "family" for one in some), after)
        self.said[token] = seen[-1]["seq"]
        return [one for one in seen if one["author"] != "family"]


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Callable[..., Any]]:
    """Start gateways on a database of choice, with one bot that knows one family."""
    clients: list[TestClient[web.Request, web.Application]] = []
    servers: list[TestServer] = []
    bots: list[TalkingBot] = []

    async def begin(database_url: str, **known: Any) -> PlanHouse:
        if not bots:
            bots.append(TalkingBot(**known))
            servers.append(TestServer(bots[0].app()))
            await servers[0].start_server()
        settings = settings_for(database_url, str(servers[0].make_url("")), tmp_path / "run")
        client = TestClient(TestServer(await app.build(settings)), cookie_jar=aiohttp.DummyCookieJar())
        await client.start_server()
        clients.append(client)
        return PlanHouse(client, bots[0], settings)

    yield begin
    for client in clients:
        await client.close()
    for server in servers:
        await server.close()


@pytest.fixture
async def home(start: Callable[..., Any], sqlite_url: str) -> PlanHouse:
    """A gateway on SQLite."""
    made: PlanHouse = await start(sqlite_url)
    return made
