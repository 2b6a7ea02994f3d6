"""The secure page: a link opens the same conversation in the web chat, once and within a quarter of an hour."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from channels.settings import at, now
from channels.storage import conversations, doors, messages, outbox
from channels.storage.store import Store
from channels.storage.tables import doors as doors_table
from channels.storage.tables import outbox as outbox_table
from tests.webchat.families import BACK, answer, begin, channel_of, link_to, with_a_way_back

SOON = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def way_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every conversation has an address in WhatsApp."""
    with_a_way_back(monkeypatch)


@pytest.fixture
async def store(house: Any) -> AsyncIterator[Store]:
    """The memory of the gateway."""
    opened = Store(house.settings.database_url)
    yield opened
    opened.close()


async def enter(house: Any, token: Any) -> tuple[int, dict[str, Any]]:
    response = await house.client.post("/webchat/v1/doors", json={"token": token})
    return response.status, await response.json()


async def come_in(house: Any, store: Store, talk: str) -> str:
    """The token of somebody who came in by a new link."""
    status, told = await enter(house, await link_to(store, talk))
    assert status == 201
    return str(told["token"])


async def answers_to(house: Any, token: str) -> set[int]:
    """What every road that wants a token says to this one."""
    headers = {"Authorization": f"Bearer {token}"}
    asked = [await house.client.get(f"/webchat/v1/{path}", headers=headers) for path in ("messages", "letters/1.txt")]
    body = {"client_msg_id": "k", "text": "hallo"}
    asked.append(await house.client.post("/webchat/v1/messages", json=body, headers=headers))
    asked.append(await house.client.get("/webchat/v1/stream", headers=headers))
    return {response.status for response in asked}


# --- what is kept


def test_a_link_opens_its_conversation_once_and_for_fifteen_minutes(connection: sa.Connection) -> None:
    talk, moment = begin(connection), now()
    late = doors.make(connection, talk, moment)
    assert doors.enter(connection, late, moment + doors.LINK_LIVES) is None
    entered = doors.enter(connection, late, moment + doors.LINK_LIVES - SOON)
    assert entered is not None
    assert entered[0] == talk
    assert doors.enter(connection, late, moment + doors.LINK_LIVES - SOON) is None
    assert timedelta(minutes=15) == doors.LINK_LIVES


def test_who_came_in_stays_in_for_twelve_hours(connection: sa.Connection) -> None:
    talk, moment = begin(connection), now()
    entered = doors.enter(connection, doors.make(connection, talk, moment), moment + SOON)
    assert entered is not None
    held = doors.hashed(entered[1])
    end = moment + SOON + timedelta(hours=12)
    assert doors.inside(connection, held, end - SOON) == talk
    assert doors.inside(connection, held, end) is None


def test_a_new_link_makes_older_ones_of_this_family_worthless_and_leaves_who_is_inside_and_others(
    connection: sa.Connection,
) -> None:
    mine, other, moment = begin(connection), begin(connection, said="een ander gezin"), now()
    inside = doors.enter(connection, doors.make(connection, mine, moment), moment)
    older, foreign = doors.make(connection, mine, moment), doors.make(connection, other, moment)
    newer = doors.make(connection, mine, moment)
    assert inside is not None
    assert doors.inside(connection, doors.hashed(inside[1]), moment) == mine
    assert doors.enter(connection, older, moment) is None
    assert [found and found[0] for found in (doors.enter(connection, one, moment) for one in (newer, foreign))] == [
        mine,
        other,
    ]


def test_a_link_is_no_key_and_a_key_is_no_link(connection: sa.Connection) -> None:
    talk, moment = begin(connection), now()
    link = doors.make(connection, talk, moment)
    assert doors.inside(connection, doors.hashed(link), moment) is None
    entered = doors.enter(connection, link, moment)
    assert entered is not None
    assert doors.enter(connection, entered[1], moment) is None


def test_nobody_finds_a_token_in_the_database_or_guesses_one(connection: sa.Connection) -> None:
    talk, moment = begin(connection), now()
    link = doors.make(connection, talk, moment)
    entered = doors.enter(connection, link, moment)
    assert entered is not None
    kept = str(connection.execute(sa.select(doors_table)).all())
    assert doors.hashed(link) in kept
    assert link not in kept
    assert entered[1] not in kept
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{32,}", token) for token in (link, entered[1]))  # 192 bits and more


def test_closing_ends_the_doors_of_one_family_and_what_is_old_is_forgotten(connection: sa.Connection) -> None:
    mine, other, moment = begin(connection), begin(connection, said="een ander gezin"), now()
    for talk in (mine, other):
        doors.enter(connection, doors.make(connection, talk, moment), moment)
        doors.make(connection, talk, moment)
    doors.close(connection, mine)
    left = sa.select(doors_table.c.conversation, doors_table.c.kind).order_by(doors_table.c.kind)
    kinds = [(other, "inside"), (other, "link"), (other, "link")]
    assert [tuple(row) for row in connection.execute(left)] == kinds
    doors.forget_old(connection, moment + doors.LINK_LIVES)
    assert [tuple(row) for row in connection.execute(left)] == kinds[:1]
    doors.forget_old(connection, moment + doors.INSIDE_LIVES)
    assert connection.execute(left).all() == []


def test_what_still_waits_goes_along_when_a_talk_moves_and_what_went_out_stays(connection: sa.Connection) -> None:
    talk, other = begin(connection), begin(connection, said="een ander gezin")
    states = ("held", "leased", "suppressed", "dead", "ready")
    for state in states:
        answer(connection, talk, state)
    answer(connection, other, "held")
    far = now() + timedelta(hours=1)
    connection.execute(sa.update(outbox_table).values(not_before=far))
    conversations.move(connection, talk, "webchat")
    columns = outbox_table.c.channel, outbox_table.c.state
    rows = sa.select(*columns).where(outbox_table.c.conversation == talk).order_by(outbox_table.c.id)
    assert [tuple(row) for row in connection.execute(rows)] == [
        ("whatsapp", "sent"),
        ("webchat", "ready"),
        *(("whatsapp", state) for state in states[1:-1]),
        ("webchat", "ready"),
    ]
    due = sa.select(sa.func.count()).where(outbox_table.c.channel == "webchat", outbox_table.c.not_before < far)
    assert connection.execute(due).scalar_one() == 2
    elsewhere = sa.select(*columns).where(outbox_table.c.conversation == other).order_by(outbox_table.c.id)
    assert [tuple(row) for row in connection.execute(elsewhere)] == [("whatsapp", "sent"), ("whatsapp", "held")]


# --- the page behind a link


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_a_program_that_shows_a_preview_uses_nothing_up(house: Any, store: Store, method: str) -> None:
    link = await link_to(store, await store.write(begin))
    for agent in ("WhatsApp/2.23", "facebookexternalhit/1.1", "Mozilla/5.0"):
        response = await house.client.request(method, f"/v/{link}?l=nl", headers={"User-Agent": agent})
        assert response.status == 200
        assert response.content_type == "text/html"
    assert (await enter(house, link))[0] == 201


async def test_the_page_is_the_same_whether_the_link_opens_something_or_not(house: Any, store: Store) -> None:
    talk = await store.write(begin)
    used = await link_to(store, talk)
    await enter(house, used)
    pages = set()
    for token in (await link_to(store, talk), used, "nonsense", "x" * 300, "%00", "-"):
        response = await house.client.get(f"/v/{token}?l=nl")
        assert response.status == 200
        pages.add(await response.text())
    assert len(pages) == 1


async def test_the_page_is_kept_nowhere_found_nowhere_and_tells_nobody_where_it_was(house: Any, store: Store) -> None:
    link = await link_to(store, await store.write(begin))
    response = await house.client.get(f"/v/{link}")
    page = await response.text()
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in response.headers["X-Robots-Tag"]
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert link not in page
    assert "//" not in re.sub(r"<!--.*?-->", "", page, flags=re.DOTALL), "somebody else is called"
    entered = await house.client.post("/webchat/v1/doors", json={"token": link})
    assert entered.headers["Cache-Control"] == "no-store"
    assert entered.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in entered.headers


@pytest.mark.parametrize(
    ("query", "prefers", "lang", "direction"),
    [("?l=ar", "nl", "ar", "rtl"), ("?l=ti", "nl", "ti", "ltr"), ("?l=xx", "tr", "tr", "ltr"), ("", "", "nl", "ltr")],
)
async def test_the_page_is_in_the_language_of_the_link_or_else_of_the_browser(
    house: Any, query: str, prefers: str, lang: str, direction: str
) -> None:
    response = await house.client.get(f"/v/nonsense{query}", headers={"Accept-Language": prefers})
    page = await response.text()
    assert f'<html lang="{lang}" dir="{direction}">' in page
    keys = set(re.findall(r'data-word="([a-z_.]+)"', page))
    assert keys >= {"page.title", "page.intro", "page.start", "page.gone"}
    told = await (await house.client.get(f"/webchat/v1/words?lang={lang}")).json()
    assert keys <= set(told["words"])


async def test_a_browser_that_runs_no_script_finds_the_help_of_the_other_page(house: Any) -> None:
    pages = [await (await house.client.get(path)).text() for path in ("/", "/v/nonsense")]
    helps = [re.findall(r'<section id="fallback".*?</section>', page, re.DOTALL) for page in pages]
    assert helps[0] == helps[1]
    assert "tel:112" in helps[0][0]


# --- coming in


async def test_who_comes_in_finds_the_same_talk_its_language_and_the_way_back(house: Any, store: Store) -> None:
    talk = await store.write(lambda c: begin(c, "ar"))
    status, told = await enter(house, await link_to(store, talk))
    assert status == 201
    assert (told["conversation"], told["lang"], told["dir"], told["back"]) == (talk, "ar", "rtl", BACK)
    assert [m["author"] for m in await house.messages(told["token"])] == ["family", "bot"]
    assert await channel_of(store, talk) == "webchat"


async def test_without_an_address_in_whatsapp_there_is_no_way_back(
    start_house: Callable[..., Any], sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    house, store = await start_house(sqlite_url), Store(sqlite_url)
    _, told = await enter(house, await link_to(store, await store.write(begin)))
    store.close()
    assert told["back"] == ""


async def test_of_twenty_who_come_at_the_same_moment_one_comes_in(
    start_house: Callable[..., Any], database_url: str
) -> None:
    houses, store = [await start_house(database_url) for _ in range(2)], Store(database_url)
    link = await link_to(store, await store.write(begin))
    came = await asyncio.gather(*(enter(houses[n % 2], link) for n in range(20)))
    store.close()
    assert sorted(status for status, _ in came) == [201, *[410] * 19]


@pytest.mark.parametrize("token", [None, 7, True, [], {}, "", "x", "x" * 40, "x" * 90_000, "\ud800", "☂" * 32, "a\0b"])
async def test_a_link_that_nobody_made_is_gone_and_says_so(house: Any, token: Any) -> None:
    status, told = await enter(house, token)
    assert (status, told["error"]) == (410, "door")
    assert told["message"]


@pytest.mark.parametrize(("raw", "status"), [(b"", 400), (b"[]", 400), (b"\xff", 400), (b"x" * 300_000, 413)])
async def test_a_body_that_is_no_link_at_all_is_refused(house: Any, raw: bytes, status: int) -> None:
    response = await house.client.post("/webchat/v1/doors", data=raw)
    assert response.status == status
    assert (await response.json())["message"]


async def test_a_link_from_a_quarter_of_an_hour_ago_is_gone(house: Any, store: Store) -> None:
    talk = await store.write(begin)
    with at(now() - doors.LINK_LIVES - SOON):
        link = await link_to(store, talk, now())
    assert (await enter(house, link))[0] == 410
    assert await channel_of(store, talk) == "whatsapp"


async def test_a_used_link_is_gone_and_who_used_it_is_still_inside(house: Any, store: Store) -> None:
    link = await link_to(store, await store.write(begin))
    _, told = await enter(house, link)
    assert (await enter(house, link))[0] == 410
    assert len(await house.messages(told["token"])) == 2


async def test_a_token_of_a_family_opens_its_own_talk_and_no_other(house: Any, store: Store) -> None:
    one, two = await store.write(begin), await store.write(lambda c: begin(c, said="een ander gezin"))
    inside = [await come_in(house, store, talk) for talk in (one, two)]
    texts = [{m["text"] for m in await house.messages(token)} for token in inside]
    assert "een ander gezin" not in texts[0]
    assert "een ander gezin" in texts[1]
    own = await house.open()
    await house.send(inside[0], "k1", text="alleen van mij")
    await house.until_key(inside[0], "ask.place")
    for token in (inside[1], own):
        assert not any(m["text"] == "alleen van mij" for m in await house.messages(token))


async def test_a_link_in_the_place_of_a_token_opens_nothing(house: Any, store: Store) -> None:
    assert await answers_to(house, await link_to(store, await store.write(begin))) == {401}


async def test_after_twelve_hours_a_family_is_outside_again(house: Any, store: Store) -> None:
    talk, long_ago = await store.write(begin), now() - doors.INSIDE_LIVES - SOON
    link = await link_to(store, talk, long_ago)
    entered = await store.write(lambda c: doors.enter(c, link, long_ago))
    assert entered is not None
    assert await answers_to(house, entered[1]) == {401}


async def test_closing_the_doors_puts_everybody_outside_and_ends_every_link(house: Any, store: Store) -> None:
    talk = await store.write(begin)
    inside, link = await come_in(house, store, talk), await link_to(store, talk)
    assert len(await house.messages(inside)) == 2
    await store.write(lambda c: doors.close(c, talk))
    assert await answers_to(house, inside) == {401}
    assert (await enter(house, link))[0] == 410


async def test_no_token_stands_in_a_log(house: Any, store: Store, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    link = await link_to(store, await store.write(begin))
    await house.client.get(f"/v/{link}")
    _, told = await enter(house, link)
    await enter(house, link)
    await house.send(told["token"], "k1", text="hallo")
    await house.until_key(told["token"], "ask.place")
    # only the server of these tests writes down who visits; ours does not (access_log=None)
    kept = "".join(record.getMessage() for record in caplog.records if record.name != "aiohttp.access")
    assert link not in kept
    assert told["token"] not in kept


# --- the talk goes on


async def test_what_is_typed_on_the_page_is_answered_on_the_page(house: Any, store: Store) -> None:
    talk = await store.write(begin)
    inside = await come_in(house, store, talk)
    assert await house.send(inside, "k1", text="en nu?") == 202
    seen = await house.until_key(inside, "ask.place")
    assert [m["author"] for m in seen] == ["family", "bot", "family", "bot"]
    assert len(house.bot.heard) == 1


async def test_what_waited_for_whatsapp_is_read_on_the_page_at_once_and_in_order(house: Any, store: Store) -> None:
    talk = await store.write(begin)
    numbers = [await store.write(lambda c, s=state: answer(c, talk, s)) for state in ("leased", "held", "ready")]
    status, told = await enter(house, await link_to(store, talk))
    assert status == 201
    assert [m["seq"] for m in await house.messages(told["token"])] == [1, 2, *numbers]


async def test_back_in_whatsapp_the_page_still_shows_all_and_the_next_words_on_it_bring_the_talk_back(
    house: Any, store: Store
) -> None:
    talk = await store.write(begin)
    inside = await come_in(house, store, talk)
    await store.write(lambda c: conversations.move(c, talk, "whatsapp"))
    await store.write(lambda c: answer(c, talk, "sent", text="in WhatsApp gezegd"))
    assert [m["text"] for m in await house.messages(inside)][-1] == "in WhatsApp gezegd"
    assert await channel_of(store, talk) == "whatsapp"
    await house.send(inside, "k1", text="toch liever hier")
    assert await channel_of(store, talk) == "webchat"
    assert (await house.until_key(inside, "ask.place"))[-1]["author"] == "bot"


async def test_what_whatsapp_may_not_bring_yet_is_read_on_the_page_and_what_follows_too(
    house: Any, store: Store
) -> None:
    talk = await store.write(begin)
    inside = await come_in(house, store, talk)
    numbers = [await store.write(lambda c, s=state: answer(c, talk, s)) for state in ("held", "sent")]
    assert [m["seq"] for m in await house.messages(inside)][2:] == numbers


@pytest.mark.slow
async def test_what_whatsapp_could_not_bring_goes_on_by_the_page_when_the_talk_is_there(
    house: Any, store: Store
) -> None:
    talk = await store.write(begin)
    seq = await store.write(lambda c: answer(c, talk, "leased"))
    inside = await come_in(house, store, talk)

    def not_arrived(connection: sa.Connection) -> None:
        rows = connection.execute(sa.select(outbox_table.c.id).where(outbox_table.c.state == "leased")).scalars()
        outbox.once_more(connection, list(rows), now())

    await store.write(not_arrived)
    assert (await house.until(inside, lambda seen: seen[-1]["seq"] == seq))[-1]["seq"] == seq


@pytest.mark.parametrize("way", ["closed", "deleted"])
async def test_who_listens_hears_nothing_more_once_its_door_is_closed(house: Any, store: Store, way: str) -> None:
    talk = await store.write(begin)
    await store.write(lambda c: answer(c, talk, "sent", choices=[{"id": "delete.yes", "title": "Ja"}]))
    inside = await come_in(house, store, talk)
    headers = {"Authorization": f"Bearer {inside}"}
    async with asyncio.timeout(60):
        async with house.client.get("/webchat/v1/stream?after=3", headers=headers) as response:
            await response.content.readuntil(b"event: lang")  # it listens
            if way == "deleted":
                await house.send(inside, "k1", choice="delete.yes")
            else:
                await store.write(lambda c: doors.close(c, talk))
                await store.write(lambda c: answer(c, talk, "sent", text="niet voor hier"))
                await house.send(await come_in(house, store, talk), "k2", text="wakker")
            heard = (await response.read()).decode()
    assert heard.rstrip().endswith("event: bye\ndata: {}")
    assert ("conversation.deleted" in heard) == (way == "deleted")
    assert "niet voor hier" not in heard
    assert await answers_to(house, inside) == {401}


async def test_the_same_message_a_second_time_moves_nothing(house: Any, store: Store) -> None:
    talk = await store.write(begin)
    inside = await come_in(house, store, talk)
    await house.send(inside, "k1", text="hallo")
    await house.until_key(inside, "ask.place")
    await store.write(lambda c: conversations.move(c, talk, "whatsapp"))
    assert await house.send(inside, "k1", text="hallo") == 202
    assert await channel_of(store, talk) == "whatsapp"


async def test_a_talk_that_began_on_the_page_itself_needs_no_door_and_is_not_moved(house: Any, store: Store) -> None:
    own = await house.open()
    await house.send(own, "k1", text="hallo")
    await house.until_key(own, "ask.place")
    assert await store.read(lambda c: c.execute(sa.select(sa.func.count()).select_from(doors_table)).scalar()) == 0


async def test_the_way_in_of_a_whatsapp_talk_itself_opens_nothing(house: Any, store: Store) -> None:
    def made(connection: sa.Connection) -> str:
        talk = conversations.create(connection, "whatsapp", doors.hashed("its own"), "nl", chosen=True, entry={})
        messages.append(connection, talk, "family", "family.text", {}, None)
        return talk

    await store.write(made)
    assert await answers_to(house, "its own") == {401}
