"""Whoever wrote it hears that it did not arrive."""

from __future__ import annotations

import logging

from sqlalchemy import Connection

from channels.handoff import machine
from channels.handoff.casework import alarm
from channels.storage import cases, messages
from channels.storage.sendings import Sending

log = logging.getLogger(__name__)


def tell_desk(connection: Connection, sending: Sending, code: int) -> None:
    """A worker's message that WhatsApp cannot bring is an alarm at the desk; of our own messages the log tells."""
    log.error("message %s did not arrive: WhatsApp says %s", sending.id, code)
    messages.undelivered(connection, sending.outbox)
    case = cases.newest(connection, sending.conversation, machine.OPEN)
    if case and case.org:
        alarm(connection, case, "not delivered")
