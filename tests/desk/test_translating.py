"""Free words in the other language: what is sent to a translation service, what is not, and what a family reads."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, expect
from sqlalchemy import Connection

from channels.desk.translating import LibreTranslate, NoTranslation, UnknownLanguage
from channels.settings import BadSetting, Settings
from channels.storage import audit, conversations
from tests.desk import page_server
from tests.desk.page_server import Site
from tests.desk.test_page import desk, picture, take
from tests.handoff import conftest as handoff
from tests.handoff.conftest import DeskHouse, Seated, start_desk
from tests.webchat.test_page import browser, violations

__all__ = ["browser", "start_desk"]
KEY = "een sleutel"
BSN, IBAN, PASSPORT, V_NUMBER = "111222333", "NL91 ABNA 0417 1643 00", "NXA1B2C34", "V-nummer 123.456.7890"


@dataclass
class Libre:
    """Stands for LibreTranslate: answers "[es] hallo", knows a few languages, and fails or waits when it is told to."""

    asked: list[dict[str, Any]] = field(default_factory=list)
    knows: frozenset[str] = frozenset({"nl", "es", "ar"})
    answer: web.Response | None = None
    held: asyncio.Event | None = None
    url: str = ""

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/translate", self.translate)
        return app

    async def translate(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.asked.append(body)
        if self.held:
            await self.held.wait()
        if self.answer:
            return self.answer
        if unknown := {body["source"], body["target"]} - self.knows:
            return web.json_response({"error": f"{unknown.pop()} is not supported"}, status=400)
        return web.json_response({"translatedText": f"[{body['target']}] {body['q']}"})

    @property
    def sent(self) -> list[tuple[str, str, str]]:
        return [(body["q"], body["source"], body["target"]) for body in self.asked]


@pytest.fixture
async def libre() -> AsyncIterator[Libre]:
    """A translation service."""
    made = Libre()
    async with TestServer(made.app()) as server:
        made.url = str(server.make_url("")).rstrip("/")
        yield made
        if made.held:
            made.held.set()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """What the adapter sends with."""
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
def service(libre: Libre, session: aiohttp.ClientSession) -> LibreTranslate:
    """The adapter, with that service."""
    return LibreTranslate(session, libre.url, KEY, kept=2)


@pytest.fixture
async def house(
    start_desk: Callable[..., Any],
    sqlite_url: str,
    libre: Libre,
    monkeypatch: pytest.MonkeyPatch,
) -> DeskHouse:
    """A house with desks that uses the service."""
    real = handoff.settings_for
    told = {"translator": libre.url, "translator_key": KEY}
    monkeypatch.setattr(handoff, "settings_for", lambda *given: replace(real(*given), **told))
    started: DeskHouse = await start_desk(sqlite_url)
    return started


async def taken(house: DeskHouse, lang: str = "es") -> tuple[str, str, Seated]:
    """A family that writes with a worker: its token, the code, and the worker."""
    token = await house.open(lang)
    code = await house.approved(token)
    seated = await house.seat("Wil")
    assert (await seated.act(code, "take"))[0] == 200
    return token, code, seated


# --- the service


async def test_words_come_in_the_other_language_and_are_asked_once(service: LibreTranslate, libre: Libre) -> None:
    assert await service.translate("hallo", "nl", "es") == "[es] hallo"
    assert await service.translate("hallo", "nl", "es") == "[es] hallo"
    assert libre.asked == [{"q": "hallo", "source": "nl", "target": "es", "format": "text", "api_key": KEY}]
    assert await service.translate("hallo", "nl", "ar") == "[ar] hallo"


async def test_only_the_last_translations_are_kept(service: LibreTranslate, libre: Libre) -> None:
    for text in ("een", "twee", "een", "drie", "een", "twee"):
        await service.translate(text, "nl", "es")
    assert [text for text, *_ in libre.sent] == ["een", "twee", "drie", "twee"]


async def test_without_a_key_none_is_sent(session: aiohttp.ClientSession, libre: Libre) -> None:
    await LibreTranslate(session, libre.url).translate("hallo", "nl", "es")
    assert "api_key" not in libre.asked[0]


@pytest.mark.parametrize("number", [BSN, "111 222 333", "١١١٢٢٢٣٣٣", IBAN, PASSPORT, V_NUMBER])
async def test_numbers_that_must_not_travel_are_left_out(service: LibreTranslate, libre: Libre, number: str) -> None:
    told = await service.translate(f"Dit is het: {number}. Bel 0800-8020.", "nl", "es")
    assert libre.sent == [("Dit is het: …. Bel 0800-8020.", "nl", "es")]
    assert number not in told


@pytest.mark.parametrize(
    "answer",
    [
        web.json_response({"error": "hallo"}, status=500),
        web.json_response({"error": "Invalid API key"}, status=403),
        web.json_response({"error": "Slowdown"}, status=429),
        web.json_response({"error": "Invalid request: missing q parameter"}, status=400),
        web.json_response({"error": "fr is not supported"}, status=500),
        web.Response(text="<html>", content_type="text/html"),
        web.json_response({"translatedText": " \u202e"}),
        web.json_response({"translatedText": ["hola"]}),
        web.json_response(["hola"]),
        web.Response(status=307, headers={"Location": "/elsewhere"}),
    ],
    ids=lambda answer: str(answer.status),
)
async def test_what_is_no_translation_is_none_and_no_word_is_logged(
    service: LibreTranslate, libre: Libre, answer: web.Response, caplog: pytest.LogCaptureFixture
) -> None:
    libre.answer = answer
    with pytest.raises(NoTranslation):
        await service.translate("hallo", "nl", "es")
    assert caplog.records
    assert "hallo" not in caplog.text
    libre.answer = None
    assert await service.translate("hallo", "nl", "es") == "[es] hallo"


async def test_a_service_that_is_not_there_gives_none(session: aiohttp.ClientSession, unused_tcp_port: int) -> None:
    with pytest.raises(NoTranslation):
        await LibreTranslate(session, f"http://127.0.0.1:{unused_tcp_port}").translate("hallo", "nl", "es")


async def test_a_service_that_never_answers_is_not_waited_for(session: aiohttp.ClientSession, libre: Libre) -> None:
    libre.held = asyncio.Event()
    with pytest.raises(NoTranslation):
        await LibreTranslate(session, libre.url, patience=0.05).translate("hallo", "nl", "es")
    assert len(libre.asked) == 1


@pytest.mark.parametrize(
    "error", ["pap is not supported", "Tigrinya (ti) is not available as a target language from Dutch (nl)"]
)
async def test_a_language_that_the_service_does_not_know_is_said_so(
    service: LibreTranslate, libre: Libre, error: str
) -> None:
    libre.answer = web.json_response({"error": error}, status=400)
    with pytest.raises(UnknownLanguage):
        await service.translate("hallo", "nl", "pap")


async def test_what_comes_back_cannot_steer_a_screen(service: LibreTranslate, libre: Libre) -> None:
    libre.answer = web.json_response({"translatedText": "/ho\u202ela\r\n\u0000 "})
    assert await service.translate("hallo", "nl", "es") == "hola"


def test_it_is_off_unless_set_and_what_cannot_be_used_is_refused(tmp_path: Path) -> None:
    base = {"THUISWIJZER_RUN": str(tmp_path)}
    assert Settings.from_env(base).translator == ""
    on = Settings.from_env(
        {**base, "THUISWIJZER_TRANSLATOR": "https://vertaal.example/", "THUISWIJZER_TRANSLATOR_KEY": KEY}
    )
    assert (on.translator, on.translator_key) == ("https://vertaal.example", KEY)
    assert KEY not in repr(on)
    for bad in ("vertaal.example", "ftp://vertaal.example", "https://a:b@vertaal.example", "http://x/?api_key=sleutel"):
        with pytest.raises(BadSetting, match="THUISWIJZER_TRANSLATOR") as refused:
            Settings.from_env({**base, "THUISWIJZER_TRANSLATOR": bad})
        assert bad not in str(refused.value)


# --- the desk


async def test_a_worker_reads_a_translation_and_what_it_says_and_that_is_on_record(
    house: DeskHouse,
) -> None:
    _, code, seated = await taken(house)
    assert (await seated.get("/me"))[1]["translates"] is True
    before = await house.store.read(audit.newest)
    notice = house.office.speech.line("handoff.machine_translated", "es")
    status, told = await seated.post("/translate", code=code, text="  Tot   morgen ", to="family")
    back = "[nl] [es] Tot morgen"
    assert (status, told) == (
        200,
        {"text": "[es] Tot morgen", "back": back, "source": "nl", "target": "es", "notice": notice},
    )
    status, told = await seated.post("/translate", code=code, text="Hola", to="dutch")
    assert (status, told["text"], told["back"], told["source"], told["target"]) == (200, "[nl] Hola", None, "es", "nl")
    status, told = await seated.post("/translate", code=code, text="مرحبا", to="dutch", lang="ar")
    assert (status, told["source"]) == (200, "ar")
    rows = await house.store.read(lambda db: records(db, before))
    assert [(row.action, row.object, row.actor, row.detail) for row in rows] == [
        ("case.translate", code, str(seated.id), {"source": "nl", "target": "es"}),
        ("case.translate", code, str(seated.id), {"source": "es", "target": "nl"}),
        ("case.translate", code, str(seated.id), {"source": "ar", "target": "nl"}),
    ]
    assert await house.store.read(lambda db: audit.cases_after(db, before)) == []  # no news for other desks
    assert await house.store.read(audit.broken_at) is None


def records(db: Connection, after: int) -> list[Any]:
    from channels.storage.tables import audit as table

    return list(db.execute(table.select().where(table.c.id > after).order_by(table.c.id)))


async def test_who_may_not_read_the_case_translates_nothing_in_it(house: DeskHouse, libre: Libre) -> None:
    token, code, _ = await taken(house)
    others = [
        await house.seat("Ada"),
        await house.seat("Bo", "hulphuis", "lead"),
        await house.seat("Cas", role="admin"),
        await house.seat("Dee", role="auditor"),
    ]
    before = await house.store.read(audit.newest)
    for other in others:
        assert (await other.post("/translate", code=code, text="Hola", to="dutch"))[0] == 404
    lead = await house.seat("Eva", role="lead")
    assert (await lead.post("/translate", code="NIETS", text="Hola", to="dutch"))[0] == 404
    assert libre.asked == []
    assert await house.store.read(lambda db: records(db, before)) == []
    assert (await lead.post("/translate", code=code, text="Hola", to="dutch"))[0] == 200
    await house.choose(token, "handoff.stop_yes")
    asked = len(libre.asked)
    assert (await lead.post("/translate", code=code, text="Hola", to="dutch"))[0] == 404
    assert len(libre.asked) == asked


@pytest.mark.parametrize(
    "body",
    [
        {"to": "family"},
        {"to": "family", "text": "\u202e"},
        {"to": "family", "text": "x" * 4001},
        {"to": "elsewhere", "text": "hallo"},
        {"to": ["dutch"], "text": "hallo"},
        {"to": "dutch", "text": "hallo", "lang": "xx"},
        {"to": "dutch", "text": "hallo", "lang": {}},
        {"to": "dutch", "text": "hallo", "lang": "nl"},
    ],
    ids=lambda body: "-".join(str(value)[:9] for value in body.values()),
)
async def test_a_body_that_cannot_be_is_refused(house: DeskHouse, libre: Libre, body: dict[str, Any]) -> None:
    _, code, seated = await taken(house)
    status, told = await seated.post("/translate", code=code, **body)
    assert (status, bool(told["message"])) == (400, True)
    assert libre.asked == []


async def test_no_translation_now_leaves_the_original_usable(house: DeskHouse, libre: Libre) -> None:
    token, code, seated = await taken(house)
    libre.answer = web.Response(status=500)
    status, told = await seated.post("/translate", code=code, text="Tot morgen", to="family")
    assert (status, told["error"]) == (503, "no_translation")
    libre.answer, libre.knows = None, frozenset({"nl"})
    status, told = await seated.post("/translate", code=code, text="Tot morgen", to="family")
    assert (status, told["error"]) == (400, "unknown_language")
    assert (await seated.act(code, "message", text="Tot morgen"))[0] == 200
    said = (await house.until_key(token, "worker.text"))[-1]
    assert (said["text"], said["facts"]["untranslated"], said["facts"]["machine_translated"]) == (
        "Tot morgen",
        True,
        False,
    )


@pytest.mark.parametrize("lang", ["es", "ar"])
async def test_a_family_reads_the_translation_that_a_computer_made_it_and_the_original(
    house: DeskHouse, lang: str
) -> None:
    token, code, seated = await taken(house, lang)
    _, made = await seated.post("/translate", code=code, text="Tot morgen", to="family")
    hello = [{"key": "phrase.greet.hello", "with": {}}]
    body = {"text": "Tot morgen", "translated": made["text"], "target": made["target"], "phrases": hello}
    status, card = await seated.act(code, "message", **body)
    assert status == 200
    said = (await house.until_key(token, "phrase.greet.hello"))[-1]
    assert said["text"].split("\n")[1:] == [made["text"], made["notice"], "Tot morgen"]
    assert said["lang"] == lang
    assert said["facts"]["dutch"].split("\n")[1:] == ["Tot morgen"]
    seen = card["messages"][-1]
    assert (seen["machine_translated"], seen["untranslated"]) == (True, False)
    assert seen["dutch"] == said["facts"]["dutch"]


async def test_a_translation_is_only_sent_with_its_original_and_in_the_language_of_now(house: DeskHouse) -> None:
    token, code, seated = await taken(house)
    one = {"translated": "[es] Tot morgen", "target": "es"}
    assert (await seated.act(code, "message", **one))[1]["error"] == "empty"
    for lang in ("ar", "nl"):
        await set_language(house, code, lang)
        assert (await seated.act(code, "message", text="Tot morgen", **one))[1]["error"] == "language_changed"
    assert (await seated.post("/translate", code=code, text="Tot morgen", to="family"))[1]["error"] == "same_language"
    assert (await seated.act(code, "message", text="x", translated=7))[0] == 400
    assert (await seated.act(code, "message", text="x", translated="y" * 8001))[1]["error"] == "too_long"
    assert not any(one["author"] == "worker" for one in await house.messages(token))


async def set_language(house: DeskHouse, code: str, lang: str) -> None:
    talk = next(case["conversation"] for case in await house.all_cases() if case["code"] == code)
    await house.store.write(lambda db: conversations.set_language(db, talk, lang, chosen=True))


async def test_where_it_is_off_nothing_is_there_and_nothing_is_sent(
    start_desk: Callable[..., Any],
    sqlite_url: str,
    libre: Libre,
) -> None:
    house = await start_desk(sqlite_url)
    token, code, seated = await taken(house)
    assert (await seated.get("/me"))[1]["translates"] is False
    assert (await seated.post("/translate", code=code, text="Tot morgen", to="family"))[0] == 404
    status, told = await seated.act(code, "message", text="Tot morgen", translated="Hasta mañana", target="es")
    assert (status, told["error"]) == (400, "no_translation")
    assert libre.asked == []
    assert not any(one["author"] == "worker" for one in await house.messages(token))


async def test_every_language_says_that_a_computer_translated(house: DeskHouse) -> None:
    words = house.office.speech.words
    assert [lang for lang in words.languages if not words.text("handoff.machine_translated", lang)[1]] == []


# --- the page


@pytest.fixture
def site(tmp_path: Path, libre: Libre, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """The gateway with two desks that use the service."""
    real = page_server.settings_for
    monkeypatch.setattr(page_server, "settings_for", lambda *given: replace(real(*given), translator=libre.url))
    yield from page_server.serve_desks(tmp_path)


@pytest.mark.browser
async def test_a_worker_sees_what_the_family_will_read_before_it_is_sent(
    browser: Browser,
    site: Site,
    libre: Libre,
) -> None:
    seat, case = await site.seat(), await site.shared("ar")
    async with desk(browser, site, seat, f"/desk/c/{case.code}") as page:
        await take(page)
        free, ask, box = page.locator("#free"), page.locator(".translate"), page.locator(".translation")
        await free.fill("Kom om tien uur")
        await free.press("Tab")
        await expect(ask).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(box).to_be_focused()
        await expect(box.locator(".theirs .text")).to_have_text("[ar] Kom om tien uur")
        await expect(box.locator(".dutch .text")).to_have_text("[nl] [ar] Kom om tien uur")
        assert await violations(page) == []
        await picture(page, "translation")
        # other words are not sent under the old translation, nor untranslated by accident
        await free.fill("Kom om elf uur")
        await expect(box).to_be_hidden()
        await page.keyboard.press("Control+Enter")
        await expect(page.locator(".composer .error")).not_to_be_empty()
        await expect(ask).to_be_focused()
        assert await violations(page) == []
        await page.keyboard.press("Enter")
        await expect(box.locator(".theirs .text")).to_have_text("[ar] Kom om elf uur")
        shown = await page.locator(".preview .theirs .text").text_content()
        await page.keyboard.press("Control+Enter")
        sent = page.locator(".message.worker")
        await expect(sent).to_have_count(1)
        assert await sent.locator(".theirs").text_content() == shown
        assert await sent.locator(".dutch").text_content() == "Kom om elf uur"
        await expect(sent.locator(".mark")).to_be_visible()
        family = [one for one in await site.read(case.conversation) if one["author"] == "worker"]
        assert [one["text"] for one in family] == [shown]
        await expect(box).to_be_hidden()
        # a service that is away: the worker's own words can still go
        libre.answer = web.Response(status=500)
        await free.fill("Tot dan")
        await ask.click()
        await expect(page.locator(".composer .status.failed")).not_to_be_empty()
        await page.keyboard.press("Control+Enter")
        await expect(sent).to_have_count(2)
        assert await sent.last.locator(".theirs").text_content() == "Tot dan"


@pytest.mark.browser
async def test_what_a_family_wrote_is_shown_in_dutch_beside_it(
    browser: Browser,
    site: Site,
    libre: Libre,
) -> None:
    seat, case = await site.seat(), await site.shared("ar")
    async with desk(browser, site, seat, f"/desk/c/{case.code}") as page:
        await take(page)
        await site.says(case, "شكرا")
        said = page.locator(".message.family")
        libre.answer = web.Response(status=500)
        await said.get_by_role("button").press("Enter")
        await expect(said.locator(".status.failed")).not_to_be_empty()
        libre.answer = None
        await said.get_by_role("button").press("Enter")
        await expect(said.locator(".dutch")).to_have_text("[nl] شكرا")
        await expect(said.locator(".dutch")).to_be_focused()
        await expect(said.locator(".theirs")).to_have_text("شكرا")
        await expect(said.locator(".mark")).to_be_visible()
        await expect(said.get_by_role("button")).to_have_count(0)
        assert await violations(page) == []
        await picture(page, "translated-line")
