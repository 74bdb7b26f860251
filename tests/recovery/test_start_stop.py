"""The whole house as one command: it starts, heals, ends, and leaves nothing that blocks the next start."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

import config
from connectors.kit.contract import Doubtful, NotSent
from connectors.kit.http import HttpClient
from inbox.embedded.children import FIRST_PAUSE, LONGEST_PAUSE, Pause, Tail
from inbox.embedded.processes import noted, until

ROOT = Path(__file__).parents[2]
PARTS = ("postgres", "valkey", "web", "deliver", "work", "clock", "sequencer")
SOON = 90.0
"""Seconds in which anything here must happen; a machine under load takes its time."""


class House:
    """One `python -m inbox serve` in a session of its own, as a terminal would start it."""

    def __init__(self, data: Path, port: int) -> None:
        self.data = data
        self.port = port
        self._screen = data.parent / "screen.txt"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> subprocess.Popen[bytes]:
        settings = config.Settings(
            data=self.data, port=self.port, base_url=f"http://127.0.0.1:{self.port}", lease_seconds=10, call_seconds=2
        )
        with self._screen.open("wb") as screen:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "inbox", "serve"],
                cwd=ROOT,
                env=config.environment(settings),
                stdin=subprocess.DEVNULL,
                stdout=screen,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return self.process

    def start_and_wait(self) -> None:
        process = self.start()
        ready = until(lambda: "ready at" in self.screen() or process.poll() is not None, SOON)
        assert ready, self.screen()
        assert process.poll() is None, self.screen()

    def run_to_the_end(self) -> int:
        return self.start().wait(SOON)

    def end(self, sign: signal.Signals) -> int:
        assert self.process is not None
        self.process.send_signal(sign)
        return self.process.wait(SOON)

    def screen(self) -> str:
        return self._screen.read_text()

    def alive(self) -> dict[str, int]:
        pids = {part: noted(self.data / "run" / part) for part in PARTS}
        return {part: pid for part, pid in pids.items() if pid is not None}

    def healthy(self) -> bool:
        try:
            return HttpClient(5).request("GET", f"http://127.0.0.1:{self.port}/health").status == 200
        except (NotSent, Doubtful):
            return False


@pytest.fixture
def house() -> Iterator[House]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="byline-house-") as folder:
        Path(folder).chmod(0o711)
        built = House(Path(folder) / "var", port)
        yield built
        if built.process is not None and built.process.poll() is None:
            built.end(signal.SIGTERM)
        for pid in built.alive().values():
            os.kill(pid, signal.SIGKILL)
        assert until(lambda: not built.alive(), SOON)


def test_a_whole_life(house: House) -> None:
    house.start_and_wait()
    assert house.healthy()
    assert set(house.alive()) == set(PARTS)
    assert f"ready at http://127.0.0.1:{house.port}" in house.screen()
    # Its copies would have whatever it had open, a connection to the database as its owner among it.
    assert house.process is not None
    assert psutil.Process(house.process.pid).net_connections(kind="all") == []
    assert psutil.Process(house.alive()["clock"]).net_connections(kind="all") != []

    second = House(house.data, house.port + 1 if house.port < 65535 else house.port - 1)
    second._screen = house.data.parent / "second.txt"
    assert second.run_to_the_end() != 0
    assert second.screen().strip().endswith("end it, or choose another folder with DATA=")
    assert len(second.screen().strip().splitlines()) == 1

    # Any part may die and comes back: a door, and the truth itself.
    for part in ("web", "postgres"):
        victim = house.alive()[part]
        os.kill(victim, signal.SIGKILL)
        assert until(lambda part=part, victim=victim: house.alive().get(part, victim) != victim, SOON)  # type: ignore[misc] # mypy can't infer a lambda with defaults.
        assert until(house.healthy, SOON), house.screen()

    assert house.end(signal.SIGINT) == 0
    assert not house.alive()
    house.start_and_wait()
    assert house.end(signal.SIGTERM) == 0
    assert not house.alive()


def test_a_killed_parent_does_not_block_the_next_start(house: House) -> None:
    house.start_and_wait()
    before = set(house.alive().values())
    assert house.end(signal.SIGKILL) == -signal.SIGKILL
    house.start_and_wait()
    assert house.healthy()
    now = house.alive()
    assert set(now) == set(PARTS)
    assert not before & set(now.values())


def test_a_taken_port_is_one_line_before_anything_starts(house: House) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", house.port))
        taken.listen()
        assert house.run_to_the_end() != 0
    lines = house.screen().strip().splitlines()
    assert len(lines) == 1, house.screen()
    assert f"port {house.port} on 127.0.0.1 can't be used" in lines[0]
    assert not (house.data / "postgres").exists()


def test_the_pause_before_a_restart_grows_to_a_limit() -> None:
    pause = Pause()
    pauses = [pause.died() for _ in range(10)]
    assert pauses[0] == FIRST_PAUSE
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE
    assert not pause.over()


def test_only_warnings_reach_the_screen_and_a_flood_is_shortened(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    log.write_text("[warning  ] from an earlier start\n")
    tail = Tail(log)
    tail.begin()
    with log.open("a") as out:
        out.write("[info     ] calm\n[warning  ] one\n[error    ] half a li")
        out.flush()
        assert tail.telling() == ["[warning  ] one"]
        out.write("ne\n")
        out.flush()
        assert tail.telling() == ["[error    ] half a line"]
        out.write("[warning  ] again\n" * 1000)
        out.flush()
        flood = tail.telling()
    assert len(flood) == 21
    assert flood[-1] == f"… and 980 more lines in {log}"
