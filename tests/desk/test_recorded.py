"""The warm handover as it was recorded: two real browsers, a family and its workers, from hello to aftercare."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest
from playwright.async_api import Browser, Page, expect

from channels.storage import audit
from tests.desk.page_server import Site, serve_desks
from tests.desk.recorder import (
    DESKS,
    MONDAY,
    SUNDAY_EVENING,
    WORDS,
    Album,
    Clock,
    Family,
    FamilyBot,
    family_at,
    later,
    newest,
    row,
    state_shown,
)
from tests.desk.test_page import act, desk, dialog, pick, take
from tests.webchat.test_page import browser

__all__ = ["browser"]
pytestmark = pytest.mark.browser
families = browser  # a second Chromium: the family has its own
GEEZ = re.compile(r"[\u1200-\u137f]{2}")
OWN = "Hasta el viernes podemos estar con una amiga"


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def bot() -> FamilyBot:
    return FamilyBot()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, bot: FamilyBot, clock: Clock) -> Iterator[Site]:
    """One gateway with two desks that are open in office hours."""
    yield from serve_desks(tmp_path_factory.mktemp("recorded"), bot, DESKS, clock)


@pytest.fixture
async def whole_audit(site: Site) -> AsyncIterator[None]:
    """Whatever happened, at the end no row of the audit was changed, removed or moved."""
    yield
    assert await site.run(site.store.read(audit.broken_at)) is None


async def line_of(site: Site, field: str) -> int:
    """The number under which the family reads its answer to a question."""
    lines = (await newest(site)).packet["lines"]
    return next(at for at, line in enumerate(lines, 1) if line.get("field") == field)


async def changes(family: Family, number: int) -> None:
    """The family chooses one line out of all."""
    await family.taps("handoff.edit")
    for further in range(7, number, 7):
        await family.taps(f"handoff.more.{further}")
    await family.taps(f"handoff.line.{number}")


async def shared_lines(page: Page) -> list[tuple[str, str]]:
    """What the worker reads: the Dutch, and what the family approved."""
    both = "all => all.map(li => [li.querySelector('.dutch').textContent, li.querySelector('.theirs').textContent])"
    return [tuple(pair) for pair in await page.locator(".packet > li").evaluate_all(both)]


@pytest.mark.usefixtures("whole_audit")
async def test_a_family_in_spanish_goes_from_the_computer_to_a_worker_to_a_second_one_and_comes_back(
    browser: Browser, families: Browser, site: Site, bot: FamilyBot, clock: Clock
) -> None:
    clock.moment, album = MONDAY, Album("es")
    bot.tells("10_chavez_here_refused", country="CO", own_age=31)
    wil = await site.seat("Wil", voorbeeldstad="agent")
    noor = await site.seat("Noor", hulphuis="agent")
    family = await family_at(families, site, "es-CO")
    async with desk(browser, site, wil) as first, desk(browser, site, noor) as second:
        await family.tone("es")
        await album.add(family.page, "family-welcome")
        await asks_and_changes(family, site, album)
        case = await newest(site)
        await expect(row(first, case)).to_have_count(0)  # nobody sees anything before the yes
        await family.taps("handoff.yes")
        await family.sees("handoff.queued")
        await album.add(family.page, "family-queued")
        await takes(first, family, site, album)
        await talks(first, family, album)
        await passes_on(first, second, family, site, album)
        await closes(second, family, site, album)
        await comes_back(second, family, site, clock, album)


async def asks_and_changes(family: Family, site: Site, album: Album) -> None:
    """One line in the family's own words, one line left out."""
    await family.says("Quiero hablar con una persona")
    await family.sees("handoff.preview")
    await family.sees("handoff.ask")
    assert (await newest(site)).state == "consent"
    await album.add(family.page, "family-preview", whole=True)
    await changes(family, await line_of(site, "sleeping_tonight"))
    await family.sees("handoff.edit_line")
    await family.taps("handoff.rewrite")
    await family.sees("handoff.write_line")
    await album.add(family.page, "family-writes-line")
    await family.says(OWN)
    assert OWN in await family.sees("handoff.preview", 2)
    before = len((await newest(site)).packet["lines"])
    await changes(family, await line_of(site, "country"))
    await family.sees("handoff.edit_line", 2)
    await album.add(family.page, "family-removes-line")
    await family.taps("handoff.remove")
    assert "Colombia" not in await family.sees("handoff.preview", 3)
    assert len((await newest(site)).packet["lines"]) == before - 1
    await album.add(family.page, "family-preview-changed", of=family.said("handoff.preview").last)


async def takes(page: Page, family: Family, site: Site, album: Album) -> None:
    """The worker reads exactly what was approved, takes the case and looks behind a conclusion."""
    case = await newest(site)
    assert (case.state, case.org) == ("queued", "voorbeeldstad")
    await expect(row(page, case)).to_be_visible()
    await album.add(page, "desk-inbox")
    await row(page, case).click()
    await state_shown(page, "queued")
    lines = [(line["dutch"], line["text"]) for line in case.packet["lines"]]
    assert await shared_lines(page) == lines
    assert not any("Colombia" in part for pair in lines for part in pair)
    own = page.locator(".packet > li", has=page.locator(".mark"))
    await expect(own).to_have_count(1)
    await expect(own.locator(".theirs[lang=es]")).to_contain_text(OWN)
    await album.add(page, "desk-case-untaken", whole=True)
    await take(page)
    await state_shown(page, "active")
    assert "Wil" in await family.sees("handoff.accepted")
    why = page.locator("details").first
    await why.locator("summary").click()
    await expect(why).to_contain_text(case.packet["trace"][0]["receipt"])
    await expect(why.locator(".facts > li").first).to_be_visible()
    await why.scroll_into_view_if_needed()
    await album.add(page, "desk-trace")


async def talks(page: Page, family: Family, album: Album) -> None:
    """A sentence with holes and free words; the family answers in its own words."""
    await pick(page, "hallo mens")
    await pick(page, "kunt u komen op om")
    await page.locator("input[type=date]").fill("2026-12-02")
    await page.locator("input[type=time]").fill("10:30")
    await page.locator("#free").fill("Stadhuis, loket 4.")
    shown = await page.locator(".preview .theirs .text").text_content() or ""
    await page.locator(".composer").scroll_into_view_if_needed()
    await album.add(page, "desk-composer")
    await family.waits()
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".message.worker")).to_have_count(1)
    read = await family.sees("phrase.greet.hello")
    assert read.split() == shown.split()
    await expect(family.said("phrase.greet.hello")).to_be_in_viewport(ratio=1)  # nobody has to look for it
    await album.add(family.page, "family-reads-worker")
    await family.says("Sí, puedo ir el miércoles")
    theirs = page.locator(".message.family", has_text="puedo ir")
    await expect(theirs.locator("[lang=es]")).to_be_visible()
    await expect(theirs.locator(".mark")).to_be_visible()
    await album.add(page, "desk-talk")


async def passes_on(first: Page, second: Page, family: Family, site: Site, album: Album) -> None:
    """To a second organisation: it sees nothing before the family's yes, and the first stays until it is taken."""
    parent = await newest(site)
    await act(first, "transfer").click()
    await dialog(first).locator("select").select_option("hulphuis")
    await album.add(first, "desk-transfer")
    await dialog(first).locator("button[type=submit]").click()
    await state_shown(first, "asked_transfer")
    asked = await family.sees("handoff.transfer_preview")
    await family.sees("handoff.transfer_ask")
    assert OWN in asked
    assert "Colombia" not in asked
    await album.add(family.page, "family-transfer-asked", of=family.said("handoff.transfer_preview").last)
    child = await newest(site)
    assert (child.state, child.org, child.parent) == ("consent", "hulphuis", parent.id)
    await expect(row(second, child)).to_have_count(0)
    await family.taps("handoff.transfer_yes")
    assert child.code in await family.sees("handoff.transfer_sent")
    await state_shown(first, "offered_transfer")
    await album.add(first, "desk-offered")
    await expect(row(second, child)).to_be_visible()
    await album.add(second, "second-inbox")
    await row(second, child).click()
    await expect(second.locator(".packet > li")).to_have_count(len((await site.now(child)).packet["lines"]))
    await take(second)
    await state_shown(second, "active")
    await state_shown(first, "transferred")
    assert "Noor" in await family.sees("handoff.transferred")
    await album.add(family.page, "family-transferred")


async def closes(page: Page, family: Family, site: Site, album: Album) -> None:
    """With an outcome and a next step, which the family reads in Spanish, and a code to come back with."""
    await act(page, "close").click()
    await dialog(page).get_by_label("afspraak gemaakt").check()
    for name, value in (("day", "2026-12-02"), ("time", "10:30")):
        if await dialog(page).locator(f"input[name={name}]").count():
            await dialog(page).locator(f"input[name={name}]").fill(value)
    await pick(page, "u mag iemand meenemen")
    shown = await dialog(page).locator(".preview .theirs .text").text_content() or ""
    await album.add(page, "desk-close")
    await family.waits()
    await dialog(page).locator("button[type=submit]").click()
    await state_shown(page, "resolved")
    await family.sees("handoff.resolved")
    outcome, step = shown.split("\n")
    assert (await family.sees("phrase.outcome.appointment_made")).split() == outcome.split()
    assert (await family.sees("phrase.appointment.bring_someone")).split() == step.split()
    assert "TR-" in await family.sees("handoff.return_code")
    assert (await newest(site)).facts["outcome"] == "appointment_made"
    await album.add(family.page, "family-closed")
    await album.add(page, "desk-closed", whole=True)


async def comes_back(page: Page, family: Family, site: Site, clock: Clock, album: Album) -> None:
    """Three days later: it did not work, and the case lies with the same worker again."""
    case = await newest(site)
    prefer = case.facts["prefer"]
    await family.waits()
    await later(site, clock, timedelta(hours=72, minutes=1))
    await expect(family.said("handoff.aftercare").first).to_be_in_viewport()
    await state_shown(page, "closed")
    await album.add(family.page, "family-aftercare")
    await page.locator(".back a").click()
    await expect(row(page, case)).to_have_count(0)
    await family.taps("handoff.not_worked")
    await family.sees("handoff.reopened")
    await expect(row(page, case)).to_be_visible()
    await expect(page.locator(f".notice.alarm[data-code={case.code}]")).to_be_visible()
    again = await site.now(case)
    assert (again.state, again.org, again.facts["prefer"]) == ("queued", "hulphuis", prefer)
    await expect(row(page, case)).to_contain_text(WORDS["ui.who.before"])
    await album.add(page, "second-inbox-again")
    await album.add(family.page, "family-reopened")


@pytest.mark.usefixtures("whole_audit")
async def test_a_family_in_tigrinya_reads_its_own_script_and_the_worker_reads_dutch_beside_it(
    browser: Browser, families: Browser, site: Site, bot: FamilyBot, clock: Clock
) -> None:
    clock.moment, album = MONDAY, Album("ti")
    bot.tells("01_arrears_eviction")
    wil = await site.seat("Wil", voorbeeldstad="agent")
    family = await family_at(families, site, "ti-ER")
    await family.tone("ti")
    await family.says("ምስ ሰብ ክዛረብ ደልየ")
    preview = await family.sees("handoff.preview")
    await family.sees("handoff.ask")
    assert all(GEEZ.search(line) for line in preview.splitlines() if len(line) > 40)
    await album.add(family.page, "family-preview", whole=True)
    await family.taps("handoff.yes")
    await family.sees("handoff.queued")
    await album.add(family.page, "family-queued")
    case = await newest(site)
    async with desk(browser, site, wil, f"/desk/c/{case.code}") as page:
        for dutch, theirs in await shared_lines(page):
            assert not GEEZ.search(dutch)
            assert GEEZ.search(theirs)
        await expect(page.locator(".packet .theirs[lang=ti]")).to_have_count(len(case.packet["lines"]))
        await expect(page.locator(".dates .deadline")).to_have_count(1)
        await take(page)
        await pick(page, "hallo mens")
        await album.add(page, "desk-case", whole=True)
        await page.keyboard.press("Control+Enter")
        assert GEEZ.search(await family.sees("phrase.greet.hello"))
        await album.add(family.page, "family-reads-worker")
        await act(page, "close").click()
        await dialog(page).get_by_label("informatie gegeven").check()
        await pick(page, "u mag iemand meenemen")
        await dialog(page).locator("button[type=submit]").click()
        await state_shown(page, "resolved")
        await family.sees("handoff.return_code")
        await album.add(family.page, "family-closed")
    assert family.errors == []


@pytest.mark.usefixtures("whole_audit")
async def test_with_nobody_at_the_desk_a_promise_is_made_and_when_it_is_broken_the_desk_has_an_alarm(
    browser: Browser, families: Browser, site: Site, bot: FamilyBot, clock: Clock
) -> None:
    clock.moment, album = SUNDAY_EVENING, Album("closed")
    bot.tells("03_home_closed")
    lead = await site.seat("Ada", voorbeeldstad="lead")
    family = await family_at(families, site, "en-GB")
    await family.says("I want to talk to a person")
    await family.sees("handoff.ask")
    await family.taps("handoff.yes")
    told = await family.sees("handoff.left")
    assert re.search(r"9:00|09:00", told)  # the next opening
    assert re.search(r"5:00|17:00", told)  # before when an answer is promised
    await album.add(family.page, "family-left")
    case = await newest(site)
    assert (case.state, case.org) == ("left", "voorbeeldstad")
    async with desk(browser, site, lead) as page:
        await expect(row(page, case)).to_be_visible()
        await album.add(page, "desk-inbox")
        await family.waits()
        await later(site, clock, SUNDAY_EVENING.replace(day=7, hour=16, minute=1))
        await family.sees("handoff.late")
        await album.add(family.page, "family-late")
        await expect(page.locator(f".notice.alarm[data-code={case.code}]")).to_be_visible()
        await album.add(page, "desk-alarm")
        assert (await site.now(case)).state == "left"
        await row(page, case).click()
        await state_shown(page, "left")
        await take(page)
        assert "Ada" in await family.sees("handoff.accepted")
        await album.add(page, "desk-case")
    assert family.errors == []
