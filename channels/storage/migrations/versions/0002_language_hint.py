"""What language the last message of a conversation seemed to be in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """One column more."""
    op.add_column("conversations", sa.Column("lang_hint", sa.String(8), nullable=False, server_default=""))


def downgrade() -> None:
    """One column less."""
    op.drop_column("conversations", "lang_hint")
