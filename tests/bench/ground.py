"""The ground to measure on: PostgreSQL and Valkey as the small house has them, in a folder that is gone afterwards.

It exists because the tests' own servers have `fsync` off, which would flatter every number. What it must not do:
tune anything that the house does not tune.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import Context
from dataclasses import dataclass
from math import ceil
from pathlib import Path

import psycopg
from flask import Flask

import config
from inbox.app import create_app
from inbox.embedded.postgres import APP, OWNER, SEQUENCER, SUPERUSER, Postgres
from inbox.embedded.valkey import Valkey
from inbox.extensions import db
from inbox.migrating import migrate


@dataclass(frozen=True, slots=True)
class Ground:
    """The application, and an address for whoever measures the bare database."""

    app: Flask
    superuser_url: str


@contextmanager
def ground() -> Iterator[Ground]:
    """Both servers, a migrated database and the application."""
    folder = Path(tempfile.mkdtemp(prefix="byline-bench-"))
    folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
    postgres = Postgres(folder, lambda role: config.secret(folder, f"{role}-password"))
    valkey = Valkey(folder, lambda role: config.secret(folder, f"{role}-password"))
    try:
        postgres.start()
        valkey.start()
        settings = config.Settings(
            data=folder,
            database_url=postgres.url(APP),
            database_owner_url=postgres.url(OWNER),
            sequencer_database_url=postgres.url(SEQUENCER),
            redis_url=valkey.url(),
            demo=False,
        )
        migrate(settings)
        app = create_app(settings)
        with app.app_context():
            yield Ground(app, postgres.url(SUPERUSER))
            db.session.remove()
            for engine in db.engines.values():
                engine.dispose()
    finally:
        valkey.stop()
        postgres.stop()
        shutil.rmtree(folder)


def settle(superuser_url: str) -> None:
    """What autovacuum does within a minute of a large change, done at once: the planner knows the tables."""
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def as_one_request(act: Callable[[int], object]) -> Callable[[int], object]:
    """The act as it costs in a process that waits for requests: nothing is remembered from the one before.

    Flask opens no context for a request while one of the same application stands, as `ground`'s does: the person who
    asks was read for the first page alone, and never again.
    """
    return lambda number: Context().run(act, number)


def in_turn(ways: Mapping[str, Callable[[int], object]], *, rounds: int, warm: int) -> dict[str, list[float]]:
    """Seconds of each way in each round after the warm ones; each is given the round's number.

    The ways take turns, so that whatever else the machine does falls on all of them.
    """
    taken: dict[str, list[float]] = {way: [] for way in ways}
    for number in range(warm + rounds):
        for way, act in ways.items():
            begun = time.perf_counter()
            act(number)
            if number >= warm:
                taken[way].append(time.perf_counter() - begun)
    return taken


def percentile(seconds: Sequence[float], share: float) -> float:
    """By nearest rank, in milliseconds."""
    ordered = sorted(seconds)
    return round(ordered[ceil(share * len(ordered)) - 1] * 1000, 3)
