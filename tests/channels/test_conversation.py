"""What a family may count on from the gateway, on SQLite and on PostgreSQL."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from channels import answering


async def test_a_message_is_answered_after_the_welcome_that_says_a_computer_writes(
    start_house: Callable[..., Any], database_url: str
) -> None:
    house = await start_house(database_url)
    token = await house.open("nl")
    assert await house.send(token, "k1", text="wij hebben geen huis") == 202
    seen = await house.until_key(token, "ask.place")
    assert [m["key"] for m in seen] == ["conversation.welcome", "family.text", "ask.place"]
    assert [m["seq"] for m in seen] == [1, 2, 3]
    assert [c["id"] for c in seen[-1]["choices"]] == ["ask.place=abroad", "ask.place=netherlands", "ask.place=unsure"]


async def test_a_replayed_message_is_kept_once_and_answered_once(
    start_house: Callable[..., Any], database_url: str
) -> None:
    house = await start_house(database_url)
    token = await house.open()
    statuses = await asyncio.gather(*(house.send(token, "same", text="hallo daar") for _ in range(10)))
    assert set(statuses) == {202}
    await house.until_key(token, "ask.place")
    await house.send(token, "next", text="nog iets")
    seen = await house.until(token, lambda all_: sum(m["key"] == "ask.place" for m in all_) == 2)
    assert [m["text"] for m in seen if m["author"] == "family"] == ["hallo daar", "nog iets"]
    assert len(house.bot.heard) == 2


@pytest.mark.slow
async def test_twenty_messages_at_once_are_answered_in_order_and_none_is_lost(
    start_house: Callable[..., Any], database_url: str
) -> None:
    house = await start_house(database_url)
    token = await house.open()
    for number in range(20):
        assert await house.send(token, f"k{number}", text=f"bericht {number}") == 202
    await house.until(token, lambda seen: sum(m["key"] == "ask.place" for m in seen) == 20)
    assert [text for _, text in house.bot.heard] == [f"bericht {number}" for number in range(20)]


async def test_danger_is_answered_at_once_while_the_bot_is_down_and_a_person_is_alarmed(
    start_house: Callable[..., Any], database_url: str
) -> None:
    house = await start_house(database_url)
    house.bot.broken = "error"
    token = await house.open()
    await house.send(token, "k1", text="hoe vraag ik een briefadres aan?")
    await house.until_key(token, "system.bot_down")
    await house.send(token, "k2", text="mijn man slaat mij nu, help")
    seen = await house.until_key(token, "crisis.person_alerted")
    assert "crisis.violence" in [m["key"] for m in seen]
    from channels.review import open_cases

    case = (await open_cases(house.settings))[0]
    assert (case["urgency"], case["reason"]) == (3, "violence")


async def test_while_the_bot_is_down_one_sentence_comes_at_once_and_the_answer_when_it_is_back(
    start_house: Callable[..., Any], database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, "BOT_RETRIES", (0.01,) * 2000)
    house = await start_house(database_url)
    house.bot.broken = "error"
    token = await house.open()
    await house.send(token, "k1", text="eerste vraag")
    await house.until_key(token, "system.bot_down")
    await house.send(token, "k2", text="tweede vraag")
    house.bot.broken = ""
    seen = await house.until(token, lambda all_: sum(m["key"] == "ask.place" for m in all_) == 2)
    assert sum(m["key"] == "system.bot_down" for m in seen) == 1
    assert [text for _, text in house.bot.heard] == ["eerste vraag", "tweede vraag"]


async def test_an_answer_that_got_lost_on_the_way_is_fetched_not_asked_again(
    start_house: Callable[..., Any], database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, "BOT_RETRIES", (0.01,) * 2000)
    house = await start_house(database_url)
    house.bot.broken = "answer lost"
    token = await house.open()
    await house.send(token, "k1", text="een vraag")
    await house.until_key(token, "ask.place")
    assert len(house.bot.heard) == 1


async def test_a_bot_that_only_gives_empty_answers_ends_in_a_sentence_and_a_person(
    house: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, "BOT_RETRIES", (0.01,) * 2000)
    house.bot.broken = "empty"
    token = await house.open()
    await house.send(token, "k1", text="een vraag")
    seen = await house.until_key(token, "system.no_answer")
    assert "person" in [c["id"] for c in seen[-1]["choices"]]


async def test_what_was_acknowledged_before_the_gateway_died_is_answered_by_the_next_one_once(
    start_house: Callable[..., Any], database_url: str
) -> None:
    first = await start_house(database_url)
    first.bot.hold = asyncio.Event()
    token = await first.open()
    assert await first.send(token, "k1", text="een vraag") == 202
    await first.client.close()
    first.bot.hold.set()
    first.bot.hold = None
    second = await start_house(database_url)
    seen = await second.until_key(token, "ask.place")
    assert sum(m["key"] == "ask.place" for m in seen) == 1
    assert sum(m["author"] == "family" for m in seen) == 1


async def test_a_person_is_asked_for_and_the_case_has_a_code_the_family_can_read(house: Any) -> None:
    token = await house.open()
    await house.send(token, "k1", choice="person")
    seen = await house.until_key(token, "person.stored")
    from channels.review import open_cases

    case = (await open_cases(house.settings))[0]
    assert case["code"] in seen[-1]["text"]


async def test_changing_the_language_keeps_the_open_question(house: Any) -> None:
    token = await house.open("nl")
    await house.send(token, "k1", text="wij hebben geen huis")
    before = (await house.until_key(token, "ask.place"))[-1]
    await house.send(token, "k2", choice="lang:ar")
    after = (await house.until(token, lambda m: m[-1]["key"] == "ask.place", before["seq"]))[-1]
    assert (after["key"], after["lang"], after["dir"]) == ("ask.place", "ar", "rtl")
    assert [c["id"] for c in after["choices"]] == [c["id"] for c in before["choices"]]


async def test_typing_the_name_of_a_language_chooses_it(house: Any) -> None:
    token = await house.open("nl")
    await house.send(token, "k1", text="Papiamentu por fabor")
    seen = await house.until_key(token, "ask.place")
    assert seen[-1]["lang"] == "pap"


async def test_a_choice_can_be_typed_and_a_choice_that_was_never_offered_is_refused_kindly(house: Any) -> None:
    token = await house.open("nl")
    await house.send(token, "k1", text="wij hebben geen huis")
    choice = (await house.until_key(token, "ask.place"))[-1]["choices"][0]
    await house.send(token, "k2", text=choice["title"].upper())
    await house.until(token, lambda seen: sum(m["key"] == "ask.place" for m in seen) == 2)
    assert house.bot.heard[-1][1] == '/pick{"choice": "ask.place=abroad"}'
    await house.send(token, "k3", choice="ask.child_dutch=yes")
    await house.until_key(token, "input.choice_gone")
    assert len(house.bot.heard) == 2


async def test_deleting_leaves_nothing_of_what_a_family_wrote(house: Any) -> None:
    token = await house.open("nl")
    await house.send(token, "k1", text="een geheim verhaal")
    await house.until_key(token, "ask.place")
    sender = house.bot.heard[0][0]
    await house.send(token, "k2", choice="person")
    await house.until_key(token, "person.stored")
    house.bot.answer = lambda _message: [{"delete": True}]
    await house.send(token, "k3", text="wis mijn gegevens")
    seen = await house.until_key(token, "conversation.deleted")
    assert [m["key"] for m in seen] == ["conversation.deleted"]
    import sqlalchemy as sa

    from channels.storage.store import make_engine

    with make_engine(house.settings.database_url).connect() as connection:
        for table in ("inbox", "messages", "cases"):
            rows = connection.execute(sa.text(f"SELECT * FROM {table}")).fetchall()  # noqa: S608
            assert "geheim verhaal" not in str(rows)
    house.bot.answer = type(house.bot).answer
    await house.send(token, "k4", text="hallo weer")
    await house.until_key(token, "ask.place")
    assert house.bot.heard[-1][0] != sender


@pytest.mark.slow
async def test_every_twenty_turns_the_bot_may_forget_the_past_so_that_no_turn_gets_slow(house: Any) -> None:
    token = await house.open("nl")
    for number in range(20):
        await house.send(token, f"k{number}", text=f"bericht {number}")
    await house.until(token, lambda seen: sum(m["key"] == "ask.place" for m in seen) == 20)
    async with asyncio.timeout(60):
        await house.bot.session_renewed.wait()
    assert len(house.bot.sessions) == 1
