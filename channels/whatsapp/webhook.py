"""Where Meta tells us what happened: checked, kept byte for byte, and only then acknowledged."""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import Callable

from aiohttp import web

from channels.storage import webhooks
from channels.storage.store import Store
from channels.whatsapp.numbers import Secrets
from channels.whatsapp.signature import signed

log = logging.getLogger(__name__)
PATH = "/whatsapp/webhook"
LARGEST = 3 * 1024 * 1024  # bytes; Meta gathers several messages into one call
_PATIENCE = 10.0  # seconds for a whole body


class Webhook:
    """`news` is called after something was kept."""

    def __init__(self, store: Store, secrets: Secrets, news: Callable[[], None]) -> None:
        self._store, self._secrets, self._news = store, secrets, news

    def add_to(self, app: web.Application) -> None:
        """The two routes."""
        app.router.add_get(PATH, self.challenge)
        app.router.add_post(PATH, self.receive)

    async def challenge(self, request: web.Request) -> web.Response:
        """Meta asks whether this address is ours: its challenge goes back when it knows our word."""
        asked, word = request.query, self._secrets.verify_token
        given = asked.get("hub.verify_token", "").encode("utf-8", "replace")
        ours = bool(word) and hmac.compare_digest(given, word.encode())
        if asked.get("hub.mode") != "subscribe" or not ours:
            raise web.HTTPForbidden(text="the verify token is not ours")
        return web.Response(text=asked.get("hub.challenge", "")[:200])

    async def receive(self, request: web.Request) -> web.Response:
        """200 once it is safely kept, also when it came before; 401 unsigned, 413 too big, 415 packed, 408 too slow."""
        if request.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise web.HTTPUnsupportedMediaType(text="send it unpacked")
        raw = await _body(request)
        if not signed(raw, request.headers.get("X-Hub-Signature-256"), self._secrets.app_secrets):
            log.warning("a webhook without our signature was refused")
            raise web.HTTPUnauthorized(text="the signature is not ours")
        if await self._store.write(lambda connection: webhooks.store(connection, raw), urgent=True) is not None:
            self._news()
        return web.Response(text="ok")


async def _body(request: web.Request) -> bytes:
    too_big = web.HTTPRequestEntityTooLarge(LARGEST, request.content_length or 0, text="that is too big")
    if (request.content_length or 0) > LARGEST:
        raise too_big
    parts, size = list[bytes](), 0  # put together once, so that what is refused takes no room twice
    try:
        async with asyncio.timeout(_PATIENCE):
            async for part in request.content.iter_any():
                parts.append(part)
                if (size := size + len(part)) > LARGEST:
                    raise too_big
    except TimeoutError:
        raise web.HTTPRequestTimeout(text="that took too long") from None
    return b"".join(parts)
