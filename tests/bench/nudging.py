"""From a commit to the last of a hundred browsers: how long a nudge takes, and what it costs the web process.

*Floor*: a bare Flask-SocketIO server of the same kind, told by the same Redis. Both have as many sockets open and are
told in turn. The listeners share the machine with the servers, in both.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, Self

import psutil
from flask import Flask
from flask_socketio import SocketIO, join_room
from websockets.asyncio.client import ClientConnection, connect

import config
from connectors.kit.contract import Doubtful, NotSent
from connectors.kit.http import HttpClient
from inbox import nudges
from inbox.domain.events import ConversationChanged
from inbox.domain.ids import new_id
from tests.architecture.scene import Visitor
from tests.bench.ground import Ground, ground, percentile
from tests.browser.running import CHECKOUT, free_port
from tests.house import House, found

ROUNDS = 100
WARM = 10
THREADS = 128
LONGEST = 30.0
"""Seconds that anything here may take before the measurement is given up."""
ROOM = "everybody"


def bare() -> Flask:
    """The floor's server: whoever connects is told everything."""
    app = Flask("bare")
    sockets = SocketIO(app, message_queue=os.environ["REDIS_URL"], async_mode="threading", channel="bare")
    sockets.on_event("connect", _let_in)
    app.add_url_rule("/health", "health", lambda: "up")
    return app


def run(size: int, _batch: int) -> dict[str, object]:
    """Milliseconds from the bell to the last listener; `cpu_us` is the web process's time for one delivery."""
    with ground() as at, ExitStack() as stack:
        house = found()
        settings = at.app.extensions["settings"]
        ours = stack.enter_context(_served(at, "inbox.wsgi:app", size, _cookie(at, house)))
        floor = stack.enter_context(_served(at, "tests.bench.nudging:bare()", size, ""))
        team = next(iter(house.anna.teams))
        teller = SocketIO(message_queue=settings.redis_url, channel="bare")
        ways: dict[Listeners, Callable[[], None]] = {
            ours: lambda: nudges.ring([ConversationChanged(new_id(), team, 1)]),
            floor: lambda: teller.emit("nudge", {"kind": "conversation", "id": "1", "version": 1}, to=ROOM),
        }
        taken: dict[Listeners, list[float]] = {ours: [], floor: []}
        begun = {one: one.cpu() for one in ways}
        for number in range(WARM + ROUNDS):
            for listeners, tell in ways.items():
                seconds = listeners.told(tell)
                if number >= WARM:
                    taken[listeners].append(seconds)
        deliveries = size * (WARM + ROUNDS)
        cpu = {one: round((one.cpu() - begun[one]) / deliveries * 1e6, 1) for one in ways}
    p50, floor_p50 = percentile(taken[ours], 0.5), percentile(taken[floor], 0.5)
    return {
        "size": size,
        "p50_ms": p50,
        "p95_ms": percentile(taken[ours], 0.95),
        "per_s": round(size * ROUNDS / sum(taken[ours]), 1),
        "floor": floor_p50,
        "ratio": round(p50 / floor_p50, 2),
        "cpu_us": cpu[ours],
        "floor_cpu_us": cpu[floor],
    }


def _let_in(_auth: object = None) -> None:
    join_room(ROOM)


@dataclass(eq=False)
class Listeners:
    """Open sockets at one server, all in a thread of their own."""

    address: str
    cookie: str
    many: int
    process: psutil.Process
    _heard: list[float] = field(default_factory=list)
    _all: threading.Event = field(default_factory=threading.Event)
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _lines: list[ClientConnection] = field(default_factory=list)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        for _ in range(self.many):
            asyncio.run_coroutine_threadsafe(self._begin(), self._loop).result(LONGEST)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(LONGEST)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(LONGEST)

    def told(self, tell: Callable[[], None]) -> float:
        """Tell them, and wait until the last has heard. Seconds in between."""
        self._heard.clear()
        self._all.clear()
        begun = time.perf_counter()
        tell()
        if not self._all.wait(LONGEST):
            raise RuntimeError(f"only {len(self._heard)} of {self.many} heard of it")
        return max(self._heard) - begun

    def cpu(self) -> float:
        """Seconds of processor time that the server and its workers have had."""
        everybody = [self.process, *self.process.children(recursive=True)]
        return sum(one.cpu_times().user + one.cpu_times().system for one in everybody)

    async def _begin(self) -> None:
        line = await connect(
            f"ws://{self.address}/socket.io/?EIO=4&transport=websocket",
            origin=f"http://{self.address}",  # type: ignore[arg-type] # a new type for what is a plain string here
            additional_headers={"Cookie": self.cookie} if self.cookie else {},
            open_timeout=LONGEST,
        )
        await line.recv()
        await line.send("40")
        if not str(await line.recv()).startswith("40"):
            raise RuntimeError("the server refused a listener")
        self._lines.append(line)
        self._tasks.append(asyncio.create_task(self._listen(line)))

    async def _end(self) -> None:
        await asyncio.gather(*(line.close() for line in self._lines))
        await asyncio.gather(*self._tasks)

    async def _listen(self, line: ClientConnection) -> None:
        async for said in line:
            if said == "2":
                await line.send("3")
            elif str(said).startswith("42"):
                self._heard.append(time.perf_counter())
                if len(self._heard) == self.many:
                    self._all.set()


@contextmanager
def _served(at: Ground, app: str, many: int, cookie: str) -> Iterator[Listeners]:
    """A web process as the small house starts it, and its listeners."""
    port = free_port()
    address = f"127.0.0.1:{port}"
    settings = replace(at.app.extensions["settings"], port=port, base_url=f"http://{address}")
    threads = max(THREADS, many + 28)
    arguments = [
        *("-m", "gunicorn", app, "--bind", address, "--worker-class", "gthread", "--workers", "1"),
        *("--threads", str(threads), "--worker-connections", str(threads + 100), "--log-level", "warning"),
        "--no-control-socket",
    ]
    process = subprocess.Popen([sys.executable, *arguments], cwd=CHECKOUT, env=config.environment(settings))
    try:
        _until_up(f"http://{address}/health")
        with Listeners(address, cookie, many, psutil.Process(process.pid)) as listeners:
            print(f"{many} listen to {app}", file=sys.stderr)
            yield listeners
    finally:
        process.terminate()
        process.wait(LONGEST)


def _until_up(health: str) -> None:
    http = HttpClient(3)
    deadline = time.monotonic() + LONGEST
    while time.monotonic() < deadline:
        try:
            # Workers and clock are not started here: any answer says that the doors are open.
            http.request("GET", health, headers={"accept": "text/plain"})
        except (NotSent, Doubtful):
            threading.Event().wait(0.1)
        else:
            return
    raise RuntimeError(f"{health} does not answer")


def _cookie(at: Ground, house: House) -> str:
    """What Anna's browser sends."""
    client: Any = Visitor(at.app, house.anna).browser
    name = at.app.config["SESSION_COOKIE_NAME"]
    return f"{name}={client.get_cookie(name).value}"
