"""The chat page in every state of the handover, in Dutch and Arabic: nothing for axe, each line in its own language."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect
from sqlalchemy import Connection

from channels.handoff import counter, reading, transfers, working
from channels.handoff.here import here_of
from channels.handoff.lines import LONGEST_LINE, MOST_LINES
from channels.handoff.working import Worker
from channels.storage import cases, desk_sessions
from tests.desk.page_server import Site, serve_desks
from tests.desk.recorder import DESKS, MONDAY, SUNDAY_EVENING, Clock, FamilyBot, family_at, newest
from tests.desk.visiting import Visit, messages_of_the_handover
from tests.webchat.test_page import browser

__all__ = ["browser"]
pytestmark = pytest.mark.browser
BSN, PHONE, IBAN, PASSPORT = "111222333", "06 12345678", "NL91 ABNA 0417 1643 00", "NXA1B2C34"
SHORT = {"reason": "asked", "urgency": 1, "topic": "shelter_access"}
GREETING = "phrase.greet.hello"
HELLO = {"say": GREETING, "with": {"worker": "Wil", "organisation": "Gemeente Voorbeeldstad"}}
STEP = {"say": "phrase.appointment.bring_someone"}
DUTCH = "Dit heb ik zelf geschreven:\n1. Bel 14 020.\n2. Kom naar het loket."
DANGER = {"nl": "mijn man slaat mij", "ar": "زوجي يضربني"}
WORDS = {"nl": "Wij slapen vannacht bij een vriend.", "ar": "ننام الليلة عند صديق."}


# --- reading what would be shared


async def reads(visit: Visit) -> None:
    """Every line, every question about it, until nothing is shared."""
    await visit.says(WORDS[visit.lang], "handoff.ask")
    await visit.look("preview")
    await visit.taps("handoff.edit", "handoff.edit_which")
    await visit.taps("handoff.more.7", "handoff.edit_which")
    await visit.look("edit which")
    await visit.taps("handoff.line.8", "handoff.edit_line")
    await visit.look("edit line")
    await visit.taps("handoff.rewrite", "handoff.write_line")
    await visit.look("write a line")
    await visit.says(f"{WORDS[visit.lang]} {BSN}", "handoff.found.bsn")
    await visit.look("found a BSN")
    await visit.taps("handoff.without", "handoff.ask")
    await visit.taps("handoff.add", "handoff.write_more")
    await visit.says(f"{WORDS[visit.lang]} {PHONE}", "handoff.found.phone")
    await visit.look("found a telephone number")
    await visit.taps("handoff.again", "handoff.write_line")
    await visit.says(IBAN, "handoff.found.iban")
    await visit.taps("handoff.again", "handoff.write_line")
    await visit.says(PASSPORT, "handoff.found.document")
    await visit.look("found numbers of a bank and of a passport")
    await visit.taps("handoff.again", "handoff.write_line")
    await visit.says("x" * (LONGEST_LINE + 1), "handoff.too_long")
    await visit.says(WORDS[visit.lang], "handoff.ask")
    await visit.look("a line of its own")
    await visit.taps("handoff.reach", "handoff.reach_ask")
    await visit.look("how to reach it")
    await visit.taps("handoff.reach.call", "handoff.reach_write")
    await visit.says(PHONE, "handoff.ask")
    await visit.lines(lambda lines: [*lines[:-1]])
    await visit.taps("handoff.yes", "handoff.changed_since")
    await visit.look("changed since")
    await visit.lines(lambda lines: [{**lines[0], "id": f"n{at}"} for at in range(MOST_LINES)])
    await visit.taps("handoff.add", "handoff.write_more")
    await visit.says(WORDS[visit.lang], "handoff.no_more_lines")
    await visit.lines(lambda _: [])
    await visit.taps("handoff.yes", "handoff.empty")
    await visit.look("no line too many, and none at all")


async def shows_code(visit: Visit) -> None:
    """At a counter: the code large, the question that takes its place; no, and nothing at all."""
    page, screen = visit.family.page, visit.family.page.get_by_role("dialog")
    await visit.says(WORDS[visit.lang], "handoff.ask")
    await visit.taps("handoff.counter", "handoff.counter_code")
    await expect(screen.locator(".qr")).to_be_visible()
    await visit.look("the counter code, large")
    digits = "".join(sign for sign in await screen.locator(".large").inner_text() if sign.isdecimal())
    await page.keyboard.press("Escape")
    await visit.look("the counter code, closed")
    await page.locator(".tool").last.click()
    await expect(screen).to_be_visible()
    claim = partial(counter.claim, office=visit.site.office, code=digits, org="voorbeeldstad", worker=visit.wil)
    await visit.then("handoff.preview_counter", visit.site.write(claim))
    await expect(screen).to_have_count(0)
    await visit.look("the question of the counter")
    await visit.taps("handoff.no", "handoff.refused")
    await visit.look("refused")
    await visit.says(WORDS[visit.lang], "handoff.ask")
    await visit.later(timedelta(minutes=31), "handoff.expired")
    await visit.look("expired")


# --- waiting


async def waits(visit: Visit) -> None:
    """In the queue, with danger, for a moment that was agreed; until it stops sharing."""
    await visit.says(WORDS[visit.lang], "handoff.ask")
    await visit.taps("handoff.yes", "handoff.can_wait")
    await visit.look("queued")
    await visit.says(WORDS[visit.lang], "handoff.added")
    await visit.look("held while it waits")
    await visit.says(DANGER[visit.lang], "crisis.person_alerted")
    await visit.look("danger while it waits")
    await visit.taps("person", "handoff.already")
    await visit.then("crisis.menu", visit.family.page.locator("#emergency").click())
    await visit.look("emergency while it waits")
    await visit.later(timedelta(minutes=21), "handoff.wait_long")
    await visit.look("waits long")
    await visit.taps("handoff.wait", "handoff.waiting_on")
    await visit.taps("handoff.plan", "handoff.plan_ask")
    await visit.look("slots")
    await visit.then("handoff.planned", visit.family.page.locator("[data-choice^='handoff.slot.']").first.click())
    await visit.look("planned")
    await visit.later(timedelta(hours=3), "handoff.missed")
    await visit.later(timedelta(days=2), "handoff.late")
    await visit.look("missed and late")
    await visit.taps("handoff.stop_sharing", "handoff.stop_ask")
    await visit.look("stop sharing?")
    await visit.taps("handoff.stop_no", "handoff.kept_sharing")
    await visit.taps("handoff.stop_yes", "handoff.withdrawn_unread")
    await visit.look("stopped sharing")
    await visit.taps("handoff.stop_sharing", "handoff.nothing_shared")
    await visit.taps("handoff.wait", "handoff.gone")
    await visit.look("nothing shared")


async def is_too_late(visit: Visit) -> None:
    """Later, closing, back, and nobody there."""
    for _ in range(5):  # from as many on it is told how long others waited
        case = await visit.site.shared("nl", "voorbeeldstad")
        await visit.site.write(partial(working.take, office=visit.site.office, case=case, worker=visit.wil))
    await visit.says(WORDS[visit.lang], "handoff.ask")
    await visit.taps("handoff.yes", "handoff.wait_range")
    await visit.taps("handoff.leave", "handoff.left_for_later")
    await visit.look("left for later")
    await visit.taps("handoff.back", "handoff.cancelled")
    await visit.look("back to the computer")
    visit.clock.moment = MONDAY.replace(hour=15, minute=50)  # before the question, which waits for half an hour
    await visit.says(WORDS[visit.lang], "handoff.ask")
    await visit.taps("handoff.yes", "handoff.can_wait")
    await visit.later(timedelta(minutes=11), "handoff.closing")
    await visit.look("the desk closes")
    await visit.taps("handoff.back", "handoff.cancelled")
    visit.clock.moment = SUNDAY_EVENING
    await visit.says(WORDS[visit.lang], "handoff.ask")
    await visit.taps("handoff.yes", "handoff.left")
    await visit.look("nobody there")


# --- with a worker


async def talks(visit: Visit) -> None:
    """What a worker says in three ways, and who it is."""
    await visit.says(WORDS[visit.lang], "handoff.ask")
    await visit.taps("handoff.yes", "handoff.queued")
    await visit.worker(working.take, "handoff.accepted")
    await visit.look("accepted")
    await visit.worker(working.write, GREETING, phrases=[HELLO])
    await visit.worker(working.write, GREETING, phrases=[HELLO], text="Tot morgen, bij loket 4.")
    await visit.worker(working.write, "worker.text", text=DUTCH)
    translated = WORDS[visit.lang] if visit.lang != "nl" else ""
    await visit.worker(working.write, "worker.text", text="Tot morgen, om tien uur.", translated=translated)
    await visit.family.says(WORDS[visit.lang])
    await visit.look("a sentence, free words, and free words that a computer translated")
    await visit.worker(working.release, "handoff.released")
    await visit.worker(working.take, "handoff.accepted")
    await visit.worker(working.give_to_colleague, "handoff.colleague", other=visit.wil)
    await visit.site.write(lambda db: desk_sessions.revoke_all(db, visit.wil.id))
    await visit.later(timedelta(minutes=6), "handoff.lost")
    await visit.look("other hands")
    await visit.worker(working.take, "handoff.accepted")


async def passed_on(visit: Visit) -> None:
    """Another organisation: no, not taken, and taken."""
    parent = (await newest(visit.site)).id
    await asks(visit, parent)
    await visit.look("asked about another organisation")
    await visit.taps("handoff.transfer_no", "handoff.transfer_no_done")
    await asks(visit, parent)
    await visit.taps("handoff.transfer_yes", "handoff.transfer_sent")
    await visit.look("offered to another organisation")
    child, office = await newest(visit.site), visit.site.office
    await visit.then("handoff.transfer_declined", visit.site.write(lambda db: transfers.declined(db, office, child)))
    await asks(visit, parent)
    await visit.taps("handoff.transfer_yes", "handoff.transfer_sent")
    await visit.worker(working.take, "handoff.transferred", by=visit.noor)
    await visit.look("transferred")


async def asks(visit: Visit, parent: int) -> None:
    """A worker asks whether Hulphuis may know."""

    def ask(db: Connection) -> None:
        office, case = visit.site.office, cases.get(db, parent)
        assert case
        child = transfers.propose(db, office, case, visit.wil.actor, "hulphuis", visit.wil.name)
        reading.preview(here_of(db, office, child), child)

    await visit.then("handoff.transfer_ask", visit.site.write(ask))


async def ends(visit: Visit) -> None:
    """Closed, asked after, opened again by a tap and by a code; at last nothing is shared any more."""
    close = partial(visit.worker, working.close, by=visit.noor)
    await close("handoff.return_code", "information", [STEP], words="Bel morgen naar het loket.")
    await visit.look("closed with a code")
    code = str(await visit.family.sees("handoff.return_code"))
    await visit.later(timedelta(hours=73), "handoff.aftercare")
    await visit.look("asked after")
    await visit.taps("handoff.worked", "handoff.glad")
    await visit.says("TR-" + "-".join(["AAAA"] * 3), "handoff.return_unknown")
    await visit.says(code[code.index("TR-") :][:17], "handoff.reopened")
    await visit.look("opened again by a code")
    await visit.worker(working.take, "handoff.transferred", by=visit.noor)
    await close("handoff.return_code", "information", [STEP])
    await visit.taps("handoff.not_worked", "handoff.reopened")
    await visit.look("opened again because it did not work")
    await visit.taps("handoff.stop_sharing", "handoff.stop_ask")
    await visit.family.taps("handoff.stop_yes")
    await visit.family.sees("handoff.withdrawn_read", 2)  # of both organisations
    await visit.look("stopped sharing what was read")


async def loads_it_again(visit: Visit) -> None:
    """All that was said, at once."""
    said = await visit.family.page.locator("#log article").count()
    await visit.family.page.reload()
    await expect(visit.family.page.locator("#log article")).to_have_count(said)
    await visit.family.page.locator("#say").focus()
    await visit.look("loaded again")


async def is_blocked(visit: Visit) -> None:
    """A worker stops."""
    await visit.says(WORDS[visit.lang], "handoff.ask")
    await visit.taps("handoff.yes", "handoff.queued")
    await visit.worker(working.take, "handoff.accepted")
    await visit.worker(working.block, "handoff.blocked")
    await visit.look("blocked")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def bot() -> FamilyBot:
    return FamilyBot()


@pytest.fixture
def site(tmp_path: Path, bot: FamilyBot, clock: Clock) -> Iterator[Site]:
    """One gateway with two desks that are open in office hours."""
    yield from serve_desks(tmp_path, bot, DESKS, clock)


STORIES = ((reads,), (shows_code,), (waits,), (talks, passed_on, ends, loads_it_again), (is_blocked,), (is_too_late,))


@pytest.mark.parametrize(("lang", "locale"), [("nl", "nl-NL"), ("ar", "ar-MA")])
async def test_every_state_of_the_handover_is_right_to_see_to_hear_and_to_tap(
    browser: Browser, site: Site, bot: FamilyBot, clock: Clock, lang: str, locale: str
) -> None:
    bot.tells("10_chavez_here_refused")
    wil, noor = await site.seat("Wil", voorbeeldstad="agent"), await site.seat("Noor", hulphuis="agent")
    workers = Worker(wil.id, wil.name), Worker(noor.id, noor.name)
    seen, wrong = set[str](), list[str]()
    for story in STORIES:
        clock.moment, family = MONDAY, await family_at(browser, site, locale)
        visit = Visit(site, clock, family, lang, *workers, seen, wrong)
        for part in story:
            await part(visit)
        assert family.errors == []
        await family.page.context.close()
        bot.packet = SHORT  # the lines themselves were all looked at
    assert wrong == []
    assert messages_of_the_handover() - seen == set()
