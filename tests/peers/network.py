"""A Bluesky network of our own, on loopback, for the length of a test run.

Why it exists: the connector must be proven against the PDS and AppView that Bluesky itself runs, on the
same PostgreSQL and Valkey that the house embeds. What it must not do: listen outside loopback, keep data, or
outlive the run: Node ends when its standard input closes.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.peers.cache import RECIPE, node, programs
from tests.peers.stores import stores

READY_WITHIN = 120.0
"""Seconds. It takes about seven on two idle cores."""


@dataclass(frozen=True, slots=True)
class Network:
    """Where the parts listen."""

    pds: str
    appview: str
    plc: str


class NotReady(Exception):
    """The network did not start. The message carries the last of what it said."""


@contextmanager
def network() -> Iterator[Network]:
    """Start the network, hand out its addresses, end it. Raises `Missing` or `NotReady`."""
    folder = programs()
    with tempfile.TemporaryDirectory(prefix="byline-peer-") as scratch, stores(Path(scratch)) as store:
        said = Path(scratch) / "node.log"
        environment = {
            **os.environ,
            "DB_POSTGRES_URL": store.database,
            "REDIS_HOST": store.redis,
            "REDIS_PASSWORD": store.redis_password,
            "PORTS": f"{_free_port()},{_free_port()}",
            "LOG_ENABLED": "false",
            # The PDS keeps its own files in the system's folder for passing things; ours is swept away.
            "TMPDIR": scratch,
        }
        with said.open("w") as errors:
            process = subprocess.Popen(
                [node(), RECIPE / "start.mjs"],
                cwd=folder,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        try:
            yield Network(**json.loads(_first_line(process, said)))
        finally:
            _end(process)


def _first_line(process: subprocess.Popen[str], said: Path) -> str:
    """The line of addresses. A timer ends a network that never says it, since reading a line knows no time limit."""
    assert process.stdout is not None
    timer = threading.Timer(READY_WITHIN, process.kill)
    timer.start()
    try:
        line = process.stdout.readline()
    finally:
        timer.cancel()
    if not line.startswith("{"):
        raise NotReady(f"The Bluesky network did not start: {line}{said.read_text()[-2000:]}")
    return line


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


def _free_port() -> int:
    """Somebody else may take it before the network does; the start then fails and says so."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
