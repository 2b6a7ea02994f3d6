"""What a recorded run is made of: a clock, a bot with a real packet, two screens to follow, and numbered pictures."""

from __future__ import annotations

import itertools
import json
import os
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from playwright.async_api import Browser, Page, expect

from actions.dialogue.knowledge import knowledge
from channels import assessing
from channels.settings import ROOT
from channels.storage import cases, tables
from channels.storage.cases import Case
from tests.desk.page_server import Site
from tests.fakes import ScriptedBot

MONDAY = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)  # eleven o'clock in Amsterdam
SUNDAY_EVENING = datetime(2026, 12, 6, 19, 0, tzinfo=UTC)
WEEK = "hours: {mon: [H], tue: [H], wed: [H], thu: [H], fri: [H]}\nholidays: ''\n".replace("H", "'09:00-17:00'")
DESKS = {
    "voorbeeldstad": "name: Gemeente Voorbeeldstad\nlanguages: [nl, en]\ntopics: [shelter_access]\n" + WEEK,
    "hulphuis": "name: Stichting Hulphuis\nlanguages: [nl, es, ti]\ntopics: [legal_aid]\n" + WEEK,
}
WORDS = json.loads((ROOT / "channels/desk/static/words.json").read_text("utf-8"))["nl"]
SCREENSHOTS = os.environ.get("SCREENSHOTS", "")
DAY = date(2026, 11, 30)


@dataclass
class Clock:
    """What time it is for everything that cases wait for; only tests move it."""

    moment: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.moment


@dataclass
class FamilyBot(ScriptedBot):
    """Whatever a family types, it is taken for the wish for a person; its packet is what the rules conclude."""

    packet: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__()

    def tells(self, name: str, **other: Any) -> None:
        """From now on the family is this one of data/families, with `other` answers here and there."""
        told = assessing.read_family(ROOT / "data" / "families" / f"{name}.yml")
        for question, answer in other.items():
            told = replace(told, situation=told.situation.with_answer(question, answer))
        self.packet = assessing.handed_over(told, knowledge(), DAY, "shelter_access")

    def answer(self, message: str) -> list[dict[str, Any]]:  # type: ignore[override]
        return super().answer(message) if message.startswith("/pick") else [{"handoff": self.packet}]


@dataclass
class Album:
    """Numbered pictures of one story, when SCREENSHOTS names a folder."""

    story: str
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    async def add(self, page: Page, name: str, *, whole: bool = False, of: Any = None) -> None:
        """`whole`: as on a screen that is as high as the page, where nothing lies across the text; `of`: only that."""
        if not SCREENSHOTS:
            return
        before = page.viewport_size
        assert before
        if whole or of:
            high = await page.evaluate("document.documentElement.scrollHeight")
            await page.set_viewport_size({"width": before["width"], "height": high})
        await (of or page).screenshot(path=Path(SCREENSHOTS) / f"{self.story}-{next(self.numbers):02}-{name}.png")
        await page.set_viewport_size(before)


@dataclass
class Family:
    """The family's own screen; `errors` of its scripts."""

    page: Page
    errors: list[str] = field(default_factory=list)

    def said(self, key: str) -> Any:
        """What was said under this key; the newest is `.last`."""
        return self.page.locator(f"article[data-key='{key}']")

    async def sees(self, key: str, times: int = 1) -> str:
        """Wait until this was said so many times; the newest, in words."""
        await expect(self.said(key)).to_have_count(times)
        await expect(self.said(key).last).to_be_visible()
        return str(await self.said(key).last.locator(".bubble").inner_text())

    async def taps(self, choice: str) -> None:
        await self.page.locator(f"[data-choice='{choice}']").last.click()

    async def waits(self) -> None:
        """A minute goes by on its phone."""
        await self.page.evaluate("Date.now = (now => () => now() + 60000)(Date.now)")

    async def says(self, text: str) -> None:
        await self.page.locator("#say").fill(text)
        await self.page.locator("#say").press("Enter")

    async def tone(self, lang: str, direction: str = "ltr") -> None:
        """The whole page is in this language."""
        await expect(self.page.locator(f"html[lang={lang}][dir={direction}]")).to_have_count(1)


async def family_at(browser: Browser, site: Site, locale: str) -> Family:
    """A family on a phone in the Netherlands, whose browser prefers this language."""
    zone, size = "Europe/Amsterdam", {"width": 390, "height": 844}
    context = await browser.new_context(viewport=size, locale=locale, timezone_id=zone)  # type: ignore[arg-type]
    family = Family(await context.new_page())
    family.page.on("pageerror", lambda error: family.errors.append(str(error)))
    await family.page.goto(site.address)
    await expect(family.page.locator("#languages button").first).to_be_visible()
    return family


async def newest(site: Site) -> Case:
    """The case that began last."""

    def look(db: sa.Connection) -> Case:
        found = cases.get(db, db.execute(sa.select(sa.func.max(tables.cases.c.id))).scalar_one())
        assert found
        return found

    return await site.run(site.store.read(look))


async def later(site: Site, clock: Clock, to: datetime | timedelta) -> None:
    """Time goes by, and what is due happens."""
    clock.moment = clock.moment + to if isinstance(to, timedelta) else to
    await site.run(site.gateway.look_at_timers())
    await site.run(site.gateway.bring_out())


async def state_shown(page: Page, state: str) -> None:
    """The card of the desk says that the case is in this state."""
    await expect(page.locator(".badges")).to_contain_text(WORDS[f"ui.state.{state}"])


def row(page: Page, case: Case) -> Any:
    """The line of this case in an inbox."""
    return page.locator(f".rows a[data-code={case.code}]")
