"""The page of a post in a real browser: nothing that axe finds, nothing of anybody else, and room on a small screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from channels.storage import entries
from channels.storage.store import make_engine
from tests.fakes import ScriptedBot
from tests.webchat.conftest import page_of
from tests.webchat.test_page import browser, violations

__all__ = ["browser"]
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the database of this gateway is."""
    return tmp_path_factory.mktemp("embassy")


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[str]:
    """The address of a gateway."""
    yield from page_of(ScriptedBot(), folder)


@pytest.fixture
def withdrawn(site: str, folder: Path) -> str:  # noqa: ARG001 - its tables are there once it answers
    """A code that was withdrawn."""
    engine = make_engine(f"sqlite:///{folder / 'site.db'}")
    with engine.begin() as connection:
        code = entries.make(connection, "paramaribo", "es", "")
        entries.revoke(connection, code)
    engine.dispose()
    return code


async def test_axe_finds_nothing_on_the_page_and_on_what_stands_where_nothing_is(
    browser: Browser, site: str, withdrawn: str
) -> None:
    page = await browser.new_page(viewport={"width": 320, "height": 568}, locale="nl-NL")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in ("e/paramaribo", "e/willemstad?l=ar", "e/nowhere?l=ar", f"d/{withdrawn}"):
        await page.goto(f"{site}{path}")
        await expect(page.locator("h1")).to_be_visible()
        assert await violations(page) == [], path
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} scrolls sideways"
    assert [url for url in asked if not url.startswith(site)] == []
    await page.close()


async def test_without_script_a_keyboard_reaches_the_talk_and_the_talk_knows_the_post(
    browser: Browser, site: str
) -> None:
    plain = await browser.new_context(java_script_enabled=False, locale="nl-NL")
    page = await plain.new_page()
    await page.goto(f"{site}e/paramaribo")
    await page.keyboard.press("Tab")
    await expect(page.locator(".skip")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    address = await page.locator(":focus").get_attribute("href")
    await plain.close()
    assert address == "/?post=paramaribo&lang=nl"
    page = await browser.new_page(locale="nl-NL")
    await page.goto(f"{site.rstrip('/')}{address}")
    await page.locator("#say").fill("hallo")
    await page.locator("#say").press("Enter")
    await expect(page.locator("article[data-key='entry.post.embassy']")).to_be_visible()
    await page.close()


@pytest.mark.parametrize("way", ["tap", "escape"])
async def test_leaving_shows_another_website_and_the_way_back_does_not_lead_here(
    browser: Browser, site: str, way: str
) -> None:
    page = await browser.new_page(locale="nl-NL")
    await page.route("https://**", lambda route: route.fulfill(body="weather", content_type="text/html"))
    await page.goto(f"{site}static/house.svg")
    await page.goto(f"{site}e/paramaribo")
    away = page.locator("#away")
    where = str(await away.get_attribute("href"))
    if way == "tap":
        await away.click()
    else:
        for _ in range(3):
            await page.keyboard.press("Escape")
    await expect(page).to_have_url(where)
    await page.go_back()
    await expect(page).to_have_url(f"{site}static/house.svg")
    await page.close()
