"""The tables of the plan outside the talk: what is ticked, the sheet, links to it, and who wants to be reminded."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table

from channels.storage.tables import Moment, metadata

# the newest word about each item, from the page or from the talk
plan_ticks = Table(
    "plan_ticks",
    metadata,
    Column("conversation", String(32), ForeignKey("conversations.id"), primary_key=True),
    Column("slug", String(40), primary_key=True),
    Column("done", Integer, nullable=False),
    Column("at", Moment(), nullable=False),
)

# the plan as keys and values, for whoever has a link; no words, no names
plan_sheets = Table(
    "plan_sheets",
    metadata,
    Column("conversation", String(32), ForeignKey("conversations.id"), primary_key=True),
    Column("sheet", JSON, nullable=False),
    Column("made_at", Moment(), nullable=False),
)

plan_links = Table(
    "plan_links",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("conversation", String(32), ForeignKey("conversations.id"), nullable=False),
    Column("created_at", Moment(), nullable=False),
    Column("expires_at", Moment(), nullable=False),
    Index(None, "conversation"),
    Index(None, "expires_at"),
)

# a yes to a line the day before; `text_hash`: of what was on the screen
plan_reminders = Table(
    "plan_reminders",
    metadata,
    Column("conversation", String(32), ForeignKey("conversations.id"), primary_key=True),
    Column("lang", String(8), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("text_hash", String(64), nullable=False),
    Column("given_at", Moment(), nullable=False),
    Column("withdrawn_at", Moment()),
    Column("last_day", String(10), nullable=False, default="", server_default=""),  # of the family, on which one went
)
