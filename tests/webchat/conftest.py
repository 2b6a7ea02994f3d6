"""A real gateway with a scripted bot, in a thread of its own, for a browser to visit."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestServer

from channels import app
from tests.conftest import settings_for
from tests.fakes import ScriptedBot


def page_of(bot: ScriptedBot, folder: Path, **changed: Any) -> Iterator[str]:
    """The address of the chat page of a gateway with this bot and a database in `folder`, until the generator ends.

    `changed`: settings that differ.
    """

    @asynccontextmanager
    async def gateway() -> AsyncIterator[str]:
        async with TestServer(bot.app()) as served:
            settings = settings_for(f"sqlite:///{folder / 'site.db'}", str(served.make_url("")), folder)
            async with TestServer(await app.build(replace(settings, **changed))) as server:
                yield str(server.make_url("/"))

    yield from in_a_thread(gateway)


def in_a_thread(server: Callable[[], AbstractAsyncContextManager[str]]) -> Iterator[str]:
    """The address of a server that runs in a thread of its own, until the generator ends."""
    loop, up, ready = asyncio.new_event_loop(), threading.Event(), list[str]()
    stop = asyncio.Event()

    async def serve() -> None:
        async with server() as address:
            ready.append(address)
            up.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    assert up.wait(60), "the server did not start"
    yield ready[0]
    loop.call_soon_threadsafe(stop.set)
    thread.join(10)
    loop.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the chat page."""
    yield from page_of(ScriptedBot(), tmp_path_factory.mktemp("site"))
