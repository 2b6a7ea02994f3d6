"""Puts the gateway together. Nothing happens at import."""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import os
import secrets
import sys
from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
from aiohttp import web

from actions.content import load_content
from actions.crisis import load as load_crisis
from channels.answering import Parts
from channels.desk import house as desk
from channels.desk.translating import translator_of
from channels.embassy.pages import EmbassyPages
from channels.gateway import Gateway
from channels.handoff.casework import Office
from channels.handoff.organisations import load_organisations
from channels.language import load_guesser
from channels.plans.site import PlanPages
from channels.rasa_client import RasaClient
from channels.settings import BadSetting, Settings
from channels.speech import Speech
from channels.storage import conversations, number_states, outbox
from channels.storage.migrate import upgrade
from channels.storage.store import Store
from channels.webchat.api import CHANNEL, LARGEST_BODY, WebChat
from channels.webchat.door import nowhere
from channels.webchat.gemeente_pages import GemeentePages
from channels.webchat.hub import Hub
from channels.webchat.site_pages import SitePages
from channels.webchat.sites import load_sites
from channels.whatsapp.channel import WhatsApp
from channels.whatsapp.numbers import Secrets, load_numbers
from channels.words import load_words

log = logging.getLogger(__name__)


async def build(settings: Settings) -> web.Application:
    """The gateway as an application. Raises BrokenData, or OperationalError when the database is out of reach."""
    content = load_content(settings.data)
    words = load_words(content, settings.locales)
    guesser = load_guesser(settings.data, words.languages)
    crisis = load_crisis(settings.data / "crisis")
    await asyncio.to_thread(upgrade, settings.database_url)
    store, hub, session = Store(settings.database_url), Hub(), aiohttp.ClientSession()
    rasa = RasaClient(session, settings.rasa_url, settings.rasa_token, settings.rasa_timeout)
    speech = Speech(content, words)
    organisations = load_organisations(settings.desks, content)
    office = Office(organisations, speech, settings.today, address=settings.public_url)
    sites = load_sites(settings.sites, settings.data, content, words.languages)
    parts = Parts(store, rasa, speech, crisis, guesser, settings.today, office, sites.languages())
    gateway = Gateway(parts, {CHANNEL: hub.deliver})
    translator = translator_of(settings, session)
    app = web.Application(client_max_size=LARGEST_BODY, middlewares=[_kind_errors])
    whatsapp = _whatsapp(gateway, session, settings, hub)
    WebChat(gateway, store, words, hub, back=whatsapp.address if whatsapp else nowhere, sites=sites).add_to(app)
    SitePages(gateway, sites).add_to(app)
    GemeentePages(gateway, sites, settings.public_url).add_to(app)
    EmbassyPages(store, office, whatsapp.phone if whatsapp else lambda _post: "").add_to(app)
    PlanPages(store, office).add_to(app)
    if whatsapp:
        whatsapp.add_to(app)
    app.add_subapp("/desk", desk.build(store, office, gateway.bring_out, settings, translator))
    _health(app, store, rasa)

    async def life(_app: web.Application) -> AsyncIterator[None]:
        if settings.database_url.startswith("sqlite"):
            await store.write(conversations.release_all)
        await gateway.start()
        if whatsapp:
            await whatsapp.start()
        yield
        if whatsapp:
            await whatsapp.stop()
        await gateway.stop()
        await session.close()
        store.close()

    async def goodbye(_app: web.Application) -> None:
        hub.close()

    app.cleanup_ctx.append(life)
    app.on_shutdown.append(goodbye)
    return app


def _whatsapp(gateway: Gateway, session: aiohttp.ClientSession, settings: Settings, hub: Hub) -> WhatsApp | None:
    """The channel, when there is a number of ours. Raises BrokenData, or BadSetting for a secret that is missing."""
    speech = gateway.parts.speech
    numbers = load_numbers(settings.numbers, speech.content, speech.words.languages)
    if not numbers:
        return None
    secrets = Secrets.from_env(os.environ)
    if not secrets.app_secrets:
        raise BadSetting("WHATSAPP_APP_SECRET is not set; without it anybody could write in the name of a family.")
    return WhatsApp(
        gateway, session, numbers, secrets, settings.data, settings.public_url, lambda one: hub.count(one) > 0
    )


def _health(app: web.Application, store: Store, rasa: RasaClient) -> None:
    async def livez(_request: web.Request) -> web.Response:
        return web.json_response({"status": "alive"})

    async def readyz(_request: web.Request) -> web.Response:
        age = await store.read(lambda connection: outbox.oldest_ready(connection, CHANNEL))
        stopped = await store.read(number_states.stopped)
        bot, late = await rasa.ready(), (age or 0) > 60
        told = {
            "status": "ready" if bot and not late else "not ready",
            "database": "ok",
            "bot": bot,
            "outbox_late": late,
            "whatsapp_stopped": stopped,  # told, but families on the page are still helped
        }
        return web.json_response(told, status=200 if bot and not late else 503)

    app.router.add_get("/livez", livez)
    app.router.add_get("/readyz", readyz)


@web.middleware
async def _kind_errors(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Nobody ever sees a stack trace; the log has it under the same number."""
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except Exception:
        number = secrets.token_hex(4)
        log.exception("request %s failed", number)
        sentence = "Er ging iets mis bij ons. Probeer het over een minuut opnieuw. Is er gevaar? Bel 112."
        body = json.dumps({"error": "internal", "message": sentence, "number": number})
        return web.Response(status=500, text=body, content_type="application/json")


async def serve(settings: Settings) -> None:
    """Run until cancelled."""
    app = await build(settings)
    runner = web.AppRunner(app, auto_decompress=False, access_log=None, shutdown_timeout=3)
    await runner.setup()
    gc.collect()
    gc.freeze()  # texts and models never go: looking through them again and again keeps everybody waiting
    sys.setswitchinterval(0.001)  # a thread that computes soon lets the one that acknowledges have its turn
    try:
        await web.TCPSite(runner, settings.host, settings.gateway_port).start()
        log.info("the gateway listens on http://%s:%s", settings.host, settings.gateway_port)
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()
