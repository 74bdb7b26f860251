"""The house's own processes under one parent: started, listened to, started again when they die.

It exists so that one command is the whole house. Each process writes into a log file of its own (a pipe would break
with a killed parent, in the middle of somebody's answer); the parent reads along and repeats what is a warning or
worse. What it must not do: know what a process is for.
"""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from inbox.embedded.branches import Branch, branch
from inbox.embedded.processes import end, end_orphan, open_log

Say = Callable[[str], None]

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
"""Seconds before a dead process is started again; the pause doubles each time."""
PROVEN = 60.0
"""Seconds after which a process counts as healthy and its pause begins anew."""
_TELLING = re.compile(r"warning|error|critical|traceback|fatal|panic", re.IGNORECASE)
_LINES_AT_ONCE = 20


class Pause:
    """How long to wait before the next start."""

    def __init__(self) -> None:
        self._seconds = FIRST_PAUSE
        self._began = time.monotonic()
        self._until = 0.0

    def began(self) -> None:
        """A start was made now."""
        self._began = time.monotonic()

    def died(self) -> float:
        """A death was seen now: the seconds until the next start."""
        now = time.monotonic()
        if now - self._began > PROVEN:
            self._seconds = FIRST_PAUSE
        pause, self._seconds = self._seconds, min(self._seconds * 2, LONGEST_PAUSE)
        self._until = now + pause
        return pause

    def over(self) -> bool:
        """Whether the next start is due."""
        return time.monotonic() >= self._until


class Child:
    """One process of ours, `python -m module arguments…`.

    `patience` is how many seconds it may take to end when asked.
    """

    def __init__(
        self,
        name: str,
        module: str,
        arguments: Sequence[str],
        *,
        data: Path,
        env: Mapping[str, str],
        patience: float,
        say: Say,
    ) -> None:
        self.name = name
        self._module = module
        self._arguments = arguments
        self._env = env
        self._patience = patience
        self._say = say
        self._note = data / "run" / name
        self._log = Tail(data / "log" / f"{name}.log")
        self._pause = Pause()
        self.deaths = 0
        self.process: Branch | None = None

    def end_orphan(self) -> None:
        """End what a killed parent left."""
        end_orphan(self._note, patience=self._patience)

    def start(self) -> None:
        """Start it; returns at once."""
        with open_log(self._log.file) as log:
            self._log.begin()
            self.process = branch(self._module, self._arguments, note=self._note, output=log, env=self._env)
        self._pause.began()

    def tend(self) -> None:
        """Repeat its warnings, and start it again when it has died and its pause is over."""
        for line in self._log.telling():
            self._say(f"{self.name}: {line}")
        if self.process is None:
            if self._pause.over():
                self.start()
        elif (code := self.process.poll()) is not None:
            self.process = None
            self.deaths += 1
            self._say(f"{self.name} ended ({_cause(code)}); starting it again in {self._pause.died():g} s")

    def ask_to_end(self) -> None:
        """The first half of an end, so that several can end at the same time."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def end(self) -> None:
        """The second half: wait, and kill what does not end in time. A second signal makes a worker drop its job."""
        if self.process:
            end(self.process, self._note, ask=None, patience=self._patience)
            self.process = None


class Tail:
    """Reads along in a log that another process writes."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._at = 0

    def begin(self) -> None:
        """From the present end on."""
        self._at = self.file.stat().st_size if self.file.exists() else 0

    def telling(self) -> list[str]:
        """New whole lines that are warnings or worse; a flood is shortened, the log has all of it."""
        if not self.file.exists():
            return []
        with self.file.open("rb") as log:
            log.seek(self._at)
            new = log.read()
        whole = new[: new.rfind(b"\n") + 1]
        self._at += len(whole)
        lines = [line for line in whole.decode(errors="replace").splitlines() if _TELLING.search(line)]
        if len(lines) > _LINES_AT_ONCE:
            return [*lines[:_LINES_AT_ONCE], f"… and {len(lines) - _LINES_AT_ONCE} more lines in {self.file}"]
        return lines


def _cause(code: int) -> str:
    return f"exit code {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"
