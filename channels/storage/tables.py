"""The tables. Times are UTC, ISO text is never stored; content is JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
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
    """A moment in UTC. SQLite forgets the zone: it is kept in UTC and put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ARG002
        """The closing time of a desk comes in on the desk's own clock."""
        return value.astimezone(UTC) if value is not None else None

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
    Column("control", String(8), nullable=False, default="bot"),  # bot, hold, worker
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
    Index(None, "conversation", "state"),
)

cases = Table(
    "cases",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("code", String(16), nullable=False, unique=True),
    Column("conversation", String(32), ForeignKey("conversations.id"), nullable=False),
    Column("state", String(20), nullable=False, default="queued"),
    Column("version", Integer, nullable=False, default=0, server_default="0"),
    Column("org", String(40), nullable=False, default="", server_default=""),
    Column("assignee", Integer),
    Column("parent", Integer),
    Column("urgency", Integer, nullable=False),
    Column("reason", String(40), nullable=False),
    Column("topic", String(40), nullable=False, default="", server_default=""),
    Column("lang", String(8), nullable=False),
    Column("packet", JSON, nullable=False),
    Column("facts", JSON, nullable=False, default=dict, server_default="{}"),
    Column("return_hash", String(64)),
    Column("opened_at", Moment()),
    Column("closed_at", Moment()),
    Column("created_at", Moment(), nullable=False),
    Column("updated_at", Moment(), nullable=False),
    Index(None, "conversation", "state"),
    Index(None, "org", "state"),
    Index(None, "return_hash"),
)

# a promise to look at something at a moment; worthless once the case has moved on (`version`)
timers = Table(
    "timers",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("kind", String(20), nullable=False),
    Column("case_id", Integer, ForeignKey("cases.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("due_at", Moment(), nullable=False),
    Column("fired_at", Moment()),
    Index(None, "fired_at", "due_at"),
    Index(None, "case_id"),
)

consents = Table(
    "consents",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("case_id", Integer, ForeignKey("cases.id"), nullable=False),
    Column("conversation", String(32), nullable=False),
    Column("org", String(40), nullable=False),
    Column("items", JSON, nullable=False),
    Column("text_hash", String(64), nullable=False),
    Column("lang", String(8), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("receipt", String(16), nullable=False, unique=True),
    Column("given_at", Moment(), nullable=False),
    Column("withdrawn_at", Moment()),
    Index(None, "case_id"),
)

notes = Table(
    "notes",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("case_id", Integer, ForeignKey("cases.id"), nullable=False),
    Column("worker", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("created_at", Moment(), nullable=False),
    Index(None, "case_id"),
)

workers = Table(
    "workers",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("email", String(200), nullable=False, unique=True),  # lower case
    Column("name", String(80), nullable=False),
    Column("lang", String(8), nullable=False, default="nl"),
    Column("languages", JSON, nullable=False, default=list),
    Column("state", String(8), nullable=False, default="invited"),  # invited, active, off
    Column("password_hash", String(200)),
    Column("totp_secret", String(64)),
    Column("totp_step", Integer, nullable=False, default=-1),  # the last one used: a code works once
    Column("recovery", JSON, nullable=False, default=list),  # hashes
    Column("invite_hash", String(64)),
    Column("invite_until", Moment()),
    Column("created_at", Moment(), nullable=False),
    Index(None, "invite_hash"),
)

memberships = Table(
    "memberships",
    metadata,
    Column("worker", Integer, ForeignKey("workers.id"), primary_key=True),
    Column("org", String(40), primary_key=True),
    Column("role", String(8), nullable=False),  # agent, lead, admin, auditor
)

desk_sessions = Table(
    "desk_sessions",
    metadata,
    Column("id_hash", String(64), primary_key=True),
    Column("worker", Integer, ForeignKey("workers.id"), nullable=False),
    Column("agent", String(120), nullable=False),
    Column("created_at", Moment(), nullable=False),
    Column("seen_at", Moment(), nullable=False),
    Column("open_at", Moment()),  # the page stood open, used or not
    Column("revoked_at", Moment()),
    Index(None, "worker"),
)

# failed attempts per account and per address; the key is a hash
login_failures = Table(
    "login_failures",
    metadata,
    Column("key_hash", String(64), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("last_at", Moment(), nullable=False),
)

# only ever added to; each row carries the hash of the one before
audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Moment(), nullable=False),
    Column("actor_kind", String(8), nullable=False),  # family, worker, system
    Column("actor", String(40), nullable=False),
    Column("org", String(40), nullable=False),
    Column("action", String(40), nullable=False),
    Column("object", String(40), nullable=False),
    Column("detail", JSON, nullable=False),
    Column("prev_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    Index(None, "org", "id"),
    Index(None, "object"),
)

# how far somebody who follows the audit has come, what is known under which number elsewhere, who is at work until when
cursors = Table(
    "cursors",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("event", BigInteger, nullable=False),
)

# a link to the secure page or a code for another device, and who came in by it: only hashes
doors = Table(
    "doors",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("conversation", String(32), ForeignKey("conversations.id"), nullable=False),
    Column("kind", String(8), nullable=False),  # link, inside; code, device
    Column("expires_at", Moment(), nullable=False),
    Column("used_at", Moment()),
    Column("created_at", Moment(), nullable=False),
    Index(None, "conversation"),
)
