"""The same family in ten languages, with the real bot: a digression, a correction, a switch, simpler words, a person.

With TRANSCRIPTS=<folder> every talk is also written down there, as people read it.
"""

from __future__ import annotations

import os
from pathlib import Path

import aiohttp
import pytest
import yaml

from channels.settings import ROOT
from channels.words import load_languages
from tests.conversations.conftest import RealHouse
from tests.conversations.family import Family, Seen
from tests.conversations.test_journeys import QUESTIONS, asked

pytestmark = pytest.mark.rasa
CASES = yaml.safe_load((Path(__file__).parent / "ten.yml").read_text(encoding="utf-8"))
NAMES = {code: language.name for code, language in load_languages(ROOT / "locales").items()}
TAPS = {
    "nationality": "other",
    "child_dutch": "yes",
    "care": "main",
    "child_lives": "with_me",
    "child_to_nl": "yes",
    "eu_stay_elsewhere": "none",
    "other_parent": "agrees",
    "parent_type": "own",
    "criminal_record": "no",
    "visa_required": "yes",
    "stay_over_four_months": "yes",
}


def keys(heard: Seen) -> list[str]:
    return [message["key"] for message in heard]


async def wander(family: Family, case: dict[str, str], lang: str) -> Seen:
    """In the middle of a question: school, another language and back, and a corrected answer. It stays open."""
    open_question = "care"
    assert "answer.school" in keys(aside := await family.say(case["aside"]))
    assert asked(aside) == open_question
    switched = await family.say(case["other"])
    assert asked(switched) == open_question
    assert {m["lang"] for m in switched if m["author"] != "family"} == {c for c in NAMES if NAMES[c] == case["other"]}
    back = await family.say(NAMES[lang])
    assert (asked(back), back[-1]["lang"]) == (open_question, lang)
    changing = await family.say(case["change"])
    assert "change.child_age" in [choice["id"] for choice in changing[-1]["choices"]]
    assert asked(await family.tap("change.child_age")) == "child_age"
    heard = await family.say(case["new_age"])
    assert asked(heard) == open_question
    return heard


@pytest.mark.parametrize("lang", CASES)
async def test_a_mother_finds_her_way_in_her_own_language(real_house: RealHouse, lang: str) -> None:
    case = CASES[lang]
    async with aiohttp.ClientSession() as session:
        family = Family(session, real_house.url)
        await family.begin(lang)
        assert "answer.residence_chavez" in keys(await family.say(case["open"]))
        heard = await family.say(case["yes"])
        for _ in range(QUESTIONS):
            if not (question := asked(heard)):
                break
            if question == "care":
                heard = await wander(family, case, lang)
            if question == "child_age":
                heard = await family.say(case["age"])
            else:
                heard = await family.tap(f"ask.{question}={TAPS.get(question, 'unsure')}")
        assert heard[-1]["key"] == "journey.end"
        assert "finding.residence_right.chavez_yes" in keys(family.said)
        assert "plan.title" in keys(family.said)
        assert any(key.startswith("simpler.") for key in keys(await family.say(case["simpler"])))
        assert "person.stored" in keys(await family.say(case["person"]))
        assert not any("system.not_translated" in m["key"] for m in family.said)
        if folder := os.environ.get("TRANSCRIPTS"):
            write_down(Path(folder) / f"{lang}.txt", family.said)


def write_down(path: Path, said: Seen) -> None:
    """The talk as people read it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    blocks = []
    for message in said:
        choices = " · ".join(f"[{choice['title']}]" for choice in message.get("choices", ()))
        who = ">" if message["author"] == "family" else "<"
        blocks.append("\n".join(filter(None, (f"{who} {message['text']}", choices))))
    path.write_text("\n\n".join(blocks) + "\n", encoding="utf-8")
