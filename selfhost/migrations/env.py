"""Run by Alembic with the connection, and within the transaction, of `selfhost.sql.migrate`."""

from alembic import context

from selfhost.sql.tables import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=False
)
context.run_migrations()
