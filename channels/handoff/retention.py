"""How long content is kept: of a case until some time after its end, of a talk until a month after its last word."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Connection

from channels.handoff import belonging, machine
from channels.handoff.casework import SYSTEM, Office
from channels.handoff.organisations import KEEP_DAYS
from channels.storage import audit, cursors, entries, forgetting, plans
from channels.storage.cases import Case

log = logging.getLogger(__name__)
T = TypeVar("T")
KEEP_TALK = timedelta(days=30)
_MOST = 20  # at once: nobody's message waits for this
_EVERY = 3600  # seconds
_NEXT = "retention:next"  # the second from which on it is looked again
_KEPT = ("waited", "seen", "holds")  # facts without content: how long a family waited, whether its lines were read


def is_due(connection: Connection, moment: datetime) -> bool:
    """Whether it is time to look."""
    return (cursors.get(connection, _NEXT) or 0) <= moment.timestamp()


def look(connection: Connection, office: Office) -> int:
    """Sweep, at most once an hour in all processes together; at once again while there may be more. Gives how many."""
    second = int(office.clock().timestamp())
    if not cursors.lease(connection, _NEXT, 0, second, second + _EVERY):
        return 0
    entries.forget_old(connection, office.today())
    gone = _each(connection, [office], lambda one: sweep(connection, one))
    plans.forget_old(connection, office.clock())
    if gone >= _MOST:
        cursors.put(connection, _NEXT, 0)
    return gone


def sweep(connection: Connection, office: Office) -> int:
    """Let go of what was kept long enough, a few at a time; gives how many cases and talks. Twice changes nothing."""
    moment = office.clock()
    before = {slug: moment - timedelta(days=one.keep_days) for slug, one in office.organisations.items()}
    otherwise = moment - timedelta(days=KEEP_DAYS)
    cases = forgetting.due_cases(connection, machine.FINAL, before, otherwise, _MOST)
    gone = _each(connection, cases, lambda case: _forget_case(connection, case))
    talks = forgetting.idle_talks(connection, moment - KEEP_TALK, machine.FINAL, _MOST)
    return gone + _each(connection, talks, lambda talk: _forget_talk(connection, talk))


def _each(connection: Connection, things: Iterable[T], forget: Callable[[T], int]) -> int:
    """Do it with each, and count; one that fails holds up nothing else."""
    done = 0
    for thing in things:
        try:
            with connection.begin_nested():
                done += forget(thing)
        except Exception:
            log.exception("something that was kept long enough could not be erased; trying again later")
    return done


def _forget_case(connection: Connection, case: Case) -> bool:
    mine = belonging.own(connection, case)
    facts = {name: case.facts[name] for name in _KEPT if name in case.facts}
    if not forgetting.empty_case(connection, case, facts):
        return False
    for talk, numbers in mine.items():
        forgetting.some_messages(connection, talk, numbers)
    audit.append(connection, SYSTEM, "case.forgotten", case.code, case.org)
    return True


def _forget_talk(connection: Connection, talk: str) -> bool:
    forgetting.talk(connection, talk)
    audit.append(connection, SYSTEM, "talk.forgotten", talk)
    return True
