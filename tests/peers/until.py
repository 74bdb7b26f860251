"""Waiting for a condition with a deadline, for what a stranger's server does a moment later."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

WITHIN = 20.0
_STEP = 0.1


def until(look: Callable[[], T | None], what: str, within: float = WITHIN) -> T:
    """The first answer of `look` that is not empty. Fails after `within` seconds and names what was waited for."""
    deadline = time.monotonic() + within
    pause = threading.Event()
    while True:
        seen = look()
        if seen:
            return seen
        assert time.monotonic() < deadline, f"Not seen within {within:.0f} s: {what}."
        pause.wait(_STEP)
