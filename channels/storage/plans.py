"""A plan outside the talk: ticks, of which the last word wins, the sheet, and links of which only a hash stands."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, select, update

from channels.storage.doors import hashed
from channels.storage.plan_tables import plan_links, plan_reminders, plan_sheets, plan_ticks
from channels.storage.store import inserting
from channels.storage.tables import messages

LINK_LIVES = timedelta(days=30)
_UNSEEN = timedelta(days=1)  # so long a sheet waits for its link: on WhatsApp that is made when the message goes
MOST_LINKS = 3  # of one family; with a fourth the oldest ends
SAID = "planning.paper"  # the key of the message that carries a link
_ADDRESS = re.compile(r"\S+/plan/([A-Za-z0-9_-]{43})\S*")


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link leads to. `ticks`: item → whether it is done, where that differs from the sheet or is newer."""

    conversation: str
    sheet: dict[str, Any]
    made_at: datetime
    expires_at: datetime
    ticks: dict[str, bool]


def ticked(connection: Connection, conversation: str) -> dict[str, bool]:
    """The newest word about each item that was ever ticked."""
    c = plan_ticks.c
    rows = connection.execute(select(c.slug, c.done).where(c.conversation == conversation).order_by(c.slug))
    return {row.slug: bool(row.done) for row in rows}


def tick(connection: Connection, conversation: str, marks: Mapping[str, bool], moment: datetime) -> None:
    """From now on these items are done, or are not. One row per item, whoever else writes at the same moment."""
    for slug, done in sorted(marks.items()):  # in one order, so that two writers never wait for each other
        row = {"conversation": conversation, "slug": slug, "done": int(done), "at": moment}
        _put(connection, plan_ticks, row, ["conversation", "slug"])


def keep(connection: Connection, conversation: str, sheet: Mapping[str, Any], moment: datetime) -> None:
    """From now on links lead to this sheet."""
    row = {"conversation": conversation, "sheet": dict(sheet), "made_at": moment}
    _put(connection, plan_sheets, row, ["conversation"])


def sheet_of(connection: Connection, conversation: str) -> dict[str, Any] | None:
    """The sheet that is kept of this plan."""
    found: dict[str, Any] | None = connection.execute(
        select(plan_sheets.c.sheet).where(plan_sheets.c.conversation == conversation)
    ).scalar()
    return found


def link(connection: Connection, conversation: str, moment: datetime) -> str:
    """A new link to the sheet, as the token in it; it lives LINK_LIVES. Beyond MOST_LINKS the oldest ones end."""
    c = plan_links.c
    mine = select(c.token_hash).where(c.conversation == conversation).order_by(c.created_at.desc(), c.token_hash)
    old = connection.execute(mine).scalars().all()[MOST_LINKS - 1 :]
    connection.execute(delete(plan_links).where(c.token_hash.in_(old)))
    token = secrets.token_urlsafe(32)
    row = {"token_hash": hashed(token), "conversation": conversation, "created_at": moment}
    connection.execute(plan_links.insert().values(**row, expires_at=moment + LINK_LIVES))
    if old:
        _take_out(connection, conversation)
    return token


def opened(connection: Connection, token: str, moment: datetime, *, hold: bool = False) -> Opened | None:
    """What this token opens; None when it is unknown, ended or too old.

    `hold`: whoever ends the link or erases the talk waits until this transaction is over, so that nothing is ticked
    after everything was erased.
    """
    c, s = plan_links.c, plan_sheets.c
    both = select(c.conversation, c.expires_at, s.sheet, s.made_at)
    joined = both.join(plan_sheets, s.conversation == c.conversation)
    mine = joined.where(c.token_hash == hashed(token), c.expires_at > moment)
    row = connection.execute(mine.with_for_update(of=plan_links) if hold else mine).first()
    if row is None:
        return None
    return Opened(row.conversation, row.sheet, row.made_at, row.expires_at, ticked(connection, row.conversation))


def wanted(connection: Connection, conversation: str, moment: datetime) -> bool:
    """Whether anybody looks at the sheet: by a link, or to be reminded."""
    c, r = plan_links.c, plan_reminders.c
    by_link = select(c.conversation).where(c.conversation == conversation, c.expires_at > moment)
    by_day = select(r.conversation).where(r.conversation == conversation, r.withdrawn_at.is_(None))
    return any(connection.execute(one.limit(1)).first() for one in (by_link, by_day))


def end(connection: Connection, token: str, moment: datetime) -> None:
    """This one link ends."""
    ended = delete(plan_links).where(plan_links.c.token_hash == hashed(token)).returning(plan_links.c.conversation)
    for conversation in connection.execute(ended).scalars().all():
        _ended(connection, conversation, moment)


def end_all(connection: Connection, conversation: str, moment: datetime) -> None:
    """Every link to this plan ends."""
    connection.execute(delete(plan_links).where(plan_links.c.conversation == conversation))
    _ended(connection, conversation, moment)


def _ended(connection: Connection, conversation: str, moment: datetime) -> None:
    """What nobody can look at any more goes at once."""
    _take_out(connection, conversation)
    if not wanted(connection, conversation, moment):
        connection.execute(delete(plan_sheets).where(plan_sheets.c.conversation == conversation))


def forget(connection: Connection, conversation: str) -> None:
    """Links, sheet, ticks and the wish to be reminded: all of it goes."""
    for table in (plan_links, plan_sheets, plan_ticks, plan_reminders):
        connection.execute(delete(table).where(table.c.conversation == conversation))


def forget_old(connection: Connection, moment: datetime) -> None:
    """Links that open nothing any more go, also out of what was said; and sheets that nobody can look at."""
    late = delete(plan_links).where(plan_links.c.expires_at <= moment).returning(plan_links.c.conversation)
    for conversation in set(connection.execute(late).scalars().all()):
        _take_out(connection, conversation)
    s = plan_sheets.c
    seen = select(plan_links.c.conversation).where(plan_links.c.conversation == s.conversation)
    reminded = select(plan_reminders.c.conversation).where(
        plan_reminders.c.conversation == s.conversation, plan_reminders.c.withdrawn_at.is_(None)
    )
    unseen = (~seen.exists(), ~reminded.exists(), s.made_at <= moment - _UNSEEN)
    connection.execute(delete(plan_sheets).where(*unseen))


def _take_out(connection: Connection, conversation: str) -> None:
    """Addresses that open nothing any more do not stay in what was said."""
    c, m = plan_links.c, messages.c
    live = set(connection.execute(select(c.token_hash).where(c.conversation == conversation)).scalars())

    def bare(found: re.Match[str]) -> str:
        return found[0] if hashed(found[1]) in live else "…"

    said = select(m.id, m.body).where(m.conversation == conversation, m.key == SAID)
    for number, body in connection.execute(said).all():
        text = _ADDRESS.sub(bare, body["text"])
        if text != body["text"]:
            connection.execute(update(messages).where(m.id == number).values(body={**body, "text": text}))


def _put(connection: Connection, table: Any, row: Mapping[str, Any], keys: list[str]) -> None:
    statement = inserting(connection, table).values(**row)
    rest = {name: value for name, value in row.items() if name not in keys}
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=rest))
