"""`python -m inbox serve`: the whole house as one tree of processes.

It exists so that the smallest installation is one command, and it does nothing that the same entries, started by hand
on several machines, would not do. The order matters: the truth first, then the schema, then who reads and writes it;
and backwards when it ends. What it must not do: serve, ingest or deliver anything itself.
"""

from __future__ import annotations

import signal
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from types import FrameType
from typing import Self

import config
from connectors.kit.contract import Doubtful, NotSent
from connectors.kit.http import HttpClient
from inbox.embedded import CannotStart, Servers
from inbox.embedded.branches import share
from inbox.embedded.children import Child, Pause
from inbox.embedded.postgres import Postgres
from inbox.embedded.valkey import Valkey

THREADS = 128
READY_WITHIN = 60.0
SHARED = (
    *("gunicorn.app.wsgiapp", "gunicorn.workers.gthread", "inbox.web", "inbox.realtime", "inbox.signins"),
    *("workers.boot", "workers.clock", "workers.sequencer", "workers.sweep"),
    *("workers.deliver", "workers.digests", "workers.ingest", "workers.returning", "workers.sla_timers"),
)
"""What the processes run on, read from the disk once for all of them."""
_ROUND = 0.1
"""Seconds between two looks at the children."""

Prepare = Callable[[config.Settings], None]


def serve(settings: config.Settings, prepare: Prepare) -> None:
    """Run the house until it is told to end. Raises CannotStart with one clear line.

    `prepare` brings the database to head and seeds it at the first start; it is given the addresses of the servers.
    """
    if settings.sockets != "threads":
        raise CannotStart("SOCKETS=gevent is for the scaled-out size, whose processes are started one by one")
    servers = Servers(settings)
    # A moment of patience: a house whose parent was killed hears of it when we do.
    if not servers.take(patience=1):
        raise CannotStart(f"a Byline already runs in {settings.data}: end it, or choose another folder with DATA=")
    house = _House(settings, servers)
    with _Ending(servers.leave) as ending:
        try:
            house.start(prepare, ending)
            while not ending.wait(_ROUND):
                house.tend()
            _say("ending …")
        finally:
            house.stop()


class _House:
    """The processes, in the order in which they start."""

    def __init__(self, settings: config.Settings, servers: Servers) -> None:
        self._settings = settings
        self._servers = servers
        self._pauses: dict[Postgres | Valkey, Pause] = {}
        self._children: list[Child] = []

    def start(self, prepare: Prepare, ending: _Ending) -> None:
        given = self._settings
        for child in _children(given):
            child.end_orphan()
        refuse_taken_port(given.host, given.port)
        settings = given
        if given.embedded:
            settings = self._servers.start()
            self._pauses = {self._servers.postgres: Pause(), self._servers.valkey: Pause()}
        prepare(settings)
        if ending.asked:
            return
        share(SHARED)
        self._children = _children(settings)
        for child in self._children:
            child.start()
        self._wait_until_ready(settings, ending)

    def tend(self) -> None:
        for server, pause in self._pauses.items():
            if server.process is not None and server.process.poll() is not None:
                server.process = None
                _say(f"{server.name} ended; starting it again in {pause.died():g} s")
            if server.process is None and pause.over():
                try:
                    pause.began()
                    server.start()
                except CannotStart as error:
                    _say(f"{error}; trying again in {pause.died():g} s")
        for child in self._children:
            child.tend()

    def stop(self) -> None:
        """Bells and doors first, then the work under way, then the ledger's numbers, the truth last."""
        for names in (("clock", "web"), ("deliver", "work"), ("sequencer",)):
            leaving = [child for child in self._children if child.name in names]
            for child in leaving:
                child.ask_to_end()
            for child in leaving:
                child.end()
        self._servers.stop()

    def _wait_until_ready(self, settings: config.Settings, ending: _Ending) -> None:
        http = HttpClient(3)
        address = f"http://{config.in_url(settings.host)}:{settings.port}"
        deadline = time.monotonic() + READY_WITHIN
        answer = "the web process does not answer"
        while not ending.wait(_ROUND):
            self.tend()
            try:
                told = http.request("GET", f"{address}/health", headers={"accept": "text/plain"})
            except (NotSent, Doubtful):
                pass  # Not up yet.
            else:
                if told.status == 200:
                    _welcome(settings)
                    return
                answer = " ".join(told.body.decode(errors="replace").split())
            dying = [child.name for child in self._children if child.deaths >= 3]
            if dying or time.monotonic() > deadline:
                what = (
                    f"{' and '.join(dying)} keeps ending" if dying else f"not ready after {READY_WITHIN:g} s: {answer}"
                )
                raise CannotStart(f"{what}; the logs are in {settings.data / 'log'}")


def _children(settings: config.Settings) -> list[Child]:
    app = config.environment(replace(settings, database_owner_url="", sequencer_database_url=""))
    sequencer = config.environment(replace(settings, database_owner_url=""))
    bind = f"[{settings.host}]:{settings.port}" if ":" in settings.host else f"{settings.host}:{settings.port}"
    web = [
        *("inbox.wsgi:app", "--bind", bind),
        *("--worker-class", "gthread", "--workers", "1", "--threads", str(THREADS), "--graceful-timeout", "5"),
        *("--log-level", "warning", "--no-control-socket"),
    ]
    working = float(settings.call_seconds + 5)

    def child(name: str, module: str, arguments: Sequence[str], patience: float, env: dict[str, str] = app) -> Child:
        return Child(name, module, arguments, data=settings.data, env=env, patience=patience, say=_say)

    return [
        child("web", "gunicorn", web, 10),
        child("deliver", "workers", ["--queues", "deliver"], working),
        # Timers first: news of a busy platform are rung for each second, and must not keep a verdict waiting.
        child("work", "workers", ["--queues", "timers,ingest"], working),
        child("clock", "workers", ["--clock"], 5),
        child("sequencer", "workers", ["--sequencer"], 10, sequencer),
    ]


class _Ending:
    """Whether somebody asked us to end: Ctrl-C, SIGTERM, or a closed terminal."""

    def __init__(self, told: Callable[[], None]) -> None:
        self._told = told
        self._event = threading.Event()
        self._before: dict[signal.Signals, object] = {}

    @property
    def asked(self) -> bool:
        return self._event.is_set()

    def wait(self, seconds: float) -> bool:
        return self._event.wait(seconds)

    def __enter__(self) -> Self:
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            self._before[sign] = signal.signal(sign, self._ask)
        return self

    def __exit__(self, *_: object) -> None:
        for sign, handler in self._before.items():
            signal.signal(sign, handler)  # type: ignore[arg-type] # What signal.signal returned, it takes.

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self._told()
        self._event.set()


def refuse_taken_port(host: str, port: int) -> None:
    """Raises CannotStart when somebody listens there already, or when the address is not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotStart(
                f"port {port} on {host} can't be used ({error.strerror}): choose another with PORT="
            ) from error


def _welcome(settings: config.Settings) -> None:
    _say(f"ready at {settings.base_url}")
    logins = settings.data / "demo-logins.txt"
    if logins.exists():
        for line in logins.read_text().splitlines():
            _say(f"  {line}")
        _say(f"  (also in {logins})")


def _say(line: str) -> None:
    print(line, flush=True)
