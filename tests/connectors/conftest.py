"""A square per test, in a database of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine

import config
from tests.connectors.squares import Running, square


@pytest.fixture
def engine(empty_database: config.Settings) -> Iterator[Engine]:
    """The owner's engine on an empty database."""
    made = create_engine(
        empty_database.database_owner_url.replace("postgresql://", "postgresql+psycopg://", 1), pool_size=20
    )
    yield made
    made.dispose()


@pytest.fixture
def on(engine: Engine) -> Iterator[Running]:
    """A running square with one account, @nordby."""
    with square(engine) as running:
        yield running
