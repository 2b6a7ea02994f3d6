"""The two machines under every order of events: what must hold at each moment (I1 to I8)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import hypothesis
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from channels.desk import cards
from channels.handoff import clockwork, danger, family, machine, reading, transfers, waiting, working
from channels.handoff.casework import Stale
from channels.handoff.machine import NotNow, State
from channels.handoff.working import Worker
from channels.storage import audit, consents, conversations, timers
from channels.storage.cases import Case
from tests.handoff.office import Bench, bench

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
PACKET = {"topic": "shelter_access", "urgency": 1, "situation": {"children": True}, "findings": []}
CHOICES = (
    *("yes", "no", "edit", "line.1", "remove", "keep", "add", "reach.evening", "plan", "leave", "back", "wait"),
    *("stop_yes", "reopen", "worked", "not_worked", "transfer_yes", "transfer_no", "counter", "more.7", "line.99"),
)
AUTOMATIC_PER_HOUR = 8
REACHED: Counter[str] = Counter()


class Handover(RuleBasedStateMachine):
    """One family and three workers do whatever they can, in any order, and time goes by."""

    def __init__(self) -> None:
        super().__init__()
        self.bench: Bench = bench(MONDAY)
        self.told = 0
        self.final: set[int] = set()

    def teardown(self) -> None:
        assert audit.broken_at(self.bench.connection) is None
        self.bench.connection.close()
        self.bench.connection.engine.dispose()

    # --- the family

    @rule()
    def asks_for_a_person(self) -> None:
        before = self.told
        blocked = {case.org for case in self.bench.cases() if case.state == State.BLOCKED}
        taken = family.ask_for_person(self.bench.here, PACKET)
        assert taken or blocked  # whom they asked before may have blocked them; what is said then: test_person.py
        assert not taken or len(self.bench.said()) > before  # honoured in one turn, in every state

    @precondition(lambda self: not self.bench.here.case(*machine.OPEN))
    @rule()
    def shares_everything(self) -> None:
        family.ask_for_person(self.bench.here, PACKET)
        family.choose(self.bench.here, "handoff.yes")

    @precondition(lambda self: self.bench.here.case(State.QUEUED, State.LEFT))
    @rule()
    def is_taken_and_offered_to_another_organisation(self) -> None:
        self.takes("Wil")
        self.acts("transfer")

    @precondition(lambda self: self.bench.here.case(State.CONSENT) and self.bench.cases()[0].parent)
    @rule(yes=st.booleans(), then=st.sampled_from(["take", "decline", "wait"]))
    def answers_about_the_other_organisation(self, yes: bool, then: str) -> None:
        family.choose(self.bench.here, "handoff.transfer_yes" if yes else "handoff.transfer_no")
        child = self.bench.cases()[0]
        if child.state in machine.WAITING and then != "wait":
            self.takes("Sam") if then == "take" else self.acts("decline")

    @rule(choice=st.sampled_from(CHOICES))
    def taps(self, choice: str) -> None:
        family.choose(self.bench.here, f"handoff.{choice}")
        assert len(self.bench.said()) > self.told

    @rule(number=st.integers(0, 5))
    def plans(self, number: int) -> None:
        if waiting_case := self.bench.here.case(*machine.WAITING):
            moment = waiting.slots(self.bench.here, waiting_case)[number]
            family.choose(self.bench.here, f"handoff.slot.{round(moment.timestamp())}")

    @rule(text=st.sampled_from(["wij hebben geen plek", "mijn bsn is 111222333", "bel 06 12345678", "x" * 400]))
    def writes(self, text: str) -> None:
        held = self.bench.here.talk.control
        belongs = family.handled(self.bench.here, text, "")
        assert belongs or held == "bot"  # I3: nothing that a worker or the queue holds reaches the bot

    @rule()
    def is_in_danger(self) -> None:
        danger.alarm_person(self.bench.here, "violence")
        assert max(case.urgency for case in self.bench.cases()) == 3

    # --- workers

    def on(self, states: Any, do: Callable[[Case], Any]) -> None:
        """Do something with the newest case in one of these states; what is refused changes nothing."""
        case = self.bench.here.case(*states)
        if case is None:
            return
        try:
            do(case)
        except (NotNow, Stale):
            assert self.bench.here.case(*states) == case

    @rule(name=st.sampled_from(["Wil", "Noor", "Sam"]))
    def somebody_takes(self, name: str) -> None:
        self.takes(name)

    def takes(self, name: str) -> None:
        worker, orgs = self.bench.staff[name], {"Wil": "stad", "Noor": "stad", "Sam": "huis"}
        self.on(
            machine.WAITING,
            lambda case: case.org == orgs[name] and working.take(*self.given(case, worker)),
        )

    @rule()
    def two_take_at_once(self) -> None:
        case = self.bench.here.case(*machine.WAITING)
        if case is None or case.org != "stad":
            return
        try:
            working.take(*self.given(case, self.bench.staff["Wil"]))
            working.take(*self.given(case, self.bench.staff["Noor"]))
        except (NotNow, Stale):
            return
        raise AssertionError("two workers hold one case")

    @rule()
    def says_something(self) -> None:
        phrases = [{"say": "phrase.greet.take_your_time"}]
        self.on(machine.SPEAKING, lambda case: working.write(*self.given(case, self.holder(case)), phrases=phrases))

    @rule()
    def somebody_else_cannot_speak(self) -> None:
        case = self.bench.here.case(*machine.SPEAKING)
        if case is None:
            return
        other = next(one for one in self.bench.staff.values() if one.id != case.assignee)
        try:
            working.write(*self.given(case, other), text="ik ook")
        except NotNow:
            return
        raise AssertionError("a worker who does not hold the case could speak")

    @rule(act=st.sampled_from(["release", "colleague", "plan", "close", "block", "transfer", "decline"]))
    def somebody_acts(self, act: str) -> None:
        self.acts(act)

    def acts(self, act: str) -> None:
        self.on(
            (*machine.SPEAKING, State.QUEUED, State.LEFT),
            lambda case: self.do(act, case),
        )

    def do(self, act: str, case: Case) -> None:
        given, staff = self.given(case, self.holder(case)), self.bench.staff
        match act:
            case "release":
                working.release(*given)
            case "colleague":
                working.give_to_colleague(*given, staff["Noor"])
            case "plan":
                working.plan(*given, datetime(2027, 1, 4, 10, tzinfo=UTC))
            case "close":
                working.close(*given, "information", [], "Bel morgen.")
            case "block":
                working.block(*given)
            case "transfer" if case.org == "stad" and case.assignee:
                child = transfers.propose(*given[:3], given[3].actor, "huis", given[3].name)
                reading.preview(self.bench.here, child)
            case "decline" if case.parent:
                transfers.declined(*given[:3], given[3].actor)

    def holder(self, case: Case) -> Worker:
        return next((one for one in self.bench.staff.values() if one.id == case.assignee), self.bench.staff["Wil"])

    def given(self, case: Case, worker: Worker) -> tuple[Any, Any, Case, Worker]:
        return self.bench.connection, self.bench.office, case, worker

    # --- time

    @rule(minutes=st.sampled_from([1, 6, 21, 31, 61]))
    def minutes_go_by(self, minutes: int) -> None:
        before = len(self.bench.said())
        for _ in range(minutes // 5 + 1):
            self.bench.later(minutes=5)
            clockwork.run(self.bench.connection, self.bench.office)
            assert clockwork.run(self.bench.connection, self.bench.office) == 0  # firing twice is firing once
        assert len(self.bench.said()) - before <= AUTOMATIC_PER_HOUR * (minutes // 60 + 1)  # I8

    @precondition(lambda self: self.bench.cases())
    @rule(hours=st.sampled_from([8, 16, 73, 100]))
    def days_go_by(self, hours: int) -> None:
        self.bench.later(hours=hours)
        clockwork.run(self.bench.connection, self.bench.office)

    # --- what holds at every moment

    @invariant()
    def one_speaker_and_it_is_the_right_one(self) -> None:
        talk = conversations.get(self.bench.connection, self.bench.talk)
        speaking = [case for case in self.bench.cases() if case.state in machine.SPEAKING]
        assert talk
        assert (talk.control == "worker") == bool(speaking)  # I1
        assert len([case for case in speaking if case.state == State.ACTIVE]) <= 1

    @invariant()
    def nobody_sees_what_was_not_shared(self) -> None:
        for org in ("stad", "huis"):
            shown = cards.inbox(self.bench.connection, self.bench.office, frozenset({org}), "open", 0)
            mine = {case.code: case for case in self.bench.cases() if case.org == org}
            for row in shown:  # I4
                case = mine[row["code"]]
                kinds = {line["kind"] for line in case.packet.get("lines", ())}
                agreed = consents.stands(self.bench.connection, case.id)
                assert agreed or kinds <= {"need", "urgency", "language", "reach"}
        for case in self.bench.cases():
            if case.state == State.WITHDRAWN:
                assert case.packet == {}
                assert not consents.stands(self.bench.connection, case.id)

    @invariant()
    def whatever_is_not_over_is_watched(self) -> None:
        for case in self.bench.cases():
            watched = timers.of_case(self.bench.connection, case.id)
            assert bool(watched) == (case.state not in machine.FINAL), case.state  # I5

    @invariant()
    def an_end_is_told_and_every_change_is_on_record(self) -> None:
        said = len(self.bench.said())
        passed_on = {case.parent for case in self.bench.cases()}  # the other organisation has told the end
        over = {case.id for case in self.bench.cases() if case.state in machine.FINAL and case.id not in passed_on}
        assert said > self.told or not over - self.final  # I6
        self.told, self.final = said, over
        for case in self.bench.cases():
            assert len(self.bench.audited(case.code)) == case.version + 1  # I7
            REACHED[case.state] += 1


TestHandover = Handover.TestCase
TestHandover.settings = hypothesis.settings(
    stateful_step_count=30, deadline=None, suppress_health_check=list(hypothesis.HealthCheck)
)


def test_the_table_leads_only_to_states_that_are_watched_or_final() -> None:
    for state in State:
        assert (state in machine.FINAL) == (state not in machine.TIMERS)
        assert set(machine.TABLE[state].values()) <= set(State)
