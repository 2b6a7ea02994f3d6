"""A line the day before: only for who asked, only neutral, once a day, by day, and never into a silence."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from channels.handoff import clockwork, reminding
from channels.handoff.casework import Office
from channels.settings import now
from channels.storage import conversations, forgetting, messages, plans, reminders, threads
from channels.storage.plan_tables import plan_reminders
from channels.storage.store import Store
from channels.storage.tables import conversations as talks
from channels.storage.tables import messages as messages_table
from channels.storage.tables import outbox
from tests.handoff.office import ORGANISATIONS, SPEECH, Bench, bench
from tests.plans.conftest import PlanHouse

NOON = datetime(2026, 11, 24, 11, tzinfo=UTC)  # a Tuesday, twelve o'clock in the Netherlands
SHEET = {
    "items": [
        {"slug": "passports", "due": "2026-11-25", "done": False},
        {"slug": "housing", "due": "2026-11-27", "done": False},
        {"slug": "income", "due": None, "done": False},
    ]
}


def asked(made: Bench, **entry: str) -> Bench:
    """A family that wants reminders."""
    made.connection.execute(sa.update(talks).where(talks.c.id == made.talk).values(entry=entry))
    plans.keep(made.connection, made.talk, SHEET, made.clock[0])
    reminders.agree(made.connection, made.talk, "nl", "webchat", "ja", made.clock[0])
    return made


def reminded(made: Bench, **much: int) -> int:
    """How many lines went out when so much time had gone by."""
    return [key for key in made.passes(**much) if key == "planning.reminder"].count("planning.reminder")


def test_the_day_before_an_open_point_one_line_goes_out_and_no_second_one() -> None:
    made = asked(bench(NOON))
    assert reminded(made) == 1
    assert [reminded(made, hours=1) for _ in range(5)] == [0] * 5
    assert reminded(made, days=1) == 0, "nothing is due the day after"
    assert reminded(made, hours=23) == 1, "housing, on Friday"


def test_the_line_says_nothing_about_what_it_is_for() -> None:
    made = asked(bench(NOON))
    made.passes()
    body = made.connection.execute(
        sa.select(messages_table.c.body).where(messages_table.c.key == "planning.reminder")
    ).scalar_one()
    assert body["text"] == SPEECH.line("planning.reminder", "nl")
    assert body["sources"] == []
    told = json.dumps(body["text"]).casefold()
    assert not [word for word in ("huis", "opvang", "paspoort", "ind ", "gemeente", "plan") if word in told]


@pytest.mark.parametrize(
    ("hour", "zone", "goes"),
    [
        (7, "", False),  # eight in the Netherlands
        (8, "", True),
        (19, "", False),
        (11, "America/Paramaribo", False),  # eight in the morning there
        (12, "America/Paramaribo", True),
        (22, "America/Paramaribo", True),
        (23, "America/Paramaribo", False),
    ],
)
def test_it_comes_by_day_on_the_clock_of_the_family(hour: int, zone: str, goes: bool) -> None:
    made = asked(bench(NOON.replace(hour=hour)), **({"zone": zone} if zone else {}))
    assert bool(reminded(made)) == goes


@pytest.mark.parametrize(("hour", "goes"), [(8, False), (12, True), (18, True), (20, False)])
def test_who_came_by_a_post_and_may_be_here_already_is_asleep_on_neither_clock(hour: int, goes: bool) -> None:
    made = asked(bench(NOON.replace(hour=hour)), post="paramaribo")  # on WhatsApp no browser tells the zone
    assert bool(reminded(made)) == goes


def test_one_family_that_cannot_be_reminded_holds_up_neither_others_nor_what_is_due(
    caplog: pytest.LogCaptureFixture,
) -> None:
    made = asked(bench(NOON))
    broken = conversations.create(
        made.connection, "webchat", "h2", "nl", chosen=True, entry={"zone": "Nowhere/No_Such_Place"}
    )
    plans.keep(made.connection, broken, SHEET, made.clock[0])
    reminders.agree(made.connection, broken, "nl", "webchat", "ja", made.clock[0])
    with caplog.at_level(logging.CRITICAL):
        assert reminded(made) == 1


def test_what_was_ticked_meanwhile_is_no_reason_to_write() -> None:
    made = asked(bench(NOON))
    plans.tick(made.connection, made.talk, {"passports": True}, made.clock[0])
    assert reminded(made) == 0


def test_who_never_asked_or_took_it_back_hears_nothing() -> None:
    made = bench(NOON)
    plans.keep(made.connection, made.talk, SHEET, made.clock[0])
    assert reminded(made) == 0
    reminders.agree(made.connection, made.talk, "nl", "webchat", "ja", made.clock[0])
    reminders.withdraw(made.connection, made.talk, made.clock[0])
    assert reminded(made, hours=1) == 0
    row = made.connection.execute(sa.select(plan_reminders)).one()
    assert row.withdrawn_at
    assert len(row.text_hash) == 64


def test_nothing_comes_between_a_family_and_its_worker() -> None:
    made = asked(bench(NOON))
    made.brought_to("active")
    assert reminded(made, minutes=20) == 0


def test_a_line_that_still_waits_when_a_worker_takes_over_is_stale() -> None:
    made = asked(bench(NOON))
    assert reminded(made) == 1
    row = made.connection.execute(
        sa.select(outbox.c.author, outbox.c.epoch)
        .join(messages_table, messages_table.c.id == outbox.c.message_id)
        .where(messages_table.c.key == "planning.reminder")
    ).one()
    assert row.author == "bot", "only what the computer said is dropped when a worker takes over"
    assert row.epoch < conversations.take_over(made.connection, made.talk, "worker")


def test_nothing_is_written_into_a_silence() -> None:
    made = asked(bench(NOON))
    threads.begin(made.connection, made.talk, "1000", now())
    threads.note(made.connection, made.talk, stopped_at=made.clock[0])
    assert reminded(made) == 0
    threads.listens(made.connection, made.talk)
    assert reminded(made, hours=1) == 1


def test_on_whatsapp_it_waits_in_the_outbox_like_everything_else() -> None:
    made = asked(bench(NOON))
    threads.begin(made.connection, made.talk, "1000", now())
    conversations.move(made.connection, made.talk, "whatsapp")
    assert reminded(made) == 1
    row = made.connection.execute(sa.select(outbox.c.channel, outbox.c.state).order_by(outbox.c.id.desc())).first()
    assert row == ("whatsapp", "ready")


def test_after_wissen_nothing_is_left_to_remind_of() -> None:
    made = asked(bench(NOON))
    plans.forget(made.connection, made.talk)
    assert reminded(made) == 0
    assert made.connection.execute(sa.select(plan_reminders)).first() is None


def test_a_reminder_does_not_keep_a_talk_longer_than_was_told(connection: sa.Connection) -> None:
    talk = conversations.create(connection, "webchat", "h", "nl", chosen=True, entry={})
    before = now() - timedelta(days=30)
    for key in ("family.text", reminders.SAID):
        messages.append(connection, talk, "bot", key, {"text": "", "key": key}, None)
    connection.execute(sa.update(talks).values(created_at=before - timedelta(days=1)))
    assert forgetting.idle_talks(connection, before, (), 9) == [], "the family spoke a moment ago"
    words = messages_table.c.key == "family.text"
    connection.execute(sa.update(messages_table).where(words).values(created_at=before - timedelta(days=1)))
    assert forgetting.idle_talks(connection, before, (), 9) == [talk]


async def test_two_houses_on_one_database_write_one_line_also_after_a_restart(stores: list[Store]) -> None:
    office = Office(ORGANISATIONS, SPEECH, lambda: date(2026, 11, 24), lambda: NOON)

    def begin(connection: sa.Connection) -> str:
        talk = conversations.create(connection, "webchat", "h", "nl", chosen=True, entry={})
        plans.keep(connection, talk, SHEET, NOON)
        reminders.agree(connection, talk, "nl", "webchat", "ja", NOON)
        return talk

    talk = await stores[0].write(begin)
    both = (store.write(lambda c: reminding.look(c, office)) for store in (*stores, *stores))
    assert sum(await asyncio.gather(*both)) == 1
    later = Office(ORGANISATIONS, SPEECH, lambda: date(2026, 11, 24), lambda: NOON + timedelta(hours=2))
    assert await stores[1].write(lambda c: clockwork.run(c, later)) == 0
    said = await stores[1].read(lambda c: messages.keys(c, talk, "planning."))
    assert said == ["planning.reminder"]


async def test_a_family_switches_reminders_on_and_off_in_the_talk(start: Callable[..., Any], sqlite_url: str) -> None:
    home: PlanHouse = await start(sqlite_url)
    token = await home.open()
    await home.shows_plan(token)
    told = await home.tap(token, "plan.paper", "plan.remind")
    assert told[-1]["key"] == "planning.remind_on"
    assert "plan.remind_off" in [choice["id"] for choice in told[-1]["choices"]]
    assert (await home.tap(token, "plan.remind_off"))[-1]["key"] == "planning.remind_off"
    await home.tap(token, "plan.remind")
    await home.tap(token, "plan.show")
    assert home.bot.metadata["sheet"] is True, "the days must be known when they change"
