"""What Meta tells of our messages: in any order, twice, at the same moment, too early, or about somebody else's."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from channels.storage import number_states, sendings
from channels.storage.tables import messages as messages_table
from channels.storage.tables import outbox as outbox_table
from channels.storage.whatsapp_tables import parked
from channels.storage.whatsapp_tables import sendings as sendings_table
from channels.whatsapp import books
from channels.whatsapp.events import Status
from tests.whatsapp.conftest import PhoneHouse
from tests.whatsapp.memory import OTHER, OURS, empty, family, started, taken, underway
from tests.whatsapp.payloads import NUMBER
from tests.whatsapp.steps import all_settled, greeted

WAMID = "wamid.ours"
RANK = ("sent", "delivered", "read", "played")


def tell(connection: Connection, *statuses: str, ours: int | str = "", code: int = 131026) -> None:
    """Meta tells these, one after the other."""
    for status in statuses:
        event = Status(NUMBER, WAMID, status, None, ours=str(ours), code=code if status == "failed" else 0)
        books.status(connection, OURS, event)


def state(connection: Connection) -> str:
    """Of the only message there is."""
    return str(connection.execute(select(sendings_table.c.state)).scalar_one())


def row_state(connection: Connection) -> str:
    """Of the only row of the outbox."""
    return str(connection.execute(select(outbox_table.c.state)).scalar_one())


def expected(statuses: Sequence[str]) -> str:
    """The highest that was told; that it failed counts only before it was delivered, and then for good."""
    reached = "sent"
    for status in statuses:
        if status == "failed" and reached == "sent":
            return "failed"
        if status in RANK and RANK.index(status) > RANK.index(reached):
            reached = status
    return reached


@settings(deadline=None)
@given(st.lists(st.sampled_from((*RANK, "failed", "deleted")), max_size=10))
@example(["read", "delivered", "failed", "sent"])
@example(["failed", "delivered"])
def test_in_whatever_order_statuses_come_the_highest_stays(statuses: list[str]) -> None:
    with empty() as connection:
        sending = underway(connection, family(connection))
        assert books.accepted(connection, OURS, sending, WAMID)
        tell(connection, *statuses)
        assert state(connection) == expected(statuses)


@settings(deadline=None)
@given(st.lists(st.sampled_from(RANK), min_size=1, max_size=6), st.booleans(), st.randoms(use_true_random=False))
def test_the_end_is_the_same_wherever_the_answer_to_our_call_falls_among_the_statuses(
    statuses: list[str], marked: bool, luck: random.Random
) -> None:
    told = [*statuses, *luck.sample(statuses, luck.randrange(len(statuses) + 1))]
    answered = luck.randrange(len(told) + 1)
    with empty() as connection:
        sending = underway(connection, family(connection))
        tell(connection, *told[:answered], ours=sending.id if marked else "")
        books.accepted(connection, OURS, sending, WAMID)
        tell(connection, *told[answered:], ours=sending.id if marked else "")
        assert state(connection) == max(told, key=RANK.index)
        assert row_state(connection) == "sent"
        assert number_states.of(connection, NUMBER).sent == 1
        assert connection.execute(select(parked.c.id)).all() == []


def test_a_status_of_a_message_that_we_do_not_know_yet_waits_for_it() -> None:
    with empty() as connection:
        tell(connection, "delivered", "sent", "delivered")
        assert sorted(connection.execute(select(parked.c.status)).scalars()) == ["delivered", "sent"]
        assert books.accepted(connection, OURS, underway(connection, family(connection)), WAMID)
        assert state(connection) == "delivered"
        assert connection.execute(select(parked.c.id)).all() == []


@pytest.mark.parametrize(("code", "becomes"), [(131026, "dead"), (131000, "ready"), (131042, "ready"), (0, "ready")])
def test_that_it_failed_is_acted_on_also_when_it_is_told_before_the_answer_to_our_call(code: int, becomes: str) -> None:
    with empty() as connection:
        tell(connection, "failed", code=code)
        books.accepted(connection, OURS, underway(connection, family(connection)), WAMID)
        assert (state(connection), row_state(connection)) == ("failed", becomes)
        assert bool(number_states.stopped(connection)) == (code == 131042)


def test_that_it_failed_after_it_was_delivered_is_not_believed() -> None:
    with empty() as connection:
        books.accepted(connection, OURS, underway(connection, family(connection)), WAMID)
        tell(connection, "delivered", "failed", code=131042)
        assert (state(connection), row_state(connection)) == ("delivered", "sent")
        assert number_states.stopped(connection) == []


def test_what_fails_again_and_again_is_dead_after_the_third_time_and_says_so_in_the_talk() -> None:
    with empty() as connection:
        talk = family(connection)
        first = underway(connection, talk)
        for number in range(4):
            sending = first if number == 0 else taken(connection, talk)
            books.accepted(connection, OURS, sending, f"wamid.{number}")
            books.status(connection, OURS, Status(NUMBER, f"wamid.{number}", "failed", None, code=131000))
        assert row_state(connection) == "dead"
        (body,) = connection.execute(select(messages_table.c.body)).scalars()
        assert body["facts"]["undelivered"] is True


def test_of_a_message_in_parts_the_words_are_out_when_the_last_part_is() -> None:
    with empty() as connection:
        talk = family(connection)
        first = underway(connection, talk)
        rows = sendings.brought(connection, first)
        sendings.make(connection, talk, NUMBER, rows, {"type": "text", "text": {"body": "Part two"}})
        books.accepted(connection, OURS, first, "wamid.1")
        assert row_state(connection) == "leased"
        books.accepted(connection, OURS, started(connection, talk), "wamid.2")
        assert row_state(connection) == "sent"


def test_a_mark_of_ours_under_another_number_settles_nothing() -> None:
    with empty() as connection:
        sending = underway(connection, family(connection))
        event = Status(OTHER.phone_number_id, WAMID, "sent", None, ours=str(sending.id))
        books.status(connection, OTHER, event)
        assert state(connection) == "trying"


def test_a_second_id_for_a_message_that_is_out_changes_nothing() -> None:
    with empty() as connection:
        sending = underway(connection, family(connection))
        books.accepted(connection, OURS, sending, WAMID)
        books.status(connection, OURS, Status(NUMBER, "wamid.another", "read", None, ours=str(sending.id)))
        assert not books.accepted(connection, OURS, sending, "wamid.another")
        assert state(connection) == "sent"


def test_marks_that_are_not_ours_break_nothing(connection: Connection) -> None:
    for mark in ("", "-1", "٣", "1.5", "12345678901", "9" * 17, "order-7", "0"):
        event = Status(NUMBER, f"wamid.{len(mark)}", "sent", None, ours=mark)
        with connection.begin_nested():
            books.status(connection, OURS, event)


def test_a_refusal_that_comes_after_a_status_told_of_an_earlier_try_sends_nothing_again() -> None:
    with empty() as connection:
        sending = underway(connection, family(connection))
        tell(connection, "sent", ours=sending.id)
        sendings.again(connection, sending.id, sendings.now(), 131056)
        assert state(connection) == "sent"


# --- through the webhook


@pytest.mark.slow
async def test_statuses_that_come_twice_and_at_the_same_moment_count_once(phone_house: PhoneHouse) -> None:
    phone_house.graph.post.duplicates, phone_house.graph.post.disorder = 1.0, 0.5
    people = [await greeted(phone_house) for _ in range(3)]
    await asyncio.gather(*(person.says("nog iets") for person in people))
    await asyncio.gather(*(person.receives() for person in people))
    rows = await all_settled(phone_house)
    assert [row["state"] for row in rows] == ["read"] * 6
    assert len(phone_house.graph.sent) == 6


async def test_statuses_may_come_before_the_answer_to_our_call(phone_house: PhoneHouse) -> None:
    phone_house.graph.early = True
    ana = await greeted(phone_house)
    (row,) = await all_settled(phone_house)
    assert (row["state"], row["wamid"]) == ("read", ana.screen[0].wamid)
