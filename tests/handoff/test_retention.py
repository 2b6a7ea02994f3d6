"""What is kept goes in time: whatever a family and its workers did, nothing of it is found afterwards in any table."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import hypothesis
import pytest
import sqlalchemy as sa
from hypothesis import strategies as st

from channels.desk import cards
from channels.handoff import clockwork, danger, family, machine, retention, working
from channels.handoff.machine import NotNow
from channels.handoff.organisations import DeskOrganisation
from channels.settings import at
from channels.storage import audit, cases, conversations, inbox, messages, sendings, threads
from channels.storage.cases import Case
from channels.storage.tables import inbox as inbox_table
from channels.storage.tables import metadata
from tests.handoff.conftest import MONDAY
from tests.handoff.office import ORGANISATIONS, WEEK, Bench, bench

KEEP = 90
FREE = (hypothesis.HealthCheck.function_scoped_fixture, hypothesis.HealthCheck.too_slow)
WRITTEN = {  # how somebody may write a word that must go
    "line": lambda made, word: (made.taps("handoff.add"), made.types(word)),
    "telephone": lambda made, word: (made.taps("handoff.reach.call"), made.types(f"06 12345678 {word}")),
    "wait": lambda made, word: made.types(word),
    "danger": lambda made, word: made.types(word, heard=family.overheard),
    "worker": lambda made, word: made.works(working.write, text=word, phrases=[made.meant(word)]),
    "family": lambda made, word: made.types(word),
    "note": lambda made, word: working.note(made.bench.connection, made.bench.case(), made.bench.staff["Wil"], word),
}
ENDS: dict[str, tuple[str, Callable[[Any, str], Any]]] = {  # how a case ends → how far it must have come
    "closed": ("active", lambda made, word: made.closes(word)),
    "blocked": ("active", lambda made, _: made.works(working.block)),
    "cancelled": ("", lambda made, _: made.taps("handoff.back")),
    "withdrawn": ("", lambda made, _: made.taps("handoff.stop_yes")),
    "refused": ("consent", lambda made, _: made.taps("handoff.no")),
}


@dataclass
class Home:
    """One family and its workers, in a database that is looked through."""

    bench: Bench
    words: list[str] = field(default_factory=list)  # of the case
    chat: list[str] = field(default_factory=list)  # said to the computer
    sent: int = 0

    @contextmanager
    def now(self) -> Iterator[None]:
        with at(self.bench.clock[0]):
            yield

    def later(self, **much: int) -> None:
        self.bench.later(**much)

    def word(self, kind: str = "zaak") -> str:
        found = self.words if kind == "zaak" else self.chat
        found.append(f"{kind}{self.bench.talk[:6]}x{len(found)}x")
        return found[-1]

    def types(self, text: str, choice: str = "", heard: Callable[..., Any] | None = None) -> None:
        """As the gateway does: raw, then as a message, then whatever follows."""
        made, talk = self.bench, self.bench.talk
        with self.now():
            self.sent += 1
            raw = json.dumps({"text": text, "choice": choice})
            number = inbox.store(made.connection, "webchat", talk, f"{talk}:{self.sent}", raw)
            assert number
            body = {"author": "family", "key": "family.text", "text": text, "lang": "nl", "dir": "ltr"}
            body |= {"facts": {"choice": choice} if choice else {}}
            messages.append(made.connection, talk, "family", "family.text", body, number)
            if heard:
                made.here.say({"say": "crisis.person_alerted"})
                heard(made.here, text)
            elif not family.handled(made.here, text, choice):
                made.here.say({"say": "person.stored", "with": {"code": text}})  # whatever the computer answers
            inbox.mark(made.connection, number, "done")
        self.later(seconds=20)

    def taps(self, choice: str) -> None:
        self.types("", choice)

    def works(self, do: Any, **more: Any) -> None:
        with self.now():
            self.bench.acts(do, **more)
        self.later(seconds=20)

    def meant(self, word: str) -> dict[str, Any]:
        return {"say": "phrase.understand.is_this_right", "with": {"what": f"{word}b"}}

    def closes(self, word: str) -> None:
        self.works(working.close, outcome="information", next_step=[self.meant(word)], words=word)
        with self.now():
            self.later(hours=73)
        self.runs()

    def runs(self) -> None:
        with self.now():
            clockwork.run(self.bench.connection, self.bench.office)

    def asks(self) -> None:
        with self.now():
            self.bench.asks()
        self.later(seconds=20)

    def sweeps(self) -> int:
        """Everything that is old enough goes, in as many looks as it takes."""
        gone = 0
        with self.now():
            while more := retention.sweep(self.bench.connection, self.bench.office):
                gone += more
        return gone

    def everything(self) -> str:
        """What stands in all tables."""
        rows = [
            [table.name, *map(str, row)]
            for table in metadata.sorted_tables
            for row in self.bench.connection.execute(sa.select(table).order_by(*table.primary_key.columns))
        ]
        return "\n".join(" | ".join(row) for row in rows)

    def found(self, words: list[str]) -> list[str]:
        text = self.everything()
        return [word for word in words if word in text]


def lives(made: Home, writes: list[str], end: str) -> Case:
    """A family asks for a person, everybody writes what they can, and it ends. The case."""
    far, finish = ENDS[end]
    made.types(made.word("praat"))
    made.asks()
    for kind in writes:
        if kind in ("line", "telephone"):
            WRITTEN[kind](made, made.word())
    if far != "consent":
        made.taps("handoff.yes")
        for kind in writes:
            if kind in ("wait", "danger", "note"):
                WRITTEN[kind](made, made.word())
    if far == "active":
        made.works(working.take)
        for kind in writes:
            if kind in ("worker", "family", "note", "danger"):
                WRITTEN[kind](made, made.word())
    finish(made, made.word() if end == "closed" else "")
    case = next(case for case in made.bench.cases() if case.state in machine.FINAL)
    made.types(made.word("praat"))
    return case


def open_beside(made: Home) -> tuple[Home, str]:
    """Another family in the same database whose case stays open; and everything that is known of it."""
    other = Home(replace(made.bench, talk=conversations.create(made.bench.connection, "webchat", "h2", "nl", True, {})))
    other.asks()
    for kind in ("line", "telephone"):
        WRITTEN[kind](other, other.word())
    other.taps("handoff.yes")
    WRITTEN["wait"](other, other.word())
    return other, about(other)


def about(home: Home) -> str:
    card = cards.card(home.bench.connection, home.bench.office, home.bench.case(), 0, content=True)
    return json.dumps([card, messages.since(home.bench.connection, home.bench.talk, MONDAY, 0)], default=str)


def fresh(connection: sa.Connection | None = None) -> Home:
    with at(MONDAY):
        return Home(bench(MONDAY, connection=connection))


@contextmanager
def home(connection: sa.Connection) -> Iterator[Home]:
    """A family whose traces are gone from the database afterwards."""
    undo = connection.begin_nested()
    try:
        yield fresh(connection)
        assert audit.broken_at(connection) is None
    finally:
        undo.rollback()


@hypothesis.settings(suppress_health_check=FREE, deadline=None)
@hypothesis.given(writes=st.lists(st.sampled_from(sorted(WRITTEN)), max_size=8), end=st.sampled_from(sorted(ENDS)))
@pytest.mark.slow
def test_nothing_of_a_case_is_found_anywhere_after_its_time_and_nothing_goes_before(
    connection: sa.Connection, writes: list[str], end: str
) -> None:
    with home(connection) as made:
        case = lives(made, writes, end)
        other, known = open_beside(made)
        seen = made.found(made.words)
        made.later(days=KEEP - 4)
        made.types(made.word("praat"))  # the talk goes on with the computer
        assert made.sweeps() == 0
        assert made.found(made.words) == seen
        assert made.found(made.chat) == made.chat
        assert about(other) == known
        made.later(days=5)
        assert made.sweeps() == 1
        assert made.found(made.words) == []
        assert made.found(made.chat) == made.chat
        assert about(other) == known
        before = made.everything()
        assert made.sweeps() == 0
        assert made.everything() == before
        after = cases.get(connection, case.id)
        assert after
        assert (after.state, after.org, after.packet, after.topic) == (case.state, case.org, {}, "")
        assert audited(connection, "case.forgotten") == [case.code]


@hypothesis.settings(suppress_health_check=FREE, deadline=None)
@hypothesis.given(writes=st.lists(st.sampled_from(sorted(WRITTEN)), max_size=8), end=st.sampled_from(sorted(ENDS)))
@pytest.mark.slow
def test_a_talk_without_an_open_case_goes_a_month_after_its_last_word(
    connection: sa.Connection, writes: list[str], end: str
) -> None:
    with home(connection) as made:
        connection.execute(
            sa.update(conversations.conversations)
            .where(conversations.conversations.c.id == made.bench.talk)
            .values(entry={"gemeente": "GM0363", "topic": made.word("praat")})
        )
        lives(made, writes, end)
        other, known = open_beside(made)
        made.later(days=29)
        assert made.sweeps() == 0
        assert made.found(made.chat) == made.chat
        made.later(days=2)
        assert made.sweeps() == 1
        assert made.found(made.chat) == []
        assert about(other) == known
        before = made.everything()
        assert made.sweeps() == 0
        assert made.everything() == before
        assert audited(connection, "talk.forgotten") == [made.bench.talk]
        made.later(days=KEEP)
        assert made.sweeps() == 1
        assert made.found(made.words) == []


def audited(connection: sa.Connection, action: str) -> list[str]:
    c = metadata.tables["audit"].c
    return list(connection.execute(sa.select(c.object).where(c.action == action).order_by(c.id)).scalars())


def test_the_consent_and_what_happened_stay_on_record(connection: sa.Connection) -> None:
    with home(connection) as made:
        case = lives(made, ["line"], "closed")
        rows = len(made.bench.audited(case.code))
        made.later(days=KEEP)
        assert made.sweeps() == 2  # the case, and the talk that nobody went on with
        assert len(made.bench.audited(case.code)) == rows
        card = cards.card(connection, made.bench.office, made.bench.case(), 0, content=True)
        assert len(card["consents"]) == 1
        assert card["forgotten"]
        assert (card["lines"], card["notes"], card["messages"], card["outcome"]) == ([], [], [], None)


def test_each_organisation_keeps_as_long_as_it_says(connection: sa.Connection) -> None:
    with home(connection) as made:
        made.bench.organisations = {**ORGANISATIONS, "stad": DeskOrganisation(name="Stad", hours=WEEK, keep_days=3)}
        case = lives(made, ["line"], "blocked")
        made.later(days=2)
        assert made.sweeps() == 0
        made.later(days=2)
        assert made.sweeps() == 1
        assert audited(connection, "case.forgotten") == [case.code]


@pytest.mark.parametrize("days", [0, 3651])
def test_a_time_to_keep_that_cannot_be_is_refused(days: int) -> None:
    with pytest.raises(ValueError, match="keep_days"):
        DeskOrganisation(name="Stad", hours=WEEK, keep_days=days)


def test_what_belongs_to_a_second_organisation_too_stays_as_long_as_that_case_is_open(
    connection: sa.Connection,
) -> None:
    with home(connection) as made:
        with made.now():
            made.bench.brought_to("asked_transfer")
        first = made.word()
        with made.now():
            parent = made.bench.in_state("asked_transfer")
            made.bench.acts(working.write, case=parent, text=first)
        made.taps("handoff.transfer_yes")
        with made.now():
            made.bench.acts(working.take, "Sam")
        second = made.word()
        with made.now():
            made.bench.acts(working.write, "Sam", text=second)
        made.later(hours=73)
        made.runs()
        made.later(days=KEEP)
        assert made.sweeps() == 1
        assert made.found([first, second]) == [first, second]  # said while the second organisation was asked, and after
        with made.now():
            working.close(
                connection, made.bench.office, made.bench.case(), made.bench.staff["Sam"], "information", [], "Dag"
            )
        made.later(hours=73)
        made.runs()
        made.later(days=KEEP)
        assert made.sweeps() == 2
        assert made.found([first, second]) == []


def test_what_is_gone_opens_no_more_and_takes_no_notes(connection: sa.Connection) -> None:
    with home(connection) as made:
        lives(made, ["line"], "closed")
        made.later(days=KEEP - 10)
        made.types("nog een vraag")
        made.later(days=11)
        made.sweeps()
        case = made.bench.case()
        for choice, told in (("reopen", "handoff.gone"), ("stop_sharing", "handoff.nothing_shared")):
            made.taps(f"handoff.{choice}")
            assert made.bench.said()[-1] == told
        assert made.bench.case().state == case.state
        with pytest.raises(NotNow):
            working.note(connection, case, made.bench.staff["Wil"], "nog iets")


def test_what_stood_ready_for_whatsapp_goes_too(connection: sa.Connection) -> None:
    with home(connection) as made:
        talk = made.bench.talk
        with made.now():
            threads.begin(connection, talk, "1000", MONDAY)
            conversations.move(connection, talk, "whatsapp")
        case = lives(made, ["worker"], "blocked")
        with made.now():
            rows = sendings.rows(connection, talk)
            for row in rows:
                sendings.make(connection, talk, "1000", [row], {"text": row.body["text"]})
        made.later(days=KEEP + 1)
        with made.now():
            messages.append(connection, talk, "bot", "input.no_words", {"facts": {}}, None)
        assert made.sweeps() == 1
        assert audited(connection, "case.forgotten") == [case.code]
        assert made.found(made.words) == []
        assert sendings.due(connection)  # what belongs to the talk, and not to the case, still goes out


def test_the_raw_rows_of_a_talk_that_went_stay_known_by_their_keys(connection: sa.Connection) -> None:
    with home(connection) as made:
        lives(made, ["line"], "refused")
        rows = connection.execute(sa.select(inbox_table.c.dedupe_key)).scalars().all()
        made.later(days=31)
        made.sweeps()
        left = connection.execute(sa.select(inbox_table.c.dedupe_key, inbox_table.c.body)).all()
        assert [row.dedupe_key for row in left] == list(rows)
        assert {row.body for row in left} == {""}


def test_it_is_looked_at_once_an_hour_also_when_nothing_else_is_due_and_two_processes_look() -> None:
    made = fresh()
    connection, office = made.bench.connection, made.bench.office
    assert clockwork.is_due(connection, office)
    assert clockwork.run(connection, office) == 0
    assert not clockwork.is_due(connection, office)
    lives(made, [], "refused")
    made.later(days=31)
    assert clockwork.is_due(connection, office)
    with made.now():
        assert clockwork.run(connection, made.bench.office) == 1
        assert clockwork.run(connection, made.bench.office) == 0
    made.later(minutes=59)
    assert not clockwork.is_due(connection, made.bench.office)
    made.later(minutes=2)
    assert clockwork.is_due(connection, made.bench.office)


def test_when_there_is_much_it_goes_on_at_the_next_look_without_waiting_an_hour(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(retention, "_MOST", 2)
    made = fresh()
    for number in range(3):
        with made.now():
            made.bench.talk = conversations.create(made.bench.connection, "webchat", f"t{number}", "nl", True, {})
        made.types("dag")
    made.later(days=31)
    told = []
    with made.now():
        told = [retention.look(made.bench.connection, made.bench.office) for _ in range(3)]
    assert told == [2, 1, 0]


def test_one_case_that_cannot_be_erased_holds_up_neither_the_others_nor_the_timers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = fresh()
    lives(made, [], "blocked")
    monkeypatch.setattr(retention.belonging, "own", lambda *_: 1 / 0)
    made.later(days=KEEP + 1)
    with made.now():
        danger.alarm_person(made.bench.here, "violence")
        due = made.bench.case()
        made.later(days=3)
        assert clockwork.run(made.bench.connection, made.bench.office) >= 1
        assert made.bench.case().version > due.version
