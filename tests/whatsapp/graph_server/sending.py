"""POST messages: what Meta does with one call, from the address to the statuses that follow."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.whatsapp.graph_server.account import Number, Template
from tests.whatsapp.graph_server.checking import BSUID, refuse_wrong
from tests.whatsapp.graph_server.inbound import new_wamid
from tests.whatsapp.graph_server.people import Person
from tests.whatsapp.graph_server.refusals import Refusal, told_later
from tests.whatsapp.graph_server.shown import bubble, values
from tests.whatsapp.graph_server.webhooks import Change

if TYPE_CHECKING:
    from tests.whatsapp.graph_server.server import GraphServer

_TYPING = timedelta(seconds=25)
_UNPAID, _UNDELIVERABLE, _TOO_LATE = 131042, 131026, 131047


@dataclass
class Sent:
    """One accepted message. `person` is None for somebody who has no WhatsApp; `by`: "phone" or "bsuid"."""

    wamid: str
    number: Number
    person: Person | None
    to: str
    by: str
    payload: dict[str, Any]
    callback: str
    at: datetime
    pricing: dict[str, Any]
    failure: int = 0
    statuses: list[str] = field(default_factory=list)


async def messages(
    server: GraphServer, request: web.Request, number: Number, payload: dict[str, Any]
) -> web.StreamResponse:
    """Answer one POST. Raises Refusal."""
    if payload.get("status") == "read":
        return await _read(server, payload)
    trouble = server.troubles.popleft() if server.troubles else ""
    if len(trouble) == 3 and trouble.startswith("5") and trouble != "500":  # of a machine in between
        return web.Response(status=int(trouble), text="<html>Bad gateway</html>", content_type="text/html")
    if trouble.isdigit() and trouble != str(_UNPAID):
        raise Refusal({"500": 131000, "429": 130429}.get(trouble, int(trouble)), "as a test asked")
    if trouble == "lost":
        return await _never(server)
    sent = _accept(server, number, payload, trouble)
    answer = web.json_response(_answer(sent))
    if server.early:
        await _afterwards(server, sent)
    else:
        server.post.start(_afterwards(server, sent))
    if trouble == "cut" and request.transport:
        request.transport.close()
    return await _never(server) if trouble == "timeout" else answer


async def _never(server: GraphServer) -> web.Response:
    await server.stopping.wait()
    return web.Response(status=503)


async def _read(server: GraphServer, payload: dict[str, Any]) -> web.Response:
    wamid = str(payload.get("message_id"))
    for person in server.people:
        for at, one in enumerate(person.talk):
            if one.mine and one.wamid == wamid:
                for before in person.talk[: at + 1]:  # Meta marks the earlier ones as well
                    before.state = "read" if before.mine else before.state
                if payload.get("typing_indicator") == {"type": "text"}:
                    person.typing_until = server.clock() + _TYPING
                await server.rang()
                return web.json_response({"success": True})
    raise Refusal(131009, "Message with this id does not exist")


def _accept(server: GraphServer, number: Number, payload: dict[str, Any], trouble: str) -> Sent:
    """Look at a message in Meta's order and enter it in the books. Raises Refusal."""
    number.refuse_sending()
    to, by = _address(server, payload)
    refuse_wrong(payload)
    template = _template(server, number, payload)
    if template and template.category == "AUTHENTICATION" and by == "bsuid":
        raise Refusal(131062, "Business-scoped user ids are not supported for this message")
    server.rules.throughput(number.id)
    person = server.find(number, to)
    failure = _look_at(server, person, template)
    pricing, delivered = server.rules.price(number.id, template.category.lower() if template else "service")
    if not delivered:
        failure = failure or _UNPAID
    if trouble and trouble.removeprefix("failed:").isdigit():
        failure = int(trouble.removeprefix("failed:"))
    callback = str(payload.get("biz_opaque_callback_data", ""))
    sent = Sent(new_wamid(), number, person, to, by, payload, callback, server.clock(), pricing, failure)
    server.sent.append(sent)
    return sent


def _look_at(server: GraphServer, person: Person | None, template: Template | None) -> int:
    """With which code this fails afterwards, 0 when it arrives. Raises Refusal."""
    if person is None:
        return _UNDELIVERABLE
    arrives = True
    if template:
        server.rules.reach(person)
    else:
        arrives = server.rules.window(person)
    server.rules.pair(person)
    return 0 if arrives else _TOO_LATE


def _address(server: GraphServer, payload: dict[str, Any]) -> tuple[str, str]:
    """To whom; a phone in `to` goes before an id in `recipient`."""
    to, recipient = str(payload.get("to") or ""), str(payload.get("recipient") or "")
    phone = re.sub(r"[+\s()-]", "", to)
    if phone.isascii() and phone.isdigit():
        return phone, "phone"
    if to and not (server.rules.ids_in_to and BSUID.fullmatch(to)):
        raise Refusal(131009, "Parameter to must be a phone number")
    if not (to or recipient):
        raise Refusal(100, "The parameter to is required.")
    if not BSUID.fullmatch(to or recipient):
        raise Refusal(131009, "Parameter recipient must be a business-scoped user id")
    return to or recipient, "bsuid"


def _template(server: GraphServer, number: Number, payload: dict[str, Any]) -> Template | None:
    if payload.get("type") != "template":
        return None
    told = payload["template"]
    if not isinstance(told, dict) or not isinstance(told.get("language"), dict):
        raise Refusal(131008, "Parameter template.language is missing")
    template = server.templates[number.waba].usable(str(told.get("name")), str(told["language"].get("code")))
    given = len(values(told.get("components") or [], "body"))
    if given != template.places:
        raise Refusal(132000, f"number of parameters ({given}) does not match the expected number ({template.places})")
    return template


def _answer(sent: Sent) -> dict[str, Any]:
    known = {"wa_id": sent.to} if sent.by == "phone" else {"user_id": sent.to}
    given = sent.payload.get("to") if sent.by == "phone" else sent.to
    message = {"id": sent.wamid}
    if sent.payload.get("type") == "template":
        message["message_status"] = "accepted"
    return {"messaging_product": "whatsapp", "contacts": [{"input": given, **known}], "messages": [message]}


async def _afterwards(server: GraphServer, sent: Sent) -> None:
    """It arrives, or not, and the statuses say so."""
    if sent.failure or sent.person is None:
        await tell_status(server, sent, "failed")
        return
    told = sent.payload.get("template")
    template = server.templates[sent.number.waba].find(told["name"], told["language"]["code"]) if told else None
    arrived = bubble(sent.payload, sent.wamid, server.clock(), template.components if template else [])
    if arrived.kind != "reaction":
        await sent.person.gets(arrived)
    for status in server.statuses:
        if status != "read" or sent.person.reads:
            await asyncio.sleep(server.delay)
            await tell_status(server, sent, status)


async def tell_status(server: GraphServer, sent: Sent, status: str) -> None:
    """Bring one status of one message, and show it on the phone."""
    sent.statuses.append(status)
    told: dict[str, Any] = {"id": sent.wamid, "status": status, "timestamp": str(int(server.clock().timestamp()))}
    value = sent.number.head()
    if status == "failed":
        told["errors"] = [told_later(sent.failure or 131000)]
    else:
        told["pricing"] = sent.pricing
        if sent.person:
            value["contacts"] = [sent.person.contact(with_username=status != "sent")]
    told |= _recipient(sent, failed=status == "failed")
    if sent.callback:
        told["biz_opaque_callback_data"] = sent.callback
    for one in sent.person.talk if sent.person else ():
        if one.wamid == sent.wamid and status in ("delivered", "read") and one.state != "read":
            one.state = status
    await server.post.tell(Change(sent.number.waba, "messages", {**value, "statuses": [told]}))


def _recipient(sent: Sent, *, failed: bool) -> dict[str, str]:
    """To whom it went: a status that failed does not tell the id of somebody who was written to by phone."""
    if sent.by == "phone":
        bsuid = sent.person.bsuid if sent.person and sent.person.shows_bsuid else ""
        return {"recipient_id": sent.to, **({"recipient_user_id": bsuid} if bsuid and not failed else {})}
    phone = sent.person.phone if sent.person and sent.person.shows_phone else ""
    own = sent.person.bsuid if sent.person else sent.to
    return {"recipient_user_id": own, **({"recipient_id": phone} if phone else {})}
