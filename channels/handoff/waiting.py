"""From the yes on: waiting, a moment agreed, going back to the computer, stopping to share, coming back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from channels.handoff import machine
from channels.handoff.belonging import forgotten
from channels.handoff.casework import Change, Office, alarm, happen
from channels.handoff.codes import hashed
from channels.handoff.here import Here, here_of
from channels.handoff.machine import Event, State
from channels.handoff.organisations import DeskOrganisation
from channels.storage import audit, cases, consents, messages
from channels.storage.audit import Actor
from channels.storage.cases import Case

_SLOTS = 6
_SLOT_FIRST = timedelta(minutes=30)
_CONTENT = ("next_step", "agreed", "outcome", "draft", "worker_name", "shown")  # facts that hold or show words
_FEW = 5  # cases: from fewer no range of waiting is told
Meants = list[dict[str, Any]]


def told_after_yes(here: Here, case: Case) -> Meants:
    """What a family hears right after it agreed: how long, or until when, and what it can do meanwhile."""
    told = here.names(case)
    if case.state == State.LEFT:
        return [{"say": "handoff.left", "with": {**told, **_promise(here, case)}, "choices": []}, *_after(here, "left")]
    return [{"say": "handoff.queued", "with": told, "choices": []}, *_after(here, "queued", *_range(here, case))]


def _after(here: Here, key: str, *between: dict[str, Any]) -> Meants:
    """Lines after the first one; the choices stand under the last."""
    choices = list(here.office.speech.content.messages[f"handoff.{key}"].choices)
    lines = [*between, {"say": "handoff.can_wait"}]
    return [*({**line, "choices": []} for line in lines[:-1]), {**lines[-1], "choices": choices}]


def _range(here: Here, case: Case) -> Meants:
    """How long others waited: the middle half of real cases, in minutes; or that it is not known."""
    seconds = sorted(cases.waits(here.connection, case.org))
    if len(seconds) < _FEW:
        return [{"say": "handoff.wait_unknown"}]
    low, high = (max(1, round(seconds[int(len(seconds) * part)] / 60)) for part in (0.25, 0.75))
    return [{"say": "handoff.wait_range", "with": {"low": low, "high": max(high, low + 1)}}]


def _promise(here: Here, case: Case) -> dict[str, Any]:
    desk, moment = _desk(here, case), here.office.clock()
    return {"opens": here.moment(desk.opens(moment)), "until": here.moment(desk.promised(moment))}


def _desk(here: Here, case: Case) -> DeskOrganisation:
    if desk := here.office.desk(case.org):
        return desk
    raise machine.NotNow("this organisation has no desk any more")


def leave_when_closed(connection: Connection, office: Office, case: Case, actor: Actor) -> Case:
    """A case that came back to the queue while nobody is there is left for later: nobody waits at a closed desk."""
    if case.state != State.QUEUED or not case.org or office.open_until(case.org):
        return case
    return happen(connection, office, case, Event.LEAVE, actor, Change(say=[closing(connection, office, case)]))


def closing(connection: Connection, office: Office, case: Case, key: str = "closing") -> dict[str, Any]:
    """What a family hears when a desk closes; of a desk that does not open again, that it does not answer."""
    if office.desk(case.org) is None:
        return {"say": "handoff.late", "with": office.names(case)}
    promise = _promise(here_of(connection, office, case), case)
    return {"say": f"handoff.{key}", "with": {**office.names(case), **promise}}


def _left(here: Here, case: Case) -> None:
    told = {**here.names(case), **_promise(here, case)}
    change = Change(say=[{"say": "handoff.left_for_later", "with": told}])
    happen(here.connection, here.office, case, Event.LEAVE, here.actor, change)


def heard(here: Here, case: Case) -> None:
    """What a family writes while it waits, or to its worker, belongs to the case; the first is said once."""
    cases.note_facts(here.connection, case, ball="worker")
    seq = messages.last_of_family(here.connection, here.talk.id)
    audit.append(here.connection, here.actor, "case.family_message", case.code, case.org, {"seq": seq})
    if case.state == State.QUEUED and messages.last_bot_key(here.connection, here.talk.id) != "handoff.added":
        here.say({"say": "handoff.added", "with": here.names(case)})


def slots(here: Here, case: Case) -> list[datetime]:
    """The next moments at which somebody is at this desk."""
    desk = _desk(here, case)
    found: list[datetime] = []
    at = here.office.clock() + _SLOT_FIRST
    while len(found) < _SLOTS:
        whole = (at + timedelta(minutes=59)).replace(minute=0, second=0, microsecond=0)
        at = desk.opens(whole)
        if at.minute == 0:
            found.append(at)
        at += timedelta(minutes=1)
    return found


def _plan_ask(here: Here, case: Case) -> None:
    choices = [f"handoff.slot.{round(moment.timestamp())}" for moment in slots(here, case)]
    here.say({"say": "handoff.plan_ask", "with": here.names(case), "choices": [*choices, "handoff.leave"]})


def _plan(here: Here, case: Case, moment: datetime) -> None:
    if moment not in slots(here, case):
        _plan_ask(here, case)
        return
    told = {**here.names(case), "moment": here.moment(moment)}
    change = Change(say=[{"say": "handoff.planned", "with": told}], facts={"agreed": moment.isoformat()})
    happen(here.connection, here.office, case, Event.PLAN, here.actor, change)


def _wait(here: Here, case: Case) -> None:
    told = Change(say=[{"say": "handoff.waiting_on"}], facts={"reminded": 0})
    happen(here.connection, here.office, case, Event.WAIT, here.actor, told)


def _cancel(here: Here, case: Case) -> None:
    told = Change(
        say=[{"say": "handoff.cancelled", "with": here.names(case)}], columns={"closed_at": here.office.clock()}
    )
    happen(here.connection, here.office, case, Event.CANCEL, here.actor, told)
    for child in cases.children(here.connection, case.id):
        if child.state in machine.WAITING or child.state == State.CONSENT:
            happen(here.connection, here.office, child, Event.CANCEL, here.actor, Change(columns={"packet": {}}))
    parent = cases.get(here.connection, case.parent or 0)
    if parent and parent.state == State.OFFERED_TRANSFER:  # the first organisation is not left waiting for an answer
        happen(here.connection, here.office, parent, Event.REFUSE_TRANSFER, here.actor)


def withdraw(here: Here) -> bool:
    """Stop sharing: what any organisation could see goes, and whether somebody had read it is said. False: nothing."""
    shared = _shared(here)
    for case in shared:
        seen = "read" if case.opened_at or case.facts.get("seen") else "unread"
        key = "refused" if case.state == State.CONSENT else f"withdrawn_{seen}"
        told = [{"say": f"handoff.{key}", "with": here.names(case)}]
        columns: dict[str, Any] = {"packet": {}, "return_hash": None, "topic": "", "reason": "asked"}
        change = Change(told, columns, dict.fromkeys(_CONTENT), {"seen": seen})
        happen(here.connection, here.office, case, Event.WITHDRAW, here.actor, change)
        consents.withdraw(here.connection, case.id)
    return bool(shared)


def _shared(here: Here) -> list[Case]:
    """The cases of which anybody but the family can still see something, and the one that it is reading."""
    return [
        case
        for case in cases.all_of(here.connection, here.talk.id)
        if case.state in (*machine.OPEN, State.CONSENT, State.RESOLVED, State.TRANSFERRED)
        or (case.state == State.CLOSED and not forgotten(case))
        or (case.state != State.WITHDRAWN and case.packet)
    ]


def reopen(here: Here, case: Case) -> None:
    """Back to the same people, with the same packet; whoever helped before comes first. One case at a time.

    Raises NotNow when the packet is gone.
    """
    if forgotten(case):
        raise machine.NotNow("nobody knows any more what this was about")
    if other := here.taken_up():
        here.say({"say": "handoff.already", "with": here.names(other)})
        return
    facts = {"since": here.office.clock().isoformat(), "reminded": 0, "late": None, "holds": None}
    columns = {"assignee": None, "return_hash": None, "closed_at": None, "conversation": here.talk.id}
    moved = {"moved": case.conversation != here.talk.id}
    told = Change([{"say": "handoff.reopened", "with": here.names(case)}], columns, facts, moved)
    after = happen(here.connection, here.office, case, Event.REOPEN, here.actor, told)
    leave_when_closed(here.connection, here.office, after, here.actor)


def come_back(here: Here, code: str) -> None:
    """A return code opens its case again, once, also from another device."""
    case = cases.by_return(here.connection, hashed(code))
    if case is None or case.state not in (State.RESOLVED, State.CLOSED):
        here.say({"say": "handoff.return_unknown"})
        return
    here.say({"say": "handoff.returned", "choices": []})
    reopen(here, case)


def _not_worked(here: Here, case: Case) -> None:
    alarm(here.connection, case, "did not work")
    reopen(here, case)


_ON_CASE: Mapping[str, tuple[Callable[[Here, Case], None], tuple[State, ...]]] = {
    "plan": (_plan_ask, (State.QUEUED, State.LEFT, State.CALLBACK)),
    "leave": (_left, (State.QUEUED,)),
    "wait": (_wait, (State.QUEUED,)),
    "back": (_cancel, tuple(machine.OPEN)),
    "reopen": (reopen, (State.RESOLVED, State.CLOSED)),
    "not_worked": (_not_worked, (State.CLOSED, State.RESOLVED)),
    "worked": (lambda here, _case: here.say({"say": "handoff.glad"}), (State.CLOSED, State.RESOLVED)),
}
CHOICES = frozenset({*_ON_CASE, "stop_sharing", "stop_yes", "stop_no"})


def choose(here: Here, name: str) -> None:
    """One choice of a family whose case is on its way. Raises NotNow, Stale."""
    if name == "stop_no":
        here.say({"say": "handoff.kept_sharing"})
    elif name == "stop_yes":
        if not withdraw(here):
            here.say({"say": "handoff.nothing_shared"})
    elif name == "stop_sharing":
        case = next((one for one in _shared(here) if one.state != State.CONSENT), None)
        key = "handoff.stop_ask" if case else "handoff.nothing_shared"
        here.say({"say": key, "with": here.names(case) if case else {}})
    elif name.startswith("slot."):
        case, second = _needed(here, *_ON_CASE["plan"][1]), name.removeprefix("slot.")
        if not second.isdigit() or len(second) > 10:
            raise machine.NotNow("this is no moment")
        _plan(here, case, datetime.fromtimestamp(int(second), here.office.clock().tzinfo))
    else:
        do, states = _ON_CASE[name]
        do(here, _needed(here, *states))


def _needed(here: Here, *states: State) -> Case:
    """Whoever speaks goes before whoever still waits: then a second organisation was asked."""
    speaking = here.case(*(state for state in states if state in machine.SPEAKING))
    if case := speaking or here.case(*states):
        return case
    raise machine.NotNow("there is no such case")
