"""A real mailbox (pymap, its backend in memory) and a real mail server, which the tests start on loopback.

What it must not do: carry a mail from one to the other by itself; a test says what comes back.
"""

from __future__ import annotations

import imaplib
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage

from inbox.embedded.processes import until

USER, PASSWORD = "svar", "s:same/"
_RUN = "from pymap.main import main; main()"


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where it listens."""

    port: int

    def bring(self, letter: EmailMessage | bytes, folder: str = "INBOX") -> None:
        """A mail comes in."""
        content = letter if isinstance(letter, bytes) else letter.as_bytes()
        with imaplib.IMAP4("127.0.0.1", self.port, timeout=20) as line:
            line.login(USER, PASSWORD)
            if folder != "INBOX":
                line.create(folder)
            said, _ = line.append(folder, None, None, content)
            assert said == "OK"


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """An empty mailbox."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    arguments = ["--no-service", "admin", "--no-service", "managesieve", "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(
        [sys.executable, "-c", _RUN, *arguments, "dict", "--demo-user", USER, "--demo-password", PASSWORD],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert until(lambda: process.poll() is not None or _listens(port), 30, pause=0.05)
        assert process.poll() is None, "the mailbox did not start"
        yield Mailbox(port)
    finally:
        process.kill()
        process.wait(20)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
