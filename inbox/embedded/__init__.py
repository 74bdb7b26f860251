"""The servers of the smallest installation: our own PostgreSQL and Valkey in the data folder.

It exists so that `python -m inbox serve` needs nothing but Python packages, and so that a command typed beside a
running house talks to the same servers. What it must not do: start anything where addresses were given.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import config
from inbox.embedded.postgres import APP, OWNER, SEQUENCER, Postgres
from inbox.embedded.processes import CannotStart, Lock, until
from inbox.embedded.valkey import Valkey

LEAVES_WITHIN = 60.0
"""Seconds that a house on its way out may take: its workers end the calls they have begun."""

__all__ = ["CannotStart", "Servers", "attached", "servers"]


class Servers:
    """PostgreSQL and Valkey of one data folder. One process at a time may start them: the holder of the lock."""

    def __init__(self, settings: config.Settings) -> None:
        self._settings = settings
        password = partial(_password, settings)
        self.postgres = Postgres(settings.data, password)
        self.valkey = Valkey(settings.data, password)
        self._lock = Lock(settings.data / "run" / "lock")
        self._leaving = settings.data / "run" / "leaving"

    def take(self, patience: float = 0) -> bool:
        """Become the one who starts and stops them; False when another process is, and stays so for `patience` seconds.

        A holder that has said that it is leaving is waited for.
        """
        config.open_folder(self._settings.data)
        taken = until(self._lock.take, patience) or (self._leaving.exists() and until(self._lock.take, LEAVES_WITHIN))
        if taken:
            self._leaving.unlink(missing_ok=True)
        return taken

    def leave(self) -> None:
        """Say that we are on our way out, so that the next start waits instead of giving up."""
        self._leaving.touch()

    def start(self) -> config.Settings:
        """Start both. The settings come back with the addresses filled in. Raises CannotStart."""
        self.postgres.start()
        try:
            self.valkey.start()
        except BaseException:
            self.postgres.stop()
            raise
        return self.addresses()

    def stop(self) -> None:
        """Stop both, the truth last, and let go of the lock."""
        self.valkey.stop()
        self.postgres.stop()
        self._lock.release()

    def addresses(self) -> config.Settings:
        """The settings with the servers' addresses filled in; they need not be running."""
        return replace(
            self._settings,
            database_url=self.postgres.url(APP),
            database_owner_url=self.postgres.url(OWNER),
            sequencer_database_url=self.postgres.url(SEQUENCER),
            redis_url=self.valkey.url(),
        )


def attached(settings: config.Settings) -> config.Settings:
    """The settings with addresses: those given, or those of the running house in the data folder.

    For processes that are started beside the house. Raises CannotStart when nothing runs there.
    """
    if not settings.embedded:
        return settings
    found = Servers(settings)
    if not (found.postgres.running() and found.valkey.running()):
        raise CannotStart(
            f"no Byline runs in {settings.data}: start it with `make run`, or give DATABASE_URL and REDIS_URL"
        )
    return found.addresses()


@contextmanager
def servers(settings: config.Settings) -> Iterator[config.Settings]:
    """The settings with addresses, for one command: of the running house, or of servers started for the command.

    Raises CannotStart.
    """
    if not settings.embedded:
        yield settings
        return
    own = Servers(settings)
    if not own.take():
        # Somebody holds the folder and may still be starting.
        if not until(lambda: own.postgres.running() and own.valkey.running(), 30, pause=0.1):
            raise CannotStart(f"another process holds {settings.data} without serving it: end it and try again")
        yield own.addresses()
        return
    try:
        yield own.start()
    finally:
        own.stop()


def _password(settings: config.Settings, role: str) -> str:
    return config.secret(settings.data, f"{role}-password")
