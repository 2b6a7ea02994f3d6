"""What WhatsApp keeps, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, func, select

from channels.settings import now
from channels.storage import conversations, doors, inbox, number_states, sendings, threads, webhooks
from channels.storage.tables import outbox as outbox_table
from channels.storage.whatsapp_tables import identities, parked
from channels.storage.whatsapp_tables import sendings as sendings_table
from channels.storage.whatsapp_tables import webhooks as webhooks_table
from tests.whatsapp.memory import family, started, underway, words
from tests.whatsapp.payloads import NUMBER

DAY = timedelta(days=1)


def rows(connection: Connection) -> list[str]:
    """The states in the outbox, in order."""
    return list(connection.execute(select(outbox_table.c.state).order_by(outbox_table.c.id)).scalars())


def states(connection: Connection) -> list[str]:
    """The states of all messages, in order."""
    return list(connection.execute(select(sendings_table.c.state).order_by(sendings_table.c.id)).scalars())


# --- webhooks


def test_a_webhook_is_kept_once_read_in_order_and_blank_when_it_is_understood(connection: Connection) -> None:
    first, second = webhooks.store(connection, b"\x00one"), webhooks.store(connection, b"two")
    assert first
    assert second
    assert webhooks.store(connection, b"\x00one") is None
    assert webhooks.new(connection, 10) == [(first, b"\x00one"), (second, b"two")]
    assert webhooks.read_until(connection) <= now()
    webhooks.done(connection, [first])
    webhooks.strange(connection, second, "unknown", "x" * 600)
    assert webhooks.new(connection, 10) == []
    assert list(webhooks.counts(connection).values()) == [1]
    assert connection.execute(select(webhooks_table.c.body).order_by(webhooks_table.c.id)).scalars().all() == [
        b"",
        b"two",
    ]
    assert webhooks.store(connection, b"\x00one") is None


def test_what_was_not_understood_can_be_read_again_and_goes_after_two_weeks(connection: Connection) -> None:
    numbers = [webhooks.store(connection, bytes([letter])) or 0 for letter in b"abc"]
    webhooks.strange(connection, numbers[0], "failed", "KeyError")
    webhooks.done(connection, numbers[1:2])
    assert webhooks.read_again(connection) == 1
    assert [number for number, _ in webhooks.new(connection, 10)] == [numbers[0], numbers[2]]
    webhooks.strange(connection, numbers[0], "failed", "KeyError")
    webhooks.forget_old(connection, now() + 13 * DAY)
    assert connection.execute(select(func.count()).select_from(webhooks_table)).scalar() == 3
    webhooks.forget_old(connection, now() + 15 * DAY)
    assert connection.execute(select(webhooks_table.c.id)).scalars().all() == [numbers[2]]


# --- families


def test_the_window_only_ever_moves_on_and_lets_out_what_was_held(connection: Connection) -> None:
    talk, moment = family(connection), datetime(2026, 11, 30, 9, tzinfo=UTC)
    threads.note(connection, talk, window_until=moment, template_at=moment)
    words(connection, talk)
    connection.execute(outbox_table.update().values(state="held", not_before=moment))
    threads.spoke(connection, talk, moment)
    threads.spoke(connection, talk, moment - timedelta(hours=2))
    thread = threads.of(connection, talk)
    assert thread
    assert (thread.window_until, thread.template_at) == (moment + DAY, None)
    assert rows(connection) == ["ready"]
    assert connection.execute(select(outbox_table.c.not_before)).scalar_one() > now() - timedelta(minutes=1)


def test_that_the_window_was_closed_counts_unless_the_family_wrote_afterwards(connection: Connection) -> None:
    talk, moment = family(connection), now()
    threads.close(connection, talk, moment - DAY)
    assert (thread := threads.of(connection, talk))
    assert thread.window_until > moment + DAY - timedelta(minutes=1)
    threads.close(connection, talk, moment + timedelta(minutes=1))
    assert (thread := threads.of(connection, talk))
    assert thread.window_until == moment + timedelta(minutes=1)


def test_names_are_kept_as_hashes_end_and_move_with_a_talk(connection: Connection) -> None:
    one, two = family(connection, "a"), family(connection, "b")
    names = {"bsuid": "NL.7", "parent": "", "phone": "31600000007"}
    threads.learn(connection, one, NUMBER, names, now())
    assert threads.known(connection, NUMBER, names) == {"bsuid": one, "phone": one}
    assert threads.known(connection, "another", names) == {}
    assert not any("31600000007" in str(tuple(row)) for row in connection.execute(identities.select()))
    threads.end(connection, two, NUMBER, names, now())
    assert threads.known(connection, NUMBER, names) == {"bsuid": one, "phone": one}
    threads.end(connection, one, NUMBER, {"phone": "31600000007"}, now())
    assert threads.known(connection, NUMBER, names) == {"bsuid": one}
    threads.learn(connection, two, NUMBER, {"phone": "31600000007"}, now())
    threads.join(connection, two, one, None)
    assert threads.known(connection, NUMBER, names) == {"bsuid": one, "phone": one}


def test_how_a_family_can_be_reached_says_whether_it_is_on_the_page(connection: Connection) -> None:
    talk = family(connection)
    assert (reach := threads.reach(connection, talk))
    assert (reach.stopped, reach.notify, reach.page) == (False, None, False)
    threads.note(connection, talk, notify=1, stopped_at=now())
    assert conversations.move(connection, talk, "webchat")
    assert threads.on_page(connection) == [talk]
    assert (reach := threads.reach(connection, talk))
    assert (reach.stopped, reach.notify, reach.page) == (True, True, True)
    assert threads.reach(connection, "nobody") is None


def test_what_is_forgotten_leaves_the_names_and_what_is_parted_leaves_nothing(connection: Connection) -> None:
    talk = family(connection)
    threads.note(connection, talk, numbered=["person"], told=["notify"], notify=1)
    threads.forget(connection, talk)
    assert (thread := threads.of(connection, talk))
    assert (thread.numbered, thread.told, thread.notify) == ([], [], None)
    assert thread.bsuid
    threads.part(connection, talk)
    assert connection.execute(identities.select()).all() == []
    assert (thread := threads.of(connection, talk))
    assert (thread.bsuid, thread.phone) == ("", "")


# --- messages


def test_nothing_passes_the_oldest_message_and_only_one_process_takes_it(connection: Connection) -> None:
    talk = family(connection)
    for text in ("Een", "Twee"):
        words(connection, talk, text)
        sendings.make(connection, talk, NUMBER, sendings.rows(connection, talk), {"type": "text"})
    first = sendings.first(connection, talk)
    assert first
    assert sendings.start(connection, first)
    assert not sendings.start(connection, first)
    assert rows(connection) == ["leased", "leased"]
    assert (again := sendings.first(connection, talk))
    assert (again.id, again.state, again.attempts) == (first.id, "trying", 1)
    assert sendings.accepted(connection, first.id, "wamid.1")
    assert not sendings.accepted(connection, first.id, "wamid.1")
    assert rows(connection) == ["sent", "leased"]
    assert started(connection, talk).id > first.id


def test_what_is_due_is_what_waits_longest_and_is_whole(connection: Connection) -> None:
    talks = [family(connection, name) for name in "abcd"]
    for talk in reversed(talks):
        words(connection, talk)
    sendings.make(connection, talks[0], NUMBER, sendings.rows(connection, talks[0]), {"type": "text"})
    sending = started(connection, talks[0])
    assert sendings.due(connection) == [talks[3], talks[2], talks[1]]
    sendings.again(connection, sending.id, now(), 131000)
    assert sendings.due(connection, busy={talks[2]}) == [talks[0], talks[3], talks[1]]
    assert sendings.due(connection, limit=1) == [talks[0]]
    inbox.store(connection, "whatsapp", talks[3], "key", "{}")
    assert sendings.due(connection) == [talks[0], talks[2], talks[1]]
    assert not sendings.complete(connection, talks[3], sendings.rows(connection, talks[3]))
    words(connection, talks[3], key="crisis.menu")
    assert talks[3] in sendings.due(connection)
    assert sendings.complete(connection, talks[3], sendings.rows(connection, talks[3]))


@pytest.mark.parametrize("becomes", ["dead", "held", "suppressed", "ready"])
def test_what_is_given_up_takes_along_its_other_parts_and_its_words_go(connection: Connection, becomes: str) -> None:
    talk = family(connection)
    sending = underway(connection, talk)
    sendings.make(connection, talk, NUMBER, sendings.brought(connection, sending), {"type": "text"})
    other = family(connection, "b")
    words(connection, other)
    sendings.make(connection, other, NUMBER, sendings.rows(connection, other), {"type": "text"})
    sendings.give_up(connection, sending, becomes, 131026)
    ended = "suppressed" if becomes == "suppressed" else "dead"
    assert states(connection) == [ended, ended, "ready"]
    assert rows(connection) == [becomes, "leased"]
    payloads = connection.execute(select(sendings_table.c.payload).order_by(sendings_table.c.id)).scalars().all()
    assert payloads == [{}, {}, {"type": "text"}]


def test_what_stays_unclear_goes_out_again_but_not_before_all_news_is_read(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    underway(connection, family(connection))
    assert sendings.unclear(connection) == 0
    webhooks.store(connection, b"perhaps a status")
    monkeypatch.setattr(sendings, "now", lambda: datetime.now(UTC) + timedelta(minutes=1))
    monkeypatch.setattr(webhooks, "now", lambda: datetime.now(UTC) + timedelta(minutes=1))
    assert sendings.unclear(connection) == 0
    webhooks.done(connection, [number for number, _ in webhooks.new(connection, 10)])
    assert sendings.doubt_anew(connection) == 1
    assert sendings.unclear(connection) == 0
    monkeypatch.setattr(webhooks, "now", lambda: datetime.now(UTC) + timedelta(minutes=2))
    assert sendings.unclear(connection) == 1
    assert states(connection) == ["ready"]


def test_the_rows_of_a_message_that_were_deleted_are_missed(connection: Connection) -> None:
    sending = underway(connection, family(connection))
    assert [row.id for row in sendings.brought(connection, sending)] == list(sending.outbox)
    connection.execute(outbox_table.delete())
    assert sendings.brought(connection, sending) == []


def test_a_parked_status_is_kept_once_per_kind_and_goes_when_it_counts(connection: Connection) -> None:
    for status in ("read", "read", "delivered", "a very long kind of status"):
        sendings.park(connection, "wamid.1", status, 0)
    assert connection.execute(select(func.count()).select_from(parked)).scalar() == 3
    assert not sendings.is_known(connection, "wamid.1")
    sendings.accepted(connection, underway(connection, family(connection)).id, "wamid.1")
    assert states(connection) == ["read"]
    assert sendings.is_known(connection, "wamid.1")
    assert connection.execute(parked.select()).all() == []


def test_silence_leaves_what_is_in_hand_to_the_next_look(connection: Connection) -> None:
    talk = family(connection)
    underway(connection, talk)
    words(connection, talk)
    sendings.silence(connection, talk)
    assert (states(connection), rows(connection)) == (["trying"], ["leased", "suppressed"])


def test_another_form_of_a_message_is_due_at_once(connection: Connection) -> None:
    talk = family(connection)
    sending = underway(connection, talk)
    sendings.replace(connection, sending.id, {"type": "text", "text": {"body": "Anders"}}, 100)
    assert (again := sendings.get(connection, sending.id))
    assert (again.state, again.payload["text"]["body"], again.attempts) == ("ready", "Anders", 1)


# --- our numbers


def test_a_number_is_stopped_once_and_resumed(connection: Connection) -> None:
    assert number_states.stop(connection, NUMBER, "190 " + "x" * 200)
    assert not number_states.stop(connection, NUMBER, "131042")
    assert number_states.stopped(connection) == number_states.resting(connection) == [NUMBER]
    number_states.resume(connection, NUMBER)
    number_states.resume(connection, "another")
    assert number_states.stopped(connection) == []
    assert number_states.of(connection, NUMBER).reason == ""


def test_messages_are_counted_per_month_on_the_dutch_clock(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    # half past eleven in the evening in London is the next month in Amsterdam
    for hour, minute, counted in (
        (22, 30, ("2026-11", 1, 0)),
        (22, 59, ("2026-11", 2, 80)),
        (23, 30, ("2026-12", 1, 0)),
    ):
        moment = datetime(2026, 11, 30, hour, minute, tzinfo=UTC)
        monkeypatch.setattr(number_states, "now", lambda moment=moment: moment)
        state = number_states.count(connection, NUMBER)
        assert (state.month, state.sent, state.warned) == counted
        number_states.warned(connection, NUMBER, 80)
        assert number_states.of(connection, NUMBER).warned == 80


# --- doors


def test_a_door_opens_once_and_not_for_long(connection: Connection) -> None:
    talk, moment = family(connection), now()
    old, token = doors.make(connection, talk, moment), doors.make(connection, talk, moment)
    assert doors.enter(connection, old, moment) is None
    assert doors.enter(connection, token, moment + timedelta(minutes=16)) is None
    assert (came := doors.enter(connection, token, moment))
    assert came[0] == talk
    assert doors.enter(connection, token, moment) is None
    assert doors.inside(connection, doors.hashed(came[1]), moment) == talk
    assert doors.inside(connection, doors.hashed(came[1]), moment + DAY) is None
    doors.close(connection, talk)
    assert doors.inside(connection, doors.hashed(came[1]), moment) is None
