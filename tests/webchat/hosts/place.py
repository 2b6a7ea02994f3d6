"""A gateway with a scripted bot, and websites on another address that may hold its chat."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp.test_utils import TestServer, unused_port

from channels.words import Words
from tests.fakes import ScriptedBot
from tests.webchat.conftest import in_a_thread, page_of
from tests.webchat.hosts import server

AWAY = "https://www.weeronline.nl/"


@dataclass
class Place:
    """Where the gateway and the websites are, each with "/" at its end; `bot` answers for the gateway."""

    gateway: str
    website: str
    bot: ScriptedBot


def stand(folder: Path, words: Words) -> Iterator[Place]:
    """Both, until the generator ends; what they keep is in `folder`."""
    port, bot, sites = unused_port(), ScriptedBot(), folder / "sites"
    sites.mkdir()
    origin = f"http://127.0.0.1:{port}"
    site = f'name: Voorbeeldstad\norigins: ["{origin}"]\nexit: {AWAY}\ngreeting: {{nl: "Welkom."}}\n'
    (sites / f"{server.SITE}.yml").write_text(site, "utf-8")
    for gateway in page_of(bot, folder, sites=sites):

        @asynccontextmanager
        async def websites(address: str = gateway.rstrip("/")) -> AsyncIterator[str]:
            async with TestServer(server.app(address, words), port=port):
                yield f"{origin}/"

        for website in in_a_thread(websites):
            yield Place(gateway, website, bot)
