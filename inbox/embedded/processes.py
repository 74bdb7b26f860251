"""Programs that this process starts, and what they leave behind when it is killed.

It exists so that a `kill -9` of the parent leaves nothing that blocks the next start: on Linux the kernel ends a
child with its parent, and everywhere a note of (pid, start time) lets the next start end exactly its own orphan,
never a stranger that inherited the number. What it must not do: know what the programs are.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import platform
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Protocol

_PR_SET_PDEATHSIG = 1
_PR_SET_NAME = 15
_LINUX = platform.system() == "Linux"
_libc = ctypes.CDLL(None, use_errno=True) if _LINUX else None
_LOG_LIMIT = 10_000_000


class Process(Protocol):
    """A child of ours, whether it began as a program or as a copy of us."""

    @property
    def pid(self) -> int:
        """Its number, which is its session's too."""

    def poll(self) -> int | None:
        """Its exit code (a signal's number below zero), None as long as it lives."""

    def wait(self, timeout: float, /) -> int:
        """Its exit code. Raises subprocess.TimeoutExpired after that many seconds."""

    def send_signal(self, sign: int, /) -> None:
        """Send it a signal; nothing happens when it has ended."""


class CannotStart(Exception):
    """One clear line for the person at the terminal."""


@dataclass(frozen=True, slots=True)
class Account:
    """The system user that a program runs as."""

    name: str
    uid: int
    gid: int


def spawn(
    argv: Sequence[str],
    *,
    note: Path,
    output: IO[bytes] | int,
    at_parents_death: signal.Signals = signal.SIGTERM,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    account: Account | None = None,
) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own (Ctrl-C reaches us alone) and note it for the next start.

    Must be called from the main thread: the kernel counts the starting *thread's* end as the parent's death.
    """
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("children are started from the main thread")
    process = subprocess.Popen(
        argv,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        cwd=cwd,
        env=env,
        start_new_session=True,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        preexec_fn=partial(tie_to_parent, os.getpid(), at_parents_death),  # noqa: PLW1509 - one system call, loaded beforehand; takes no lock
    )
    write_note(note, process.pid)
    return process


def tie_to_parent(parent: int, death: signal.Signals) -> None:
    """Have the kernel send `death` to this process when process `parent` dies. Elsewhere than on Linux nothing happens.

    It survives an exec, so that it can be said between fork and exec.
    """
    if _libc is None:
        return
    _libc.prctl(_PR_SET_PDEATHSIG, int(death), 0, 0, 0)
    if os.getppid() != parent:  # The parent died before the kernel was asked.
        os._exit(1)


def call_process(name: str) -> None:
    """Be listed under this name, of which the system keeps 15 bytes. Elsewhere than on Linux nothing happens."""
    if _libc is not None:
        _libc.prctl(_PR_SET_NAME, name.encode()[:15], 0, 0, 0)


def started(pid: int) -> str | None:
    """When the process began, as the system writes it; None when there is no such process, or only its remains."""
    if _LINUX:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            return None
        return None if fields[0] in ("Z", "X") else fields[19]
    shown = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return shown.stdout.strip() or None


def write_note(note: Path, pid: int) -> None:
    """Note a process for the next start."""
    note.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
    draft = note.with_suffix(".new")
    draft.write_text(json.dumps({"pid": pid, "started": started(pid)}))
    draft.replace(note)


def noted(note: Path) -> int | None:
    """The pid in the note, if that very process still lives."""
    try:
        entry = json.loads(note.read_text())
        pid, began = int(entry["pid"]), entry["started"]
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
    return pid if began is not None and started(pid) == began else None


def end_orphan(note: Path, *, ask: signal.Signals = signal.SIGTERM, patience: float = 10) -> bool:
    """End what an earlier, killed parent left; True if there was something. Waits until it is gone."""
    pid = noted(note)
    if pid is not None:
        for sign, wait in ((ask, patience), (signal.SIGKILL, 5.0)):
            try:
                os.kill(pid, sign)
            except ProcessLookupError:
                break
            if until(lambda: noted(note) is None, wait):
                break
        else:
            raise CannotStart(f"process {pid}, left by an earlier start, can't be ended: end it by hand")
    note.unlink(missing_ok=True)
    return pid is not None


def end(process: Process, note: Path, *, ask: signal.Signals | None, patience: float) -> None:
    """End a child of ours: ask (None: it has been asked), wait at most `patience` seconds, then kill its session."""
    if process.poll() is None:
        if ask is not None:
            process.send_signal(ask)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass  # It ended at the last moment.
            process.wait(5)
    note.unlink(missing_ok=True)


def until(condition: Callable[[], bool], seconds: float, pause: float = 0.01) -> bool:
    """Wait for a condition of another process, which can tell us nothing; False when the time is up."""
    deadline = time.monotonic() + seconds
    waiting = threading.Event()
    while not condition():
        if time.monotonic() > deadline:
            return False
        waiting.wait(pause)
    return True


def open_log(file: Path) -> IO[bytes]:
    """A log to append to; one that has grown past 10 MB is set aside first, replacing the one before."""
    file.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
    if file.exists() and file.stat().st_size > _LOG_LIMIT:
        file.replace(file.with_suffix(".log.1"))
    return file.open("ab")


class Lock:
    """Says that one process serves a folder. The system lets go of it when the holder dies, however it dies.

    A process that began as a copy of the holder lets go at once: it would hold the folder against the next start.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._held: IO[bytes] | None = None

    def take(self) -> bool:
        """False when another process holds it."""
        self._file.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
        handle = self._file.open("ab")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.close()
            return False
        self._held = handle
        os.register_at_fork(after_in_child=handle.close)
        return True

    def release(self) -> None:
        if self._held:
            self._held.close()
            self._held = None
