"""Alembic environment: always on the connection that ``Database.upgrade`` (or a test) hands over."""

from alembic import context

import screening.store.register_tables  # noqa: F401 - its tables belong to the same metadata
from screening.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Base.metadata, transactional_ddl=True
)
with context.begin_transaction():
    context.run_migrations()
