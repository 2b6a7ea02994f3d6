"""The one place where a case changes: state, who may speak, timers, audit and words, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from channels.envelope import Author, Outgoing
from channels.handoff import machine
from channels.handoff.machine import Event, State, Timer
from channels.handoff.organisations import DeskOrganisation
from channels.settings import now
from channels.speech import Speech
from channels.storage import audit, cases, conversations, messages, timers
from channels.storage.audit import Actor
from channels.storage.cases import Case

SYSTEM = Actor("system", "timer")
OURSELVES = "Thuiswijzer"
# while a family reads: what it is writing, and what it was shown
READING = ("shown", "editing", "writes", "draft")
_RANK = ("bot", "hold", "worker")
Meant = Mapping[str, Any]


class Stale(ValueError):
    """Somebody else changed this case first; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Office:
    """What case work needs beside the database. `address`: where people find this house; "" when nobody needs to."""

    organisations: Mapping[str, DeskOrganisation]
    speech: Speech
    today: Callable[[], date]
    clock: Callable[[], datetime] = now
    address: str = ""

    def name(self, org: str) -> str:
        """What an organisation is called; a slug that is no longer there names itself, and no organisation is us."""
        return self.organisations[org].name if org in self.organisations else org or OURSELVES

    def names(self, case: Case) -> dict[str, Any]:
        """What the words about a case are filled with."""
        return {"organisation": self.name(case.org), "code": case.code}

    def desk(self, org: str) -> DeskOrganisation | None:
        """The desk of an organisation; None when it is no longer there, or does not open again."""
        desk = self.organisations.get(org)
        return desk if desk and desk.opens_again(self.clock()) else None

    def open_until(self, org: str) -> datetime | None:
        """Until when somebody is at this desk now; None when nobody is."""
        return self.organisations[org].closes(self.clock()) if org in self.organisations else None


@dataclass(frozen=True, slots=True)
class Change:
    """What goes with an event: words for the family, and columns and facts of the case that become different.

    A fact that becomes None is forgotten.
    """

    say: Iterable[Meant] = ()
    columns: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    detail: Mapping[str, Any] = field(default_factory=dict)


def happen(
    connection: Connection, office: Office, case: Case, event: Event, actor: Actor, change: Change | None = None
) -> Case:
    """Let one thing happen to a case. Raises NotNow for what its state does not allow, Stale when it has moved on."""
    change = change or Change()
    to = machine.after(State(case.state), event)
    read = case.state == State.CONSENT
    facts = cases.merged(connection, case, {**(dict.fromkeys(READING) if read else {}), **change.facts})
    columns = {"state": to.value, "facts": facts, "updated_at": office.clock(), **change.columns}
    if read and to in machine.FINAL:  # nobody but the family ever knew: no organisation finds it among what is done
        columns |= {"org": "", "packet": {}}
    if not cases.change(connection, case, **columns):
        raise Stale(case.code)
    after = cases.get(connection, case.id)
    assert after is not None  # noqa: S101 - changed in this very transaction
    timers.replace(connection, case.id, after.version, _moments(office, after))
    detail = {"from": case.state, "to": to.value, "version": after.version, **change.detail}
    audit.append(connection, actor, f"case.{event.value}", case.code, after.org, detail)
    for conversation in {case.conversation, after.conversation}:
        settle_control(connection, conversation)
    for meant in change.say:
        say(connection, office, after.conversation, meant)
    return after


def begin(connection: Connection, office: Office, conversation: str, state: State, actor: Actor, **values: Any) -> Case:
    """A new case in its first state, watched and on record."""
    case = cases.create(connection, conversation, state.value, **values)
    timers.replace(connection, case.id, case.version, _moments(office, case))
    knows = "" if state == State.CONSENT else case.org
    audit.append(connection, actor, "case.begin", case.code, knows, {"to": state.value, "urgency": case.urgency})
    settle_control(connection, conversation)
    return case


def settle_control(connection: Connection, conversation: str) -> None:
    """Give the word to whom the cases of this conversation say; answers of anybody else under way become stale."""
    wanted = max(
        (_control(case) for case in cases.all_of(connection, conversation, machine.OPEN)),
        key=_RANK.index,
        default="bot",
    )
    now_held = conversations.get(connection, conversation)
    if now_held and now_held.control != wanted:
        conversations.take_over(connection, conversation, wanted)


def _control(case: Case) -> str:
    """A case that began with danger, or at a second organisation, does not silence whoever speaks."""
    wanted = machine.control(State(case.state))
    return "bot" if wanted == "hold" and not case.facts.get("holds", True) else wanted


def say(
    connection: Connection,
    office: Office,
    conversation: str,
    meant: Meant,
    author: Author = "system",
    answers: int | None = None,
) -> Outgoing:
    """Words for the family, in the language of the talk, on their way out with this transaction.

    The Dutch goes beside them, for whoever reads along at a desk. `answers`: the row of the inbox that they answer.
    """
    talk = conversations.get(connection, conversation)
    assert talk is not None  # noqa: S101 - a case has a conversation
    said = office.speech.render(meant, talk.lang, office.today(), author)
    if talk.lang != "nl":
        dutch = office.speech.render({**meant, "in": "nl"}, "nl", office.today(), author).text
        said = replace(said, facts={**said.facts, "dutch": dutch})
    messages.send(connection, conversation, talk.channel, talk.control_epoch, said.to_dict(), answers)
    return said


def alarm(connection: Connection, case: Case, why: str) -> None:
    """Whoever leads the organisation must look at this case."""
    audit.append(connection, SYSTEM, "case.alarm", case.code, case.org, {"why": why})


def _moments(office: Office, case: Case) -> dict[str, datetime]:
    if not case.org:
        return {}  # kept for a person, but there is no desk that could be late
    return {
        kind.value: moment for kind in machine.TIMERS.get(State(case.state), ()) if (moment := due(office, case, kind))
    }


def due(office: Office, case: Case, kind: Timer) -> datetime | None:
    """When this is looked at, counted from now; None for what cannot come (a desk that is closed does not close)."""
    moment, desk = office.clock(), office.desk(case.org)
    match kind:
        case Timer.EXPIRE:
            return moment + machine.CONSENT_TIME
        case Timer.WAIT:
            return (desk.opens(moment) if desk else moment) + machine.WAIT_TIME
        case Timer.CLOSING:
            return desk.closes(moment) if desk else None
        case Timer.PROMISE:
            return desk.promised(moment) if desk else moment + timedelta(days=1)
        case Timer.WATCH:
            return moment + machine.WATCH_TIME
        case Timer.SOON:
            return datetime.fromisoformat(case.facts["agreed"]) - machine.SOON_BEFORE
        case Timer.CALLBACK:
            return datetime.fromisoformat(case.facts["agreed"]) + machine.MISSED_AFTER
        case Timer.AFTERCARE:
            return moment + machine.AFTERCARE_TIME
