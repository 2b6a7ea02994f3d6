"""Messages on their way to WhatsApp. Each is written before it goes out, so that a crash never says a thing twice."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, delete, insert, or_, select, update

from channels.settings import now
from channels.storage import number_states, webhooks
from channels.storage.tables import inbox, messages, outbox
from channels.storage.whatsapp_tables import parked, sendings, threads

CHANNEL = "whatsapp"
RANK = ("ready", "trying", "sent", "delivered", "read", "played")
UNCLEAR = timedelta(seconds=30)  # so long a status may tell that something arrived whose answer was lost
_PARKED = timedelta(days=14)
_KEPT = timedelta(days=30)
_AT_ONCE = 500
_TURN = timedelta(seconds=8)  # longer than this nobody waits for the rest of an answer
_ALIVE = ("ready", "trying")


@dataclass(frozen=True, slots=True)
class Row:
    """One message of ours that has still to go out."""

    id: int
    body: Mapping[str, Any]
    author: str
    epoch: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Sending:
    """One message to WhatsApp. `outbox`: the rows that it brings; none for a template."""

    id: int
    conversation: str
    number: str
    outbox: Sequence[int]
    payload: Mapping[str, Any]
    state: str
    attempts: int
    not_before: datetime
    wamid: str | None


_COLUMNS = tuple(sendings.c[name] for name in Sending.__slots__)


def due(connection: Connection, busy: Collection[str] = (), limit: int = 200) -> list[str]:
    """Conversations with something to bring out now, the longest waiting first; without those that are `busy`."""
    moment = now()
    s, o, m = sendings.c, outbox.c, messages.c
    made = select(s.conversation).where(s.state == "ready", s.not_before <= moment).order_by(s.id)
    whole = or_(~_unanswered(o.conversation), m.created_at < moment - _TURN, m.key.startswith("crisis."))
    unmade = (
        select(o.conversation)
        .join_from(outbox, messages, m.id == o.message_id)
        .where(o.channel == CHANNEL, o.state == "ready", o.not_before <= moment, whole)
        .where(_reachable(o.conversation), ~_waiting(o.conversation, moment))  # or they would leave no room for others
        .order_by(o.id)
    )
    if resting := number_states.resting(connection):  # or all that waits there would leave no room for other numbers
        made = made.where(s.number.not_in(resting))
        there = select(threads.c.conversation).where(threads.c.number.in_(resting))
        unmade = unmade.where(o.conversation.not_in(there))
    found: dict[str, None] = {}
    for statement in (made, unmade):
        for conversation in connection.execute(statement).scalars():
            if conversation not in busy:
                found[conversation] = None
            if len(found) == limit:
                return list(found)
    return list(found)


def _reachable(conversation: Any) -> Any:
    somewhere = or_(threads.c.bsuid != "", threads.c.phone != "")
    return select(threads.c.conversation).where(threads.c.conversation == conversation, somewhere).exists()


def _waiting(conversation: Any, moment: datetime) -> Any:
    """Whether something goes before what is not written down yet, and cannot go out now."""
    s = sendings.c
    later = or_(s.state == "trying", and_(s.state == "ready", s.not_before > moment))
    return select(s.id).where(s.conversation == conversation, later).exists()


def complete(connection: Connection, conversation: str, rows: Sequence[Row]) -> bool:
    """Whether the answer is whole: nothing that the family sent waits for the bot, or it has taken too long."""
    if (
        any(str(row.body["key"]).startswith("crisis.") for row in rows)
        or min(row.since for row in rows) < now() - _TURN
    ):
        return True
    return not connection.execute(select(_unanswered(conversation))).scalar()


def _unanswered(conversation: Any) -> Any:
    mine = (inbox.c.conversation == conversation, inbox.c.state.in_(("new", "heard")))
    return select(inbox.c.id).where(*mine).exists()


def rows(connection: Connection, conversation: str) -> list[Row]:
    """What stands in the outbox of this conversation for WhatsApp, in order."""
    o = outbox.c
    return _rows(
        connection, o.conversation == conversation, o.channel == CHANNEL, o.state == "ready", o.not_before <= now()
    )


def brought(connection: Connection, sending: Sending) -> list[Row]:
    """The rows that this message brings, as far as they still stand."""
    return _rows(connection, outbox.c.id.in_(sending.outbox))


def _rows(connection: Connection, *where: Any) -> list[Row]:
    o = outbox.c
    statement = select(o.id, messages.c.body, o.author, o.epoch, o.not_before)
    statement = statement.join_from(outbox, messages, messages.c.id == o.message_id).where(*where)
    return [Row(*row) for row in connection.execute(statement.order_by(o.id))]


def settle_rows(connection: Connection, numbers: Sequence[int], state: str, error: str | None = None) -> None:
    """What has become of rows of the outbox."""
    if numbers:
        connection.execute(update(outbox).where(outbox.c.id.in_(numbers)).values(state=state, error=error))


def make(
    connection: Connection, conversation: str, number: str, brings: Sequence[Row], payload: dict[str, Any]
) -> None:
    """Write down one message to WhatsApp; the rows that it brings are on their way from now on."""
    ids, moment = [row.id for row in brings], now()
    values: dict[str, Any] = {"conversation": conversation, "number": number, "outbox": ids, "payload": payload}
    connection.execute(
        insert(sendings).values(**values, state="ready", attempts=0, code=0, not_before=moment, created_at=moment)
    )
    settle_rows(connection, ids, "leased")


def first(connection: Connection, conversation: str) -> Sending | None:
    """The oldest message of this conversation that is not yet out: nothing passes it."""
    s = sendings.c
    statement = select(*_COLUMNS).where(s.conversation == conversation, s.state.in_(_ALIVE)).order_by(s.id).limit(1)
    row = connection.execute(statement).first()
    return Sending(*row) if row else None


def get(connection: Connection, number: int) -> Sending | None:
    """One message by its number."""
    row = connection.execute(select(*_COLUMNS).where(sendings.c.id == number)).first()
    return Sending(*row) if row else None


def start(connection: Connection, sending: Sending) -> bool:
    """Take it in hand; False when another process did."""
    s = sendings.c
    statement = (
        update(sendings)
        .where(s.id == sending.id, s.state == "ready", s.attempts == sending.attempts)
        .values(state="trying", tried_at=now(), attempts=s.attempts + 1)
    )
    return connection.execute(statement).rowcount == 1


def accepted(connection: Connection, number: int, wamid: str) -> bool:
    """It is out. The words go here too: they stand in the talk. False when that was known already."""
    s = sendings.c
    statement = (
        update(sendings)
        .where(s.id == number, s.state.in_((*_ALIVE, "dead")))
        .values(state="sent", wamid=wamid, payload={}, code=0)
        .returning(s.conversation, s.outbox)
    )
    row = connection.execute(statement).first()
    if row is None:
        return False
    rest = select(s.outbox).where(s.conversation == row.conversation, s.state.in_(_ALIVE), s.id != number)
    later = {one for brings in connection.execute(rest).scalars() for one in brings}
    settle_rows(connection, [one for one in row.outbox if one not in later], "sent")
    told = delete(parked).where(parked.c.wamid == wamid).returning(parked.c.status, parked.c.code)
    for status, code in sorted(map(tuple, connection.execute(told))):  # "delivered" goes before "failed"
        raise_to(connection, wamid, status, code)
    return True


def failure(connection: Connection, number: int) -> int | None:
    """The code with which this message failed after it was accepted; None when it did not."""
    where = (sendings.c.id == number, sendings.c.state == "failed")
    code: int | None = connection.execute(select(sendings.c.code).where(*where)).scalar()
    return code


def again(connection: Connection, number: int, at: datetime, code: int) -> None:
    """It did not go out: once more, not before this moment; unless a status told meanwhile that it did."""
    trying = (sendings.c.id == number, sendings.c.state == "trying")
    connection.execute(update(sendings).where(*trying).values(state="ready", not_before=at, code=code))


def replace(connection: Connection, number: int, payload: Mapping[str, Any], code: int) -> None:
    """The same in another form, at once."""
    connection.execute(
        update(sendings)
        .where(sendings.c.id == number)
        .values(state="ready", not_before=now(), code=code, payload=dict(payload))
    )


def give_up(connection: Connection, sending: Sending, rows_become: str, code: int) -> None:
    """It does not go out, nor what else brings its rows; these become dead, held (for the window) or suppressed."""
    state, s = "suppressed" if rows_become == "suppressed" else "dead", sendings.c
    others = select(s.id, s.outbox).where(s.conversation == sending.conversation, s.state.in_(_ALIVE))
    mine = set(sending.outbox)
    ids = [sending.id, *(row.id for row in connection.execute(others) if mine & set(row.outbox))]
    connection.execute(update(sendings).where(s.id.in_(ids)).values(state=state, code=code, payload={}))
    settle_rows(connection, sending.outbox, rows_become, f"WhatsApp {code}" if code else None)


def raise_to(connection: Connection, wamid: str, status: str, code: int) -> Sending | None:
    """A later status replaces an earlier one, never the other way round. None when nothing changed."""
    if status != "failed" and status not in RANK:
        return None
    below = RANK[: RANK.index("delivered" if status == "failed" else status)]
    statement = (
        update(sendings)
        .where(sendings.c.wamid == wamid, sendings.c.state.in_(below))
        .values(state=status, code=code)
        .returning(*_COLUMNS)
    )
    row = connection.execute(statement).first()
    return Sending(*row) if row else None


def is_known(connection: Connection, wamid: str) -> bool:
    """Whether a message of ours has this id."""
    return connection.execute(select(sendings.c.id).where(sendings.c.wamid == wamid)).first() is not None


def park(connection: Connection, wamid: str, status: str, code: int) -> None:
    """Keep a status for a message whose id we have not heard yet."""
    known = and_(parked.c.wamid == wamid, parked.c.status == status[:12])
    if connection.execute(select(parked.c.id).where(known)).first() is None:
        connection.execute(insert(parked).values(wamid=wamid, status=status[:12], code=code, at=now()))


def forget_old(connection: Connection, moment: datetime) -> None:
    """A status for a message that nobody knows after two weeks is of no message of ours.

    After a month Meta tells nothing more of a message, and in the id that Meta gave it a telephone number may stand:
    a part of them goes.
    """
    connection.execute(delete(parked).where(parked.c.at < moment - _PARKED))
    s = sendings.c
    ended = select(s.id, s.created_at).where(s.state.not_in(_ALIVE)).order_by(s.id).limit(_AT_ONCE)
    old = [number for number, at in connection.execute(ended) if at < moment - _KEPT]
    if old:
        connection.execute(delete(sendings).where(s.id.in_(old)))


def unclear(connection: Connection, under_way: Collection[int] = ()) -> int:
    """What was in hand so long that its answer will not come: out again, but for what is `under_way`. Gives how many.

    A status that tells of it may stand among the webhooks that nobody has read yet: those come first.
    """
    s = sendings.c
    moment = webhooks.read_until(connection) - UNCLEAR
    statement = update(sendings).where(s.state == "trying", s.tried_at <= moment, s.id.not_in(under_way))
    return connection.execute(statement.values(state="ready", not_before=now())).rowcount


def doubt_anew(connection: Connection) -> int:
    """What was in hand when we stopped is waited for as long as if it went out now. Gives how many."""
    return connection.execute(update(sendings).where(sendings.c.state == "trying").values(tried_at=now())).rowcount


def silence(connection: Connection, conversation: str) -> None:
    """Nothing that waits goes out any more."""
    s, o = sendings.c, outbox.c
    alive = (s.conversation == conversation, s.state == "ready")
    connection.execute(update(sendings).where(*alive).values(state="suppressed", payload={}))
    waits = or_(o.state == "ready", o.state == "held", and_(o.state == "leased", ~_in_hand(conversation)))
    here = (o.conversation == conversation, o.channel == CHANNEL, waits)
    connection.execute(update(outbox).where(*here).values(state="suppressed"))


def _in_hand(conversation: str) -> Any:
    s = sendings.c
    return select(s.id).where(s.conversation == conversation, s.state == "trying").exists()
