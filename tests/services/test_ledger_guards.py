"""What the database refuses of itself: a change of the ledger, whoever asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

import config
from tests.cluster import Cluster
from tests.services.ledger_scene import Scene, a_scene


@pytest.fixture
def scene(cluster: Cluster, own_database: config.Settings, tmp_path: Path) -> Iterator[Scene]:
    """Two keys wait for their number."""
    with a_scene(cluster, own_database, tmp_path) as made:
        yield made


CHANGES = (
    "UPDATE ledger_entry SET body = '{}'",
    "UPDATE ledger_entry SET salts = '{}'",
    "UPDATE ledger_entry SET seq = seq + 100, leaf = leaf",
    "DELETE FROM ledger_entry",
    "UPDATE ledger_node SET hash = sha256('x')",
    "DELETE FROM ledger_node",
    "UPDATE ledger_checkpoint SET note = ''",
    "DELETE FROM ledger_checkpoint",
    "TRUNCATE ledger_entry CASCADE",
    "TRUNCATE ledger_node",
    "TRUNCATE ledger_checkpoint",
)


@pytest.mark.parametrize("role", ["app", "sequencer", "owner"])
def test_the_ledger_only_grows_whoever_asks(scene: Scene, role: str) -> None:
    scene.say("Hej")
    scene.sequencer().step()
    url, refused = {
        "app": (scene.settings.database_url, psycopg.errors.InsufficientPrivilege),
        "sequencer": (scene.settings.sequencer_database_url, psycopg.errors.InsufficientPrivilege),
        # The owner has every right, and is stopped by the triggers.
        "owner": (scene.settings.database_owner_url, psycopg.errors.IntegrityConstraintViolation),
    }[role]
    # What the sequencer's rights let through, the trigger stops.
    stopped = (refused, psycopg.errors.IntegrityConstraintViolation) if role == "sequencer" else refused
    for statement in CHANGES:
        with psycopg.connect(url) as connection, pytest.raises(stopped):
            connection.execute(statement)
    assert scene.verify().findings == ()


def test_only_the_sequencer_numbers(scene: Scene) -> None:
    number = "UPDATE ledger_entry SET seq = 0, leaf = sha256('x') WHERE arrival = 1"
    head = "INSERT INTO ledger_checkpoint VALUES (1, sha256('x'), '', now())"
    app, sequencer = scene.settings.database_url, scene.settings.sequencer_database_url
    for url, statement in (
        (app, number),
        (app, head),
        (sequencer, "UPDATE ledger_entry SET body = '{}' WHERE seq IS NULL"),
        (sequencer, "SELECT text FROM message"),
        (sequencer, "SELECT private_sealed FROM agent_key"),
    ):
        with psycopg.connect(url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)
