"""From the question of a mother abroad to her plan on paper with the real bot; what she ticks there the talk knows."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml
from pypdf import PdfReader

from tests.conversations.conftest import RealHouse
from tests.conversations.family import Family
from tests.conversations.test_journeys import QUESTIONS, answer, asked

pytestmark = pytest.mark.rasa
CASES = yaml.safe_load((Path(__file__).parent / "journeys.yml").read_text(encoding="utf-8"))
LINK = re.compile(r"(/plan/[A-Za-z0-9_-]{43})\?l=(\w+)")


@pytest.mark.parametrize("lang", ["nl", "ar"])
async def test_a_family_gets_its_plan_on_paper_ticks_there_and_sees_it_in_the_talk(
    real_house: RealHouse, lang: str, tmp_path: Path
) -> None:
    case: dict[str, Any] = next(one for one in CASES if one["lang"] == lang and one.get("plan"))
    async with aiohttp.ClientSession() as session:
        family = Family(session, real_house.url)
        await family.begin(lang)
        await family.say(case["open"])
        heard = await family.say(case["start"])
        for _ in range(QUESTIONS):
            if not (question := asked(heard)):
                break
            heard = await answer(family, question, case["answers"])
        assert "plan.paper" in [choice["id"] for choice in heard[-1]["choices"]]
        news = (await family.tap("plan.paper"))[-1]
        assert news["key"] == "planning.paper"
        found = LINK.search(news["text"])
        assert found
        assert found[2] == lang
        page = real_house.url + found[1]
        async with session.get(f"{page}?l={lang}") as response:
            text = await response.text()
            assert response.status == 200
            assert f'<html lang="{lang}"' in text
        slug = re.findall(r'<li id="([a-z_]+)" class="item">', text)[0]
        async with session.post(f"{page}/tick", data={"slug": slug, "done": "1"}) as response:
            assert response.status == 200
        shown = (await family.tap("plan.show"))[-1]
        assert "☑" in shown["text"]
        assert await family.tap("plan.tick")
        async with session.get(f"{page}.pdf?l={lang}") as response:
            (tmp_path / "plan.pdf").write_bytes(await response.read())
        assert PdfReader(tmp_path / "plan.pdf").trailer["/Root"]["/Lang"] == lang
        assert (await family.tap("plan.unlink"))[-1]["key"] == "planning.unlinked"
        async with session.get(page) as response:
            assert response.status == 404
