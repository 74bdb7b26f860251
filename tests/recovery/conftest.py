"""The square's process, and a house with short leases whose workers may die."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

import config
from inbox.app import create_app
from inbox.extensions import db
from tests.cluster import Cluster
from tests.recovery import scene as scenes
from tests.recovery import town as towns
from tests.recovery.scene import Scene
from tests.recovery.town import Town
from workers import boot

LEASE_SECONDS = 4
"""Short, since a test waits for the end of a dead worker's; twice a call, since a busy machine begins one late."""
CALL_SECONDS = 2
"""Twice as long as the square thinks where a test wants its answer to be heard."""


@pytest.fixture(scope="session")
def square(cluster: Cluster) -> Iterator[Town]:
    """One square for all tests of this process."""
    with cluster.clone() as name, towns.running(cluster.settings(name).database_owner_url) as town:
        yield town


@pytest.fixture
def town(square: Town) -> Iterator[Town]:
    """The square, behaving well until the test says otherwise."""
    square.behave()
    yield square
    square.behave()


@pytest.fixture
def scene(own_database: config.Settings, town: Town, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    """A founded house; this process is one of its workers, and others may be started."""
    settings = replace(own_database, lease_seconds=LEASE_SECONDS, call_seconds=CALL_SECONDS)
    app = create_app(settings, people=False)
    monkeypatch.setattr(boot, "app", lambda: app)
    with app.app_context():
        yield scenes.built(app, settings, town)
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()
