"""One bubble per turn, for each one is paid: what is joined, and how a family chooses where it can tap nothing."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from typing import Any

import pytest

from channels.settings import now
from channels.storage import number_states
from channels.storage import sendings as sendings_in
from channels.storage.tables import inbox, messages, outbox
from channels.storage.whatsapp_tables import threads
from tests.whatsapp.conftest import PhoneHouse
from tests.whatsapp.graph_server.server import NUMBER
from tests.whatsapp.steps import all_settled, greeted, in_the_queue, last, waits_over

TOPICS = (
    *("shelter_access", "emergency_tonight", "veilig_thuis_fear", "residence_chavez", "prepare_move"),
    *("brp_registration", "benefits_income", "objection_appeal"),
)
TWELVE = [*(f"topic.{topic}" for topic in TOPICS), "person", *(f"ask.place={where}" for where in ("abroad", "unsure"))]
TWELVE.append("ask.place=netherlands")


def answers(house: PhoneHouse, *payloads: dict[str, Any]) -> None:
    """What the bot says to everything from now on."""
    house.bot.answer = lambda _message: list(payloads)  # type: ignore[method-assign]


@pytest.mark.slow
async def test_the_answer_to_a_cry_for_help_does_not_wait_for_the_bot(phone_house: PhoneHouse) -> None:
    ana = await greeted(phone_house)
    phone_house.bot.hold = asyncio.Event()
    await ana.says("ik heb een vraag")
    await phone_house.settled(inbox, lambda rows: rows[-1]["state"] == "heard")
    await ana.says("help hij slaat mij")
    (bubble,) = await ana.receives()
    assert "112" in bubble.text
    phone_house.bot.hold.set()
    await ana.receives()
    await all_settled(phone_house)
    assert len(ana.screen) == 3


@pytest.mark.slow
async def test_everything_that_is_said_about_danger_comes_in_one_bubble(phone_house: PhoneHouse) -> None:
    ana = await greeted(phone_house)
    await ana.says("help hij slaat mij")
    (bubble,) = await ana.receives()
    rows = await all_settled(phone_house)
    keys = [row["key"] for row in phone_house.rows(messages) if row["key"].startswith("crisis.")]
    assert len(keys) > 1
    assert len(rows[-1]["outbox"]) == len(keys)
    assert {"check.homeless", "person"} <= {tap.id for tap in bubble.choices}


@pytest.mark.slow
async def test_three_quick_messages_are_answered_in_one_bubble(phone_house: PhoneHouse) -> None:
    ana = await greeted(phone_house)
    phone_house.bot.hold = asyncio.Event()
    for text in ("wij zijn met vier", "en wij zoeken een kamer", "voor vandaag"):
        await ana.says(text)
    await phone_house.settled(inbox, lambda rows: [row["state"] for row in rows] == ["done", *["heard"] * 3])
    phone_house.bot.hold.set()
    await ana.receives()
    rows = await all_settled(phone_house)
    assert len(ana.screen) == 2
    assert len(rows[-1]["outbox"]) == 3
    assert len(phone_house.bot.heard) == 4


@pytest.mark.slow
async def test_a_worker_is_named_and_stands_in_one_bubble_with_the_line_before(phone_house: PhoneHouse) -> None:
    ana = phone_house.person()
    case = await in_the_queue(phone_house, ana)
    seen = len(ana.screen)
    await phone_house.worker_writes(case, "Kunt u morgen komen?")
    await ana.until(lambda screen: len(screen) > seen)
    rows = await all_settled(phone_house)
    assert len(ana.screen) == seen + 1
    assert len(rows[-1]["outbox"]) == 2
    assert "Wil:\nKunt u morgen komen?" in ana.screen[-1].text


@pytest.mark.slow
async def test_while_the_bot_is_slow_what_is_ready_does_not_wait_for_ever(
    phone_house: PhoneHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = await greeted(phone_house)
    phone_house.bot.hold = asyncio.Event()
    await ana.says("ik heb een vraag")
    await ana.sends("audio")
    await phone_house.settled(inbox, lambda rows: [row["state"] for row in rows] == ["done", "heard", "done"])
    monkeypatch.setattr(sendings_in, "_TURN", timedelta(0))
    await ana.receives()
    phone_house.bot.hold.set()
    await ana.receives()


@pytest.mark.slow
async def test_what_is_too_long_for_one_message_comes_whole_in_order_and_once(phone_house: PhoneHouse) -> None:
    ana = phone_house.person()
    case = await in_the_queue(phone_house, ana)
    seen, store = len(ana.screen), phone_house.gateway.parts.store
    await store.write(lambda connection: number_states.slow(connection, NUMBER, now() + timedelta(minutes=1)))
    for start in (0, 400):
        await phone_house.worker_writes(case, " ".join(f"woord{number:03}" for number in range(start, start + 400)))
    await waits_over(phone_house)
    await ana.until(lambda screen: "woord799" in screen[-1].text)
    await all_settled(phone_house)
    words = re.findall(r"woord(\d+)", " ".join(bubble.text for bubble in ana.screen[seen:]))
    assert [int(word) for word in words] == list(range(800))
    assert len(ana.screen) == seen + 2
    assert {row["state"] for row in phone_house.rows(outbox)} == {"sent"}


# --- numbers


@pytest.mark.parametrize("typed", ["2", "twee", "٢"])
async def test_of_twelve_choices_one_is_chosen_by_its_number(phone_house: PhoneHouse, typed: str) -> None:
    answers(phone_house, {"say": "ask.place", "choices": TWELVE})
    ana = await greeted(phone_house)
    (bubble,) = ana.screen
    assert (bubble.kind, bubble.choices) == ("text", ())
    assert all(f"\n{number}. " in bubble.text for number in range(1, 13))
    assert last(phone_house, threads)["numbered"] == TWELVE
    await ana.says(typed)
    await ana.receives()
    assert phone_house.bot.heard[-1][1] == f'/pick{{"choice": "{TWELVE[1]}"}}'


@pytest.mark.slow
async def test_the_last_of_twelve_can_be_chosen_and_a_thirteenth_goes_to_the_bot(phone_house: PhoneHouse) -> None:
    answers(phone_house, {"say": "ask.place", "choices": TWELVE})
    ana = await greeted(phone_house)
    for typed, heard in (("12", f'/pick{{"choice": "{TWELVE[-1]}"}}'), ("13", "13")):
        await ana.says(typed)
        await ana.receives()
        await all_settled(phone_house)
        assert phone_house.bot.heard[-1][1] == heard


@pytest.mark.slow
async def test_a_number_goes_to_the_bot_when_the_last_bubble_was_not_numbered(phone_house: PhoneHouse) -> None:
    answers(phone_house, {"say": "ask.place", "choices": TWELVE})
    ana = await greeted(phone_house)
    answers(phone_house, {"say": "ask.place", "choices": TWELVE[:3]})
    await ana.says("iets anders")
    await ana.receives()
    await all_settled(phone_house)
    assert last(phone_house, threads)["numbered"] == []
    await ana.says("2")
    await ana.receives()
    assert phone_house.bot.heard[-1][1] == "2"


@pytest.mark.parametrize("count", [9, 10, 12])
async def test_beside_a_question_about_something_private_no_choice_makes_way_for_the_page(
    phone_house: PhoneHouse, count: int
) -> None:
    answers(phone_house, {"say": "ask.danger_now", "choices": TWELVE[:count]})
    ana = await greeted(phone_house)
    (bubble,) = ana.screen
    offered = [tap.id for tap in bubble.choices] or last(phone_house, threads)["numbered"]
    assert offered == [*TWELVE[:count], "whatsapp.page"]
    answers(phone_house, {"say": "ask.place"})


async def test_choices_of_the_line_before_are_kept_as_far_as_they_fit(phone_house: PhoneHouse) -> None:
    first, second = {"say": "ask.place", "choices": TWELVE[:4]}, {"say": "ask.place", "choices": TWELVE[2:7]}
    answers(phone_house, first, second)
    ana = await greeted(phone_house)
    assert [tap.id for tap in ana.screen[0].choices] == [*TWELVE[:2], *TWELVE[2:7]]
