"""The web chat page in a real browser, against the real gateway (fixture `site`: its address) with a scripted bot."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, async_playwright, expect

pytestmark = pytest.mark.browser

STATIC = Path(__file__).parents[2] / "channels/webchat/static"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
QUIET += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
PHONE = {"width": 390, "height": 844}
ZOOMED = {"width": 320, "height": 256}  # 1280 × 1024 at 400 %
QUESTION = "article[data-key='ask.place']"
expect.set_options(timeout=30_000)  # nothing here is about speed, and a machine may be busy
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def chromium(bundled: str) -> str | None:
    """Where Chromium stands; None: where Playwright looks. Without one the test is skipped, but never in CI."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not (found or "CI" in os.environ or Path(bundled).exists()):
        pytest.skip("Chromium is not here: install it, or set CHROMIUM to it")
    return found


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        path = chromium(playwright.chromium.executable_path)
        browser = await playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        await browser.close()


@asynccontextmanager
async def opened(browser: Browser, site: str, **options: Any) -> AsyncIterator[Page]:
    """A page that is ready; a script error in it fails the test."""
    context = await browser.new_context(**{"viewport": PHONE, "locale": "nl-NL", **options})
    page, errors = await context.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    await page.goto(site)
    await expect(page.locator("#languages button").first).to_be_visible()
    yield page
    await context.close()
    assert not errors


async def say(page: Page, text: str) -> None:
    """Type, send, and wait until the page shows what the bot answers."""
    answers = page.locator("article.bot, article.system")
    before = max(await answers.count(), 1)  # the first is the welcome
    await page.locator("#say").fill(text)
    await page.locator("#say").press("Enter")
    await expect(answers.nth(before)).to_be_visible()


async def violations(page: Page) -> list[str]:
    """What axe finds; the fixed bars lie still meanwhile, or it calls every button half under them too small."""
    lie = "how => document.querySelectorAll('header, .composer').forEach(bar => bar.style.position = how)"
    await page.evaluate(lie, "static")
    found = await Axe().run(page, options=RULES)
    await page.evaluate(lie, "")
    return [f"{one['id']}: {[node['html'][:120] for node in one['nodes']]}" for one in found.response["violations"]]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"viewport": {"width": 1280, "height": 900}},
        {"locale": "ar-MA"},
        {"color_scheme": "dark"},
        {"viewport": ZOOMED},
    ],
    ids=["phone", "desk", "arabic", "dark", "zoomed"],
)
async def test_axe_finds_nothing_before_and_during_a_talk_and_with_sources_open(
    browser: Browser, site: str, options: dict[str, Any]
) -> None:
    async with opened(browser, site, **options) as page:
        assert await violations(page) == []
        await say(page, "hallo")
        assert await violations(page) == []
        await say(page, "bron")
        await page.locator("details.sources summary").last.click()
        await expect(page.locator("details.sources a").last).to_be_visible()
        assert await violations(page) == []
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"


async def test_a_whole_talk_works_with_the_keyboard_alone_and_the_focus_stays_where_it_was(
    browser: Browser, site: str
) -> None:
    async with opened(browser, site) as page:
        await page.keyboard.press("Tab")
        await expect(page.locator(".skip")).to_be_focused()
        await page.keyboard.press("Enter")
        for _ in range(20):
            await page.keyboard.press("Tab")
            if await page.evaluate("document.activeElement.id") == "say":
                break
        await page.keyboard.type("ik heb een vraag")
        await page.keyboard.press("Enter")
        question = page.locator(QUESTION).first
        await expect(question).to_be_visible()
        await expect(page.locator("#say")).to_be_focused()
        await expect(page.locator("#say")).to_have_value("")
        await page.keyboard.press("Shift+Tab")
        button = question.get_by_role("button").last
        await expect(button).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.locator("article.family")).to_have_count(2)
        await expect(page.locator(QUESTION)).to_have_count(2)
        await expect(button).to_be_focused()


async def test_only_the_newest_question_stands_out_and_older_choices_keep_working(browser: Browser, site: str) -> None:
    async with opened(browser, site) as page:
        await say(page, "een")
        await say(page, "twee")
        questions = page.locator(QUESTION)
        await expect(page.locator(".choices.now")).to_have_count(1)
        await expect(questions.last.locator(".choices.now")).to_have_count(1)
        await questions.first.get_by_role("button").first.click()
        await expect(page.locator("article.family")).to_have_count(3)
        await expect(questions).to_have_count(3)


async def test_a_message_of_the_family_is_shown_once(browser: Browser, site: str) -> None:
    async with opened(browser, f"{site}?topic={'x' * 3000}") as page:  # an address that somebody spoiled is fine too
        await say(page, "maar een keer")
        await expect(page.locator("article.family[data-seq]")).to_have_count(1)
        await expect(page.locator("article.family")).to_have_count(1)
        numbers = await page.locator("article").evaluate_all("all => all.map(one => Number(one.dataset.seq))")
        assert len(numbers) == 3
        assert numbers == sorted(set(numbers))


async def test_arabic_turns_the_whole_page_round(browser: Browser, site: str) -> None:
    async with opened(browser, site, locale="ar-MA") as page:
        assert await page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["ar", "rtl"]
        await say(page, "مرحبا")
        bubble = page.locator("article.bot .bubble").first
        assert await bubble.get_attribute("lang") == "ar"
        assert await bubble.get_attribute("dir") == "rtl"
        say_box, send_box = await page.locator("#say").bounding_box(), await page.locator("#send").bounding_box()
        assert say_box
        assert send_box
        assert send_box["x"] < say_box["x"]


async def test_choosing_a_language_changes_the_page_and_is_told_to_a_talk_that_goes_on(
    browser: Browser, site: str
) -> None:
    async with opened(browser, site) as page:
        await say(page, "hallo")
        await page.locator("#language").select_option("ar")
        await expect(page.locator("html[lang=ar][dir=rtl]")).to_have_count(1)
        await expect(page.locator("article.family").last).to_contain_text("العربية")
        await expect(page.locator("article:not(.family) .bubble[lang=ar]").first).to_be_visible()
        assert await page.locator("#language").input_value() == "ar"


async def test_a_reload_shows_the_same_talk_and_goes_on(browser: Browser, site: str) -> None:
    async with opened(browser, site) as page:
        await say(page, "goedemiddag")
        before = await page.locator("article .bubble").all_inner_texts()
        await page.reload()
        await expect(page.locator("article")).to_have_count(len(before))
        assert await page.locator("article .bubble").all_inner_texts() == before
        await say(page, "en nu?")
        await expect(page.locator("article.family")).to_have_count(2)


@pytest.mark.parametrize("way", ["button", "escape"])
async def test_leaving_wipes_this_tab_and_leaves_no_way_back(browser: Browser, site: str, way: str) -> None:
    async with opened(browser, site) as page:
        away = await page.locator("body").get_attribute("data-exit")
        assert away
        await page.context.route(f"{away}**", lambda route: route.fulfill(body="weer", content_type="text/plain"))
        await say(page, "hallo")
        steps = await page.evaluate("history.length")
        if way == "button":
            await page.locator("#exit").click()
        else:
            for _ in range(3):
                await page.keyboard.press("Escape")
        await page.wait_for_url(away)
        assert await page.evaluate("history.length") == steps
        await page.goto(site)
        await expect(page.locator("#languages button").first).to_be_visible()
        assert await page.evaluate("sessionStorage.length") == 0
        await expect(page.locator("article")).to_have_count(0)


async def test_the_emergency_button_is_always_in_sight_and_shows_numbers_to_call(browser: Browser, site: str) -> None:
    async with opened(browser, site, viewport=ZOOMED) as page:
        await say(page, "bron")
        await page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
        await expect(page.locator("#emergency")).to_be_in_viewport(ratio=1)
        await page.locator("#emergency").click()
        await expect(page.locator("article:not(.family) a[href='tel:112']").first).to_be_visible()


async def test_an_emergency_without_a_connection_still_shows_112_and_goes_out_later(
    browser: Browser, site: str
) -> None:
    async with opened(browser, site) as page:
        await say(page, "hallo")
        await page.context.set_offline(True)
        await page.locator("#emergency").click()
        await expect(page.locator("article.family a[href='tel:112']")).to_be_visible()
        await expect(page.locator(".state.failed .retry")).to_be_visible()
        await page.context.set_offline(False)
        await expect(page.locator("article:not(.family) a[href='tel:112']").first).to_be_visible(timeout=60_000)


async def test_nothing_is_stored_or_asked_before_the_first_message_and_nobody_else_is_called(
    browser: Browser, site: str
) -> None:
    context = await browser.new_context(viewport=PHONE, locale="nl-NL")
    page, requests = await context.new_page(), []
    page.on("request", lambda request: requests.append((request.method, request.url)))
    await page.goto(site)
    await expect(page.locator("#languages button").first).to_be_visible()
    assert [url for method, url in requests if method != "GET"] == []
    assert await page.evaluate("[sessionStorage.length, localStorage.length, document.cookie]") == [0, 0, ""]
    await say(page, "bron")
    assert await page.evaluate("[sessionStorage.length, localStorage.length, document.cookie]") == [1, 0, ""]
    assert await context.cookies() == []
    assert [url for _, url in requests if not url.startswith(site.rstrip("/"))] == []
    await context.close()


LATER = ("desk.js", "desk.css", "aloud.js", "tools.js")  # fetched once the page stands, or when a talk needs them
DOOR = ("door.html", "door.css", "door.js", "inside.js")  # only for a family that comes from WhatsApp


def test_the_page_is_small_enough_for_a_slow_phone() -> None:
    page = (STATIC / "index.html").read_text("utf-8")
    sizes = {file.name: file.stat().st_size for file in STATIC.iterdir()}
    first = {"index.html", *re.findall(r"/static/([\w.]+)", page)}
    assert first & {*LATER, *DOOR} == set()
    assert sum(sizes[name] for name in first) < 52 * 1024  # and a third of that once it is packed
    assert sum(sizes[name] for name in LATER) < 14 * 1024
    assert sum(sizes[name] for name in DOOR) < 6 * 1024
