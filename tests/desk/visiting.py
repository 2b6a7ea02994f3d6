"""A family that walks through the states of the handover while its page is looked at: by eye, by ear, by finger."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import yaml
from playwright.async_api import Page, expect

from channels.handoff.working import Worker
from channels.settings import ROOT
from channels.storage import cases
from tests.desk.page_server import Site
from tests.desk.recorder import Clock, Family, later, newest
from tests.webchat.test_page import violations

LIGHT, DARK = ("light", {"width": 390, "height": 844}), ("dark", {"width": 320, "height": 640})
SIDEWAYS = "document.documentElement.scrollWidth > innerWidth"
# what was looked at before is out of the way of axe; but for what has the focus, which it would lose
OLD = "how => document.querySelectorAll('#log [data-old]:not(:focus-within)').forEach(one => one.style.display = how)"
GROWS_OLD = "document.querySelectorAll('#log article').forEach(one => one.dataset.old = 1)"
# in which language each line is read out, which way it runs, and where the focus is
LISTEN = """lang => {
    const wrong = [], dir = lang === "ar" ? "rtl" : "ltr", root = document.documentElement;
    const check = (right, what, node) => right || wrong.push(what + ": " + node.outerHTML.slice(0, 200));
    const held = document.activeElement;
    check(root.lang === lang && root.dir === dir, "page", root);
    check(held !== document.body && held.getClientRects().length, "focus", held);
    document.querySelectorAll("#log article").forEach(article => {
        const bubble = article.querySelector(".bubble"), own = article.classList.contains("family");
        check(bubble.lang === lang && bubble.dir === (own ? "auto" : dir), "bubble", bubble);
        article.querySelectorAll(".choices, .tools").forEach(group => {
            check(group.lang === lang && group.dir === dir, "choices", group);
        });
    });
    document.querySelectorAll("#log .bubble span, #log .family p, [role=dialog] p").forEach(line => {
        const arabic = /[\\u0600-\\u06ff]/.test(line.textContent), latin = /[A-Za-z]{3}/.test(line.textContent);
        const spoken = line.closest("[lang]").lang, flows = getComputedStyle(line).direction;
        if (arabic) check(spoken === "ar" && flows === "rtl", "Arabic", line);
        else if (latin && !line.closest(".family")) check(spoken === "nl" && flows === "ltr", "Dutch", line);
    });
    return wrong;
}"""
# lines of what is passed on, and a sentence in a message of a worker: never a message of their own
PARTS = "need urgency told open deadline language arrived own reach_line machine_translated"


def messages_of_the_handover() -> set[str]:
    """The key of everything that a family can read because of a handover."""
    told = yaml.safe_load((ROOT / "data/messages/handoff.yml").read_text("utf-8"))
    parts = tuple(f"handoff.{part}" for part in PARTS.split())
    return {key for key in told if key.startswith("handoff.") and not key.startswith(parts)}


async def faults(page: Page, *, dark: bool) -> list[str]:
    """What axe finds by light on a phone, or in the dark on a small one; on both, whether it scrolls sideways."""
    found = list[str]()
    for scheme, size in (LIGHT, DARK) if dark else (DARK, LIGHT):
        await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        await page.set_viewport_size(size)  # type: ignore[arg-type]
        found += [f"sideways: {size}"] if await page.evaluate(SIDEWAYS) else []
    await page.evaluate(OLD, "none")
    found += await violations(page)
    await page.evaluate(OLD, "")
    return found


@dataclass
class Visit:
    """One family and its workers. `seen`: the key of all it read; `wrong`: what was wrong, by state."""

    site: Site
    clock: Clock
    family: Family
    lang: str
    wil: Worker
    noor: Worker
    seen: set[str]
    wrong: list[str]
    dark: bool = field(init=False)

    def __post_init__(self) -> None:
        self.dark = self.lang == "ar"  # what one family sees by light, the other sees in the dark

    async def then(self, key: str, act: Awaitable[Any]) -> None:
        """Something happens, and the family reads this."""
        before = await self.family.said(key).count()
        await act
        await expect(self.family.said(key)).to_have_count(before + 1)

    async def taps(self, choice: str, key: str) -> None:
        await self.family.waits()  # twice the same within a second is once
        await self.then(key, self.family.taps(choice))

    async def says(self, text: str, key: str) -> None:
        await self.then(key, self.family.says(text))

    async def worker(
        self, act: Callable[..., Any], key: str, *given: Any, by: Worker | None = None, **more: Any
    ) -> None:
        """A worker (Wil) does this with the newest case."""
        doing = self.site.office, await newest(self.site), by or self.wil
        await self.then(key, self.site.write(lambda db: act(db, *doing, *given, **more)))

    async def later(self, to: datetime | timedelta, key: str) -> None:
        await self.then(key, later(self.site, self.clock, to))

    async def lines(self, change: Callable[[list[Any]], list[Any]]) -> None:
        """What would be shared becomes different in another tab."""
        case = await newest(self.site)
        packet = {**case.packet, "lines": change(case.packet["lines"])}
        assert await self.site.write(lambda db: cases.keep_packet(db, case, packet))

    async def look(self, state: str) -> None:
        """Is everything right, and what is new also for axe?"""
        page = self.family.page
        self.seen |= set(await page.locator("#log article").evaluate_all("all => all.map(one => one.dataset.key)"))
        found = [*await faults(page, dark=self.dark), *await page.evaluate(LISTEN, self.lang)]
        self.wrong += [f"{state}: {one}" for one in found]
        await page.evaluate(GROWS_OLD)
        self.dark = not self.dark
