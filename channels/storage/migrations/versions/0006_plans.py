"""The plan outside the talk: what is ticked, its sheet, links to it, and who wants to be reminded."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Four tables more."""
    op.create_table(
        "plan_ticks",
        *_of_a_talk("plan_ticks"),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("conversation", "slug", name=op.f("pk_plan_ticks")),
    )
    op.create_table(
        "plan_sheets",
        *_of_a_talk("plan_sheets"),
        sa.Column("sheet", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("conversation", name=op.f("pk_plan_sheets")),
    )
    op.create_table(
        "plan_links",
        *_of_a_talk("plan_links"),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_plan_links")),
    )
    for column in ("conversation", "expires_at"):
        op.create_index(op.f(f"ix_plan_links_{column}"), "plan_links", [column], unique=False)
    op.create_table(
        "plan_reminders",
        *_of_a_talk("plan_reminders"),
        sa.Column("lang", sa.String(length=8), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_day", sa.String(length=10), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("conversation", name=op.f("pk_plan_reminders")),
    )


def downgrade() -> None:
    """Back to a plan in the talk alone; links open nothing any more."""
    for name in ("plan_reminders", "plan_links", "plan_sheets", "plan_ticks"):
        op.drop_table(name)


def _of_a_talk(table: str) -> tuple[sa.Column[str], sa.ForeignKeyConstraint]:
    column = sa.Column("conversation", sa.String(length=32), nullable=False)
    name = op.f(f"fk_{table}_conversation_conversations")
    return column, sa.ForeignKeyConstraint(["conversation"], ["conversations.id"], name=name)
