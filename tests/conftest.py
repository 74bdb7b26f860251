"""The servers, databases and applications that tests ask for by name.

Services, queries and doors share one database and are rolled back to a savepoint (`app`); threads, workers, recovery
and browser tests, which commit from several connections, each get a clone of the migrated template (`own_database`,
`own_app`).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings

import config
from tests.cluster import Cluster, running

# How long an example takes says more about what else the machine is doing than about the code.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


@pytest.fixture
def noon() -> Iterator[None]:
    """The clock stands at the noon of `tests.house`: nothing that this process does takes any time.

    Ask for it by `usefixtures`, so that it stands before the house is founded. PostgreSQL and Valkey go on.
    """
    from tests.house import NOON

    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """PostgreSQL and Valkey, this test process's own."""
    with running() as servers:
        yield servers
        # The listeners of Socket.IO outlive their applications; that the servers are gone is no news to anybody now.
        logging.getLogger("socketio.server").disabled = True


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
def superuser_url(cluster: Cluster, own_database: config.Settings) -> str:
    """The same database, for a test that tampers as nobody of ours may."""
    return cluster.as_superuser(own_database)


@pytest.fixture
def valkey_url(cluster: Cluster) -> str:
    """The address of this test process's Valkey, emptied."""
    return cluster.empty_valkey()


@pytest.fixture(scope="session")
def shared_app(cluster: Cluster, template_db: str) -> Iterator[Flask]:
    """The application over the database that the savepoint tests share. Ask for `app` instead."""
    # Imported here, so that the tests of pure rules wait for no application.
    from inbox.app import create_app
    from inbox.extensions import db

    with cluster.clone(template_db) as name:
        application = create_app(cluster.settings(name))
        application.testing = True
        # A commit inside a test ends a savepoint of the test's own transaction, which is rolled back.
        db.session.session_factory.configure(join_transaction_mode="create_savepoint")
        yield application
        with application.app_context():
            db.engine.dispose()


@pytest.fixture
def app(shared_app: Flask, valkey_url: str) -> Iterator[Flask]:
    """The application, its context pushed, on one connection whose every commit is undone after the test.

    For one thread only: a second one would need a connection of its own (`own_app`).
    """
    from inbox.extensions import GLANCE, LOOK, db

    with shared_app.app_context():
        engine = db.engines[None]
        with engine.connect() as connection:
            transaction = connection.begin()
            engines: dict[str | None, object] = db.engines  # type: ignore[assignment] # A connection does as one.
            before = dict(engines)
            engines |= dict.fromkeys((None, GLANCE, LOOK), connection)
            try:
                yield shared_app
            finally:
                db.session.remove()
                engines |= before
                transaction.rollback()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without scripts, on the savepoint database."""
    return app.test_client()


@pytest.fixture
def own_app(own_database: config.Settings) -> Iterator[Flask]:
    """An application whose commits are real, on a database of its own."""
    from inbox.app import create_app
    from inbox.extensions import db

    application = create_app(own_database)
    application.testing = True
    yield application
    with application.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()
