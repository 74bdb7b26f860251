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

__all__ = ["CannotStart", "Servers", "attached", "servers"]


class Servers:
    """PostgreSQL and Valkey of one data folder. One process at a time may start them: the holder of the lock."""

    def __init__(self, settings: config.Settings) -> None:
        self._settings = settings
        password = partial(_password, settings)
        self.postgres = Postgres(settings.data, password)
        self.valkey = Valkey(settings.data, password)
        self._lock = Lock(settings.data / "run" / "lock")

    def take(self) -> bool:
        """Become the one who starts and stops them; False when another process is."""
        config.open_folder(self._settings.data)
        return self._lock.take()

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
