"""A real PostgreSQL of our own, reached by a Unix socket alone.

It exists so that the smallest installation has the same database as the largest. It drives the package's programs
itself (`initdb`, `postgres`) instead of the package's `get_server`, which opens root's folders to everybody and takes
no options. What it must not do: know a table; rights on tables are given by the migrations.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from inbox.embedded import homes, memory
from inbox.embedded.processes import Account, CannotStart, end, end_orphan, noted, open_log, spawn, until

DATABASE = "byline"
SUPERUSER = "postgres"
OWNER, APP, SEQUENCER = "byline", "byline_app", "byline_sequencer"
ROLES = (OWNER, APP, SEQUENCER)
_SOCKET_NAME = ".s.PGSQL.5432"
_SOCKET_PATH_LIMIT = 100
"""Bytes; the system's own limit for a Unix socket's path is 108, 104 on some."""
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


class Postgres:
    """One cluster under `data/postgres`. `password` gives (and keeps) the password of a role."""

    name = "PostgreSQL"

    def __init__(
        self, data: Path, password: Callable[[str], str], *, options: Mapping[str, str] | None = None, port: int = 0
    ) -> None:
        """`options` are server settings (`fsync=off` in tests). `port` opens loopback TCP too, for a guest that
        takes no socket; 0 leaves it shut."""
        self._data = data
        self._password = password
        self._note = data / "run" / "postgres"
        self._log = data / "log" / "postgres.log"
        self._options = dict(options or {})
        self._port = port
        self.process: subprocess.Popen[bytes] | None = None

    def url(self, role: str, database: str = DATABASE) -> str:
        """The address for one role, to be read by SQLAlchemy and psycopg alike."""
        return (
            f"postgresql://{role}:{self._password(role)}@/{quote(database)}?host={quote(str(self._sockets()), safe='')}"
        )

    def start(self) -> None:
        """Returns when the database takes connections. Raises CannotStart with the server's own words."""
        end_orphan(self._note, ask=signal.SIGINT, patience=30)
        user = homes.account()
        bin_folder = homes.programs(user)
        home = homes.home(self._data / "postgres", user)
        cluster = home / "cluster"
        if not cluster.exists():
            self._create(bin_folder, home, user)
        sockets = self._sockets()
        sockets.mkdir(mode=0o700, exist_ok=True)
        if user:
            os.chown(sockets, user.uid, user.gid)
        options = {
            "listen_addresses": "127.0.0.1" if self._port else "",
            "port": str(self._port or 5432),
            "unix_socket_directories": f'"{sockets}"',
            "unix_socket_permissions": "0700",
            "max_connections": "200",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_min_messages": "warning",
            "jit": "off",
            "shared_buffers": memory.for_pages(memory.there_is()),
        } | self._options
        arguments = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with open_log(self._log) as log:
            begin = log.tell()
            self.process = spawn(
                [str(bin_folder / "postgres"), "-D", str(cluster), *arguments],
                note=self._note,
                output=log,
                at_parents_death=signal.SIGINT,
                cwd=home,
                env=_ENVIRONMENT,
                account=user,
            )
        try:
            if not until(lambda: self._answers() or not self._lives(), 60) or not self._lives():
                raise CannotStart(f"PostgreSQL did not start: {_last_words(self._log, begin)}")
            self._make_roles()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """The fast shutdown: sessions are ended, everything is on disk."""
        if self.process:
            end(self.process, self._note, ask=signal.SIGINT, patience=20)
            self.process = None
            if self._sockets().parent == Path(tempfile.gettempdir()):
                self._sockets().rmdir()

    def running(self) -> bool:
        """Whether the process noted by the last start lives, ours or another's."""
        return noted(self._note) is not None

    def _lives(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def _sockets(self) -> Path:
        home = self._data / "postgres"
        folder = (home.readlink() if home.is_symlink() else home) / "sockets"
        if len(os.fsencode(folder / _SOCKET_NAME)) <= _SOCKET_PATH_LIMIT:
            return folder
        name = sha256(os.fsencode(folder)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"byline-{os.geteuid()}-{name}"

    def _create(self, bin_folder: Path, home: Path, user: Account | None) -> None:
        """`initdb` into a draft that gets its name when it is whole: a killed first start leaves nothing half made."""
        draft, words = home / "cluster.new", home / "password"
        shutil.rmtree(draft, ignore_errors=True)
        words.unlink(missing_ok=True)
        with os.fdopen(os.open(words, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(self._password(SUPERUSER))
        if user:
            os.chown(words, user.uid, user.gid)
        command = [
            str(bin_folder / "initdb"),
            f"--pgdata={draft}",
            f"--username={SUPERUSER}",
            f"--pwfile={words}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--locale=C.UTF-8",
            "--no-instructions",
        ]
        if self._options.get("fsync") == "off":
            command.append("--no-sync")
        made = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            cwd=home,
            env=_ENVIRONMENT,
            user=user.uid if user else None,
            group=user.gid if user else None,
            extra_groups=[] if user else None,
        )
        words.unlink(missing_ok=True)
        if made.returncode != 0:
            said = made.stderr.strip() or "it said nothing"
            raise CannotStart(f"PostgreSQL's folder could not be made in {home}: {said.splitlines()[-1]}")
        draft.rename(home / "cluster")

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url(SUPERUSER, "postgres"), connect_timeout=5).close()
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                raise CannotStart(
                    f"the keys in {self._data / 'keys'} are not those that the database in {self._data} was made with"
                ) from error
            return False
        return True

    def _make_roles(self) -> None:
        """At every start, so that a first start killed half way heals itself."""
        with psycopg.connect(self.url(SUPERUSER, "postgres"), autocommit=True) as connection:
            present = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
            for role in ROLES:
                if role not in present:
                    connection.execute(
                        sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(role), self._password(role))
                    )
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone():
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(OWNER))
                )


def _last_words(log: Path, begin: int) -> str:
    """The last line that tells why, from what was written since this start."""
    with log.open("rb") as written:
        written.seek(begin)
        lines = written.read().decode(errors="replace").strip().splitlines()
    telling = [line for line in lines if "FATAL" in line or "PANIC" in line] or lines
    return f"{telling[-1] if telling else 'it said nothing'} (more in {log})"
