"""What the memory of the gateway may be relied on for, on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.storage import conversations, inbox, messages, outbox
from channels.storage.conversations import Conversation, Lease
from channels.storage.migrate import upgrade
from channels.storage.store import Store, make_engine
from channels.storage.tables import conversations as conversations_table
from channels.storage.tables import inbox as inbox_table
from channels.storage.tables import messages as messages_table
from channels.storage.tables import metadata
from channels.storage.tables import outbox as outbox_table
from tests.conftest import examples

LONG = 3600.0
CHANNELS = ["webchat"]
PAST = datetime(2020, 1, 1, tzinfo=UTC)
MODEL = settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_an_error_of_the_database_tells_no_log_what_a_family_wrote(connection: sa.Connection) -> None:
    with pytest.raises(sa.exc.DBAPIError) as broken:
        connection.execute(sa.text("INSERT INTO no_such_table VALUES (:words)"), {"words": "geheim"})
    assert "no_such_table" in str(broken.value)
    assert "geheim" not in str(broken.value)


def begin(connection: sa.Connection) -> Conversation:
    """A fresh conversation."""
    token = connection.execute(sa.select(sa.func.count()).select_from(conversations_table)).scalar_one()
    number = conversations.create(connection, "webchat", f"token {token}", "nl", chosen=False, entry={})
    found = conversations.get(connection, number)
    assert found is not None
    return found


def say(connection: sa.Connection, to: Conversation, author: str = "bot", epoch: int = 0) -> int:
    body = {"author": author, "key": "test.key", "text": "hallo"}
    return messages.send(connection, to.id, to.channel, epoch, body, None)


def states(connection: sa.Connection, of: Conversation) -> list[str]:
    chosen = sa.select(outbox_table.c.state).where(outbox_table.c.conversation == of.id).order_by(outbox_table.c.id)
    return list(connection.execute(chosen).scalars())


def set_states(connection: sa.Connection, of: Conversation, wanted: list[str]) -> None:
    numbers = sa.select(outbox_table.c.id).where(outbox_table.c.conversation == of.id).order_by(outbox_table.c.id)
    for number, state in zip(list(connection.execute(numbers).scalars()), wanted, strict=True):
        connection.execute(sa.update(outbox_table).where(outbox_table.c.id == number).values(state=state))


def due(connection: sa.Connection) -> None:
    connection.execute(sa.update(outbox_table).values(not_before=PAST))


# --- tables


def test_the_migrations_make_exactly_the_tables_of_the_code_and_a_second_run_changes_nothing(url: str) -> None:
    for _ in range(2):
        engine = make_engine(url)
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, metadata) == []
        engine.dispose()
        upgrade(url)


def test_a_moment_comes_back_as_the_same_moment_in_utc(connection: sa.Connection) -> None:
    begin(connection)
    moment = datetime(2026, 11, 22, 23, 59, 59, 123456, tzinfo=UTC)
    connection.execute(sa.update(conversations_table).values(last_at=moment))
    assert connection.execute(sa.select(conversations_table.c.last_at)).scalar_one() == moment


def test_words_of_every_script_come_back_unharmed(connection: sa.Connection) -> None:
    words = {"text": "مأوى 🏠 ኣይፋልን Ñandú \u2068x\u2069", "nested": {"list": [1, None, True]}}
    conversation = begin(connection)
    messages.append(connection, conversation.id, "family", "family.text", words, None)
    body = messages.visible(connection, conversation.id, 0)[0]
    assert {key: body[key] for key in words} == words


# --- the store


async def test_what_one_work_raises_undoes_only_that_work_and_reaches_only_its_caller(stores: list[Store]) -> None:
    store = stores[0]

    def work(number: int) -> Any:
        def run(connection: sa.Connection) -> int | None:
            kept = inbox.store(connection, "webchat", "c", f"k{number}", "")
            if number % 3 == 0:
                raise LookupError(number)
            if number % 3 == 1:  # an error of the database itself, half-way through
                connection.execute(sa.insert(inbox_table).values(id=kept, dedupe_key="x"))
            return kept

        return run

    told = await asyncio.gather(*(store.write(work(number)) for number in range(60)), return_exceptions=True)
    assert [isinstance(answer, LookupError) and answer.args[0] == n for n, answer in enumerate(told)][::3] == [
        True
    ] * 20
    assert all(isinstance(answer, sa.exc.IntegrityError) for answer in told[1::3])
    kept = await store.read(lambda c: list(c.execute(sa.select(inbox_table.c.dedupe_key)).scalars()))
    assert sorted(kept) == sorted(f"k{number}" for number in range(60) if number % 3 == 2)


async def test_who_gets_an_answer_finds_it_written_from_any_other_process(stores: list[Store]) -> None:
    mine, other = stores
    for number in range(20):
        kept = await mine.write(lambda c, n=number: inbox.store(c, "webchat", "c", f"k{n}", ""))
        assert kept is not None
        assert await other.read(lambda c, n=kept: inbox.get(c, n)) is not None


async def test_what_is_written_while_reading_is_undone(stores: list[Store]) -> None:
    await stores[0].read(lambda c: inbox.store(c, "webchat", "c", "k", ""))
    assert await stores[1].read(inbox.unheard) == []


async def test_a_caller_that_goes_away_harms_nobody(stores: list[Store]) -> None:
    gone = asyncio.ensure_future(stores[0].write(lambda c: inbox.store(c, "webchat", "c", "k1", "")))
    await asyncio.sleep(0)
    gone.cancel()
    assert await stores[0].write(lambda c: inbox.store(c, "webchat", "c", "k2", "")) is not None
    assert len(await stores[0].read(inbox.unheard)) == 2


async def test_a_database_that_is_out_of_reach_is_told_to_every_caller_and_the_store_can_still_be_closed(
    tmp_path: Path,
) -> None:
    store = Store(f"sqlite:///{tmp_path / 'no such folder' / 'test.db'}")
    async with asyncio.timeout(60):
        told = await asyncio.gather(*(store.write(inbox.unheard) for _ in range(5)), return_exceptions=True)
        await asyncio.to_thread(store.close)
    assert [type(error) for error in told] == [sa.exc.OperationalError] * 5


async def test_closing_finishes_what_was_asked_before(url: str) -> None:
    store = Store(url)
    waiting = [
        asyncio.ensure_future(store.write(lambda c, n=number: inbox.store(c, "webchat", f"c{n}", f"k{n}", "")))
        for number in range(50)
    ]
    await asyncio.sleep(0)
    await asyncio.to_thread(store.close)
    assert None not in await asyncio.gather(*waiting)


# --- the inbox


async def test_one_key_is_kept_once_however_many_processes_store_it_at_the_same_time(stores: list[Store]) -> None:
    def keep(connection: sa.Connection) -> int | None:
        return inbox.store(connection, "webchat", "c", "the same", "first come")

    told = await asyncio.gather(*(stores[number % 2].write(keep) for number in range(40)))
    assert sum(number is not None for number in told) == 1
    assert len(await stores[0].read(inbox.unheard)) == 1


def test_a_replay_after_forgetting_is_still_recognised_and_brings_no_words_back(connection: sa.Connection) -> None:
    number = inbox.store(connection, "webchat", "c", "k", "a secret")
    inbox.forget(connection, "c")
    assert inbox.store(connection, "webchat", "c", "k", "a secret") is None
    assert number is not None
    row = inbox.get(connection, number)
    assert row is not None
    assert (row.body, row.state) == ("", "done")


def test_what_waits_comes_in_the_order_in_which_it_came(connection: sa.Connection) -> None:
    numbers = [inbox.store(connection, "webchat", f"c{n % 2}", f"k{n}", "") for n in range(10)]
    for number in reversed(numbers):
        inbox.mark(connection, int(number or 0), "heard")
    assert [raw.id for raw in inbox.waiting(connection, "c0")] == numbers[::2]
    assert sorted(inbox.conversations_waiting(connection)) == ["c0", "c1"]
    assert inbox.pending(connection, "c1") == 5


# --- the lease

OWNERS = ("one", "two")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("claim"), st.sampled_from(OWNERS)),
        st.tuples(st.just("expire"), st.just("")),
        st.tuples(st.just("release"), st.sampled_from(OWNERS)),
        st.tuples(st.just("holds"), st.sampled_from(OWNERS)),
    ),
    max_size=14,
)


@MODEL
@given(steps=STEPS)
def test_only_the_newest_claim_holds_whatever_two_processes_do(
    connection: sa.Connection, steps: list[tuple[str, str]]
) -> None:
    conversation = begin(connection).id
    leases: dict[str, Lease] = {}
    owner, epoch, running = "", 0, False  # the model: whose lease is newest, and whether its time still runs
    for step, who in steps:
        if step == "claim":
            got = conversations.claim(connection, conversation, who, LONG)
            assert (got is not None) == (not running or owner == who)
            if got is not None:
                owner, epoch, running = who, epoch + 1, True
                assert got == Lease(conversation, epoch)
                leases[who] = got
        elif step == "expire":
            connection.execute(
                sa.update(conversations_table).where(conversations_table.c.id == conversation).values(lease_until=PAST)
            )
            running = False
        elif who in leases:
            newest = leases[who].epoch == epoch
            if step == "release":
                conversations.release(connection, leases[who])
                running = running and not newest
            else:
                assert conversations.holds(connection, leases[who], LONG) == newest
                running = running or newest


async def test_of_two_processes_that_claim_at_the_same_moment_one_gets_the_lease(stores: list[Store]) -> None:
    for _ in range(10):
        conversation = (await stores[0].write(begin)).id
        told = await asyncio.gather(
            *(
                store.write(lambda c, who=owner, number=conversation: conversations.claim(c, number, who, LONG))
                for store, owner in zip(stores, OWNERS, strict=True)
            )
        )
        assert sum(lease is not None for lease in told) == 1


def test_a_lease_that_was_lost_can_be_neither_kept_nor_given_back(connection: sa.Connection) -> None:
    conversation = begin(connection).id
    old = conversations.claim(connection, conversation, "one", LONG)
    connection.execute(sa.update(conversations_table).values(lease_until=PAST))
    new = conversations.claim(connection, conversation, "two", LONG)
    assert old is not None
    assert new is not None
    assert not conversations.holds(connection, old, LONG)
    conversations.release(connection, old)
    assert conversations.claim(connection, conversation, "one", LONG) is None
    assert conversations.holds(connection, new, LONG)


# --- the outbox


def test_an_answer_of_the_bot_from_before_a_worker_took_over_never_goes_out_and_is_never_seen(
    connection: sa.Connection,
) -> None:
    conversation = begin(connection)
    say(connection, conversation)
    say(connection, conversation, author="system")
    assert conversations.take_over(connection, conversation.id, "worker") == 1
    say(connection, conversation, author="worker", epoch=1)
    parcels = outbox.take(connection, CHANNELS)
    assert [parcel.body["author"] for parcel in parcels] == ["system", "worker"]
    outbox.sent(connection, [parcel.id for parcel in parcels])
    assert states(connection, conversation) == ["suppressed", "sent", "sent"]
    assert [m["author"] for m in messages.visible(connection, conversation.id, 0)] == ["system", "worker"]
    outbox.put_back(connection, CHANNELS)
    assert outbox.take(connection, CHANNELS) == []


def test_an_answer_that_was_under_way_when_a_worker_took_over_is_dropped_at_its_next_try(
    connection: sa.Connection,
) -> None:
    conversation = begin(connection)
    say(connection, conversation)
    parcel = outbox.take(connection, CHANNELS)[0]
    outbox.failed(connection, parcel.id, "no line")
    conversations.take_over(connection, conversation.id, "worker")
    due(connection)
    assert outbox.take(connection, CHANNELS) == []
    assert states(connection, conversation) == ["suppressed"]


def test_what_cannot_be_delivered_is_tried_again_ever_more_slowly_and_dies_after_eight_times(
    connection: sa.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = datetime(2026, 11, 22, 12, tzinfo=UTC)
    monkeypatch.setattr(outbox, "now", lambda: moment)
    conversation = begin(connection)
    say(connection, conversation)
    due(connection)
    pauses: list[timedelta] = []
    for _ in range(outbox.ATTEMPTS):
        parcel = outbox.take(connection, CHANNELS)[0]
        assert states(connection, conversation) == ["leased"]
        outbox.failed(connection, parcel.id, "no line")
        assert outbox.take(connection, CHANNELS) == []
        again = connection.execute(sa.select(outbox_table.c.not_before)).scalar_one()
        pauses.append(again - moment)
        moment = again
    assert pauses == sorted(set(pauses))
    assert pauses[0] > timedelta(0)
    assert states(connection, conversation) == ["dead"]
    assert messages.visible(connection, conversation.id, 0) == []
    moment += timedelta(days=30)
    assert outbox.take(connection, CHANNELS) == []


def test_one_dead_message_does_not_hide_what_comes_after_it(connection: sa.Connection) -> None:
    conversation = begin(connection)
    first, second = say(connection, conversation), say(connection, conversation)
    set_states(connection, conversation, ["dead", "sent"])
    assert first < second
    assert [m["seq"] for m in messages.visible(connection, conversation.id, 0)] == [second]


def test_what_a_process_that_died_had_taken_goes_out_again(connection: sa.Connection) -> None:
    conversation = begin(connection)
    say(connection, conversation)
    assert len(outbox.take(connection, CHANNELS)) == 1
    assert outbox.take(connection, CHANNELS) == []
    outbox.put_back(connection, CHANNELS)
    assert len(outbox.take(connection, CHANNELS)) == 1


def test_the_age_of_what_waits_tells_whether_the_outbox_is_late(connection: sa.Connection) -> None:
    assert outbox.oldest_ready(connection, "webchat") is None
    say(connection, begin(connection))
    due(connection)
    assert (outbox.oldest_ready(connection, "webchat") or 0) > 60
    assert outbox.oldest_ready(connection, "whatsapp") is None


STATES = st.lists(st.sampled_from(["ready", "leased", "sent", "held", "suppressed", "dead"]), max_size=10)


@MODEL
@given(wanted=STATES, after=st.integers(0, 10), data=st.data())
def test_nothing_is_seen_past_a_message_that_must_still_go_out_and_nothing_that_never_went_out(
    connection: sa.Connection, wanted: list[str], after: int, data: st.DataObject
) -> None:
    conversation = begin(connection)
    shown = []
    waiting = False
    outgoing = []
    for state in wanted:
        if data.draw(st.booleans()):  # what the family itself wrote is seen unless something waits before it
            _, seq = messages.append(connection, conversation.id, "family", "family.text", {}, None)
            shown += [] if waiting else [seq]
        seq = say(connection, conversation)
        outgoing.append(state)
        waiting = waiting or state == "ready"
        shown += [seq] if state in ("leased", "sent", "held") and not waiting else []
    set_states(connection, conversation, outgoing)
    seen = [message["seq"] for message in messages.visible(connection, conversation.id, after)]
    assert seen == [seq for seq in shown if seq > after]


def test_messages_are_numbered_without_holes_per_conversation(connection: sa.Connection) -> None:
    one, two = begin(connection), begin(connection)
    assert [say(connection, to) for to in (one, two, one, one, two)] == [1, 1, 2, 3, 2]


async def test_messages_that_come_at_the_same_moment_get_different_numbers(stores: list[Store]) -> None:
    conversation = await stores[0].write(begin)
    told = await asyncio.gather(*(stores[n % 2].write(lambda c: say(c, conversation)) for n in range(20)))
    assert sorted(told) == list(range(1, 21))


def test_forgetting_one_family_leaves_the_other_and_the_numbers_go_on(connection: sa.Connection) -> None:
    one, two = begin(connection), begin(connection)
    for to in (one, two):
        say(connection, to)
    messages.forget(connection, one.id)
    set_states(connection, two, ["sent"])
    assert messages.visible(connection, one.id, 0) == []
    assert len(messages.visible(connection, two.id, 0)) == 1
    assert say(connection, one) == 2
    assert connection.execute(sa.select(sa.func.count()).select_from(messages_table)).scalar_one() == 2
