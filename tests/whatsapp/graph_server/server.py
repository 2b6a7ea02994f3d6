"""A Graph API of our own: what it knows, what it counts, and the ways in."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Self

from aiohttp import web

from tests.whatsapp.graph_server import pages, sending
from tests.whatsapp.graph_server.account import Number, Template, Templates, Token
from tests.whatsapp.graph_server.api import Api
from tests.whatsapp.graph_server.people import Person
from tests.whatsapp.graph_server.rules import Rules
from tests.whatsapp.graph_server.sending import Sent
from tests.whatsapp.graph_server.webhooks import Change, Post

NUMBER, WABA, DISPLAY = "100000000000001", "200000000000001", "31970000001"
SECRET, TOKEN = "app-secret", "access-token"
_TROUBLES = {"timeout", "lost", "cut"}


class GraphServer:
    """Behaves like Meta's Graph API for WhatsApp, for one app of ours.

    `webhook`: where news goes, also to set after `start`; `secret` signs it. For tests to look at: `sent` (accepted
    messages in order), `refused` (code and payload), `requests` (method and path), `post.deliveries`. For tests to
    change: `rules`, `post`, `tokens`, `templates`, the numbers, `statuses` (what is told of each message, in this
    order), `delay` (seconds before each), `early` (statuses come before the answer to the call).
    """

    def __init__(
        self,
        webhook: str = "",
        *,
        secret: str = SECRET,
        token: str = TOKEN,
        port: int = 0,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        seed: int = 0,
    ) -> None:
        self.clock, self.port, self.url = clock, port, ""
        self.tokens = {token: Token()}
        self.numbers: dict[str, Number] = {}
        self.templates: dict[str, Templates] = {}
        self.people: list[Person] = []
        self.sent: list[Sent] = []
        self.refused: list[tuple[int, dict[str, Any]]] = []
        self.requests: list[tuple[str, str]] = []
        self.troubles: deque[str] = deque()
        self.rules = Rules(clock)
        self.post = Post(webhook, secret, seed, self.rang)
        self.statuses: tuple[str, ...] = ("sent", "delivered", "read")
        self.delay, self.early = 0.0, False
        self.changed, self.stopping = asyncio.Condition(), asyncio.Event()
        self._runner: web.AppRunner | None = None
        self.add_number(NUMBER, WABA, DISPLAY, "Thuiswijzer")

    @property
    def webhook(self) -> str:
        """Where news goes."""
        return self.post.url

    @webhook.setter
    def webhook(self, url: str) -> None:
        self.post.url = url

    def add_number(self, id_: str, waba: str, display: str, name: str) -> Number:
        """One more number of ours; the same id again replaces it."""
        self.numbers[id_] = Number(id_, waba, display, name)
        self.templates.setdefault(waba, Templates())
        return self.numbers[id_]

    def person(
        self,
        name: str = "Ana",
        *,
        phone: str | None = None,
        bsuid: str | None = None,
        username: str = "",
        number: str = "",
    ) -> Person:
        """Somebody new who talks with `number` (without: the first). No phone: their webhooks never tell one.

        `bsuid`: made up when None; "" for webhooks without any, as before April 2026.
        """
        ours = self.numbers[number or next(iter(self.numbers))]
        key, bsuid = f"p{len(self.people) + 1}", self.new_bsuid() if bsuid is None else bsuid
        person = Person(self, ours, key=key, name=name, phone=phone or "", bsuid=bsuid, username=username)
        self.people.append(person)
        return person

    def new_bsuid(self) -> str:
        """An id that nobody has."""
        return f"NL.{self.post.luck.randrange(10**19, 10**20)}"

    def find(self, number: Number, name: str) -> Person | None:
        """Who has this phone or id now, seen from this number of ours."""
        same = (one for one in self.people if one.number.waba == number.waba)
        return next((one for one in same if name and name in (one.phone, one.bsuid, one.parent)), None)

    def template(self, name: str, language: str, text: str, *buttons: str, status: str = "APPROVED") -> Template:
        """A template of the first account that stands there already."""
        components: list[dict[str, Any]] = [{"type": "BODY", "text": text}]
        if buttons:
            quick = [{"type": "QUICK_REPLY", "text": button} for button in buttons]
            components.append({"type": "BUTTONS", "buttons": quick})
        template = Template(name, language, components, status=status)
        next(iter(self.templates.values())).all.append(template)
        return template

    async def reviews(self, name: str, language: str, status: str, reason: str = "NONE") -> None:
        """Meta decides about a template, and tells so."""
        for waba, templates in self.templates.items():
            if found := templates.find(name, language):
                found.status, found.reason = status, reason
                told = {"event": status, "message_template_id": int(found.id), "message_template_name": name}
                told |= {"message_template_language": language, "reason": reason}
                await self.post.tell(Change(waba, "message_template_status_update", told))

    def trouble(self, kind: str, times: int = 1) -> None:
        """What happens to the next `times` messages, before anything else that was asked for.

        "500": Meta cannot; "502" and other 5xx: a machine in between answers; "429" or a code: refused;
        "timeout": accepted, never answered; "cut": accepted, and the line is cut; "lost": neither accepted nor
        answered; "131042" or "failed:" and a code: accepted, and then not delivered.
        """
        if not (kind in _TROUBLES or kind.removeprefix("failed:").isdigit()):
            raise ValueError(f"'{kind}' is no trouble; it is {', '.join(sorted(_TROUBLES))} or a number")
        self.troubles.extend([kind] * times)

    async def tells(self, wamid: str, *statuses: str, code: int = 0) -> None:
        """Bring statuses of a message by hand; `code`: of what went wrong, for "failed"."""
        sent = next(one for one in self.sent if one.wamid == wamid)
        sent.failure = code or sent.failure
        for status in statuses:
            await sending.tell_status(self, sent, status)

    async def rang(self) -> None:
        """Wake everybody who waits for something to change."""
        async with self.changed:
            self.changed.notify_all()

    async def until(self, predicate: Callable[[Self], bool], seconds: float = 30) -> None:
        """Wait until it is so. Raises TimeoutError."""
        async with asyncio.timeout(seconds), self.changed:
            await self.changed.wait_for(lambda: predicate(self))

    async def start(self) -> str:
        """Open the doors; gives the address, without a slash at its end."""
        await self.post.open()
        app = web.Application(middlewares=[Api(self).guard], client_max_size=1 << 20)
        app.add_routes([*Api(self).routes(), *pages.routes(self)])
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self.port}"
        return self.url

    async def stop(self) -> None:
        """Close the doors; what is on its way stays undelivered."""
        self.stopping.set()
        await self.rang()
        await self.post.close()
        if self._runner:
            await self._runner.cleanup()
