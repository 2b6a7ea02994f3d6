"""Somebody with a phone: writes, taps, changes number; and what stands on the screen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tests.whatsapp.graph_server import inbound
from tests.whatsapp.graph_server.rules import WINDOW
from tests.whatsapp.graph_server.shown import Bubble, Tap
from tests.whatsapp.graph_server.webhooks import Change, Delivery

if TYPE_CHECKING:
    from tests.whatsapp.graph_server.account import Number
    from tests.whatsapp.graph_server.server import GraphServer


class Person:
    """One person and their talk with one number of ours. Made by `server.person`.

    What they do returns when our webhook has answered; it gives the id of the new message. `shows_phone` and
    `shows_bsuid`: which of their names stand in webhooks; `reads`: whether what arrives is read at once.
    """

    def __init__(
        self, server: GraphServer, number: Number, *, key: str, name: str, phone: str, bsuid: str, username: str
    ) -> None:
        self.server, self.number, self.key = server, number, key
        self.name, self.phone, self.bsuid, self.username, self.parent = name, phone, bsuid, username, ""
        self.shows_phone = bool(phone) and not username
        self.shows_bsuid = bool(bsuid)
        self.reads = True
        self.talk: list[Bubble] = []
        self.wrote_at: datetime | None = None
        self.typing_until: datetime | None = None
        self._received = 0

    @property
    def screen(self) -> list[Bubble]:
        """What arrived, oldest first."""
        return [one for one in self.talk if not one.mine]

    @property
    def window_open(self) -> bool:
        """Whether they wrote within the last 24 hours."""
        return self.wrote_at is not None and self.server.clock() - self.wrote_at < WINDOW

    async def says(self, text: str, *, reply_to: str = "") -> str:
        """Write something; `reply_to`: the id of the message that it quotes."""
        return await self._send({"type": "text", "text": {"body": text}}, text, reply_to)

    async def taps(self, choice: str, *, on: str = "") -> str:
        """Tap a choice by id or title: on the last message that has any, or on the one with the id `on`."""
        shown = [one for one in self.screen if one.choices and on in ("", one.wamid)]
        found = [one for one in shown[-1].choices if choice in (one.id, one.title)] if shown else []
        if not found:
            raise LookupError(f"no '{choice}' to tap on; there is {[one.choices for one in shown[-1:]]}")
        return await self._send(_reply(shown[-1].how, found[0]), found[0].title, shown[-1].wamid)

    async def sends(self, kind: str, **more: Any) -> str:
        """Send a message of any other kind, or begin a "call"; `more` stands in its content."""
        if kind == "call":
            return await self._calls()
        last = self.screen[-1].wamid if self.screen else inbound.new_wamid()
        content = inbound.content(kind, last, more)
        return await self._send(content, str(more.get("caption", "")), silent=kind == "reaction")

    async def edits(self, wamid: str, text: str) -> str:
        """Change what was written before."""
        for one in self.talk:
            if one.wamid == wamid:
                one.text, one.edited = text, True
        new = {"context": {"id": "M0"}, "type": "text", "text": {"body": text}}
        content = {"type": "edit", "edit": {"original_message_id": wamid, "message": new}}
        return await self._send(content, silent=True)

    async def revokes(self, wamid: str) -> str:
        """Take back what was written before."""
        for one in self.talk:
            if one.wamid == wamid:
                one.text, one.revoked = "", True
        return await self._send({"type": "revoke", "revoke": {"original_message_id": wamid}}, silent=True)

    async def changes_number(self, phone: str = "", bsuid: str = "") -> None:
        """Take another number, and with it another id; told as a system message and as a user_id_update."""
        old = (self.phone, self.bsuid)
        self.phone = phone or (str(int(self.phone) + 1000) if self.phone else "")
        self.bsuid = bsuid or (self.server.new_bsuid() if self.bsuid else "")
        system, update = self._renamed(*old)
        await self._tell("messages", messages=[system], contacts=None)
        if self.shows_bsuid:
            await self._tell("user_id_update", user_id_update=[update])

    async def prefers(self, *, stop: bool) -> None:
        """Tell Meta that messages which a business begins are unwanted, or welcome again."""
        wish = inbound.preference(stop, int(self.server.clock().timestamp()))
        await self._tell("user_preferences", user_preferences=[{**self._names("wa_id", "user_id"), **wish}])

    async def looks(self) -> None:
        """Read what arrived and is not read yet."""
        for one in self.screen:
            if one.state != "read":
                one.state = "read"
                await self.server.tells(one.wamid, "read")

    async def receives(self, n: int = 1, seconds: float = 30) -> list[Bubble]:
        """The next `n` messages that arrive, or arrived, after those that this gave before. Raises TimeoutError."""
        wanted = self._received + n
        await self.server.until(lambda _: len(self.screen) >= wanted, seconds)
        self._received = wanted
        return self.screen[wanted - n : wanted]

    async def until(self, predicate: Callable[[list[Bubble]], bool], seconds: float = 30) -> list[Bubble]:
        """The screen, as soon as it is as wanted. Raises TimeoutError."""
        await self.server.until(lambda _: predicate(self.screen), seconds)
        return self.screen

    async def gets(self, bubble: Bubble) -> None:
        """A message of ours arrives."""
        self.talk.append(bubble)
        self.typing_until = None
        await self.server.rang()

    def contact(self, *, with_username: bool = True) -> dict[str, Any]:
        """How webhooks name this person."""
        profile = {"name": self.name, **({"username": self.username} if self.username and with_username else {})}
        return {"profile": profile, **self._names("wa_id", "user_id")}

    def _names(self, phone: str, bsuid: str) -> dict[str, str]:
        names = {phone: self.phone} if self.phone and self.shows_phone else {}
        if self.bsuid and self.shows_bsuid:
            names |= {bsuid: self.bsuid}
            names |= {bsuid.replace("user_id", "parent_user_id"): self.parent} if self.parent else {}
        return names

    def _renamed(self, phone: str, bsuid: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """The system message and the user_id_update that tell of other names than these."""
        head = {"id": inbound.new_wamid(), "timestamp": self._timestamp(), "type": "system"}
        kind, was, becomes = "user_changed_user_id", bsuid, self.bsuid
        if self.shows_phone:
            kind, was, becomes = "user_changed_number", phone, self.phone
            head["from"] = phone
        body = f"User {self.name} changed from {was} to {becomes}"
        system = {**head, "system": {"body": body, "type": kind, **self._names("wa_id", "user_id")}}
        update = {
            **({"wa_id": self.phone} if self.shows_phone else {}),
            "detail": f"User id for {self.name} has been updated.",
            "user_id": {"previous": bsuid, "current": self.bsuid},
            "timestamp": self._timestamp(),
        }
        return system, update

    async def _calls(self) -> str:
        wamid = inbound.new_wamid()
        self.wrote_at = self.server.clock()
        call = {**self._names("from", "from_user_id"), **inbound.call(wamid, self.number.display, self._timestamp())}
        await self._tell("calls", calls=[call])
        return str(call["id"])

    async def _send(self, content: dict[str, Any], text: str = "", quotes: str = "", *, silent: bool = False) -> str:
        wamid = inbound.new_wamid()
        self.wrote_at = self.server.clock()
        bubble = Bubble(wamid, True, self.wrote_at, content["type"], text=text, quotes=quotes, state="sent")
        if not silent:
            self.talk.append(bubble)
            await self.server.rang()
        context = {"context": {"from": self.number.display, "id": quotes}} if quotes else {}
        head = {**self._names("from", "from_user_id"), "id": wamid, "timestamp": self._timestamp()}
        brought = await self._tell("messages", messages=[{**context, **head, **content}])
        if bubble.state == "sent" and any(one.taken for one in brought):
            bubble.state = "delivered"
            await self.server.rang()
        return wamid

    async def _tell(self, field: str, **value: Any) -> list[Delivery]:
        contacts = {"contacts": [self.contact()], **value}
        told = {key: what for key, what in contacts.items() if what is not None}
        return await self.server.post.tell(Change(self.number.waba, field, {**self.number.head(), **told}))

    def _timestamp(self) -> str:
        return str(int(self.server.clock().timestamp()))


def _reply(how: str, tap: Tap) -> dict[str, Any]:
    if how == "quick":
        return {"type": "button", "button": {"payload": tap.id, "text": tap.title}}
    kind = "list_reply" if how == "list" else "button_reply"
    described = {"description": tap.description} if tap.description else {}
    return {"type": "interactive", "interactive": {"type": kind, kind: {"id": tap.id, "title": tap.title, **described}}}
