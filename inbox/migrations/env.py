"""Alembic's door into the house: one connection, handed in by `inbox.migrating`, one transaction.

What it must not do: open a connection of its own, or know an address.
"""

from alembic import context

import inbox.models  # noqa: F401 -- importing it knows all tables
from inbox.extensions import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    transaction_per_migration=False,
    compare_type=True,
    compare_server_default=True,
    include_schemas=False,
)
with context.begin_transaction():
    context.run_migrations()
