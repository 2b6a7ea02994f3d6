"""Cards and letters in a real browser: one card on the whole screen, readable for everybody, and a letter to keep."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from actions.dialogue.desk import desk, show_list
from actions.dialogue.knowledge import knowledge
from actions.dialogue.talk import Talk
from actions.eligibility.situation import Situation
from channels.settings import ROOT
from channels.speech import Speech
from channels.words import load_words
from tests.conftest import DAY
from tests.fakes import ScriptedBot
from tests.webchat.conftest import page_of
from tests.webchat.test_page import PHONE, ZOOMED, browser, opened, say, violations

__all__ = ["browser"]
pytestmark = pytest.mark.browser
KNOWS = knowledge()
SPEECH = Speech(KNOWS.content, load_words(KNOWS.content, ROOT / "locales"))
DIALOG = "[role=dialog]"
WIDE = {"width": 1280, "height": 900}
TOLD = {"asked_gemeente": "refused_written", "refusal_reason": "binding", "children": True}
DUTCH = KNOWS.content.cards["no_binding"].dutch[0]


class DeskBot(ScriptedBot):
    """Shows the cards and letters of a family that was refused for lack of a bond."""

    @staticmethod
    def answer(message: str) -> list[dict[str, Any]]:
        """Whatever is typed gives the list; what is tapped is shown."""
        talk = Talk(situation=Situation.from_dict(TOLD))
        choice = json.loads(message[5:])["choice"] if message.startswith("/pick") else ""
        return desk(talk, choice, KNOWS, DAY) or [show_list(talk, KNOWS)]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the chat page of a gateway whose bot knows the desk."""
    yield from page_of(DeskBot(), tmp_path_factory.mktemp("office"))


async def choose(page: Page, choice: str) -> None:
    await page.locator(f"button[data-choice='{choice}']").last.click()


async def card(page: Page, text: str = "hm") -> None:
    """Ask for the list and open the card about the bond."""
    await say(page, text)
    await choose(page, "card.no_binding")
    await expect(page.locator(DIALOG)).to_be_visible()


@pytest.mark.parametrize(
    "options",
    [{}, {"viewport": WIDE}, {"locale": "ar-MA"}, {"color_scheme": "dark"}, {"viewport": ZOOMED}],
    ids=["phone", "desk", "arabic", "dark", "zoomed"],
)
async def test_axe_finds_nothing_on_a_card_beside_it_and_at_a_letter(
    browser: Browser, office: str, options: dict[str, Any]
) -> None:
    async with opened(browser, office, **options) as page:
        await card(page)
        assert await violations(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the card scrolls sideways"
        await page.keyboard.press("Escape")
        await expect(page.locator(DIALOG)).to_have_count(0)
        await choose(page, "cards")
        await choose(page, "letter.bezwaar")
        await expect(page.locator("[data-letter]")).to_have_count(3)
        assert await violations(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the letter scrolls sideways"


@pytest.mark.parametrize(("locale", "direction"), [("nl-NL", "ltr"), ("ar-MA", "rtl")])
async def test_the_sentence_stands_large_in_dutch_with_its_meaning_under_it_in_the_language_of_the_family(
    browser: Browser, office: str, locale: str, direction: str
) -> None:
    async with opened(browser, office, locale=locale) as page:
        await card(page)
        large = page.locator(f"{DIALOG} .large")
        await expect(large).to_have_text(DUTCH)
        assert [await large.get_attribute(name) for name in ("lang", "dir")] == ["nl", "ltr"]
        sizes = [f"getComputedStyle(document.querySelector('{one}')).fontSize" for one in (".large", ".means", "body")]
        big, meaning, body = [float((await page.evaluate(size)).removesuffix("px")) for size in sizes]
        assert big >= 1.5 * body > body
        assert meaning > body
        translated = SPEECH.words.text("desk.no_binding.meaning", locale[:2])[1]
        shown = [await page.locator(".means").get_attribute(name) for name in ("lang", "dir")]
        assert shown == ([locale[:2], direction] if translated else ["nl", "ltr"])
        assert await page.evaluate("document.documentElement.dir") == direction
        for name in ("#talk", "#emergency", "header"):
            await expect(page.locator(name)).to_be_hidden()
        await expect(large).to_be_in_viewport()


async def test_the_sentence_in_the_talk_is_marked_as_dutch(browser: Browser, office: str) -> None:
    async with opened(browser, office, locale="ar-MA") as page:
        await card(page)
        await page.keyboard.press("Escape")
        line = page.locator(".bubble .dutch")
        await expect(line).to_have_text(DUTCH)
        assert [await line.get_attribute(name) for name in ("lang", "dir")] == ["nl", "ltr"]


async def test_a_card_keeps_the_focus_and_gives_it_back(browser: Browser, office: str) -> None:
    async with opened(browser, office) as page:
        await card(page)
        await expect(page.locator(f"{DIALOG} button").first).to_be_focused()
        for _ in range(7):
            await page.keyboard.press("Tab")
            assert await page.evaluate(f"document.querySelector('{DIALOG}').contains(document.activeElement)")
        await page.keyboard.press("Shift+Tab")
        assert await page.evaluate(f"document.querySelector('{DIALOG}').contains(document.activeElement)")
        await page.keyboard.press("Escape")
        await expect(page.locator(DIALOG)).to_have_count(0)
        opener = page.locator("article .tools .tool").last
        await expect(opener).to_be_focused()
        await page.keyboard.press("Enter")
        await page.locator(f"{DIALOG} button").first.click()
        await expect(page.locator(DIALOG)).to_have_count(0)
        await expect(opener).to_be_focused()


async def test_the_next_card_takes_the_place_of_this_one(browser: Browser, office: str) -> None:
    async with opened(browser, office) as page:
        await card(page)
        await page.locator(f"{DIALOG} .tools").last.get_by_role("button").first.click()
        await expect(page.locator(f"{DIALOG} .large")).to_have_text(KNOWS.content.cards["warm_handover"].dutch[0])
        await expect(page.locator(DIALOG)).to_have_count(1)


VOICES = """
  const said = (window.said = []);
  window.SpeechSynthesisUtterance = function (text) { this.text = text; };
  const voices = [{ lang: "en-GB", localService: true }, { lang: "nl-NL", localService: LOCAL }];
  const speak = (one) => said.push([one.text, one.lang, one.voice.lang]);
  const own = { getVoices: () => voices, speak, cancel: () => said.push("quiet") };
  Object.defineProperty(window, "speechSynthesis", { value: own });
"""


@pytest.mark.parametrize(("local", "buttons"), [("true", 3), ("false", 2)])
async def test_a_card_is_read_aloud_only_by_a_dutch_voice_on_the_device_itself(
    browser: Browser, office: str, local: str, buttons: int
) -> None:
    async with opened(browser, office) as page:
        await page.add_init_script(VOICES.replace("LOCAL", local))
        await page.reload()
        await expect(page.locator("#languages button").first).to_be_visible()
        await card(page)
        tools = page.locator(f"{DIALOG} .tools").first.get_by_role("button")
        await expect(tools).to_have_count(buttons)
        if buttons == 3:
            await tools.last.click()
            assert await page.evaluate("window.said") == ["quiet", [DUTCH, "nl-NL", "nl-NL"]]
            await page.keyboard.press("Escape")
            assert (await page.evaluate("window.said"))[-1] == "quiet"


async def test_three_times_escape_still_leaves_this_page(browser: Browser, office: str) -> None:
    async with opened(browser, office) as page:
        away = await page.locator("body").get_attribute("data-exit")
        await page.context.route(f"{away}**", lambda route: route.fulfill(body="weer", content_type="text/plain"))
        await card(page)
        for _ in range(3):
            await page.keyboard.press("Escape")
        await page.wait_for_url(str(away))


async def test_after_a_reload_the_card_is_there_and_does_not_open_by_itself(browser: Browser, office: str) -> None:
    async with opened(browser, office) as page:
        await card(page)
        await page.reload()
        button = page.locator("article .tools .tool").first
        await expect(button).to_be_visible()
        await expect(page.locator(DIALOG)).to_have_count(0)
        await button.click()
        await expect(page.locator(f"{DIALOG} .large")).to_have_text(DUTCH)


async def test_printing_a_card_prints_the_card_alone(browser: Browser, office: str) -> None:
    async with opened(browser, office) as page:
        await card(page)
        await page.emulate_media(media="print")
        await expect(page.locator(f"{DIALOG} .large")).to_be_visible()
        for name in ("#log", "header", f"{DIALOG} button"):
            await expect(page.locator(name).first).to_be_hidden()
        await page.emulate_media(media="screen")
        printed = page.evaluate("new Promise((resolve) => (window.print = () => resolve(true)))")
        waiting = asyncio.ensure_future(printed)
        await asyncio.sleep(0)
        await page.locator(f"{DIALOG} button").nth(1).click()
        assert await waiting


@pytest.mark.parametrize(("kind", "begin"), [("pdf", b"%PDF-"), ("docx", b"PK"), ("txt", b"[naam]")])
async def test_a_letter_is_saved_on_the_device(browser: Browser, office: str, kind: str, begin: bytes) -> None:
    async with opened(browser, office, viewport=PHONE) as page:
        await say(page, "brief")
        await choose(page, "letter.bezwaar")
        async with page.expect_download() as waiting:
            await page.locator(f"[data-letter={kind}]").click()
        download = await waiting.value
        assert download.suggested_filename == f"bezwaar.{kind}"
        saved = await asyncio.to_thread(Path(await download.path()).read_bytes)
        assert saved.startswith(begin)


async def test_a_letter_that_cannot_be_saved_says_so_once_and_works_later(browser: Browser, office: str) -> None:
    async with opened(browser, office) as page:
        await say(page, "brief")
        await choose(page, "letter.bezwaar")
        button = page.locator("[data-letter=txt]")
        await expect(button).to_be_visible()
        await page.context.set_offline(True)
        await button.click()
        await expect(page.locator("article [role=alert]")).to_be_visible()
        await button.click()
        await expect(page.locator("article [role=alert]")).to_have_count(1)
        await page.context.set_offline(False)
        async with page.expect_download():
            await button.click()
        await expect(page.locator("article [role=alert]")).to_have_count(0)


async def test_the_dutch_letter_is_marked_as_dutch_and_what_it_says_is_not(browser: Browser, office: str) -> None:
    async with opened(browser, office, locale="ar-MA") as page:
        await say(page, "رسالة")
        await choose(page, "letter.bezwaar")
        await expect(page.locator("[data-letter]")).to_have_count(3)
        dutch = await page.locator(".bubble .dutch").all_inner_texts()
        assert "Geachte heer of mevrouw," in dutch
        assert "De redenen stuur ik later." in " ".join(dutch)
        written = json.loads(json.dumps(desk(Talk(situation=Situation.from_dict(TOLD)), "letter.bezwaar", KNOWS, DAY)))
        lines = [written[0]["letter"]["written"][part] for part in ("title", "subject", "day")]
        assert set(lines) <= set(dutch)
