"""What an agent does in Chatwoot, as acts on a case here, in the name of one worker of the organisation."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from channels.desk.chatwoot_ways import OPEN, RESOLVED, place, place_of
from channels.handoff import machine, working
from channels.handoff.casework import Office
from channels.handoff.machine import NotNow, State
from channels.handoff.reaching import Way, way
from channels.handoff.working import Worker
from channels.storage import cases, cursors, desk_sessions, workers
from channels.storage.cases import Case

_NEXT_STEP = "phrase.close.come_back"
_NOT_SENT = "Niet naar het gezin gestuurd: "
NOTES = {
    "empty": _NOT_SENT + "alleen tekst kan worden doorgestuurd.",
    "too_long": f"{_NOT_SENT}maak er berichten van hoogstens {working.LONGEST} tekens van.",
    "not_yours": _NOT_SENT + "een collega heeft deze zaak, of de zaak is al gesloten.",
    "worker": _NOT_SENT + "de medewerker van deze koppeling is niet actief. Vraag uw beheerder om hulp.",
    "stopped": _NOT_SENT + "het gezin wil op WhatsApp geen berichten, of het nummer is geblokkeerd.",
    "waits": "Dit staat klaar: het gezin leest het zodra het weer schrijft.",
    "open": "Deze zaak blijft open: het gezin wacht nog, of een collega heeft de zaak. Antwoord eerst, of sluit daar.",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of it: a key of NOTES for the agents, and whether there are words on their way to a family."""

    note: str = ""
    heard: bool = False


@dataclass(frozen=True, slots=True)
class Acts:
    """The acts of one organisation. `email`: of the worker in whose name agents write."""

    office: Office
    org: str
    email: str

    def stand_in(self, connection: Connection) -> Worker | None:
        """That worker; None when it may not (any more)."""
        found = workers.by_email(connection, self.email)
        if found is None or found[0].state != "active" or found[0].orgs.get(self.org) not in workers.HELPERS:
            return None
        return Worker(found[0].id, found[0].name)

    def knows(self, connection: Connection, conversation: int) -> bool:
        """Whether this conversation belongs to a case of ours."""
        return self._case(connection, conversation) is not None

    def say(self, connection: Connection, conversation: int, text: str) -> Answer:
        """A message to the family; a case that waits is taken first. Raises Stale."""
        case, worker = self._case(connection, conversation), self.stand_in(connection)
        if case is None:
            return Answer()
        if worker is None:
            return Answer("worker")
        if not text or len(text) > working.LONGEST:
            return Answer("too_long" if text else "empty")
        if (reached := way(connection, self.office, case)) == Way.NEVER:
            return Answer("stopped")
        self.is_there(connection)
        try:
            if State(case.state) in machine.WAITING:
                case = working.take(connection, self.office, case, worker)
            working.write(connection, self.office, case, worker, text=text)
        except NotNow:  # nothing was changed: taking can fail only as the first, and writing not after it
            return Answer("not_yours")
        return Answer("waits" if reached == Way.LATER else "", heard=True)

    def close(self, connection: Connection, conversation: int) -> Answer:
        """Only what its own agents hold. A family that waits is never closed by a rule that tidies up. Raises Stale."""
        case, worker = self._case(connection, conversation), self.stand_in(connection)
        if case is None or State(case.state) not in machine.OPEN:
            return Answer()
        state = place(self.org, case.code) + "state"
        if cursors.get(connection, state) != OPEN:
            return Answer()  # there it is not known yet that the case is open again
        if worker is None or case.state != State.ACTIVE or case.assignee != worker.id:
            return Answer("open")
        working.close(connection, self.office, case, worker, "information", [{"say": _NEXT_STEP}])
        cursors.put(connection, state, RESOLVED)
        return Answer(heard=True)

    def is_there(self, connection: Connection) -> None:
        """Somebody is at work there: their families are not given to somebody else."""
        if (worker := self.stand_in(connection)) is None:
            return
        if sessions := desk_sessions.list_of(connection, worker.id):
            desk_sessions.touch(connection, sessions[0].id_hash)
        else:
            desk_sessions.create(connection, worker.id, "Chatwoot")  # nobody ever learns its secret id

    def _case(self, connection: Connection, conversation: int) -> Case | None:
        number = cursors.get(connection, place_of(self.org, conversation))
        case = cases.get(connection, number) if number else None
        return case if case and case.org == self.org else None
