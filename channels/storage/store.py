"""One writer thread that commits in groups, and a few readers. The same code serves SQLite and PostgreSQL.

Many small writers fight for the lock of SQLite; one writer that puts whatever waits into one transaction
acknowledges twenty parallel requests within a few milliseconds, each after its own data is on disk.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite

T = TypeVar("T")
Work = Callable[[Connection], T]
Waiting = tuple[Work[Any], asyncio.Future[Any]]
_GROUP = 64


class Store:
    """Open with `Store(url)`, close with `close()`. Work functions get a Connection inside a transaction.

    They may be run twice (when another one of the same group failed), so they do nothing but database work.
    """

    def __init__(self, url: str) -> None:
        """Raises sqlalchemy.exc.OperationalError when the database cannot be reached."""
        self._engine = make_engine(url)
        self._readers = ThreadPoolExecutor(4, thread_name_prefix="reader")
        self._urgent: deque[Waiting] = deque()
        self._other: deque[Waiting] = deque()
        self._something = threading.Event()
        self._closing = False
        self._writer = threading.Thread(target=self._write_forever, name="writer", daemon=True)
        self._writer.start()

    async def write(self, work: Work[T], *, urgent: bool = False) -> T:
        """Run `work` and commit; the answer comes after the commit. What `work` raises undoes only that work.

        urgent: goes before everything that waits; for what somebody must hear is safely stored.
        """
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        (self._urgent if urgent else self._other).append((work, future))
        self._something.set()
        return await future

    async def read(self, work: Work[T]) -> T:
        """Run `work` in a transaction of its own that is rolled back afterwards."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, work)

    def close(self) -> None:
        """Finish what waits, then let go of the database."""
        self._closing = True
        self._something.set()
        self._writer.join(timeout=10)
        self._readers.shutdown()
        self._engine.dispose()

    def _read(self, work: Work[T]) -> T:
        with self._engine.connect() as connection:
            return work(connection)

    def _write_forever(self) -> None:
        while True:
            self._something.wait()
            self._something.clear()
            while self._urgent or self._other:
                self._write_group()
            if self._closing:
                return

    def _write_group(self) -> None:
        group: list[Waiting] = []
        results: list[Any] = []
        urgent = bool(self._urgent)
        waiting = self._urgent if urgent else self._other
        try:
            with self._engine.begin() as connection:
                # what is urgent ends a group of what is not
                while waiting and len(group) < _GROUP and (urgent or not self._urgent):
                    group.append(waiting.popleft())
                    results.append(group[-1][0](connection))
        except Exception:
            if not group:  # the database itself is out of reach: whoever is first must hear it
                group.append(waiting.popleft())
            _settle_all([(future, *self._write_alone(work)) for work, future in group])
        else:
            _settle_all([(future, result, None) for (_, future), result in zip(group, results, strict=True)])

    def _write_alone(self, work: Work[Any]) -> tuple[Any, BaseException | None]:
        try:
            with self._engine.begin() as connection:
                return work(connection), None
        except Exception as error:
            return None, error


def _settle_all(done: list[tuple[asyncio.Future[Any], Any, BaseException | None]]) -> None:
    for loop in {future.get_loop() for future, _, _ in done}:
        if not loop.is_closed():
            loop.call_soon_threadsafe(_settle, [row for row in done if row[0].get_loop() is loop])


def _settle(done: list[tuple[asyncio.Future[Any], Any, BaseException | None]]) -> None:
    for future, result, error in done:
        if future.cancelled():
            continue
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)


def inserting(connection: Connection, table: Table) -> Any:
    """An insert into `table` that can also say what happens where the row stands already (`on_conflict_do_…`)."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    return dialect.insert(table)


def make_engine(url: str) -> Engine:
    """An engine whose SQLite connections use WAL, full durability and real transactions.

    Errors leave out the values of a statement: they are what families write, and errors go to the log.
    """
    engine = create_engine(url, pool_pre_ping=not url.startswith("sqlite"), pool_size=6, hide_parameters=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_connect)
        event.listen(engine, "begin", _sqlite_begin)
    return engine


def _sqlite_connect(connection: Any, _record: Any) -> None:
    # pysqlite would otherwise begin and commit by itself, and savepoints would not hold
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_begin(connection: Connection) -> None:
    in_writer = threading.current_thread().name == "writer"
    connection.exec_driver_sql("BEGIN IMMEDIATE" if in_writer else "BEGIN")
