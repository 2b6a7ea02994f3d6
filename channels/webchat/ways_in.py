"""Ways into a talk that exists: a link from WhatsApp, and a code from one device of a family to another."""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Awaitable, Callable

from aiohttp import web

from channels.gateway import Gateway
from channels.settings import now
from channels.storage import doors
from channels.storage.store import Store
from channels.webchat import door
from channels.webchat.asked import Asked
from channels.words import Words

CHANNEL = "webchat"
WRONG_A_MINUTE = 6000  # codes that open nothing: sixty bits stand more, and a low limit would shut families out
# of a request: the conversation of its token, and the hash of that token if it came by a door, else ""
Known = Callable[[web.Request], Awaitable[tuple[str, str]]]


class WaysIn:
    """The handlers; `add_to` puts them on an application. `back`: where who came by a link can go back to."""

    def __init__(self, gateway: Gateway, store: Store, words: Words, asked: Asked, back: door.Back) -> None:
        self._gateway, self._store, self._words, self._asked, self._back = gateway, store, words, asked, back
        self._wrong: deque[float] = deque()

    def add_to(self, app: web.Application, known: Known) -> None:
        """Routes; `known` tells whose token a request carries, or refuses."""
        self._known = known
        app.router.add_get("/v/{token}", self.page)
        app.router.add_post("/webchat/v1/doors", self.enter)
        app.router.add_post("/webchat/v1/codes", self.code)

    async def page(self, request: web.Request) -> web.Response:
        """The page behind a link, in `?l=` (or what the browser prefers). The link is not used up."""
        return door.page(self._words, self._asked.language(request, request.query.get("l", ""), self._words.offered()))

    async def enter(self, request: web.Request) -> web.Response:
        """Go on with a conversation: {token} of a link or {code} → {token, conversation, lang, dir, back}, once."""
        body = await self._asked.body(request)
        kind, given = ("code", _plain(body["code"])) if "code" in body else ("link", body.get("token"))
        if kind == "code" and self._too_many():
            raise self._asked.refusal(request, 429, "too_fast")
        told = await self._store.write(lambda c: door.come_in(c, given, CHANNEL, self._back, kind))
        if told is None and kind == "code":
            self._wrong.append(time.monotonic())
            while len(self._wrong) > WRONG_A_MINUTE:
                self._wrong.popleft()
            raise self._asked.refusal(request, 410, "code")
        if told is None:
            raise self._asked.refusal(request, 410, "door")
        await self._gateway.bring_out()
        told = {**told, "dir": self._words.languages[told["lang"]].dir}
        return web.json_response(told, status=201, headers={"Cache-Control": "no-store"})

    async def code(self, request: web.Request) -> web.Response:
        """A code to go on elsewhere: {code, until}. Not for who came by a link: that lives shorter than a code."""
        conversation, by_door = await self._known(request)
        if by_door and not await self._store.read(lambda c: doors.of_a_device(c, by_door)):
            raise self._asked.refusal(request, 404, "code")
        moment = now()
        code = await self._store.write(lambda c: doors.make_code(c, conversation, moment))
        told = {"code": code, "until": (moment + doors.CODE_LIVES).isoformat()}
        return web.json_response(told, status=201, headers={"Cache-Control": "no-store"})

    def _too_many(self) -> bool:
        return len(self._wrong) >= WRONG_A_MINUTE and time.monotonic() - self._wrong[0] < 60


def _plain(code: object) -> str:
    """A code as it was made, however somebody wrote it down."""
    return re.sub(r"[^A-Z0-9]", "", code.upper()) if isinstance(code, str) else ""
