"""Wakes the open streams of a conversation when there is something new."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


class Hub:
    """One per process. Listeners get a mark, not the message: what is shown is always read from the database."""

    def __init__(self) -> None:
        self._listeners: dict[str, set[asyncio.Event]] = defaultdict(set)
        self.closing = asyncio.Event()

    async def deliver(self, conversation: str, _body: dict[str, Any]) -> None:
        """The web chat's way out: the message is visible as soon as it is taken from the outbox."""
        self.wake(conversation)

    def wake(self, conversation: str) -> None:
        """Tell every open stream of this conversation to look."""
        for event in self._listeners.get(conversation, ()):
            event.set()

    def count(self, conversation: str) -> int:
        """How many streams are open."""
        return len(self._listeners.get(conversation, ()))

    @contextmanager
    def listen(self, conversation: str) -> Iterator[asyncio.Event]:
        """An event that is set whenever there is something new, for as long as the block lasts."""
        event = asyncio.Event()
        self._listeners[conversation].add(event)
        try:
            yield event
        finally:
            self._listeners[conversation].discard(event)
            if not self._listeners[conversation]:
                del self._listeners[conversation]

    def close(self) -> None:
        """Let every stream say goodbye."""
        self.closing.set()
        for conversation in list(self._listeners):
            self.wake(conversation)
