"""Copies of a process: they run what somebody would type, know nothing but what they are given, and hold nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from inbox.embedded.branches import branch
from inbox.embedded.processes import Lock, end_orphan, noted, until

ROOT = Path(__file__).resolve().parents[1]
SOON = 30.0
PARENT = """
import json, sys
from pathlib import Path
from inbox.embedded.branches import branch
from inbox.embedded.processes import Lock

folder = Path(sys.argv[1])
assert Lock(folder / "lock").take()
with (folder / "log").open("ab") as log:
    copy = branch("copied", sys.argv[2:], note=folder / "copy", output=log, env={"GIVEN": "yes"})
print("begun", flush=True)
if sys.argv[2] == "stay":
    sys.stdin.read()
print(copy.wait(30))
"""
COPIED = """
import json, os, signal, sys

if sys.argv[1] == "tell":
    session = os.getsid(0) == os.getpid()
    print(json.dumps({"arguments": sys.argv[1:], "environment": dict(os.environ), "session": session}))
    sys.exit(7)
if sys.argv[1] == "die":
    print("a last word")
    os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[1] == "break":
    raise RuntimeError("broken on purpose")
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
while True:
    signal.pause()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "copied.py").write_text(COPIED)
    return tmp_path


def _parent(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PARENT, str(folder), *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{folder}", "PYTHONUNBUFFERED": ""},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_copy_runs_the_entry_with_what_it_was_given(folder: Path) -> None:
    told, _ = _parent(folder, "tell", "--all").communicate(timeout=SOON)
    assert told.split() == ["begun", "7"]
    seen = json.loads((folder / "log").read_text())
    assert seen["arguments"] == ["tell", "--all"]
    assert seen["environment"] == {"GIVEN": "yes"}
    assert seen["session"] is True


def test_what_breaks_is_in_the_log(folder: Path) -> None:
    told, _ = _parent(folder, "break").communicate(timeout=SOON)
    assert told.split() == ["begun", "1"]
    assert "RuntimeError: broken on purpose" in (folder / "log").read_text()


def test_what_was_said_before_a_sudden_death_is_in_the_log(folder: Path) -> None:
    told, _ = _parent(folder, "die").communicate(timeout=SOON)
    assert told.split() == ["begun", "-9"]
    assert (folder / "log").read_text() == "a last word\n"


def test_a_copy_that_outlives_the_parent_does_not_hold_its_lock(folder: Path) -> None:
    parent = _parent(folder, "stay")
    log, note = folder / "log", folder / "copy"
    try:
        assert until(lambda: log.exists() and "deaf" in log.read_text(), SOON)
        assert not Lock(folder / "lock").take()
        parent.kill()
        parent.communicate(timeout=SOON)
        assert noted(note) is not None
        lock = Lock(folder / "lock")
        assert lock.take()
        lock.release()
    finally:
        parent.kill()
        assert end_orphan(note, ask=signal.SIGKILL)


def test_a_process_with_threads_is_not_copied(tmp_path: Path) -> None:
    leaving = threading.Event()
    thread = threading.Thread(target=leaving.wait)
    thread.start()
    try:
        with (tmp_path / "log").open("ab") as log, pytest.raises(RuntimeError, match="several threads"):
            branch("this", [], note=tmp_path / "note", output=log, env={})
    finally:
        leaving.set()
        thread.join()
