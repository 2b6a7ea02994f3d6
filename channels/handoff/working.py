"""What a worker does with a case: take it, write, pass it to a colleague, plan, close. Consent was given before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from channels.envelope import Outgoing
from channels.handoff import machine, transfers, waiting
from channels.handoff.belonging import forgotten
from channels.handoff.casework import Change, Office, happen, say
from channels.handoff.codes import hashed, return_code
from channels.handoff.here import here_of
from channels.handoff.machine import Event, NotNow, State
from channels.storage import audit, cases, consents, messages
from channels.storage.audit import Actor
from channels.storage.cases import Case

LONGEST = 4000
FURTHEST = timedelta(days=366)  # of a callback
OUTCOMES = (
    "place_tonight",
    "appointment_made",
    "passed_on",
    "information",
    "letter",
    "no_answer",
    "not_ours",
    "stopped",
)


@dataclass(frozen=True, slots=True)
class Worker:
    """Who does it, and what the family reads."""

    id: int
    name: str

    @property
    def actor(self) -> Actor:
        """The worker, for the audit."""
        return Actor("worker", str(self.id))


def take(connection: Connection, office: Office, case: Case, worker: Worker) -> Case:
    """A named worker accepts: from now on this worker speaks, and the bot is silent. Raises NotNow, Stale.

    A case that came from another organisation is taken over from it at the same moment.
    """
    others = cases.all_of(connection, case.conversation, machine.SPEAKING)
    if any(one.id not in (case.id, case.parent) for one in others):
        raise NotNow("somebody speaks with this family already")
    moment = office.clock()
    since = datetime.fromisoformat(case.facts["since"]) if "since" in case.facts else case.created_at
    facts: dict[str, Any] = {"ball": "worker", "reminded": None, "late": None, "prefer": worker.id}
    if case.opened_at is None:
        facts["waited"] = round((moment - since).total_seconds())
    columns = {"assignee": worker.id, **({} if case.opened_at else {"opened_at": moment})}
    after = happen(connection, office, case, Event.TAKE, worker.actor, Change(columns=columns, facts=facts))
    if case.parent:
        transfers.taken(connection, office, case.parent, worker.actor)
    say(connection, office, case.conversation, _introduced(connection, office, case, worker))
    return after


def _introduced(connection: Connection, office: Office, case: Case, worker: Worker) -> dict[str, Any]:
    """Who writes from now on. In danger nothing was shared, so nobody says to have read it."""
    names = {"worker": worker.name, "organisation": office.name(case.org)}
    if case.parent:
        return {"say": "handoff.transferred", "with": names}
    if consents.stands(connection, case.id):
        return {"say": "handoff.accepted", "with": names}
    choices = office.speech.content.messages["handoff.accepted"].choices
    return {"say": "phrase.greet.hello", "with": names, "choices": choices}


def write(
    connection: Connection,
    office: Office,
    case: Case,
    worker: Worker,
    *,
    text: str = "",
    translated: str = "",
    phrases: Sequence[Mapping[str, Any]] = (),
) -> Outgoing:
    """One message to the family: sentences of the phrasebook in its language, then free words as they are typed.

    `translated`: these free words as a service translated them and the worker approved; they come first, and a line
    says so. Raises NotNow when this worker does not hold the case.
    """
    if State(case.state) not in machine.SPEAKING or case.assignee != worker.id:
        raise NotNow("only the worker who took the case can write")
    talk, speech = here_of(connection, office, case).talk, office.speech
    said = [
        (speech.line(p["say"], talk.lang, p.get("with")), speech.line(p["say"], "nl", p.get("with"))) for p in phrases
    ]
    dutch = "\n".join([d for _, d in said] + ([text] if text else []))
    own = [translated, speech.line("handoff.machine_translated", talk.lang), text] if translated else [text]
    out = Outgoing(
        author="worker",
        key=phrases[0]["say"] if phrases else "worker.text",
        text="\n".join([t for t, _ in said] + (own if text else [])),
        lang=talk.lang,
        dir=speech.words.languages[talk.lang].dir,
        facts={
            "worker": worker.name,
            "dutch": dutch,
            "untranslated": bool(text) and not translated,
            "machine_translated": bool(translated),
        },
    )
    messages.send(connection, case.conversation, talk.channel, talk.control_epoch, out.to_dict(), None)
    cases.note_facts(connection, case, ball="family")
    audit.append(connection, worker.actor, "case.message", case.code, case.org)
    return out


def release(connection: Connection, office: Office, case: Case, worker: Worker) -> Case:
    """Back to the front of the queue, for a colleague; for later when nobody is there now."""
    facts = {"since": office.clock().isoformat(), "prefer": None}
    change = Change(say=[{"say": "handoff.released"}], columns={"assignee": None}, facts=facts)
    after = happen(connection, office, _mine(case, worker), Event.RELEASE, worker.actor, change)
    return waiting.leave_when_closed(connection, office, after, worker.actor)


def give_to_colleague(connection: Connection, office: Office, case: Case, worker: Worker, other: Worker) -> Case:
    """Another worker of the same organisation goes on; the family hears the name."""
    # within one transaction: the family hears only who is next
    silent = Change(columns={"assignee": None}, detail={"to_colleague": True})
    after = happen(connection, office, _mine(case, worker), Event.RELEASE, worker.actor, silent)
    names = {"worker": other.name, "organisation": office.name(case.org)}
    change = Change(
        say=[{"say": "handoff.colleague", "with": names}], columns={"assignee": other.id}, facts={"prefer": other.id}
    )
    return happen(connection, office, after, Event.TAKE, worker.actor, change)


def plan(connection: Connection, office: Office, case: Case, worker: Worker, moment: datetime) -> Case:
    """A moment to be in touch; until then the family is with the computer. Raises ValueError for a wrong moment."""
    if not office.clock() < moment <= office.clock() + FURTHEST:
        raise ValueError("this moment has passed, or is too far away")
    told = {**office.names(case), "moment": here_of(connection, office, case).moment(moment)}
    change = Change(say=[{"say": "handoff.planned", "with": told}], facts={"agreed": moment.isoformat()})
    return happen(connection, office, _mine(case, worker), Event.PLAN, worker.actor, change)


def close(
    connection: Connection,
    office: Office,
    case: Case,
    worker: Worker,
    outcome: str,
    next_step: Sequence[Mapping[str, Any]],
    words: str = "",
    values: Mapping[str, Any] | None = None,
) -> Case:
    """The end, with an outcome and a next step that the family reads in its language. Raises ValueError without them.

    `next_step`: sentences of the phrasebook; `words`: free words beside or instead of them.
    """
    if outcome not in OUTCOMES or not (next_step or words):
        raise ValueError("an outcome and a next step are needed")
    code = return_code()
    closed: list[dict[str, Any]] = [
        {"say": "handoff.resolved", "with": {"worker": worker.name}, "choices": []},
        {"say": f"phrase.outcome.{outcome}", "with": dict(values or {}), "choices": []},
        *({"say": step["say"], "with": step.get("with", {}), "choices": []} for step in next_step),
        *([{"say": "handoff.next_step", "with": {"words": words}, "choices": []}] if words else []),
        {"say": "handoff.return_code", "with": {"code": code}},
    ]
    facts = {"outcome": outcome, "next_step": [*(step["say"] for step in next_step), *([words] if words else [])]}
    columns = {"return_hash": hashed(code), "closed_at": office.clock()}
    change = Change(say=closed, columns=columns, facts={**facts, "agreed": None}, detail={"outcome": outcome})
    return happen(connection, office, _mine(case, worker), Event.CLOSE, worker.actor, change)


def block(connection: Connection, office: Office, case: Case, worker: Worker) -> Case:
    """Abuse: this worker's organisation stops, and says where else help is."""
    change = Change(say=[{"say": "handoff.blocked"}], columns={"closed_at": office.clock()})
    return happen(connection, office, case, Event.BLOCK, worker.actor, change)


def note(connection: Connection, case: Case, worker: Worker, text: str) -> None:
    """For colleagues only. Raises NotNow once the family stopped sharing, or the content was kept long enough."""
    if case.state == State.WITHDRAWN or forgotten(case):
        raise NotNow("nothing is kept about this case any more")
    consents.add_note(connection, case.id, worker.id, text[:LONGEST])
    audit.append(connection, worker.actor, "case.note", case.code, case.org)


def _mine(case: Case, worker: Worker) -> Case:
    if case.assignee != worker.id:
        raise NotNow("another worker holds this case")
    return case
