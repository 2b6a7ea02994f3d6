"""The way in for a family from WhatsApp: a page with one button, which opens the same conversation in our web chat.

Whoever only fetches the page, as programs that show a preview do, uses nothing up.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from aiohttp import web
from sqlalchemy import Connection

from channels.settings import now
from channels.storage import conversations, doors
from channels.words import Words

# where a conversation goes on in WhatsApp, as an address; "" for nowhere
Back = Callable[[Connection, str], str]
_STATIC = Path(__file__).parent / "static"
_LONGEST = 100  # of a token; ours are shorter
_HTML = '<html lang="nl" dir="ltr">'
_WORDED = re.compile(r'data-word="([a-z_.]+)"([^>]*>)[^<]*')
_FALLBACK = re.compile(r'<section id="fallback".*?</section>', re.DOTALL)
_HEADERS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}


def page(words: Words, lang: str) -> web.Response:
    """The page with the button. It is the same for every link, whether that opens something or not."""

    def put(found: re.Match[str]) -> str:
        text, current = words.text(found[1], lang)
        dutch = "" if current else ' lang="nl" dir="ltr"'
        return f'data-word="{found[1]}"{dutch}{found[2]}{html.escape(text, quote=False)}'

    told = _WORDED.sub(put, _template()).replace(_HTML, f'<html lang="{lang}" dir="{words.languages[lang].dir}">', 1)
    return web.Response(text=told, content_type="text/html", headers=_HEADERS)


def come_in(connection: Connection, token: object, channel: str, back: Back) -> dict[str, str] | None:
    """Use a link up: {token, conversation, lang, back}, and answers go out by `channel`; None when it opens nothing."""
    if not isinstance(token, str) or len(token) > _LONGEST:
        return None
    entered = doors.enter(connection, token, now())
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


@cache
def _template() -> str:
    """door.html; help for a browser that runs no script is the same as on the page of the talk."""
    help_without_script = _FALLBACK.findall((_STATIC / "index.html").read_text("utf-8"))
    return _FALLBACK.sub(lambda _: help_without_script[0], (_STATIC / "door.html").read_text("utf-8"))
