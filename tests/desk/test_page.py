"""The worker desk's page in a real browser, against the real gateway: one site for all tests, with its own families."""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest
from playwright.async_api import Browser, Locator, Page, expect

from channels.desk.acts import ACTS
from channels.filling import written
from channels.handoff import working
from channels.handoff.machine import State, Timer
from channels.settings import now
from channels.storage import desk_sessions
from tests.desk.page_server import PASSWORD, Seat, Site, serve_desks
from tests.webchat.test_page import browser, violations

__all__ = ["browser"]
pytestmark = pytest.mark.browser
STATIC = Path(__file__).parents[2] / "channels/desk/static"
WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}
ZOOMED = {"width": 640, "height": 450}  # 1280 × 900 at 200 %
SCREENSHOTS = os.environ.get("SCREENSHOTS", "")
SIDEWAYS = "document.documentElement.scrollWidth > innerWidth"
HELLO = "phrase.greet.hello"
APPOINTMENT = "phrase.appointment.when"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The gateway with two desks."""
    yield from serve_desks(tmp_path_factory.mktemp("desk"))


@asynccontextmanager
async def desk(
    browser: Browser, site: Site, seat: Seat | None = None, path: str = "/desk", **options: Any
) -> AsyncIterator[Page]:
    """A page at the desk, logged in as `seat`; a script error or a refused style in it fails the test."""
    context = await browser.new_context(**{"viewport": WIDE, "locale": "nl-NL", **options})
    if seat:
        await context.add_cookies([{"name": "desk", "value": seat.cookie, "url": site.address}])
    page, errors = await context.new_page(), list[str]()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if "Content Security" in said.text else None)
    await page.goto(site.address + path)
    await expect(page.locator("main h1").first).to_be_visible()
    yield page
    await context.close()
    assert errors == []


async def picture(page: Page, name: str) -> None:
    if SCREENSHOTS:
        await page.screenshot(path=f"{SCREENSHOTS}/{name}.png", full_page=True)


async def log_in(page: Page, seat: Seat, code: str = "") -> None:
    await page.locator("#email").fill(seat.email)
    await page.locator("#password").fill(PASSWORD)
    await page.locator("#code").fill(code or pyotp.TOTP(seat.secret).now())
    await page.keyboard.press("Enter")


def act(page: Page, name: str) -> Locator:
    return page.locator(f"[data-act={name}]")


async def take(page: Page) -> None:
    await act(page, "take").click()
    await expect(page.get_by_role("combobox", name="Zoek een zin")).to_be_focused()


async def pick(page: Page, words: str) -> None:
    """Find a sentence by its words and take the first."""
    search = page.locator("input[role=combobox]").last
    await search.fill(words)
    await expect(page.locator("[role=option][aria-selected=true]")).to_be_visible()
    await search.press("Enter")


def dialog(page: Page) -> Locator:
    return page.locator("dialog[open]")


async def test_wrong_details_stay_out_right_ones_come_in_and_logout_leaves_nothing_typed(
    browser: Browser, site: Site
) -> None:
    seat, case = await site.seat(), await site.shared()
    async with desk(browser, site, path=f"/desk/c/{case.code}") as page:
        await log_in(page, seat, "000000")
        await expect(page.locator(".error")).to_be_visible()
        await expect(page.locator("#code")).to_be_focused()
        await log_in(page, seat)
        await expect(page.locator("h1")).to_contain_text(case.code)  # back to where it was going
        await take(page)
        await page.locator("#free").fill("nog niet verstuurd")
        other = await page.context.new_page()
        await other.goto(site.address + "/desk")
        await expect(other.locator(".rows")).to_be_visible()
        await page.locator("#logout").click()
        await expect(page.locator("#email")).to_be_focused()
        await expect(other.locator("#email")).to_be_visible()
        kept = await page.evaluate("JSON.stringify(sessionStorage)")
        assert "nog niet" not in kept
        await page.goto(f"{site.address}/desk/c/{case.code}")
        await expect(page.locator("#email")).to_be_visible()


async def test_an_invitation_gives_a_secret_to_scan_and_ten_codes_once(browser: Browser, site: Site) -> None:
    email, token = await site.invited("Noor")
    async with desk(browser, site, path=f"/desk/join#{token}") as page:
        await expect(page.get_by_text("Noor")).to_be_visible()
        assert await page.locator(".qr").evaluate("image => image.decode().then(() => image.naturalWidth > 50)")
        assert await violations(page) == []
        await picture(page, "join")
        secret = (await page.locator(".secret").inner_text()).replace(" ", "")
        await page.locator("#password").fill("kort")
        await page.locator("#code").fill(pyotp.TOTP(secret).now())
        await page.keyboard.press("Enter")
        await expect(page.locator(".error")).to_be_visible()
        await page.locator("#password").fill(PASSWORD)
        await page.keyboard.press("Enter")
        await expect(page.locator(".codes li")).to_have_count(10)
        assert await violations(page) == []
        await picture(page, "codes")
        recovery = await page.locator(".codes code").first.inner_text()
        assert token not in page.url
        await page.locator("button.main").click()
        await log_in(page, Seat(0, "Noor", email, secret, ""), recovery)
        await expect(page.locator(".rows")).to_be_visible()


async def test_an_invitation_that_is_not_valid_says_so(browser: Browser, site: Site) -> None:
    async with desk(browser, site, path="/desk/join#nothing") as page:
        await expect(page.locator(".error")).to_be_visible()
        await expect(page.locator("form")).to_have_count(0)


async def test_filters_stand_in_the_address_and_count(browser: Browser, site: Site) -> None:
    spanish, arabic = await site.shared("es", "haven"), await site.shared("ar", "wijk")
    seat = await site.seat("Wil", wijk="agent", haven="agent")
    async with desk(browser, site, seat) as page:
        await page.locator("#filter-lang").select_option("es")
        await page.locator("#filter-org").select_option("haven")
        await expect(page.locator(f"[data-code={spanish.code}]")).to_be_visible()
        await expect(page.locator(f"[data-code={arabic.code}]")).to_have_count(0)
        count = await page.locator(".rows li").count()
        await expect(page.locator("#who-all")).to_contain_text(f"({count})")
        await expect(page.locator("#who-mine")).to_contain_text("(0)")
        assert "lang=es" in page.url
        assert "org=haven" in page.url
        await page.reload()
        await expect(page.locator("#filter-lang")).to_have_value("es")
        await expect(page.locator(f"[data-code={arabic.code}]")).to_have_count(0)
        await page.locator("#who-mine").click()
        await expect(page.locator(".rows li")).to_have_count(0)
        await page.locator("#show-done").click()
        await expect(page.locator("#show-done")).to_have_attribute("aria-pressed", "true")


async def test_what_happens_shows_at_once_and_moves_neither_focus_nor_place(browser: Browser, site: Site) -> None:
    await site.many(60, "haven")
    seat = await site.seat("Wil", haven="agent")
    async with desk(browser, site, seat, viewport={"width": 1280, "height": 500}) as page:
        row = page.locator(".rows a").nth(40)
        await row.focus()
        code = await row.get_attribute("data-code")
        held = page.locator(f"[data-code='{code}']")
        top = (await held.bounding_box() or {})["y"]
        calm = await site.shared("es", "haven", urgency=2, reason="asked")
        await expect(page.locator(f"[data-code={calm.code}]")).to_be_attached()
        await expect(page.locator(".notice")).to_have_count(0)
        urgent = await site.shared("es", "haven", urgency=3)
        notice = page.locator(f".notice.urgent[data-code={urgent.code}]")
        await expect(notice).to_be_visible()
        await expect(page.locator(".rows a").first).to_have_attribute("data-code", urgent.code)
        assert await page.title() == "(1) Vragen · Thuiswijzer"
        await expect(held).to_be_focused()
        assert (await held.bounding_box() or {})["y"] == pytest.approx(top, abs=1)
        await site.alarms(calm)
        await expect(page.locator(f".notice.alarm[data-code={calm.code}]")).to_be_visible()
        await expect(notice).to_be_hidden()  # a low screen shows only the newest
        await page.locator(".notice.alarm button").click()
        await expect(notice.locator("button")).to_be_focused()
        assert await violations(page) == []
        await picture(page, "notices")
        other = await site.seat("Ada", haven="agent")
        await site.write(lambda db: working.take(db, site.office, urgent, working.Worker(other.id, other.name)))
        await expect(page.locator(f"[data-code={urgent.code}] span", has_text="Ada")).to_be_attached()


async def test_five_thousand_cases_are_there_at_once(browser: Browser, site: Site) -> None:
    seat = await site.seat()
    row: dict[str, Any] = {"state": "queued", "version": 1, "org": "wijk", "reason": "asked", "topic": "school"}
    row |= {
        "topic_title": "School",
        "lang": "es",
        "lang_name": "Spaans",
        "org_name": "Wijkteam",
        "assignee": None,
        "assignee_name": "",
    }
    row |= {"mine": False, "created_at": now().isoformat(), "updated_at": now().isoformat()}
    rows = [{**row, "code": f"TW-{number:06}", "urgency": number % 4} for number in range(5000)]
    async with desk(browser, site, seat, "/desk/me") as page:
        body = json.dumps({"event": 10**9, "cases": rows})
        await page.route("**/api/cases?*", lambda route: route.fulfill(body=body, content_type="application/json"))
        await page.goto(site.address + "/desk")
        await expect(page.locator(".rows li").nth(99)).to_be_attached()
        took = await page.evaluate("performance.getEntriesByName('inbox.draw')[0].duration")
        anew = """() => new Promise(done => {
            const start = performance.now();
            document.getElementById('who-free').click();
            requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
        })"""
        print(f"\n5,000 cases: drawn in {took:.0f} ms; filtered and painted in {await page.evaluate(anew):.0f} ms")
        await expect(page.locator(".count")).to_contain_text("5000")
        before = await page.locator(".rows li").count()
        await page.locator("#more").scroll_into_view_if_needed()
        await expect(page.locator(".rows li").nth(before)).to_be_attached()


async def test_a_case_shows_every_line_in_two_languages_and_why(browser: Browser, site: Site) -> None:
    seat, case = await site.seat(), await site.shared("ar", own="نحن خمسة أشخاص")
    async with desk(browser, site, seat, f"/desk/c/{case.code}") as page:
        lines = page.locator(".packet > li")
        await expect(lines).to_have_count(len(case.packet["lines"]))
        for at, line in enumerate(case.packet["lines"]):
            assert (await lines.nth(at).locator(".dutch").text_content()) == line["dutch"]
            theirs = lines.nth(at).locator(".theirs[lang=ar][dir=rtl]")
            assert (await theirs.text_content()) == line["text"]
        await expect(page.locator(".packet .own .mark")).to_have_count(1)
        await expect(page.locator(".deadline.soon dd")).to_contain_text("nog 5 dagen")
        why = page.locator("details").first
        await why.locator("summary").click()
        trace = case.packet["trace"][0]
        await expect(why).to_contain_text(trace["receipt"])
        assert await why.locator(".facts > li").count() == len(trace["grounds"])
        await expect(page.locator(".consents li")).to_contain_text("OK-")
        await expect(page.locator(".composer")).to_be_hidden()
        assert await violations(page) == []
        await picture(page, "card")


async def test_of_a_case_of_somebody_else_only_who_has_it_is_shown(browser: Browser, site: Site) -> None:
    seat, other, case = await site.seat(), await site.seat("Ada"), await site.shared()
    await site.write(lambda db: working.take(db, site.office, case, working.Worker(other.id, other.name)))
    async with desk(browser, site, seat, f"/desk/c/{case.code}") as page:
        await expect(page.locator(".holds")).to_contain_text("Ada")
        await expect(page.locator(".packet, .composer:visible, .log:visible, [data-act]")).to_have_count(0)
        assert await violations(page) == []


async def test_a_sentence_with_holes_arrives_exactly_as_the_preview_showed(browser: Browser, site: Site) -> None:
    seat, case = await site.seat(), await site.shared("ar")
    async with desk(browser, site, seat, f"/desk/c/{case.code}") as page:
        await take(page)
        await pick(page, "hallo mens")
        await pick(page, "afspraak op om uur")
        await expect(page.locator(f".pieces [data-key='{APPOINTMENT}'] input[type=date]")).to_be_focused()
        await page.keyboard.press("Control+Enter")
        await expect(page.locator(".composer .error")).to_be_visible()  # a hole is open
        await page.locator("input[type=date]").fill("2026-12-24")
        await page.locator("input[type=time]").fill("14:30")
        await page.locator("#free").fill("  Tot   dan!  ")
        shown = await page.locator(".preview .theirs .text").text_content()
        dutch = await page.locator(".preview .dutch .text").text_content()
        await expect(page.locator(".preview .mark")).to_be_visible()
        assert await violations(page) == []
        await picture(page, "composer")
        await page.keyboard.press("Control+Enter")
        sent = page.locator(".message.worker")
        await expect(sent).to_have_count(1)
        assert await sent.locator(".theirs").text_content() == shown
        assert await sent.locator(".dutch").text_content() == dutch
        family = [one for one in await site.read(case.conversation) if one["author"] == "worker"]
        assert [one["text"] for one in family] == [shown]
        await expect(page.locator(".pieces > li")).to_have_count(0)
        await site.says(case, "شكرا")
        await expect(page.locator(".message.family .theirs")).to_have_text("شكرا")
        await expect(page.locator(".message.family .mark")).to_be_visible()


async def test_every_language_writes_every_month_as_the_server_does(browser: Browser, site: Site) -> None:
    days = [f"2026-{month:02}-0{1 + month % 9}" for month in range(1, 13)]
    languages = list(site.office.speech.words.languages)
    async with desk(browser, site) as page:
        each = "codes.map(code => days.map(day => words.dayFor(day, code)))"
        script = f"([days, codes]) => import('/desk/static/words.js').then(words => {each})"
        told = await page.evaluate(script, [days, languages])
    assert told == [[written({"date": day}, lang) for day in days] for lang in languages]


async def test_a_moment_is_in_dutch_time_wherever_the_worker_sits(browser: Browser, site: Site) -> None:
    script = "local => import('/desk/static/words.js').then(m => m.fromDutch(local))"
    async with desk(browser, site, timezone_id="America/Curacao") as page:
        assert await page.evaluate(script, "2026-12-01T09:00") == "2026-12-01T08:00:00.000Z"
        assert await page.evaluate(script, "2026-07-01T09:00") == "2026-07-01T07:00:00.000Z"
        assert await page.evaluate(script, "2026-10-25T12:00") == "2026-10-25T11:00:00.000Z"
        assert await page.evaluate(script, "geen dag") == ""


async def test_who_is_too_late_reads_what_happened_and_loses_nothing(browser: Browser, site: Site) -> None:
    seat, other, case = await site.seat(), await site.seat("Ada"), await site.shared()
    async with desk(browser, site, seat, "/desk/me") as page:
        await page.route("**/api/stream*", lambda route: route.abort())
        await page.goto(f"{site.address}/desk/c/{case.code}")
        await expect(act(page, "take")).to_be_visible()
        await site.write(lambda db: working.take(db, site.office, case, working.Worker(other.id, other.name)))
        await act(page, "take").click()
        await expect(page.locator("#happened")).to_contain_text("Ada")
        await expect(page.locator(".packet")).to_have_count(0)
        again = await site.now(case)
        await site.write(lambda db: working.release(db, site.office, again, working.Worker(other.id, other.name)))
        await page.reload()
        await take(page)
        await pick(page, "hallo mens")
        await page.locator("#free").fill("Dit wil ik niet kwijt")
        mine = await site.now(case)
        await site.write(lambda db: working.release(db, site.office, mine, working.Worker(seat.id, seat.name)))
        await page.locator(".composer button[type=submit]").click()
        await expect(page.locator(".composer .error")).to_be_visible()
        await expect(page.locator("#free")).to_have_value("Dit wil ik niet kwijt")
        await expect(page.locator(".pieces > li")).to_have_count(1)
        await take(page)
        await page.reload()
        await expect(page.locator(f".pieces [data-key='{HELLO}']")).to_be_visible()
        await expect(page.locator("#free")).to_have_value("Dit wil ik niet kwijt")
        await act(page, "close").click()
        await dialog(page).get_by_label("informatie gegeven").check()
        await dialog(page).locator("#next-words").fill("Bel morgen")
        mine = await site.now(case)
        await site.write(lambda db: working.release(db, site.office, mine, working.Worker(seat.id, seat.name)))
        await dialog(page).locator("button[type=submit]").click()
        await expect(dialog(page).locator(".error")).to_be_visible()
        await expect(dialog(page).locator("#next-words")).to_have_value("Bel morgen")


async def test_a_message_whose_answer_got_lost_is_not_sent_twice(browser: Browser, site: Site) -> None:
    seat, case = await site.seat(), await site.shared("es")
    async with desk(browser, site, seat, f"/desk/c/{case.code}") as page:
        await take(page)

        async def lose(route: Any) -> None:
            await route.fetch()
            await route.abort()

        await page.route("**/message", lose)
        await pick(page, "hallo mens")
        await page.locator("#free").fill("een keer")
        await page.keyboard.press("Control+Enter")
        await expect(page.locator(".message.worker")).to_have_count(1)
        await expect(page.locator("#free")).to_have_value("")


async def test_a_case_is_closed_with_an_outcome_and_a_next_step(browser: Browser, site: Site) -> None:
    seat, case = await site.seat(), await site.shared("es")
    async with desk(browser, site, seat, f"/desk/c/{case.code}") as page:
        await take(page)
        await act(page, "close").click()
        await dialog(page).locator("button[type=submit]").click()
        await expect(dialog(page).locator(".error")).to_be_visible()
        await dialog(page).get_by_label("doorgegeven").check()
        await dialog(page).get_by_label("organisatie").fill("De Haven")
        await pick(page, "bewaar de code")
        shown = await dialog(page).locator(".preview .theirs .text").text_content() or ""
        assert await violations(page) == []
        await picture(page, "close")
        await dialog(page).locator("button[type=submit]").click()
        await expect(page.locator(".badges")).to_contain_text("afgerond")
        await expect(dialog(page)).to_have_count(0)
        told = [one["text"] for one in await site.read(case.conversation)]
        assert all(line in told for line in shown.split("\n"))
        assert (await site.now(case)).facts["outcome"] == "passed_on"


async def test_other_acts_ask_first_and_happen(browser: Browser, site: Site) -> None:
    seat, colleague = await site.seat(wijk="lead"), await site.seat("Bo")
    planned, given, passed, left, barred = [await site.shared("es") for _ in range(5)]

    async def does(page: Page, code: str, name: str) -> None:
        await page.goto(f"{site.address}/desk/c/{code}")
        await take(page)
        await act(page, name).click()
        assert await violations(page) == []

    async def done(page: Page, state: str) -> None:
        await dialog(page).locator("button[type=submit]").click()
        await expect(dialog(page)).to_have_count(0)
        await expect(page.locator(".badges")).to_contain_text(state)

    async with desk(browser, site, seat) as page:
        await does(page, planned.code, "plan")
        await dialog(page).locator("input").fill("2020-01-01T10:00")
        await dialog(page).locator("button[type=submit]").click()
        await expect(dialog(page).locator(".error")).to_be_visible()
        month = datetime.now(UTC).date() + timedelta(days=30)
        await dialog(page).locator("input").fill(f"{month}T10:00")
        await done(page, "afspraak gemaakt")
        assert (await site.now(planned)).facts["agreed"].startswith(str(month))
        await does(page, given.code, "colleague")
        await dialog(page).locator("select").select_option(str(colleague.id))
        await done(page, "in gesprek")
        await expect(page.locator(".holds")).to_contain_text("Bo")
        await does(page, passed.code, "transfer")
        await dialog(page).locator("select").select_option("haven")
        await done(page, "gevraagd")
        child = await site.tap(passed.conversation, "handoff.transfer_yes")
        await expect(page.locator(".badges")).to_contain_text("aangeboden")
        await does(page, left.code, "release")
        await done(page, "wacht")
        await does(page, barred.code, "block")
        await dialog(page).locator("button[type=submit]").click()
        await expect(dialog(page).locator(".error")).to_be_visible()
        await dialog(page).locator("input").check()
        await done(page, "geblokkeerd")
    there = await site.seat("Cas", haven="agent")
    async with desk(browser, site, there, f"/desk/c/{child.code}") as page:
        await act(page, "decline").click()
        await dialog(page).locator("button[type=submit]").click()
        await expect(page.locator(".badges")).to_contain_text("gestopt")


async def test_notes_are_for_colleagues_and_sharing_that_ends_takes_everything_away(
    browser: Browser, site: Site
) -> None:
    seat, case = await site.seat(wijk="lead"), await site.shared("es")
    async with desk(browser, site, seat, f"/desk/c/{case.code}") as page:
        await page.locator("#note").fill("Belt liever 's avonds")
        await page.locator(".notes button").click()
        await expect(page.locator(".notelist")).to_contain_text("Belt liever 's avonds")
        await expect(page.locator("#note")).to_have_value("")
        await site.tap(case.conversation, "handoff.stop_yes")
        await expect(page.locator(".packet")).to_have_count(0)
        await expect(page.locator(".notelist")).to_have_count(0)
        await expect(page.locator(".holds")).to_be_visible()


async def test_the_desk_works_without_a_mouse(browser: Browser, site: Site) -> None:
    seat, case = await site.seat("Wil", haven="agent"), await site.shared("ti", "haven", urgency=3)
    async with desk(browser, site, seat) as page:
        await expect(page.locator(".rows li").first).to_be_visible()
        await page.keyboard.press("?")
        await expect(dialog(page)).to_be_visible()
        assert await violations(page) == []
        await page.keyboard.press("Escape")
        await page.keyboard.press("j")
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("k")
        row = page.locator(f".rows a[data-code={case.code}]")
        while not await row.evaluate("row => row === document.activeElement"):
            await page.keyboard.press("j")
        outline = await row.evaluate("row => getComputedStyle(row).outlineStyle")
        assert outline == "solid"
        await page.keyboard.press("Enter")
        await expect(page.locator("h1")).to_be_focused()
        await page.keyboard.press("t")
        search = page.get_by_role("combobox", name="Zoek een zin")
        await expect(search).to_be_focused()
        await page.keyboard.press("Escape")
        await page.keyboard.press("/")
        await expect(search).to_be_focused()
        await page.keyboard.type("Vraag bij de balie")
        await page.keyboard.press("Enter")
        await expect(page.locator(".hole input")).to_have_value("Wil")
        await page.keyboard.press("Shift+Tab")
        await page.locator(".hole input").press("Enter")  # goes on; does not send
        await expect(search).to_be_focused()
        await expect(page.locator(".message.worker")).to_have_count(0)
        await page.keyboard.press("Control+Enter")
        await expect(page.locator(".message.worker")).to_have_count(1)
        await page.keyboard.press("Escape")
        await page.keyboard.press("Escape")
        await expect(page.locator(f".rows a[data-code={case.code}]")).to_be_focused()


async def test_single_letters_do_nothing_when_they_are_put_off(browser: Browser, site: Site) -> None:
    seat, case = await site.seat(), await site.shared()
    async with desk(browser, site, seat, f"/desk/c/{case.code}") as page:
        await page.keyboard.press("?")
        await page.locator("#keys-on").uncheck()
        await dialog(page).locator("button").click()
        await page.locator("h1").focus()
        await page.keyboard.press("t")
        await page.keyboard.press("?")
        await expect(dialog(page)).to_have_count(0)
        assert (await site.now(case)).state == "queued"


async def test_at_the_counter_the_case_opens_after_the_familys_own_yes(browser: Browser, site: Site) -> None:
    seat, talk = await site.seat(), await site.asks("ar")
    await site.tap(talk, "handoff.counter")
    code = re.sub(r"\D", "", (await site.read(talk))[-1]["text"])[:6]
    async with desk(browser, site, seat, "/desk/counter") as page:
        await page.locator("#digits").fill("12")
        await page.keyboard.press("Enter")
        await expect(page.locator(".error")).to_be_visible()
        await page.locator("#digits").fill(f"{code[:3]} {code[3:]}")
        await page.keyboard.press("Enter")
        await expect(page.locator("#waits")).to_be_visible()
        assert await violations(page) == []
        await picture(page, "counter")
        case = await site.tap(talk, "handoff.yes")
        await expect(page.locator("h1")).to_contain_text(case.code)
        await expect(page.locator(".composer")).to_be_visible()


async def test_an_administrator_invites_once_and_sees_no_case(browser: Browser, site: Site) -> None:
    seat, agent = await site.seat("Baas", haven="admin"), await site.seat("Fee", haven="agent")
    async with desk(browser, site, seat) as page:
        assert page.url.endswith("/desk/workers")
        await page.locator("#name").fill("Nieuw Iemand")
        await page.locator("#email").fill("nieuw@voorbeeld.example")
        await page.keyboard.press("Enter")
        link = await page.locator("#link").input_value()
        assert link.startswith(f"{site.address}/desk/join#")
        assert await violations(page) == []
        await picture(page, "admin")
        person = page.locator(f".people [data-id='{agent.id}']")
        await person.locator("select").select_option("lead")
        await expect(person.locator("select")).to_have_value("lead")
        await person.get_by_role("button").click()
        await dialog(page).locator("button[type=submit]").click()
        await expect(person).to_contain_text("uitgezet")
        await page.reload()
        await expect(page.locator(".people li").first).to_be_visible()
        await expect(page.locator("#link")).to_have_count(0)
        await page.goto(site.address + "/desk/join#" + link.rpartition("#")[2])
        await expect(page.get_by_text("Nieuw Iemand")).to_be_visible()


async def test_an_auditor_reads_who_did_what(browser: Browser, site: Site) -> None:
    seat = await site.seat("Toezicht", wijk="auditor")
    await site.shared()
    async with desk(browser, site, seat) as page:
        assert page.url.endswith("/desk/audit")
        await expect(page.locator("tbody tr").first).to_be_visible()
        await page.locator("#filter-words").fill("case.approve")
        await expect(page.locator("tbody tr").first).to_contain_text("case.approve")
        assert await violations(page) == []
        await picture(page, "auditor")
        async with page.expect_download() as download:
            await page.locator("a[download]").click()
        file = await (await download.value).path()
        assert "case.approve" in await asyncio.to_thread(file.read_text, "utf-8")


async def test_own_sessions_can_be_ended_and_languages_kept(browser: Browser, site: Site) -> None:
    seat = await site.seat()
    await site.write(lambda db: desk_sessions.create(db, seat.id, "<b>een andere browser</b>"))
    async with desk(browser, site, seat, "/desk/me") as page:
        await expect(page.locator(".sessions li")).to_have_count(2)
        await page.locator(".sessions button").click()
        await expect(page.locator(".sessions li")).to_have_count(1)
        await page.locator("#speaks-ti").check()
        await page.locator("form button").click()
        await expect(page.locator("form .status")).to_be_visible()
        await page.reload()
        await expect(page.locator("#speaks-ti")).to_be_checked()
        await page.locator("#language").select_option("en")
        await expect(page.locator("html[lang=en] h1")).to_have_text("My account")
        await page.reload()
        await expect(page.locator("html[lang=en] h1")).to_have_text("My account")


@pytest.mark.parametrize("lang", ["nl", "en"])
async def test_axe_finds_nothing_in_any_state(browser: Browser, site: Site, lang: str) -> None:
    seat, case = await site.seat("Wil", lang, wijk="lead", haven="lead"), await site.shared("ar", own="نحن خمسة")
    async with desk(browser, site, locale=f"{lang}-NL") as page:
        await expect(page.locator(f"html[lang={lang}]")).to_have_count(1)
        assert await violations(page) == []
        await picture(page, f"login-{lang}")
    async with desk(browser, site, seat) as page:
        await expect(page.locator(".rows li").first).to_be_visible()
        assert await violations(page) == []
        await picture(page, f"inbox-{lang}")
        await page.goto(f"{site.address}/desk/c/{case.code}")
        await page.locator("summary").first.click()
        assert await violations(page) == []
        await act(page, "take").click()
        await expect(page.locator(".composer [role=combobox]")).to_be_focused()
        await page.keyboard.type("afspraak")
        await expect(page.locator("[role=option]").first).to_be_visible()
        assert await violations(page) == []
        await page.keyboard.press("Enter")
        await page.locator("#free").fill("Tot dan")
        assert await violations(page) == []
        await picture(page, f"active-{lang}")
        await act(page, "close").click()
        await dialog(page).locator("input[type=radio]").first.check()
        assert await violations(page) == []
        await page.keyboard.press("Escape")
        await page.goto(site.address + "/desk/me")
        await expect(page.locator(".sessions li").first).to_be_visible()
        assert await violations(page) == []
    for role, name in (("admin", "workers"), ("auditor", "audit")):
        async with desk(browser, site, await site.seat("Rol", lang, wijk=role)) as page:
            await expect(page.locator(".people li, tbody tr").first).to_be_visible()
            assert page.url.endswith(name)
            assert await violations(page) == []


@pytest.mark.parametrize("size", [PHONE, ZOOMED], ids=["phone", "zoomed"])
async def test_nothing_scrolls_sideways_on_a_phone_or_at_200_percent(
    browser: Browser, site: Site, size: dict[str, int]
) -> None:
    case, kind = await site.shared("ar", own="W" * 250), "phone" if size is PHONE else "zoomed"
    seat = await site.seat("Wil", wijk="lead", haven="lead")

    async def fits(page: Page, name: str) -> None:
        await picture(page, f"{kind}-{name}")
        assert not await page.evaluate(SIDEWAYS), name

    async with desk(browser, site, viewport=size) as page:
        await fits(page, "login")
    async with desk(browser, site, seat, viewport=size) as page:
        await expect(page.locator(".rows li").first).to_be_visible()
        await fits(page, "inbox")
        await page.goto(f"{site.address}/desk/c/{case.code}")
        await page.locator("summary").first.click()
        await take(page)
        await pick(page, "hallo mens")
        await page.keyboard.type("afspraak")
        await expect(page.locator("[role=option]").first).to_be_visible()
        await fits(page, "active")
        assert await violations(page) == []
        await act(page, "close").click()
        await fits(page, "close")
        await page.keyboard.press("Escape")
        for name in ("counter", "me"):
            await page.goto(f"{site.address}/desk/{name}")
            await expect(page.locator("h1")).to_be_visible()
            await fits(page, name)
    for role in ("admin", "auditor"):
        async with desk(browser, site, await site.seat("Rol", wijk=role), viewport=size) as page:
            await expect(page.locator(".people li, tbody tr").first).to_be_visible()
            await fits(page, role)


HOSTILE = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>\u202eomgedraaid\u202c&amp; {worker}'


async def test_whatever_somebody_types_is_shown_as_text(browser: Browser, site: Site) -> None:
    seat = await site.seat(HOSTILE[:80], wijk="lead")
    case = await site.shared("es", own=HOSTILE[:120])
    await site.says(case, HOSTILE + "x" * 10_000)
    async with desk(browser, site, seat, f"/desk/c/{case.code}") as page:
        await take(page)
        said = page.locator(".message.family .theirs")
        assert await said.text_content() == HOSTILE + "x" * 10_000
        for name, most in (("#free", 4000), ("#note", 4000)):
            await page.locator(name).fill(HOSTILE + "y" * 10_000)
            assert len(await page.locator(name).input_value()) <= most + 6200
        await page.locator("#free").fill(HOSTILE + "y" * 3000)
        await page.locator("#note").fill(HOSTILE)
        await pick(page, "ik denk dat u dit bedoelt")
        await page.locator(".hole input").fill(HOSTILE)
        shown = await page.locator(".preview .theirs .text").text_content()
        await page.keyboard.press("Control+Enter")
        await expect(page.locator(".message.worker")).to_have_count(1)
        assert await page.locator(".message.worker .theirs").text_content() == shown
        await page.locator(".notes button").click()
        await expect(page.locator(".notelist .text")).to_contain_text("<script>")
        assert not await page.evaluate(SIDEWAYS)
        assert await page.evaluate("window.hit") is None
        await expect(page.locator("main img, main script")).to_have_count(0)
        await picture(page, "hostile")
        await page.goto(f"{site.address}/desk/c/%3Cscript%3E")
        await expect(page.locator("h1")).to_be_visible()
        await page.goto(f"{site.address}/desk?lang=%3Cimg%20src=x%20onerror=hit=1%3E&topic={'z' * 5000}")
        await expect(page.locator(".count")).to_be_visible()
        assert await page.evaluate("window.hit") is None
        assert not await page.evaluate(SIDEWAYS)


async def test_a_line_that_is_down_says_so_and_catches_up(browser: Browser, site: Site) -> None:
    seat = await site.seat("Wil", haven="agent")
    async with desk(browser, site, seat, "/desk/me") as page:
        await page.route("**/api/stream*", lambda route: route.abort())
        await page.goto(site.address + "/desk")
        await expect(page.locator("#line")).not_to_be_empty(timeout=60_000)
        case = await site.shared("es", "haven", urgency=3)
        await page.unroute("**/api/stream*")
        await page.evaluate("dispatchEvent(new Event('online'))")
        await expect(page.locator(f".rows a[data-code={case.code}]")).to_be_visible()
        await expect(page.locator("#line")).to_be_empty()


async def test_a_session_that_ends_leads_to_the_login_page_and_back(browser: Browser, site: Site) -> None:
    seat, case = await site.seat(), await site.shared("es")
    async with desk(browser, site, seat, f"/desk/c/{case.code}") as page:
        await take(page)
        await page.locator("#free").fill("nog even")
        await site.write(lambda db: desk_sessions.revoke_all(db, seat.id))
        await page.keyboard.press("Control+Enter")
        await expect(page.locator("#email")).to_be_visible()
        await log_in(page, seat)
        await expect(page.locator("#free")).to_have_value("nog even")


def test_every_word_the_page_uses_exists_in_both_languages_and_no_html_is_ever_read() -> None:
    words = json.loads((STATIC / "words.json").read_text("utf-8"))
    ours = {lang: {key for key in known if key.startswith("ui.")} for lang, known in words.items()}
    assert ours["nl"] == ours["en"]
    for lang in ("nl", "en"):
        holes = {key: set(re.findall(r"\{\w+\}", words[lang][key])) for key in ours[lang]}
        assert holes == {key: set(re.findall(r"\{\w+\}", words["nl"][key])) for key in ours["nl"]}
    for file in STATIC.glob("*.js"):
        text = file.read_text("utf-8")
        used = set(re.findall(r"\bt\(\"([a-z0-9_.]+)\"", text))
        assert {f"ui.{key}" for key in used} <= ours["nl"], file.name
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", text), file.name
        assert len(text.splitlines()) < 300, file.name


def test_every_state_reason_and_act_of_the_machine_has_words() -> None:
    ours = json.loads((STATIC / "words.json").read_text("utf-8"))["nl"]
    wanted = [f"state.{state}" for state in State] + [f"timer.{timer}" for timer in Timer]
    wanted += [f"act.{name}" for name in ACTS if name not in ("message", "note")]
    wanted += [f"outcome.{name}" for name in working.OUTCOMES]
    assert [key for key in wanted if f"ui.{key}" not in ours] == []
