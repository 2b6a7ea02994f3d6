"""The desk, whatever becomes of a case in Arabic: nothing for axe, each line in its own language, the focus kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from channels.handoff import working
from channels.handoff.casework import SYSTEM, happen
from channels.handoff.machine import Event
from channels.handoff.working import Worker
from channels.settings import now
from channels.storage.cases import Case
from tests.desk.page_server import Site, serve_desks
from tests.desk.test_page import PHONE, SIDEWAYS, STATIC, WIDE, act, desk, dialog
from tests.webchat.test_page import browser, violations

__all__ = ["browser"]
pytestmark = pytest.mark.browser
WORDS = json.loads((STATIC / "words.json").read_text("utf-8"))
STEP = {"say": "phrase.appointment.bring_someone"}
THEIRS, DUTCH = "ننام الليلة عند صديق", "Dit heb ik zelf geschreven"
HELLO = {"say": "phrase.greet.hello", "with": {"worker": "Wil", "organisation": "Wijkteam"}}
# what is Arabic is read out as Arabic, what stands beside it as Dutch; whoever stood somewhere still stands there
LISTEN = """() => {
    const wrong = [], held = document.activeElement;
    const check = (right, what, node) => right || wrong.push(what + ": " + node.outerHTML.slice(0, 200));
    check(held !== document.body && held.getClientRects().length, "focus", held);
    document.querySelectorAll("div.dutch > p, .message .dutch, p.dutch, .next li").forEach(node => {
        check(node.closest("[lang]").lang === "nl", "Dutch", node);
    });
    const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    for (let text; (text = walker.nextNode()); ) {
        const arabic = /[\\u0600-\\u06ff]/.test(text.data), node = text.parentElement;
        if (!arabic || /[A-Za-z]{3}/.test(text.data)) continue;
        check(node.closest("[lang]").lang === "ar" && getComputedStyle(node).direction === "rtl", "Arabic", node);
    }
    return wrong;
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The gateway with two desks."""
    yield from serve_desks(tmp_path_factory.mktemp("desk_states"))


@dataclass
class Watch:
    """A worker whose case changes while it is looked at. `wrong`: what was wrong, by state."""

    site: Site
    page: Page
    lang: str
    worker: Worker
    wrong: list[str] = field(default_factory=list)

    async def state(self, name: str) -> None:
        """Wait until the page says that the case is in this state, and look."""
        await expect(self.page.locator(".badges")).to_contain_text(self.words(f"state.{name}"))
        await expect(self.page.locator("dialog")).to_have_count(0)  # only when it is gone has it given the focus back
        await self.look(name)

    async def look(self, name: str) -> None:
        found = await self.page.evaluate(LISTEN)
        for size in (PHONE, WIDE):
            await self.page.set_viewport_size(size)  # type: ignore[arg-type]
            found += [f"sideways: {size}"] if await self.page.evaluate(SIDEWAYS) else []
        self.wrong += [f"{name}: {one}" for one in [*found, *await violations(self.page)]]

    def words(self, key: str) -> str:
        return str(WORDS[self.lang][f"ui.{key}"])

    async def opens(self, case: Case) -> None:
        await self.page.goto(f"{self.site.address}/desk/c/{case.code}")
        await expect(self.page.locator("h1")).to_be_focused()

    async def takes(self, case: Case) -> Case:
        """By tapping; the family answers."""
        await self.opens(case)
        await act(self.page, "take").click()
        await expect(self.page.locator(".composer [role=combobox]")).to_be_focused()
        await self.site.says(case, THEIRS)
        await expect(self.page.locator(".message.family")).to_have_count(1)
        return await self.site.now(case)

    async def asks(self, *names: str) -> None:
        """Look at the question before each of these acts."""
        for name in names:
            await act(self.page, name).click()
            await expect(dialog(self.page)).to_be_visible()
            await self.look(f"{name}?")
            await self.page.keyboard.press("Escape")
            await expect(act(self.page, name)).to_be_focused()

    async def does(self, do: Callable[..., Any], case: Case, *given: Any, **more: Any) -> Case:
        """The worker does this elsewhere, and the page that stands open hears of it."""
        now_it_is = await self.site.now(case)
        doing = self.site.office, now_it_is, self.worker
        await self.site.write(lambda db: do(db, *doing, *given, **more))
        return await self.site.now(case)

    async def happens(self, event: Event, case: Case) -> None:
        again = await self.site.now(case)
        await self.site.write(lambda db: happen(db, self.site.office, again, event, SYSTEM))


async def talks(watch: Watch, case: Case) -> None:
    """Sentences, free words and what a computer translated; a note; every question that a worker can be asked."""
    case = await watch.takes(case)
    await watch.does(working.write, case, phrases=[HELLO], text=DUTCH)
    await watch.does(working.write, case, text=DUTCH, translated=THEIRS)
    await watch.site.write(lambda db: working.note(db, case, watch.worker, DUTCH))
    await expect(watch.page.locator(".message.worker")).to_have_count(2)
    await watch.state("active")
    await watch.asks("close", "plan", "colleague", "transfer", "release", "block")


async def is_passed_on(watch: Watch, there: Watch, case: Case) -> None:
    """Asked, offered, taken over; and at the other organisation until it comes back."""
    await act(watch.page, "transfer").click()
    await dialog(watch.page).locator("select").select_option("haven")
    await dialog(watch.page).locator("button[type=submit]").click()
    await watch.state("asked_transfer")
    child = await watch.site.tap(case.conversation, "handoff.transfer_yes")
    await watch.state("offered_transfer")
    await there.opens(child)
    await there.state("queued")
    await there.asks("decline")
    await there.takes(child)
    await there.state("active")
    await watch.state("transferred")
    await there.does(working.close, child, "information", [STEP], words=DUTCH)
    await there.state("resolved")
    await there.happens(Event.AFTERCARE, child)
    await there.state("closed")
    await there.site.tap(child.conversation, "handoff.not_worked")
    await there.state("queued")
    await there.page.locator(".back a").click()
    await expect(there.page.locator(f".rows a[data-code={child.code}]")).to_be_visible()
    await there.look("inbox with an alarm")


async def ends_otherwise(watch: Watch) -> None:
    """A moment that is missed; released; blocked; and a family that goes back or shares no longer."""
    case = await watch.takes(await watch.site.shared("ar"))
    await watch.does(working.plan, case, now() + timedelta(days=2))
    await watch.state("callback")
    await watch.happens(Event.MISSED, case)
    await watch.state("left")
    case = await watch.takes(await watch.site.shared("ar"))
    await watch.does(working.release, case)
    await watch.state("queued")
    case = await watch.takes(await watch.site.shared("ar"))
    await watch.does(working.block, case)
    await watch.state("blocked")
    case = await watch.takes(await watch.site.shared("ar"))
    await watch.page.locator("#free").fill(DUTCH)
    await watch.site.tap(case.conversation, "handoff.back")
    await watch.state("cancelled")
    case = await watch.takes(await watch.site.shared("ar"))
    await watch.site.tap(case.conversation, "handoff.stop_yes")
    await expect(watch.page.locator(".packet")).to_have_count(0)
    await watch.look("no longer shared")


@pytest.mark.parametrize("lang", ["nl", "en"])
async def test_every_state_of_an_arabic_case_is_right_to_see_and_to_hear(
    browser: Browser, site: Site, lang: str
) -> None:
    wil, cas = await site.seat("Wil", lang, wijk="lead"), await site.seat("Cas", lang, haven="agent")
    await site.seat("Bo")
    async with desk(browser, site, wil) as page, desk(browser, site, cas) as other:
        watch = Watch(site, page, lang, Worker(wil.id, wil.name))
        there = Watch(site, other, lang, Worker(cas.id, cas.name))
        case = await site.shared("ar", own=THEIRS)
        await talks(watch, case)
        await is_passed_on(watch, there, case)
        await ends_otherwise(watch)
        assert "\n".join(one[:170] for one in watch.wrong + there.wrong) == ""
