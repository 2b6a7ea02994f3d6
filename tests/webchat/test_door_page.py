"""From a link in WhatsApp to the same talk in a real browser, and what is left of it afterwards.

With SCREENSHOTS=<folder> pictures are kept.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from channels.settings import now
from channels.storage import conversations, doors
from channels.storage.store import Store
from tests.fakes import ScriptedBot
from tests.webchat.conftest import page_of
from tests.webchat.families import BACK, answer, begin, channel_of, link_to, with_a_way_back
from tests.webchat.test_page import PHONE, ZOOMED, browser, say, violations

__all__ = ["browser"]
pytestmark = pytest.mark.browser
TWICE = {"width": 640, "height": 512}  # 1280 × 1024 at 200 %
SAID = {"nl": "wij staan op straat", "ar": "نحن في الشارع", "ti": "ኣብ ጎደና ኢና ዘለና"}
KEPT = "Object.fromEntries(Object.keys(sessionStorage).map(key => [key, sessionStorage.getItem(key)]))"


@dataclass
class Site:
    """The address of a gateway, and its memory."""

    url: str
    store: Store

    async def family(self, lang: str = "nl") -> tuple[str, str]:
        """A family on WhatsApp, and the address of its link."""
        talk = await self.store.write(lambda connection: begin(connection, lang, SAID[lang]))
        return talk, await self.link(talk, lang)

    async def link(self, talk: str, lang: str = "nl") -> str:
        return f"{self.url}v/{await link_to(self.store, talk)}?l={lang}"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A gateway whose talks have an address in WhatsApp."""
    folder = tmp_path_factory.mktemp("door")
    with pytest.MonkeyPatch.context() as patch:
        with_a_way_back(patch)
        for url in page_of(ScriptedBot(), folder):
            store = Store(f"sqlite:///{folder / 'site.db'}")
            yield Site(url, store)
            store.close()


@asynccontextmanager
async def tab(browser: Browser, *known: str, **options: Any) -> AsyncIterator[Page]:
    """A tab in which nothing may go wrong, but for the refusals that a test knows of."""
    context = await browser.new_context(**{"viewport": PHONE, "locale": "nl-NL", **options})
    page, wrong = await context.new_page(), list[str]()
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    yield page
    await context.close()
    assert [text for text in wrong if not any(one in text for one in known)] == []


async def go_in(page: Page, link: str) -> None:
    await page.goto(link)
    await page.locator("#start").click()
    await expect(page.locator("article").first).to_be_visible()


async def picture(page: Page, name: str) -> None:
    if folder := os.environ.get("SCREENSHOTS"):
        await page.screenshot(path=Path(folder) / f"door-{name}.png")


async def sideways(page: Page) -> list[dict[str, int]]:
    """The sizes at which something stands outside the screen."""
    found = []
    for size in (TWICE, ZOOMED, PHONE):
        await page.set_viewport_size(size)
        if not await page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
            found.append(size)
    return found


@pytest.mark.parametrize("lang", ["nl", "ar", "ti"])
async def test_a_family_opens_its_link_taps_once_and_goes_on_with_the_same_talk(
    browser: Browser, place: Site, lang: str
) -> None:
    talk, link = await place.family(lang)
    direction = "rtl" if lang == "ar" else "ltr"
    async with tab(browser) as page:
        await page.goto(link)
        await expect(page.locator("#start")).to_be_visible()
        await expect(page.locator("#fallback")).to_have_count(0)
        assert await page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == [lang, direction]
        assert await violations(page) == []
        assert await sideways(page) == []
        assert await channel_of(place.store, talk) == "whatsapp"
        await picture(page, f"{lang}-1-link")
        await page.locator("#start").click()
        await expect(page.locator("article.family .bubble")).to_have_text(SAID[lang])
        await expect(page.locator("article.bot")).to_have_count(1)
        await expect(page.locator("html")).to_have_attribute("lang", lang)
        await expect(page.locator("html")).to_have_attribute("dir", direction)
        await expect(page.locator("#talk > .line")).to_contain_text("WhatsApp" if lang == "nl" else "")
        for way in (page.locator("#talk > .line a"), page.locator("footer a")):
            await expect(way).to_have_attribute("href", BACK)
            await expect(way).not_to_have_text("")
        assert await channel_of(place.store, talk) == "webchat"
        await picture(page, f"{lang}-2-inside")
        await say(page, "hallo")
        await expect(page.locator("article[data-key='ask.place']")).to_be_visible()
        await expect(page.locator("article")).to_have_count(4)
        await picture(page, f"{lang}-3-answer")
        assert await violations(page) == []
        await page.emulate_media(color_scheme="dark")
        assert await violations(page) == []
        assert await sideways(page) == []


async def test_the_token_goes_out_of_the_address_bar_and_no_request_carries_it_further(
    browser: Browser, place: Site
) -> None:
    _, link = await place.family()
    token = link.split("/")[-1].partition("?")[0]
    async with tab(browser) as page:
        asked = []
        page.on("request", lambda request: asked.append((request.url, dict(request.headers))))
        await page.goto(link)
        await page.wait_for_url("**/v/-?l=nl")
        await page.locator("#start").click()
        await say(page, "hallo")
        told = await page.evaluate(KEPT)
        assert page.url == f"{place.url}?lang=nl"
        assert [url for url, _ in asked if not url.startswith(place.url)] == []
        assert [url for url, _ in asked if token in url] == [link]
        assert [url for url, headers in asked if headers.get("referer")] == []
        assert [url for url, _ in asked if told["thuiswijzer.door"] in url] == []
        assert token not in str(told)
        assert await page.evaluate("[localStorage.length, document.cookie]") == [0, ""]
        assert await page.context.cookies() == []
        await page.go_back()
        await expect(page.locator("article")).to_have_count(0)


async def test_a_page_that_is_loaded_again_before_the_tap_and_after_it_still_works(
    browser: Browser, place: Site
) -> None:
    _, link = await place.family()
    async with tab(browser) as page:
        await page.goto(link)
        await page.wait_for_url("**/v/-?l=nl")
        await page.reload()
        await page.locator("#start").click()
        await expect(page.locator("article")).to_have_count(2)
        await page.reload()
        await expect(page.locator("article")).to_have_count(2)
        await expect(page.locator("#talk > .line a")).to_have_attribute("href", BACK)


@pytest.mark.parametrize("lang", ["nl", "ar", "ti"])
async def test_a_used_link_says_kindly_that_it_is_gone_and_how_to_get_a_new_one(
    browser: Browser, place: Site, lang: str
) -> None:
    talk, link = await place.family(lang)
    async with tab(browser) as page:
        await go_in(page, link)
    async with tab(browser, "410") as page:
        await page.goto(link)
        await page.locator("#start").click()
        await expect(page.locator("#gone")).to_be_visible()
        await expect(page.locator("#gone a[href='tel:112']")).to_be_visible()
        await expect(page.locator("#start")).to_have_count(0)
        assert await violations(page) == []
        assert await sideways(page) == []
        await picture(page, f"{lang}-4-gone")
        assert await page.evaluate("sessionStorage.length") == 0
        await page.goto(await place.link(talk, lang))
        await page.locator("#start").click()
        await expect(page.locator("article")).to_have_count(2)


async def test_the_tap_waits_for_the_line_and_then_goes_in_by_itself(browser: Browser, place: Site) -> None:
    _, link = await place.family()
    async with tab(browser, "ERR_INTERNET_DISCONNECTED") as page:
        await page.goto(link)
        await expect(page.locator("#start")).to_be_visible()
        await page.wait_for_url("**/v/-?l=nl")
        await page.context.set_offline(True)
        await page.locator("#start").click()
        await expect(page.locator("#offline")).to_be_visible()
        await page.context.set_offline(False)
        await expect(page.locator("article")).to_have_count(2, timeout=60_000)


async def test_the_talk_that_this_tab_had_itself_is_not_lost(browser: Browser, place: Site) -> None:
    _, link = await place.family()
    async with tab(browser) as page:
        await page.goto(place.url)
        await expect(page.locator("#languages button").first).to_be_visible()
        await say(page, "mijn eigen gesprek")
        await go_in(page, link)
        await expect(page.locator("article.family .bubble")).to_have_text(SAID["nl"])
        page.on("dialog", lambda dialog: dialog.accept())
        await page.locator("#new-talk").click()
        await expect(page.locator("article.family .bubble")).to_have_text("mijn eigen gesprek")
        await expect(page.locator("#talk > .line")).to_have_count(0)
        assert list(await page.evaluate(KEPT)) == ["thuiswijzer.token"]


async def test_two_tabs_of_one_browser_are_two_talks(browser: Browser, place: Site) -> None:
    _, link = await place.family()
    async with tab(browser) as page:
        await go_in(page, link)
        other = await page.context.new_page()
        await other.goto(place.url)
        await expect(other.locator("#languages button").first).to_be_visible()
        await expect(other.locator("article")).to_have_count(0)
        await expect(other.locator("#talk > .line")).to_have_count(0)


async def test_what_is_answered_in_whatsapp_stands_on_the_page_too_and_a_word_here_brings_the_talk_back(
    browser: Browser, place: Site
) -> None:
    talk, link = await place.family()
    async with tab(browser) as page:
        await go_in(page, link)
        await place.store.write(partial(conversations.move, conversation=talk, channel="whatsapp"))
        await place.store.write(lambda connection: answer(connection, talk, "sent", text="in WhatsApp gezegd"))
        await say(page, "ik ben hier weer")
        await expect(page.locator("article.bot").nth(1)).to_contain_text("in WhatsApp gezegd")
        await expect(page.locator("article[data-key='ask.place']")).to_be_visible()
        assert await channel_of(place.store, talk) == "webchat"


@pytest.mark.parametrize("lang", ["nl", "ar"])
async def test_when_its_door_is_closed_a_page_hides_the_talk_and_begins_no_other(
    browser: Browser, place: Site, lang: str
) -> None:
    talk, link = await place.family(lang)
    async with tab(browser, "401") as page:
        opened = []
        page.on("request", lambda request: opened.append(request.url) if "/sessions" in request.url else None)
        await go_in(page, link)
        await say(page, "hallo")  # now the stream is open: it notices by itself only much later
        await place.store.write(partial(doors.close, conversation=talk))
        await page.locator("#say").fill("hallo?")
        await page.locator("#say").press("Enter")
        await expect(page.locator("#talk > .line[data-word='page.gone'][role=alert]")).to_be_visible()
        await expect(page.locator("article[data-seq]")).to_have_count(0)
        await expect(page.locator("article .bubble")).to_have_text("hallo?")
        await expect(page.locator("#composer")).to_be_hidden()
        await expect(page.locator(".retry")).to_be_hidden()
        assert await page.evaluate("sessionStorage.length") == 0
        assert opened == []
        assert await violations(page) == []
        assert await sideways(page) == []
        await picture(page, f"{lang}-5-closed")
        await page.locator("#emergency").click()
        await expect(page.locator("article.family a[href='tel:112']")).to_be_visible()
        await page.reload()
        await expect(page.locator("#languages button").first).to_be_visible()
        await expect(page.locator("article")).to_have_count(0)


async def test_after_twelve_hours_a_page_that_is_opened_again_shows_nothing_of_the_talk(
    browser: Browser, place: Site
) -> None:
    talk, link = await place.family()
    async with tab(browser, "401") as page:
        await go_in(page, link)
        long_ago = now() - doors.INSIDE_LIVES
        old = await link_to(place.store, talk, long_ago)
        entered = await place.store.write(lambda connection: doors.enter(connection, old, long_ago))
        assert entered is not None
        await page.evaluate("token => sessionStorage.setItem('thuiswijzer.door', token)", entered[1])
        await page.reload()
        await expect(page.locator("#talk > .line[data-word='page.gone']")).to_be_visible()
        await expect(page.locator("article")).to_have_count(0)


async def test_after_deleting_all_the_page_shows_only_that_it_is_done(browser: Browser, place: Site) -> None:
    talk, link = await place.family()
    choices = [{"id": "delete.yes", "title": "Ja"}]
    await place.store.write(lambda connection: answer(connection, talk, "sent", choices=choices))
    async with tab(browser, "401") as page:
        await go_in(page, link)
        await page.locator("button[data-choice='delete.yes']").click()
        await expect(page.locator("#talk > .line[data-word='page.gone']")).to_be_visible()
        await expect(page.locator("article[data-key='conversation.deleted']")).to_be_visible()
        await expect(page.locator("article[data-seq]")).to_have_count(1)
        await expect(page.locator("#composer")).to_be_hidden()
        assert await page.evaluate("sessionStorage.length") == 0
