"""Cases: rows in, rows out. What a change means stands in channels.handoff."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, desc, insert, select, update

from channels.settings import now
from channels.storage.tables import cases, conversations

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


@dataclass(frozen=True, slots=True)
class Case:
    """One question of one family at one organisation. `version` rises with every change of state.

    `packet`: the lines a worker may read, each in the family's words and in Dutch, and what lies behind them.
    `facts`: what the machine remembers (agreed moment, reminders, outcome, next step, who helped before).
    """

    id: int
    code: str
    conversation: str
    state: str
    version: int
    org: str
    assignee: int | None
    parent: int | None
    urgency: int
    reason: str
    topic: str
    lang: str
    packet: dict[str, Any]
    facts: dict[str, Any]
    opened_at: datetime | None
    closed_at: datetime | None
    created_at: datetime
    updated_at: datetime


_COLUMNS = tuple(cases.c[name] for name in Case.__slots__)


def code(kind: str = "TW") -> str:
    """A code that a family can read out over a telephone."""
    return f"{kind}-{letters(6)}"


def letters(number: int) -> str:
    """Signs by chance, none of which is taken for another."""
    return "".join(secrets.choice(_LETTERS) for _ in range(number))


def create(connection: Connection, conversation: str, state: str, lang: str, **values: Any) -> Case:
    """A new case; give urgency, reason, packet, and what else differs from the defaults."""
    moment = now()
    given = {"org": "", "topic": "", "facts": {}, "packet": {}, **values}
    number = connection.execute(
        insert(cases)
        .values(
            code=code(),
            conversation=conversation,
            state=state,
            version=0,
            lang=lang,
            created_at=moment,
            updated_at=moment,
            **given,
        )
        .returning(cases.c.id)
    ).scalar_one()
    found = get(connection, number)
    assert found is not None  # noqa: S101 - created in this very transaction
    return found


def get(connection: Connection, number: int) -> Case | None:
    """One case by its number."""
    return _first(connection, cases.c.id == number)


def by_code(connection: Connection, code: str, orgs: Collection[str]) -> Case | None:
    """One case by its code, if it belongs to one of these organisations."""
    return _first(connection, (cases.c.code == code) & cases.c.org.in_(orgs))


def by_return(connection: Connection, return_hash: str) -> Case | None:
    """The case that this return code opens again; a code that was used opens nothing."""
    return _first(connection, cases.c.return_hash == return_hash)


def children(connection: Connection, parent: int) -> list[Case]:
    """The cases at other organisations that came out of this one, the newest first."""
    rows = connection.execute(select(*_COLUMNS).where(cases.c.parent == parent).order_by(desc(cases.c.id)))
    return [Case(**row._mapping) for row in rows]


def newest(connection: Connection, conversation: str, states: Iterable[str]) -> Case | None:
    """The newest case of this conversation in one of these states."""
    return _first(connection, (cases.c.conversation == conversation) & cases.c.state.in_(tuple(states)))


def all_of(connection: Connection, conversation: str, states: Iterable[str] | None = None) -> list[Case]:
    """Every case of a conversation (in one of these states), the newest first."""
    where = cases.c.conversation == conversation
    if states is not None:
        where &= cases.c.state.in_(tuple(states))
    return [
        Case(**row._mapping) for row in connection.execute(select(*_COLUMNS).where(where).order_by(desc(cases.c.id)))
    ]


def _first(connection: Connection, where: Any) -> Case | None:
    row = connection.execute(select(*_COLUMNS).where(where).order_by(desc(cases.c.id)).limit(1)).first()
    return Case(**row._mapping) if row else None


def lock(connection: Connection, conversation: str) -> None:
    """Two processes that change cases of one conversation wait for each other (SQLite has one writer anyway)."""
    connection.execute(select(conversations.c.id).where(conversations.c.id == conversation).with_for_update())


def change(connection: Connection, case: Case, **values: Any) -> bool:
    """Write a new form of the case, one version higher; False when somebody else was first."""
    values.setdefault("updated_at", now())
    statement = (
        update(cases)
        .where(cases.c.id == case.id, cases.c.version == case.version)
        .values(version=case.version + 1, **values)
    )
    return connection.execute(statement).rowcount == 1


def note_facts(connection: Connection, case: Case, **facts: Any) -> None:
    """Remember something that changes no state. None forgets it."""
    kept = merged(connection, case, facts)
    where = (cases.c.id == case.id) & (cases.c.version == case.version)  # what has moved on keeps its own facts
    connection.execute(update(cases).where(where).values(facts=kept, updated_at=now()))


def merged(connection: Connection, case: Case, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts as they are by now, whoever noted them, with these on top; None forgets one. Locks the case."""
    noted = connection.execute(select(cases.c.facts).where(cases.c.id == case.id).with_for_update()).scalar_one()
    return {name: value for name, value in {**noted, **facts}.items() if value is not None}


def keep_packet(connection: Connection, case: Case, packet: Mapping[str, Any]) -> bool:
    """Another form of what would be shared, while the family still reads it; False when that is over."""
    statement = update(cases).where(cases.c.id == case.id, cases.c.version == case.version)
    return connection.execute(statement.values(packet=dict(packet), updated_at=now())).rowcount == 1


def keep_return(connection: Connection, case: Case, return_hash: str) -> None:
    """From now on this code, and no earlier one, finds the case."""
    connection.execute(update(cases).where(cases.c.id == case.id).values(return_hash=return_hash))


def move(connection: Connection, case: Case, org: str) -> None:
    """Another organisation would receive it; its code finds it no more."""
    connection.execute(update(cases).where(cases.c.id == case.id).values(org=org, return_hash=None))


def raise_urgency(connection: Connection, case: Case, urgency: int, reason: str) -> None:
    """Never lower, always noticed."""
    values = {"urgency": max(case.urgency, urgency), "updated_at": now()}
    if urgency >= case.urgency:
        values["reason"] = reason
    connection.execute(update(cases).where(cases.c.id == case.id).values(values))


def listed(
    connection: Connection, orgs: Collection[str] | None, states: Iterable[str], limit: int = 6000
) -> list[dict[str, Any]]:
    """What an inbox shows, without any content: the most urgent first, then the oldest. None: of every organisation."""
    wanted = [*(cases.c[name] for name in _LISTED), cases.c.facts["prefer"].as_integer().label("prefer")]
    statement = select(*wanted).where(cases.c.state.in_(tuple(states)))
    if orgs is not None:
        statement = statement.where(cases.c.org.in_(orgs))
    statement = statement.order_by(desc(cases.c.urgency), cases.c.id).limit(limit)
    return [dict(row._mapping) for row in connection.execute(statement)]


_LISTED = (
    *("id", "code", "state", "version", "org", "assignee", "urgency", "reason", "topic", "lang"),
    *("created_at", "updated_at"),
)


def waits(connection: Connection, org: str, most: int = 50) -> list[float]:
    """How long the last families of this organisation waited for a worker, in seconds, the newest first."""
    taken = select(cases.c.facts).where(cases.c.org == org, cases.c.opened_at.is_not(None))
    rows = connection.execute(taken.order_by(desc(cases.c.opened_at)).limit(most)).scalars()
    return [float(facts["waited"]) for facts in rows if "waited" in facts]
