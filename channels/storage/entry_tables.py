"""The tables of the ways in: codes that a post prints, and how often each was used."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Integer, String, Table, text

from channels.storage.tables import Moment, metadata

_STANDS = text("revoked_at IS NULL")

# a printed code and all that it carries; for one post, language and subject one code stands at a time
entry_codes = Table(
    "entry_codes",
    metadata,
    Column("code", String(12), primary_key=True),
    Column("post", String(40), nullable=False),
    Column("lang", String(8), nullable=False),
    Column("topic", String(40), nullable=False),
    Column("created_at", Moment(), nullable=False),
    Column("revoked_at", Moment()),
    Index(
        "ix_entry_codes_stands",
        *("post", "lang", "topic"),
        unique=True,
        sqlite_where=_STANDS,
        postgresql_where=_STANDS,
    ),
)

# how often a code, or the page of a post under its own name, was opened on a day; nothing about who did
entry_hits = Table(
    "entry_hits",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("day", Date(), primary_key=True),
    Column("hits", Integer, nullable=False),
)
