"""A house without a page: a database, an office with a clock, families that ask, and whoever looks from outside."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from channels.handoff import danger, family, waiting, working
from channels.handoff.casework import Office
from channels.handoff.here import Here
from channels.handoff.working import Worker
from channels.storage import cases, conversations, messages, workers
from channels.storage.cases import Case
from channels.storage.store import Store
from channels.storage.tables import messages as messages_table
from tests.handoff.office import SPEECH

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # eleven o'clock in Amsterdam
PACKET = {
    "reason": "asked",
    "topic": "shelter_access",
    "urgency": 2,
    "situation": {"children": 2},
    "findings": [],
    "open_questions": [],
}


@dataclass
class Outside:
    """One database, as one process sees it."""

    store: Store
    organisations: dict[str, Any]
    clock: list[datetime] = field(default_factory=lambda: [MONDAY])

    @property
    def office(self) -> Office:
        return Office(self.organisations, SPEECH, self.clock[0].date, lambda: self.clock[0])

    def later(self, **much: float) -> None:
        self.clock[0] += timedelta(**much)

    async def worker(self, name: str, org: str) -> Worker:
        def make(connection: sa.Connection) -> int:
            return workers.create(connection, f"{name.lower()}@voorbeeld.example", name, {org: "agent"})

        return Worker(await self.store.write(make), name)

    async def family(self, lang: str = "nl") -> str:
        """A talk that has just begun."""
        token = secrets.token_hex(8)
        return await self.store.write(lambda c: conversations.create(c, "webchat", token, lang, True, {}))

    async def do(self, talk: str, what: Callable[[Here], Any]) -> Any:
        """Something that a family does."""

        def done(connection: sa.Connection) -> Any:
            found = conversations.get(connection, talk)
            assert found
            return what(Here(connection, self.office, found))

        return await self.store.write(done)

    async def approved(self, talk: str, org: str = "stad", **packet: Any) -> str:
        """A family shares its lines with an organisation; the code of its case."""

        def share(here: Here) -> str:
            case = family.start_consent(here, org, {**PACKET, **packet})
            case = cases.get(here.connection, case.id) or case
            family.approve(here, case)
            return case.code

        return str(await self.do(talk, share))

    async def danger(self, talk: str) -> str:
        return str(await self.do(talk, lambda here: danger.alarm_person(here, "violence").code))

    async def withdraw(self, talk: str) -> None:
        await self.do(talk, waiting.withdraw)

    async def writes(self, talk: str, text: str) -> None:
        """A family writes to its case."""

        def write(here: Here) -> None:
            body = {"author": "family", "key": "family.text", "text": text, "lang": "nl", "dir": "ltr", "facts": {}}
            messages.append(here.connection, talk, "family", "family.text", body, None)
            if case := cases.newest(here.connection, talk, ("queued", "left", "active")):
                waiting.heard(here, case)

        await self.do(talk, write)

    async def case(self, code: str, org: str = "stad") -> Case:
        found = await self.store.read(lambda c: cases.by_code(c, code, [org]))
        assert found
        return found

    async def work(self, code: str, do: Callable[..., Any], *given: Any, org: str = "stad", **more: Any) -> Any:
        """An act of a worker on a case as it is now."""

        def act(connection: sa.Connection) -> Any:
            case = cases.by_code(connection, code, [org])
            assert case
            return do(connection, self.office, case, *given, **more)

        return await self.store.write(act)

    async def take(self, code: str, worker: Worker, org: str = "stad") -> None:
        await self.work(code, working.take, worker, org=org)

    async def said(self, talk: str, author: str = "worker") -> list[str]:
        """What the family was told by somebody, in order."""
        c = messages_table.c
        chosen = sa.select(c.body).where(c.conversation == talk, c.author == author).order_by(c.seq)
        return [body["text"] for body in await self.store.read(lambda db: list(db.execute(chosen).scalars()))]
