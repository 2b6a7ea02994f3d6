"""Rasa's own SQL tracker store, with settings that make SQLite quick enough.

In: TRACKER_URL, an SQLAlchemy address (sqlite:///... or postgresql://...). Out: the store.
On SQLite a write-ahead log saves a disk flush per turn; after a power cut the last turns may
be missing here, never in the gateway's own database. PostgreSQL is left as it is.
"""

from typing import Any

import sqlalchemy as sa
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.trackers import DialogueStateTracker


def _quick_sqlite(connection: Any, _: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()


class HouseTrackerStore(SQLTrackerStore):
    """SQLTrackerStore for one address, SQLite or PostgreSQL."""

    def __init__(self, host: str, **kwargs: Any) -> None:
        super().__init__(host=host, **kwargs)
        if self.engine.dialect.name == "sqlite":
            sa.event.listen(self.engine, "connect", _quick_sqlite)
            # The connections that made the tables were opened before we listened.
            self.engine.dispose()

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Saves the turn, or removes everything of this sender when the family asked for that."""
        if (tracker.get_slot("talk") or {}).get("erase") is not True:
            await super().save(tracker)
            return
        with self.session_scope() as session:
            session.query(self.SQLEvent).filter_by(sender_id=tracker.sender_id).delete()
            session.commit()
