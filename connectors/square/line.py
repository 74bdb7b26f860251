"""The line to the caller: whether somebody still holds it, and how to cut it.

Why it exists: the worst thing a platform does is to take a post and then drop the connection, and that can
only be done to the socket itself; both servers that we run under keep it in the request's environment. What
it must not do: be needed for anything but misbehaviour.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Mapping

_LOOK_EVERY = 0.2
"""Seconds between two looks at a line that we keep waiting."""


def hold(environ: Mapping[str, object], milliseconds: int) -> bool:
    """Keep the caller waiting; False as soon as the caller has hung up."""
    line = _line(environ)
    until = time.monotonic() + milliseconds / 1_000
    pause = threading.Event()
    while (left := until - time.monotonic()) > 0:
        pause.wait(min(left, _LOOK_EVERY))
        if line is not None and _hung_up(line):
            return False
    return True


def cut(environ: Mapping[str, object]) -> bool:
    """Hang up without a word; False where the server does not show us the line."""
    line = _line(environ)
    if line is None:
        return False
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # The caller was quicker.
    return True


def _line(environ: Mapping[str, object]) -> socket.socket | None:
    found = environ.get("gunicorn.socket") or environ.get("werkzeug.socket")
    return found if isinstance(found, socket.socket) else None


def _hung_up(line: socket.socket) -> bool:
    try:
        return line.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except (BlockingIOError, ValueError):
        return False  # Nothing to read means that the caller waits; a TLS line can't be looked at.
    except OSError:
        return True
