"""The client of the Graph API, against a small server that answers as it is told."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from channels.settings import ROOT
from channels.whatsapp import graph as module
from channels.whatsapp.errors import NO_CODE, Reaction
from channels.whatsapp.graph import Graph, Refused, Sent, Unclear, Unreachable, address
from channels.whatsapp.numbers import Number

TOKEN = "geheim-van-niemand"
NUMBER = Number(
    slug="voorbeeld", name="Voorbeeld", phone_number_id="100000000000001", account_id="200000000000001", token_env="T"
)
TEXT = {"to": "31600000001", "type": "text", "text": {"body": "Dag"}}
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Meta:
    """Notes what it is asked and answers with `answer`."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str], str, Any]] = []
        self.answer: Answer = self.taken

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.json() if request.can_read_body else None
        self.asked.append(
            (f"{request.method} {request.path}", dict(request.query), request.headers["Authorization"], body)
        )
        return await self.answer(request)

    async def taken(self, _request: web.Request) -> web.StreamResponse:
        return web.json_response({"messages": [{"id": "wamid.A", "message_status": "accepted"}]})

    def say(self, status: int, body: Any) -> None:
        async def answer(_request: web.Request) -> web.StreamResponse:
            return web.Response(status=status, body=body if isinstance(body, bytes) else json.dumps(body).encode())

        self.answer = answer


@pytest.fixture
async def meta() -> Meta:
    return Meta()


@pytest.fixture
async def graph(meta: Meta) -> AsyncIterator[Graph]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", meta.handle)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        yield Graph(session, str(server.make_url("/")), "v26.0")


async def test_a_message_goes_to_the_number_with_its_token_and_comes_back_with_an_id(graph: Graph, meta: Meta) -> None:
    assert await graph.send(NUMBER, TOKEN, TEXT) == Sent("wamid.A", waits=False)
    ((where, _query, authorised, body),) = meta.asked
    assert (where, authorised) == ("POST /v26.0/100000000000001/messages", f"Bearer {TOKEN}")
    assert body == {"messaging_product": "whatsapp", "recipient_type": "individual", **TEXT}


async def test_a_template_that_meta_looks_at_first_is_told_apart(graph: Graph, meta: Meta) -> None:
    meta.say(200, {"messages": [{"id": "wamid.B", "message_status": "held_for_quality_assessment"}]})
    assert await graph.send(NUMBER, TOKEN, TEXT) == Sent("wamid.B", waits=True)


@pytest.mark.parametrize("typing", [True, False])
async def test_a_message_is_marked_as_read(graph: Graph, meta: Meta, typing: bool) -> None:
    meta.say(200, {"success": True})
    await graph.read(NUMBER, TOKEN, "wamid.C", typing=typing)
    ((_where, _query, _authorised, body),) = meta.asked
    assert body == {
        "messaging_product": "whatsapp",
        "status": "read",
        "message_id": "wamid.C",
        **({"typing_indicator": {"type": "text"}} if typing else {}),
    }


def test_a_read_mark_looks_like_one_that_others_wrote() -> None:
    path = ROOT.parent / "shared" / "fixtures" / "whatsapp" / "outbound" / "bindambc_expectedMessage17.json"
    if not path.exists():
        pytest.skip("the payloads of others are not here")
    assert json.loads(path.read_text()).keys() == {"messaging_product", "status", "message_id"}


async def test_something_is_asked_with_its_parameters(graph: Graph, meta: Meta) -> None:
    meta.say(200, {"id": "1"})
    assert await graph.get("200000000000001", TOKEN, fields="name,status") == {"id": "1"}
    assert meta.asked == [("GET /v26.0/200000000000001", {"fields": "name,status"}, f"Bearer {TOKEN}", None)]


@pytest.mark.parametrize(
    ("http", "error", "code", "reaction"),
    [
        (400, {"code": 131047, "error_data": {"details": "24 h"}}, 131047, Reaction.TEMPLATE),
        (400, {"code": 131056, "message": "pair rate"}, 131056, Reaction.HOLD),
        (401, {"code": 190}, 190, Reaction.AUTH),
        (500, {"code": 131000}, 131000, Reaction.RETRY),
        (429, {"code": 987654}, 987654, Reaction.RETRY),
        (400, {"code": "131047"}, NO_CODE, Reaction.BUG),
        (400, "nonsense", NO_CODE, Reaction.BUG),
        (200, {"code": 100}, 100, Reaction.BUG),  # an error is one, whatever the status says
    ],
)
async def test_an_error_answer_is_refused_with_its_code_and_what_to_do(
    graph: Graph, meta: Meta, http: int, error: Any, code: int, reaction: Reaction
) -> None:
    meta.say(http, {"error": error})
    with pytest.raises(Refused) as refused:
        await graph.send(NUMBER, TOKEN, TEXT)
    assert (refused.value.code, refused.value.http, refused.value.reaction) == (code, http, reaction)


async def test_details_go_before_the_message_and_titles_are_never_looked_at(graph: Graph, meta: Meta) -> None:
    meta.say(
        400, {"error": {"code": 100, "message": "(#100) M", "error_user_title": "T", "error_data": {"details": "D"}}}
    )
    with pytest.raises(Refused) as refused:
        await graph.send(NUMBER, TOKEN, TEXT)
    assert refused.value.details == "D"


async def test_a_token_that_meta_says_back_is_not_passed_on(
    graph: Graph, meta: Meta, caplog: pytest.LogCaptureFixture
) -> None:
    meta.say(400, {"error": {"code": 190, "message": f"Malformed access token {TOKEN}"}})
    with caplog.at_level(logging.DEBUG), pytest.raises(Refused) as refused:
        await graph.send(NUMBER, TOKEN, TEXT)
    assert TOKEN not in f"{refused.value} {refused.value.details} {caplog.text}"
    assert "Dag" not in caplog.text


@pytest.mark.parametrize("http", [502, 503, 504])
@pytest.mark.parametrize("body", [b"<html>", b"", b"[]", b'{"error": {}}'])
async def test_an_answer_of_something_before_meta_does_not_tell_whether_it_arrived(
    graph: Graph, meta: Meta, http: int, body: bytes
) -> None:
    meta.say(http, body)
    with pytest.raises(Unclear):
        await graph.send(NUMBER, TOKEN, TEXT)


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"{}", b'{"messages": []}', b'{"messages": [{"id": ""}]}', b"{" * 9999]
)
async def test_a_good_answer_without_an_id_does_not_tell_whether_it_arrived(
    graph: Graph, meta: Meta, body: bytes
) -> None:
    meta.say(200, body)
    with pytest.raises(Unclear):
        await graph.send(NUMBER, TOKEN, TEXT)


async def test_a_connection_that_breaks_after_the_call_does_not_tell_whether_it_arrived(
    graph: Graph, meta: Meta
) -> None:
    async def hang_up(request: web.Request) -> web.StreamResponse:
        assert request.transport
        request.transport.close()
        return web.Response()

    meta.answer = hang_up
    with pytest.raises(Unclear):
        await graph.send(NUMBER, TOKEN, TEXT)
    assert len(meta.asked) == 1  # never a second time of its own accord


@pytest.mark.slow
async def test_an_answer_that_does_not_come_does_not_tell_whether_it_arrived(
    graph: Graph, meta: Meta, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_TIMEOUT", aiohttp.ClientTimeout(total=0.2, connect=0.1))
    arrived = asyncio.Event()

    async def never(_request: web.Request) -> web.StreamResponse:
        arrived.set()
        await asyncio.Event().wait()
        raise AssertionError

    meta.answer = never
    with pytest.raises(Unclear):
        await graph.send(NUMBER, TOKEN, TEXT)
    assert arrived.is_set()


async def test_without_a_connection_it_has_certainly_not_arrived() -> None:
    with socket.socket() as taken:  # nobody listens behind it
        taken.bind(("127.0.0.1", 0))
        async with aiohttp.ClientSession() as session:
            with pytest.raises(Unreachable):
                await Graph(session, f"http://127.0.0.1:{taken.getsockname()[1]}", "v26.0").send(NUMBER, TOKEN, TEXT)


async def test_the_token_never_follows_to_another_address(graph: Graph, meta: Meta) -> None:
    async def elsewhere(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=307, headers={"Location": "/elsewhere"})

    meta.answer = elsewhere
    with pytest.raises(Refused):
        await graph.send(NUMBER, TOKEN, TEXT)
    assert len(meta.asked) == 1


def test_an_id_goes_where_the_number_says_and_a_phone_always_in_to() -> None:
    asked_for = NUMBER.model_copy(update={"ids_in": "to"})
    assert address(NUMBER, bsuid="NL.1", phone="31600000001") == {"recipient": "NL.1"}
    assert address(asked_for, bsuid="NL.1") == {"to": "NL.1"}
    assert address(NUMBER, phone="31600000001") == address(asked_for, phone="31600000001") == {"to": "31600000001"}
    with pytest.raises(ValueError, match="somebody"):
        address(NUMBER)
