"""Ways in: the codes that posts print, and how often each way was used. Nothing about who used it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from channels.settings import now
from channels.storage.cases import letters
from channels.storage.entry_tables import entry_codes, entry_hits
from channels.storage.store import inserting

LENGTH = 7  # signs of a code
_KEEP = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Code:
    """One printed code and what it carries; `topic` may be "". `revoked_at`: from when on it opens nothing."""

    code: str
    post: str
    lang: str
    topic: str
    revoked_at: datetime | None


_COLUMNS = tuple(entry_codes.c[name] for name in Code.__slots__)


def make(connection: Connection, post: str, lang: str, topic: str) -> str:
    """The code that stands for this post, language and subject; made now when there is none."""
    c, given = entry_codes.c, {"post": post, "lang": lang, "topic": topic}
    standing = select(c.code).where(c.post == post, c.lang == lang, c.topic == topic, c.revoked_at.is_(None))
    while (found := connection.execute(standing).scalar()) is None:
        made = inserting(connection, entry_codes).values(code=letters(LENGTH), created_at=now(), **given)
        connection.execute(made.on_conflict_do_nothing())
    return str(found)


def find(connection: Connection, code: str) -> Code | None:
    """A code with what it carries, also one that was revoked."""
    row = connection.execute(select(*_COLUMNS).where(entry_codes.c.code == code)).first()
    return Code(*row) if row else None


def revoke(connection: Connection, code: str) -> bool:
    """From now on it opens nothing; False when it did not before, or never was."""
    c = entry_codes.c
    statement = update(entry_codes).where(c.code == code, c.revoked_at.is_(None)).values(revoked_at=now())
    return connection.execute(statement).rowcount == 1


def listed(connection: Connection) -> list[Code]:
    """Every code that was ever made, by post, language and subject, the oldest first."""
    c = entry_codes.c
    return [Code(*row) for row in connection.execute(select(*_COLUMNS).order_by(c.post, c.lang, c.topic, c.created_at))]


def count(connection: Connection, name: str, day: date) -> None:
    """One visit more by this code, or to the page of this post, on this day."""
    c = entry_hits.c
    first = inserting(connection, entry_hits).values(name=name, day=day, hits=1)
    connection.execute(first.on_conflict_do_update(index_elements=["name", "day"], set_={"hits": c.hits + 1}))


def hits(connection: Connection) -> dict[str, dict[date, int]]:
    """Name → day → how often, of every day that is kept, the days in order."""
    found: dict[str, dict[date, int]] = defaultdict(dict)
    c = entry_hits.c
    for name, day, often in connection.execute(select(c.name, c.day, c.hits).order_by(c.name, c.day)):
        found[name][day] = often
    return dict(found)


def forget_old(connection: Connection, today: date) -> None:
    """What was counted more than 400 days ago goes."""
    connection.execute(delete(entry_hits).where(entry_hits.c.day < today - _KEEP))
