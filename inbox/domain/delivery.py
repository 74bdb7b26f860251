"""The states of a delivery: the promise to post one part of an answer, once.

`sending` is committed before the network call. A worker that dies leaves it, its lease runs out, and it
becomes `unconfirmed`: nobody posts again before somebody has looked. What this module must not do:
talk to a platform or a database.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum


class DeliveryState(StrEnum):
    """`held` waits for a second key; `withdrawn` is undone in its undo window, before any part went out."""

    HELD = "held"
    QUEUED = "queued"
    SENDING = "sending"
    DELIVERED = "delivered"
    REJECTED = "rejected"
    UNCONFIRMED = "unconfirmed"
    NEEDS_HUMAN = "needs_human"
    WITHDRAWN = "withdrawn"


_S = DeliveryState
TRANSITIONS: Mapping[DeliveryState, frozenset[DeliveryState]] = {
    _S.HELD: frozenset({_S.QUEUED, _S.WITHDRAWN}),
    _S.QUEUED: frozenset({_S.SENDING, _S.WITHDRAWN, _S.REJECTED, _S.DELIVERED}),
    _S.SENDING: frozenset({_S.DELIVERED, _S.QUEUED, _S.REJECTED, _S.UNCONFIRMED}),
    _S.UNCONFIRMED: frozenset({_S.DELIVERED, _S.QUEUED, _S.NEEDS_HUMAN}),
    _S.NEEDS_HUMAN: frozenset({_S.DELIVERED, _S.QUEUED}),
    _S.REJECTED: frozenset({_S.DELIVERED}),
    _S.DELIVERED: frozenset(),
    _S.WITHDRAWN: frozenset(),
}
"""To `delivered` from `queued` and `rejected`: late proof that it stands out there always wins."""

FINAL = (_S.DELIVERED, _S.REJECTED, _S.WITHDRAWN)
IN_FLIGHT = (_S.HELD, _S.QUEUED, _S.SENDING, _S.UNCONFIRMED, _S.NEEDS_HUMAN)
"""States in which an answer is still on its way, so that a second one would double it."""

FIRST_BACK_OFF = timedelta(seconds=2)
LONGEST_BACK_OFF = timedelta(minutes=10)
TRIES_BEFORE_A_PERSON = 12
"""Tries that were certainly not taken before the delivery is given to a person as rejected (about an hour)."""
LOOKS_BEFORE_A_PERSON = 5
"""Looks on the platform that could not tell before a person decides."""


def may_become(now: DeliveryState, then: DeliveryState) -> bool:
    """Whether the table allows the step."""
    return then in TRANSITIONS[now]


def back_off(attempts: int) -> timedelta:
    """How long to wait after the n-th try that was certainly not taken: doubling, at most ten minutes."""
    doublings = min(max(attempts - 1, 0), 12)
    return min(LONGEST_BACK_OFF, FIRST_BACK_OFF * (1 << doublings))
