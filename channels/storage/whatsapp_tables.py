"""The tables that only WhatsApp needs: what came in raw, who is who, what went out, and what became of it."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from channels.storage.tables import Moment, metadata

# what WhatsApp told us, as it came; blank once it is understood
webhooks = Table(
    "webhooks",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("body_hash", String(64), nullable=False, unique=True),
    Column("body", LargeBinary, nullable=False),
    Column("state", String(8), nullable=False, default="new"),  # new, done, unknown, failed
    Column("error", Text),
    Column("received_at", Moment(), nullable=False),
    Index(None, "state"),
)

# one family on one number of ours; `bsuid` and `phone` are where to write to
threads = Table(
    "threads",
    metadata,
    Column("conversation", String(32), ForeignKey("conversations.id"), primary_key=True),
    Column("number", String(40), nullable=False),
    Column("bsuid", String(160), nullable=False, default=""),
    Column("phone", String(20), nullable=False, default=""),
    Column("window_until", Moment(), nullable=False),
    Column("numbered", JSON, nullable=False, default=list),  # the choices behind "2"
    Column("notify", Integer),  # whether a short message may come after a day; not asked yet: nothing
    Column("stopped_at", Moment()),
    Column("template_at", Moment()),
    Column("told", JSON, nullable=False, default=list),  # what is said once in a talk
)

# every name under which somebody is known on a number of ours; phone numbers only as a hash
identities = Table(
    "identities",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("number", String(40), nullable=False),
    Column("kind", String(8), nullable=False),  # bsuid, parent, phone
    Column("value_hash", String(64), nullable=False),
    Column("conversation", String(32), ForeignKey("conversations.id"), nullable=False),
    Column("valid_to", Moment()),  # from then on it is somebody else's, or nobody's
    Column("created_at", Moment(), nullable=False),
    UniqueConstraint("number", "kind", "value_hash"),
    Index(None, "conversation"),
)

# one message to WhatsApp, made of one or more rows of the outbox; written before it goes out
sendings = Table(
    "sendings",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("conversation", String(32), ForeignKey("conversations.id"), nullable=False),
    Column("number", String(40), nullable=False),
    Column("outbox", JSON, nullable=False),  # the rows that it brings
    Column("payload", JSON, nullable=False),
    # ready, trying, sent, delivered, read, failed, dead, suppressed
    Column("state", String(12), nullable=False, default="ready"),
    Column("attempts", Integer, nullable=False, default=0),
    Column("not_before", Moment(), nullable=False),
    Column("tried_at", Moment()),
    Column("wamid", String(400), unique=True),
    Column("code", Integer, nullable=False, default=0),
    Column("created_at", Moment(), nullable=False),
    Index(None, "state", "not_before"),
    Index(None, "conversation", "state"),
)

# a status that came before we knew the message it is about
parked = Table(
    "parked_statuses",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("wamid", String(400), nullable=False),
    Column("status", String(12), nullable=False),
    Column("code", Integer, nullable=False),
    Column("at", Moment(), nullable=False),
    UniqueConstraint("wamid", "status"),
)

# one of our numbers: whether it was stopped and why, and what it sent this month
number_states = Table(
    "number_states",
    metadata,
    Column("number", String(40), primary_key=True),
    Column("stopped_at", Moment()),
    Column("reason", String(120), nullable=False, default=""),
    Column("month", String(7), nullable=False, default=""),
    Column("sent", Integer, nullable=False, default=0),
    Column("warned", Integer, nullable=False, default=0),
    Column("slow_until", Moment()),
)
