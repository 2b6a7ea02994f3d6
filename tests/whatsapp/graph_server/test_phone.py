"""The phone in a real browser: a talk as a family has it, without Meta."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from tests.webchat.test_page import RULES, browser
from tests.whatsapp.graph_server import NUMBER, TOKEN, GraphServer, Person

__all__ = ["browser"]
EVIL = '<img src=x onerror="document.title=1"> & <b>vet</b>'


@pytest.fixture
async def meta() -> AsyncIterator[GraphServer]:
    """With a webhook that takes everything; what arrives is read only when somebody looks."""
    app = web.Application()
    app.router.add_post("/hook", _take)
    async with TestServer(app) as hook:
        server = GraphServer(str(hook.make_url("/hook")))
        server.statuses, server.rules.pair_rate = ("sent", "delivered"), False
        await server.start()
        yield server
        await server.stop()


async def _take(_request: web.Request) -> web.Response:
    return web.Response()


@asynccontextmanager
async def opened(browser: Browser, address: str) -> AsyncIterator[Page]:
    """A page; an error of its script, or what its policy forbids, fails the test."""
    context = await browser.new_context(viewport={"width": 500, "height": 800}, locale="nl-NL")
    page, errors = await context.new_page(), list[str]()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    await page.goto(address)
    yield page
    await context.close()
    assert not errors


async def posted(meta: GraphServer, body: dict[str, Any]) -> None:
    headers, url = {"Authorization": f"Bearer {TOKEN}"}, f"{meta.url}/v26.0/{NUMBER}/messages"
    told = {"messaging_product": "whatsapp", **body}
    async with aiohttp.ClientSession() as session, session.post(url, json=told, headers=headers) as response:
        assert response.status == 200


async def send(meta: GraphServer, person: Person, text: str, choices: dict[str, str], open_list: str = "") -> None:
    """A message of ours with buttons, or with a list that `open_list` opens."""
    if open_list:
        told = [{"id": key, "title": title} for key, title in choices.items()]
        kind, action = "list", {"button": open_list, "sections": [{"rows": told}]}
    else:
        replies = [{"type": "reply", "reply": {"id": key, "title": title}} for key, title in choices.items()]
        kind, action = "button", {"buttons": replies}
    interactive = {"type": kind, "body": {"text": text}, "action": action}
    await posted(meta, {"recipient": person.bsuid, "type": "interactive", "interactive": interactive})


async def axe(page: Page) -> list[str]:
    found = await Axe().run(page, options=RULES)
    return [f"{one['id']}: {[node['html'][:120] for node in one['nodes']]}" for one in found.response["violations"]]


@pytest.mark.browser
async def test_somebody_makes_a_phone_writes_taps_and_reads(meta: GraphServer, browser: Browser) -> None:
    async with opened(browser, meta.url) as page:
        assert await axe(page) == []
        await page.get_by_role("textbox", name="Naam").fill("Familie Proef")
        await page.locator("input[value=no]").check()
        await page.locator(".go").click()
        await expect(page.locator("#name")).to_have_text("Familie Proef")
        (person,) = meta.people
        assert (person.phone, person.shows_phone) == ("", False)

        await page.locator("#say").fill(f"Dag {EVIL}")
        await page.locator("#say").press("Enter")
        await expect(page.locator(".is-mine .text")).to_have_text(f"Dag {EVIL}")
        await expect(page.locator("#say")).to_have_value("")
        wamid = person.talk[0].wamid
        typing = {"status": "read", "message_id": wamid, "typing_indicator": {"type": "text"}}
        await posted(meta, typing)
        await expect(page.locator("#typing")).to_be_visible()
        await expect(page.locator(".is-mine .meta .read")).to_have_count(2)  # the marks, and the word

        await send(meta, person, f"Waar bent u? {EVIL}\nhttps://thuis.example/een?a=1.", {"nl": "Hier", "xx": "Daar"})
        await expect(page.locator("#typing")).to_be_hidden()
        await expect(page.locator(".is-theirs .text")).to_contain_text(EVIL)
        await expect(page.locator(".is-theirs .text a")).to_have_attribute("href", "https://thuis.example/een?a=1")
        await meta.until(lambda server: server.sent[0].statuses[-1] == "read")
        await page.get_by_role("button", name="Daar").click()
        await expect(page.locator(".tap.tapped")).to_have_text("Daar")
        assert [one.text for one in person.talk if one.mine][1:] == ["Daar"]

        await page.locator("#photo").click()
        await page.locator("#voice").click()
        await expect(page.locator(".is-mine .thing")).to_have_count(2)
        assert [one.kind for one in person.talk if one.mine][2:] == ["image", "audio"]
        assert await axe(page) == []


@pytest.mark.browser
async def test_arabic_goes_from_right_to_left_and_a_list_opens_as_a_sheet(meta: GraphServer, browser: Browser) -> None:
    person = meta.person("عائلة مثال")
    await person.says("مرحبا")
    await send(meta, person, "بماذا أساعدك في Den Haag؟", {"home": "بيت", "person": "إنسان"}, "اختر")
    async with opened(browser, f"{meta.url}/phone/{person.key}") as page:
        text = page.locator(".is-theirs .text")
        await expect(text).to_have_css("direction", "rtl")
        await expect(page.locator("header")).to_have_css("direction", "ltr")
        await page.get_by_role("button", name="اختر").click()
        await expect(page.get_by_role("dialog")).to_be_visible()
        await expect(page.locator(".row").first).to_have_css("direction", "rtl")
        assert await axe(page) == []
        await page.keyboard.press("Escape")
        await expect(page.locator("#sheet")).to_be_hidden()
        await page.get_by_role("button", name="اختر").click()
        await page.locator(".row").nth(1).click()
        await expect(page.locator("#sheet")).to_be_hidden()
        await expect(page.locator(".is-mine .text").nth(1)).to_have_text("إنسان")
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_no_other_site_uses_a_phone_and_nothing_from_elsewhere_runs_in_it(meta: GraphServer) -> None:
    person = meta.person(EVIL)
    says = f"{meta.url}/phone/{person.key}/says"
    async with aiohttp.ClientSession() as session:
        for address in ("/", f"/phone/{person.key}", "/static/phone.js"):
            async with session.get(meta.url + address) as response:
                assert response.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'")
                assert EVIL not in await response.text()
        for told in (
            {"headers": {"Origin": "https://elders.example"}, "json": {"text": "dag"}},
            {"data": {"text": "x"}},
        ):
            async with session.post(says, **told) as response:  # type: ignore[arg-type]
                assert response.status in (400, 403)
        for address, body in (
            ("says", {"text": " "}),
            ("sends", {"kind": "call"}),
            ("taps", {"on": "x", "choice": "y"}),
        ):
            async with session.post(f"{meta.url}/phone/{person.key}/{address}", json=body) as response:
                assert response.status == 400
        for address in ("/phone/p9", "/static/people.html", "/static/..%2fserver.py"):
            async with session.get(meta.url + address) as response:
                assert response.status == 404
    assert person.talk == []
