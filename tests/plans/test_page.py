"""The plan in a real browser: with and without a script, on small screens, in the dark, and on paper.

With SCREENSHOTS=<folder> pictures are kept.
"""

from __future__ import annotations

import asyncio
import io
import os
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestClient, TestServer
from playwright.async_api import Browser, Page, expect
from pypdf import PdfReader

from channels import app
from tests.conftest import settings_for
from tests.plans.conftest import PlanHouse
from tests.plans.talking import TalkingBot
from tests.webchat.test_page import PHONE, browser, violations

__all__ = ["browser"]
pytestmark = pytest.mark.browser
NARROW = {"width": 320, "height": 640}
SHOWN = ("passports", "housing", "chavez_file", "chavez_apply")


class ShortBot(TalkingBot):
    """Makes sheets with one of everything: axe looks at each element, and a whole plan has thousands."""

    def _turn(self, slot: dict[str, Any], message: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        payloads, after = super()._turn(slot, message)
        for sheet in (payload["sheet"] for payload in payloads if "sheet" in payload):
            sheet["items"] = [item for item in sheet["items"] if item["slug"] in SHOWN]
            for name in ("cards", "findings"):
                sheet[name] = sheet[name][:1]
        return payloads, after


class Place:
    """The address of a gateway, and links to plans of its own making."""

    def __init__(self, home: PlanHouse, loop: asyncio.AbstractEventLoop) -> None:
        self._home, self._loop = home, loop

    async def link(self) -> str:
        """The address of a plan that nobody else looks at."""

        async def make() -> str:
            return str(self._home.client.make_url(await self._home.link(await self._home.open())))

        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(make(), self._loop))

    async def elsewhere(self, address: str, slug: str) -> None:
        """Another device ticks."""
        tick = self._home.tick(address[address.index("/plan/") :], slug)
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(tick, self._loop))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A gateway in a thread of its own, for a browser to visit."""
    folder = tmp_path_factory.mktemp("plans")
    loop, up, ready = asyncio.new_event_loop(), threading.Event(), list[Place]()
    stop, bot = asyncio.Event(), ShortBot()

    async def serve() -> None:
        async with TestServer(bot.app()) as served:
            settings = settings_for(f"sqlite:///{folder / 'plans.db'}", str(served.make_url("")), folder)
            server = TestServer(await app.build(settings))
            async with TestClient(server, cookie_jar=aiohttp.DummyCookieJar()) as client:
                ready.append(Place(PlanHouse(client, bot, settings), loop))
                up.set()
                await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    assert up.wait(60), "the gateway did not start"
    yield ready[0]
    loop.call_soon_threadsafe(stop.set)
    thread.join(10)
    loop.close()


@asynccontextmanager
async def tab(browser: Browser, **options: Any) -> AsyncIterator[Page]:
    """A tab in which no script may fail, and that asks nobody else anything."""
    context = await browser.new_context(**{"viewport": PHONE, "locale": "nl-NL", **options})
    page, wrong = await context.new_page(), list[str]()
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda asked: wrong.append(asked.url) if "//127.0.0.1" not in asked.url else None)
    yield page
    await context.close()
    assert wrong == []


async def keep(page: Page, name: str) -> None:
    if folder := os.environ.get("SCREENSHOTS"):
        await page.screenshot(path=Path(folder) / f"plan-{name}.png", full_page=True)


@pytest.mark.parametrize(
    ("name", "lang", "options"),
    [
        ("nl-phone", "nl", {}),
        ("ar-phone", "ar", {}),
        ("nl-desktop", "nl", {"viewport": {"width": 1280, "height": 900}}),
        ("ti-dark", "ti", {"color_scheme": "dark"}),
        ("nl-narrow", "nl", {"viewport": NARROW}),
    ],
)
async def test_axe_finds_nothing_on_the_page_when_everything_is_unfolded(
    browser: Browser, place: Place, name: str, lang: str, options: dict[str, Any]
) -> None:
    async with tab(browser, **options) as page:
        await page.goto(f"{await place.link()}?l={lang}")
        await expect(page.locator("#passports button")).to_be_visible()
        await keep(page, name)
        await page.locator("#passports summary").click()
        await expect(page.locator("#passports .fact").first).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"
        await page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert await violations(page) == []


async def test_axe_finds_nothing_on_the_small_pages(browser: Browser, place: Place) -> None:
    link = await place.link()
    async with tab(browser) as page:
        for path, lang in (("/host", "nl"), ("/host", "ar"), ("/child", "ti"), ("/end", "nl"), ("x", "ar")):
            await page.goto(f"{link}{path}?l={lang}")
            await expect(page.locator("h1")).to_be_visible()
            assert await page.evaluate("document.documentElement.lang") == lang
            assert await violations(page) == [], path
            await keep(page, f"{path.strip('/')}-{lang}")


async def test_a_tick_needs_no_new_page_and_what_another_device_ticks_appears(browser: Browser, place: Place) -> None:
    link = await place.link()
    async with tab(browser) as page:
        await page.goto(link)
        button = page.locator("#passports button")
        await page.evaluate("window.same = true")
        await button.focus()
        await page.keyboard.press("Enter")
        await expect(button).to_have_attribute("aria-pressed", "true")
        await expect(page.locator("#news")).not_to_be_empty()
        await expect(button).to_be_focused()
        await place.elsewhere(link, "housing")
        await expect(page.locator("#housing button")).to_have_attribute("aria-pressed", "true")
        await expect(button).to_have_attribute("aria-pressed", "true")
        assert await page.evaluate("window.same"), "it is still the same page"


async def test_a_tick_that_did_not_arrive_is_taken_back_and_said_so(browser: Browser, place: Place) -> None:
    async with tab(browser) as page:
        await page.goto(await place.link())
        await page.route("**/tick*", lambda route: route.abort())
        button = page.locator("#passports button")
        await button.click()
        await expect(page.locator("#news")).to_have_text(str(await page.locator("#news").get_attribute("data-failed")))
        await expect(button).to_have_attribute("aria-pressed", "false")


async def test_without_a_script_all_of_it_can_be_read_ticked_and_printed(browser: Browser, place: Place) -> None:
    link = await place.link()
    async with tab(browser, java_script_enabled=False) as page:
        await page.goto(f"{link}?l=nl")
        await expect(page.locator("#passports .fact").first).to_be_visible()
        await page.locator("#passports button").click()
        await expect(page.locator("#passports button")).to_have_attribute("aria-pressed", "true")
        await expect(page.locator("#print")).to_be_hidden()
        await page.locator("#housing summary").click()  # folded by hand: on paper it stands all the same
        await expect(page.locator("#housing .fact").first).to_be_hidden()
        fact = (await page.locator("#housing .fact p").first.text_content()) or ""
        made = await page.pdf(format="A4")
        printed = "".join(one.extract_text() for one in PdfReader(io.BytesIO(made)).pages)
        assert "".join(fact.split()) in "".join(printed.split())
        if folder := os.environ.get("SCREENSHOTS"):
            (Path(folder) / "plan-print.pdf").write_bytes(made)


async def test_ending_the_link_asks_first_and_then_nothing_opens(browser: Browser, place: Place) -> None:
    link = await place.link()
    async with tab(browser) as page:
        await page.goto(link)
        await page.locator("a[href*='/end?']").click()
        await page.locator("form button").click()
        await expect(page.locator("a[href^='/?lang=']")).to_be_visible()
        answer = await page.goto(link)
        assert answer
        assert answer.status == 404
