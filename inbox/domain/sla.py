"""A promise's clock: when it falls due, whether it was kept, and how it feels to look at it.

Why it exists: a list, a badge, a sweep and a report must all give the same verdict on the same two
instants. What it must not do: ask what time it is, or know which message starts or meets a clock
(`inbox.services.sla`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, TypeAlias

from inbox.domain.calendar import ALWAYS, Calendar, Minutes


class ClockKind(StrEnum):
    """What is promised."""

    FIRST_RESPONSE = "first_response"
    ACKNOWLEDGED = "acknowledged"
    NEXT_RESPONSE = "next_response"
    RESOLUTION = "resolution"


class ClockState(StrEnum):
    """`running` and `paused` are owed; the other three are verdicts."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    BREACHED = "breached"
    CANCELLED = "cancelled"


_S = ClockState
TRANSITIONS: Mapping[ClockState, frozenset[ClockState]] = {
    _S.RUNNING: frozenset({_S.PAUSED, _S.MET, _S.BREACHED, _S.CANCELLED}),
    _S.PAUSED: frozenset({_S.RUNNING, _S.MET, _S.BREACHED, _S.CANCELLED}),
    _S.MET: frozenset(),
    _S.BREACHED: frozenset({_S.MET}),
    _S.CANCELLED: frozenset({_S.MET, _S.BREACHED}),
}
"""From `breached` to `met` and from `cancelled` to a verdict by evidence alone: the platform's own time shows that our
answer, sent before, stood there, and we heard of it later."""

OWED = (_S.RUNNING, _S.PAUSED)

SOON = timedelta(minutes=15)
"""Below this a clock is `soon`, or below a quarter of its target if that is longer (the design's rule)."""

Verdict: TypeAlias = Literal["met", "breached"]
Temper: TypeAlias = Literal["calm", "soon", "late", "paused"]


def may_become(now: ClockState, then: ClockState) -> bool:
    """Whether the table allows the step."""
    return then in TRANSITIONS[now]


def promise(start: datetime, target_minutes: Minutes, business: bool, calendar: Calendar) -> datetime:
    """When an answer to something said at `start` is due (UTC).

    The target runs in the calendar's hours, or day and night when not `business`. Raises what
    `Calendar.add` raises.
    """
    return (calendar if business else ALWAYS).add(start, target_minutes)


def verdict(due_at: datetime, answered_at: datetime) -> Verdict:
    """A promise is missed only *after* its due instant: an answer at the due instant keeps it."""
    return "breached" if answered_at > due_at else "met"


def temper(due_at: datetime, now: datetime, target: timedelta, paused: bool) -> Temper:
    """How soon a person must act. `target` is the promised length."""
    if paused:
        return "paused"
    left = due_at - now
    if left < timedelta():
        return "late"
    return "soon" if left < max(SOON, target / 4) else "calm"


def left_percent(due_at: datetime, now: datetime, target: timedelta) -> int:
    """How much of the promise is left, for the pie: 0 to 100.

    0 means that nothing is left: as long as any time is, the pie shows a sliver. A clock that waits for the
    office to open may have more time left than its target; it is whole.
    """
    left = due_at - now
    if left <= timedelta():
        return 0
    if left >= target:
        return 100
    return max(1, left * 100 // target)
