"""Processes that begin as a copy of this one.

It exists because the house is five processes of the same code: copied, they share the modules, which are read from
the disk and kept in memory once. A copy runs the very entry that somebody would type on a machine of its own. What it
must not do: copy a process that has threads or open connections, since neither survives it.
"""

from __future__ import annotations

import gc
import importlib
import io
import os
import runpy
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO

import config
from inbox.embedded.processes import call_process, tie_to_parent, until, write_note

_ASKED_BY = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Branch:
    """A copy of this process, in a session of its own."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._code: int | None = None

    def poll(self) -> int | None:
        """Its exit code (a signal's number below zero), None as long as it lives."""
        if self._code is None:
            ended, status = os.waitpid(self.pid, os.WNOHANG)
            if ended:
                self._code = os.waitstatus_to_exitcode(status)
        return self._code

    def wait(self, seconds: float) -> int:
        """Its exit code. Raises subprocess.TimeoutExpired after that many seconds."""
        until(lambda: self.poll() is not None, seconds)
        if self._code is None:
            raise subprocess.TimeoutExpired(str(self.pid), seconds)
        return self._code

    def send_signal(self, sign: int) -> None:
        """Send it a signal; nothing happens when it has ended."""
        if self.poll() is None:
            os.kill(self.pid, sign)


def share(modules: Iterable[str]) -> None:
    """Read these modules now, so that every copy has them, and keep the collector from touching what is shared."""
    for module in modules:
        importlib.import_module(module)
    gc.collect()
    gc.freeze()


def branch(module: str, arguments: Sequence[str], *, note: Path, output: IO[bytes], env: Mapping[str, str]) -> Branch:
    """Run `python -m module arguments…` in a copy of this process and note it for the next start.

    It ends with us, gets Ctrl-C only through us, and knows of the environment nothing but `env`. Raises RuntimeError
    in a process with several threads, whose locks a copy would find closed for ever.
    """
    if threading.active_count() > 1:
        raise RuntimeError("a process with several threads can't be copied")
    parent = os.getpid()
    sys.stdout.flush()
    sys.stderr.flush()
    # A signal between the copy and its own handlers would be taken by our handler, in the copy, and be lost.
    signal.pthread_sigmask(signal.SIG_BLOCK, _ASKED_BY)
    try:
        pid = os.fork()
        if pid == 0:
            _live(lambda: _become(f"byline-{note.name}", parent, output, env), module, arguments)
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ASKED_BY)
    write_note(note, pid)
    return Branch(pid)


def _live(become: Callable[[], None], module: str, arguments: Sequence[str]) -> None:
    """The copy's whole life. Never returns: the stack below belongs to the parent."""
    code = 1
    try:
        become()
        sys.argv = [module, *arguments]
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as ended:
        if ended.code is None or isinstance(ended.code, int):
            code = ended.code or 0
        else:
            sys.stderr.write(f"{ended.code}\n")
    except BaseException:  # noqa: BLE001 - the last handler there is; the parent sees the code, the log the rest
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _become(name: str, parent: int, output: IO[bytes], env: Mapping[str, str]) -> None:
    os.setsid()
    call_process(name)
    tie_to_parent(parent, signal.SIGTERM)
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(output.fileno(), 1)
    os.dup2(output.fileno(), 2)
    for stream in (sys.stdout, sys.stderr):
        # No line is held back that a killed process could not write any more.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(line_buffering=True)
    config.take_environment(env)
    for sign in _ASKED_BY:
        signal.signal(sign, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _ASKED_BY)
