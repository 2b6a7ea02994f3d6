"""The hint in a message that stood ready: read once, never kept, never believed for more than it is."""

from __future__ import annotations

import json
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from channels.storage import entries
from channels.storage.tables import conversations, inbox, messages
from channels.storage.whatsapp_tables import webhooks
from tests.whatsapp.conftest import SECOND, PhoneHouse
from tests.whatsapp.graph_server.webhooks import Delivery
from tests.whatsapp.steps import all_settled, greeted

SUBJECTS = ["topic.visa_facilitating", "topic.prepare_move", "topic.residence_chavez"]


async def code_of(house: PhoneHouse, lang: str = "es", topic: str = "school") -> str:
    made: str = await house.gateway.parts.store.write(lambda c: entries.make(c, "paramaribo", lang, topic))
    return made


def talk(house: PhoneHouse) -> dict[str, Any]:
    (one,) = house.rows(conversations)
    return one


def kept(house: PhoneHouse) -> str:
    """Everything that stands anywhere of what the family wrote."""
    return str([row["body"] for row in [*house.rows(inbox), *house.rows(messages)]])


def said(house: PhoneHouse) -> list[str]:
    return [row["key"] for row in house.rows(messages) if row["author"] != "family"]


def taps(bubble: Any) -> list[str]:
    return [choice.id for choice in bubble.choices]


async def test_what_stands_ready_on_the_page_opens_the_talk_with_one_bubble(phone_house: PhoneHouse) -> None:
    text = await (await phone_house.client.get("/e/paramaribo?l=es")).text()
    address = next(part for part in text.split('"') if part.startswith("https://wa.me/"))
    assert urlsplit(address).path == "/31970000001"
    (ready,) = parse_qs(urlsplit(address).query.replace("&amp;", "&"))["text"]
    person = phone_house.person()
    await person.says(ready)
    (bubble,) = await person.receives()
    await all_settled(phone_house)
    assert talk(phone_house)["lang"] == "es"
    assert talk(phone_house)["entry"] == {"post": "paramaribo", "lang": "es"}
    assert said(phone_house)[-2:] == ["whatsapp.welcome", "entry.post.embassy"]
    assert taps(bubble) == [*SUBJECTS, "other_question", "person"]
    assert phone_house.bot.heard == []
    assert "#" not in kept(phone_house)
    assert len(person.screen) == 1


async def test_a_printed_code_carries_post_language_and_subject(phone_house: PhoneHouse) -> None:
    person = phone_house.person()
    await person.says(f"#{await code_of(phone_house, 'pap')}")
    (bubble,) = await person.receives()
    await all_settled(phone_house)
    assert talk(phone_house)["lang"] == "pap"
    assert talk(phone_house)["entry"] == {"post": "paramaribo", "lang": "pap", "topic": "school"}
    assert taps(bubble)[0] == "topic.school"


async def test_a_question_before_a_hint_is_answered_and_the_hint_is_nowhere(phone_house: PhoneHouse) -> None:
    person = phone_house.person()
    await person.says("waar kan ik terecht #PAR-NL")
    await person.receives()
    await all_settled(phone_house)
    assert [heard for _, heard in phone_house.bot.heard] == ["waar kan ik terecht"]
    assert said(phone_house) == ["whatsapp.welcome", "ask.place"]
    welcome = next(row["body"]["text"] for row in phone_house.rows(messages) if row["key"] == "whatsapp.welcome")
    assert "Paramaribo" in welcome
    assert "#PAR" not in kept(phone_house)


async def test_the_words_of_a_family_decide_the_language_before_a_hint_does(phone_house: PhoneHouse) -> None:
    person = phone_house.person()
    await person.says("we have no home and two small children #PAR-ES")
    await person.receives()
    await all_settled(phone_house)
    assert talk(phone_house)["lang"] == "en"


@pytest.mark.parametrize("text", ["hallo #ZZZ-ES", "hallo #ZZZZZZZ", "hallo #PARA", "hallo #PAR en nog iets", "hallo"])
@pytest.mark.slow
async def test_a_hint_that_is_absent_or_was_changed_is_ignored_and_no_word_is_lost(
    phone_house: PhoneHouse, text: str
) -> None:
    person = phone_house.person()
    await person.says(text)
    await person.receives()
    await all_settled(phone_house)
    assert talk(phone_house)["entry"] == {}
    assert [heard for _, heard in phone_house.bot.heard] == [text]


async def test_a_code_that_was_withdrawn_is_taken_away_and_tells_nothing(phone_house: PhoneHouse) -> None:
    code = await code_of(phone_house)
    await phone_house.gateway.parts.store.write(partial(entries.revoke, code=code))
    person = phone_house.person()
    await person.says(f"hallo #{code}-NL")
    await person.receives()
    await all_settled(phone_house)
    assert talk(phone_house)["entry"] == {}
    assert code not in kept(phone_house)


async def test_a_hint_in_a_talk_that_has_none_is_noted_and_asked_about(phone_house: PhoneHouse) -> None:
    person = await greeted(phone_house)
    await person.says("Hallo #PAR-NL")
    (bubble,) = await person.receives()
    await all_settled(phone_house)
    assert talk(phone_house)["entry"] == {"post": "paramaribo", "lang": "nl"}
    assert taps(bubble) == [*SUBJECTS, "other_question", "person"]
    assert len(phone_house.bot.heard) == 1


@pytest.mark.slow
async def test_where_a_family_came_from_first_stands(phone_house: PhoneHouse) -> None:
    person = phone_house.person()
    await person.says("#PAR-NL")
    await person.receives()
    await all_settled(phone_house)
    await person.says("#ACC-NL")
    await person.receives()
    await all_settled(phone_house)
    assert talk(phone_house)["entry"]["post"] == "paramaribo"
    assert [heard for _, heard in phone_house.bot.heard] == ['/pick{"choice": "other_question"}']
    assert "ACC" not in kept(phone_house)


async def test_a_hint_proves_nothing_about_who_writes(phone_house: PhoneHouse) -> None:
    first, second = phone_house.person(), phone_house.person()
    code = await code_of(phone_house)
    for person in (first, second):
        await person.says(f"#{code}")
        await person.receives()
    await all_settled(phone_house)
    assert len({row["id"] for row in phone_house.rows(conversations)}) == 2


async def test_the_same_message_told_twice_opens_one_talk_once(phone_house: PhoneHouse) -> None:
    person, post = phone_house.person(), phone_house.graph.post
    await person.says("Hallo #PAR-NL")
    await person.receives()
    await all_settled(phone_house)
    told = post.deliveries[0].body
    await post._bring(Delivery(told, json.dumps(told, indent=1).encode()))  # in another body
    await all_settled(phone_house)
    assert len(phone_house.rows(webhooks)) > 1
    assert len(phone_house.rows(inbox)) == 1
    assert len(person.screen) == 1


@pytest.mark.slow
async def test_a_hint_after_stop_is_answered_because_it_asks_for_something(phone_house: PhoneHouse) -> None:
    person = await greeted(phone_house)
    await person.says("stop")
    await person.receives()
    await all_settled(phone_house)
    await person.says("#PAR-NL")
    (bubble,) = await person.receives()
    assert taps(bubble) == [*SUBJECTS, "other_question", "person"]


async def test_a_number_of_a_gemeente_keeps_its_gemeente_beside_the_post(two_numbers: PhoneHouse) -> None:
    person = two_numbers.person(number=SECOND)
    await person.says("#PAR-NL")
    await person.receives()
    await all_settled(two_numbers)
    assert talk(two_numbers)["entry"] == {"gemeente": "GM0363", "post": "paramaribo", "lang": "nl"}


async def test_the_page_never_offers_the_number_of_somebody_else(two_numbers: PhoneHouse) -> None:
    text = await (await two_numbers.client.get("/e/paramaribo")).text()
    assert "31970000001" in text
    assert "31970000002" not in text
