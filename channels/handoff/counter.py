"""At a counter: the family shows six digits, the worker types or scans them, and the family says yes or no.

On its own screen: the worker sees nothing before.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from channels.envelope import Outgoing
from channels.handoff import reading
from channels.handoff.casework import Office
from channels.handoff.codes import counter_code, hashed, qr_svg
from channels.handoff.here import Here, here_of
from channels.handoff.machine import State
from channels.handoff.working import Worker
from channels.storage import audit, cases, messages
from channels.storage.cases import Case

_LIVES = timedelta(minutes=10)


def show_code(here: Here, case: Case) -> None:
    """A new code for what the family is reading; the one before it is worthless."""
    code = counter_code()
    cases.keep_return(here.connection, case, hashed(code))
    until = here.office.clock() + _LIVES
    cases.note_facts(here.connection, case, counter_until=until.isoformat())
    shown, office, talk = f"{code[:3]} {code[3:]}", here.office, here.talk
    meant = {"say": "handoff.counter_code", "with": {"code": shown}}
    said = office.speech.render(meant, talk.lang, office.today(), "system")
    if office.address:
        said = replace(said, card=_card(here, said, code, shown))
    messages.send(here.connection, talk.id, talk.channel, talk.control_epoch, said.to_dict(), None)


def _card(here: Here, said: Outgoing, code: str, shown: str) -> dict[str, Any]:
    """To show large: the digits, and the way to the desk with them, for the telephone of a worker who is logged in.

    The digits stand behind the # of the address, so that no log ever has them.
    """
    title = here.office.speech.choice("handoff.counter", said.lang).title
    qr = qr_svg(f"{here.office.address}/desk#counter={code}")
    told = {"name": "counter", "title": title, "dutch": [shown], "meaning": said.text, "qr": qr}
    return {**told, "lang": said.lang, "dir": said.dir}


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
