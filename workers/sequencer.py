"""The sequencer: a process of its own, and the only one that reads the ledger's signing key.

Why it exists: whoever breaks into the web or a worker must not be able to sign a head. It asks five times a second, by
a database role of its own, whether entries wait for their number; without a bell, so that it leans on nothing but
PostgreSQL. What it must not do: end because the log was tampered with. Then it signs nothing more and says so until
somebody looks, while `ledger verify` tells where; the desk goes on working.
"""

from __future__ import annotations

import os
import signal
import socket
import threading
import time

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import DBAPIError, OperationalError

import config
from inbox import embedded, log
from inbox.domain import clock
from inbox.domain.ledger.checkpoint import BadCheckpoint, verifier_key
from inbox.services.ledger_files import LedgerFiles
from inbox.services.sequencing import BATCH, HeadRefused, beat, origin, sequence

PAUSE = 0.2
"""Seconds between two looks when nothing waits."""
BEAT = 1.0
"""Seconds between two signs of life."""
AFTER_TROUBLE = 2.0
"""Seconds before trying again when the database did not answer, or the head was refused."""

_log = log.get(__name__)


class Sequencer:
    """Numbers entries as they are committed, until told to stop."""

    def __init__(self, engine: Engine, key: Ed25519PrivateKey, files: LedgerFiles) -> None:
        self._engine = engine
        self._key = key
        self._files = files
        self._origin: str | None = None
        self._refused: str | None = None
        self._holder = f"{socket.gethostname()}:{os.getpid()}"
        self._beat_at = 0.0

    def run(self, stop: threading.Event) -> None:
        """Number what is committed until `stop` is set. The batch in hand is finished first."""
        pause = 0.0
        while not stop.wait(pause):
            pause = self._turn()

    def step(self) -> int:
        """Number one batch; returns how many entries. Raises `HeadRefused`, or what the database raises."""
        with self._engine.begin() as connection:
            name = origin(connection)
            if name is None:
                return 0
            self._introduce(name)
            done = sequence(connection, self._key, name, self._files.head, clock.now())
        # After the commit: a head remembered but not stored would stop us for good, the other way round it only grew.
        if done.note is not None and done.note != self._files.head:
            self._files.remember(done.note)
        return done.count

    def _turn(self) -> float:
        """One batch, with trouble told; returns how long to wait before the next."""
        try:
            self._beat()
            count = self.step()
        except OperationalError as error:
            _log.warning("sequencer_waits", error=type(error.orig).__name__)
            return AFTER_TROUBLE
        except DBAPIError as error:
            # The database refused a number or a node: somebody else put one there.
            return self._refuse(f"the database answered {type(error.orig).__name__}")
        except HeadRefused as refused:
            return self._refuse(str(refused))
        self._refused = None
        return 0.0 if count == BATCH else PAUSE

    def _beat(self) -> None:
        """Also while the head is refused: being alive and being content are two things."""
        now = time.monotonic()
        if now < self._beat_at:
            return
        with self._engine.begin() as connection:
            beat(connection, self._holder, clock.now())
        self._beat_at = now + BEAT

    def _refuse(self, reason: str) -> float:
        """Say it once, not every two seconds."""
        if reason != self._refused:
            _log.error("ledger_head_refused", reason=reason)
        self._refused = reason
        return AFTER_TROUBLE

    def _introduce(self, name: str) -> None:
        """Publish the public key at the first start; from then on log and key must be those that were published."""
        if name == self._origin:
            return
        try:
            vkey = verifier_key(name, self._key.public_key())
        except BadCheckpoint as bad:
            raise HeadRefused(str(bad)) from None
        known = self._files.vkey
        if known is None:
            self._files.publish(vkey)
        elif known.strip() != vkey:
            raise HeadRefused("the log's name or key is not the one that was published before")
        self._origin = name


def run() -> None:
    """The whole process: number entries until it is told to stop (SIGTERM, SIGINT)."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    settings = embedded.attached(config.read())
    log.configure(settings.log_level)
    number_entries(settings, stop)


def number_entries(settings: config.Settings, stop: threading.Event) -> None:
    """Number entries until `stop` is set. Reads the key; needs `sequencer_database_url`."""
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(config.ledger_key_file(settings.data).read_text().strip()))
    engine = create_engine(_driver(settings.sequencer_database_url), pool_size=1, max_overflow=0, pool_pre_ping=True)
    try:
        Sequencer(engine, key, LedgerFiles.of(settings.data)).run(stop)
    finally:
        engine.dispose()


def _driver(url: str) -> str:
    """The same address, read by SQLAlchemy with psycopg 3 instead of its default."""
    return url.replace("postgresql://", "postgresql+psycopg://", 1)
