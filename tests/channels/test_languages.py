"""What a family meets when it writes in one language or another, through the gateway."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from channels import review
from channels.switching import offered_at
from tests import ours

CONTENT, WORDS = ours.content(), ours.words()
SPANISH = "buenos días, quisiera saber qué documentos necesito para inscribirme"
GERMAN = "Wir haben keine Wohnung und zwei Kinder, können Sie uns bitte helfen?"


async def keys_after(house: Any, token: str, number: int, **body: Any) -> list[dict[str, Any]]:
    """What is said after one more message, up to the question that the scripted bot always asks."""
    before = await house.messages(token)
    assert await house.send(token, f"k{number}", **body) == 202
    seen = await house.until(token, lambda all_: len(all_) > len(before) + 1 and all_[-1]["author"] != "family")
    return list(seen[len(before) :])


async def test_a_sure_message_switches_and_the_remark_about_a_draft_is_made_once(house: Any) -> None:
    token = await house.client.post("/webchat/v1/sessions", json={"lang": "auto"})
    token = (await token.json())["token"]
    first = await keys_after(house, token, 1, text=SPANISH)
    assert [m["key"] for m in first] == ["family.text", "conversation.draft_language", "ask.place"]
    assert {m["lang"] for m in first[1:]} == {"es"}
    await keys_after(house, token, 2, choice="lang:nl")
    again = await keys_after(house, token, 3, choice="lang:es")
    assert "conversation.draft_language" not in [m["key"] for m in again]


async def test_a_chosen_language_stays_although_another_is_written(house: Any) -> None:
    token = await house.open("en")
    seen = await keys_after(house, token, 1, text=SPANISH)
    assert {m["lang"] for m in seen if m["author"] != "family"} == {"en"}


async def test_a_language_nobody_here_writes_is_answered_with_those_we_do_and_a_person(house: Any) -> None:
    token = await house.open("nl")
    seen = await keys_after(house, token, 1, text=GERMAN)
    assert [m["key"] for m in seen] == ["family.text", "language.sorry", "conversation.language_unknown"]
    assert [m["lang"] for m in seen[1:]] == ["de", "nl"]
    assert "lang:ti" in [c["id"] for c in seen[-1]["choices"]]
    assert "person" in [c["id"] for c in seen[-1]["choices"]]
    assert house.bot.heard == []


@pytest.mark.parametrize("code", WORDS.offered())
async def test_every_language_can_be_asked_for_by_its_name_at_any_moment(house: Any, code: str) -> None:
    token = await house.open("en" if code == "nl" else "nl")
    seen = await keys_after(house, token, 1, text=WORDS.languages[code].name)
    assert "conversation.language_changed" in [m["key"] for m in seen]
    assert seen[-1]["lang"] == code
    assert [text for _, text in house.bot.heard] == ['/pick{"choice": "carry_on"}']


async def test_what_was_said_in_danger_is_told_to_the_bot_with_the_next_message(house: Any) -> None:
    token = await house.open("nl")
    await house.send(token, "k1", text="mijn man slaat mij nu, help")
    await house.until_key(token, "crisis.person_alerted")
    await house.send(token, "k2", text="kan het makkelijker")
    await house.until_key(token, "ask.place")
    told = [event["metadata"]["danger"] for events in house.bot.events.values() for event in events[:1]]
    assert told == [["crisis.violence", "crisis.person_alerted"]]


async def test_danger_is_answered_in_the_language_it_was_cried_in(house: Any) -> None:
    response = await house.client.post("/webchat/v1/sessions", json={"lang": "auto"})
    token = (await response.json())["token"]
    await house.send(token, "k1", text="mi marido me pega todos los días y tengo mucho miedo de que me mate")
    seen = await house.until_key(token, "crisis.person_alerted")
    assert {m["lang"] for m in seen if m["key"].startswith("crisis.")} == {"es"}


async def test_a_title_that_is_also_the_name_of_a_language_answers_the_question(house: Any) -> None:
    house.bot.answer = lambda _message: [{"say": "ask.nationality", "choices": ["ask.nationality=dutch", "person"]}]
    token = await house.open("fr")
    await keys_after(house, token, 1, text="bonjour, j'ai une question pour vous")
    title = WORDS.text("choice.nationality.dutch", "fr")[0]
    seen = await keys_after(house, token, 2, text=title)
    assert {m["lang"] for m in seen if m["author"] != "family"} == {"fr"}
    assert house.bot.heard[-1][1] == '/pick{"choice": "ask.nationality=dutch"}'


def without(*codes: str) -> Any:
    """The content as if Utrecht had switched these languages off."""
    towns = CONTENT.municipalities
    utrecht = replace(towns.by_code["GM0344"], languages_off=codes)
    return replace(CONTENT, municipalities=replace(towns, by_code={**towns.by_code, "GM0344": utrecht}))


@pytest.mark.parametrize("gemeente", ["GM0344", "Utrecht", "utrecht"])
def test_a_gemeente_can_switch_a_language_off_for_its_own_families(gemeente: str) -> None:
    everywhere = WORDS.offered()
    assert offered_at({"gemeente": gemeente}, without("so"), WORDS, {}) == [c for c in everywhere if c != "so"]
    assert offered_at({"gemeente": "Amsterdam"}, without("so"), WORDS, {}) == everywhere
    assert offered_at({}, without("so"), WORDS, {}) == everywhere
    assert offered_at({"gemeente": "nergens"}, without("so"), WORDS, {}) == everywhere


def test_a_gemeente_that_switches_off_dutch_or_an_unknown_language_is_told_so() -> None:
    faults = review.language_faults(without("nl", "xx"), WORDS)
    assert len(faults) == 2
    assert review.language_faults(CONTENT, WORDS) == []
