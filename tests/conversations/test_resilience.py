"""Processes are killed under a conversation, and the family does not lose a word."""

import os
import signal
import sqlite3

import aiohttp
import pytest

from tests.conversations.conftest import RealHouse
from tests.conversations.family import Family

pytestmark = pytest.mark.rasa


async def test_the_bot_is_killed_and_the_family_hears_at_once_and_gets_its_answer_when_it_is_back(
    real_house: RealHouse,
) -> None:
    async with aiohttp.ClientSession() as session:
        family = Family(session, real_house.url)
        await family.begin("nl")
        await family.tap("check.letter")
        os.kill(real_house.pid_on("THUISWIJZER_RASA_PORT"), signal.SIGKILL)
        await family.post({"choice": "ask.letter_from=gemeente"})
        heard = await family.hear(lambda seen: seen[-1]["key"].startswith("ask."))
        assert [m["key"] for m in heard] == ["system.bot_down", "ask.letter_kind"]


async def test_the_gateway_is_killed_between_acknowledgement_and_answer_and_the_answer_comes_once(
    real_house: RealHouse,
) -> None:
    async with aiohttp.ClientSession() as session:
        family = Family(session, real_house.url)
        await family.begin("en")
        gateway = real_house.pid_on("THUISWIJZER_GATEWAY_PORT")
        assert await family.post({"text": "how do I register with the municipality?"}) == 202
        os.kill(gateway, signal.SIGKILL)
    async with aiohttp.ClientSession() as session:
        again = Family(session, real_house.url)
        again._headers, again.after = family._headers, family.after
        heard = await hear_when_back(again)
        await again.say("thanks")
        keys = [m["key"] for m in again.said if m["author"] != "family"]
        assert heard
        assert keys.count("answer.brp_registration") == 1


async def hear_when_back(family: Family) -> list[str]:
    """Try until the gateway listens again (its supervisor starts it)."""
    for _ in range(200_000):
        try:
            return [m["key"] for m in await family.hear(lambda seen: seen[-1]["key"].startswith("answer."))]
        except aiohttp.ClientError:
            continue
    raise AssertionError("the gateway did not come back")


async def test_danger_is_answered_with_numbers_in_a_real_talk(real_house: RealHouse) -> None:
    async with aiohttp.ClientSession() as session:
        for lang, text in (("es", "mi marido me esta pegando ahora"), ("ar", "زوجي يضربني الآن")):
            family = Family(session, real_house.url)
            await family.begin(lang)
            await family.post({"text": text})
            heard = await family.hear(lambda seen: seen[-1]["key"] == "crisis.person_alerted")
            assert "crisis.violence" in [m["key"] for m in heard]


async def test_what_a_family_has_deleted_is_nowhere_to_be_found(real_house: RealHouse) -> None:
    async with aiohttp.ClientSession() as session:
        family = Family(session, real_house.url)
        await family.begin("en")
        await family.say("my secret word is kwibus and I have debts")
        await family.say("delete everything about me")
        await family.post({"choice": "delete.yes"})
        await family.hear(lambda seen: seen[-1]["key"] == "conversation.deleted")
    for name in ("thuiswijzer.db", "tracker.db"):
        with sqlite3.connect(real_house.run / name) as connection:
            assert not [line for line in connection.iterdump() if "kwibus" in line]
