"""A family that talks on WhatsApp, made directly in the memory of a gateway; and where it can go back to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, update

from channels import app
from channels.settings import now
from channels.storage import conversations, doors, messages
from channels.storage.store import Store
from channels.storage.tables import outbox
from channels.webchat.api import WebChat
from channels.webchat.sites import Sites

BACK = "https://wa.me/31000000000"


def with_a_way_back(patch: pytest.MonkeyPatch) -> None:
    """Every conversation has the same address in WhatsApp."""

    def web_chat(*parts: Any, **_: Any) -> WebChat:
        return WebChat(*parts, sites=Sites(), back=lambda _connection, _conversation: BACK)

    patch.setattr(app, "WebChat", web_chat)


def begin(connection: Connection, lang: str = "nl", said: str = "wij staan op straat") -> str:
    """A conversation on WhatsApp in which each said something. Gives its id."""
    talk = conversations.create(connection, "whatsapp", doors.hashed(f"{said} {now()}"), lang, chosen=True, entry={})
    messages.append(connection, talk, "family", "family.text", spoken("family", "family.text", said, lang), None)
    answer(connection, talk, "sent", lang=lang)
    return talk


def answer(
    connection: Connection,
    talk: str,
    state: str,
    *,
    lang: str = "nl",
    text: str = "een antwoord",
    choices: Sequence[dict[str, str]] = (),
) -> int:
    """An answer for WhatsApp whose row in the outbox is in this state. Gives its number."""
    body = {**spoken("bot", "input.no_words", text, lang), "choices": list(choices)}
    seq = messages.send(connection, talk, "whatsapp", 0, body, None)
    newest = outbox.c.conversation == talk, outbox.c.state == "ready", outbox.c.channel == "whatsapp"
    connection.execute(update(outbox).where(*newest).values(state=state))
    return seq


def spoken(author: str, key: str, text: str, lang: str) -> dict[str, Any]:
    """The body of a message."""
    lists = {"choices": [], "sources": [], "terms": [], "facts": {}}
    return {"author": author, "key": key, "text": text, "lang": lang, "dir": "rtl" if lang == "ar" else "ltr", **lists}


async def link_to(store: Store, talk: str, moment: datetime | None = None) -> str:
    """The token of a link to this conversation that was made at this moment."""
    return await store.write(partial(doors.make, conversation=talk, moment=moment or now()))


async def channel_of(store: Store, talk: str) -> str:
    """By which channel answers go out."""
    found = await store.read(lambda connection: conversations.get(connection, talk))
    assert found is not None
    return found.channel
