"""One family's talk at one moment: the database, what the office knows, and a way to say something."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from channels.filling import DUTCH_ZONE
from channels.handoff import machine
from channels.handoff.casework import Meant, Office, say
from channels.handoff.machine import State
from channels.storage import cases, conversations
from channels.storage.audit import Actor
from channels.storage.cases import Case
from channels.storage.conversations import Conversation


@dataclass(frozen=True, slots=True)
class Here:
    """Lives as long as one transaction."""

    connection: Connection
    office: Office
    talk: Conversation

    @property
    def actor(self) -> Actor:
        """The family, for the audit."""
        return Actor("family", self.talk.id)

    def say(self, *meants: Meant) -> None:
        """Words on their way out."""
        for meant in meants:
            say(self.connection, self.office, self.talk.id, meant)

    def case(self, *states: State) -> Case | None:
        """The newest case of this talk in one of these states."""
        return cases.newest(self.connection, self.talk.id, states)

    def taken_up(self) -> Case | None:
        """The case that what a family writes belongs to: of whoever speaks, else of whoever it waits for."""
        return self.case(*machine.SPEAKING) or self.case(*machine.WAITING)

    def names(self, case: Case) -> dict[str, Any]:
        """What the words about a case are filled with."""
        return self.office.names(case)

    def moment(self, moment: datetime) -> dict[str, str]:
        """A moment as words take it: on the clock where the family is, as far as that is known."""
        return {"moment": moment.isoformat(), "zone": self.talk.entry.get("zone", DUTCH_ZONE)}


def here_of(connection: Connection, office: Office, case: Case) -> Here:
    """The talk that a case belongs to."""
    talk = conversations.get(connection, case.conversation)
    assert talk is not None  # noqa: S101 - a case has a conversation
    return Here(connection, office, talk)
