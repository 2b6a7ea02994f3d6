"""Ticks live in one place: what is ticked on a page, on another telephone or in the talk is ticked everywhere."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.plans.pace import Pace
from channels.settings import now
from channels.storage import conversations, plans
from channels.storage.plan_tables import plan_ticks
from channels.storage.store import Store, make_engine
from tests.plans.conftest import PlanHouse

ITEMS = ("passports", "housing", "income", "care.school")


def kept(home: PlanHouse) -> int:
    engine = make_engine(home.settings.database_url)
    with engine.connect() as connection:
        found = connection.execute(sa.select(sa.func.count()).select_from(plan_ticks)).scalar_one()
    engine.dispose()
    return int(found)


async def test_a_tick_on_the_page_is_known_in_the_talk_at_the_next_turn(home: PlanHouse) -> None:
    token = await home.open()
    path = await home.link(token)
    before = (await home.tap(token, "plan.show"))[-1]["text"]
    status, told = await home.tick(path, "passports")
    assert status == 200
    assert told["ticks"]["passports"] is True
    after = (await home.tap(token, "plan.show"))[-1]["text"]
    assert home.bot.metadata["ticks"] == {"passports": True}
    assert "☑" not in before
    assert "☑" in after
    await home.tick(path, "passports", done=False)
    assert "☑" not in (await home.tap(token, "plan.show"))[-1]["text"]


async def test_a_tick_in_the_talk_is_on_the_page_at_the_next_load_and_can_be_taken_back(home: PlanHouse) -> None:
    token = await home.open()
    path = await home.link(token)
    await home.tap(token, "plan.show", "plan.tick", "plan.tick.passports")
    assert (await home.ticks(path))["passports"] is True
    await home.tap(token, "plan.undo.passports")
    assert (await home.ticks(path))["passports"] is False


@pytest.mark.slow
async def test_a_tick_from_before_the_link_stands_on_its_page(home: PlanHouse) -> None:
    token = await home.open()
    await home.shows_plan(token)
    await home.tap(token, "plan.tick", "plan.tick.passports", "plan.show")
    path = await home.link(token)
    assert (await home.ticks(path))["passports"] is True


@pytest.mark.slow
async def test_what_is_ticked_on_the_page_no_longer_holds_up_what_waits_for_it(home: PlanHouse) -> None:
    path = await home.link(await home.open())
    waits = (await home.page(path))[1]
    for slug in ("housing", "income"):
        await home.tick(path, slug)
    gate = (await home.page(path))[1]
    assert part(waits, "gate").count('class="small"') > part(gate, "gate").count('class="small"')


def part(text: str, slug: str) -> str:
    """The point of the plan with this name, above its reasons."""
    return text.partition(f'<li id="{slug}"')[2].partition("<form")[0]


@pytest.mark.parametrize("slug", ["nothing", "", "x" * 5000, "care.nothing", "' OR 1=1", "passports\0"])
async def test_what_is_not_on_the_sheet_changes_nothing(home: PlanHouse, slug: str) -> None:
    path = await home.link(await home.open())
    assert (await home.tick(path, slug))[0] == 200
    assert kept(home) == 0


async def test_only_a_page_of_ours_may_tick(home: PlanHouse) -> None:
    path = await home.link(await home.open())
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://anders.voorbeeld.example"},
        {"Origin": "http://["},
    ):
        status, told = await home.tick(path, "passports", **headers)
        assert status == 403
        assert told["message"]
    assert kept(home) == 0
    for number, headers in enumerate(({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, {"Origin": "null"}, {})):
        assert (await home.tick(path, ITEMS[number], **headers))[0] == 200
    assert kept(home) == 3


async def test_a_form_without_a_script_goes_back_to_the_place_on_the_page(home: PlanHouse) -> None:
    path = await home.link(await home.open())
    form = {"slug": "passports", "done": "1"}
    async with home.client.post(f"{path}/tick?l=ar", data=form, allow_redirects=False) as response:
        assert response.status == 303
        assert response.headers["Location"] == f"{path}?l=ar#passports"
    assert (await home.ticks(path))["passports"] is True


@pytest.mark.slow
async def test_ten_thousand_ticks_are_slowed_down_kindly_and_keep_one_row_per_point(home: PlanHouse) -> None:
    path = await home.link(await home.open())
    refused = []
    for number in range(100):  # so many at once are refused as ten thousand are
        status, told = await home.tick(path, ITEMS[number % len(ITEMS)], done=number % 3 == 0)
        refused += [told] if status == 429 else []
    assert refused
    assert all(told["message"] for told in refused)
    assert kept(home) == len(ITEMS)
    assert (await home.page(path))[0] == 200


def test_quick_fingers_are_let_through_and_a_machine_is_not() -> None:
    pace = Pace(burst=60, per_second=2)
    assert all(pace.allows("a", at=0) for _ in range(60))
    assert not pace.allows("a", at=0)
    assert pace.allows("b", at=0), "somebody else's link"
    assert pace.allows("a", at=1)
    assert sum(pace.allows("c", at=second / 1000) for second in range(10_000)) <= 60 + 2 * 10


async def test_two_devices_and_the_talk_at_the_same_moment_lose_no_tick(
    start: Callable[..., Any], database_url: str
) -> None:
    one: PlanHouse = await start(database_url)
    two: PlanHouse = await start(database_url)
    token = await one.open()
    path = await one.link(token)
    await asyncio.gather(
        *(one.tick(path, slug) for slug in ITEMS[1:3]), two.tick(path, ITEMS[3]), one.tap(token, "plan.tick"),
    )  # fmt: skip
    await one.tap(token, "plan.tick.passports")
    for house in (one, two):
        ticks = await house.ticks(path)
        assert [ticks[slug] for slug in ITEMS] == [True] * 4


MARK = st.tuples(st.integers(0, 1), st.sampled_from(ITEMS), st.booleans())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(marks=st.lists(MARK, max_size=30))
def test_the_last_word_wins_whoever_says_it(connection: sa.Connection, marks: list[tuple[int, str, bool]]) -> None:
    talk = conversations.create(connection, "webchat", f"h{id(marks)}{now()}", "nl", chosen=True, entry={})
    for _, slug, done in marks:
        plans.tick(connection, talk, {slug: done}, now())
    assert plans.ticked(connection, talk) == {slug: done for _, slug, done in marks}


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(marks=st.lists(MARK, min_size=1, max_size=20))
async def test_two_writers_at_once_end_with_one_row_per_point_and_a_word_that_was_said(
    stores: list[Store], marks: list[tuple[int, str, bool]]
) -> None:
    talk = await stores[0].write(
        lambda c: conversations.create(c, "webchat", f"h{id(marks)}{now()}", "nl", chosen=True, entry={})
    )

    async def write(device: int) -> None:
        for _, slug, done in (mark for mark in marks if mark[0] == device):
            await stores[device].write(lambda c, s=slug, d=done: plans.tick(c, talk, {s: d}, now()))

    await asyncio.gather(write(0), write(1))
    ticks = await stores[0].read(lambda c: plans.ticked(c, talk))
    assert set(ticks) == {slug for _, slug, _ in marks}
    last = {(device, slug): done for device, slug, done in marks}
    assert all(done in [last.get((device, slug)) for device in (0, 1)] for slug, done in ticks.items())
