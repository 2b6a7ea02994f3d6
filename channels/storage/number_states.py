"""Our WhatsApp numbers: whether one was stopped and why, and how much it sent this month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, insert, or_, select, update

from channels.settings import DUTCH_TIME, now
from channels.storage.whatsapp_tables import number_states

_C = number_states.c


@dataclass(frozen=True, slots=True)
class NumberState:
    """`sent`: messages counted against the free ones of `month` (yyyy-mm); `warned`: the share last told of."""

    number: str
    stopped_at: datetime | None = None
    reason: str = ""
    month: str = ""
    sent: int = 0
    warned: int = 0
    slow_until: datetime | None = None


def of(connection: Connection, number: str) -> NumberState:
    """How it is with a number; one that never sent is well."""
    columns = [_C[name] for name in NumberState.__slots__]
    row = connection.execute(select(*columns).where(_C.number == number)).first()
    return NumberState(*row) if row else NumberState(number)


def stop(connection: Connection, number: str, reason: str) -> bool:
    """Nothing goes out any more until a person resumes it. False when it was stopped already."""
    if of(connection, number).stopped_at:
        return False
    _set(connection, number, stopped_at=now(), reason=reason[:120])
    return True


def resume(connection: Connection, number: str) -> None:
    """A person mended it."""
    _set(connection, number, stopped_at=None, reason="")


def stopped(connection: Connection) -> list[str]:
    """Numbers that send nothing until a person resumes them."""
    return list(connection.execute(select(_C.number).where(_C.stopped_at.is_not(None))).scalars())


def resting(connection: Connection) -> list[str]:
    """Numbers that send nothing now: stopped, or asked by Meta to be slower for a while."""
    rests = or_(_C.stopped_at.is_not(None), _C.slow_until > now())
    return list(connection.execute(select(_C.number).where(rests)).scalars())


def slow(connection: Connection, number: str, until: datetime) -> None:
    """Meta asks for less: nothing goes out before this moment."""
    _set(connection, number, slow_until=until)


def count(connection: Connection, number: str) -> NumberState:
    """One message more this month; how it is now."""
    month = f"{now().astimezone(DUTCH_TIME):%Y-%m}"
    same = _C.month == month
    sent, told = case((same, _C.sent + 1), else_=1), case((same, _C.warned), else_=0)
    _set(connection, number, month=month, sent=sent, warned=told)
    return of(connection, number)


def warned(connection: Connection, number: str, share: int) -> None:
    """Somebody was told that this share (in %) of the free messages is used."""
    _set(connection, number, warned=share)


def _set(connection: Connection, number: str, **values: Any) -> None:
    if not connection.execute(update(number_states).where(_C.number == number).values(**values)).rowcount:
        connection.execute(insert(number_states).values(reason="", month="", sent=0, warned=0, number=number))
        connection.execute(update(number_states).where(_C.number == number).values(**values))
