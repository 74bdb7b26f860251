"""A whole house as `make run` starts it: what browser tests stand on.

The processes are the real ones, the folder is a temporary one. What it must not do: look inside.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from inbox.embedded.processes import until

CHECKOUT = Path(__file__).resolve().parent.parent.parent
READY_WITHIN = 90.0
PATIENCE = 20_000
"""Milliseconds that a page may take to show what is waited for, on a busy machine."""


@dataclass(frozen=True, slots=True)
class RunningHouse:
    """Where it is, and who may sign in."""

    url: str
    data: Path
    logins: dict[str, str]
    """E-mail address to password."""
    _sessions: dict[str, Any] = field(default_factory=dict)
    """Cookies by e-mail address: the door lets nobody try more than a few times a minute."""

    def command(self, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        """`python -m inbox …` beside the running house; `typed` is what somebody types into it."""
        return subprocess.run(
            [sys.executable, "-m", "inbox", *arguments],
            cwd=CHECKOUT,
            env=environment(self.data, int(self.url.rpartition(":")[2])),
            input=typed,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def add_person(self, who: str, name: str, language: str, *roles: str) -> None:
        """One more person with a login, who reads the house in a language of their own; once for each house."""
        email = address(who)
        if email in self.logins:
            return
        password = f"invented for {who}"
        given = [option for role in roles for option in ("--role", role)]
        added = self.command(
            "agent", "add", "--email", email, "--name", name, "--language", language, *given, typed=f"{password}\n"
        )
        assert added.returncode == 0, added.stdout + added.stderr
        self.logins[email] = password

    def sign_in(self, browser: Browser, who: str, *, anew: bool = False, **context: Any) -> Page:
        """A page of a browser of one's own, signed in as `who` (the first name, small letters).

        The door is passed once for each person; `anew` passes it again, for a session of its own.
        """
        email = address(who)
        known = None if anew else self._sessions.get(email)
        made = browser.new_context(base_url=self.url, storage_state=known, **context)
        made.set_default_timeout(PATIENCE)
        page = made.new_page()
        if known is None:
            pass_the_door(page, email, self.logins[email])
            if not anew:
                self._sessions[email] = made.storage_state()
        return page

    def visit(self, browser: Browser, **context: Any) -> Page:
        """A page of a browser of a stranger."""
        made: BrowserContext = browser.new_context(base_url=self.url, **context)
        made.set_default_timeout(PATIENCE)
        return made.new_page()


def address(who: str) -> str:
    """The e-mail address of one of the cast."""
    return f"{who}@nordby.example"


def pass_the_door(page: Page, email: str, password: str) -> None:
    """Sign in as people do."""
    page.goto("/login")
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", password)
    page.click("form button.primary")
    page.wait_for_url(re.compile(r"^(?!.*/login).*$"))


def environment(data: Path, port: int) -> dict[str, str]:
    """This process's environment, with a folder and a port of the test's own."""
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL", "BASE_URL")}
    return {**kept, "DATA": str(data), "PORT": str(port), "DEMO": "1"}


def free_port() -> int:
    """A port of loopback that nobody has at this moment.

    Below those that the system gives out by itself: the house's own servers, and other tests', would get one of these
    between our look and our start.
    """
    while True:
        port = secrets.choice(range(18_000, 28_000))
        with socket.socket() as tried:
            try:
                tried.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


@contextmanager
def running(**more: str) -> Iterator[RunningHouse]:
    """Start a house, wait until it says that it is ready, and end it afterwards. `more` settings by their names."""
    folder = Path(tempfile.mkdtemp(prefix="byline-browser-"))
    folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
    port = free_port()
    said = folder / "said"
    with said.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "inbox", "serve"],
            cwd=CHECKOUT,
            env={**environment(folder / "data", port), **more},
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
