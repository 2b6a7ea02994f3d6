"""Whole journeys through the HTTP API with the real bot, in five languages."""

from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml

from tests.conversations.conftest import RealHouse
from tests.conversations.family import Family, Seen

pytestmark = pytest.mark.rasa
CASES = yaml.safe_load((Path(__file__).parent / "journeys.yml").read_text(encoding="utf-8"))
QUESTIONS = 14


def asked(heard: Seen) -> str:
    return next((m["key"][4:] for m in reversed(heard) if m["key"].startswith("ask.")), "")


async def answer(family: Family, question: str, answers: dict[str, str]) -> Seen:
    given = answers.get(question, "=unsure")
    return await (family.tap(f"ask.{question}{given}") if given.startswith("=") else family.say(given))


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
async def test_the_journey_asks_tells_and_offers_a_person(real_house: RealHouse, case: dict[str, Any]) -> None:
    async with aiohttp.ClientSession() as session:
        family = Family(session, real_house.url)
        await family.begin(case["lang"])
        heard = await family.say(case["open"])
        assert [m["key"] for m in heard if m["key"].startswith("answer.")] == [case["answer"]]
        assert heard[-1]["sources"]
        heard = await family.say(case["start"])
        told = list(heard)
        for _ in range(QUESTIONS):
            if not (question := asked(heard)):
                break
            if (pause := case.get("interrupt")) and pause["at"] == question:
                aside = await family.say(pause["say"])
                assert pause["expect"] in [m["key"] for m in aside]
                assert asked(aside) == question
            heard = await answer(family, question, case["answers"])
            told += heard
        assert told[-1]["key"] == "journey.end"
        assert "person" in [choice["id"] for choice in told[-1]["choices"]]
        findings = {m["key"].split(".")[1]: m for m in told if m["key"].startswith("finding.")}
        for right, says in case["findings"].items():
            assert findings[right]["receipt"]
            assert findings[right]["sources"]
            assert says is None or findings[right]["key"] == f"finding.{right}.{says}"
        assert not case.get("plan") or "plan.title" in [m["key"] for m in told]
        assert {m["lang"] for m in family.said} == {case["lang"]}
