"""Whether what is said to a family reaches it now: WhatsApp takes free words only for a day after its last message."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from sqlalchemy import Connection

from channels.handoff.casework import Office
from channels.storage import threads
from channels.storage.cases import Case

MARGIN = timedelta(minutes=2)  # what is said so shortly before the end would come too late


class Way(StrEnum):
    """How words reach a family."""

    NOW = "now"
    LATER = "later"  # they are kept until it writes back
    NEVER = "never"  # it wants silence, or its number is blocked


def way(connection: Connection, office: Office, case: Case) -> Way:
    """How words of this case reach its family at this moment."""
    reach = threads.reach(connection, case.conversation)
    if reach is None:
        return Way.NOW
    if reach.stopped:
        return Way.NEVER
    return Way.NOW if reach.page or office.clock() < reach.window_until - MARGIN else Way.LATER
