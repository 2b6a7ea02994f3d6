"""`make demo`, but for the bot: what somebody finds who looks at it for the first time."""

from __future__ import annotations

import asyncio
import json
import os
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pyotp
import pytest
import sqlalchemy as sa
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from playwright.async_api import Browser, Page, expect

from actions.dialogue.knowledge import knowledge
from channels import app, cli, demo, invented
from channels.handoff.organisations import load_organisations
from channels.invented import Account
from channels.settings import ROOT, BadSetting, Settings
from channels.storage import audit, tables
from channels.storage.store import make_engine
from channels.whatsapp.numbers import Secrets, load_numbers
from tests import ours
from tests.webchat.test_page import browser

__all__ = ["browser"]
SCREENSHOTS = os.environ.get("SCREENSHOTS", "")
WANTED = {"es": "queued", "ti": "active", "ar": "left", "en": "callback", "nl": "closed", "so": "queued"}


@dataclass
class Shown:
    """A demonstration that was built: who can log in, its database, and its desk."""

    accounts: dict[str, Account]
    connection: sa.Connection
    client: TestClient[web.Request, web.Application]
    settings: Settings

    def rows(self, table: sa.Table) -> list[Any]:
        return list(self.connection.execute(sa.select(table).order_by(table.c.id)))

    async def enters(self, account: Account, code: str) -> dict[str, str]:
        """Log in; the headers of who is."""
        body = {"email": account.email, "password": account.password, "code": code}
        response = await self.client.post("/desk/api/login", json=body)
        assert response.status == 200, await response.text()
        return {"Cookie": f"desk={response.cookies['desk'].value}"}


@pytest.fixture
async def shown(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    quick_passwords: None,  # noqa: ARG001
) -> AsyncIterator[Shown]:
    port = free_port()
    monkeypatch.setenv("THUISWIJZER_GATEWAY_PORT", str(port))
    env = demo.environment() | {"THUISWIJZER_RUN": str(tmp_path), "THUISWIJZER_RASA_URL": "http://127.0.0.1:9"}
    env |= {"THUISWIJZER_DATABASE_URL": f"sqlite:///{tmp_path / 'demo.db'}", "THUISWIJZER_GATEWAY_PORT": str(port)}
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(invented, "read_knowledge", lambda _data: knowledge())
    monkeypatch.setattr(invented, "load_words", lambda _content, _locales: ours.words())
    settings = Settings.from_env(env)
    accounts = invented.build(settings)
    engine = make_engine(settings.database_url)
    client = TestClient(TestServer(await app.build(settings), port=port), cookie_jar=aiohttp.DummyCookieJar())
    await client.start_server()
    with engine.connect() as connection:
        yield Shown({one.email: one for one in accounts}, connection, client, settings)
    await client.close()
    engine.dispose()


def free_port() -> int:
    """Of the gateway; the one for its telephones is free too."""
    while True:
        with socket.socket() as one, socket.socket() as other:
            one.bind(("127.0.0.1", 0))
            port = int(one.getsockname()[1])
            try:
                other.bind(("127.0.0.1", port + 10))
            except (OSError, OverflowError):
                continue
            return port


@pytest.mark.slow
async def test_a_demo_has_six_families_in_different_states_and_five_workers_who_can_all_log_in(shown: Shown) -> None:
    found = {row.lang: row for row in shown.rows(tables.cases)}
    assert {lang: row.state for lang, row in found.items()} == WANTED
    assert {row.org for row in found.values()} == {"voorbeeldstad", "hulphuis"}
    assert (found["so"].urgency, found["so"].reason) == (3, "emergency_button")
    agreed = {row.case_id: row for row in shown.rows(tables.consents)}
    assert agreed.keys() == {row.id for lang, row in found.items() if lang != "so"}
    for row in found.values():
        if row.id in agreed:
            assert agreed[row.id].lang == row.lang
            assert row.packet["trace"], row.lang
            assert [line["id"] for line in row.packet["lines"]] == agreed[row.id].items
    assert any(line["own"] for line in found["es"].packet["lines"])
    ages = [datetime.now(UTC) - found[lang].created_at for lang in ("nl", "ar", "en", "ti", "so", "es")]
    assert ages == sorted(ages, reverse=True)  # told in the order in which it happened
    assert audit.broken_at(shown.connection) is None
    await everybody_logs_in(shown)


async def everybody_logs_in(shown: Shown) -> None:
    """By a code of an app and by one on paper; and each sees what is for that role."""
    listed: dict[str, set[str]] = {}
    for account in shown.accounts.values():
        await shown.enters(account, account.recovery[0])
        who = await shown.enters(account, pyotp.TOTP(account.secret).now())
        path = {"admin": "workers", "auditor": "audit"}.get(account.role, "cases")
        response = await shown.client.get(f"/desk/api/{path}", headers=who)
        assert response.status == 200
        told = await response.json()
        if path == "cases":
            listed[account.name] = {row["lang"] for row in told["cases"]}
            for row in told["cases"]:
                card = await shown.client.get(f"/desk/api/cases/{row['code']}", headers=who)
                assert card.status == 200
                assert (await card.json())["lines"] or account.role == "agent"
        else:
            assert told[{"workers": "workers", "audit": "rows"}[path]]
    assert listed["Wil Voorbeeld"] == listed["Noor Voorbeeld"] == {"es", "ti", "ar", "so"}
    assert listed["Sam Hulphuis"] == {"en"}


@pytest.mark.slow
async def test_the_words_at_the_start_say_how_everybody_logs_in(shown: Shown) -> None:
    told, port = demo.welcome(shown.settings, shown.accounts.values()), shown.settings.gateway_port
    assert f"http://127.0.0.1:{port}/desk" in told
    assert f"For a family on WhatsApp:  http://127.0.0.1:{port + 10}/ " in told
    for account in shown.accounts.values():
        assert all(one in told for one in (account.email, account.password, account.secret, account.recovery[0]))


def test_somebody_is_always_at_a_desk_of_the_demo() -> None:
    desks = load_organisations(ROOT / "data" / "demo" / "desks", ours.content())
    moment = datetime(2026, 12, 24, 22, 59, 59, 999_999, tzinfo=UTC)  # midnight in Amsterdam, and a holiday
    for minutes in (0, 1, 60, 60 * 24 * 92, 60 * 24 * 93):  # the last two: around the day the clock changes
        for one in desks.values():
            at = moment + timedelta(minutes=minutes)
            closes = one.closes(at)
            assert closes
            assert closes > at + timedelta(days=30)
            assert one.opens(at) == at


def test_the_demo_touches_no_real_database_and_sends_no_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    from channels import programs

    seen: list[Settings] = []
    monkeypatch.setenv("THUISWIJZER_DATABASE_URL", "postgresql://real")
    monkeypatch.setenv("THUISWIJZER_SMTP", "smtp://real.example")
    monkeypatch.setenv("WHATSAPP_APP_SECRET_FILE", "/a/real/secret")
    monkeypatch.setenv("WHATSAPP_GRAPH_URL", "https://graph.facebook.com")
    monkeypatch.setattr(demo.os, "environ", dict(demo.os.environ))
    monkeypatch.setattr(programs, "run", lambda *_: seen.append(Settings.from_env(demo.os.environ)) or 0)
    assert cli.main(["demo"]) == 0
    data = ROOT / "data" / "demo"
    assert seen[0].database_url == f"sqlite:///{ROOT / '.run' / 'demo' / 'thuiswijzer.db'}"
    assert (seen[0].smtp, seen[0].desks, seen[0].numbers) == ("", data / "desks", data / "numbers")
    secrets = Secrets.from_env(demo.os.environ)
    assert secrets.app_secrets
    assert secrets.graph_url.startswith("http://127.0.0.1:")


@pytest.mark.slow
async def test_somebody_writes_on_a_telephone_of_the_demo_and_is_answered(shown: Shown) -> None:
    (phones,) = demo.phones(shown.settings)
    process = await asyncio.create_subprocess_exec(
        *phones.command, cwd=phones.cwd, env={**os.environ, **phones.env}, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout
    async with asyncio.timeout(60), aiohttp.ClientSession() as session:
        told = {(await process.stdout.readline()).decode().strip() for _ in range(3)}
        assert told == {f"Phones: {phones.ready}", "The templates are approved.", "The webhook is ours."}
        async with session.post(f"{phones.ready}people", data={"name": "Proef"}) as made:
            assert made.url.path == "/phone/p1"
        async with session.post(f"{phones.ready}phone/p1/says", json={"text": "STOP"}) as response:
            assert response.status == 202
        async with session.get(f"{phones.ready}phone/p1/live") as live:
            async for line in live.content:
                talk = json.loads(line[6:])["talk"] if line.startswith(b"data: ") else []
                if [one["mine"] for one in talk] == [True, False]:
                    break
    process.terminate()
    assert await process.wait() == 0
    assert {row.key for row in shown.rows(tables.messages)} >= {"whatsapp.welcome", "whatsapp.stopped"}


def test_without_the_tests_the_demo_has_no_telephones_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "_PHONES", ROOT / "nothing.py")
    settings = Settings.from_env(demo.environment())
    assert demo.phones(settings) == []
    assert load_numbers(settings.numbers, ours.content()) == {}
    assert ":8090" not in demo.welcome(settings, [])


def test_a_port_that_leaves_no_room_for_the_telephones_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THUISWIJZER_GATEWAY_PORT", "65530")
    with pytest.raises(BadSetting, match="THUISWIJZER_GATEWAY_PORT"):
        demo.phones(Settings.from_env({**demo.environment(), "THUISWIJZER_GATEWAY_PORT": "65530"}))


@pytest.mark.browser
async def test_whoever_types_what_was_printed_looks_into_an_inbox_and_a_case(shown: Shown, browser: Browser) -> None:
    wil = shown.accounts["wil@voorbeeldstad.example"]
    page = await browser.new_page(viewport={"width": 1120, "height": 620}, locale="nl-NL")
    await page.goto(str(shown.client.make_url("/desk")))
    await page.locator("#email").fill(wil.email)
    await page.locator("#password").fill(wil.password)
    await page.locator("#code").fill(wil.recovery[1])
    await page.keyboard.press("Enter")
    await expect(page.locator(".rows li")).to_have_count(4)
    await picture(page, "desk-inbox")
    case = next(row for row in shown.rows(tables.cases) if row.lang == "ti")
    await page.locator(f".rows a[data-code={case.code}]").click()
    await expect(page.locator(".message.worker")).to_have_count(2)
    await expect(page.locator(".message.family .theirs[lang=ti]").last).to_be_visible()
    await expect(page.locator(".composer [role=combobox]")).to_be_visible()
    await picture(page, "desk-case")
    await page.close()


async def picture(page: Page, name: str) -> None:
    if SCREENSHOTS:
        await page.screenshot(path=f"{SCREENSHOTS}/{name}.png")
