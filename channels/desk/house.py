"""The desk put together: its own application, with its own cookie, mounted at /desk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import aiohttp
from aiohttp import web

from channels.desk import chatwoot, login, mail, oidc, pages, sitting
from channels.desk.cases import CaseDesk
from channels.desk.interpreting import Interpreter
from channels.desk.live import Live
from channels.desk.translating import Translator
from channels.handoff.casework import Office
from channels.settings import Settings
from channels.storage.store import Store

_LARGEST_BODY = 64 * 1024


def build(
    store: Store, office: Office, sent: Callable[[], Any], settings: Settings, translator: Translator | None
) -> web.Application:
    """`sent` brings out what a worker put in the outbox. `translator`: for free words; without one none leave."""
    app = web.Application(client_max_size=_LARGEST_BODY)
    sitting.install(app, store, secure=settings.https)
    login.add_to(app, store, office.organisations)
    CaseDesk(store, office, sent).add_to(app)
    live = Live(store, office)
    live.add_to(app)
    pages.add_to(app)
    app[sitting.TRANSLATES] = translator is not None
    if translator:
        Interpreter(store, office, translator).add_to(app)
    mail.start(app, store, office, mail.post_of(settings))
    session = aiohttp.ClientSession()
    oidc.SingleSignOn(store, office.organisations, session).add_to(app)

    chatwoot.start(app, store, office, sent, session)

    async def begin(_app: web.Application) -> None:
        watching.append(asyncio.create_task(live.watch()))

    async def goodbye(_app: web.Application) -> None:
        """Before the store closes: the application around this one cleans up first."""
        live.close()
        for task in watching:
            task.cancel()
        await asyncio.gather(*watching, return_exceptions=True)
        await session.close()

    watching: list[asyncio.Task[None]] = []
    app.on_startup.append(begin)
    app.on_shutdown.append(goodbye)
    return app
