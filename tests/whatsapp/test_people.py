"""Who is who: one person has one talk under whatever names Meta gives, and never sees somebody else's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from channels.settings import now
from channels.storage import cases, threads
from channels.storage.tables import metadata
from channels.storage.tables import outbox as outbox_table
from channels.whatsapp import people
from channels.whatsapp.events import Who
from channels.whatsapp.numbers import Number
from channels.whatsapp.people import People
from tests.whatsapp.conftest import PhoneHouse
from tests.whatsapp.memory import OTHER, OURS, empty, words
from tests.whatsapp.payloads import NUMBER
from tests.whatsapp.steps import all_settled, greeted

PEOPLE = People(lambda _c, _t, *, ask: None, lambda _c, _t: None, lambda _text, number, _hinted: number.lang)  # noqa: ARG005
A, B, C = "NL.1000000000000001", "NL.1000000000000002", "NL.1000000000000003"
ONE, TWO, THREE = "31600000001", "31600000002", "31600000003"
PARENT = "NL.ENT.3000000000000001"


@pytest.fixture
def db() -> Iterator[Connection]:
    """An empty database in memory."""
    with empty() as connection:
        yield connection


def writes(connection: Connection, who: Who, number: Number = OURS, moment: datetime | None = None) -> str:
    """Somebody writes under these names; the talk it comes to."""
    at = moment or now()
    talk = PEOPLE.conversation_of(connection, number, who, "hallo", at)
    threads.spoke(connection, talk, at)
    return talk


def renamed(connection: Connection, before: Who, after: Who) -> None:
    """Meta tells of other names."""
    people.renamed(connection, NUMBER, before, after, now())


def open_case(connection: Connection, talk: str) -> None:
    """This family waits for a worker."""
    cases.create(
        connection, talk, "queued", lang="nl", org="voorbeeldstad", urgency=1, reason="asked", topic="", packet={}
    )


# --- names that come one after the other


def test_first_a_telephone_number_then_an_id_with_it_then_the_id_alone_is_one_person(db: Connection) -> None:
    names = (Who(phone=ONE), Who(A, "", ONE), Who(A), Who(A, PARENT), Who("", PARENT), Who("", "", ONE))
    assert len({writes(db, who) for who in names}) == 1


def test_once_there_is_an_id_the_telephone_number_is_kept_no_longer(db: Connection) -> None:
    talk = writes(db, Who(phone=ONE))
    assert _address(db, talk) == ("", ONE)
    writes(db, Who(A, "", ONE))
    assert _address(db, talk) == (A, "")
    writes(db, Who(phone=ONE))
    assert _address(db, talk) == (A, "")


def test_somebody_else_with_a_number_that_was_given_out_again_sees_nothing_of_before(db: Connection) -> None:
    ana = writes(db, Who(A, "", ONE))
    eve = writes(db, Who(B, "", ONE))
    assert eve != ana
    assert writes(db, Who(A)) == ana
    assert writes(db, Who(phone=ONE)) == eve
    assert writes(db, Who(A, "", ONE)) == ana


def test_the_same_person_on_two_of_our_numbers_has_two_talks(db: Connection) -> None:
    assert writes(db, Who(A, "", ONE)) != writes(db, Who(A, "", ONE), OTHER)


# --- another number


SYSTEM = (Who(phone=ONE), Who(B, "", TWO))
UPDATE = (Who(A), Who(B))


@pytest.mark.parametrize("told", [(SYSTEM, UPDATE), (UPDATE, SYSTEM), (UPDATE,), (SYSTEM, UPDATE, SYSTEM, UPDATE)])
@pytest.mark.parametrize("after", [Who(B), Who(B, "", TWO)])
def test_another_number_of_the_same_person_leads_to_the_same_talk(
    db: Connection, told: tuple[tuple[Who, Who], ...], after: Who
) -> None:
    ana = writes(db, Who(A, "", ONE))
    for before, later in told:
        renamed(db, before, later)
    assert writes(db, after) == ana
    assert writes(db, Who(B)) == ana
    assert _address(db, ana) == (B, "")
    assert writes(db, Who(C, "", ONE)) != ana


def test_somebody_without_an_id_keeps_its_talk_with_another_number(db: Connection) -> None:
    ana = writes(db, Who(phone=ONE))
    renamed(db, Who(phone=ONE), Who(phone=TWO))
    assert writes(db, Who(phone=TWO)) == ana
    assert _address(db, ana) == ("", TWO)
    assert writes(db, Who(phone=ONE)) != ana


def test_a_message_under_the_new_names_may_come_before_the_news_of_them(db: Connection) -> None:
    first = writes(db, Who(A, "", ONE))
    second = writes(db, Who(B, "", TWO))
    renamed(db, *SYSTEM)
    renamed(db, *UPDATE)
    assert second != first
    assert writes(db, Who(B, "", TWO)) == writes(db, Who(B)) == first


def test_news_of_a_number_that_somebody_else_has_by_now_leads_to_nobody_elses_talk(db: Connection) -> None:
    ana = writes(db, Who(A, "", ONE))
    eve = writes(db, Who(C, "", ONE))
    renamed(db, *SYSTEM)  # late: this was Ana's number
    renamed(db, *UPDATE)
    assert writes(db, Who(B, "", TWO)) == ana
    assert writes(db, Who(C)) == writes(db, Who(C, "", ONE)) == eve


def test_a_number_that_somebody_else_left_without_a_word_leads_to_nobody_elses_talk(db: Connection) -> None:
    ana = writes(db, Who(A, "", ONE))
    renamed(db, *UPDATE)
    eve = writes(db, Who(C))  # has Ana's old number, and hides it
    renamed(db, Who(phone=ONE), Who("NL.4", "", THREE))
    renamed(db, Who(C), Who("NL.4"))
    assert writes(db, Who("NL.4", "", THREE)) == eve
    assert writes(db, Who(B)) == ana


def test_whoever_takes_over_a_number_does_not_get_the_talk_of_who_had_it(db: Connection) -> None:
    ana, eve = writes(db, Who(A, "", ONE)), writes(db, Who(phone=TWO))
    renamed(db, Who(phone=TWO), Who(phone=ONE))
    assert writes(db, Who(A)) == ana
    assert writes(db, Who(phone=ONE)) == eve


def test_news_of_somebody_whom_we_do_not_know_changes_nothing(db: Connection) -> None:
    ana = writes(db, Who(A, "", ONE))
    renamed(db, Who(B), Who(C))
    assert writes(db, Who(C)) != ana
    assert writes(db, Who(A)) == ana


# --- two talks of one person


@pytest.mark.parametrize("waits", [0, 1])
def test_of_two_talks_of_one_person_the_one_with_an_open_case_goes_on(db: Connection, waits: int) -> None:
    talks = [writes(db, Who(A)), writes(db, Who(phone=ONE))]
    open_case(db, talks[waits])
    assert writes(db, Who(A, "", ONE)) == talks[waits]
    assert {writes(db, who) for who in (Who(A), Who(phone=ONE))} == {talks[waits]}


def test_without_an_open_case_the_talk_of_the_id_goes_on(db: Connection) -> None:
    by_phone, by_id = writes(db, Who(phone=ONE)), writes(db, Who(A))
    assert writes(db, Who(A, "", ONE)) == by_id != by_phone


def test_what_was_held_in_the_other_talk_goes_out_as_well(db: Connection) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=3)
    by_phone, by_id = (writes(db, who, moment=long_ago) for who in (Who(phone=ONE), Who(A)))
    words(db, by_phone, "Morgen om tien uur.", "worker")
    db.execute(outbox_table.update().values(state="held"))
    assert writes(db, Who(A, "", ONE)) == by_id
    assert db.execute(select(outbox_table.c.state)).scalars().all() == ["ready"]
    before = threads.of(db, by_phone)
    assert before
    assert before.window_until > now() + timedelta(hours=23)


def test_a_wish_for_silence_counts_in_both(db: Connection) -> None:
    by_phone, by_id = writes(db, Who(phone=ONE)), writes(db, Who(A))
    assert people.silenced(db, NUMBER, Who(phone=ONE))
    writes(db, Who(A, "", ONE))
    assert all(thread and thread.stopped_at for thread in (threads.of(db, by_id), threads.of(db, by_phone)))


def test_silence_for_somebody_whom_we_do_not_know_is_said_so(db: Connection) -> None:
    writes(db, Who(phone=ONE))
    assert not people.silenced(db, NUMBER, Who(phone=TWO))
    assert not people.silenced(db, OTHER.phone_number_id, Who(phone=ONE))


# --- any sequence of names


class Life:
    """Several people as they really are, and what we were told of each."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.count = 0
        self.people: list[dict[str, Any]] = []
        self.free: list[str] = []
        self.talks: dict[str, int] = {}

    def new(self, kind: str) -> str:
        """A name that nobody has."""
        self.count += 1
        return f"3160000{self.count:04d}" if kind == "phone" else f"NL.{'ENT.' * (kind == 'parent')}{self.count:016d}"

    def born(self, modern: bool) -> None:
        """Somebody new: with a number that was given back, if there is one, when Meta tells of an id at once."""
        phone = self.free.pop() if modern and self.free else self.new("phone")
        names = {"bsuid": self.new("bsuid"), "phone": phone, "parent": self.new("parent")}
        self.people.append({**names, "modern": modern, "told": {}})

    def writes(self, person: dict[str, Any], shows: int) -> None:
        """A message; `shows` chooses which of the names stand in it."""
        person["modern"] = person["modern"] or shows == 7
        kinds = ["bsuid"] * person["modern"] + ["phone"] * (shows & 2 > 0 or not person["modern"])
        kinds += ["parent"] * (person["modern"] and shows & 4 > 0)
        names = {kind: person[kind] for kind in kinds}
        before = {name for name in names.values() if name in person["told"]}
        talk = writes(self.connection, Who(**names))
        mine = self.people.index(person)
        assert self.talks.setdefault(talk, mine) == mine, "somebody sees the talk of somebody else"
        assert not before or talk in {person["told"][name] for name in before}, "a talk was lost"
        joined = {person["told"][name] for name in before} | {talk}
        person["told"] = {name: talk if of in joined else of for name, of in person["told"].items()}
        person["told"] |= dict.fromkeys(names.values(), talk)

    def moves(self, person: dict[str, Any], order: int) -> None:
        """Another number, and so another id; Meta tells it in one of several ways."""
        old = {kind: person[kind] for kind in ("bsuid", "phone", "parent")}
        self.free.append(old["phone"])
        person |= {kind: self.new(kind) for kind in old}
        told = person["told"]
        by_id, by_phone = told.get(old["bsuid"]) or told.get(old["parent"]), told.get(old["phone"])
        system = (Who(phone=old["phone"]), Who("", "", person["phone"]))
        update = (Who(old["bsuid"], old["parent"]), Who(person["bsuid"], person["parent"]))
        ways = ((system, update), (update, system), (update,)) if person["modern"] else ((system,),)
        for before, after in ways[order % len(ways)]:
            renamed(self.connection, before, after)
        told.clear()
        if by_id:
            told |= dict.fromkeys((person["bsuid"], person["parent"]), by_id)
        elif by_phone and not person["modern"]:
            told[person["phone"]] = by_phone


_DEEDS = st.tuples(st.sampled_from(["born", "writes", "writes", "moves"]), st.integers(0, 3), st.integers(0, 7))


@settings(deadline=None)
@given(st.lists(_DEEDS, min_size=15, max_size=35))
def test_no_sequence_of_names_shows_a_talk_to_somebody_else_or_loses_one(deeds: list[tuple[str, int, int]]) -> None:
    with empty() as connection:
        life = Life(connection)
        life.born(False)
        for deed, which, how in deeds:
            if deed == "born":
                life.born(how > 0)
            else:
                getattr(life, deed)(life.people[-1 - which % len(life.people)], how)


# --- what is kept


@pytest.mark.slow
async def test_a_telephone_number_stands_nowhere_when_there_is_an_id(phone_house: PhoneHouse) -> None:
    ana = await greeted(phone_house, phone="31612345678")
    await ana.changes_number("31687654321")
    await ana.says("nog iets")
    await ana.receives()
    await all_settled(phone_house)
    await phone_house.settled(metadata.tables["webhooks"], lambda rows: all(row["state"] == "done" for row in rows))
    for table in metadata.sorted_tables:
        told = str(phone_house.rows(table))
        assert "31612345678" not in told, table.name
        assert "31687654321" not in told, table.name


def _address(connection: Connection, talk: str) -> tuple[str, str]:
    thread = threads.of(connection, talk)
    assert thread
    return thread.bsuid, thread.phone
