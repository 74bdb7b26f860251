"""A conversation's states: one matter with one person on one account.

The table is data, and `inbox.services.conversations` has the one function that writes a status. What
this module must not do: know how states are stored or shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import IntEnum, StrEnum


class Status(StrEnum):
    """`pending` waits for the citizen, `on_hold` for the back office."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    ON_HOLD = "on_hold"
    SOLVED = "solved"
    CLOSED = "closed"
    DISMISSED = "dismissed"


class Klass(StrEnum):
    """Whether it is ours to answer, merely seen, or noise. Nothing is thrown away."""

    OURS = "ours"
    SEEN = "seen"
    NOISE = "noise"


class Priority(IntEnum):
    """How much hangs on it, as it stands in the column. A policy may promise more for what is important or acute."""

    USUAL = 0
    IMPORTANT = 1
    ACUTE = 2


TRANSITIONS: Mapping[Status, frozenset[Status]] = {
    Status.NEW: frozenset({Status.OPEN, Status.PENDING, Status.ON_HOLD, Status.SOLVED, Status.DISMISSED}),
    Status.OPEN: frozenset({Status.PENDING, Status.ON_HOLD, Status.SOLVED, Status.DISMISSED}),
    Status.PENDING: frozenset({Status.OPEN, Status.ON_HOLD, Status.SOLVED, Status.DISMISSED}),
    Status.ON_HOLD: frozenset({Status.OPEN, Status.PENDING, Status.SOLVED, Status.DISMISSED}),
    Status.SOLVED: frozenset({Status.OPEN, Status.CLOSED}),
    Status.DISMISSED: frozenset({Status.OPEN}),
    Status.CLOSED: frozenset(),
}

OPEN_STATES = (Status.NEW, Status.OPEN, Status.PENDING, Status.ON_HOLD)
"""States in which the matter is not finished."""

WAITING_ON_US = (Status.NEW, Status.OPEN, Status.ON_HOLD)
"""States in which the citizen waits, the back office's included (docs/metrics.md)."""

REOPEN_WITHIN = timedelta(days=14)
"""A message within this time after the last one reopens; a later one starts a new conversation, linked."""


class DismissReason(StrEnum):
    """Why no answer is needed. Criticism is no reason."""

    THANKS = "thanks"
    SPAM = "spam"
    NOT_FOR_US = "not_for_us"
    ANSWERED_ELSEWHERE = "answered_elsewhere"


def may_become(now: Status, then: Status) -> bool:
    """Whether the table allows the step."""
    return then in TRANSITIONS[now]
