"""Our chat on the websites of others, in a real browser: the button, the panel, and what stays between them.

The websites are those of tests/webchat/hosts, on another address. With SCREENSHOTS=<folder> pictures are kept.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp import ClientConnectionError, ClientSession
from aiohttp.test_utils import unused_port
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Frame, FrameLocator, Locator, Page, Request, Route, expect

from actions.content import load_content
from channels import demo
from channels.settings import ROOT, Settings
from channels.webchat import filled, snippet
from channels.webchat.sites import load_sites
from channels.words import load_words
from scripts import make_loader
from tests.webchat.hosts import server as hosts
from tests.webchat.hosts.place import AWAY, Place, stand
from tests.webchat.test_page import PHONE, RULES, ZOOMED, browser

__all__ = ["browser"]
SCREEN = {"width": 1000, "height": 760}
WORDS = load_words(load_content(ROOT / "data"), ROOT / "locales")
# the frames, from the page in the address bar to the one that carries our button
FRAMES = {"strict": (), "hostile": (), "oldframe": ("frame[name=inhoud]", "iframe[name=tekst]")}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A gateway, and websites that may hold its chat."""
    yield from stand(tmp_path_factory.mktemp("widget"), WORDS)


@dataclass
class Visit:
    """Somebody on a website: the page, its button, the panel, and the page of the chat in it."""

    page: Page
    around: Page | FrameLocator
    asked: list[Request] = field(default_factory=list)

    @property
    def region(self) -> Locator:
        return self.around.locator("[role=region]")

    @property
    def button(self) -> Locator:
        return self.region.locator("button[aria-haspopup=dialog]")

    @property
    def panel(self) -> Locator:
        return self.region.get_by_role("dialog")

    @property
    def chat(self) -> FrameLocator:
        return self.panel.frame_locator("iframe")

    async def frame(self) -> Frame:
        """The page of the chat itself, to run something in."""
        found = await (await self.panel.locator("iframe").element_handle()).content_frame()
        assert found
        return found

    async def open(self) -> None:
        await self.button.click()
        await expect(self.chat.locator("#say")).to_be_focused()

    async def say(self, text: str) -> None:
        """Type, send, and wait for an answer that was not there."""
        answers = self.chat.locator("article.bot, article.system")
        before = max(await answers.count(), 1)  # the first is the welcome
        await self.chat.locator("#say").fill(text)
        await self.chat.locator("#say").press("Enter")
        await expect(answers.nth(before)).to_be_visible()

    async def violations(self) -> list[str]:
        """What axe finds in what is ours, on both sides. The website around it is not ours."""
        found = [await Axe().run(self.page, context="[role=region]", options=RULES)]
        if await self.panel.is_visible() and await self.chat.locator("#say").count():
            lie = "how => document.querySelectorAll('header, .composer').forEach(bar => bar.style.position = how)"
            frame = await self.frame()
            await frame.evaluate(lie, "static")  # or axe calls every button half under them too small
            found.append(await Axe().run(frame, options=RULES))
            await frame.evaluate(lie, "")
        every = [one for result in found for one in result.response["violations"]]
        return [f"{one['id']}: {[node['html'][:120] for node in one['nodes']]}" for one in every]


@asynccontextmanager
async def visit(
    browser: Browser, place: Place, website: str = "strict", *known: str, host: str = "", **options: Any
) -> AsyncIterator[Visit]:
    """Somebody on this website. Nothing may go wrong there, but for what a test knows of."""
    context = await browser.new_context(**{"viewport": SCREEN, "locale": "nl-NL", **options})
    page, wrong = await context.new_page(), list[str]()
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    await context.route(f"{AWAY}**", lambda route: route.fulfill(body="weer", content_type="text/plain"))
    around: Page | FrameLocator = page
    for selector in FRAMES[website]:
        around = around.frame_locator(selector)
    visitor = Visit(page, around)

    def note(request: Request) -> None:
        visitor.asked.append(request)

    context.on("request", note)
    await page.goto(f"{host or place.website}{website}")
    await expect(visitor.button).to_be_visible()
    yield visitor
    await context.close()
    assert [text for text in wrong if not any(one in text for one in known)] == []


async def picture(visitor: Visit, name: str) -> None:
    if folder := os.environ.get("SCREENSHOTS"):
        await visitor.page.screenshot(path=Path(folder) / f"widget-{name}.png")


# --- the loader


def test_the_loader_is_what_its_parts_make_small_and_of_nobody_else() -> None:
    body = snippet.loader()
    assert body.decode() == make_loader.made(WORDS), "write it anew: python scripts/make_loader.py"
    assert len(body) <= 5 * 1024
    assert set(re.findall(rb"https?://[^\"/]+", body)) == {AWAY.rstrip("/").encode()}
    assert not re.search(rb"cookie|localStorage|sessionStorage|innerHTML|eval", body)


@pytest.mark.slow
async def test_the_demo_has_the_websites_too_and_says_where(monkeypatch: pytest.MonkeyPatch) -> None:
    port = unused_port()
    monkeypatch.setattr(demo, "_HOSTS_PORT", port)
    settings = Settings.from_env(demo.environment())
    (program,) = demo.hosts(settings)
    assert program.ready in demo.welcome(settings, [], [program])
    process = await asyncio.create_subprocess_exec(*program.command, cwd=program.cwd, env={**os.environ, **program.env})
    async with asyncio.timeout(60), ClientSession() as session:
        while True:
            with contextlib.suppress(ClientConnectionError):
                async with session.get(f"{program.ready}strict") as response:
                    page = await response.text()
                break
            await asyncio.sleep(0.1)
    assert demo.hosts(settings) == []  # somebody has the port: the demo goes without, and says so
    assert program.ready not in demo.welcome(settings, [])
    process.terminate()
    await process.wait()
    assert f'src="http://127.0.0.1:{settings.gateway_port}{snippet.LOADER}"' in page
    monkeypatch.undo()
    assert {f"http://{name}:{demo._HOSTS_PORT}" for name in ("localhost", "127.0.0.1")} <= set(_allowed())


def _allowed() -> tuple[str, ...]:
    """Which websites the demo lets hold its chat."""
    settings = Settings.from_env(demo.environment())
    content = load_content(settings.data)
    return load_sites(settings.sites, settings.data, content, WORDS.languages).by_slug[hosts.SITE].embedders


# --- on the websites


@pytest.mark.browser
@pytest.mark.parametrize("website", FRAMES)
async def test_on_every_website_the_button_opens_the_chat_which_answers(
    browser: Browser, place: Place, website: str
) -> None:
    async with visit(browser, place, website) as visitor:
        before = [one.url for one in visitor.asked if one.url.startswith(place.gateway)]
        assert [url.removeprefix(place.gateway) for url in before] == [snippet.LOADER.lstrip("/")]
        box = await visitor.button.bounding_box()
        assert box
        assert box["height"] >= 44
        await picture(visitor, f"{website}-closed")
        await visitor.open()  # a click waits until nothing lies over the button
        await picture(visitor, f"{website}-open")
        assert [one.method for one in visitor.asked if one.method != "GET"] == []  # nothing before the first message
        await visitor.say("bron")
        await picture(visitor, f"{website}-talk")
        ours = (place.gateway, place.website, "data:")
        assert [one.url for one in visitor.asked if not one.url.startswith(ours)] == []
        assert await visitor.page.context.cookies() == []
        assert await visitor.page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
        await visitor.panel.get_by_role("button").click()
        await expect(visitor.button).to_be_focused()
        await expect(visitor.panel).to_be_hidden()


@pytest.mark.browser
async def test_a_website_that_may_not_hold_the_chat_gets_a_plain_link_and_112(browser: Browser, place: Place) -> None:
    other = place.website.replace("127.0.0.1", "localhost")
    async with visit(browser, place, "strict", "403", host=other) as visitor:
        await visitor.button.click()
        link = visitor.panel.get_by_role("link").first
        await expect(link).to_be_visible()
        assert await link.get_attribute("href") == f"{place.gateway}w/{hosts.SITE}"
        assert await link.get_attribute("target") == "_blank"
        await expect(visitor.panel.locator("a[href='tel:112']")).to_be_visible()
        await expect(visitor.chat.locator("#say")).to_have_count(0)
        assert await visitor.violations() == []
        await visitor.page.keyboard.press("Escape")
        await expect(visitor.button).to_be_focused()
        async with visitor.page.context.expect_page() as opened:
            await visitor.button.click()
            await link.click()
        await expect((await opened.value).locator("#languages button").first).to_be_visible()


@pytest.mark.browser
async def test_a_whole_talk_on_a_website_with_the_keyboard_alone(browser: Browser, place: Place) -> None:
    async with visit(browser, place) as visitor:
        keys = visitor.page.keyboard
        names = []
        for _ in range(6):  # the order of the website, and our button last
            await keys.press("Tab")
            names.append(
                await visitor.page.evaluate("(document.activeElement.shadowRoot || document).activeElement.tagName")
            )
            if names[-1] == "BUTTON":
                break
        assert names == ["A", "INPUT", "A", "BUTTON"]
        await expect(visitor.button).to_be_focused()
        await picture(visitor, "keys-1-button")
        await keys.press("Enter")
        await expect(visitor.chat.locator("#say")).to_be_focused()
        await picture(visitor, "keys-2-open")
        await keys.type("ik heb een vraag")
        await keys.press("Enter")
        question = visitor.chat.locator("article[data-key='ask.place']")
        await expect(question.first).to_be_visible()
        await picture(visitor, "keys-3-answer")
        await keys.press("Shift+Tab")
        await expect(question.first.locator(".choice").last).to_be_focused()
        await keys.press("Enter")
        await expect(question).to_have_count(2)
        await keys.press("Escape")
        await expect(visitor.panel).to_be_hidden()
        await expect(visitor.button).to_be_focused()
        await keys.press("Enter")  # the talk is still there
        await expect(visitor.chat.locator("#say")).to_be_focused()
        await expect(question).to_have_count(2)
        await keys.press("Shift+Tab")
        for _ in range(60):  # back out of the frame, to the button that closes
            if await visitor.panel.get_by_role("button").evaluate("one => one.getRootNode().activeElement === one"):
                break
            await keys.press("Shift+Tab")
        await expect(visitor.panel.get_by_role("button")).to_be_focused()
        await picture(visitor, "keys-4-close")
        await keys.press("Enter")
        await expect(visitor.button).to_be_focused()


@pytest.mark.browser
async def test_what_asks_for_room_gets_the_window_and_who_is_not_the_frame_gets_nothing(
    browser: Browser, place: Place
) -> None:
    async with visit(browser, place) as visitor:
        await visitor.open()
        frame = await visitor.frame()
        for verb in ("leave https://voorbeeld.example/", "close", "resize"):  # the website itself says so, loudly
            await visitor.page.evaluate("verb => postMessage('thuiswijzer:' + verb, '*')", verb)
        await expect(visitor.panel).to_have_css("width", "400px")
        say = "([verb, to]) => parent.postMessage('thuiswijzer:' + verb, to)"
        origin = place.website.rstrip("/")
        await frame.evaluate(say, ["resize", origin])
        await expect(visitor.panel).to_have_css("width", f"{SCREEN['width']}px")
        await visitor.panel.get_by_role("button").focus()
        await visitor.page.keyboard.press("Shift+Tab")  # what lies under it cannot have the focus
        await expect(visitor.panel.get_by_role("button")).to_be_focused()
        await frame.evaluate(say, ["resize", origin])
        await expect(visitor.panel).to_have_css("width", "400px")


@pytest.mark.browser
@pytest.mark.parametrize("way", ["button", "escape", "escape outside"])
async def test_leaving_from_inside_replaces_the_website_and_wipes(browser: Browser, place: Place, way: str) -> None:
    website = "oldframe" if way == "button" else "strict"
    async with visit(browser, place, website) as visitor:
        await visitor.open()
        await visitor.say("hallo")
        steps = await visitor.page.evaluate("history.length")
        if way == "button":
            await visitor.chat.locator("#exit").click()
        else:
            if way == "escape outside":
                await visitor.panel.get_by_role("button").focus()
            for _ in range(3):
                await visitor.page.keyboard.press("Escape")
        await visitor.page.wait_for_url(AWAY)
        assert await visitor.page.evaluate("history.length") == steps
        await visitor.page.goto(f"{place.website}strict")
        again = Visit(visitor.page, visitor.page)
        await again.open()
        await expect(again.chat.locator("article")).to_have_count(0)
        assert await (await again.frame()).evaluate("[sessionStorage.length, localStorage.length]") == [0, 0]


@pytest.mark.browser
async def test_what_is_written_without_a_connection_goes_out_in_order_once_there_is_one(
    browser: Browser, place: Place
) -> None:
    async with visit(browser, place, "strict", "ERR_INTERNET_DISCONNECTED") as visitor:
        await visitor.open()
        await visitor.say("hallo")
        await visitor.page.context.set_offline(True)
        for text in ("een", "twee", "drie"):
            await visitor.chat.locator("#say").fill(text)
            await visitor.chat.locator("#say").press("Enter")
        await expect(visitor.chat.locator(".state.failed")).to_have_count(3)
        assert await visitor.violations() == []
        await picture(visitor, "offline")
        await visitor.page.context.set_offline(False)
        await expect(visitor.chat.locator("article.family[data-seq]")).to_have_count(4)
        said = await visitor.chat.locator("article.family .bubble").all_inner_texts()
        assert said == ["hallo", "een", "twee", "drie"]


@pytest.mark.browser
@pytest.mark.parametrize(
    ("options", "lang"),
    [
        ({"viewport": PHONE}, "nl"),
        ({"locale": "ar-MA", "color_scheme": "dark"}, "ar"),
        ({"viewport": ZOOMED, "reduced_motion": "reduce"}, "nl"),
    ],
    ids=["phone", "arabic and dark", "zoomed, still"],
)
async def test_axe_finds_nothing_closed_open_waiting_and_answered(
    browser: Browser, place: Place, options: dict[str, Any], lang: str
) -> None:
    async with visit(browser, place, **options) as visitor:
        name = "-".join((lang, str(options.get("viewport", SCREEN)["width"])))
        assert await visitor.violations() == []
        await visitor.button.click()
        await expect(visitor.chat.locator(f"html[lang={lang}]")).to_have_count(1)
        await expect(visitor.chat.locator("#languages button").first).to_be_visible()
        await picture(visitor, f"{name}-open")
        assert await visitor.violations() == []
        gate = threading.Event()
        place.bot.hold = SimpleNamespace(wait=lambda: asyncio.to_thread(gate.wait))
        await visitor.chat.locator("#say").fill("bron")
        await visitor.chat.locator("#say").press("Enter")
        await expect(visitor.chat.locator("#busy")).not_to_be_empty()
        await picture(visitor, f"{name}-waiting")
        assert await visitor.violations() == []
        still = await visitor.chat.locator("#busy").evaluate("one => getComputedStyle(one, '::before').animationName")
        assert (still == "none") == ("reduced_motion" in options)
        place.bot.hold = None
        gate.set()
        await expect(visitor.chat.locator("article.bot[data-key='answer.shelter_access']")).to_be_visible()
        await picture(visitor, f"{name}-answer")
        assert await visitor.violations() == []
        frame = await visitor.frame()
        assert await frame.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"


@pytest.mark.browser
async def test_when_our_server_is_gone_the_panel_says_where_to_go(browser: Browser, place: Place) -> None:
    async with visit(browser, place, "hostile", "ERR_FAILED") as visitor:

        async def gone(route: Route) -> None:
            await route.abort()

        await visitor.page.context.route(f"{place.gateway}**", gone)
        await visitor.button.click()
        await expect(visitor.panel.locator("a[href='tel:112']")).to_be_visible()
        await expect(visitor.panel.get_by_role("button")).to_be_focused()
        await picture(visitor, "gone")
        assert await visitor.violations() == []


# --- floors


@pytest.mark.browser
async def test_the_page_is_light_and_nothing_in_it_jumps(browser: Browser, place: Place) -> None:
    """Sizes as they went over the line, in bytes; `first`: all before anybody does something."""
    watch = """window.jumps = 0; new PerformanceObserver(list => list.getEntries().forEach(one => {
        if (!one.hadRecentInput) window.jumps += one.value })).observe({ type: 'layout-shift', buffered: true })"""
    for viewport in (PHONE, {"width": 398, "height": 640}, {"width": 1280, "height": 900}):
        context = await browser.new_context(viewport=viewport, locale="ti-ET")
        page, sizes = await context.new_page(), list[float]()
        line = await context.new_cdp_session(page)
        await line.send("Network.enable")
        line.on("Network.loadingFinished", lambda told, sizes=sizes: sizes.append(told["encodedDataLength"]))
        await page.add_init_script(watch)
        await page.goto(f"{place.gateway}w/{hosts.SITE}", wait_until="networkidle")
        await expect(page.locator("#send")).to_be_enabled()
        first = sum(sizes)
        assert first <= 60 * 1024
        assert await page.evaluate("jumps") <= 0.02
        await page.locator("#say").fill("bron")
        await page.locator("#say").press("Enter")
        await expect(page.locator("article.bot[data-key='answer.shelter_access']")).to_be_visible()
        await page.locator("#language").select_option("ar")
        await expect(page.locator("html[lang=ar]")).to_have_count(1)
        assert first < sum(sizes) <= 150 * 1024
        await context.close()


# --- what a family can do with the page


@pytest.mark.browser
async def test_letters_grow_and_shrink_and_nothing_is_kept_before_the_first_message(
    browser: Browser, place: Place
) -> None:
    context = await browser.new_context(viewport={"width": 320, "height": 640}, locale="nl-NL")
    page = await context.new_page()
    await page.goto(f"{place.gateway}w/{hosts.SITE}")
    await page.locator("#more summary").click()
    await expect(page.locator("#smaller")).to_be_disabled()
    sizes = []
    for _ in range(3):
        await page.locator("#larger").click()
        sizes.append(await page.evaluate("getComputedStyle(document.documentElement).fontSize"))
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"
    assert sizes == ["20px", "24px", "32px"]
    await expect(page.locator("#larger")).to_be_disabled()
    assert await page.evaluate("[sessionStorage.length, localStorage.length]") == [0, 0]
    await page.locator("#say").fill("hallo")
    await page.locator("#say").press("Enter")
    await expect(page.locator("article[data-key='ask.place']")).to_be_visible()
    await page.locator("#smaller").click()
    await page.reload()
    await expect(page.locator("article[data-key='ask.place']")).to_be_visible()
    assert await page.evaluate("getComputedStyle(document.documentElement).fontSize") == "24px"
    await context.close()


@pytest.mark.browser
async def test_a_talk_stays_on_the_device_only_if_wanted_and_leaving_takes_it_away(
    browser: Browser, place: Place
) -> None:
    context = await browser.new_context(viewport=PHONE, locale="nl-NL")
    await context.route(f"{AWAY}**", lambda route: route.fulfill(body="weer", content_type="text/plain"))
    where = f"{place.gateway}w/{hosts.SITE}"
    kept = "[sessionStorage.length, localStorage.length]"
    page = await context.new_page()
    await page.goto(where)
    await page.locator("#say").fill("hallo")
    await page.locator("#say").press("Enter")
    await expect(page.locator("article[data-key='ask.place']")).to_be_visible()
    assert await page.evaluate(kept) == [1, 0]
    await page.locator("#more summary").click()
    await page.locator("#keep").check()
    assert await page.evaluate(kept) == [0, 1]
    await page.locator("#keep").uncheck()
    assert await page.evaluate(kept) == [1, 0]
    await page.locator("#keep").check()
    await page.close()
    page = await context.new_page()
    await page.goto(place.gateway)  # the talk of a site is not the talk of another page
    await expect(page.locator("#languages button").first).to_be_visible()
    await expect(page.locator("body.talking")).to_have_count(0)
    await page.goto(where)
    await expect(page.locator("article[data-key='ask.place']")).to_be_visible()
    await page.locator("#exit").click()
    await page.wait_for_url(AWAY)
    await page.goto(where)
    await expect(page.locator("#languages button").first).to_be_visible()
    assert await page.evaluate(kept) == [0, 0]
    await context.close()


@pytest.mark.browser
async def test_a_code_takes_the_talk_to_another_device_once(browser: Browser, place: Place) -> None:
    where = f"{place.gateway}w/{hosts.SITE}"
    one, two = [await browser.new_context(viewport=PHONE, locale="nl-NL") for _ in range(2)]
    page, other = await one.new_page(), await two.new_page()
    await page.goto(where)
    await page.locator("#say").fill("van mijn telefoon")
    await page.locator("#say").press("Enter")
    await expect(page.locator("article[data-key='ask.place']")).to_be_visible()
    await page.locator("#more summary").click()
    await page.locator("#code-out").click()
    code = await page.locator("#code .code").inner_text()
    assert re.fullmatch(r"([A-Z2-9]{4} ){2}[A-Z2-9]{4}", code)
    await other.goto(where)
    await other.locator("#code-in summary").click()
    await other.locator("#code-typed").fill("AAAA BBBB CCCC")
    await other.locator("#code-typed").press("Enter")
    await expect(other.locator("#code-wrong [data-word]")).to_be_visible()
    assert [one["id"] for one in (await Axe().run(other, options=RULES)).response["violations"]] == []
    await other.locator("#code-typed").fill(code.lower())
    await other.locator("#code-typed").press("Enter")
    await expect(other.locator("article.family .bubble")).to_have_text("van mijn telefoon")
    await expect(other.locator("#code-in")).to_be_hidden()
    await other.locator("#say").fill("en nu hier")
    await other.locator("#say").press("Enter")
    await expect(page.locator("article.family .bubble").last).to_have_text("en nu hier")
    await one.close()
    await two.close()


SPEECH = """
const voices = [{ lang: 'nl-NL', localService: true, name: 'a' }, { lang: 'ar-SA', localService: false, name: 'b' }];
window.said = [];
Object.defineProperty(window, 'speechSynthesis', { value: {
  getVoices: () => voices, addEventListener: () => {}, speak: (one) => window.said.push([one.text, one.lang]),
  cancel: () => window.said.push('stop') } });
window.SpeechSynthesisUtterance = function (text) { this.text = text; };
"""


@pytest.mark.browser
async def test_a_message_is_read_aloud_by_a_voice_of_the_device_and_by_no_other(browser: Browser, place: Place) -> None:
    context = await browser.new_context(viewport=PHONE, locale="nl-NL")
    page = await context.new_page()
    await page.add_init_script(SPEECH)
    await page.goto(f"{place.gateway}w/{hosts.SITE}")
    await page.locator("#say").fill("hallo")
    await page.locator("#say").press("Enter")
    listen = page.locator("article[data-key='ask.place'] .listen")
    await listen.click()
    told = await page.evaluate("said")
    assert [part for part in told if part != "stop"]
    assert {part[1] for part in told if part != "stop"} == {"nl-NL"}
    await expect(listen.locator("[data-word='web.listen_stop']")).to_be_visible()
    assert [one["id"] for one in (await Axe().run(page, options=RULES)).response["violations"]] == []
    await listen.click()
    assert (await page.evaluate("said"))[-1] == "stop"
    await expect(listen.locator("[data-word='web.listen']")).to_be_visible()
    await page.locator("#language").select_option("ar")
    await expect(page.locator("article:not(.family) .bubble[lang=ar]").first).to_be_visible()
    await expect(page.locator("article:has(.bubble[lang=ar]) .listen")).to_have_count(0)
    await context.close()


def test_the_words_of_the_page_come_with_it_and_cannot_break_out_of_it() -> None:
    told = filled.talk(WORDS, "ar", ["nl", "ar"], {"topic": '"><script>'})
    assert '<html lang="ar" dir="rtl">' in told
    assert "<script>" not in told
    found = re.search(r'<script type="application/json" id="words">(.*?)</script>', told)
    assert found
    words = json.loads(found[1])
    assert words["lang"] == "ar"
    assert [one["code"] for one in words["languages"]] == ["nl", "ar"]
    assert words["words"].keys() == {key for key in WORDS.dutch if key.startswith(("web.", "page."))}
