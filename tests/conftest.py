"""The servers and databases that tests ask for by name.

Services, queries and doors share one database and are rolled back to a savepoint; threads, workers, recovery and
browser tests, which commit from several connections, each get a clone of the migrated template.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import config
from tests.cluster import Cluster, running


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """PostgreSQL and Valkey, this test process's own."""
    with running() as servers:
        yield servers


@pytest.fixture(scope="session")
def template_db(cluster: Cluster) -> str:
    """The name of a database migrated from empty to head, with nobody in it."""
    return cluster.make_template()


@pytest.fixture
def empty_database(cluster: Cluster) -> Iterator[config.Settings]:
    """Settings that lead to a database without a single table; the owner's URL may make some."""
    with cluster.clone() as name:
        yield cluster.settings(name)


@pytest.fixture
def own_database(cluster: Cluster, template_db: str, valkey_url: str) -> Iterator[config.Settings]:
    """Settings that lead to a migrated database of the test's own, and to an empty Valkey."""
    with cluster.clone(template_db) as name:
        yield cluster.settings(name)


@pytest.fixture
def database_url(own_database: config.Settings) -> str:
    """The app's address for a migrated database of the test's own."""
    return own_database.database_url


@pytest.fixture
def valkey_url(cluster: Cluster) -> str:
    """The address of this test process's Valkey, emptied."""
    return cluster.empty_valkey()
