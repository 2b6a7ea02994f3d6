"""The Graph server of our own does what Meta's does: what it takes, what it refuses, and how it tells."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.whatsapp.graph_server import NUMBER, SECRET, TOKEN, WABA, Clock, GraphServer, Person
from tests.whatsapp.graph_server.account import MESSAGING, Token
from tests.whatsapp.graph_server.webhooks import Delivery

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT.parent / "shared" / "fixtures" / "whatsapp" / "outbound"
TEXT = {"type": "text", "text": {"body": "Dag"}}


class Hook:
    """A webhook of ours that only remembers. `answers`: statuses for the next bodies; then 200."""

    def __init__(self) -> None:
        self.bodies: list[dict[str, Any]] = []
        self.answers: list[int] = []
        self.hold: asyncio.Barrier | None = None

    async def take(self, request: web.Request) -> web.Response:
        raw = await request.read()
        expected = hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()
        assert request.headers["X-Hub-Signature-256"] == f"sha256={expected}"
        if self.hold:
            await self.hold.wait()
        status = self.answers.pop(0) if self.answers else 200
        if status == 200:
            self.bodies.append(json.loads(raw))
        return web.Response(status=status)

    async def prove(self, request: web.Request) -> web.Response:
        known = request.query["hub.verify_token"] == "word" and request.query["hub.mode"] == "subscribe"
        return web.Response(text=request.query["hub.challenge"]) if known else web.Response(status=403)

    def values(self, field: str = "messages") -> list[dict[str, Any]]:
        changes = [one for body in self.bodies for entry in body["entry"] for one in entry["changes"]]
        return [one["value"] for one in changes if one["field"] == field]

    def messages(self) -> list[dict[str, Any]]:
        return [one for value in self.values() for one in value.get("messages", ())]

    def statuses(self) -> list[dict[str, Any]]:
        return [one for value in self.values() for one in value.get("statuses", ())]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def hook() -> Hook:
    return Hook()


@pytest.fixture
async def meta(hook: Hook, clock: Clock) -> AsyncIterator[GraphServer]:
    app = web.Application()
    app.add_routes([web.post("/hook", hook.take), web.get("/hook", hook.prove)])
    async with TestServer(app) as served:
        server = GraphServer(str(served.make_url("/hook")), clock=clock)
        await server.start()
        yield server
        await server.stop()


Call = Callable[..., Awaitable[tuple[int, dict[str, Any]]]]


@pytest.fixture
async def call(meta: GraphServer) -> AsyncIterator[Call]:
    """A call to the Graph API; gives status and answer."""
    async with aiohttp.ClientSession() as session:

        async def made(method: str, path: str, body: Any = None, token: str = TOKEN, **params: str) -> Any:
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            url = f"{meta.url}/v26.0/{path}"
            async with session.request(method, url, json=body, headers=headers, params=params) as response:
                return response.status, await response.json(content_type=None)

        yield made


@pytest.fixture
def send(call: Call) -> Call:
    """A message of ours, to somebody; gives status and answer."""

    async def sent(to: Person | None, payload: dict[str, Any] = TEXT, /, **more: Any) -> tuple[int, dict[str, Any]]:
        address: dict[str, Any] = {}
        if to:
            address = {"to": to.phone} if to.phone else {"recipient": to.bsuid}
        return await call("POST", f"{NUMBER}/messages", {"messaging_product": "whatsapp", **address, **payload, **more})

    return sent


def code(answer: tuple[int, dict[str, Any]]) -> int:
    return int(answer[1].get("error", {}).get("code", 0))


def buttons(*titles: str, **more: Any) -> dict[str, Any]:
    replies = [{"type": "reply", "reply": {"id": f"id.{title}", "title": title}} for title in titles]
    interactive = {"type": "button", "body": {"text": "Waar bent u?"}, "action": {"buttons": replies}, **more}
    return {"type": "interactive", "interactive": interactive}


def rows(count: int, title: str = "Keuze") -> dict[str, Any]:
    told = [{"id": f"row.{at}", "title": f"{title} {at}", "description": "uitleg"} for at in range(count)]
    action = {"button": "Kies", "sections": [{"title": "Alles", "rows": told}]}
    return {"type": "interactive", "interactive": {"type": "list", "body": {"text": "Kies"}, "action": action}}


def template(name: str, language: str = "nl", *values: str) -> dict[str, Any]:
    told: dict[str, Any] = {"name": name, "language": {"code": language}}
    if values:
        told["components"] = [{"type": "body", "parameters": [{"type": "text", "text": one} for one in values]}]
    return {"type": "template", "template": told}


# What it tells us


async def test_what_somebody_writes_comes_as_a_signed_webhook_with_both_of_their_names(
    meta: GraphServer, hook: Hook
) -> None:
    ana = meta.person("Ana", phone="31900000001")
    wamid = await ana.says("Goedemiddag, één vraag")
    (value,) = hook.values()
    assert value["metadata"]["phone_number_id"] == NUMBER
    assert value["contacts"] == [{"profile": {"name": "Ana"}, "wa_id": ana.phone, "user_id": ana.bsuid}]
    (message,) = value["messages"]
    assert (message["from"], message["from_user_id"]) == (ana.phone, ana.bsuid)
    assert (message["id"], message["text"]["body"]) == (wamid, "Goedemiddag, één vraag")
    assert rb"\u00e9\u00e9n" in meta.post.deliveries[0].raw
    assert [one.state for one in ana.talk] == ["delivered"]


async def test_of_somebody_without_a_phone_no_webhook_tells_a_phone(meta: GraphServer, hook: Hook, send: Call) -> None:
    hidden, named = meta.person(), meta.person(phone="31900000002", username="@ben")
    for person in (hidden, named):
        await person.says("dag")
        await person.sends("call")
        await person.prefers(stop=True)
        await person.changes_number()
        assert (await send(None, TEXT, recipient=person.bsuid))[0] == 200
    await meta.post.quiet()
    everything = json.dumps(hook.bodies)
    assert "wa_id" not in everything
    assert '"from":' not in everything
    assert "recipient_id" not in everything
    assert "@ben" in everything


async def test_somebody_of_before_ids_is_known_by_phone_only(meta: GraphServer, hook: Hook) -> None:
    await meta.person(phone="31900000001", bsuid="").says("dag")
    assert "user_id" not in json.dumps(hook.bodies)


@pytest.mark.parametrize(
    "kind", ["image", "video", "audio", "document", "sticker", "location", "contacts", "reaction", "unsupported", "new"]
)
async def test_every_kind_of_message_comes_in_its_own_shape(meta: GraphServer, hook: Hook, kind: str) -> None:
    await meta.person(phone="31900000001").sends(kind)
    (message,) = hook.messages()
    assert message["type"] == kind
    assert ("errors" if kind == "unsupported" else kind) in message


async def test_a_caption_and_a_reaction_that_is_taken_back_are_told(meta: GraphServer, hook: Hook) -> None:
    ana = meta.person(phone="31900000001")
    await ana.sends("image", caption="mijn brief")
    await ana.sends("reaction", emoji="")
    photo, reaction = hook.messages()
    assert (photo["image"]["caption"], reaction["reaction"]["emoji"]) == ("mijn brief", "")


async def test_a_call_an_edit_a_withdrawal_and_a_preference_are_told(meta: GraphServer, hook: Hook) -> None:
    ana = meta.person(phone="31900000001")
    wamid = await ana.says("ik woon in Almere")
    await ana.edits(wamid, "ik woon in Almelo")
    await ana.revokes(wamid)
    await ana.sends("call")
    await ana.prefers(stop=False)
    _, edit, revoke = hook.messages()
    assert edit["edit"] == {
        "original_message_id": wamid,
        "message": {"context": {"id": "M0"}, "type": "text", "text": {"body": "ik woon in Almelo"}},
    }
    assert revoke["revoke"] == {"original_message_id": wamid}
    assert [(one.text, one.edited, one.revoked) for one in ana.talk] == [("", True, True)]
    (call,) = hook.values("calls")
    assert call["calls"][0]["event"] == "connect"
    (preference,) = hook.values("user_preferences")
    assert preference["user_preferences"][0]["value"] == "resume"


async def test_another_number_is_told_as_a_system_message_and_as_an_update_of_the_id(
    meta: GraphServer, hook: Hook, send: Call
) -> None:
    ana = meta.person(phone="31900000001")
    phone, bsuid = ana.phone, ana.bsuid
    await ana.changes_number("31900000009")
    (system,) = hook.messages()
    assert "contacts" not in hook.values()[0]
    assert (system["from"], system["system"]["type"]) == (phone, "user_changed_number")
    assert (system["system"]["wa_id"], system["system"]["user_id"]) == ("31900000009", ana.bsuid)
    (update,) = hook.values("user_id_update")
    assert update["user_id_update"][0]["user_id"] == {"previous": bsuid, "current": ana.bsuid}
    await send(None, TEXT, to=phone)
    await meta.post.quiet()
    assert hook.statuses()[0]["errors"][0]["code"] == 131026


async def test_without_a_phone_another_id_is_told_by_the_ids_only(meta: GraphServer, hook: Hook) -> None:
    ana = meta.person()
    bsuid = ana.bsuid
    await ana.changes_number()
    (system,) = hook.messages()
    assert "from" not in system
    assert system["system"]["type"] == "user_changed_user_id"
    assert system["system"]["body"].endswith(f"changed from {bsuid} to {ana.bsuid}")


async def test_several_people_and_kinds_of_news_can_come_in_one_body(meta: GraphServer, hook: Hook) -> None:
    other = meta.add_number("100000000000002", "200000000000002", "31970000002", "Ander")
    ana, ben, eva = meta.person(), meta.person("Ben"), meta.person("Eva", number=other.id)
    async with meta.post.together():
        for person in (ana, ben, ana, eva):
            await person.says("dag")
        await ben.sends("call")
    (body,) = hook.bodies
    assert [entry["id"] for entry in body["entry"]] == [WABA, other.waba]
    ours = [change["value"] for change in body["entry"][0]["changes"]]
    assert [one["from_user_id"] for one in ours[0]["messages"]] == [ana.bsuid, ben.bsuid, ana.bsuid]
    assert [one["user_id"] for one in ours[0]["contacts"]] == [ana.bsuid, ben.bsuid]
    assert "calls" in ours[1]


async def test_it_comes_again_until_our_webhook_says_that_it_has_it(meta: GraphServer, hook: Hook) -> None:
    hook.answers = [500, 401, 503]
    await meta.person().says("dag")
    await meta.post.quiet()
    (delivery,) = meta.post.deliveries
    assert delivery.answers == [500, 401, 503, 200]
    assert len(hook.bodies) == 1


async def test_a_webhook_that_is_not_there_is_tried_again(meta: GraphServer, hook: Hook) -> None:
    there, meta.webhook = meta.webhook, "http://127.0.0.1:9/hook"
    await meta.person().says("dag")
    meta.webhook = there
    await meta.post.quiet()
    answers = meta.post.deliveries[0].answers
    assert (answers[0], answers[-1]) == ("ClientConnectorError", 200)
    assert len(hook.bodies) == 1


async def test_a_duplicate_is_there_at_the_same_moment(meta: GraphServer, hook: Hook) -> None:
    meta.post.duplicates, hook.hold = 1.0, asyncio.Barrier(2)  # nobody is answered before both are there
    await meta.person().says("dag")
    await meta.post.quiet()
    assert hook.bodies[0] == hook.bodies[1]
    assert [one.again for one in meta.post.deliveries] == [False, True]


async def test_the_same_seed_duplicates_and_reorders_the_same_bodies(hook: Hook, meta: GraphServer) -> None:
    async def order(seed: int) -> list[tuple[str, bool]]:
        server = GraphServer(meta.webhook, seed=seed)
        server.post.duplicates = server.post.disorder = 0.3
        await server.start()
        people = [server.person(f"N{at}", bsuid=f"NL.{at}") for at in range(40)]
        hook.bodies.clear()
        await asyncio.gather(*(person.says("dag") for person in people))
        await server.post.quiet()
        told: list[Delivery] = server.post.deliveries
        await server.stop()
        assert {one["from_user_id"] for one in hook.messages()} == {person.bsuid for person in people}
        return [(one.body["entry"][0]["changes"][0]["value"]["contacts"][0]["user_id"], one.again) for one in told]

    first = await order(7)
    assert first == await order(7)
    assert 5 <= sum(again for _, again in first) <= 20
    came = [one["from_user_id"] for one in hook.messages()]
    assert list(dict.fromkeys(came)) != [f"NL.{at}" for at in range(40)]


async def test_an_app_that_is_not_subscribed_hears_nothing_and_can_subscribe(
    meta: GraphServer, hook: Hook, call: Call
) -> None:
    meta.post.subscribed = False
    assert (await call("GET", f"{WABA}/subscribed_apps"))[1] == {"data": []}
    await meta.person().says("dag")
    assert hook.bodies == []
    assert await call("POST", f"{WABA}/subscribed_apps") == (200, {"success": True})
    assert len((await call("GET", f"{WABA}/subscribed_apps"))[1]["data"]) == 1


async def test_our_webhook_must_prove_itself_with_the_verify_token(meta: GraphServer) -> None:
    assert await meta.post.verify("word")
    assert not await meta.post.verify("another")


# What it takes of us


async def test_a_message_is_answered_with_an_id_and_shown_and_told_in_three_steps(
    meta: GraphServer, hook: Hook, send: Call
) -> None:
    ana = meta.person("Ana", phone="31900000001")
    await ana.says("dag")
    status, answer = await send(ana, TEXT, to="+31 9 0000 0001", biz_opaque_callback_data="row-7")
    wamid = answer["messages"][0]["id"]
    assert status == 200
    assert answer["contacts"] == [{"input": "+31 9 0000 0001", "wa_id": ana.phone}]
    (bubble,) = await ana.receives()
    assert (bubble.wamid, bubble.text) == (wamid, "Dag")
    await meta.post.quiet()
    assert [(one["id"], one["status"]) for one in hook.statuses()] == [
        (wamid, "sent"),
        (wamid, "delivered"),
        (wamid, "read"),
    ]
    assert {one["biz_opaque_callback_data"] for one in hook.statuses()} == {"row-7"}
    assert {(one["recipient_id"], one["recipient_user_id"]) for one in hook.statuses()} == {(ana.phone, ana.bsuid)}
    (sent,) = meta.sent
    assert (sent.person, sent.callback, sent.statuses) == (ana, "row-7", ["sent", "delivered", "read"])


async def test_an_id_goes_into_recipient_and_a_phone_beside_it_goes_first(meta: GraphServer, send: Call) -> None:
    ana, ben = meta.person(phone="31900000001"), meta.person("Ben")
    for person in (ana, ben):
        await person.says("dag")
    answer = (await send(ben))[1]
    assert answer["contacts"] == [{"input": ben.bsuid, "user_id": ben.bsuid}]
    await send(ana, TEXT, recipient=ben.bsuid)
    assert [(one.person, one.by) for one in meta.sent] == [(ben, "bsuid"), (ana, "phone")]
    assert code(await send(ben, TEXT, to=ben.bsuid)) == 131009
    meta.rules.ids_in_to = True
    assert code(await send(ben, TEXT, to=ben.bsuid)) == 0
    assert code(await send(None)) == 100


@pytest.mark.parametrize("token", ["", "another", "old"])
async def test_without_a_good_token_nothing_is_looked_at(meta: GraphServer, call: Call, token: str) -> None:
    meta.tokens["old"] = Token(expires_at=1)
    status, answer = await call("POST", f"{NUMBER}/messages", {}, token)
    assert (status, answer["error"]["code"]) == (401, 190)
    assert meta.sent == []


async def test_a_token_without_the_right_and_a_number_that_is_not_ours_are_refused(
    meta: GraphServer, call: Call
) -> None:
    meta.tokens["small"] = Token(scopes=(MESSAGING,))
    assert code(await call("GET", NUMBER, None, "small")) == 200
    status, answer = await call("POST", "999/messages", TEXT)
    assert (status, answer["error"]["code"], answer["error"]["error_subcode"]) == (400, 100, 33)


@pytest.mark.parametrize(
    ("payload", "wanted"),
    [
        ({"type": "text", "text": {"body": "x" * 4096}}, 0),
        ({"type": "text", "text": {"body": "x" * 4097}}, 100),
        ({"type": "text", "text": {"body": " "}}, 131008),
        ({"type": "text"}, 131008),
        ({"type": "text", "text": "Dag"}, 131008),
        ({"type": "telegram", "telegram": {}}, 100),
        (buttons("Ja", "Nee", "Misschien"), 0),
        (buttons("Ja", "Nee", "Misschien", "Later"), 131009),
        (buttons("Ja", "Ja"), 131009),
        (buttons("x" * 21), 100),
        (buttons("Ja", body={"text": "x" * 1025}), 100),
        (buttons("Ja", footer={"text": "x" * 61}), 100),
        (buttons(""), 131008),
        (rows(10), 0),
        (rows(11), 131009),
        (rows(2, "x" * 23), 100),
        ({**TEXT, "biz_opaque_callback_data": "x" * 513}, 100),
        ({"type": "interactive", "interactive": {"type": "button", "action": {}}}, 131008),
        ({"type": "interactive", "interactive": {"type": "carousel", "body": {"text": "x"}}}, 131009),
    ],
)
async def test_a_message_is_measured_as_meta_does(
    meta: GraphServer, send: Call, payload: dict[str, Any], wanted: int
) -> None:
    ana = meta.person(phone="31900000001")
    await ana.says("dag")
    status, answer = await send(ana, payload)
    assert answer.get("error", {}).get("code", 0) == wanted
    assert status == (400 if wanted else 200)
    assert bool(answer.get("error", {}).get("error_data", {}).get("details")) == bool(wanted)
    assert len(meta.sent) == (not wanted)
    assert [one for one, _ in meta.refused] == ([wanted] if wanted else [])


@pytest.mark.skipif(not FIXTURES.is_dir(), reason="NOTICE: ../shared/fixtures is not here, so it is not compared")
async def test_it_takes_what_another_project_sends(meta: GraphServer, send: Call) -> None:
    ana = meta.person(phone="121212121212")
    meta.rules.pair_rate = False
    await ana.says("dag")
    taken = 0
    for path in sorted(FIXTURES.glob("*.json")):
        payload = json.loads(path.read_text(encoding="utf-8"))
        if told := payload.get("template"):
            values = [one for part in told["components"] if part["type"] == "body" for one in part["parameters"]]
            text = "Dag " + " ".join(f"{{{{{at}}}}}" for at, _ in enumerate(values, 1))
            quick = [str(at) for at, part in enumerate(told["components"]) if part.get("sub_type") == "quick_reply"]
            meta.template(told["name"], told["language"]["code"], text, *quick)
        if "type" in payload:
            assert (path.name, code(await send(ana, payload))) == (path.name, 0)
            taken += 1
    assert len(await ana.receives(taken)) == taken


async def test_read_and_typing_are_shown_until_the_answer_comes(
    meta: GraphServer, send: Call, call: Call, clock: Clock
) -> None:
    ana = meta.person(phone="31900000001")
    first, second = await ana.says("dag"), await ana.says("bent u daar?")
    read = {"messaging_product": "whatsapp", "status": "read", "message_id": second}
    assert await call("POST", f"{NUMBER}/messages", {**read, "typing_indicator": {"type": "text"}}) == (
        200,
        {"success": True},
    )
    assert [(one.wamid, one.state) for one in ana.talk] == [(first, "read"), (second, "read")]
    assert ana.typing_until
    assert ana.typing_until > clock()
    await send(ana)
    await ana.receives()
    assert ana.typing_until is None
    assert meta.sent[0].payload["text"] == {"body": "Dag"}
    assert code(await call("POST", f"{NUMBER}/messages", {**read, "message_id": "wamid.none"})) == 131009


async def test_after_a_day_only_a_template_arrives_until_they_write_again(
    meta: GraphServer, send: Call, clock: Clock
) -> None:
    ana = meta.person(phone="31900000001")
    meta.template("answer_waiting", "nl", "Er staat een bericht voor u klaar, {{1}}.", "Verder")
    assert code(await send(ana)) == 131047
    await ana.says("dag")
    clock.forward(hours=23, minutes=59)
    assert code(await send(ana)) == 0
    clock.forward(minutes=1)
    assert code(await send(ana)) == 131047
    assert code(await send(ana, template("answer_waiting", "nl", "Ana"))) == 0
    _, asked = await ana.receives(2)
    assert (asked.text, asked.template) == ("Er staat een bericht voor u klaar, Ana.", "answer_waiting")
    await ana.taps("Verder")
    assert code(await send(ana)) == 0


async def test_what_is_too_late_may_also_fail_only_afterwards(meta: GraphServer, hook: Hook, send: Call) -> None:
    meta.rules.window_fails_later = True
    assert code(await send(meta.person(phone="31900000001"))) == 0
    await meta.post.quiet()
    (status,) = hook.statuses()
    assert (status["status"], status["errors"][0]["code"]) == ("failed", 131047)
    assert "contacts" not in hook.values()[0]
    assert "recipient_user_id" not in status


async def test_too_much_for_one_person_is_held_and_another_person_is_not(
    meta: GraphServer, send: Call, clock: Clock
) -> None:
    ana, ben = meta.person(phone="31900000001"), meta.person(phone="31900000002")
    for person in (ana, ben):
        await person.says("dag")
    assert [code(await send(ana)) for _ in range(4)] == [0, 0, 0, 131056]
    assert code(await send(ben)) == 0
    clock.forward(seconds=5)
    assert code(await send(ana)) == 131056
    clock.forward(seconds=1)
    assert [code(await send(ana)) for _ in range(2)] == [0, 131056]
    meta.rules.pair_rate = False
    assert code(await send(ana)) == 0


async def test_too_much_in_one_second_is_refused_for_the_whole_number(
    meta: GraphServer, send: Call, clock: Clock
) -> None:
    meta.rules.per_second = 2
    people = [meta.person(phone=f"3190000000{at}") for at in range(3)]
    for person in people:
        await person.says("dag")
    answers = [await send(person) for person in people]
    assert [(status, code((status, told))) for status, told in answers] == [(200, 0), (200, 0), (429, 130429)]
    clock.forward(seconds=1)
    assert code(await send(people[2])) == 0


async def test_templates_reach_a_limited_number_of_silent_people_a_day(
    meta: GraphServer, send: Call, clock: Clock
) -> None:
    meta.template("hallo", "nl", "Hallo")
    meta.rules.new_people = 1
    ana, ben = meta.person(phone="31900000001"), meta.person(phone="31900000002")
    assert [code(await send(one, template("hallo"))) for one in (ana, ana, ben)] == [0, 0, 131048]
    await ben.says("dag")
    assert code(await send(ben, template("hallo"))) == 0
    clock.forward(hours=48)
    assert code(await send(ben, template("hallo"))) == 0


async def test_a_template_must_exist_in_that_language_be_approved_and_be_filled(meta: GraphServer, send: Call) -> None:
    ana = meta.person(phone="31900000001")
    meta.rules.pair_rate = False
    meta.template("hallo", "nl", "Hallo {{1}}")
    for name, status in (("wacht", "PENDING"), ("nee", "REJECTED"), ("rust", "PAUSED"), ("weg", "DISABLED")):
        meta.template(name, "nl", "Hallo", status=status)
    tried = [("hallo", "ar"), ("geen", "nl"), ("wacht", "nl"), ("nee", "nl"), ("rust", "nl"), ("weg", "nl")]
    answers = [await send(ana, template(*one)) for one in tried]
    assert [code(one) for one in answers] == [132001, 132001, 132001, 132001, 132015, 132016]
    assert answers[0][0] == 404
    assert code(await send(ana, template("hallo", "nl"))) == 132000
    assert code(await send(ana, template("hallo", "nl", "Ana"))) == 0


async def test_answers_above_the_free_ones_cost_money_and_do_not_arrive_without_a_way_to_pay(
    meta: GraphServer, hook: Hook, send: Call
) -> None:
    ana = meta.person(phone="31900000001")
    await ana.says("dag")
    meta.statuses, meta.rules.free = ("sent",), 1
    for paid in (True, True, False):
        meta.rules.paid = paid
        assert (await send(ana))[0] == 200
        await meta.post.quiet()
    free, billed, failed = hook.statuses()
    assert (free["pricing"]["billable"], billed["pricing"]["billable"]) == (False, True)
    assert (failed["status"], failed["errors"][0]["code"]) == ("failed", 131042)
    assert len(ana.screen) == 2


# What goes wrong when a test asks for it


@pytest.mark.parametrize(
    ("kind", "status", "wanted"),
    [("500", 500, 131000), ("429", 429, 130429), ("131056", 429, 131056), ("368", 403, 368)],
)
async def test_trouble_comes_as_often_as_asked_and_then_it_works_again(
    meta: GraphServer, send: Call, kind: str, status: int, wanted: int
) -> None:
    ana = meta.person(phone="31900000001")
    await ana.says("dag")
    meta.trouble(kind, 2)
    answers = [await send(ana) for _ in range(3)]
    assert [(http, code((http, told))) for http, told in answers] == [(status, wanted), (status, wanted), (200, 0)]
    assert len(meta.sent) == 1


async def test_a_machine_in_between_answers_without_json_and_passes_nothing_on(meta: GraphServer) -> None:
    meta.trouble("502")
    url, headers = f"{meta.url}/v26.0/{NUMBER}/messages", {"Authorization": f"Bearer {TOKEN}"}
    async with aiohttp.ClientSession() as session, session.post(url, json=TEXT, headers=headers) as response:
        assert (response.status, response.content_type) == (502, "text/html")
    assert meta.sent == []


@pytest.mark.parametrize(("kind", "accepted"), [("timeout", 1), ("cut", 1), ("lost", 0)])
async def test_a_call_without_an_answer_may_have_worked(
    meta: GraphServer, hook: Hook, send: Call, kind: str, accepted: int
) -> None:
    ana = meta.person(phone="31900000001")
    await ana.says("dag")
    meta.trouble(kind)
    sending = asyncio.ensure_future(send(ana, TEXT, biz_opaque_callback_data="row-1"))
    await meta.until(lambda server: ("POST", f"/v26.0/{NUMBER}/messages") in server.requests or bool(server.sent))
    if accepted:
        await ana.receives()
    if kind == "cut":
        with pytest.raises(aiohttp.ClientError):
            await sending
    else:
        assert not sending.done()
        sending.cancel()
    await meta.post.quiet()
    assert len(meta.sent) == accepted
    assert {one["biz_opaque_callback_data"] for one in hook.statuses()} == ({"row-1"} if accepted else set())


@pytest.mark.parametrize(("kind", "wanted"), [("131042", 131042), ("failed:131049", 131049)])
async def test_a_message_can_be_taken_and_then_not_arrive(
    meta: GraphServer, hook: Hook, send: Call, kind: str, wanted: int
) -> None:
    ana = meta.person()
    await ana.says("dag")
    meta.trouble(kind)
    assert (await send(ana, TEXT, biz_opaque_callback_data="row-1"))[0] == 200
    await meta.post.quiet()
    (status,) = hook.statuses()
    assert (status["status"], status["errors"][0]["code"]) == ("failed", wanted)
    assert (status["recipient_user_id"], status["biz_opaque_callback_data"]) == (ana.bsuid, "row-1")
    assert ana.screen == []


def test_a_trouble_that_nobody_knows_is_a_mistake_of_the_test() -> None:
    with pytest.raises(ValueError, match="no trouble"):
        GraphServer().trouble("explosion")


async def test_statuses_can_come_in_another_order_early_and_by_hand(meta: GraphServer, hook: Hook, send: Call) -> None:
    ana = meta.person(phone="31900000001")
    await ana.says("dag")
    meta.early, meta.statuses = True, ("delivered", "sent", "delivered")
    wamid = (await send(ana))[1]["messages"][0]["id"]
    assert [one["status"] for one in hook.statuses()] == ["delivered", "sent", "delivered"]
    await meta.tells(wamid, "read", "deleted")
    await meta.tells(wamid, "failed", code=131026)
    assert [one["status"] for one in hook.statuses()[3:]] == ["read", "deleted", "failed"]
    assert hook.statuses()[-1]["errors"][0]["code"] == 131026


# What a person sees and does


async def test_a_button_and_a_row_are_tapped_by_id_or_title_and_answer_that_message(
    meta: GraphServer, hook: Hook, send: Call
) -> None:
    ana = meta.person(phone="31900000001")
    await ana.says("dag")
    asked = (await send(ana, buttons("Ja", "Nee")))[1]["messages"][0]["id"]
    await ana.receives()
    await ana.taps("Nee")
    await send(ana, rows(4))
    (sheet,) = await ana.receives()
    assert (sheet.how, sheet.open_list, len(sheet.choices)) == ("list", "Kies", 4)
    await ana.taps("row.2")
    await ana.taps("id.Ja", on=asked)
    _, button, row, later = hook.messages()
    assert button["interactive"] == {"type": "button_reply", "button_reply": {"id": "id.Nee", "title": "Nee"}}
    assert button["context"]["id"] == asked
    assert row["interactive"]["list_reply"] == {"id": "row.2", "title": "Keuze 2", "description": "uitleg"}
    assert later["interactive"]["button_reply"]["id"] == "id.Ja"
    with pytest.raises(LookupError):
        await ana.taps("Ja")


async def test_a_link_is_shown_with_its_words(meta: GraphServer, send: Call) -> None:
    ana = meta.person(phone="31900000001")
    await ana.says("dag")
    told = {"display_text": "Open de pagina", "url": "https://thuis.example/w/1"}
    interactive = {"type": "cta_url", "body": {"text": "Veilig"}, "action": {"name": "cta_url", "parameters": told}}
    await send(ana, {"type": "interactive", "interactive": interactive})
    (bubble,) = await ana.receives()
    assert bubble.link
    assert (bubble.link.title, bubble.link.url) == (told["display_text"], told["url"])


async def test_waiting_for_what_never_comes_ends(meta: GraphServer) -> None:
    with pytest.raises(TimeoutError):
        await meta.person().receives(1, seconds=0.01)


async def test_somebody_who_does_not_look_reads_later(meta: GraphServer, hook: Hook, send: Call) -> None:
    ana = meta.person(phone="31900000001")
    ana.reads = False
    await ana.says("dag")
    await send(ana)
    await meta.post.quiet()
    assert [one["status"] for one in hook.statuses()] == ["sent", "delivered"]
    await ana.looks()
    await ana.looks()
    assert [one["status"] for one in hook.statuses()] == ["sent", "delivered", "read"]


# The account


async def test_a_number_tells_the_fields_that_are_asked_and_no_others(meta: GraphServer, call: Call) -> None:
    asked = "display_phone_number,verified_name,quality_rating,status,code_verification_status"
    told = (await call("GET", NUMBER, fields=asked))[1]
    assert set(told) == {*asked.split(","), "id"}
    meta.numbers[NUMBER].quality = "RED"
    assert (await call("GET", NUMBER, fields="quality_rating"))[1]["quality_rating"] == "RED"
    assert code(await call("GET", NUMBER, fields="colour")) == 100


async def test_health_is_as_bad_as_its_worst_part(meta: GraphServer, call: Call) -> None:
    async def health() -> dict[str, Any]:
        told: dict[str, Any] = (await call("GET", NUMBER, fields="health_status"))[1]["health_status"]
        return told

    assert (await health())["can_send_message"] == "AVAILABLE"
    meta.numbers[NUMBER].health = {"BUSINESS": ("LIMITED", "not verified")}
    assert (await health())["can_send_message"] == "LIMITED"
    meta.numbers[NUMBER].health["WABA"] = ("BLOCKED", "no payment method")
    told = await health()
    assert told["can_send_message"] == "BLOCKED"
    assert [one["entity_type"] for one in told["entities"] if "errors" in one] == ["WABA"]


@pytest.mark.parametrize(("status", "wanted"), [("RESTRICTED", 131031), ("PENDING", 133010)])
async def test_a_number_that_is_not_connected_sends_nothing(
    meta: GraphServer, send: Call, status: str, wanted: int
) -> None:
    meta.numbers[NUMBER].status = status
    assert code(await send(meta.person(phone="31900000001"))) == wanted


async def test_a_token_can_be_looked_into(meta: GraphServer, call: Call, clock: Clock) -> None:
    meta.tokens["old"] = Token(expires_at=int(clock().timestamp()) - 1)
    good, old, unknown = [
        (await call("GET", "debug_token", input_token=one))[1]["data"] for one in (TOKEN, "old", "none")
    ]
    assert (good["is_valid"], old["is_valid"], unknown["is_valid"]) == (True, False, False)
    assert good["granular_scopes"][0]["target_ids"] == [WABA]


async def test_templates_are_listed_by_page_and_by_name(meta: GraphServer, call: Call) -> None:
    for at in range(5):
        meta.template(f"nummer_{at}", "nl", "Dag")
    names, after = [], ""
    while True:
        page = (await call("GET", f"{WABA}/message_templates", limit="2", after=after))[1]
        names += [one["name"] for one in page["data"]]
        if "next" not in page["paging"]:
            break
        after = page["paging"]["cursors"]["after"]
    assert names == [f"nummer_{at}" for at in range(5)]
    (one,) = (await call("GET", f"{WABA}/message_templates", name="nummer_3"))[1]["data"]
    assert (one["status"], one["rejected_reason"]) == ("APPROVED", "NONE")


async def test_a_new_template_waits_for_its_review_which_is_told(meta: GraphServer, hook: Hook, call: Call) -> None:
    body = {"name": "hallo", "language": "nl", "category": "UTILITY", "components": [{"type": "BODY", "text": "Dag"}]}
    status, answer = await call("POST", f"{WABA}/message_templates", body)
    assert (status, answer["status"]) == (200, "PENDING")
    assert (await call("POST", f"{WABA}/message_templates", body))[1]["error"]["error_subcode"] == 2388024
    await meta.reviews("hallo", "nl", "REJECTED", "INVALID_FORMAT")
    (value,) = hook.values("message_template_status_update")
    assert (value["event"], value["reason"]) == ("REJECTED", "INVALID_FORMAT")
    changed = {"components": [{"type": "BODY", "text": "Goedendag"}]}
    assert (await call("POST", answer["id"], changed))[1]["success"]
    (one,) = meta.templates[WABA].all
    assert (one.components, one.status, one.reason) == (changed["components"], "PENDING", "NONE")


@pytest.mark.parametrize(
    "wrong",
    [{"name": "Hallo!"}, {"category": "CHAT"}, {"components": []}, {"components": [{"type": "BODY", "text": ""}]}],
)
async def test_a_template_that_is_wrong_is_not_registered(meta: GraphServer, call: Call, wrong: dict[str, Any]) -> None:
    good = {"name": "hallo", "language": "nl", "category": "UTILITY", "components": [{"type": "BODY", "text": "Dag"}]}
    assert code(await call("POST", f"{WABA}/message_templates", {**good, **wrong})) == 100
    assert meta.templates[WABA].all == []


# By itself


@pytest.mark.slow
async def test_it_runs_by_itself_asks_the_webhook_for_its_proof_and_shows_its_phones(meta: GraphServer) -> None:
    told = ["--port", "0", "--webhook", meta.webhook, "--secret", SECRET, "--verify", "word", "--name", "Proef"]
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.whatsapp.graph_server", *told, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert program.stdout
    async with asyncio.timeout(60):
        address = (await program.stdout.readline()).decode().split()[-1]
        async with aiohttp.ClientSession() as session, session.get(address) as response:
            assert "Proef" in await response.text()
        assert b"is ours" in await program.stdout.readline()
        program.terminate()
        assert await program.wait() == 0
