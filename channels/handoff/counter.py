"""At a counter: the family shows six digits, the worker types them, and the family says yes or no on its own screen."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from channels.handoff import reading
from channels.handoff.casework import Office
from channels.handoff.codes import counter_code, hashed
from channels.handoff.here import Here, here_of
from channels.handoff.machine import State
from channels.handoff.working import Worker
from channels.storage import audit, cases
from channels.storage.cases import Case

_LIVES = timedelta(minutes=10)


def show_code(here: Here, case: Case) -> None:
    """A new code for what the family is reading; the one before it is worthless."""
    code = counter_code()
    cases.keep_return(here.connection, case, hashed(code))
    until = here.office.clock() + _LIVES
    cases.note_facts(here.connection, case, counter_until=until.isoformat())
    here.say({"say": "handoff.counter_code", "with": {"code": f"{code[:3]} {code[3:]}"}})


def claim(connection: Connection, office: Office, code: str, org: str, worker: Worker) -> Case | None:
    """The worker typed a code: the family is asked whether exactly this organisation and worker may open its question.

    None for a code that is unknown, used or too old. Nothing is shown to the worker before the family says yes.
    """
    case = cases.by_return(connection, hashed(code))
    if case is None or case.state != State.CONSENT or "counter_until" not in case.facts:
        return None
    if datetime.fromisoformat(case.facts["counter_until"]) < office.clock():
        return None
    cases.move(connection, case, org)
    cases.note_facts(connection, case, counter=worker.id, worker_name=worker.name, counter_until=None)
    audit.append(connection, worker.actor, "case.counter", case.code, org)
    moved = cases.get(connection, case.id)
    assert moved is not None  # noqa: S101 - read in this very transaction
    reading.preview(here_of(connection, office, moved), moved)
    return moved
