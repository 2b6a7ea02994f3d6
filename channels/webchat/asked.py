"""What a request asks: its body, its language, its place in the talk; and the refusal it gets, in one sentence."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from aiohttp import web

from channels.pages import of_browser
from channels.words import Words

LARGEST_BODY = 256 * 1024
_KINDS: dict[int, type[web.HTTPException]] = {
    400: web.HTTPBadRequest,
    401: web.HTTPUnauthorized,
    403: web.HTTPForbidden,
    404: web.HTTPNotFound,
    410: web.HTTPGone,
    429: web.HTTPTooManyRequests,
}

_SAID_ELSEWHERE = {"door": "page.gone", "code": "web.code_wrong"}  # the page shows the same


class Asked:
    """Reads requests; refuses in `words`."""

    def __init__(self, words: Words) -> None:
        self._words = words

    async def body(self, request: web.Request) -> dict[str, Any]:
        """The JSON object that came; anything else is a refusal."""
        try:
            body = json.loads((await request.read()).decode("utf-8"))
        except web.HTTPRequestEntityTooLarge:
            raise self.refusal(request, 413, "too_big") from None
        except (ValueError, RecursionError):
            raise self.refusal(request, 400, "body") from None
        if not isinstance(body, dict):
            raise self.refusal(request, 400, "body")
        return body

    def after(self, request: web.Request) -> int:
        """The number of the last message somebody has."""
        raw = request.query.get("after") or request.headers.get("Last-Event-ID") or "0"
        if not raw.isdecimal() or len(raw) > 12:
            raise self.refusal(request, 400, "body")
        return int(raw)

    def language(self, request: web.Request, wanted: str, offered: Sequence[str]) -> str:
        """`wanted` where it is offered, else what the browser prefers, else Dutch."""
        return wanted if wanted in offered else of_browser(request, offered) or "nl"

    def refusal(self, request: web.Request, status: int, error: str) -> web.HTTPException:
        """{error, message}, to be raised."""
        lang = self.language(request, "auto", self._words.offered())
        sentence, _ = self._words.text(_SAID_ELSEWHERE.get(error, f"error.{error}"), lang)
        body = json.dumps({"error": error, "message": sentence})
        if status == 413:
            return web.HTTPRequestEntityTooLarge(LARGEST_BODY, 0, text=body, content_type="application/json")
        return _KINDS[status](text=body, content_type="application/json")
