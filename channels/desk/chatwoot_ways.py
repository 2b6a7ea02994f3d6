"""What the way to Chatwoot and the way back share: names of what is kept, our mark on messages, and the brake."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from channels.desk.chatwoot_api import Unavailable

log = logging.getLogger(__name__)
OPEN, RESOLVED = 1, 2  # what we last told Chatwoot about a conversation
_OURS = "thuiswijzer:"
_MOST, _WITHIN = 20, timedelta(minutes=1)


def place(org: str, code: str) -> str:
    """The beginning of every name under which something about a case there is kept."""
    return f"chatwoot:{org}:{code}:"


def place_of(org: str, conversation: int | str = "") -> str:
    """The name under which the number of the case of a conversation is kept; without one, how all those begin."""
    return f"chatwoot-case:{org}:{conversation}"


def external_id(code: str, key: str) -> str:
    """Our mark on a message that we put there."""
    return f"{_OURS}{code}:{key}"


def is_ours(mark: object) -> bool:
    """Whether this is such a mark."""
    return isinstance(mark, str) and mark.startswith(_OURS)


class Slow(Unavailable):
    """So many messages so quickly look like two machines that talk; the rest waits, nothing is lost."""


class Pace:
    """At most twenty messages per conversation and minute, both ways together."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._past: deque[tuple[datetime, int]] = deque()

    def step(self, conversation: int) -> None:
        """Count one more. Raises Slow."""
        moment = self._clock()
        while self._past and self._past[0][0] <= moment - _WITHIN:
            self._past.popleft()
        if sum(one == conversation for _, one in self._past) >= _MOST:
            log.warning("chatwoot: %s messages within a minute in conversation %s; the rest waits", _MOST, conversation)
            raise Slow(str(conversation))
        self._past.append((moment, conversation))
