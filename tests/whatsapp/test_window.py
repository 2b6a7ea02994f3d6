"""The day after a family's last message: when we may write, what waits, and the one short message in between."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from channels import gateway
from channels.handoff.casework import say
from channels.storage.tables import conversations, inbox, outbox
from channels.storage.whatsapp_tables import number_states, sendings, threads
from tests.whatsapp.conftest import PhoneHouse
from tests.whatsapp.graph_server.people import Person
from tests.whatsapp.steps import (
    agreed,
    alarms,
    all_settled,
    day_passes,
    greeted,
    heard,
    in_the_queue,
    last,
    refused,
    resumed,
    told,
    waits_over,
)


def sends_at(house: PhoneHouse, **ago: float) -> None:
    """From now on webhooks tell that families wrote so long ago."""
    house.graph.clock = lambda: datetime.now(UTC) - timedelta(**ago)


def window(house: PhoneHouse) -> timedelta:
    """How long the only window is still open."""
    until: datetime = last(house, threads)["window_until"]
    return until - datetime.now(UTC)


async def held(house: PhoneHouse, count: int = 1) -> None:
    """So many of the newest messages of ours wait for the window."""
    await house.settled(outbox, lambda rows: [row["state"] for row in rows[-count:]] == ["held"] * count)


# --- how long


async def test_the_window_counts_from_the_moment_at_which_the_family_wrote(phone_house: PhoneHouse) -> None:
    sends_at(phone_house, hours=20)
    await greeted(phone_house)
    assert timedelta(hours=3, minutes=59) < window(phone_house) <= timedelta(hours=4)


async def test_a_message_that_comes_late_does_not_shorten_the_window(phone_house: PhoneHouse) -> None:
    ana = await greeted(phone_house)
    sends_at(phone_house, hours=20)
    await ana.says("dit kwam later aan")
    await ana.receives()
    assert window(phone_house) > timedelta(hours=23)


async def test_a_clock_that_is_ahead_does_not_lengthen_the_window(phone_house: PhoneHouse) -> None:
    sends_at(phone_house, hours=-48)
    ana = phone_house.person()
    await ana.says("hallo")
    await ana.receives()
    assert window(phone_house) <= timedelta(hours=24)


async def test_an_answer_to_a_message_that_came_after_a_day_is_held_without_asking_meta(
    phone_house: PhoneHouse,
) -> None:
    sends_at(phone_house, hours=30)
    ana = phone_house.person()
    await ana.says("hallo")
    await held(phone_house, 2)
    assert (phone_house.graph.sent, phone_house.graph.refused) == ([], [])
    sends_at(phone_house)
    await ana.says("bent u daar?")
    await ana.receives()
    rows = await all_settled(phone_house)
    assert len(rows) == 1


@pytest.mark.parametrize(("minutes", "state"), [(1, "held"), (10, "sent")])
@pytest.mark.slow
async def test_what_leaves_just_before_the_end_would_come_too_late(
    phone_house: PhoneHouse, minutes: int, state: str
) -> None:
    ana = phone_house.person()
    case = await in_the_queue(phone_house, ana)
    phone_house.change(sa.update(threads).values(window_until=datetime.now(UTC) + timedelta(minutes=minutes)))
    await phone_house.worker_writes(case, "Kunt u komen?")
    await phone_house.settled(outbox, lambda rows: rows[-1]["state"] == state)


# --- what was held


@pytest.mark.slow
async def test_what_was_held_comes_in_order_in_one_bubble_with_the_answer(phone_house: PhoneHouse) -> None:
    ana = await greeted(phone_house)
    phone_house.bot.hold = asyncio.Event()
    await ana.says("vraag")
    await ana.sends("audio")
    await phone_house.settled(inbox, lambda rows: [row["state"] for row in rows] == ["done", "heard", "done"])
    await day_passes(phone_house, ana)
    phone_house.bot.hold.set()
    await held(phone_house, 2)
    await day_passes(phone_house, ana)
    phone_house.bot.hold = asyncio.Event()
    sends_at(phone_house, minutes=1)  # a minute passed until Meta told us
    await ana.says("bent u daar?")
    await phone_house.settled(inbox, lambda rows: rows[-1]["state"] == "heard" and len(rows) == 4)
    bob = phone_house.person()
    await bob.sends("audio")
    await bob.receives()
    phone_house.bot.hold.set()
    await ana.receives()
    rows = await all_settled(phone_house)
    assert [len(row["outbox"]) for row in rows if row["conversation"] == rows[0]["conversation"]] == [2, 3]
    assert rows[-1]["outbox"] == sorted(rows[-1]["outbox"])


@pytest.mark.slow
async def test_a_family_that_writes_stop_after_a_day_gets_nothing_of_what_was_held(
    phone_house: PhoneHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = phone_house.person()
    case = await in_the_queue(phone_house, ana)
    await day_passes(phone_house, ana)
    await phone_house.worker_writes(case, "Morgen om tien uur.")
    await held(phone_house)
    await day_passes(phone_house, ana)
    monkeypatch.setattr(gateway, "_BREATH", 0.3)
    sends_at(phone_house, minutes=1)
    await ana.says("stop")
    await phone_house.settled(inbox, lambda rows: rows[-1]["state"] == "new")
    await phone_house.gateway.bring_out()
    await phone_house.settled(threads, lambda rows: rows[0]["stopped_at"] is not None)
    await all_settled(phone_house)
    assert told(ana, "tien uur") == 0
    assert [row["state"] for row in phone_house.rows(outbox)[-3:]].count("suppressed") == 2


# --- the short message


@pytest.mark.slow
async def test_the_short_message_comes_once_until_the_family_writes_again(phone_house: PhoneHouse) -> None:
    ana = phone_house.person()
    case = await agreed(phone_house, ana)
    for _ in range(2):
        seen = len(ana.screen)
        await day_passes(phone_house, ana)
        for text in ("Eerste.", "Tweede."):
            await phone_house.worker_writes(case, text)
            await held(phone_house)
        await ana.until(lambda screen, n=seen: len(screen) == n + 1)
        assert _short(ana) == "thuiswijzer_answer_waiting"
        await ana.says("ja?")
        await ana.until(lambda screen, n=seen: len(screen) == n + 2)
        await all_settled(phone_house)
        assert [row["template_at"] for row in phone_house.rows(threads)] == [None]
    assert (told(ana, "Eerste."), told(ana, "Tweede.")) == (2, 2)


@pytest.mark.slow
async def test_a_tap_on_the_short_message_brings_what_waits_and_no_words_beside_it(phone_house: PhoneHouse) -> None:
    ana = phone_house.person()
    case = await agreed(phone_house, ana)
    await day_passes(phone_house, ana)
    await phone_house.worker_writes(case, "Morgen om tien uur.")
    short = (await ana.until(lambda screen: bool(screen[-1].template)))[-1]
    seen = len(ana.screen)
    await ana.taps(short.choices[0].id)
    await ana.until(lambda screen: "tien uur" in screen[-1].text)
    await all_settled(phone_house)
    await ana.taps(short.choices[0].id, on=short.wamid)
    await ana.until(lambda screen: len(screen) == seen + 2)
    assert "tien uur" not in ana.screen[-1].text


@pytest.mark.slow
async def test_the_question_afterwards_has_a_short_message_of_its_own(phone_house: PhoneHouse) -> None:
    ana = phone_house.person()
    await agreed(phone_house, ana)
    await day_passes(phone_house, ana)
    await _asks_afterwards(phone_house)
    await ana.until(lambda screen: bool(screen[-1].template))
    assert _short(ana) == "thuiswijzer_one_question"


@pytest.mark.slow
async def test_after_no_and_after_stop_there_is_no_short_message(phone_house: PhoneHouse) -> None:
    ana = phone_house.person()
    case = await agreed(phone_house, ana)
    await ana.taps("whatsapp.notify.no")
    await ana.receives()
    await day_passes(phone_house, ana)
    await phone_house.worker_writes(case, "Morgen om tien uur.")
    await held(phone_house)
    phone_house.change(sa.update(threads).values(notify=1, stopped_at=datetime.now(UTC)))
    await phone_house.worker_writes(case, "Of om elf uur.")
    await phone_house.settled(outbox, lambda rows: rows[-1]["state"] == "suppressed")
    await all_settled(phone_house)
    assert not any(bubble.template for bubble in ana.screen)
    assert all(row["outbox"] for row in phone_house.rows(sendings))


@pytest.mark.parametrize("kind", ["131047", "failed:131047"])
@pytest.mark.slow
async def test_when_meta_says_that_the_window_is_closed_the_short_message_comes_as_well(
    phone_house: PhoneHouse, kind: str
) -> None:
    ana = phone_house.person()
    case = await agreed(phone_house, ana)
    phone_house.graph.trouble(kind)
    await phone_house.worker_writes(case, "Morgen om tien uur.")
    await ana.until(lambda screen: bool(screen[-1].template))
    await held(phone_house)
    assert window(phone_house) <= timedelta(0)
    await ana.says("ja?")
    await ana.until(lambda screen: "tien uur" in screen[-1].text)
    await all_settled(phone_house)
    assert told(ana, "tien uur") == 1


@pytest.mark.slow
async def test_that_the_window_was_closed_is_old_news_once_the_family_wrote_again(phone_house: PhoneHouse) -> None:
    ana = phone_house.person()
    case = await agreed(phone_house, ana)
    phone_house.graph.trouble("failed:131047")
    phone_house.graph.post.subscribed = False
    await phone_house.worker_writes(case, "Morgen om tien uur.")
    await phone_house.settled(sendings, lambda rows: rows[-1]["state"] == "sent" and len(rows[-1]["outbox"]) == 2)
    phone_house.change(sa.update(sendings).values(not_before=datetime.now(UTC) - timedelta(hours=1)))
    phone_house.graph.post.subscribed = True
    await ana.says("bent u daar?")
    await heard(phone_house)
    await phone_house.graph.tells(phone_house.graph.sent[-1].wamid, "failed", code=131047)
    await ana.until(lambda screen: "tien uur" in screen[-1].text)
    assert not any(bubble.template for bubble in ana.screen)


@pytest.mark.slow
async def test_when_the_window_closed_while_a_number_was_stopped_the_short_message_comes_first(
    phone_house: PhoneHouse,
) -> None:
    ana = phone_house.person()
    case = await agreed(phone_house, ana)
    phone_house.graph.trouble("190")
    await phone_house.worker_writes(case, "Morgen om tien uur.")
    await refused(phone_house)
    await day_passes(phone_house, ana)
    await resumed(phone_house)
    await ana.until(lambda screen: bool(screen[-1].template))
    await held(phone_house)
    assert phone_house.graph.refused[1:] == []


@pytest.mark.slow
async def test_the_desk_hears_when_the_short_message_does_not_arrive(phone_house: PhoneHouse) -> None:
    ana = phone_house.person()
    case = await agreed(phone_house, ana)
    await day_passes(phone_house, ana)
    phone_house.graph.trouble("132001")
    await phone_house.worker_writes(case, "Morgen om tien uur.")
    await refused(phone_house)
    await waits_over(phone_house)
    assert alarms(phone_house)[-1] == "not delivered"
    assert last(phone_house, outbox)["state"] == "held"
    assert phone_house.rows(number_states)[0]["stopped_at"] is None


def _short(person: Person) -> str:
    """The name of the newest short message."""
    return next(bubble.template for bubble in reversed(person.screen) if bubble.template)


async def _asks_afterwards(house: PhoneHouse) -> None:
    """What a timer does some days after a case was closed."""
    office, talk = house.gateway.parts.office, house.rows(conversations)[0]["id"]
    meant = {"say": "handoff.aftercare", "with": {"organisation": "Gemeente Voorbeeldstad", "code": "ABCD"}}
    await house.gateway.parts.store.write(lambda connection: say(connection, office, talk, meant))
    await house.gateway.bring_out()
