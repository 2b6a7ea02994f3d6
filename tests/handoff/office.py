"""An office without HTTP: a database in memory, two organisations, and a clock that tests turn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.schema import CreateIndex, CreateTable

from actions.dialogue.knowledge import knowledge
from actions.dialogue.talk import Talk
from actions.dialogue.turns import hand_over
from actions.eligibility.situation import Situation
from channels.handoff import clockwork, danger, family, reading, transfers, waiting, working
from channels.handoff.casework import Office
from channels.handoff.here import Here
from channels.handoff.organisations import DeskOrganisation
from channels.handoff.working import Worker
from channels.settings import ROOT
from channels.speech import Speech
from channels.storage import cases, conversations, desk_sessions, workers
from channels.storage import messages as messages_in
from channels.storage.cases import Case
from channels.storage.tables import audit, messages, metadata
from channels.words import Words, load_languages
from tests import ours

# every connection is a database of its own; what SQLAlchemy learns about a statement, it learns once
ENGINE = sa.create_engine("sqlite://", poolclass=sa.NullPool)
WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), ("09:00-17:00",))
ORGANISATIONS = {
    "stad": DeskOrganisation(name="Gemeente Voorbeeldstad", hours=WEEK, languages=("nl", "es")),
    "huis": DeskOrganisation(name="Stichting Hulphuis", hours=WEEK, topics=("debts",), languages=("nl",)),
}
CONTENT = ours.content()
DUTCH = {key: text for key, text, *_ in CONTENT.source_texts()}
# every state and rule is the same in every language: one is enough here, and quick to read
SPEECH = Speech(CONTENT, Words(DUTCH, load_languages(Path(ROOT / "locales")), {}))


PACKET = {"topic": "shelter_access", "urgency": 1, "situation": {"children": True}, "findings": []}
TOLD = {
    "asked_gemeente": "refused_written",
    "refusal_reason": "binding",
    "children": True,
    "place": "netherlands",
    "letter_from": "gemeente",
    "letter_kind": "refusal",
    "letter_date": "2026-11-02",
}


@cache
def all_words() -> Speech:
    """Every language, as families read it."""
    return ours.speech()


@cache
def real_packet() -> dict[str, Any]:
    """What the bot hands over for a family that told this: findings, deadlines and open questions by the real rules."""
    talk = Talk(situation=Situation.from_dict(dict(TOLD)), topic="shelter_access", journey="letter")
    return dict(hand_over(talk, knowledge(), date(2026, 11, 23), "asked")[0]["handoff"])


@cache
def _tables() -> str:
    things = [CreateTable(table) for table in metadata.sorted_tables]
    indexes = [CreateIndex(index) for table in metadata.sorted_tables for index in table.indexes]
    return ";\n".join(str(one.compile(ENGINE)) for one in (*things, *indexes))


@dataclass
class Bench:
    """One family, workers of two organisations, and everything that happens between them."""

    clock: list[datetime]
    connection: sa.Connection
    speech: Speech = SPEECH
    talk: str = ""
    staff: dict[str, Worker] = field(default_factory=dict)
    organisations: dict[str, DeskOrganisation] = field(default_factory=lambda: dict(ORGANISATIONS))

    @property
    def office(self) -> Office:
        return Office(self.organisations, self.speech, self.clock[0].date, lambda: self.clock[0])

    def hears(self, text: str = "", choice: str = "") -> list[str]:
        """The family taps or writes, as the gateway passes it on; the keys of what it is told. [] goes to the bot."""
        before = len(self.said())
        with self.connection.begin_nested():
            body = {"author": "family", "key": "family.text", "text": text, "lang": "nl", "dir": "ltr", "facts": {}}
            body["facts"] = {"choice": choice} if choice else {}
            messages_in.append(self.connection, self.talk, "family", "family.text", body, None)
            if not family.handled(self.here, text, choice) and choice == "person":
                self.asks()
        return self.said()[before:]

    def asks(self, packet: dict[str, Any] | None = None) -> None:
        """The bot hands over, as the gateway does."""
        packet = packet or PACKET
        if not family.ask_for_person(self.here, packet):
            case = danger.keep_for_later(self.here, packet)
            self.here.say({"say": "person.stored", "with": {"code": case.code}})

    def case(self) -> Case:
        """The newest case."""
        return self.cases()[0]

    def acts(self, do: Any, name: str = "Wil", case: Case | None = None, **more: Any) -> Any:
        """A worker does something with a case, the newest one unless told otherwise."""
        return do(self.connection, self.office, case or self.case(), self.staff[name], **more)

    def brought_to(self, state: str) -> Case:
        """A family whose newest case is in this state, reached the way that it is reached in life."""
        return self.brought_on(state)

    def brought_on(self, state: str) -> Case:
        """The same, from where it is now. The case in that state."""
        if not (found := self.in_state(state)):
            before, step = STEPS[state]
            if before:
                self.brought_on(before)
            step(self)
            found = self.in_state(state)
        assert found, state
        return found

    def in_state(self, state: str) -> Case | None:
        return next((case for case in self.cases() if case.state == state), None)

    def passes(self, **much: int) -> list[str]:
        """Time goes by and what is due happens; the keys of what the family is told."""
        before = len(self.said())
        self.later(**much)
        clockwork.run(self.connection, self.office)
        return self.said()[before:]

    @property
    def here(self) -> Here:
        found = conversations.get(self.connection, self.talk)
        assert found
        return Here(self.connection, self.office, found)

    def cases(self) -> list[Case]:
        return cases.all_of(self.connection, self.talk)

    def said(self) -> list[str]:
        """Keys of what the family was told, in order."""
        c = messages.c
        where = (c.conversation == self.talk) & (c.author != "family")
        return list(self.connection.execute(sa.select(c.key).where(where).order_by(c.seq)).scalars())

    def audited(self, code: str) -> list[dict[str, Any]]:
        """Every change of state of a case that is on record."""
        rows = self.connection.execute(sa.select(audit.c.action, audit.c.detail).where(audit.c.object == code))
        return [row.detail for row in rows if "to" in row.detail]

    def later(self, **much: int) -> None:
        self.clock[0] += timedelta(**much)


def bench(at: datetime, lang: str = "nl", speech: Speech = SPEECH, connection: sa.Connection | None = None) -> Bench:
    """A fresh one, on a day and an hour; `connection`: to a database that has our tables already."""
    made = Bench([at], connection or ENGINE.connect(), speech)
    if connection is None:
        made.connection.connection.executescript(_tables())
    made.talk = conversations.create(made.connection, "webchat", "hash", lang, chosen=True, entry={})
    for org, name in (("stad", "Wil"), ("stad", "Noor"), ("huis", "Sam")):
        email = f"{name.lower()}@voorbeeld.example"
        workers.invite(made.connection, email, name, {org: "agent"})
        known = workers.by_email(made.connection, email)
        assert known
        workers.set_state(made.connection, known[0].id, "active")
        desk_sessions.create(made.connection, known[0].id, "test")
        made.staff[name] = Worker(known[0].id, name)
    return made


def _callback(made: Bench) -> None:
    moment = waiting.slots(made.here, made.case())[1]
    made.hears(choice=f"handoff.slot.{round(moment.timestamp())}")


def _asks_about_another(made: Bench) -> None:
    parent = made.in_state("active")
    assert parent
    child = transfers.propose(made.connection, made.office, parent, made.staff["Wil"].actor, "huis", "Wil")
    reading.preview(made.here, child)


# state → the state before it, and what happens then
STEPS: dict[str, tuple[str, Callable[[Bench], Any]]] = {
    "consent": ("", lambda made: made.asks()),
    "queued": ("consent", lambda made: made.hears(choice="handoff.yes")),
    "left": ("queued", lambda made: made.hears(choice="handoff.leave")),
    "callback": ("queued", _callback),
    "active": ("queued", lambda made: made.acts(working.take)),
    "asked_transfer": ("active", _asks_about_another),
    "offered_transfer": ("asked_transfer", lambda made: made.hears(choice="handoff.transfer_yes")),
    "transferred": ("offered_transfer", lambda made: made.acts(working.take, "Sam")),
    "resolved": (
        "active",
        lambda made: made.acts(working.close, outcome="information", next_step=[], words="Bel morgen."),
    ),
    "closed": ("resolved", lambda made: made.passes(hours=73)),
    "cancelled": ("queued", lambda made: made.hears(choice="handoff.back")),
    "withdrawn": ("queued", lambda made: made.hears(choice="handoff.stop_yes")),
    "blocked": ("active", lambda made: made.acts(working.block)),
}
