"""Bring a database to the newest form, from the first table on."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config

from channels.storage.store import make_engine


def upgrade(url: str) -> None:
    """Run the alembic migrations that this database has not seen. Raises OperationalError when it is out of reach."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    engine = make_engine(url)
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        engine.dispose()
