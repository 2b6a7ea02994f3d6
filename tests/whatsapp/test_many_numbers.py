"""Several numbers of ours, numbers that are not ours, and two app secrets at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from channels.settings import now
from channels.storage import number_states, sendings, webhooks
from channels.storage.tables import conversations, inbox, messages, outbox
from channels.storage.whatsapp_tables import threads
from channels.storage.whatsapp_tables import webhooks as webhooks_table
from channels.whatsapp import books, sender
from channels.whatsapp.errors import Reaction, react
from channels.whatsapp.intake import Intake
from channels.whatsapp.sender import Sender
from tests.whatsapp.conftest import SECOND, PhoneHouse
from tests.whatsapp.graph_server.server import NUMBER
from tests.whatsapp.graph_server.webhooks import Change
from tests.whatsapp.memory import OTHER, OURS, empty, family, words
from tests.whatsapp.steps import agreed, all_settled, day_passes, greeted, last, refused, told, waits_over

STRANGE = "100000000000099"


async def test_each_number_greets_in_its_own_language_and_knows_its_own_gemeente(two_numbers: PhoneHouse) -> None:
    house = two_numbers
    for number in (NUMBER, SECOND):
        person = house.person(number=number)
        await person.says("…1")
        await person.receives()
    await all_settled(house)
    langs = {row["number"]: row["conversation"] for row in house.rows(threads)}
    talks = {row["id"]: (row["lang"], row["entry"]) for row in house.rows(conversations)}
    assert talks[langs[NUMBER]] == ("nl", {})
    assert talks[langs[SECOND]] == ("en", {"gemeente": "GM0363"})
    welcomes = [row["body"]["lang"] for row in house.rows(messages) if row["key"] == "whatsapp.welcome"]
    assert welcomes == ["nl", "en"]


@pytest.mark.slow
async def test_one_telephone_has_a_talk_with_each_number_and_each_answers_from_itself(two_numbers: PhoneHouse) -> None:
    house = two_numbers
    ana = await greeted(house, phone="31600000001", bsuid="NL.1")
    also_ana = await greeted(house, phone="31600000001", bsuid="NL.1", number=SECOND)
    assert [sent.number.id for sent in house.graph.sent] == [NUMBER, SECOND]
    await ana.says("stop")
    await ana.receives()
    await also_ana.says("hello again")
    await also_ana.receives()
    await all_settled(house)
    assert [row["stopped_at"] is None for row in house.rows(threads)] == [False, True]
    assert len(house.rows(threads)) == 2


async def test_a_message_to_a_number_that_is_not_ours_is_kept_counted_and_not_answered(
    phone_house: PhoneHouse,
) -> None:
    house = phone_house
    house.graph.add_number(STRANGE, "200000000000099", "31970000099", "Vreemd")
    eve, ana = house.person(number=STRANGE), house.person()
    await eve.says("hallo")
    await ana.says("hallo")
    await ana.receives()
    await house.settled(webhooks_table, lambda rows: rows[0]["state"] == "unknown")
    assert len(house.rows(inbox)) == len(house.rows(threads)) == 1
    assert STRANGE in house.rows(webhooks_table)[0]["body"].decode()
    counts = await house.gateway.parts.store.read(webhooks.counts)
    assert [(STRANGE in why, count) for why, count in counts.items()] == [(True, 1)]


async def test_what_stands_beside_a_strange_number_in_the_same_webhook_is_answered(phone_house: PhoneHouse) -> None:
    house = phone_house
    house.graph.add_number(STRANGE, "200000000000099", "31970000099", "Vreemd")
    eve, ana = house.person(number=STRANGE), house.person()
    async with house.graph.post.together():
        await eve.says("hallo")
        await ana.says("hallo")
    await ana.receives()


# --- secrets


@pytest.mark.parametrize(("secret", "taken"), [("app-secret", True), ("app-secret-before", True), ("else", False)])
async def test_while_a_secret_is_changed_both_count_and_no_other(
    start_phone: Callable[..., Any], sqlite_url: str, monkeypatch: pytest.MonkeyPatch, secret: str, taken: bool
) -> None:
    monkeypatch.setenv("WHATSAPP_APP_SECRET_PREVIOUS", "app-secret-before")
    house: PhoneHouse = await start_phone(sqlite_url)
    house.graph.post.secret = secret
    await house.person().says("hallo")
    delivery = house.graph.post.deliveries[0]
    assert delivery.answers[0] == (200 if taken else 401)
    assert len(house.rows(webhooks_table)) == int(taken)


# --- a number that rests


def test_what_waits_at_a_number_that_rests_leaves_room_for_another() -> None:
    with empty() as connection:
        for name in "abcde":
            words(connection, family(connection, name))
        waits = family(connection, "f", OTHER.phone_number_id)
        words(connection, waits)
        assert waits not in sendings.due(connection, limit=5)
        number_states.stop(connection, NUMBER, "190")
        assert sendings.due(connection, limit=5) == [waits]
        number_states.resume(connection, NUMBER)
        number_states.slow(connection, NUMBER, now() + timedelta(seconds=30))
        assert sendings.due(connection, limit=5) == [waits]
        number_states.slow(connection, NUMBER, now())
        assert len(sendings.due(connection, limit=9)) == 6


@pytest.mark.parametrize("code", [3, 10, 33, 190, 200, 299, 368, 131005, 131031, 131037, 131042, 131044, 131045])
def test_trouble_that_a_person_must_mend_stops_its_number_alone_and_is_on_record_once(code: int) -> None:
    with empty() as connection:
        for _ in range(2):
            books.trouble(connection, OURS, code, "Details")
        assert react(code, 0) in (Reaction.MONEY, Reaction.AUTH)
        assert number_states.stopped(connection) == [NUMBER]
        assert number_states.of(connection, NUMBER).reason == f"{code} Details"
        assert number_states.resting(connection) == [NUMBER]


async def test_trouble_that_belongs_to_no_message_stops_the_number_too(phone_house: PhoneHouse) -> None:
    number = phone_house.graph.numbers[NUMBER]
    errors = [{"code": 131031, "title": "Locked", "error_data": {"details": "Locked"}}]
    await phone_house.graph.post.tell(Change(number.waba, "messages", {**number.head(), "errors": errors}))
    ana = phone_house.person()
    await ana.says("hallo")
    await phone_house.settled(inbox, lambda rows: [row["state"] for row in rows] == ["done"])
    assert await phone_house.gateway.parts.store.read(number_states.stopped) == [NUMBER]
    assert phone_house.graph.sent == []


async def test_a_stopped_number_does_not_make_the_whole_house_unready(phone_house: PhoneHouse) -> None:
    phone_house.graph.trouble("190")
    ana = phone_house.person()
    await ana.says("hallo")
    await refused(phone_house)
    await ana.sends("audio")
    await phone_house.settled(inbox, lambda rows: len(rows) == 2 and rows[-1]["state"] == "done")
    phone_house.change(sa.update(outbox).values(not_before=now() - timedelta(minutes=5)))
    response = await phone_house.client.get("/readyz")
    assert response.status == 200
    assert last(phone_house, outbox)["state"] == "ready"


# --- a whole talk


@pytest.mark.slow
async def test_a_whole_talk_goes_well_on_both_databases(start_phone: Callable[..., Any], database_url: str) -> None:
    house: PhoneHouse = await start_phone(database_url)
    ana = house.person()
    case = await agreed(house, ana)
    house.graph.trouble("131056")
    await house.worker_writes(case, "Dag, ik ben Wil.")
    await refused(house)
    await waits_over(house)
    await ana.until(lambda screen: "Wil" in screen[-1].text)
    await day_passes(house, ana)
    await house.worker_writes(case, "Morgen om tien uur.")
    await ana.until(lambda screen: bool(screen[-1].template))
    await ana.says("stop")
    await ana.until(lambda screen: not screen[-1].template)
    await all_settled(house)
    assert told(ana, "tien uur") == 0
    assert [row["stopped_at"] is None for row in house.rows(threads)] == [False]


# --- the end


class _Nothing:
    """A store with nothing in it."""

    async def read(self, _work: Any) -> list[Any]:
        return []

    async def write(self, _work: Any) -> tuple[int, list[Any]]:
        return 0, []


@pytest.mark.parametrize("make", [lambda store: Intake(store, {}, *_NOBODY[:4]), lambda store: Sender(store, *_NOBODY)])
async def test_news_at_the_moment_of_stopping_keeps_nobody_at_work(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sender, "_BREATH", 0)
    for ticks in range(6):
        one = make(_Nothing())
        task = asyncio.create_task(one.run())
        for _ in range(20):
            await asyncio.sleep(0)
        one.news.set()
        for _ in range(ticks):
            await asyncio.sleep(0)
        task.cancel()
        for _ in range(20):
            await asyncio.sleep(0)
        assert task.cancelled(), ticks


_NOBODY: tuple[Any, ...] = (None, None, None, None)
