"""A family on WhatsApp at the desk: until when one can write freely, what waits, what was taken back or not kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from channels.handoff import working
from channels.settings import now
from channels.storage import messages, threads
from tests.desk.page_server import Seat, Site, serve_desks
from tests.desk.test_page import PHONE, SIDEWAYS, STATIC, ZOOMED, act, desk, dialog, picture, take
from tests.webchat.test_page import browser, violations

__all__ = ["browser"]
pytestmark = pytest.mark.browser
WORDS = json.loads((STATIC / "words.json").read_text("utf-8"))
REACH = ".window"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The gateway with two desks."""
    yield from serve_desks(tmp_path_factory.mktemp("reach"))


def words(key: str, lang: str = "nl") -> str:
    return str(WORDS[lang][f"ui.{key}"])


async def case_of(site: Site, seat: Seat, **thread: Any) -> Any:
    """A case that this worker holds, of a family on WhatsApp."""
    case = await site.shared("ar")
    await site.on_whatsapp(case, **thread)
    return await site.write(lambda db: working.take(db, site.office, case, working.Worker(seat.id, seat.name)))


async def check(page: Page) -> None:
    assert await violations(page) == []
    assert not await page.evaluate(SIDEWAYS)


async def test_of_a_family_on_the_web_page_nothing_is_said_about_time(browser: Browser, site: Site) -> None:
    seat, case = await site.seat(), await site.shared("ar")
    async with desk(browser, site, seat, f"/desk/c/{case.code}") as page:
        await take(page)
        await expect(page.locator(REACH)).to_be_hidden()
        await page.locator("#free").fill("Dag")


@pytest.mark.parametrize("lang", ["nl", "en"])
async def test_the_time_that_is_left_runs_down_and_then_the_composer_is_shut_with_what_was_typed_in_it(
    browser: Browser, site: Site, lang: str
) -> None:
    seat = await site.seat("Wil", lang)
    case = await case_of(site, seat, left=timedelta(hours=3, minutes=14))
    async with desk(browser, site, seat, "/desk/me") as page:
        await page.clock.install(time=now())
        await page.goto(f"{site.address}/desk/c/{case.code}")
        left = page.locator(f"{REACH} .left")
        time = words("time.hours", lang).format(hours=3, minutes=12)
        await expect(left).to_have_text(words("reach.open", lang).format(time=time))
        await expect(page.locator(f"{REACH} .words")).to_be_empty()
        await check(page)
        await picture(page, f"reach-open-{lang}")
        await page.locator("#free").fill("Ik zoek het uit")
        await page.clock.fast_forward("03:00:00")
        await expect(page.locator(f"{REACH} .left.soon")).to_be_visible()
        await page.locator("#free").focus()
        await page.clock.fast_forward("12:30")
        await expect(left).to_be_hidden()
        await expect(page.locator(f"{REACH} .words")).to_contain_text(words("reach.silent", lang))
        await expect(page.locator("#write-later")).to_be_focused()
        await expect(page.locator("#free")).to_be_disabled()
        await expect(page.locator("#free")).to_have_value("Ik zoek het uit")
        await check(page)
        await picture(page, f"reach-over-{lang}")


async def test_what_is_written_too_late_is_kept_ready_and_marked_until_the_family_writes_back(
    browser: Browser, site: Site
) -> None:
    seat = await site.seat()
    case = await case_of(site, seat, left=timedelta(minutes=1), notify=1)
    async with desk(browser, site, seat, f"/desk/c/{case.code}") as page:
        await expect(page.locator(f"{REACH} .words")).to_contain_text(words("reach.notify"))
        await page.keyboard.press("/")
        await expect(page.locator(".composer [role=combobox]")).to_be_disabled()
        await page.locator("#write-later").click()
        await expect(page.locator(".composer [role=combobox]")).to_be_focused()
        send = page.locator(".composer button[type=submit]")
        await expect(send).to_have_text(words("send.waits"))
        await page.locator("#free").fill("Ik heb een plek gevonden")
        await check(page)
        await picture(page, "reach-later")
        await page.keyboard.press("Control+Enter")
        sent = page.locator(".message.worker")
        await expect(sent.locator(".waits")).to_be_visible()
        await picture(page, "reach-kept")
        assert [one["author"] for one in await site.kept(case)][-1:] == ["worker"]
        await site.on_whatsapp(case)
        await site.says(case, "شكرا")
        await expect(sent.locator(".waits")).to_be_hidden()
        await expect(page.locator(f"{REACH} .left")).to_be_visible()
        await expect(send).to_have_text(words("send"))


async def test_a_page_whose_clock_is_slow_hears_from_the_server_that_it_is_too_late(
    browser: Browser, site: Site
) -> None:
    seat = await site.seat()
    case = await case_of(site, seat, left=timedelta(seconds=30))
    async with desk(browser, site, seat, "/desk/me") as page:
        await page.clock.install(time=now() - timedelta(minutes=20))
        await page.goto(f"{site.address}/desk/c/{case.code}")
        await page.locator("#free").fill("Net te laat")
        await page.keyboard.press("Control+Enter")
        await expect(page.locator("#write-later")).to_be_visible()
        await expect(page.locator(".message.worker")).to_have_count(0)
        await expect(page.locator("#free")).to_have_value("Net te laat")
        await page.locator("#write-later").click()
        await page.locator("#free").focus()
        await page.keyboard.press("Control+Enter")
        await expect(page.locator(".message.worker")).to_have_count(1)


async def test_a_family_that_wants_silence_is_not_written_to_and_the_desk_says_why(
    browser: Browser, site: Site
) -> None:
    seat = await site.seat()
    case = await case_of(site, seat)
    async with desk(browser, site, seat, f"/desk/c/{case.code}") as page:
        await page.locator("#free").fill("Bent u er nog?")
        await site.write(lambda db: threads.note(db, case.conversation, stopped_at=now()))
        await page.keyboard.press("Control+Enter")
        await expect(page.locator(f"{REACH} .words")).to_have_text(words("reach.stopped"))
        await expect(page.locator("#free")).to_be_disabled()
        await expect(page.locator("#free")).to_have_value("Bent u er nog?")
        await expect(page.locator("#write-later")).to_be_hidden()
        await expect(page.locator(".message.worker")).to_have_count(0)
        await check(page)
        await picture(page, "reach-stopped")
        await act(page, "close").click()
        await expect(dialog(page).locator(".mark").first).to_have_text(words("reach.stopped"))


async def test_how_else_the_family_can_be_reached_stands_beside_it_when_words_would_wait(
    browser: Browser, site: Site
) -> None:
    seat, talk = await site.seat(), await site.asks("ar")
    await site.tap(talk, "handoff.reach.call")
    await site.types(talk, "06 12345678, na 19:00")
    case = await site.tap(talk, "handoff.yes")
    await site.on_whatsapp(case, timedelta(minutes=-90))
    async with desk(browser, site, seat, f"/desk/c/{case.code}") as page:
        await expect(page.locator(REACH)).to_contain_text("06 12345678, na 19:00")
        await expect(page.locator("#write-later")).to_be_hidden()  # nobody has taken it yet
        await act(page, "take").click()
        await expect(page.locator("#write-later")).to_be_focused()
        await check(page)
        await picture(page, "reach-call")


async def test_on_the_secure_page_one_writes_freely_and_a_mark_says_so(browser: Browser, site: Site) -> None:
    seat = await site.seat()
    case = await case_of(site, seat, left=timedelta(hours=-3))
    await site.to_page(case)
    async with desk(browser, site, seat, f"/desk/c/{case.code}") as page:
        await expect(page.locator(f"{REACH} .badge")).to_have_text(words("reach.page"))
        await page.locator("#free").fill("Dag")
        await page.keyboard.press("Control+Enter")
        await expect(page.locator(".message.worker")).to_have_count(1)
        await expect(page.locator(".message.worker .waits")).to_be_hidden()
        await check(page)
        await picture(page, "reach-page")


@pytest.mark.parametrize("size", [PHONE, ZOOMED], ids=["phone", "zoomed"])
async def test_every_state_of_it_fits_on_a_phone_and_at_200_percent(
    browser: Browser, site: Site, size: dict[str, int]
) -> None:
    seat = await site.seat()
    for name, thread in (("open", {}), ("over", {"left": timedelta(0)}), ("stopped", {"stopped_at": now()})):
        case = await case_of(site, seat, **thread)
        await site.sent(case, kind="voice")
        async with desk(browser, site, seat, f"/desk/c/{case.code}", viewport=size) as page:
            await expect(page.locator(REACH)).to_be_visible()
            await check(page)
            await picture(page, f"reach-{name}-{size['width']}")


@pytest.mark.parametrize("lang", ["nl", "en"])
async def test_what_was_sent_and_not_kept_is_named_and_nothing_is_empty(
    browser: Browser, site: Site, lang: str
) -> None:
    seat = await site.seat("Wil", lang)
    case = await case_of(site, seat)
    kinds = ("media", "voice", "sticker", "location", "contact", "unreadable", "call")
    for kind in kinds:
        await site.sent(case, kind=kind)
    async with desk(browser, site, seat, f"/desk/c/{case.code}") as page:
        said = page.locator(".message.family")
        await expect(said).to_have_count(len(kinds))
        for number, kind in enumerate(kinds):
            await expect(said.nth(number).locator(".became")).to_have_text(f"({words(f'kind.{kind}', lang)})")
            await expect(said.nth(number).locator(".theirs")).to_have_count(0)
        await check(page)
        await picture(page, f"kinds-{lang}")


async def test_what_a_family_takes_back_or_changes_becomes_different_on_a_page_that_stands_open(
    browser: Browser, site: Site
) -> None:
    seat = await site.seat()
    case = await case_of(site, seat)
    for text in ("الأول", "الثاني", "الثالث"):
        await site.says(case, text)
    async with desk(browser, site, seat, f"/desk/c/{case.code}") as page:
        said = page.locator(".message.family")
        await expect(said).to_have_count(3)
        first = int(await said.first.get_attribute("data-seq") or 0)
        await page.locator("#free").fill("nog niet verstuurd")
        await site.revises(case, first, "revoked")
        await expect(said.first.locator(".became")).to_have_text(f"({words('talk.revoked')})")
        await site.revises(case, first + 1, "edited", "الثاني الجديد")
        await expect(said.nth(1).locator(".became")).to_have_text(f"({words('talk.edited')})")
        await expect(said.nth(1).locator(".theirs")).to_have_text("الثاني الجديد")
        await expect(said).to_have_count(3)
        await expect(said.first.locator(".theirs, .mark:visible")).to_have_count(0)
        await expect(page.locator("#free")).to_have_value("nog niet verstuurd")
        await expect(page.locator("#free")).to_be_focused()
        assert "الأول" not in await page.content()
        await check(page)
        await picture(page, "revised")
        await page.reload()
        await expect(said.first.locator(".became")).to_have_text(f"({words('talk.revoked')})")


async def test_a_message_that_whatsapp_could_not_bring_says_so_in_its_own_place(browser: Browser, site: Site) -> None:
    seat = await site.seat()
    case = await case_of(site, seat)
    async with desk(browser, site, seat, f"/desk/c/{case.code}") as page:
        await page.locator("#free").fill("Dag")
        await page.keyboard.press("Control+Enter")
        await expect(page.locator(".message.worker")).to_have_count(1)
        await site.write(lambda db: messages.undelivered(db, site.outbox_of(db, case)))
        await site.alarms(case, "not delivered")
        await expect(page.locator(".message.worker .became")).to_have_text(f"({words('talk.undelivered')})")
        await expect(page.locator(f".notice.alarm[data-code={case.code}]")).to_contain_text(words("why.not_delivered"))
        await check(page)
