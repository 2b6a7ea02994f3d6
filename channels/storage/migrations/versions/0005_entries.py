"""The ways in by an embassy or consular post: printed codes, and how often each was used."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Two tables more."""
    op.create_table(
        "entry_codes",
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("post", sa.String(length=40), nullable=False),
        sa.Column("lang", sa.String(length=8), nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_entry_codes")),
    )
    stands = sa.text("revoked_at IS NULL")
    op.create_index(
        "ix_entry_codes_stands",
        "entry_codes",
        ["post", "lang", "topic"],
        unique=True,
        sqlite_where=stands,
        postgresql_where=stands,
    )
    op.create_table(
        "entry_hits",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", "day", name=op.f("pk_entry_hits")),
    )


def downgrade() -> None:
    """Back to no ways in; printed codes open nothing any more."""
    op.drop_table("entry_hits")
    op.drop_table("entry_codes")
