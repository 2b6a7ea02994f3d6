"""A code that takes a talk to another device of the family: it works once, for a day, and dies with the talk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from channels.settings import now
from channels.storage import doors
from channels.storage.store import Store
from channels.storage.tables import doors as doors_table
from channels.webchat import ways_in
from tests.webchat.families import begin, link_to

SOON = timedelta(seconds=1)


@pytest.fixture
async def both(start_house: Any, database_url: str) -> Any:
    """A gateway on SQLite, then one on PostgreSQL."""
    return await start_house(database_url)


@pytest.fixture
async def store(both: Any) -> AsyncIterator[Store]:
    """The memory of the gateway."""
    opened = Store(both.settings.database_url)
    yield opened
    opened.close()


async def code_of(house: Any, token: str) -> tuple[int, dict[str, Any]]:
    response = await house.client.post("/webchat/v1/codes", headers={"Authorization": f"Bearer {token}"})
    return response.status, await response.json()


async def use(house: Any, code: Any) -> tuple[int, dict[str, Any]]:
    response = await house.client.post("/webchat/v1/doors", json={"code": code})
    return response.status, await response.json()


@pytest.mark.slow
async def test_a_code_opens_the_same_talk_on_another_device_and_both_go_on(both: Any) -> None:
    mine = await both.open("ar")
    await both.send(mine, "k1", text="hallo")
    said = await both.until_key(mine, "ask.place")
    status, made = await code_of(both, mine)
    assert status == 201
    assert len(made["code"]) == 12
    assert datetime.fromisoformat(made["until"]) - now() > timedelta(hours=23, minutes=59)
    status, told = await use(both, made["code"])
    assert (status, told["lang"], told["dir"], told["back"]) == (201, "ar", "rtl", "")
    assert told["token"] != mine
    assert await both.messages(told["token"]) == said
    await both.send(told["token"], "k2", text="hier verder")
    assert (await both.until(mine, lambda seen: len(seen) == len(said) + 2))[-2]["text"] == "hier verder"


@pytest.mark.parametrize("written", ["{0} {1} {2}", "{0}-{1}-{2}", " {0}{1}{2} ", "{0}.{1}\n{2}"])
async def test_a_code_works_however_somebody_wrote_it_down(house: Any, written: str) -> None:
    code = (await code_of(house, await house.open()))[1]["code"]
    typed = written.format(code[:4], code[4:8], code[8:]).lower()
    assert (await use(house, typed))[0] == 201


async def test_of_twenty_who_use_a_code_at_once_one_comes_in(both: Any) -> None:
    code = (await code_of(both, await both.open()))[1]["code"]
    statuses = [status for status, _ in await asyncio.gather(*(use(both, code) for _ in range(20)))]
    assert sorted(statuses) == [201] + [410] * 19


async def test_a_code_lives_a_day_and_a_newer_one_ends_it(both: Any, store: Store) -> None:
    begun = await (await both.client.post("/webchat/v1/sessions", json={})).json()
    mine, long_ago = begun["token"], now() - doors.CODE_LIVES - SOON
    late = await store.write(lambda c: doors.make_code(c, begun["conversation"], long_ago))
    status, told = await use(both, late)
    assert (status, told["error"]) == (410, "code")
    assert told["message"]
    older, newer = [(await code_of(both, mine))[1]["code"] for _ in range(2)]
    assert (await use(both, older))[0] == 410
    assert (await use(both, newer))[0] == 201
    kept = await store.read(lambda c: c.execute(sa.select(doors_table.c.token_hash)).scalars().all())
    assert doors.hashed(newer) in kept
    assert newer not in str(kept)


async def test_when_all_is_deleted_the_code_is_dead_and_the_other_device_is_out(both: Any) -> None:
    mine = await both.open()
    other = (await use(both, (await code_of(both, mine))[1]["code"]))[1]["token"]
    code = (await code_of(both, other))[1]["code"]  # a device that came by a code may go on to a third one
    both.bot.answer = lambda _message: [{"delete": True}]
    await both.send(mine, "k1", text="wis mijn gegevens")
    await both.until_key(mine, "conversation.deleted")
    assert (await use(both, code))[0] == 410
    headers = {"Authorization": f"Bearer {other}"}
    assert (await both.client.get("/webchat/v1/messages", headers=headers)).status == 401


async def test_who_came_by_a_link_from_whatsapp_gets_no_code_that_outlives_the_link(both: Any, store: Store) -> None:
    link = await link_to(store, await store.write(begin))
    inside = (await (await both.client.post("/webchat/v1/doors", json={"token": link})).json())["token"]
    assert (await code_of(both, inside))[0] == 404


async def test_a_code_is_no_token_and_no_link_and_a_link_is_no_code(both: Any, store: Store) -> None:
    code = (await code_of(both, await both.open()))[1]["code"]
    assert (await code_of(both, code))[0] == 401
    assert (await both.client.post("/webchat/v1/doors", json={"token": code})).status == 410
    assert (await use(both, await link_to(store, await store.write(begin))))[0] == 410
    assert (await use(both, code))[0] == 201


@pytest.mark.parametrize("code", [None, 7, [], {}, "", "x", "A" * 90_000, "\ud800", "☂" * 12, "a\0b"])
async def test_a_code_that_nobody_made_is_refused_in_one_sentence(house: Any, code: Any) -> None:
    status, told = await use(house, code)
    assert (status, told["error"]) == (410, "code")
    assert told["message"]


async def test_who_guesses_fast_is_stopped_for_a_moment_and_everybody_else_only_then(
    house: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    monkeypatch.setattr(ways_in.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(ways_in, "WRONG_A_MINUTE", 20)
    code = (await code_of(house, await house.open()))[1]["code"]
    for _ in range(ways_in.WRONG_A_MINUTE):
        assert (await use(house, "AAAABBBBCCCC"))[0] == 410
    status, told = await use(house, code)
    assert (status, told["error"]) == (429, "too_fast")
    clock[0] = 60.0
    assert (await use(house, code))[0] == 201
