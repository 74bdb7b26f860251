"""What may be done with what others said, and with our own answers, on a platform: hidden, blocked, muted, closed.

Part of the contract (`contract.py`), which hands these on. Every deed is idempotent by nature: it says how things shall
stand, so that one that was perhaps done is simply asked for again. What it must not do: know why; that is the inbox's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from connectors.kit.posts import Ref


class DeedKind(StrEnum):
    """Each with its opposite, except `delete`: no platform gives back what was deleted."""

    HIDE = "hide"
    SHOW = "show"
    DELETE = "delete"
    BLOCK = "block"
    UNBLOCK = "unblock"
    MUTE = "mute"
    UNMUTE = "unmute"
    CLOSE = "close"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that shall stand. Of a block or a mute `author` alone counts, of anything else `post`.

    `post`: what is hidden, shown or deleted; of `close` and `open` the first post of the thread. `root`: the first post
    of its thread. `author`: the platform's own id of who is blocked or muted. `at`: when it was decided, fixed, so that
    a resend is the same to the last byte.
    """

    kind: DeedKind
    at: datetime
    post: Ref | None = None
    root: Ref | None = None
    author: str = ""
