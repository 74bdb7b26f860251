"""A whole house as `make run` starts it, and a Chromium: what browser tests stand on.

The processes are the real ones, the folder is a temporary one. What it must not do: look inside.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page

from inbox.embedded.processes import until

CHECKOUT = Path(__file__).resolve().parent.parent.parent
READY_WITHIN = 90.0


@dataclass(frozen=True, slots=True)
class RunningHouse:
    """Where it is, and who may sign in."""

    url: str
    data: Path
    logins: dict[str, str]
    """E-mail address to password."""

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`python -m inbox …` beside the running house."""
        return subprocess.run(
            [sys.executable, "-m", "inbox", *arguments],
            cwd=CHECKOUT,
            env=environment(self.data, int(self.url.rpartition(":")[2])),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def sign_in(self, browser: Browser, who: str, **context: object) -> Page:
        """A page of a browser of one's own, signed in as `who` (the first name, small letters)."""
        page = browser.new_context(base_url=self.url, **context).new_page()  # type: ignore[arg-type] # Playwright's own keywords
        page.goto("/login")
        email = f"{who}@nordby.example"
        page.fill("input[name=email]", email)
        page.fill("input[name=password]", self.logins[email])
        page.click("form button.primary")
        page.wait_for_url(re.compile(r"^(?!.*/login).*$"))
        return page


def environment(data: Path, port: int) -> dict[str, str]:
    """This process's environment, with a folder and a port of the test's own."""
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL", "BASE_URL")}
    return {**kept, "DATA": str(data), "PORT": str(port), "DEMO": "1"}


def free_port() -> int:
    """A port of loopback that nobody has at this moment."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def running() -> Iterator[RunningHouse]:
    """Start a house, wait until it says that it is ready, and end it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="byline-browser-"))
    folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
    port = free_port()
    said = folder / "said"
    with said.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "inbox", "serve"],
            cwd=CHECKOUT,
            env=environment(folder / "data", port),
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        until(lambda: url in said.read_text() or process.poll() is not None, READY_WITHIN, pause=0.1)
        assert url in said.read_text(), f"the house did not start:\n{said.read_text()}"
        logins = {}
        for line in (folder / "data" / "demo-logins.txt").read_text().splitlines():
            email = re.search(r"\S+@nordby\.example", line)
            assert email
            logins[email.group()] = line[email.end() :].split()[0]
        yield RunningHouse(url, folder / "data", logins)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        finally:
            shutil.rmtree(folder, ignore_errors=True)
