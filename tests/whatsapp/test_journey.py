"""What a family on WhatsApp lives through."""

from __future__ import annotations

import asyncio

import pytest

from channels.storage.tables import inbox, messages, outbox
from channels.storage.whatsapp_tables import identities, sendings, threads, webhooks
from channels.whatsapp.templates import load_templates
from tests.whatsapp.conftest import PhoneHouse
from tests.whatsapp.steps import day_passes, in_the_queue


async def test_the_first_answer_says_that_it_is_a_computer_and_answers_in_the_same_bubble(
    phone_house: PhoneHouse,
) -> None:
    ana = phone_house.person()
    await ana.says("ik zoek een huis")
    (bubble,) = await ana.receives()
    assert [tap.id for tap in bubble.choices] == ["ask.place=abroad", "ask.place=netherlands", "ask.place=unsure"]
    assert len(phone_house.graph.sent) == 1
    said = [row["key"] for row in phone_house.rows(messages) if row["author"] != "family"]
    assert said == ["whatsapp.welcome", "ask.place"]


@pytest.mark.parametrize(
    ("text", "lang"), [("مرحبا أحتاج إلى مكان", "ar"), ("bon dia", "pap"), ("hola", "es"), ("👍", "nl")]
)
async def test_the_very_first_words_are_in_the_language_of_the_family(
    phone_house: PhoneHouse, text: str, lang: str
) -> None:
    ana = phone_house.person()
    await ana.says(text)
    await ana.receives()
    said = [(row["key"], row["body"]["lang"]) for row in phone_house.rows(messages) if row["author"] != "family"]
    assert ("whatsapp.welcome", lang) in said
    assert (("conversation.draft_language", lang) in said) == (lang != "nl")


async def test_a_tap_reaches_the_bot_as_that_choice(phone_house: PhoneHouse) -> None:
    ana = phone_house.person()
    await ana.says("hallo")
    await ana.receives()
    await ana.taps("ask.place=abroad")
    await ana.receives()
    assert phone_house.bot.heard[-1][1] == '/pick{"choice": "ask.place=abroad"}'


async def test_the_same_webhook_twice_is_answered_once(phone_house: PhoneHouse) -> None:
    phone_house.graph.post.duplicates = 1.0
    ana = phone_house.person()
    await ana.says("hallo")
    await ana.receives()
    await ana.says("nog iets")
    await ana.receives()
    assert len(phone_house.bot.heard) == 2
    assert len(phone_house.graph.sent) == 2


async def test_somebody_without_a_telephone_number_is_answered_by_its_id(phone_house: PhoneHouse) -> None:
    ana = phone_house.person(phone=None)
    await ana.says("hallo")
    await ana.receives()
    (thread,) = phone_house.rows(threads)
    assert (thread["bsuid"], thread["phone"]) == (ana.bsuid, "")
    assert all(ana.bsuid not in str(row) for row in phone_house.rows(identities))


async def test_another_number_and_id_of_the_same_person_is_the_same_talk(phone_house: PhoneHouse) -> None:
    ana = phone_house.person(phone="31900000001")
    await ana.says("hallo")
    await ana.receives()
    await ana.changes_number("31900000002")
    await ana.says("nog iets")
    await ana.receives()
    assert len(phone_house.rows(threads)) == 1
    assert phone_house.rows(threads)[0]["bsuid"] == ana.bsuid


async def test_a_photograph_is_not_kept_and_the_secure_page_is_offered(phone_house: PhoneHouse) -> None:
    ana = phone_house.person()
    await ana.sends("image")
    (bubble,) = await ana.receives()
    assert "whatsapp.page" in [tap.id for tap in bubble.choices]
    await phone_house.settled(webhooks, lambda rows: all(row["state"] == "done" for row in rows))
    assert all(row["body"] == b"" for row in phone_house.rows(webhooks))
    assert phone_house.bot.heard == []


@pytest.mark.slow
async def test_stop_is_confirmed_once_and_then_there_is_silence_until_the_family_writes_again(
    phone_house: PhoneHouse,
) -> None:
    ana = phone_house.person()
    await ana.says("hallo")
    await ana.receives()
    await ana.says("STOP")
    await ana.receives()
    await ana.says("stop")
    await ana.says("bedankt")
    await phone_house.settled(inbox, lambda rows: [row["state"] for row in rows] == ["done"] * 4)
    assert len(phone_house.graph.sent) == 2
    await ana.says("ik heb toch hulp nodig")
    await ana.receives()
    assert [row["stopped_at"] for row in phone_house.rows(threads)] == [None]


async def test_words_of_danger_are_answered_also_after_stop(phone_house: PhoneHouse) -> None:
    ana = phone_house.person()
    await ana.says("stop")
    await ana.receives()
    await ana.says("help hij slaat mij")
    (bubble,) = await ana.receives()
    assert "112" in bubble.text


async def test_the_link_to_the_secure_page_goes_out_and_stands_nowhere_else(phone_house: PhoneHouse) -> None:
    ana = phone_house.person()
    await ana.says("pagina")
    bubbles = await ana.until(lambda screen: any(one.link for one in screen))
    link = next(one.link for one in bubbles if one.link)
    token = link.url.rpartition("/")[2].partition("?")[0]
    await phone_house.settled(sendings, lambda rows: all(row["state"] != "trying" for row in rows))
    for table in (messages, sendings, outbox, inbox):
        assert token not in str(phone_house.rows(table))


@pytest.mark.parametrize("kind", ["audio", "document", "sticker", "location", "contacts", "call", "unsupported"])
async def test_whatever_cannot_be_read_gets_a_kind_answer(phone_house: PhoneHouse, kind: str) -> None:
    ana = phone_house.person()
    await ana.sends(kind)
    await ana.receives()
    assert phone_house.bot.heard == []


async def test_a_heart_gets_no_answer(phone_house: PhoneHouse) -> None:
    ana = phone_house.person()
    await ana.says("hallo")
    await ana.receives()
    await ana.sends("reaction")
    await phone_house.settled(webhooks, lambda rows: all(row["state"] == "done" for row in rows))
    assert len(phone_house.rows(inbox)) == 1


async def test_what_is_taken_back_is_gone_and_what_is_changed_is_asked_anew(phone_house: PhoneHouse) -> None:
    ana = phone_house.person()
    wamid = await ana.says("mijn geheim")
    await ana.receives()
    await ana.edits(wamid, "mijn ander geheim")
    await ana.receives()
    await ana.revokes(wamid)
    rows = await phone_house.settled(messages, lambda rows: "geheim" not in str(rows))
    assert [row["body"]["facts"].get("revoked") for row in rows if row["author"] == "family"] == [True, True]
    assert "geheim" not in str(phone_house.rows(inbox))


@pytest.mark.slow
async def test_a_day_later_an_answer_waits_until_the_family_writes_and_then_comes(phone_house: PhoneHouse) -> None:
    ana = phone_house.person()
    await ana.says("hallo")
    await ana.receives()
    phone_house.bot.hold = asyncio.Event()
    await ana.says("nog een vraag")
    await phone_house.settled(inbox, lambda rows: [row["state"] for row in rows] == ["done", "heard"])
    await day_passes(phone_house, ana)
    phone_house.bot.hold.set()
    await phone_house.settled(outbox, lambda rows: rows[-1]["state"] == "held")
    assert len(phone_house.graph.sent) == 1
    await ana.says("hallo?")
    await ana.receives()
    await phone_house.settled(outbox, lambda rows: {row["state"] for row in rows} == {"sent"})


@pytest.mark.slow
async def test_a_family_that_agreed_gets_one_short_message_without_content_when_a_worker_answers(
    phone_house: PhoneHouse,
) -> None:
    for one in load_templates(phone_house.settings.data, phone_house.gateway.parts.speech.words).definitions():
        phone_house.graph.template(one.name, one.code, one.body, one.button)
    ana = phone_house.person()
    case = await in_the_queue(phone_house, ana)
    seen = len(ana.screen)
    await ana.taps("whatsapp.notify.yes")
    await ana.until(lambda screen: len(screen) == seen + 1)
    await day_passes(phone_house, ana)
    await phone_house.worker_writes(case, "Morgen om tien uur kunt u komen.")
    short = (await ana.until(lambda screen: bool(screen[-1].template)))[-1]
    assert "tien" not in short.text
    await phone_house.worker_writes(case, "Neem uw kinderen mee.")
    await phone_house.settled(outbox, lambda rows: [row["state"] for row in rows[-2:]] == ["held", "held"])
    await ana.taps(short.choices[0].id)
    both = (await ana.until(lambda screen: "kinderen" in screen[-1].text))[-1]
    assert "tien uur" in both.text


@pytest.mark.slow
async def test_without_that_agreement_nothing_goes_out_after_a_day(phone_house: PhoneHouse) -> None:
    ana = phone_house.person()
    case = await in_the_queue(phone_house, ana)
    await day_passes(phone_house, ana)
    before = len(phone_house.graph.sent)
    await phone_house.worker_writes(case, "Morgen om tien uur kunt u komen.")
    await phone_house.settled(outbox, lambda rows: rows[-1]["state"] == "held")
    assert len(phone_house.graph.sent) == before
