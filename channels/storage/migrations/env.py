"""Alembic's entry: migrations always run on the connection that channels.storage.migrate opened."""

from alembic import context

from channels.storage import entry_tables, plan_tables, whatsapp_tables  # noqa: F401 - so that their tables stand in the metadata
from channels.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
