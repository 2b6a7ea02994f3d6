"""The page of a post and of a printed code, without any script; and what stands where nothing is."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
import yarl
from aiohttp.test_utils import TestClient, TestServer

from actions.content import Content
from actions.posts import Posts
from channels import app
from channels.settings import DUTCH_TIME, now
from channels.storage import entries
from channels.storage.entry_tables import entry_codes, entry_hits
from channels.storage.store import Store, make_engine
from tests.conftest import House

CODE = ("paramaribo", "es", "visa_facilitating")


async def page(house: House, path: str, **headers: str) -> tuple[int, str, aiohttp.ClientResponse]:
    response = await house.client.get(yarl.URL(path, encoded=True), headers=headers)
    return response.status, unescape(await response.text()), response


async def written(house: House, work: Callable[[Any], Any]) -> Any:
    store = Store(house.settings.database_url)
    try:
        return await store.write(work)
    finally:
        store.close()


async def made(house: House, post: str = CODE[0], lang: str = CODE[1], topic: str = CODE[2]) -> str:
    code: str = await written(house, lambda connection: entries.make(connection, post, lang, topic))
    return code


async def hits(house: House) -> dict[str, int]:
    counted: dict[str, dict[Any, int]] = await written(house, entries.hits)
    return {name: sum(days.values()) for name, days in counted.items()}


def links(text: str) -> list[str]:
    return re.findall(r'<a [^>]*href="([^"]*)"', text)


def chats(text: str) -> list[dict[str, list[str]]]:
    return [parse_qs(urlsplit(link).query) for link in links(text) if link.startswith("/?post")]


# --- a post


@pytest.mark.parametrize(("lang", "direction"), [("nl", "ltr"), ("es", "ltr"), ("ar", "rtl")])
async def test_the_page_of_a_post_is_whole_without_script_in_each_language(
    house: House, lang: str, direction: str
) -> None:
    status, text, response = await page(house, f"/e/paramaribo?l={lang}")
    assert status == 200
    assert f'<html lang="{lang}" dir="{direction}">' in text
    assert re.findall("<script[^>]*>", text) == ['<script type="module" src="/static/away.js">']
    assert "Paramaribo" in text
    assert response.headers["Content-Language"] == lang
    assert "script-src 'self';" in response.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in response.headers
    assert len(re.findall("<h1", text)) == 1
    assert all(told["post"] == ["paramaribo"] and told["lang"] == [lang] for told in chats(text))
    assert [told.get("topic") for told in chats(text)] == [
        None,
        ["visa_facilitating"],
        ["prepare_move"],
        ["residence_chavez"],
    ]


async def test_a_link_carries_post_language_and_subject_and_nothing_else(house: House) -> None:
    for path in ("/e/paramaribo", f"/d/{await made(house)}"):
        _, text, _ = await page(house, path)
        assert all(set(told) <= {"post", "lang", "topic"} for told in chats(text))


async def test_the_language_is_the_chosen_one_then_the_browsers_then_the_first_of_the_post(house: House) -> None:
    for headers, query, wanted in (
        ({"Accept-Language": "ti-ER,en;q=0.5"}, "", "ti"),
        ({"Accept-Language": "ti"}, "?l=tr", "tr"),
        ({"Accept-Language": "ti"}, "?l=xx", "ti"),
        ({"Accept-Language": "zz"}, "", "pap"),
        ({}, "", "pap"),
    ):
        _, text, _ = await page(house, f"/e/willemstad{query}", **headers)
        assert f'<html lang="{wanted}"' in text
    offered = re.findall(r'href="\?l=(\w+)"', text)
    assert offered[:4] == ["pap", "nl", "es", "en"]
    assert set(offered) == {"nl", "en", "es", "pap", "ar", "fr", "pt", "so", "ti", "tr"}


async def test_every_post_has_its_page(house: House) -> None:
    posts = app.load_content(house.settings.data).posts
    for slug in posts:
        status, text, _ = await page(house, f"/e/{slug}?l=nl")
        assert (status, posts[slug].place in text) == (200, True), slug
        assert posts[slug].url in links(text)


async def test_what_is_said_about_the_visa_is_said_where_families_come_for_that_visa(house: House) -> None:
    words = app.load_words(app.load_content(house.settings.data), house.settings.locales)
    visa, only = (words.dutch[key] for key in ("entry.help_not_condition", "entry.help_only"))
    for slug, is_chavez in (("paramaribo", True), ("willemstad", False), ("berlin", False)):
        _, text, _ = await page(house, f"/e/{slug}?l=nl")
        assert (visa in text, only in text) == (is_chavez, not is_chavez)


async def test_without_a_number_of_ours_there_is_no_whatsapp_and_without_a_desk_no_promise(house: House) -> None:
    _, text, _ = await page(house, "/e/paramaribo?l=nl")
    words = app.load_words(app.load_content(house.settings.data), house.settings.locales)
    assert "wa.me" not in text
    assert words.dutch["entry.no_desk"] in text


async def test_the_hours_of_a_desk_are_told_with_the_place_whose_clock_it_is(house: House, tmp_path: Path) -> None:
    desks = tmp_path / "desks"
    desks.mkdir()
    week = ", ".join(f'{day}: ["09:00-17:00"]' for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
    told = f'name: Voorbeeldhulp\nphone: "+31 20 000 00 00"\nholidays: ""\nhours: {{{week}}}\n'
    (desks / "voorbeeld.yml").write_text(told, encoding="utf-8")
    built = await app.build(replace(house.settings, desks=desks))
    async with TestClient(TestServer(built)) as client:
        text = await (await client.get("/e/manila?l=nl")).text()
    assert "Voorbeeldhulp" in text
    assert "+31 20 000 00 00" in text
    # a day at the desk ends after midnight in Manila only in winter
    amsterdam = now().astimezone(DUTCH_TIME).utcoffset()
    assert amsterdam
    assert ("16:00" if amsterdam.seconds == 3600 else "15:00") in text
    assert "(Manilla)" in text or "(Manila)" in text


# --- a code


async def test_a_printed_code_opens_the_page_in_its_language_with_its_subject_first(house: House) -> None:
    code = await made(house, "paramaribo", "es", "school")
    for typed in (code, code.lower(), f"{code[:3]}-{code[3:]}", f"{code[:3]}%20{code[3:]}"):
        status, text, _ = await page(house, f"/d/{typed}", **{"Accept-Language": "tr"})
        assert status == 200
        assert '<html lang="es"' in text
        assert [told.get("topic") for told in chats(text)][:2] == [["school"], ["school"]]
    _, text, _ = await page(house, f"/d/{code}?l=ar")
    assert '<html lang="ar"' in text
    assert chats(text)[0] == {"post": ["paramaribo"], "lang": ["ar"], "topic": ["school"]}


async def test_a_visit_is_counted_once_and_nothing_about_who_it_was(house: House) -> None:
    code = await made(house)
    for path in (f"/d/{code}", f"/d/{code}", "/e/paramaribo"):
        await page(house, path, **{"User-Agent": "secret", "Cookie": "a=b", "X-Forwarded-For": "203.0.113.9"})
    assert await hits(house) == {code: 2, "paramaribo": 1}
    engine = make_engine(house.settings.database_url)
    with engine.connect() as connection:
        rows = [dict(row._mapping) for row in connection.execute(entry_hits.select())]
        rows += [dict(row._mapping) for row in connection.execute(entry_codes.select())]
    engine.dispose()
    assert not re.search(r"secret|203\.0|a=b", str(rows))


async def test_who_looks_ahead_or_again_in_another_language_or_finds_nothing_is_not_counted(house: House) -> None:
    code = await made(house)
    for header, value in (("Purpose", "prefetch"), ("Sec-Purpose", "prefetch;prerender"), ("X-Purpose", "preview")):
        await page(house, f"/d/{code}", **{header: value})
    assert (await house.client.head(f"/d/{code}")).status == 200
    for path in (f"/d/{code}?l=ar", "/e/paramaribo?l=nl", "/e/nowhere", "/d/ZZZZZZZ"):
        await page(house, path)
    assert await hits(house) == {}


@pytest.mark.slow
async def test_fifty_visits_at_once_are_fifty(house: House) -> None:
    code = await made(house)
    told = await asyncio.gather(*(page(house, f"/d/{code}") for _ in range(50)))
    assert {status for status, _, _ in told} == {200}
    assert await hits(house) == {code: 50}


async def test_a_page_is_shown_also_when_counting_fails(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_connection: Any, name: str, day: Any) -> None:
        raise OSError(name, day)

    monkeypatch.setattr(entries, "count", broken)
    assert (await page(house, "/e/paramaribo"))[0] == 200


# --- where nothing is


TRICKS = [
    "/e/nowhere",
    "/e/",
    "/e/PARAMARIBO%00",
    "/e/paramaribo/x",
    "/e/..%2Fetc",
    "/d/",
    "/d/XXXXXXX",
    "/d/..%2Fx",
    "/d/" + "x" * 1000,
    "/d/%D9%A7%D9%81%D9%A3%D9%83%D9%A9%D9%82%D8%B3",
    "/d/%E2%80%AE%E2%80%AE",
    "/d/%F0%9F%92%A5",
    "/d/'%20OR%201=1--",
    "/d/<script>alert(1)</script>",
    "/e/<script>alert(1)</script>",
]


@pytest.mark.parametrize("path", TRICKS)
async def test_what_is_no_post_and_no_code_ends_in_a_page_in_the_visitors_language(house: House, path: str) -> None:
    status, text, response = await page(house, path, **{"Accept-Language": "ar"})
    assert status == 404
    assert '<html lang="ar" dir="rtl">' in text
    assert response.content_type == "text/html"
    assert "/?lang=ar" in links(text)
    assert "alert" not in text


async def test_a_code_that_was_withdrawn_leads_on_to_the_page_of_its_post(house: House) -> None:
    code = await made(house)
    assert await written(house, partial(entries.revoke, code=code))
    status, text, _ = await page(house, f"/d/{code}", **{"Accept-Language": "es"})
    assert status == 410
    assert '<html lang="es"' in text
    assert links(text)[-2:] == ["/e/paramaribo?l=es", "/?lang=es"]
    assert await hits(house) == {}


async def test_a_post_that_is_switched_off_says_so_kindly_and_so_do_its_codes(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, content = await made(house), app.load_content(house.settings.data)
    off = content.posts["paramaribo"].model_copy(update={"entry": False})
    closed: Content = replace(content, posts=Posts({**content.posts, "paramaribo": off}))
    monkeypatch.setattr(app, "load_content", lambda _data: closed)
    async with TestClient(TestServer(await app.build(house.settings))) as client:
        for path in ("/e/paramaribo", f"/d/{code}"):
            response = await client.get(path, headers={"Accept-Language": "tr"})
            text = unescape(await response.text())
            assert response.status == 410
            assert '<html lang="tr"' in text
            assert links(text)[-1] == "/?lang=tr"
            assert not [link for link in links(text) if link.startswith("/e/")]
        answer = await client.post("/webchat/v1/sessions", json={"lang": "nl", "entry": {"post": "paramaribo"}})
        assert answer.status == 201


# --- the talk behind it


@pytest.mark.parametrize(
    ("slug", "asks"),
    [
        ("paramaribo", "visa_facilitating"),
        ("willemstad", "residence_dutch_or_caribbean"),
        ("london", "residence_ex_refugee"),
        ("berlin", "residence_eu"),
    ],
)
async def test_the_first_turn_of_a_talk_knows_the_post(house: House, slug: str, asks: str) -> None:
    token = await house.open("nl", post=slug)
    seen = await house.messages(token)
    assert seen[0]["key"] == "conversation.welcome"
    assert seen[0]["choices"] == []
    assert seen[1]["key"].startswith("entry.post.")
    chosen = [choice["id"] for choice in seen[1]["choices"]]
    assert (chosen[0], chosen[-2:]) == (f"topic.{asks}", ["other_question", "person"])


async def test_what_nobody_knows_is_dropped_from_an_entry_before_it_is_kept(house: House) -> None:
    token = await house.open("nl", post="nowhere", topic="<b>", gemeente="Nergenshuizen", name="Ana")
    assert [message["key"] for message in await house.messages(token)] == ["conversation.welcome"]


async def test_the_bot_hears_how_the_family_came_in_and_no_more(house: House) -> None:
    token = await house.open("nl", post="paramaribo", topic="school", gemeente="Amsterdam", zone="America/Paramaribo")
    after = (await house.messages(token))[-1]["seq"]
    await house.send(token, "m1", text="hallo")
    await house.until_key(token, "ask.place", after=after)
    (events,) = house.bot.events.values()
    told = next(event["metadata"] for event in events if event["event"] == "user")
    assert told["entry"] == {"gemeente": "GM0363", "post": "paramaribo", "topic": "school"}
