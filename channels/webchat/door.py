"""The way in for a family from WhatsApp: a page with one button, which opens the same conversation in our web chat.

Whoever only fetches the page, as programs that show a preview do, uses nothing up.
"""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web
from sqlalchemy import Connection

from channels.settings import now
from channels.storage import conversations, doors
from channels.webchat import filled
from channels.words import Words

# where a conversation goes on in WhatsApp, as an address; "" for nowhere
Back = Callable[[Connection, str], str]
_LONGEST = 100  # of a token; ours are shorter
_HEADERS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}


def page(words: Words, lang: str) -> web.Response:
    """The page with the button. It is the same for every link, whether that opens something or not."""
    return web.Response(text=filled.door(words, lang), content_type="text/html", headers=_HEADERS)


def come_in(
    connection: Connection, token: object, channel: str, back: Back, kind: str = "link"
) -> dict[str, str] | None:
    """Use a link (or a code) up: {token, conversation, lang, back}, and answers go out by `channel`.

    None when it opens nothing.
    """
    if not isinstance(token, str) or len(token) > _LONGEST:
        return None
    entered = doors.enter(connection, token, now(), kind)
    found = conversations.get(connection, entered[0]) if entered else None
    if entered is None or found is None:
        return None
    conversations.move(connection, found.id, channel)
    return {
        "token": entered[1],
        "conversation": found.id,
        "lang": found.lang,
        "back": back(connection, found.id),
    }


def nowhere(_connection: Connection, _conversation: str) -> str:
    """The way back where there is no WhatsApp."""
    return ""
