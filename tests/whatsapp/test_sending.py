"""What becomes of a message when Meta says no, says nothing, or is not there."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from channels.storage import sendings as sendings_in
from channels.storage.tables import cases, inbox, messages, outbox
from channels.storage.whatsapp_tables import number_states, sendings
from channels.whatsapp import graph, sender
from tests.whatsapp.conftest import SECOND, PhoneHouse
from tests.whatsapp.steps import (
    agreed,
    alarms,
    all_settled,
    command,
    day_passes,
    greeted,
    in_the_queue,
    last,
    refused,
    resumed,
    said,
    waits_over,
)


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long for an answer of Meta's, nor for a status that tells of it."""
    monkeypatch.setattr(graph, "_TIMEOUT", aiohttp.ClientTimeout(total=0.4, connect=0.4))
    monkeypatch.setattr(sendings_in, "UNCLEAR", timedelta(0))
    monkeypatch.setattr(sender, "_DOUBT", 0.05)


# --- again later


@pytest.mark.parametrize("code", ["500", "131016"])
async def test_what_meta_cannot_take_now_comes_later_and_once(phone_house: PhoneHouse, code: str) -> None:
    phone_house.graph.trouble(code)
    ana = phone_house.person()
    await ana.says("hallo")
    await refused(phone_house)
    (row,) = phone_house.rows(sendings)
    assert (row["state"], row["attempts"]) == ("ready", 1)
    assert ana.screen == []
    await waits_over(phone_house)
    await ana.receives()
    (row,) = await all_settled(phone_house)
    assert (row["state"], row["code"], row["payload"]) == ("read", 0, {})
    assert len(phone_house.graph.sent) == 1


@pytest.mark.slow
async def test_what_meta_never_takes_is_given_up_in_the_end_and_the_desk_hears(
    phone_house: PhoneHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "_ATTEMPTS", 2)
    ana = phone_house.person()
    case = await in_the_queue(phone_house, ana)
    phone_house.graph.trouble("500", times=2)
    await phone_house.worker_writes(case, "Dag, ik lees mee.")
    await refused(phone_house)
    await waits_over(phone_house)
    await refused(phone_house, 2)
    assert last(phone_house, sendings)["state"] == "dead"
    assert alarms(phone_house)[-1] == "not delivered"


@pytest.mark.slow
async def test_a_number_that_is_too_fast_rests_as_a_whole_and_no_other(two_numbers: PhoneHouse) -> None:
    house = two_numbers
    ana, bob, eve = await greeted(house), await greeted(house), await greeted(house, number=SECOND)
    house.graph.trouble("429")
    await ana.says("nog iets")
    await refused(house)
    assert [row["number"] for row in house.rows(number_states) if row["slow_until"]] == [ana.number.id]
    await bob.says("ik ook")
    await house.settled(inbox, lambda rows: len(rows) == 5 and rows[-1]["state"] == "done")
    await eve.says("me too")
    await eve.receives()
    assert len(house.graph.sent) == 4
    await waits_over(house)
    await ana.receives()
    await bob.receives()
    await all_settled(house)
    assert len(house.graph.sent) == 6


@pytest.mark.slow
async def test_too_much_for_one_family_holds_its_talk_in_order_and_no_other(phone_house: PhoneHouse) -> None:
    ana, bob = await greeted(phone_house), await greeted(phone_house)
    phone_house.graph.trouble("131056")
    await ana.sends("audio")
    await refused(phone_house)
    await ana.says("en nog iets")
    await phone_house.settled(inbox, lambda rows: [row["state"] for row in rows] == ["done"] * 4)
    await bob.says("ik ook")
    await bob.receives()
    assert len(ana.screen) == 1
    assert phone_house.graph.refused[0][0] == 131056
    await waits_over(phone_house)
    await ana.receives(2)
    await all_settled(phone_house)
    keys = [row["key"] for row in phone_house.rows(messages) if row["author"] != "family"]
    assert keys.index("whatsapp.voice") < len(keys) - 1
    assert "ask.place=abroad" in [tap.id for tap in ana.screen[-1].choices]
    assert ana.screen[-2].choices != ana.screen[-1].choices


# --- never


@pytest.mark.parametrize("code", ["131026", "131062", "131052"])
@pytest.mark.slow
async def test_what_never_arrives_is_told_to_the_desk_and_stands_in_the_talk(
    phone_house: PhoneHouse, code: str
) -> None:
    ana = phone_house.person()
    case = await in_the_queue(phone_house, ana)
    await phone_house.worker_writes(case, "Dag, ik ben Wil.")
    await all_settled(phone_house)
    phone_house.graph.trouble(code)
    await phone_house.worker_writes(case, "Kunt u morgen komen?")
    await refused(phone_house)
    assert last(phone_house, sendings)["state"] == "dead"
    assert last(phone_house, sendings)["payload"] == {}
    assert last(phone_house, outbox)["state"] == "dead"
    assert said(phone_house, "Kunt u morgen komen?")["body"]["facts"]["undelivered"] is True
    assert alarms(phone_house)[-1] == "not delivered"
    await phone_house.worker_writes(case, "Of overmorgen?")
    await ana.until(lambda screen: "overmorgen" in screen[-1].text)
    assert "undelivered" not in said(phone_house, "Of overmorgen?")["body"]["facts"]


@pytest.mark.slow
async def test_what_meta_finds_wrong_is_sent_once_in_plain_numbered_words(phone_house: PhoneHouse) -> None:
    phone_house.graph.trouble("100")
    ana = phone_house.person()
    await ana.says("hallo")
    (bubble,) = await ana.receives()
    assert (bubble.kind, bubble.choices) == ("text", ())
    assert all(f"\n{number}. " in bubble.text for number in (1, 2, 3))
    await ana.says("twee")
    await ana.receives()
    assert phone_house.bot.heard[-1][1] == '/pick{"choice": "ask.place=netherlands"}'


@pytest.mark.slow
async def test_what_is_wrong_in_plain_words_too_is_dead(phone_house: PhoneHouse) -> None:
    phone_house.graph.trouble("131009", times=2)
    ana = phone_house.person()
    await ana.says("hallo")
    rows = await phone_house.settled(sendings, lambda rows: [row["state"] for row in rows] == ["dead"])
    assert rows[0]["attempts"] == 2
    assert {row["state"] for row in phone_house.rows(outbox)} == {"dead"}
    await ana.says("hallo?")
    await ana.receives()


# --- a number that is stopped


@pytest.mark.parametrize("code", ["190", "131031", "131044"])
@pytest.mark.slow
async def test_a_stopped_number_sends_nothing_and_loses_nothing_while_another_goes_on(
    two_numbers: PhoneHouse, code: str
) -> None:
    house = two_numbers
    ana, bob = await greeted(house), await greeted(house, number=SECOND)
    house.graph.trouble(code)
    await ana.sends("audio")
    await refused(house)
    assert [row["number"] for row in house.rows(number_states) if row["stopped_at"]] == [ana.number.id]
    await ana.says("bent u daar?")
    await house.settled(inbox, lambda rows: len(rows) == 4 and rows[-1]["state"] == "done")
    await house.gateway.bring_out()
    await bob.says("and me?")
    await bob.receives()
    assert (len(ana.screen), len(house.graph.refused)) == (1, 1)
    ready = await (await house.client.get("/readyz")).json()
    assert ready["whatsapp_stopped"] == [ana.number.id]
    await resumed(house)
    _, first, second = await ana.until(lambda screen: len(screen) == 3)
    await all_settled(house)
    assert "ask.place=abroad" not in [tap.id for tap in first.choices]
    assert "ask.place=abroad" in [tap.id for tap in second.choices]
    assert len(house.graph.sent) == 5


@pytest.mark.slow
async def test_the_command_resume_lets_a_number_send_again(
    phone_house: PhoneHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone_house.graph.trouble("190")
    ana = phone_house.person()
    await ana.says("hallo")
    await refused(phone_house)
    assert await command(phone_house, monkeypatch, "resume", "onbekend") == 2
    assert await command(phone_house, monkeypatch, "resume", "voorbeeldstad") == 0
    await ana.receives()


@pytest.mark.slow
async def test_what_was_accepted_and_not_delivered_for_want_of_money_comes_when_it_is_paid(
    phone_house: PhoneHouse,
) -> None:
    ana = await greeted(phone_house)
    phone_house.graph.rules.free, phone_house.graph.rules.paid = 0, False
    await ana.says("nog een vraag")
    for times in (1, 2, 3, 4):  # it is resumed again and again, and nothing was paid
        await phone_house.settled(
            sendings, lambda rows, n=times: [row["state"] for row in rows] == ["read", *["failed"] * n]
        )
        (state,) = phone_house.rows(number_states)
        assert state["stopped_at"] is not None
        assert last(phone_house, outbox)["state"] == "ready"
        phone_house.graph.rules.paid = times == 4
        await resumed(phone_house)
    await ana.receives()
    await all_settled(phone_house)
    assert {row["state"] for row in phone_house.rows(outbox)} == {"sent"}
    assert len(ana.screen) == 2


@pytest.mark.slow
async def test_a_short_message_that_was_not_delivered_for_want_of_money_comes_too(
    phone_house: PhoneHouse,
) -> None:
    ana = phone_house.person()
    case = await agreed(phone_house, ana)
    await day_passes(phone_house, ana)
    phone_house.graph.trouble("131042")
    await phone_house.worker_writes(case, "Morgen om tien uur.")
    await phone_house.settled(number_states, lambda rows: rows[0]["stopped_at"] is not None)
    assert not any(bubble.template for bubble in ana.screen)
    await resumed(phone_house)
    await ana.until(lambda screen: bool(screen[-1].template))
    assert last(phone_house, outbox)["state"] == "held"


# --- no answer


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("kind", ["timeout", "cut"])
@pytest.mark.slow
async def test_a_lost_answer_is_mended_by_the_status_and_nothing_is_said_twice(
    phone_house: PhoneHouse, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(sendings_in, "UNCLEAR", timedelta(seconds=30))
    phone_house.graph.trouble(kind)
    ana = phone_house.person()
    await ana.says("hallo")
    await ana.receives()
    await all_settled(phone_house)
    await ana.says("nog iets")
    await ana.receives()
    await all_settled(phone_house)
    assert len(ana.screen) == len(phone_house.graph.sent) == 2
    assert phone_house.rows(number_states)[0]["sent"] == 2


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("kind", ["lost", "502"])
@pytest.mark.slow
async def test_what_no_status_tells_of_goes_out_again(phone_house: PhoneHouse, kind: str) -> None:
    phone_house.graph.trouble(kind)
    ana = phone_house.person()
    await ana.says("hallo")
    await ana.receives()
    await all_settled(phone_house)
    assert len(ana.screen) == len(phone_house.graph.sent) == 1


@pytest.mark.usefixtures("hasty")
@pytest.mark.slow
async def test_a_refusal_counts_for_nothing_once_a_status_told_that_an_earlier_try_arrived(
    phone_house: PhoneHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone_house.graph.statuses = ()
    phone_house.graph.trouble("timeout")
    send = graph.Graph.send

    async def too_late(*_given: Any) -> Any:
        monkeypatch.setattr(graph.Graph, "send", send)
        await phone_house.graph.tells(phone_house.graph.sent[0].wamid, "delivered", "read")
        await phone_house.settled(sendings, lambda rows: rows[0]["state"] == "read")
        raise graph.Refused(131026, 400, "too late")

    ana = phone_house.person()
    await ana.says("hallo")
    await ana.receives()
    monkeypatch.setattr(graph.Graph, "send", too_late)
    await phone_house.settled(sendings, lambda rows: rows[0]["state"] == "read")
    phone_house.graph.statuses = ("sent", "read")
    await ana.says("nog iets")
    await ana.receives()
    rows = await all_settled(phone_house)
    assert [(row["state"], row["attempts"]) for row in rows] == [("read", 2), ("read", 1)]
    assert {row["state"] for row in phone_house.rows(outbox)} == {"sent"}


@pytest.mark.slow
async def test_while_meta_is_out_of_reach_everything_waits_and_nothing_is_given_up(
    phone_house: PhoneHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "_ATTEMPTS", 2)
    ana = await greeted(phone_house)
    phone_house.bot.hold = asyncio.Event()
    await ana.says("nog iets")
    await phone_house.settled(inbox, lambda rows: [row["state"] for row in rows] == ["done", "heard"])
    await phone_house.graph.stop()
    phone_house.bot.hold.set()
    for attempts in (1, 2, 3):
        await waits_over(phone_house)
        await phone_house.settled(
            sendings, lambda rows, n=attempts: (rows[-1]["state"], rows[-1]["attempts"]) == ("ready", n)
        )
    phone_house.graph.stopping.clear()
    await phone_house.graph.start()
    await waits_over(phone_house)
    await ana.receives()
    await all_settled(phone_house)
    assert len(ana.screen) == 2


# --- what changed while it waited


@pytest.mark.slow
async def test_what_the_computer_said_does_not_follow_a_worker_and_the_rest_of_that_bubble_does(
    phone_house: PhoneHouse,
) -> None:
    ana = phone_house.person()
    await ana.says("help hij slaat mij")
    await ana.receives()
    await all_settled(phone_house)
    phone_house.bot.hold = asyncio.Event()
    await ana.says("wat nu")
    await ana.sends("audio")
    await phone_house.settled(inbox, lambda rows: [row["state"] for row in rows] == ["done", "heard", "done"])
    phone_house.graph.trouble("131056")
    phone_house.bot.hold.set()
    await refused(phone_house)
    assert len(last(phone_house, sendings)["outbox"]) == 2
    await phone_house.worker_writes(last(phone_house, cases)["code"], "Dag, ik ben Wil.")
    await waits_over(phone_house)
    bubble = (await ana.until(lambda screen: "Wil" in screen[-1].text))[-1]
    rows = await all_settled(phone_house)
    assert [row["state"] for row in rows] == ["read", "dead", "read"]
    assert [row["state"] for row in phone_house.rows(outbox)].count("suppressed") == 1
    assert said(phone_house, "spraakbericht")["body"]["text"] in bubble.text
    assert "ask.place=abroad" not in [tap.id for tap in bubble.choices]
