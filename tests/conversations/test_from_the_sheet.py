"""An invented mother in Paramaribo: from the sheet that the embassy gave her to her plan on paper, on a phone.

With the real bot and a real browser. With SCREENSHOTS=<folder> numbered pictures are kept.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
import zxingcpp
from icalendar import Calendar
from PIL import Image
from playwright.async_api import Browser, Locator, Page, expect
from pypdf import PdfReader

from channels import typesetting
from channels.embassy.kit import Kit
from channels.settings import ROOT
from channels.speech import Speech
from tests import ours
from tests.conftest import DAY
from tests.conversations.conftest import RealHouse
from tests.desk.recorder import SCREENSHOTS, Album, Family
from tests.webchat.test_page import PHONE, browser, violations

__all__ = ["browser"]
pytestmark = [pytest.mark.rasa, pytest.mark.browser]
PUBLIC = "https://thuiswijzer.voorbeeld.example"
SUBJECT = "visa_facilitating"
LANGUAGES = {"pap": "ltr", "ar": "rtl"}
# question -> what she taps, or types where there is nothing to tap
ANSWERS = {
    "nationality": "=other",
    "child_dutch": "=yes",
    "child_age": "4",
    "care": "=main",
    "child_lives": "=with_me",
    "child_to_nl": "=yes",
    "eu_stay_elsewhere": "=none",
    "other_parent": "=agrees",
    "parent_type": "=own",
    "criminal_record": "=no",
    "visa_required": "=yes",
    "departure_date": "1-6-2027",
}
QUESTIONS = 16


@dataclass(frozen=True)
class Paper:
    """The kit of the post in a folder, and what is needed to look at a page of it."""

    folder: Path
    kit: Kit

    def scanned(self, lang: str) -> str:
        """What a telephone reads on the printed sheet: the address of the code that this kit was made with."""
        (code,) = _read(Image.open(self.folder / f"qr-{lang}.png"))
        told = self.kit.sheet(lang, code.removeprefix(f"{PUBLIC}/d/"))
        pages = typesetting.pictures(ROOT / "channels/embassy/sheet.typ", told, 150)
        _keep(pages, f"sheet-{lang}-0")
        (read,) = _read(Image.open(io.BytesIO(pages[0])))
        reader = PdfReader(self.folder / f"sheet-a5-{lang}.pdf")
        assert reader.trailer["/Root"]["/Lang"] == lang
        assert read == code
        assert code in _links(reader)
        return read


@pytest.fixture(scope="module")
def paper(real_house: RealHouse, tmp_path_factory: pytest.TempPathFactory) -> Paper:
    """A clerk made the kit, for the address at which families find this house."""
    out, env = tmp_path_factory.mktemp("post") / "kit", {**real_house.env, "THUISWIJZER_PUBLIC_URL": PUBLIC}
    command = [sys.executable, "-m", "channels.cli", "post", "kit", "paramaribo", "--lang", *LANGUAGES]
    made = subprocess.run([*command, "--out", str(out)], cwd=ROOT, env=env, capture_output=True, text=True)
    assert made.returncode == 0, made.stdout + made.stderr
    content, words = ours.content(), ours.words()
    return Paper(out, Kit(Speech(content, words), content.posts["paramaribo"], PUBLIC, DAY))


@dataclass
class Mother(Family):
    """She taps where she can."""

    @property
    def open_question(self) -> Locator:
        """What was asked last, and not answered yet."""
        return self.page.locator("article:has(.choices.now)")

    async def asked(self, keys: str) -> str:
        """Wait until something under one of these keys is asked (a regular expression); the key."""
        await expect(self.open_question).to_have_attribute("data-key", re.compile(f"^({keys})$"))
        return str(await self.open_question.get_attribute("data-key"))

    async def answers(self) -> None:
        """The whole check, until the last word."""
        for _ in range(QUESTIONS):
            question = (await self.asked(r"ask\..+|journey\.end")).removeprefix("ask.")
            if question == "journey.end":
                return
            given = ANSWERS.get(question, "=unsure")
            await (self.taps(f"ask.{question}{given}") if given.startswith("=") else self.says(given))
        raise AssertionError("the check does not end")


@asynccontextmanager
async def phone(browser: Browser, lang: str, origin: str) -> AsyncIterator[Mother]:
    """A phone in Paramaribo. No script may fail on it, and nobody else is asked anything."""
    zone = "America/Paramaribo"
    context = await browser.new_context(viewport=PHONE, locale=lang, timezone_id=zone, has_touch=True, is_mobile=True)
    mother = Mother(await context.new_page())
    context.on("weberror", lambda wrong: mother.errors.append(str(wrong.error)))
    context.on("request", lambda asked: mother.errors.append(asked.url) if not asked.url.startswith(origin) else None)
    yield mother
    await context.close()
    assert mother.errors == []


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_a_mother_comes_from_the_printed_sheet_to_a_plan_on_paper(
    browser: Browser, real_house: RealHouse, paper: Paper, lang: str
) -> None:
    album = Album(f"sheet-{lang}")
    async with phone(browser, lang, real_house.url) as mother:
        page = mother.page
        await page.goto(paper.scanned(lang).replace(PUBLIC, real_house.url))
        await mother.tone(lang, LANGUAGES[lang])
        await album.add(page, "post", whole=True)
        assert await violations(page) == []

        await page.locator(f".subjects a[href*='topic={SUBJECT}']").tap()
        await expect(page.locator("#languages button").first).to_be_visible()
        await mother.tone(lang, LANGUAGES[lang])
        await album.add(page, "talk")
        await page.locator(f"#languages button[lang={lang}]").tap()  # nothing was kept until now
        await mother.asked(r"entry\.post\.embassy")
        await album.add(page, "first-words")

        await mother.taps(f"topic.{SUBJECT}")
        await mother.asked(rf"answer\.{SUBJECT}")
        await album.add(page, "answer")
        await mother.taps("check.embassy")
        await mother.asked(r"ask\..+")
        await album.add(page, "question")
        await mother.answers()
        await mother.sees("finding.chavez.may_have_right")
        await mother.sees("plan.title")
        await album.add(page, "end-of-the-check")
        await mother.taps("plan.paper")
        await mother.sees("planning.paper")
        await album.add(page, "link")
        assert await violations(page) == []
        async with page.context.expect_page() as opened:
            await mother.said("planning.paper").locator("a[href*='/plan/']").tap()
        plan = await opened.value
        await expect(plan.locator(f"html[lang={lang}] .items .tick button").first).to_be_visible()
        await album.add(plan, "plan")
        if lang == "pap":
            await ticks_and_prints(mother, plan, album)


async def ticks_and_prints(mother: Mother, plan: Page, album: Album) -> None:
    """What she ticks on the page stands in the talk; then she takes both files with her."""
    page, first = mother.page, plan.locator(".items .tick").first
    assert "☑" not in await mother.said("plan.title").last.inner_text()
    slug = await first.get_attribute("data-slug")
    await first.locator("button").tap()
    await expect(first.locator("button")).to_have_attribute("aria-pressed", "true")
    await expect(plan.locator("#news")).to_have_text(str(await plan.locator("#news").get_attribute("data-saved")))
    await album.add(plan, "ticked")
    assert await violations(plan) == []

    await page.bring_to_front()
    await mother.taps("plan.show")
    await mother.asked(r"plan\.title")
    assert "☑" in await mother.said("plan.title").last.inner_text()
    await album.add(page, "ticked-in-the-talk")
    await mother.taps("plan.tick")
    await mother.asked(r"planning\.which_done")
    can_be_ticked = mother.open_question.locator("[data-choice^='plan.tick.']")
    left = await can_be_ticked.evaluate_all("all => all.map(one => one.dataset.choice)")
    assert left
    assert f"plan.tick.{slug}" not in left

    await plan.bring_to_front()
    reader = PdfReader(await _fetched(plan, ".pdf"))
    assert reader.trailer["/Root"]["/Lang"] == "pap"
    days = _days(await _fetched(plan, ".ics"))
    assert len(days) >= 2
    assert min(days) >= DAY


async def _fetched(plan: Page, kind: str) -> Path:
    """The file behind the button for this kind."""
    async with plan.expect_download() as started:
        await plan.locator(f".keep a[href*='{kind}?']").tap()
    return Path(await (await started.value).path())


def _days(file: Path) -> list[date]:
    """The days in a calendar."""
    return [event["DTSTART"].dt for event in Calendar.from_ical(file.read_bytes()).walk("VEVENT")]


def _read(picture: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(picture.convert("L"))]


def _links(reader: PdfReader) -> set[str]:
    notes = (note.get_object() for page in reader.pages for note in page.get("/Annots", ()))
    return {note["/A"]["/URI"] for note in notes if "/A" in note}


def _keep(pages: Iterable[bytes], name: str) -> None:
    for number, page in enumerate(pages if SCREENSHOTS else (), 1):
        (Path(SCREENSHOTS) / f"{name}-{number}.png").write_bytes(page)
