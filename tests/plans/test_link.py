"""A link to a plan: asked for in the talk, worth something for a while, and nothing to who has no business here."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from aiohttp import web

from channels.plans import site
from channels.settings import now
from channels.storage import conversations, plans
from channels.storage import messages as messages_in
from channels.storage.plan_tables import plan_links, plan_reminders, plan_sheets, plan_ticks
from channels.storage.store import make_engine
from channels.storage.tables import messages
from tests.plans.conftest import LINK, PlanHouse


def rows(home: PlanHouse, table: sa.Table) -> int:
    engine = make_engine(home.settings.database_url)
    with engine.connect() as connection:
        found = connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
    engine.dispose()
    return int(found)


def change(home: PlanHouse, statement: Any) -> None:
    engine = make_engine(home.settings.database_url)
    with engine.begin() as connection:
        connection.execute(statement)
    engine.dispose()


def said(home: PlanHouse) -> str:
    engine = make_engine(home.settings.database_url)
    with engine.connect() as connection:
        bodies = connection.execute(sa.select(messages.c.body).where(messages.c.key == plans.SAID)).scalars().all()
    engine.dispose()
    return json.dumps(bodies)


@pytest.mark.parametrize("lang", ["nl", "ar"])
async def test_a_family_asks_for_its_plan_on_paper_and_the_link_opens_it(home: PlanHouse, lang: str) -> None:
    token = await home.open(lang)
    shown = await home.shows_plan(token)
    assert "plan.paper" in [choice["id"] for choice in shown[-1]["choices"]]
    news = (await home.tap(token, "plan.paper"))[-1]
    assert news["key"] == "planning.paper"
    assert "plan.unlink" in [choice["id"] for choice in news["choices"]]
    found = LINK.search(news["text"])
    assert found
    assert found[2] == lang
    async with home.client.get(f"/plan/{found[1]}?l={lang}") as response:
        text = await response.text()
        assert response.status == 200
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in response.headers["X-Robots-Tag"]
        assert "'unsafe" not in response.headers["Content-Security-Policy"]
    assert f'<html lang="{lang}"' in text
    assert 'id="passports"' in text
    assert 'id="care.passport"' in text


async def test_only_a_hash_of_the_token_stands_beside_the_link(home: PlanHouse) -> None:
    path = await home.link(await home.open())
    engine = make_engine(home.settings.database_url)
    with engine.connect() as connection:
        kept = connection.execute(sa.select(plan_links)).all()
    engine.dispose()
    assert len(kept) == 1
    assert path.removeprefix("/plan/") not in str(kept)


async def test_every_link_that_opens_nothing_gets_one_and_the_same_kind_page(home: PlanHouse) -> None:
    token = await home.open()
    expired = await home.link(token)
    change(home, sa.update(plan_links).values(expires_at=now() - timedelta(seconds=1)))
    stopped = await home.link(token)
    async with home.client.post(f"{stopped}/end", headers={"Sec-Fetch-Site": "same-origin"}) as response:
        assert response.status == 200
    tampered = stopped[:-1] + ("A" if stopped[-1] != "A" else "B")
    for lang in ("nl", "ar"):
        pages = set()
        for path in (expired, stopped, tampered, "/plan/x", "/plan/", "/plan/a/b/c", "/plan/" + "x" * 2000):
            status, text = await home.page(path, **{"Accept-Language": lang})
            assert status == 404, path
            assert f'<html lang="{lang}"' in text
            assert f'href="/?lang={lang}"' in text
            pages.add(text)
        assert len(pages) == 1
    for path in (expired, stopped, tampered):
        for end in (".pdf", ".ics", "/host", "/child", "/end", "/ticks"):
            assert (await home.page(path + end))[0] == 404
        assert (await home.tick(path, "passports"))[0] == 404


@pytest.mark.slow
async def test_a_fourth_link_ends_the_oldest_one(home: PlanHouse) -> None:
    token = await home.open()
    paths = [await home.link(token) for _ in range(4)]
    assert [(await home.page(path))[0] for path in paths] == [404, 200, 200, 200]
    assert paths[0] not in said(home)
    assert paths[3] in said(home)


async def test_link_stoppen_ends_every_link_and_takes_the_addresses_out_of_the_talk(home: PlanHouse) -> None:
    token = await home.open()
    paths = [await home.link(token) for _ in range(2)]
    told = await home.tap(token, "plan.unlink")
    assert [one["key"] for one in told] == ["planning.unlinked"]
    assert [(await home.page(path))[0] for path in paths] == [404, 404]
    assert not re.search(r"/plan/[A-Za-z0-9_-]{43}", said(home))
    assert rows(home, plan_sheets) == 0


@pytest.mark.slow
async def test_the_page_asks_before_it_ends_its_own_link_and_leaves_the_others(home: PlanHouse) -> None:
    token = await home.open()
    mine, other = await home.link(token), await home.link(token)
    status, text = await home.page(f"{mine}/end?l=ar")
    assert status == 200
    assert f'action="{mine}/end?l=ar"' in text
    assert (await home.page(mine))[0] == 200
    async with home.client.post(f"{mine}/end", headers={"Sec-Fetch-Site": "cross-site"}) as response:
        assert response.status == 403
    assert (await home.page(mine))[0] == 200
    async with home.client.post(f"{mine}/end", headers={"Sec-Fetch-Site": "same-origin"}) as response:
        assert response.status == 200
    assert [(await home.page(path))[0] for path in (mine, other)] == [404, 200]


async def test_wissen_ends_the_links_and_keeps_nothing_of_the_plan(home: PlanHouse) -> None:
    token = await home.open()
    path = await home.link(token)
    await home.tick(path, "passports")
    await home.tap(token, "plan.remind")
    assert all(rows(home, table) for table in (plan_links, plan_sheets, plan_ticks, plan_reminders))
    change(home, sa.update(messages).where(messages.c.key == plans.SAID).values(body=_offers("delete.yes")))
    told = await home.tap(token, "delete.yes")
    assert told[-1]["key"] == "conversation.deleted"
    assert (await home.page(path))[0] == 404
    assert not any(rows(home, table) for table in (plan_links, plan_sheets, plan_ticks, plan_reminders))


def _offers(choice: str) -> dict[str, Any]:
    body = {"author": "bot", "key": plans.SAID, "text": "", "lang": "nl", "dir": "ltr", "sources": [], "facts": {}}
    return {**body, "choices": [{"id": choice, "title": choice}]}


def test_old_links_go_with_the_hourly_sweep_also_out_of_what_was_said(connection: sa.Connection) -> None:
    talk = conversations.create(connection, "webchat", "h", "nl", chosen=True, entry={})
    moment = now()
    plans.keep(connection, talk, {"items": []}, moment)
    live, old = plans.link(connection, talk, moment), plans.link(connection, talk, moment - plans.LINK_LIVES)
    for token in (live, old):
        body = {"text": f"zie\nhttps://thuis.example/plan/{token}?l=nl", "author": "bot", "key": plans.SAID}
        messages_in.append(connection, talk, "bot", plans.SAID, body, None)
    plans.forget_old(connection, moment)
    texts = [body["text"] for body in connection.execute(sa.select(messages.c.body)).scalars()]
    assert live in texts[0]
    assert old not in texts[1]
    assert plans.opened(connection, live, moment)
    plans.forget_old(connection, moment + plans.LINK_LIVES)
    assert plans.sheet_of(connection, talk) is None


async def test_said_again_after_the_page_ended_the_last_link_no_dead_link_is_given(home: PlanHouse) -> None:
    token = await home.open()
    path = await home.link(token)
    async with home.client.post(f"{path}/end", headers={"Sec-Fetch-Site": "same-origin"}) as response:
        assert response.status == 200
    told = await home.says_again(token)
    assert told[-1]["key"] == "planning.unlinked"
    assert "plan.paper" in [choice["id"] for choice in told[-1]["choices"]]
    assert rows(home, plan_links) == 0


def test_a_sheet_that_nobody_can_open_goes_within_a_day_of_its_last_link(connection: sa.Connection) -> None:
    talk = conversations.create(connection, "webchat", "h", "nl", chosen=True, entry={})
    moment = now()
    plans.link(connection, talk, moment - plans.LINK_LIVES)
    plans.keep(connection, talk, {"items": []}, moment - timedelta(hours=1))
    plans.forget_old(connection, moment)
    assert plans.sheet_of(connection, talk), "a link on WhatsApp is made a moment later"
    plans.forget_old(connection, moment + timedelta(days=1))
    assert plans.sheet_of(connection, talk) is None


@pytest.mark.slow
def test_a_tick_under_way_while_everything_is_erased_leaves_nothing_behind(url: str) -> None:
    engine = make_engine(url)
    with engine.begin() as connection:
        talk = conversations.create(connection, "webchat", "h", "nl", chosen=True, entry={})
        plans.keep(connection, talk, {"items": []}, now())
        token = plans.link(connection, talk, now())

    def erase() -> None:
        with engine.begin() as connection:
            plans.forget(connection, talk)

    eraser = threading.Thread(target=erase)
    with engine.connect() as page:
        with page.begin():
            assert plans.opened(page, token, now(), hold=True)
            plans.tick(page, talk, {"passports": True}, now())
            eraser.start()
            eraser.join(0.5)  # it waits for us; or, where it does not, it is done by now
        eraser.join(30)
    with engine.connect() as connection:
        assert plans.ticked(connection, talk) == {}
    engine.dispose()


@pytest.mark.slow
async def test_a_machine_that_loads_the_plan_again_and_again_is_slowed_down_kindly(
    home: PlanHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = await home.link(await home.open())
    monkeypatch.setattr(site.page, "shown", lambda *_: {"days": []})  # only who may look is asked here
    monkeypatch.setattr(site.Pages, "show", lambda *_, status=200, **__: web.Response(status=status))
    statuses = [(await home.page(path))[0] for _ in range(100)]
    assert statuses[:60] == [200] * 60
    assert 429 in statuses
    assert (await home.tick(path, "passports"))[0] == 200, "who ticks is not held up by who looks"


async def test_more_papers_than_the_press_can_make_are_refused_kindly_and_at_once(
    home: PlanHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, begun, go_on = await home.link(await home.open()), threading.Event(), threading.Event()

    def pdf(*_: Any) -> bytes:
        begun.set()
        assert go_on.wait(30)
        return b"%PDF"

    monkeypatch.setattr(site.paper, "pdf", pdf)
    monkeypatch.setattr(site, "_MOST_PAPERS", 1)
    first = asyncio.create_task(home.page(f"{path}.pdf"))
    assert await asyncio.to_thread(begun.wait, 30)
    assert (await home.page(f"{path}.pdf"))[0] == 429
    go_on.set()
    assert (await first)[0] == 200
    assert (await home.page(f"{path}.pdf"))[0] == 200


@pytest.mark.slow
async def test_a_plan_that_changes_in_the_talk_changes_behind_the_link(home: PlanHouse) -> None:
    token = await home.open()
    path = await home.link(token)
    before = await home.page(path)
    assert home.bot.metadata["sheet"] is False
    await home.tap(token, "plan.show", "plan.date")
    assert home.bot.metadata["sheet"] is True
    await home.tap(token, "ask.departure_date=unsure")
    after = await home.page(path)
    assert before[1].count('class="when"') > after[1].count('class="when"')


async def test_a_family_about_which_nothing_is_known_gets_no_link(start: Callable[..., Any], sqlite_url: str) -> None:
    home: PlanHouse = await start(sqlite_url, family={}, finished=())
    assert (await home.shows_plan(await home.open()))[-1]["key"] == "planning.nothing"
