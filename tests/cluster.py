"""Real servers for the tests: one PostgreSQL and one Valkey for each test process.

It exists so that no test runs against a stand-in, and so that a test that commits gets a database of its own in a
fraction of a second. What it must not do: be quick at the price of another dialect; only `fsync` is off.
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import redis
from psycopg import sql

import config
from inbox.embedded.postgres import APP, OWNER, SEQUENCER, SUPERUSER, Postgres
from inbox.embedded.valkey import Valkey
from inbox.migrating import migrate

TEMPLATE = "byline_template"


class Cluster:
    """The servers, and databases cloned from a migrated template."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        password = partial(_password, folder)
        self._postgres = Postgres(folder, password, options={"fsync": "off", "full_page_writes": "off"})
        self.valkey = Valkey(folder, password)
        self._numbers = itertools.count(1)

    def start(self) -> None:
        """Start both servers. The one database is empty."""
        self._postgres.start()
        self.valkey.start()

    def make_template(self) -> str:
        """Migrate a database, to be cloned by the tests that need their own; its name."""
        self._admin(sql.SQL("CREATE DATABASE {} OWNER {}"), TEMPLATE, OWNER)
        migrate(self.settings(TEMPLATE))
        return TEMPLATE

    def stop(self) -> None:
        """End both servers."""
        self.valkey.stop()
        self._postgres.stop()

    def settings(self, database: str) -> config.Settings:
        """What a process of the house would be told, were `database` its own."""
        return config.Settings(
            data=self.folder,
            database_url=self._postgres.url(APP, database),
            database_owner_url=self._postgres.url(OWNER, database),
            sequencer_database_url=self._postgres.url(SEQUENCER, database),
            redis_url=self.valkey.url(),
            demo=False,
        )

    def as_superuser(self, settings: config.Settings) -> str:
        """The address of the same database for tests that do what nobody of ours may: tamper."""
        return self._postgres.url(SUPERUSER, urlsplit(settings.database_url).path.removeprefix("/"))

    @contextmanager
    def clone(self, template: str = "template0") -> Iterator[str]:
        """The name of a copy of `template`, by default of an empty database; dropped afterwards."""
        name = f"byline_{next(self._numbers)}"
        self._admin(sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {} STRATEGY file_copy"), name, template, OWNER)
        try:
            yield name
        finally:
            # FORCE, since a test that killed its worker leaves a connection behind.
            self._admin(sql.SQL("DROP DATABASE {} WITH (FORCE)"), name)

    def empty_valkey(self) -> str:
        """The address of the Valkey, with nothing in it."""
        with redis.Redis.from_url(self.valkey.url()) as client:
            client.flushall()
        return self.valkey.url()

    def _admin(self, statement: sql.SQL, *names: str) -> None:
        with psycopg.connect(self._postgres.url(SUPERUSER, "postgres"), autocommit=True) as connection:
            connection.execute(statement.format(*map(sql.Identifier, names)))


@contextmanager
def running() -> Iterator[Cluster]:
    """A cluster in a folder of its own, which PostgreSQL's own user may pass through, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="byline-tests-"))
    folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
    cluster = Cluster(folder)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder)


def _password(folder: Path, role: str) -> str:
    return config.secret(folder, f"{role}-password")
