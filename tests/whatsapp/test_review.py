"""What goes wrong only where two things meet: two processes, two talks, two channels, two moments."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, select, update

from channels.settings import now
from channels.storage import forgetting, inbox, sendings, threads, webhooks
from channels.storage.store import make_engine
from channels.storage.tables import conversations as conversations_table
from channels.storage.tables import inbox as inbox_table
from channels.storage.tables import messages as messages_table
from channels.storage.tables import metadata
from channels.storage.whatsapp_tables import sendings as sendings_table
from channels.storage.whatsapp_tables import threads as threads_table
from channels.whatsapp import changes, channel, people
from channels.whatsapp.composing import Composer
from channels.whatsapp.events import Who
from channels.whatsapp.graph import Graph
from channels.whatsapp.next_sending import Chooser
from tests.whatsapp.conftest import PhoneHouse
from tests.whatsapp.memory import OURS, empty, family, underway, words
from tests.whatsapp.payloads import NUMBER
from tests.whatsapp.steps import greeted, heard, in_the_queue
from tests.whatsapp.test_people import ONE, TWO, A, B, open_case, renamed, writes

SPEECH: Any = SimpleNamespace(line=lambda key, **_told: key)
NOTHING: Any = None
CHOOSER = Chooser({NUMBER: OURS}, Composer(SPEECH, (), NOTHING, NOTHING), NOTHING, NOTHING)


@pytest.fixture
def db() -> Iterator[Connection]:
    """An empty database in memory."""
    with empty() as connection:
        yield connection


# --- who is who


def test_news_of_another_number_beside_an_id_does_not_take_the_id_away(db: Connection) -> None:
    ana = writes(db, Who(A, "", ONE))
    renamed(db, Who(A, "", ONE), Who("", "", TWO))
    assert writes(db, Who(A)) == ana
    renamed(db, Who(A), Who(B))
    assert writes(db, Who(B, "", TWO)) == ana


def test_of_two_talks_of_one_person_the_other_is_answered_where_the_person_is_now(db: Connection) -> None:
    old, new = writes(db, Who(A, "", ONE)), writes(db, Who(B, "", TWO))
    open_case(db, new)
    renamed(db, Who(A), Who(B))
    assert [_address(db, talk) for talk in (old, new)] == [(B, "")] * 2


def test_a_wish_for_silence_said_after_two_talks_were_joined_counts_in_both(db: Connection) -> None:
    talks = [writes(db, Who(A)), writes(db, Who(phone=ONE))]
    stays = writes(db, Who(A, "", ONE))
    assert people.silenced(db, NUMBER, Who(A))
    assert stays in talks
    assert all(thread and thread.stopped_at for thread in (threads.of(db, talk) for talk in talks))


async def test_whoever_only_opens_the_chat_is_welcomed(phone_house: PhoneHouse) -> None:
    ana = phone_house.person()
    await ana.sends("request_welcome")
    await ana.receives()
    assert [row["key"] for row in phone_house.rows(messages_table)] == ["whatsapp.welcome"]
    await ana.sends("request_welcome")
    await ana.says("hallo")
    await ana.receives()
    assert len(phone_house.graph.sent) == 2


# --- silence


@pytest.mark.slow
async def test_words_of_danger_after_stop_let_a_worker_answer(phone_house: PhoneHouse) -> None:
    ana = phone_house.person()
    case = await in_the_queue(phone_house, ana)
    await ana.says("stop")
    await phone_house.settled(threads_table, lambda rows: rows[0]["stopped_at"] is not None)
    await ana.says("help hij slaat mij")
    await phone_house.settled(threads_table, lambda rows: rows[0]["stopped_at"] is None)
    await phone_house.worker_writes(case, "Dag, ik ben Wil.")
    await ana.until(lambda screen: "Wil" in screen[-1].text)


# --- answers


@pytest.mark.slow
async def test_a_short_message_later_may_be_agreed_to_by_typing_what_stands_on_the_button(
    phone_house: PhoneHouse,
) -> None:
    ana = phone_house.person()
    await in_the_queue(phone_house, ana)
    seen = len(ana.screen)
    await ana.says("Ja, dat mag")
    await ana.until(lambda screen: len(screen) == seen + 1)
    assert [row["notify"] for row in phone_house.rows(threads_table)] == [1]


# --- what is kept


def test_words_that_are_changed_after_everything_was_deleted_do_not_come_back_under_the_old_ones(
    db: Connection,
) -> None:
    talk = family(db)
    inbox.store(db, "whatsapp", talk, "whatsapp:1", '{"text": "geheim"}')
    inbox.forget(db, talk)
    changes.edited(db, "whatsapp:1", "ander geheim")
    assert db.execute(select(inbox_table.c.body)).scalars().all() == [""]


def test_what_went_out_is_forgotten_after_a_month_and_with_the_talk(db: Connection) -> None:
    for name in "ab":
        sending = underway(db, family(db, name))
        assert sendings.accepted(db, sending.id, f"wamid.{name}")
    waits = underway(db, family(db, "c"))
    sendings.forget_old(db, now() + timedelta(days=29))
    assert len(db.execute(select(sendings_table)).all()) == 3
    forgetting.talk(db, sending.conversation)
    assert "wamid.b" not in db.execute(select(sendings_table.c.wamid)).scalars().all()
    sendings.forget_old(db, now() + timedelta(days=31))
    assert db.execute(select(sendings_table.c.id)).scalars().all() == [waits.id]


async def test_the_id_that_meta_gave_a_message_stands_in_no_talk_for_a_number_may_be_read_from_it(
    phone_house: PhoneHouse,
) -> None:
    ana = phone_house.person()
    wamid = await ana.says("hallo")
    await ana.receives()
    assert wamid not in str(phone_house.rows(messages_table))
    assert wamid not in str(phone_house.rows(inbox_table))


# --- order and pace


def test_what_cannot_go_out_now_leaves_room_for_others(db: Connection) -> None:
    for name in "abc":
        talk = family(db, name)
        underway(db, talk)
        words(db, talk)
    nowhere = family(db, "d")
    threads.part(db, nowhere)
    words(db, nowhere)
    waits = family(db, "e")
    words(db, waits)
    assert sendings.due(db) == [waits]


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An empty database that several connections share: SQLite, then PostgreSQL."""
    engine = make_engine(database_url)
    metadata.create_all(engine)
    yield engine
    engine.dispose()


def test_two_processes_that_look_at_one_talk_at_the_same_moment_write_one_message(engine: Engine) -> None:
    with engine.begin() as connection:
        talk = family(connection)
        words(connection, talk)

    def chosen() -> bool:
        with engine.begin() as connection:
            return CHOOSER.next(connection, talk) is not None

    with ThreadPoolExecutor(1) as other:
        with engine.begin() as connection:
            assert CHOOSER.next(connection, talk)
            if connection.dialect.name == "sqlite":
                return  # there the second process waits before it looks at all
            second = other.submit(chosen)
            with pytest.raises(TimeoutError):
                second.result(timeout=0.2)
        assert not second.result(timeout=20)
    with engine.begin() as connection:
        assert len(connection.execute(select(sendings_table)).all()) == 1


def test_two_processes_that_read_at_the_same_moment_read_one_after_the_other(engine: Engine) -> None:
    with engine.begin() as connection:
        webhooks.store(connection, b"one")

    def read() -> list[tuple[int, bytes]]:
        with engine.begin() as connection:
            return webhooks.new(connection, 1)

    with ThreadPoolExecutor(1) as other:
        with engine.begin() as connection:
            ((number, _),) = webhooks.new(connection, 1)
            if connection.dialect.name == "sqlite":
                return
            second = other.submit(read)
            with pytest.raises(TimeoutError):
                second.result(timeout=0.2)
            webhooks.done(connection, [number])
        assert second.result(timeout=20) == []


# --- the page


@pytest.mark.slow
async def test_whoever_leaves_the_page_just_before_the_answer_gets_a_new_link_to_it(
    phone_house: PhoneHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel, "_AWAY", timedelta(0))
    monkeypatch.setattr(channel, "_TIDY_EVERY", 0.05)
    ana = await greeted(phone_house)
    (talk,) = phone_house.rows(threads_table)
    phone_house.change(update(messages_table).values(created_at=now() - timedelta(seconds=20)))
    phone_house.change(update(conversations_table).values(channel="webchat"))
    await ana.until(lambda screen: len(screen) == 2 and screen[-1].link is not None, seconds=60)
    assert talk["stopped_at"] is None


# --- what changed meanwhile


@pytest.mark.slow
async def test_that_the_window_is_closed_is_not_believed_of_a_message_older_than_what_the_family_wrote_since(
    phone_house: PhoneHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = phone_house.person()
    case = await in_the_queue(phone_house, ana)
    phone_house.graph.trouble("131047")
    send = Graph.send

    async def slowly(*given: Any) -> Any:
        monkeypatch.setattr(Graph, "send", send)
        try:
            return await send(*given)
        finally:
            await ana.says("bent u daar?")
            await heard(phone_house)
            # Meta tells of whole seconds only
            phone_house.change(update(threads_table).values(window_until=now() + timedelta(hours=24)))

    monkeypatch.setattr(Graph, "send", slowly)
    await phone_house.worker_writes(case, "Morgen om tien uur.")
    await ana.until(lambda screen: "tien uur" in screen[-1].text)


def test_what_is_taken_back_before_it_came_is_never_read(db: Connection) -> None:
    changes.revoked(db, "whatsapp:1")
    changes.revoked(db, "whatsapp:1")
    assert inbox.has(db, "whatsapp:1")
    assert inbox.unheard(db) == []


def _address(connection: Connection, talk: str) -> tuple[str, str]:
    thread = threads.of(connection, talk)
    assert thread
    return thread.bsuid, thread.phone
