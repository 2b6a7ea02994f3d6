"""What happens by itself: timers that are due, and what was kept long enough goes.

A timer of an older version of its case does nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta

from sqlalchemy import Connection

from channels.handoff import machine, reminding, retention, transfers, waiting
from channels.handoff.casework import SYSTEM, Change, Office, Stale, alarm, due, happen
from channels.handoff.machine import Event, NotNow, State, Timer
from channels.storage import cases, desk_sessions, timers, workers
from channels.storage.cases import Case

log = logging.getLogger(__name__)
_REMINDERS = 2
_GONE = timedelta(minutes=5)


def is_due(connection: Connection, office: Office) -> bool:
    """Whether there is anything to handle by now."""
    moment = office.clock()
    by_itself = retention.is_due(connection, moment) or reminding.is_due(connection, moment)
    return by_itself or bool(timers.due(connection, moment, 1))


def run(connection: Connection, office: Office) -> int:
    """Handle everything that is due by now; gives how many. Running twice, or in two processes, changes nothing."""
    done = retention.look(connection, office) + reminding.look(connection, office)
    for number, kind, case_id, version in timers.due(connection, office.clock()):
        if not timers.fire(connection, number):
            continue
        case = cases.get(connection, case_id)
        if case and case.version == version and (handle := _HANDLERS.get((State(case.state), Timer(kind)))):
            try:
                with connection.begin_nested():  # one that fails holds up no other
                    handle(connection, office, case)
            except (NotNow, Stale) as error:
                log.warning("case %s moved on by itself: %s", case.code, error)
            except Exception:
                log.exception("what was due for case %s did not happen", case.code)
                alarm(connection, case, "failed")
            done += 1
    return done


def _expired(connection: Connection, office: Office, case: Case) -> None:
    if case.parent:
        transfers.refused(connection, office, case, SYSTEM)
        return
    happen(connection, office, case, Event.EXPIRE, SYSTEM, Change(say=[{"say": "handoff.expired"}]))


def _waits_long(connection: Connection, office: Office, case: Case) -> None:
    if office.open_until(case.org) is None:  # the desk closed while this house was down
        _closing(connection, office, case)
        return
    reminded = int(case.facts.get("reminded") or 0) + 1
    if reminded > _REMINDERS:
        told = Change(say=[waiting.closing(connection, office, case, "left_for_later")], facts={"reminded": 0})
        case = happen(connection, office, case, Event.LEAVE, SYSTEM, told)
    else:
        told = Change(say=[{"say": "handoff.wait_long"}], facts={"reminded": reminded})
        case = happen(connection, office, case, Event.WAIT, SYSTEM, told)
    alarm(connection, case, "waits long")


def _closing(connection: Connection, office: Office, case: Case) -> None:
    told = Change(say=[waiting.closing(connection, office, case)])
    happen(connection, office, case, Event.LEAVE, SYSTEM, told)


def _promise_broken(connection: Connection, office: Office, case: Case) -> None:
    """The family hears it once, the organisation at every promised moment again."""
    if case.parent:
        transfers.declined(connection, office, case)
        return
    first = not case.facts.get("late")
    told = [{"say": "handoff.late", "with": office.names(case)}] if first else []
    case = happen(connection, office, case, Event.LATE, SYSTEM, Change(say=told, facts={"late": True}))
    alarm(connection, case, "promise broken")


def _watch(connection: Connection, office: Office, case: Case) -> None:
    """A family that was answered can wait for its worker; one that waits for an answer cannot wait for nobody."""
    worker = workers.get(connection, case.assignee or 0)
    member = worker and worker.orgs.get(case.org) in workers.HELPERS
    seen = desk_sessions.last_seen(connection, case.assignee or 0) if member else None
    if case.facts.get("ball") == "worker" and (seen is None or office.clock() - seen > _GONE):
        facts = {"since": office.clock().isoformat()}
        told = Change(
            say=[{"say": "handoff.lost"}],
            columns={"assignee": None, "urgency": min(3, case.urgency + 1)},
            facts=facts,
        )
        case = happen(connection, office, case, Event.LOST, SYSTEM, told)
        case = waiting.leave_when_closed(connection, office, case, SYSTEM)
        alarm(connection, case, "worker gone")
        return
    if moment := due(office, case, Timer.WATCH):
        timers.add(connection, case.id, case.version, Timer.WATCH.value, moment)


def _soon(connection: Connection, _office: Office, case: Case) -> None:
    alarm(connection, case, "callback soon")


def _missed(connection: Connection, office: Office, case: Case) -> None:
    told = Change(
        say=[{"say": "handoff.missed"}], columns={"urgency": min(3, case.urgency + 1)}, facts={"agreed": None}
    )
    case = happen(connection, office, case, Event.MISSED, SYSTEM, told)
    alarm(connection, case, "callback missed")


def _followed_up(connection: Connection, office: Office, case: Case) -> None:
    """The first organisation looks once more. The family is asked once, by whoever helped it last."""
    child = next(iter(cases.children(connection, case.id)), None)
    if child is None or child.state in (State.CANCELLED, State.WITHDRAWN, State.BLOCKED):
        alarm(connection, case, "follow up")
        _aftercare(connection, office, case)
    else:
        happen(connection, office, case, Event.AFTERCARE, SYSTEM)


def _aftercare(connection: Connection, office: Office, case: Case) -> None:
    told = Change(say=[{"say": "handoff.aftercare", "with": office.names(case)}])
    happen(connection, office, case, Event.AFTERCARE, SYSTEM, told)


def _transfer_unanswered(connection: Connection, office: Office, case: Case) -> None:
    """By the family, which still reads, or by the other organisation, at which it waits."""
    for child in cases.children(connection, case.id)[:1]:
        if child.state == State.CONSENT:
            transfers.refused(connection, office, child, SYSTEM)
        elif child.state in machine.WAITING:
            transfers.declined(connection, office, child)


_HANDLERS: Mapping[tuple[State, Timer], Callable[[Connection, Office, Case], None]] = {
    (State.CONSENT, Timer.EXPIRE): _expired,
    (State.QUEUED, Timer.WAIT): _waits_long,
    (State.QUEUED, Timer.CLOSING): _closing,
    (State.LEFT, Timer.PROMISE): _promise_broken,
    (State.ACTIVE, Timer.WATCH): _watch,
    (State.ASKED_TRANSFER, Timer.EXPIRE): _transfer_unanswered,
    (State.ASKED_TRANSFER, Timer.WATCH): _watch,
    (State.OFFERED_TRANSFER, Timer.PROMISE): _transfer_unanswered,
    (State.CALLBACK, Timer.SOON): _soon,
    (State.CALLBACK, Timer.CALLBACK): _missed,
    (State.RESOLVED, Timer.AFTERCARE): _aftercare,
    (State.TRANSFERRED, Timer.AFTERCARE): _followed_up,
}
