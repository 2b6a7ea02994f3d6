"""What became of what we sent: statuses, errors that stop a number, and what is left of the free messages."""

from __future__ import annotations

import logging
from datetime import timedelta

from sqlalchemy import Connection

from channels.handoff.casework import SYSTEM
from channels.settings import now
from channels.storage import audit, number_states, outbox, sendings, threads
from channels.storage.sendings import Sending
from channels.whatsapp.errors import Reaction, react, stops
from channels.whatsapp.events import Status
from channels.whatsapp.numbers import Number
from channels.whatsapp.undelivered import tell_desk

log = logging.getLogger(__name__)
_WARN_AT = (100, 80)  # per cent of the free messages of a month
_TRIES = 3
_LONGEST = 9  # digits; a mark of somebody else's may be larger than a database can look for
# what may yet arrive a little later
_LATER = frozenset({Reaction.RETRY, Reaction.SLOW, Reaction.HOLD})


def status(connection: Connection, number: Number, event: Status) -> None:
    """Take in one status. It may come before the answer to our own call, twice, or in the wrong order."""
    raised = sendings.raise_to(connection, event.wamid, event.status, event.code)
    if raised is None and not sendings.is_known(connection, event.wamid):
        if not _settled(connection, number, event):
            sendings.park(connection, event.wamid, event.status, event.code)
            return
        raised = sendings.raise_to(connection, event.wamid, event.status, event.code)
    if raised and event.status == "failed":
        _failed(connection, number, raised, event.code, event.details)


def _settled(connection: Connection, number: Number, event: Status) -> bool:
    """Whether this status tells that a message of ours is out, whose answer we never got."""
    if not event.ours.isdecimal() or len(event.ours) > _LONGEST:
        return False
    sending = sendings.get(connection, int(event.ours))
    if sending is None or sending.number != number.phone_number_id or sending.wamid is not None:
        return False
    return accepted(connection, number, sending, event.wamid)


def accepted(connection: Connection, number: Number, sending: Sending, wamid: str) -> bool:
    """A message is out under this id; what was told of that id before counts now. False when that was known already."""
    if not sendings.accepted(connection, sending.id, wamid):
        return False
    _count(connection, number, sending)
    if (code := sendings.failure(connection, sending.id)) is not None:
        _failed(connection, number, sending, code, "")
    return True


def _count(connection: Connection, number: Number, sending: Sending) -> None:
    """Against the free messages of this month; templates never were free."""
    if sending.payload.get("type") == "template":
        return
    state = number_states.count(connection, number.phone_number_id)
    share = next((share for share in _WARN_AT if state.sent * 100 >= number.free_per_month * share), 0)
    if share > state.warned:
        number_states.warned(connection, number.phone_number_id, share)
        audit.append(connection, SYSTEM, "whatsapp.allowance", number.slug, detail={"share": share})
        log.warning("number %s has used %s %% of its free messages this month (%s)", number.slug, share, state.sent)


def trouble(connection: Connection, number: Number, code: int, details: str) -> None:
    """An error of Meta's: whatever a person must mend stops the number, so that no try is burnt."""
    if stops(react(code, 0)) and number_states.stop(connection, number.phone_number_id, f"{code} {details}".strip()):
        audit.append(connection, SYSTEM, "whatsapp.stopped", number.slug, detail={"code": code})
        log.critical("number %s is stopped: Meta says %s (%s); nothing is lost, see: thuiswijzer whatsapp doctor",
                     number.slug, code, details)  # fmt: skip


def _failed(connection: Connection, number: Number, sending: Sending, code: int, details: str) -> None:
    """Accepted first and not delivered after all: its rows go out again, wait for the window, or are told of."""
    reaction, rows = react(code, 0), sending.outbox
    trouble(connection, number, code, details)
    if stops(reaction):  # once a person has mended it; then a short message is due again as well
        outbox.once_more(connection, rows, now())
        if not rows:
            threads.note(connection, sending.conversation, template_at=None)
            threads.release(connection, sending.conversation)
    elif reaction is Reaction.TEMPLATE:
        threads.close(connection, sending.conversation, sending.not_before)
        outbox.once_more(connection, rows, now())
    elif rows and reaction in _LATER and outbox.tried(connection, rows) < _TRIES:
        outbox.once_more(connection, rows, now() + timedelta(seconds=30))
    else:
        sendings.settle_rows(connection, rows, "dead", f"WhatsApp {code}")
        tell_desk(connection, sending, code)
