"""In a real browser: which website can hold the chat, and the pages for a gemeente and for an unknown site."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.conftest import settings_for
from tests.fakes import ScriptedBot
from tests.webchat import conftest
from tests.webchat.test_page import PHONE, ZOOMED, browser, violations

__all__ = ["browser"]
pytestmark = pytest.mark.browser

GREETS = "greeting: {nl: Dag allemaal, ar: أهلا}\n"
SILENT = '<meta name="referrer" content="no-referrer">'


class Host(BaseHTTPRequestHandler):
    """A website that holds the chat; below /silent it does not tell who it is."""

    address = ""  # of the chat

    def do_GET(self) -> None:
        policy = SILENT if self.path == "/silent" else ""
        body = f'<!doctype html><html lang="nl"><title>Gast</title>{policy}<iframe src="{self.address}"></iframe>'
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@dataclass(frozen=True)
class Town:
    """A gateway with one site, a website that may hold it, and one that may not."""

    allowed: str
    stranger: str


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    hosts = [ThreadingHTTPServer(("127.0.0.1", 0), Host) for _ in range(2)]
    for host in hosts:
        threading.Thread(target=host.serve_forever, daemon=True).start()
    allowed, stranger = (f"http://localhost:{host.server_port}" for host in hosts)
    sites = tmp_path / "sites"
    sites.mkdir()
    (sites / "stad.yml").write_text(f"name: Stad\norigins: ['{allowed}']\n{GREETS}", encoding="utf-8")
    monkeypatch.setattr(conftest, "settings_for", lambda *given: replace(settings_for(*given), sites=sites))
    for url in conftest.page_of(ScriptedBot(), tmp_path):
        monkeypatch.setattr(Host, "address", f"{url}w/stad")
        yield Town(allowed, stranger)
    for host in hosts:
        host.shutdown()
        host.server_close()


async def test_only_a_website_on_the_list_can_hold_the_chat_which_greets_in_the_chosen_language(
    browser: Browser, town: Town
) -> None:
    context = await browser.new_context(viewport=PHONE, locale="nl-NL")
    page = await context.new_page()
    inside = page.frame_locator("iframe")
    await page.goto(town.allowed)
    await expect(inside.locator("#say")).to_be_visible()
    greeting = inside.locator("#greeting")
    for code, words in (("ar", "أهلا"), ("nl", "Dag allemaal")):
        await inside.locator("#language").select_option(code)
        await expect(greeting).to_have_text(words)
        assert await greeting.get_attribute("lang") is None
    await page.goto(town.stranger)
    await expect(inside.locator("a.button[target=_top]")).to_be_visible()
    await expect(inside.locator("#say")).to_have_count(0)
    async with page.expect_console_message(lambda told: "frame-ancestors" in told.text):
        await page.goto(f"{town.stranger}/silent")
    assert await context.cookies() == []
    await context.close()


@pytest.mark.parametrize(
    ("options", "documents"),
    [
        ({"viewport": PHONE}, ["dpia", "privacy"]),
        ({"viewport": ZOOMED, "color_scheme": "dark"}, ["algoritmeregister", "verwerkersovereenkomst"]),
        ({"viewport": {"width": 1280, "height": 900}}, ["toegankelijkheidsverklaring", "schermlezers"]),
    ],
    ids=["phone", "zoomed and dark", "screen"],
)
async def test_axe_finds_nothing_on_the_page_for_gemeenten_and_its_documents(
    browser: Browser, site: str, options: dict[str, Any], documents: list[str]
) -> None:
    context = await browser.new_context(locale="nl-NL", **options)
    page = await context.new_page()
    await page.route("**/w/demo?**", lambda route: route.fulfill(body="voorbeeld", content_type="text/plain"))
    for path in ("for/gemeenten?theme=utrecht&width=screen", *(f"for/gemeenten/{name}" for name in documents)):
        await page.goto(f"{site}{path}")
        assert await violations(page) == [], path
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} scrolls sideways"
    await context.close()


async def test_a_site_that_does_not_answer_is_told_without_fault_in_dutch_and_arabic(
    browser: Browser, site: str
) -> None:
    for locale, direction in (("nl-NL", "ltr"), ("ar-MA", "rtl")):
        context = await browser.new_context(viewport=PHONE, locale=locale)
        page = await context.new_page()
        await page.goto(f"{site}w/nergens")
        assert await page.evaluate("document.documentElement.dir") == direction
        assert await violations(page) == []
        await page.locator("a.button").click()
        await expect(page.locator("#say")).to_be_visible()
        await context.close()


async def test_a_web_editor_sees_the_chat_in_other_colours_and_copies_the_lines(browser: Browser, site: str) -> None:
    context = await browser.new_context(viewport=PHONE, locale="nl-NL")
    await context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = await context.new_page()
    await page.goto(f"{site}for/gemeenten")
    await page.locator("#theme").select_option("rotterdam")
    await page.locator("#lang").select_option("ar")
    await page.get_by_role("button", name="Laat zien").click()
    inside = page.frame_locator("iframe")
    await expect(inside.locator("html[dir=rtl]")).to_have_count(1)
    accent = "getComputedStyle(document.documentElement).getPropertyValue('--green')"
    await expect(inside.locator("#say")).to_be_visible()
    assert await inside.locator("html").evaluate(f"() => {accent}") == "#00811f"
    await page.locator("#copy").click()
    await expect(page.locator("#copied")).not_to_be_empty()
    pasted = await page.evaluate("navigator.clipboard.readText()")
    assert pasted.strip() == (await page.locator("#snippet").input_value()).strip()
    assert 'data-site="demo"' in pasted
    await context.close()


async def test_without_scripts_the_page_for_gemeenten_shows_the_same_lines_and_preview(
    browser: Browser, site: str
) -> None:
    context = await browser.new_context(viewport=PHONE, locale="nl-NL", java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"{site}for/gemeenten?theme=amsterdam")
    await expect(page.locator("#snippet")).to_be_visible()
    await expect(page.locator("#copy")).to_be_hidden()
    await expect(page.locator("iframe[src*='theme=amsterdam']")).to_be_visible()
    await context.close()
