"""Follows what happens to the cases of one organisation, event by event, for somebody outside this house.

What fails comes again later, with growing pauses, and is never passed over; what succeeded is never done again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime

from aiohttp import web
from sqlalchemy import Connection

from channels.storage import audit, cursors
from channels.storage.audit import Event
from channels.storage.store import Store

log = logging.getLogger(__name__)
Handle = Callable[[Event], Awaitable[None]]
Choose = Callable[[Sequence[Event]], Iterable[Event]]
_EVERY = 1.0  # seconds between two looks at whether anything is new
_LONGEST = 30.0  # seconds that one event may take; must fit well into the lease
_LEASE = 60
_FIRST_PAUSE, _LAST_PAUSE = 5.0, 3600.0  # seconds
_ELSEWHERE_PAUSE = 5.0
_LAST_MOMENTS = 5.0


class Elsewhere(Exception):
    """Another process does this work now."""


class Follower:
    """Calls `handle` for each event that `choose` keeps. `name` is unique; the cursor is kept under it."""

    def __init__(
        self, store: Store, clock: Callable[[], datetime], name: str, org: str, handle: Handle, choose: Choose = iter
    ) -> None:
        self.name, self.news, self.failures = name, asyncio.Event(), 0
        self._store, self._clock, self._org, self._handle, self._choose = store, clock, org, handle, choose
        self._read: int | None = None  # how far this process has read
        self._done = 0  # the last event that it handled
        self._lease = 0  # the second until which it holds the work
        self._at_work = asyncio.Lock()

    @property
    def pause(self) -> float:
        """Seconds until it is tried again; longer with every failure."""
        return min(_LAST_PAUSE, _FIRST_PAUSE * (1 << min(max(self.failures - 1, 0), 20)))

    async def begin(self) -> None:
        """Find where it stopped. The very first time it begins with what happens from now on."""
        self._read = await self._store.write(lambda c: cursors.begin(c, self.name, audit.newest(c)))

    async def look(self) -> None:
        """Handle what is new, in order. Raises what `handle` raises, or Elsewhere; then nothing was passed over."""
        if self._read is None:
            await self.begin()
        while events := await self._store.read(lambda c: audit.cases_after(c, self._read or 0, self._org)):
            for event in self._choose(events):
                async with self._at_work:
                    await self._handle_once(event)
            self._read = events[-1].id

    async def run(self) -> None:
        """Look whenever there is news, until cancelled."""
        while True:
            self.news.clear()
            try:
                await self.look()
            except Elsewhere:
                await asyncio.sleep(_ELSEWHERE_PAUSE)
            except Exception as error:
                self.failures += 1
                log.warning("%s: failed (%s); again in %.0f seconds", self.name, type(error).__name__, self.pause)
                await asyncio.sleep(self.pause)
            else:
                self.failures = 0
                await self.news.wait()

    async def finish(self) -> None:
        """Let what is under way end, begin nothing more, and let another process take over at once."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_LAST_MOMENTS):
                await self._at_work.acquire()
        await self._store.write(lambda c: self._lease and cursors.lease(c, f"{self.name}:lease", self._lease, 0, 0))

    async def _handle_once(self, event: Event) -> None:
        second = int(self._clock().timestamp())
        reached = await self._store.write(lambda c: self._hold(c, second))
        if reached is None:
            raise Elsewhere
        self._lease = second + _LEASE
        if event.id > max(reached, self._done):
            async with asyncio.timeout(_LONGEST):
                await self._handle(event)
            self._done = event.id  # should the next line fail, it is noted later, and not done again
        if event.id > reached:
            await self._store.write(lambda c: cursors.put(c, self.name, event.id))

    def _hold(self, connection: Connection, second: int) -> int | None:
        """How far all processes together have come; None while another one is at work."""
        if not cursors.lease(connection, f"{self.name}:lease", self._lease, second, second + _LEASE):
            return None
        return cursors.get(connection, self.name) or 0


def attach(app: web.Application, store: Store, followers: Sequence[Follower]) -> None:
    """Keep them at work while the application runs. They end before the database is let go."""
    kept: list[asyncio.Task[None]] = []

    async def begin(_app: web.Application) -> None:
        kept.append(asyncio.create_task(_follow(store, followers)))

    async def end(_app: web.Application) -> None:
        await asyncio.gather(*(follower.finish() for follower in followers), return_exceptions=True)
        for task in kept:
            task.cancel()
        await asyncio.gather(*kept, return_exceptions=True)

    app.on_startup.append(begin)
    app.on_shutdown.append(end)


async def _follow(store: Store, followers: Sequence[Follower]) -> None:
    """One look at the audit serves all."""
    at_work = [asyncio.create_task(follower.run()) for follower in followers]
    newest = 0
    try:
        while True:
            await asyncio.sleep(_EVERY)
            with suppress(Exception):  # a database out of reach is somebody else's to report
                before, newest = newest, await store.read(audit.newest)
                if newest != before:
                    for follower in followers:
                        follower.news.set()
    finally:
        for task in at_work:
            task.cancel()
        await asyncio.gather(*at_work, return_exceptions=True)
