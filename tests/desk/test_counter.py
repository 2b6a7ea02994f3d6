"""At a counter with two telephones: the family's page shows a code large, the worker's telephone scans it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from channels.handoff.codes import qr_svg
from channels.storage import cases
from tests.desk.page_server import ADDRESS, Site, serve_desks
from tests.desk.test_page import SIDEWAYS, desk, log_in, picture
from tests.webchat.test_page import PHONE, browser, opened, violations

__all__ = ["browser"]
pytestmark = pytest.mark.browser
DIALOG = "[role=dialog]"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The gateway with two desks."""
    yield from serve_desks(tmp_path_factory.mktemp("counter"))


async def shown(site: Site) -> tuple[str, dict[str, Any]]:
    """A family that shows its code: the talk, and the message."""
    talk = await site.asks("ar")
    await site.tap(talk, "handoff.counter")
    return talk, (await site.read(talk))[-1]


def digits_of(message: dict[str, Any]) -> str:
    return re.sub(r"\D", "", message["card"]["dutch"][0])


async def choose(page: Page, choice: str) -> None:
    await page.locator(f"button[data-choice='{choice}']").last.click()


async def test_the_code_to_scan_leads_to_the_desk_with_the_digits_behind_the_hash(site: Site) -> None:
    _, message = await shown(site)
    digits = digits_of(message)
    assert message["key"] == "handoff.counter_code"
    assert message["card"]["qr"] == qr_svg(f"{ADDRESS}/desk#counter={digits}")
    assert message["card"]["dutch"][0] in message["text"]
    assert len(message["card"]["qr"]) < 8000


@pytest.mark.parametrize("locale", ["nl-NL", "ar-MA"])
async def test_the_family_sees_it_large_and_the_question_that_follows_takes_its_place(
    browser: Browser, site: Site, locale: str
) -> None:
    seat = await site.seat()
    async with opened(browser, site.address, locale=locale) as page:
        await page.locator("#say").fill("hallo")
        await page.locator("#say").press("Enter")
        await choose(page, "person")
        await choose(page, "handoff.counter")
        await expect(page.locator(f"{DIALOG} .qr")).to_be_visible()
        wide = await page.locator(f"{DIALOG} .qr").evaluate("one => one.decode().then(() => one.naturalWidth)")
        assert wide > 100
        await expect(page.locator(f"{DIALOG} .large")).to_be_in_viewport()
        await expect(page.locator(f"{DIALOG} .qr")).to_be_in_viewport(ratio=0.9)
        assert await violations(page) == []
        assert not await page.evaluate(SIDEWAYS)
        await picture(page, f"counter-family-{locale}")
        digits = re.sub(r"\D", "", await page.locator(f"{DIALOG} .large").inner_text())
        async with desk(browser, site, seat, f"/desk#counter={digits}", viewport=PHONE) as worker:
            await worker.keyboard.press("Enter")
            await expect(worker.locator("#waits")).not_to_be_empty()
            await expect(page.locator(DIALOG)).to_have_count(0)
            await choose(page, "handoff.yes")
            await expect(worker.locator(".composer")).to_be_visible()


async def test_after_a_reload_the_code_is_there_and_does_not_open_by_itself(browser: Browser, site: Site) -> None:
    async with opened(browser, site.address) as page:
        await page.locator("#say").fill("hallo")
        await page.locator("#say").press("Enter")
        await choose(page, "person")
        await choose(page, "handoff.counter")
        await expect(page.locator(f"{DIALOG} .qr")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(page.locator(DIALOG)).to_have_count(0)
        await page.reload()
        await page.locator(".tool").last.click()
        await expect(page.locator(f"{DIALOG} .qr")).to_be_visible()


async def test_a_worker_who_scans_it_still_has_to_press_and_the_digits_do_not_stay_in_the_address(
    browser: Browser, site: Site
) -> None:
    seat = await site.seat()
    talk, message = await shown(site)
    digits = digits_of(message)
    async with desk(browser, site, seat, f"/desk#counter={digits}", viewport=PHONE) as page:
        await expect(page.locator("#digits")).to_have_value(digits)
        await expect(page.locator("form button.main")).to_be_focused()
        assert page.url == f"{site.address}/desk/counter"
        assert "counter" not in (await site.run(site.store.read(lambda db: cases.all_of(db, talk)[0]))).facts
        assert await violations(page) == []
        await picture(page, "counter-scanned")
        await page.keyboard.press("Enter")
        await expect(page.locator("#waits")).not_to_be_empty()
        await page.goto(f"{site.address}/desk/counter")
        await expect(page.locator("#digits")).to_have_value("")


async def test_whoever_scans_before_logging_in_has_the_digits_after_it(browser: Browser, site: Site) -> None:
    seat = await site.seat()
    async with desk(browser, site, path="/desk#counter=123456") as page:
        await log_in(page, seat)
        await expect(page.locator("#digits")).to_have_value("123456")


@pytest.mark.parametrize("behind", ["counter=12345", "counter=1234567", "counter=12345x", "counter=", "x"])
async def test_what_is_no_code_is_not_filled_in(browser: Browser, site: Site, behind: str) -> None:
    async with desk(browser, site, await site.seat(), f"/desk#{behind}") as page:
        await expect(page.locator(".rows, .count").first).to_be_attached()
        assert page.url.startswith(f"{site.address}/desk#")


async def test_who_sees_no_cases_is_not_led_to_the_counter(browser: Browser, site: Site) -> None:
    async with desk(browser, site, await site.seat("Baas", wijk="admin"), "/desk#counter=123456") as page:
        await expect(page.locator(".people li").first).to_be_visible()


async def test_without_an_address_the_digits_stand_there_alone(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(site.office), "address", property(lambda _: ""))
    _, message = await shown(site)
    assert message["key"] == "handoff.counter_code"
    assert message["card"] is None
