"""The PostgreSQL and the Valkey that the Bluesky network stands on: those that the house embeds.

Why it exists: the network needs one of each, and ours run without root and without a system package. What it
must not do: keep anything, or share a server with a test of the house.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from inbox.embedded.postgres import OWNER, Postgres
from inbox.embedded.valkey import Valkey

_CONNECTIONS = "300"
"""The network's parts keep a pool each."""


@dataclass(frozen=True, slots=True)
class Stores:
    """Addresses in the form that the network's own settings take."""

    database: str
    redis: str
    redis_password: str


@contextmanager
def stores(folder: Path) -> Iterator[Stores]:
    """Start both, hand out their addresses, stop both."""
    if os.geteuid() == 0:
        folder.chmod(0o711)  # Else PostgreSQL, which runs as a user of its own, would keep its data elsewhere.
    password = secrets.token_hex(16)
    options = {"fsync": "off", "full_page_writes": "off", "max_connections": _CONNECTIONS}
    postgres = Postgres(folder, lambda role: password, options=options)
    valkey = Valkey(folder, lambda role: password, options={"appendonly": "no"})
    postgres.start()
    try:
        valkey.start()
        try:
            redis = valkey.url().rpartition("@")[2].removesuffix("/0")
            yield Stores(postgres.url(OWNER), redis, password)
        finally:
            valkey.stop()
    finally:
        postgres.stop()
