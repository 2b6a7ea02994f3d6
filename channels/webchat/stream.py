"""One open stream: what is new is read from the database, so a reconnect misses nothing and repeats nothing."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from channels.settings import now
from channels.storage import conversations, doors, inbox, messages
from channels.storage.store import Store
from channels.webchat.hub import Hub
from channels.words import Words

HEARTBEAT = 15.0


async def stream(
    request: web.Request, conversation: str, after: int, store: Store, hub: Hub, words: Words, door: str = ""
) -> web.StreamResponse:
    """Send messages above `after`, whether the computer is at work, and language changes, until somebody leaves.

    Who came by a door (the hash of its token) stays until that is closed.
    """
    response = web.StreamResponse(
        headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    )
    response.enable_chunked_encoding()
    await response.prepare(request)
    await response.write(b"retry: 3000\n\n")
    told: dict[str, Any] = {}

    def look(connection: Connection) -> tuple[list[dict[str, Any]], bool, str, bool]:
        talk = conversations.get(connection, conversation)
        busy = inbox.pending(connection, conversation) > 0
        inside = not door or doors.inside(connection, door, now()) is not None
        return messages.visible(connection, conversation, after), busy, talk.lang if talk else "nl", inside

    with contextlib.suppress(ConnectionError), hub.listen(conversation) as event:  # whoever closes the page just goes
        while not hub.closing.is_set():
            event.clear()
            new, busy, lang, inside = await store.read(look)
            if not inside:  # the last word may still be read: that all is deleted
                new = [message for message in new if message["key"] == "conversation.deleted"]
            if told.get("lang") != lang:
                await _send(response, "lang", {"lang": lang, "dir": words.languages[lang].dir})
            for message in new:
                after = message["seq"]
                if message["key"] == "conversation.deleted":
                    await _send(response, "reset", {})
                await _send(response, "message", message, after)
            if told.get("busy", False) != busy:
                await _send(response, "busy", {"busy": busy})
            told = {"lang": lang, "busy": busy}
            if not inside:
                break
            try:
                async with asyncio.timeout(HEARTBEAT):
                    await event.wait()
            except TimeoutError:
                await response.write(b": still here\n\n")
        await _send(response, "bye", {})
    return response


async def _send(response: web.StreamResponse, event: str, data: dict[str, Any], number: int | None = None) -> None:
    numbered = f"id: {number}\n" if number is not None else ""
    await response.write(f"{numbered}event: {event}\ndata: {json.dumps(data)}\n\n".encode())
