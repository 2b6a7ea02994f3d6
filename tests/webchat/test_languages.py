"""The page in each of ten languages, in a real browser. With SCREENSHOTS=<folder> a picture of each is kept."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from channels.settings import ROOT
from channels.words import load_languages
from tests.webchat.test_page import browser, opened, say, violations  # noqa: F401 - a fixture

pytestmark = pytest.mark.browser
LANGUAGES = load_languages(ROOT / "locales")


@pytest.mark.parametrize("code", LANGUAGES)
async def test_the_page_speaks_the_language_of_its_reader_in_its_direction(
    browser: Browser,  # noqa: F811
    site: str,
    code: str,
) -> None:
    async with opened(browser, f"{site}?lang={code}") as page:
        html = page.locator("html")
        await expect(html).to_have_attribute("lang", code)
        await expect(html).to_have_attribute("dir", LANGUAGES[code].dir)
        await say(page, "bron")
        article = page.locator("article.bot").last
        await expect(article.locator(".bubble").first).to_have_attribute("lang", code)
        drafts = await page.locator("article[data-key='conversation.draft_language']").count()
        assert drafts == (LANGUAGES[code].state == "draft")
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"
        assert await violations(page) == []
        if folder := os.environ.get("SCREENSHOTS"):
            await page.screenshot(path=Path(folder) / f"chat-{code}-phone.png")


async def test_every_language_can_be_chosen_on_the_page_by_its_own_name(browser: Browser, site: str) -> None:  # noqa: F811
    async with opened(browser, site) as page:
        shown = await page.locator("#languages button").all_inner_texts()
        assert shown == [language.name for language in LANGUAGES.values()]
        langs = await page.locator("#languages button").evaluate_all("all => all.map(one => one.lang)")
        assert langs == list(LANGUAGES)
