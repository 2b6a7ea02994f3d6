"""The tables. Times are UTC, ISO text is never stored; content is JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeDecorator


class Moment(TypeDecorator[datetime]):
    """A moment in UTC. SQLite forgets the zone; this puts it back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ARG002
        """Aware datetimes come out, whatever the database kept."""
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("channel", String(16), nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("sender_id", String(32), nullable=False, unique=True),
    Column("lang", String(8), nullable=False),
    Column("lang_chosen", Integer, nullable=False, default=0),
    Column("lang_hint", String(8), nullable=False, default="", server_default=""),
    Column("entry", JSON, nullable=False),
    Column("control", String(8), nullable=False, default="bot"),
    Column("control_epoch", Integer, nullable=False, default=0),
    Column("last_seq", Integer, nullable=False, default=0),
    Column("turns", Integer, nullable=False, default=0),
    Column("lease_owner", String(32)),
    Column("lease_epoch", Integer, nullable=False, default=0),
    Column("lease_until", Moment(), nullable=False),
    Column("created_at", Moment(), nullable=False),
    Column("last_at", Moment(), nullable=False),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("dedupe_key", String(200), nullable=False, unique=True),
    Column("channel", String(16), nullable=False),
    Column("conversation", String(32), nullable=False),
    Column("body", Text, nullable=False),
    Column("state", String(8), nullable=False, default="new"),  # new, heard, done, failed
    Column("attempts", Integer, nullable=False, default=0),
    Column("error", Text),
    Column("received_at", Moment(), nullable=False),
    Index(None, "conversation", "state"),
    Index(None, "state"),
)

messages = Table(
    "messages",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("conversation", String(32), ForeignKey("conversations.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("author", String(8), nullable=False),
    Column("key", String(120), nullable=False),
    Column("body", JSON, nullable=False),
    Column("inbox_id", Integer),
    Column("created_at", Moment(), nullable=False),
    UniqueConstraint("conversation", "seq"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("message_id", Integer, ForeignKey("messages.id"), nullable=False, unique=True),
    Column("conversation", String(32), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("author", String(8), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("state", String(12), nullable=False, default="ready"),  # ready, sent, suppressed, dead
    Column("attempts", Integer, nullable=False, default=0),
    Column("not_before", Moment(), nullable=False),
    Column("error", Text),
    Index(None, "state", "not_before"),
)

cases = Table(
    "cases",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("code", String(16), nullable=False, unique=True),
    Column("conversation", String(32), ForeignKey("conversations.id"), nullable=False),
    Column("state", String(12), nullable=False, default="queued"),
    Column("urgency", Integer, nullable=False),
    Column("reason", String(40), nullable=False),
    Column("lang", String(8), nullable=False),
    Column("packet", JSON, nullable=False),
    Column("created_at", Moment(), nullable=False),
    Column("updated_at", Moment(), nullable=False),
    Index(None, "conversation", "state"),
)
