"""A promise's clock: when it falls due, whether it was kept, and how it feels to look at it.

Why it exists: a list, a badge, a sweep and a report must all give the same verdict on the same two
instants. What it must not do: ask what time it is, or know which message starts or meets a clock
(`inbox.services.sla`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, NamedTuple, TypeAlias

from inbox.domain.calendar import ALWAYS, Calendar, Minutes, NeverOpen


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
    _S.BREACHED: frozenset({_S.RUNNING, _S.PAUSED, _S.MET, _S.CANCELLED}),
    _S.CANCELLED: frozenset({_S.RUNNING, _S.PAUSED, _S.MET, _S.BREACHED}),
}
"""From `breached` and `cancelled` by evidence alone: the platform's own time shows that our answer stood there, and we
heard of it later. So it was in time, or the matter rested since, or it was no withdrawn question that it answered.
Nothing undoes what was kept."""

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


class Left(NamedTuple):
    """How much of a promise is left, in its own kind of time; if `late`, by how much it is over. Never negative.

    Just after the office has closed a promise may be late by no opening time at all.
    """

    time: timedelta
    late: bool


def left(due_at: datetime, now: datetime, hours: Calendar) -> Left:
    """What is left in the hours that the promise runs in (`ALWAYS` for one by the wall)."""
    if now > due_at:
        return Left(hours.between(due_at, now), late=True)
    return Left(hours.between(now, due_at), late=False)


def temper(remains: Left, target: timedelta) -> Temper:
    """How soon a person must act. `target` is the promised length, in the same kind of time as what remains.

    So a promise of opening time that has 40 minutes left at closing time is calm all night, and one that has 12 is
    soon all night: nobody loses a minute while the office is closed.
    """
    if remains.late:
        return "late"
    return "soon" if remains.time < max(SOON, target / 4) else "calm"


def left_percent(remains: Left, target: timedelta) -> int:
    """How much of the promise is left, for the pie: 0 to 100.

    0 means that it is late, or that nothing is left: as long as any time is, the pie shows a sliver. One that has
    more time left than its target, since its terms changed, is whole.
    """
    if remains.late or not remains.time:
        return 0
    if remains.time >= target:
        return 100
    return max(1, remains.time * 100 // target)


def stretches(hours: Calendar, since: datetime, most: int) -> tuple[tuple[datetime, datetime | None], ...]:
    """The next `most` open stretches, the first from `since` on if that is open. The end is None where none comes.

    Whoever counts along without asking again (the badge in a page) needs them: time passes in them alone.
    """
    found: list[tuple[datetime, datetime | None]] = []
    at: datetime | None = since
    while at is not None and len(found) < most:
        try:
            opens = hours.next_opening(at)
        except NeverOpen:
            break
        at = hours.next_closing(opens)
        found.append((opens, at))
    return tuple(found)
