"""Chatwoot as a second desk, against a double built from its published API: nothing lost, twice or too much."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from pydantic import ValidationError

from channels.desk import chatwoot, chatwoot_api, chatwoot_in, follow, sitting
from channels.desk.chatwoot_acts import NOTES
from channels.desk.chatwoot_api import Api, Unavailable
from channels.desk.chatwoot_ways import Pace, Slow
from channels.desk.follow import Follower
from channels.handoff import clockwork, family, reading, transfers, working
from channels.handoff.organisations import Chatwoot, DeskOrganisation
from channels.handoff.working import Worker
from channels.settings import BadSetting
from channels.storage import desk_sessions, workers
from channels.storage.store import Store
from tests import ours
from tests.desk.chatwoot_double import ACCOUNT, INBOX, SECRET, TOKEN, ChatwootDouble
from tests.desk.outside import PACKET, Outside
from tests.handoff.office import WEEK

STAND_IN = "chatwoot@voorbeeld.example"


def config(url: str) -> Chatwoot:
    names = {"token_env": "STAD_TOKEN", "secret_env": "STAD_SECRET"}
    return Chatwoot(url=url, account=ACCOUNT, inbox=INBOX, worker=STAND_IN, **names)


@dataclass
class Mirrored:
    """One process whose organisation "stad" also answers in a Chatwoot."""

    outside: Outside
    double: ChatwootDouble
    client: TestClient[web.Request, web.Application]
    follower: Follower
    door: chatwoot_in.Door
    stand_in: Worker
    sent: list[int]

    async def opened(self, lang: str = "nl", **packet: Any) -> tuple[str, str, int]:
        """A family shares its lines, and Chatwoot knows: its talk, the code, the number there."""
        talk = await self.outside.family(lang)
        before = set(self.double.conversations)
        code = await self.outside.approved(talk, **packet)
        await self.follower.look()
        (number,) = set(self.double.conversations) - before
        return talk, code, number

    async def post(self, body: dict[str, Any], org: str = "stad", **how: Any) -> int:
        moment = how.pop("moment", self.outside.clock[0].timestamp())
        return await self.post_raw(self.double.signed(body, moment, **how), org)

    async def post_raw(self, request: dict[str, Any], org: str = "stad") -> int:
        async with self.client.post(f"/desk/chatwoot/{org}", **request) as response:
            return response.status

    async def told(self) -> None:
        """Until the agents were told what they must know."""
        while self.door._tasks:
            await asyncio.wait(self.door._tasks)


@pytest.fixture
async def start_mirrored(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Callable[..., Any]]:
    """Processes beside one Chatwoot, on a database of choice."""
    double, closers = ChatwootDouble(), []
    server = TestServer(double.app())
    await server.start_server()
    monkeypatch.setattr(chatwoot_api, "_TIMEOUT", aiohttp.ClientTimeout(total=0.5))

    async def start(url: str) -> Mirrored:
        ours.new_tables(url)
        store, session, sent = Store(url), aiohttp.ClientSession(), []
        there = config(str(server.make_url("")).rstrip("/"))
        stad = DeskOrganisation(name="Gemeente Voorbeeldstad", hours=WEEK, chatwoot=there)
        outside = Outside(store, {"stad": stad, "huis": DeskOrganisation(name="Stichting Hulphuis", hours=WEEK)})

        async def bring_out() -> None:
            sent.append(1)

        found = await store.read(lambda c: workers.by_email(c, STAND_IN))
        stand_in = Worker(found[0].id, found[0].name) if found else await outside.worker("Chatwoot", "stad")
        api, pace = Api(session, there, TOKEN), Pace(outside.office.clock)
        door = chatwoot_in.Door(store, outside.office, "stad", there, SECRET, api, pace, bring_out)
        port = chatwoot.Chatwoot(store, "stad", api, pace)
        follower = chatwoot.follower(store, outside.office, "stad", port, door)
        await follower.begin()
        app, root = web.Application(), web.Application()
        sitting.install(app, store, secure=False)
        chatwoot_in.attach(app, {"stad": door})
        root.add_subapp("/desk", app)
        client = TestClient(TestServer(root))
        await client.start_server()
        closers.extend([client.close, session.close])
        stores.append(store)
        return Mirrored(outside, double, client, follower, door, stand_in, sent)

    stores: list[Store] = []
    yield start
    double.mend()
    for close in closers:
        await close()
    for store in stores:
        store.close()
    await server.close()


@pytest.fixture
async def mirrored(start_mirrored: Callable[..., Any], sqlite_url: str) -> Mirrored:
    """One process, on SQLite."""
    made: Mirrored = await start_mirrored(sqlite_url)
    return made


# --- what goes out


async def test_chatwoot_gets_exactly_the_approved_lines_under_an_identifier_that_says_nothing(
    start_mirrored: Callable[..., Any], database_url: str
) -> None:
    mirrored = await start_mirrored(database_url)
    talk, code, number = await mirrored.opened("es")
    (contact,) = mirrored.double.contacts.values()
    assert (contact["identifier"], contact["name"]) == (f"thuiswijzer-{code}", code)
    assert talk not in mirrored.double.everything()
    case = await mirrored.outside.case(code)
    (note,) = mirrored.double.notes(number)
    assert [line for line in note.splitlines()[1:] if not line.startswith("   ")] == [
        f"{n}. {line['dutch']}" for n, line in enumerate(case.packet["lines"], 1)
    ]
    told = mirrored.double.conversations[number]["custom_attributes"]
    assert (told["case"], told["urgency"], told["state"]) == (code, 2, "queued")
    assert told["consent"].startswith("OK-")
    assert mirrored.double.conversations[number]["status"] == "open"


async def test_chatwoot_hears_nothing_while_a_family_still_reads_or_when_it_says_no(mirrored: Mirrored) -> None:
    talk = await mirrored.outside.family()
    await mirrored.outside.do(talk, lambda here: family.start_consent(here, "stad", PACKET).code)
    await mirrored.follower.look()
    assert mirrored.double.calls == []
    await mirrored.outside.do(talk, lambda here: family.choose(here, "handoff.no"))
    await mirrored.follower.look()
    assert mirrored.double.contacts == {}
    assert not [call for call in mirrored.double.calls if call.startswith("POST")]


async def test_another_organisation_is_not_mirrored(mirrored: Mirrored) -> None:
    await mirrored.outside.approved(await mirrored.outside.family(), "huis")
    await mirrored.follower.look()
    assert mirrored.double.calls == []


async def test_what_a_family_writes_to_the_desk_follows_and_what_it_says_to_the_computer_does_not(
    mirrored: Mirrored,
) -> None:
    talk, code, number = await mirrored.opened()
    await mirrored.outside.writes(talk, "wij zijn met z'n drieën")
    await mirrored.follower.look()
    await mirrored.outside.take(code, mirrored.stand_in)
    await mirrored.outside.work(code, working.close, mirrored.stand_in, "information", [], words="Tot ziens.")
    await mirrored.outside.writes(talk, "dit is voor de computer")
    await mirrored.follower.look()
    assert mirrored.double.of_family(number) == ["wij zijn met z'n drieën"]
    assert mirrored.double.conversations[number]["status"] == "resolved"
    assert mirrored.double.conversations[number]["custom_attributes"]["state"] == "resolved"


async def test_a_worker_at_our_own_desk_is_read_there_as_a_note_and_can_not_come_back(mirrored: Mirrored) -> None:
    talk, code, number = await mirrored.opened()
    wil = await mirrored.outside.worker("Wil", "stad")
    await mirrored.outside.take(code, wil)
    await mirrored.outside.work(code, working.write, wil, text="Ik kijk mee.")
    await mirrored.follower.look()
    assert mirrored.double.notes(number)[-1] == "Wil: Ik kijk mee."
    for message in mirrored.double.messages[number]:
        assert await mirrored.post(mirrored.double.told(message, number)) == 200
    assert await mirrored.outside.said(talk) == ["Ik kijk mee."]


async def test_stopping_to_share_leaves_nothing_there(mirrored: Mirrored) -> None:
    talk, _, _ = await mirrored.opened()
    await mirrored.outside.writes(talk, "mijn geheim")
    await mirrored.follower.look()
    assert "mijn geheim" in mirrored.double.everything()
    await mirrored.outside.withdraw(talk)
    await mirrored.follower.look()
    assert (mirrored.double.contacts, mirrored.double.conversations) == ({}, {})


async def test_a_case_that_this_organisation_declines_leaves_nothing_there(mirrored: Mirrored) -> None:
    outside = mirrored.outside
    sam, talk = await outside.worker("Sam", "huis"), await outside.family()
    first = await outside.approved(talk, "huis")
    await outside.take(first, sam, "huis")
    child = await outside.work(first, transfers.propose, sam.actor, "stad", "Sam", org="huis")
    await outside.do(talk, lambda here: reading.preview(here, child))
    await mirrored.follower.look()
    assert mirrored.double.conversations == {}  # the family has not said yes
    await outside.do(talk, lambda here: family.choose(here, "handoff.transfer_yes"))
    await mirrored.follower.look()
    assert len(mirrored.double.conversations) == 1
    await outside.work(child.code, transfers.declined)
    await mirrored.follower.look()
    assert (mirrored.double.contacts, mirrored.double.conversations) == ({}, {})


async def test_danger_is_shown_with_a_note_to_look_now_and_without_a_word_of_the_family(mirrored: Mirrored) -> None:
    talk = await mirrored.outside.family()
    del mirrored.outside.organisations["huis"]
    await mirrored.outside.writes(talk, "hij slaat mij")
    await mirrored.outside.danger(talk)
    await mirrored.follower.look()
    number = mirrored.double.only_conversation()
    assert len(mirrored.double.notes(number)) == 2
    assert "hij slaat mij" not in mirrored.double.everything()
    assert mirrored.double.conversations[number]["custom_attributes"]["urgency"] == 3


# --- nothing lost, nothing twice


@pytest.mark.parametrize("broken", ["500", "timeout"])
@pytest.mark.slow
async def test_what_chatwoot_does_not_take_comes_later(mirrored: Mirrored, broken: str) -> None:
    mirrored.double.broken = broken
    code = await mirrored.outside.approved(await mirrored.outside.family())
    with pytest.raises(Unavailable):
        await mirrored.follower.look()
    mirrored.double.mend()
    await mirrored.follower.look()
    assert mirrored.double.conversations[mirrored.double.only_conversation()]["custom_attributes"]["case"] == code


@pytest.mark.parametrize("only", ["/contacts", "/conversations", "/messages", "/custom_attributes", "/toggle_status"])
@pytest.mark.slow
async def test_an_answer_that_got_lost_makes_nothing_twice(mirrored: Mirrored, only: str) -> None:
    talk = await mirrored.outside.family()
    await mirrored.outside.approved(talk)
    await mirrored.outside.writes(talk, "een")
    await mirrored.outside.writes(talk, "twee")
    mirrored.double.broken, mirrored.double.only = "answer lost", only
    for _ in range(12):
        try:
            await mirrored.follower.look()
        except Unavailable:
            continue
        break
    mirrored.double.mend()
    await mirrored.follower.look()
    number = mirrored.double.only_conversation()
    assert len(mirrored.double.contacts) == 1
    assert len(mirrored.double.notes(number)) == 1
    assert mirrored.double.of_family(number) == ["een", "twee"]


async def test_a_restart_between_two_events_loses_and_repeats_nothing(
    start_mirrored: Callable[..., Any], database_url: str
) -> None:
    first = await start_mirrored(database_url)
    talk, _, number = await first.opened()
    await first.outside.writes(talk, "een")
    await first.follower.look()
    await first.follower.finish()
    await first.outside.writes(talk, "twee")
    second = await start_mirrored(database_url)
    await second.follower.look()
    assert second.double.of_family(number) == ["een", "twee"]
    assert len(second.double.notes(number)) == 1


async def test_a_message_that_chatwoot_will_never_take_does_not_stop_the_others(mirrored: Mirrored) -> None:
    talk, _, number = await mirrored.opened()
    await mirrored.outside.writes(talk, "te lang voor daar")
    mirrored.double.broken, mirrored.double.only = "refuse", "/messages"
    await mirrored.follower.look()
    mirrored.double.mend()
    await mirrored.outside.writes(talk, "kort")
    await mirrored.follower.look()
    assert mirrored.double.of_family(number) == ["kort"]


async def test_a_conversation_that_somebody_removed_there_is_opened_anew(mirrored: Mirrored) -> None:
    talk, _, number = await mirrored.opened()
    del mirrored.double.conversations[number], mirrored.double.messages[number]
    await mirrored.outside.writes(talk, "bent u er nog?")
    with pytest.raises(Unavailable):
        await mirrored.follower.look()
    await mirrored.follower.look()
    again = mirrored.double.only_conversation()
    assert again != number
    assert mirrored.double.of_family(again) == ["bent u er nog?"]


# --- what comes in


async def test_an_agent_who_answers_takes_the_case_and_the_family_reads_it_once(
    start_mirrored: Callable[..., Any], database_url: str
) -> None:
    mirrored = await start_mirrored(database_url)
    talk, code, number = await mirrored.opened()
    told = mirrored.double.writes(number, "Wij helpen u.")
    assert await mirrored.post(told, delivery="d1") == 200
    assert await mirrored.post(told, delivery="d1") == 200
    assert await mirrored.post(told, delivery="d2") == 200  # the webhook of the account, beside that of the inbox
    await mirrored.door.look()
    case = await mirrored.outside.case(code)
    assert (case.state, case.assignee) == ("active", mirrored.stand_in.id)
    assert await mirrored.outside.said(talk) == ["Wij helpen u."]
    assert len(mirrored.sent) == 1
    await mirrored.follower.look()
    assert len(mirrored.double.messages[number]) == 2  # the lines and this message; no echo


async def test_the_same_webhook_at_the_same_moment_in_two_processes_is_one_message(
    start_mirrored: Callable[..., Any], database_url: str
) -> None:
    one, other = await start_mirrored(database_url), await start_mirrored(database_url)
    talk, _, number = await one.opened()
    told = one.double.writes(number, "Wij helpen u.")
    await asyncio.gather(*(each.post(told, delivery=f"d{n}") for n in range(3) for each in (one, other)))
    assert await one.outside.said(talk) == ["Wij helpen u."]


async def test_a_webhook_with_a_bad_signature_or_an_old_moment_does_nothing(mirrored: Mirrored) -> None:
    talk, _, number = await mirrored.opened()
    told, moment = mirrored.double.writes(number, "Wij helpen u."), mirrored.outside.clock[0].timestamp()
    good = mirrored.double.signed(told, moment)
    without_moment = {**good["headers"], "X-Chatwoot-Timestamp": ""}
    assert await mirrored.post(told, secret="another") == 401
    assert await mirrored.post(told, moment=moment - 301) == 401
    assert await mirrored.post(told, moment=moment + 301) == 401
    assert await mirrored.post_raw({**good, "data": good["data"] + b" "}) == 401
    assert await mirrored.post_raw({**good, "headers": without_moment}) == 401
    assert await mirrored.post_raw({"data": good["data"]}) == 401
    assert await mirrored.post(told, org="huis") == 404
    assert await mirrored.outside.said(talk) == []
    assert await mirrored.post(told, moment=moment - 299) == 200
    assert await mirrored.outside.said(talk) == ["Wij helpen u."]


@pytest.mark.parametrize("raw", [b"", b"[]", b"{", b"null", b"[" * 5000, b"\xff"])
async def test_what_is_signed_but_no_webhook_is_refused(mirrored: Mirrored, raw: bytes) -> None:
    stamp = str(int(mirrored.outside.clock[0].timestamp()))
    mark = hmac.new(SECRET.encode(), f"{stamp}.".encode() + raw, hashlib.sha256).hexdigest()
    headers = {"X-Chatwoot-Timestamp": stamp, "X-Chatwoot-Signature": f"sha256={mark}"}
    assert await mirrored.post_raw({"data": raw, "headers": headers}) == 400


@pytest.mark.parametrize(
    "more",
    [
        {"private": True},
        {"sender": {"id": 1, "type": "agent_bot"}},
        {"sender": None},
        {"sender": "Ada"},
        {"message_type": 0, "sender": {"type": "contact"}},
        {"message_type": 3},
        {"source_id": "thuiswijzer:TW-AAAAAA:message 1"},
        {"content_attributes": {"external_id": "thuiswijzer:TW-AAAAAA:message 1"}},
        {"content_attributes": {"automation_rule_id": 4}},
        {"content_attributes": {"deleted": True}},
        {"content_attributes": []} | {"sender": None},
    ],
)
async def test_notes_echoes_bots_and_rules_never_reach_a_family(mirrored: Mirrored, more: dict[str, Any]) -> None:
    talk, code, number = await mirrored.opened()
    assert await mirrored.post(mirrored.double.writes(number, "niet voor het gezin", **more)) == 200
    await mirrored.door.look()
    assert await mirrored.outside.said(talk) == []
    assert (await mirrored.outside.case(code)).state == "queued"


@pytest.mark.parametrize(
    "odd",
    [
        {"event": "message_created"},
        {
            "event": "message_created",
            "conversation": 5,
            "id": "x",
            "message_type": "outgoing",
            "sender": {"type": "user"},
        },
        {"event": "conversation_status_changed", "status": "resolved", "id": None},
        {"event": "conversation_status_changed", "status": "resolved", "id": 10**30},
        {"event": ["message_created"]},
        {"account": {"id": 99}, "event": "message_created"},
    ],
)
async def test_an_odd_webhook_is_taken_and_changes_nothing(mirrored: Mirrored, odd: dict[str, Any]) -> None:
    talk, _, _ = await mirrored.opened()
    assert await mirrored.post(odd) == 200
    assert await mirrored.outside.said(talk) == []


async def test_a_webhook_of_another_account_or_conversation_is_not_ours(mirrored: Mirrored) -> None:
    talk, _, number = await mirrored.opened()
    told = mirrored.double.writes(number, "hallo")
    assert await mirrored.post({**told, "account": {"id": 99}}) == 200
    assert await mirrored.post({**told, "conversation": {"id": 999_999}}) == 200
    assert await mirrored.outside.said(talk) == []
    assert await mirrored.post(told) == 200
    assert await mirrored.outside.said(talk) == ["hallo"]


@pytest.mark.parametrize(("content", "note"), [("", "empty"), (None, "empty"), ("x" * 4001, "too_long")])
async def test_what_can_not_be_sent_is_told_to_the_agent(mirrored: Mirrored, content: Any, note: str) -> None:
    talk, _, number = await mirrored.opened()
    assert await mirrored.post(mirrored.double.writes(number, content)) == 200
    await mirrored.told()
    assert await mirrored.outside.said(talk) == []
    assert mirrored.double.notes(number)[-1] == NOTES[note]


async def test_an_agent_is_told_that_a_colleague_has_the_case_or_that_the_worker_is_off(mirrored: Mirrored) -> None:
    talk, code, number = await mirrored.opened()
    await mirrored.outside.take(code, await mirrored.outside.worker("Wil", "stad"))
    await mirrored.post(mirrored.double.writes(number, "ik ook"))
    await mirrored.told()
    assert mirrored.double.notes(number)[-1] == NOTES["not_yours"]
    await mirrored.outside.store.write(lambda c: workers.set_state(c, mirrored.stand_in.id, "off"))
    await mirrored.post(mirrored.double.writes(number, "en nu"))
    await mirrored.told()
    assert mirrored.double.notes(number)[-1] == NOTES["worker"]
    assert await mirrored.outside.said(talk) == []


async def test_script_and_bidi_tricks_of_an_agent_are_text_without_marks(mirrored: Mirrored) -> None:
    talk, _, number = await mirrored.opened()
    await mirrored.post(mirrored.double.writes(number, "<b>dag</b>\u202e\x00 /restart"))
    assert await mirrored.outside.said(talk) == ["<b>dag</b> /restart"]


# --- resolved


async def test_resolving_closes_with_information_and_a_next_step_and_comes_back_as_nothing(mirrored: Mirrored) -> None:
    talk, code, number = await mirrored.opened()
    await mirrored.post(mirrored.double.writes(number, "Wij helpen u."))
    await mirrored.follower.look()
    told = mirrored.double.resolves(number)
    for delivery in ("r1", "r1", "r2"):
        assert await mirrored.post(told, delivery=delivery) == 200
    case = await mirrored.outside.case(code)
    assert case.state == "resolved"
    assert (case.facts["outcome"], case.facts["next_step"]) == ("information", ["phrase.close.come_back"])
    await mirrored.follower.look()
    await mirrored.told()
    assert mirrored.double.conversations[number]["status"] == "resolved"
    assert not [call for call in mirrored.double.calls if "toggle_status" in call]
    assert len(await mirrored.outside.said(talk)) == 1


async def test_a_family_that_waits_or_has_another_worker_is_not_closed_from_there(mirrored: Mirrored) -> None:
    _, code, number = await mirrored.opened()
    assert await mirrored.post(mirrored.double.resolves(number)) == 200
    await mirrored.told()
    assert (await mirrored.outside.case(code)).state == "queued"
    assert mirrored.double.conversations[number]["status"] == "open"
    assert mirrored.double.notes(number)[-1] == NOTES["open"]
    await mirrored.outside.take(code, await mirrored.outside.worker("Wil", "stad"))
    assert await mirrored.post(mirrored.double.resolves(number)) == 200
    await mirrored.told()
    assert (await mirrored.outside.case(code)).state == "active"
    assert mirrored.double.conversations[number]["status"] == "open"


async def test_a_case_that_opens_again_is_open_there_and_an_old_resolved_does_not_close_it(mirrored: Mirrored) -> None:
    talk, code, number = await mirrored.opened()
    await mirrored.post(mirrored.double.writes(number, "Wij helpen u."))
    await mirrored.follower.look()
    told = mirrored.double.resolves(number)
    await mirrored.post(told)
    await mirrored.outside.do(talk, lambda here: family.choose(here, "handoff.reopen"))
    await mirrored.outside.take(code, mirrored.stand_in)
    await mirrored.post(told)
    assert (await mirrored.outside.case(code)).state == "active"
    await mirrored.follower.look()
    assert mirrored.double.conversations[number]["status"] == "open"


# --- what got lost


async def test_the_look_of_every_minute_finds_a_message_and_an_end_whose_webhooks_got_lost(
    start_mirrored: Callable[..., Any], database_url: str
) -> None:
    mirrored = await start_mirrored(database_url)
    talk, code, number = await mirrored.opened()
    mirrored.double.writes(number, "een")
    later = mirrored.double.writes(number, "twee")
    await mirrored.post(later)
    for _ in range(2):
        await mirrored.door.look()
    assert await mirrored.outside.said(talk) == ["twee", "een"]
    mirrored.double.resolves(number)
    await mirrored.door.look()
    assert (await mirrored.outside.case(code)).state == "resolved"
    before = len(mirrored.double.calls)
    await mirrored.door.look()
    assert len(mirrored.double.calls) == before  # what is closed is not asked about any more


@pytest.mark.slow
async def test_a_look_finds_more_than_one_page_and_goes_on_after_a_failure(mirrored: Mirrored) -> None:
    talk, _, number = await mirrored.opened()
    for _ in range(150):
        mirrored.double.writes(number, "alleen voor collega's", private=True)
    mirrored.double.writes(number, "Wij helpen u.")
    mirrored.double.broken = "timeout"
    await mirrored.door.look()
    mirrored.double.mend()
    await mirrored.door.look()
    assert await mirrored.outside.said(talk) == ["Wij helpen u."]


async def test_one_conversation_that_can_not_be_read_keeps_no_other_from_being_looked_at(mirrored: Mirrored) -> None:
    _, _, first = await mirrored.opened()
    talk, _, second = await mirrored.opened()
    mirrored.double.messages[first] = [{"id": "no number"}]
    mirrored.double.writes(second, "Wij helpen u.")
    await mirrored.door.look()
    assert await mirrored.outside.said(talk) == ["Wij helpen u."]


@pytest.mark.parametrize(("presence", "state"), [("online", "active"), ("offline", "queued")])
async def test_a_family_stays_with_agents_who_are_there_and_goes_back_when_they_are_not(
    mirrored: Mirrored, presence: str, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_sessions, "now", mirrored.outside.office.clock)
    talk, code, number = await mirrored.opened()
    await mirrored.post(mirrored.double.writes(number, "Wij helpen u."))
    await mirrored.outside.writes(talk, "dank u")
    mirrored.double.presence = presence
    for _ in range(12):
        mirrored.outside.later(minutes=1)
        await mirrored.door.look()
        await mirrored.outside.store.write(lambda c: clockwork.run(c, mirrored.outside.office))
    assert (await mirrored.outside.case(code)).state == state


# --- two machines that talk


@pytest.mark.slow
async def test_more_than_twenty_messages_in_a_minute_wait_and_none_is_lost(mirrored: Mirrored) -> None:
    talk, _, number = await mirrored.opened()
    answers = [await mirrored.post(mirrored.double.writes(number, f"bericht {n}")) for n in range(25)]
    assert answers == [200] * 19 + [429] * 6  # the note with the lines was the first
    await mirrored.door.look()
    assert len(await mirrored.outside.said(talk)) == 19
    mirrored.outside.later(minutes=1)
    await mirrored.door.look()
    assert await mirrored.outside.said(talk) == [f"bericht {n}" for n in range(25)]


@pytest.mark.slow
async def test_the_brake_holds_the_other_way_too(mirrored: Mirrored) -> None:
    talk, _, number = await mirrored.opened()
    for n in range(25):
        await mirrored.outside.writes(talk, f"bericht {n}")
    with pytest.raises(Slow):
        await mirrored.follower.look()
    mirrored.outside.later(minutes=1)
    await mirrored.follower.look()
    assert mirrored.double.of_family(number) == [f"bericht {n}" for n in range(25)]


# --- put together


async def test_a_desk_with_a_chatwoot_mirrors_by_itself_and_ends_quietly(
    mirrored: Mirrored, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAD_TOKEN", TOKEN)
    monkeypatch.setenv("STAD_SECRET", SECRET)
    monkeypatch.setattr(follow, "_EVERY", 0.01)
    outside, app, root = mirrored.outside, web.Application(), web.Application()
    async with aiohttp.ClientSession() as session:
        sitting.install(app, outside.store, secure=False)
        chatwoot.start(app, outside.store, outside.office, lambda: asyncio.sleep(0), session)
        root.add_subapp("/desk", app)
        async with TestClient(TestServer(root)), asyncio.timeout(60):
            code = await outside.approved(await outside.family())
            async with mirrored.double.changed:
                await mirrored.double.changed.wait_for(
                    lambda: any(mirrored.double.notes(n) for n in mirrored.double.messages)
                )
    assert code in mirrored.double.everything()


async def test_a_missing_secret_is_one_sentence_at_the_start(mirrored: Mirrored) -> None:
    async with aiohttp.ClientSession() as session:
        with pytest.raises(BadSetting, match="STAD_TOKEN"):
            chatwoot.start(web.Application(), mirrored.outside.store, mirrored.outside.office, lambda: None, session)


@pytest.mark.parametrize(
    "url", ["chat.example", "http://chat.example", "https://user@chat.example", "https://c.example?x"]
)
def test_what_families_write_goes_only_to_a_safe_address(url: str) -> None:
    with pytest.raises(ValidationError):
        config(url)
