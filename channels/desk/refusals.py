"""Reading what comes in, and refusing it: a status, a key, and one sentence in the language of the reader."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from aiohttp import web

from channels.pages import of_browser

LANGUAGES = ("nl", "en")
LARGEST_BODY = 16 * 1024
LANG = web.RequestKey("lang", str)
_WORDS = Path(__file__).parent / "static" / "words.json"
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")  # PostgreSQL keeps no text with this in it
_KINDS: dict[int, type[web.HTTPException]] = {
    400: web.HTTPBadRequest,
    401: web.HTTPUnauthorized,
    403: web.HTTPForbidden,
    404: web.HTTPNotFound,
    409: web.HTTPConflict,
    429: web.HTTPTooManyRequests,
    503: web.HTTPServiceUnavailable,
}


def refuse(request: web.Request, status: int, error: str, **more: Any) -> web.HTTPException:
    """The refusal to raise; `more` goes along and fills the places in the sentence."""
    words = _words()[language(request)]
    sentence = words.get(f"error.{error}", words["error.refused"]).format(**more)
    body = json.dumps({"error": error, "message": sentence, **more})
    if status == 413:
        return web.HTTPRequestEntityTooLarge(LARGEST_BODY, 0, text=body, content_type="application/json")
    return _KINDS[status](text=body, content_type="application/json")


def word(key: str) -> str:
    """Words of the desk's page in Dutch, for a desk elsewhere; the key itself when nobody wrote any."""
    return _words()["nl"].get(f"ui.{key}", key)


def language(request: web.Request) -> str:
    """The worker's own language; before login, the one that the browser prefers."""
    if LANG in request:
        return request[LANG]
    return of_browser(request, LANGUAGES) or LANGUAGES[0]


async def body_of(request: web.Request, largest: int = LARGEST_BODY) -> dict[str, Any]:
    """A JSON object whose texts every database can keep. Raises a refusal: 400, or 413 over `largest` bytes."""
    try:
        raw = await request.read()
        if len(raw) > largest:
            raise refuse(request, 413, "too_big")
        body = json.loads(raw.decode("utf-8"))
        json.dumps(body, ensure_ascii=False).encode()  # half a surrogate pair is no text
    except web.HTTPRequestEntityTooLarge:
        raise refuse(request, 413, "too_big") from None
    except (ValueError, RecursionError):
        raise refuse(request, 400, "body") from None
    if not isinstance(body, dict) or _NUL.search(json.dumps(body)):
        raise refuse(request, 400, "body")
    return body


def text_of(request: web.Request, body: dict[str, Any], name: str, most: int = 200) -> str:
    """One text of a body, of 1 to `most` characters. Raises a refusal (400)."""
    value = body.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > most:
        raise refuse(request, 400, "body")
    return value


@cache
def _words() -> dict[str, dict[str, str]]:
    read: dict[str, dict[str, str]] = json.loads(_WORDS.read_text(encoding="utf-8"))
    return read
