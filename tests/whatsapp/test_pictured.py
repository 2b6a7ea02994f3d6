"""Two whole journeys on WhatsApp, from hello to stop, on a rendered phone and at the desk: Papiamentu and Arabic.

With SCREENSHOTS=<folder> every step is kept as a numbered picture.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from playwright.async_api import Browser, Page, expect

from channels.storage.tables import conversations, messages, outbox
from channels.storage.whatsapp_tables import threads
from channels.whatsapp.templates import load_templates
from tests.desk.page_server import Site
from tests.desk.recorder import Album, newest, state_shown
from tests.desk.test_page import act, desk, dialog, pick, take
from tests.webchat.test_page import browser
from tests.whatsapp.conftest import PhoneHouse
from tests.whatsapp.phone import Dialogue, Phone, phone_of

__all__ = ["browser"]


@dataclass(frozen=True)
class Story:
    """What a family types and taps, in order. `first`: taps up to the question that it answers on the secure page.

    `typed`: the choice whose title it types when it is back in WhatsApp; `numbers`: its digits, from zero on.
    """

    lang: str
    name: str
    opening: str
    topic: str
    check: str
    first: tuple[str, ...]
    on_page: str
    typed: str
    rest: tuple[str, ...]
    town: str
    person: str
    worker: str
    thanks: str
    stop: str
    numbers: str = "0123456789"

    def number(self, number: int) -> str:
        """As this family types it."""
        return "".join(self.numbers[int(digit)] for digit in str(number))


PAPIAMENTU = Story(
    lang="pap",
    name="Familia Ehèmpel",
    opening="Bon dia. Mi ta keda serka mi ruman ku mi dos yu. Gemeente por yuda nos?",
    topic="shelter_access",
    check="homeless",
    first=("ask.danger_now=no", "ask.sleeping_tonight=family_ok", "ask.unsafe_person=no"),
    on_page="Si, mi tin dos yu",
    typed="ask.residence_status=dutch",
    rest=(
        "ask.problems=none",
        "ask.home_left=yes",
        "ask.network_place=none",
        "ask.asked_gemeente=reported",
        "ask.investigation_report=no",
        "ask.melding_date=unsure",
    ),
    town="Rotterdam",
    person="Mi ke papia ku un hende",
    worker="Mañan 10'or por? Stadhuis, loket 4.",
    thanks="Danki, nos ta bai mañan",
    stop="stòp",
)
ARABIC = Story(
    lang="ar",
    name="عائلة مثال",
    opening="وصلتنا ورقة بأننا سنُطرد من البيت. ماذا نفعل؟",
    topic="eviction_rights",
    check="eviction",
    first=("ask.eviction_stage=served", "ask.tenancy=own_contract"),
    on_page="نعم، تأخرنا في دفع الإيجار",
    typed="ask.eviction_date=unsure",
    rest=("ask.judged_in_absence=unsure", "ask.children=yes"),
    town="Tilburg",
    person="أريد أن أتكلم مع إنسان",
    worker="Morgen om 10 uur? Stadhuis, loket 4.",
    thanks="شكرا، سنأتي غدا",
    stop="توقف",
    numbers="٠١٢٣٤٥٦٧٨٩",
)


@pytest.mark.browser
@pytest.mark.parametrize("story", [PAPIAMENTU, ARABIC], ids=lambda story: story.lang)
async def test_a_family_goes_on_whatsapp_from_hello_to_stop(
    browser: Browser, phone_house: PhoneHouse, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = phone_house
    means = {story.opening: f"topic.{story.topic}", story.person: "person"}
    monkeypatch.setattr(house.bot, "answer", Dialogue(story.lang, means).answer)
    for one in load_templates(house.settings.data, house.gateway.parts.speech.words).definitions():
        house.graph.template(one.name, one.code, one.body, one.button)
    phone = await phone_of(browser, house, Album(f"whatsapp-{story.lang}"), name=story.name, phone="31900000001")
    site = Site(
        str(house.client.make_url("")).rstrip("/"),
        asyncio.get_running_loop(),
        house.gateway,
        house.gateway.parts.store,
    )
    await says_hello(phone, house, story)
    await goes_to_the_page_and_back(phone, house, story)
    await answers_with_a_number(phone, house, story)
    await asks_for_a_person(phone, house, story)
    wil = await site.seat("Wil", voorbeeldstad="agent")
    case = await newest(site)
    assert case.state == "queued"
    async with desk(browser, site, wil, f"/desk/c/{case.code}") as page:
        await talks_with_a_worker(phone, page, house, story)
        await is_written_to_after_a_day(phone, page, house, story)
        await is_helped(phone, page, house)
    await wants_no_more(phone, house, story)
    texts = {row["body"]["lang"] for row in house.rows(messages) if row["author"] != "worker"}
    assert texts == {story.lang}
    ways = "all => [...new Set(all.map((one) => getComputedStyle(one).direction))]"
    way = await phone.page.locator(".is-theirs .text").evaluate_all(ways)
    assert way == ["rtl" if story.lang == "ar" else "ltr"]
    assert phone.errors == []


async def test_what_is_said_about_danger_stands_above_the_first_words_of_a_talk(phone_house: PhoneHouse) -> None:
    ana = phone_house.person()
    await ana.says("help hij slaat mij")
    (bubble,) = await ana.receives()
    rows = {row["key"]: row["body"]["text"] for row in phone_house.rows(messages) if row["author"] != "family"}
    first, *others = sorted(rows, key=lambda key: bubble.text.index(rows[key]))
    assert first.startswith("crisis.")
    assert "whatsapp.welcome" in others


def said(house: PhoneHouse, after: int = 0) -> list[str]:
    """The keys of what we said, in order."""
    return [row["key"] for row in house.rows(messages) if row["author"] != "family"][after:]


async def says_hello(phone: Phone, house: PhoneHouse, story: Story) -> None:
    """One bubble says who answers and what to do; its choices open as a list; then questions."""
    await phone.says(story.opening)
    assert said(house) == ["conversation.draft_language", "whatsapp.welcome", f"answer.{story.topic}"]
    await phone.picture("welcome", top=True)
    assert phone.last.how == "list"
    await phone.opens_list()
    await phone.picture("list")
    await phone.taps(f"check.{story.check}")
    for choice in story.first:
        await phone.taps(choice)
    assert phone.last.how == "buttons"
    await phone.picture("buttons")


async def goes_to_the_page_and_back(phone: Phone, house: PhoneHouse, story: Story) -> None:
    """A photograph is not taken; on the page behind the link the same talk goes on, and then in WhatsApp again."""
    await phone.photographs()
    assert said(house)[-1] == "whatsapp.media"
    assert phone.offers() == ["whatsapp.page", "person"]
    await phone.picture("photograph")
    await phone.taps("whatsapp.page")
    assert said(house)[-1] == "whatsapp.page_link"
    await phone.picture("link")
    page = await phone.opens_link()
    await expect(page.locator("#start")).to_be_visible()
    await phone.album.add(page, "door")
    await page.locator("#start").click()
    await expect(page.locator("article").first).to_be_visible()
    await phone.album.add(page, "page")
    before = await page.locator("article.bot").count()
    await page.locator("#say").fill(story.on_page)
    await page.locator("#say").press("Enter")
    await expect(page.locator("article.bot")).not_to_have_count(before)
    assert [row["channel"] for row in house.rows(conversations)] == ["webchat"]
    assert story.on_page not in str([one.text for one in phone.person.talk])
    await phone.album.add(page, "page-answered")
    await page.close()
    open_question = said(house)[-1]
    assert open_question == story.typed.replace("=", ".").rpartition(".")[0]
    await phone.says(house.gateway.parts.speech.choice(story.typed, story.lang).title)
    assert "whatsapp.page_back" in said(house)
    assert [row["channel"] for row in house.rows(conversations)] == ["whatsapp"]
    await phone.picture("back")


async def answers_with_a_number(phone: Phone, house: PhoneHouse, story: Story) -> None:
    """What does not fit a list stands in the text with numbers, and a number in one's own digits is a choice."""
    for choice in story.rest:
        await phone.taps(choice)
    await phone.picture("finding", top=True)
    await phone.says(story.town)
    assert said(house)[-1] == "journey.end"
    assert (phone.last.how, phone.last.choices) == ("", ())
    await phone.picture("numbered")
    (numbered,) = [row["numbered"] for row in house.rows(threads)]
    await phone.says(story.number(numbered.index("cards") + 1))
    assert house.bot.heard[-1][1] == '/pick{"choice": "cards"}'
    await phone.picture("number")


async def asks_for_a_person(phone: Phone, house: PhoneHouse, story: Story) -> None:
    """Nothing is shared before the yes; then the family is asked whether a short message may come later."""
    await phone.says(story.person)
    assert said(house)[-2:] == ["handoff.preview", "handoff.ask"]
    await phone.picture("preview", top=True)
    await phone.picture("preview-end")
    (numbered,) = [row["numbered"] for row in house.rows(threads)]
    await (phone.says(story.number(numbered.index("handoff.yes") + 1)) if numbered else phone.taps("handoff.yes"))
    assert said(house)[-2:] == ["handoff.can_wait", "whatsapp.notify_ask"]
    await phone.picture("queued")
    await phone.taps("whatsapp.notify.yes")
    assert [row["notify"] for row in house.rows(threads)] == [1]
    await phone.picture("notify")


async def talks_with_a_worker(phone: Phone, page: Page, house: PhoneHouse, story: Story) -> None:
    """The worker takes the case and writes; the family answers; both read it at once."""
    seen = len(phone.person.screen)
    await take(page)
    await phone.answered(seen)
    assert said(house)[-1] == "handoff.accepted"
    await pick(page, "hallo mens")
    await page.locator("#free").fill(story.worker)
    await page.keyboard.press("Control+Enter")
    await phone.answered(seen + 1)
    assert "Wil" in phone.last.text
    assert story.worker in phone.last.text
    await phone.page.locator("#say").fill(story.thanks)
    await phone.page.locator("#say").press("Enter")
    await expect(page.locator(".message.family .theirs").last).to_contain_text(story.thanks)
    await phone.picture("worker")
    await page.locator(".composer").scroll_into_view_if_needed()
    await phone.album.add(page, "desk-talk")


async def is_written_to_after_a_day(phone: Phone, page: Page, house: PhoneHouse, story: Story) -> None:
    """After a day only a short message without content comes; a tap on it brings what the worker wrote."""
    await a_day_passes(phone, house)
    await page.reload()
    await page.locator("#write-later").click()
    await page.locator("#free").fill(story.worker)
    await phone.album.add(page, "desk-late")
    seen = len(phone.person.screen)
    await page.keyboard.press("Control+Enter")
    await phone.answered(seen)
    assert phone.last.template == "thuiswijzer_answer_waiting" + {"pap": "_pap"}.get(story.lang, "")
    assert story.worker not in phone.last.text
    await phone.picture("template")
    assert [row["state"] for row in house.rows(outbox)][-1] == "held"
    await phone.taps("whatsapp.read")
    assert story.worker in phone.last.text
    assert [row["state"] for row in house.rows(outbox)][-1] in ("leased", "sent")
    await phone.picture("answer")


async def is_helped(phone: Phone, page: Page, house: PhoneHouse) -> None:
    """Closing with an outcome: one bubble more."""
    seen = len(phone.person.screen)
    await act(page, "close").click()
    await dialog(page).get_by_label("informatie gegeven").check()
    await pick(page, "u mag iemand meenemen")
    await dialog(page).locator("button[type=submit]").click()
    await state_shown(page, "resolved")
    await phone.answered(seen)
    assert "handoff.resolved" in said(house)
    await phone.picture("closed")


async def wants_no_more(phone: Phone, house: PhoneHouse, story: Story) -> None:
    """One confirmation, and nothing after it."""
    await phone.says(story.stop)
    assert said(house)[-1] == "whatsapp.stopped"
    await phone.picture("stopped")


async def a_day_passes(phone: Phone, house: PhoneHouse) -> None:
    """The family wrote its last message thirty hours ago, for us and for Meta; its phone shows it so."""
    day = timedelta(hours=30)
    phone.person.wrote_at = datetime.now(UTC) - day
    house.change(sa.update(threads).values(window_until=phone.person.wrote_at + timedelta(hours=24)))
    for one in phone.person.talk:
        one.at -= day
    await phone.page.reload()
