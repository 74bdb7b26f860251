"""The one place that asks the machine what time it is.

Everything else receives `now` from its unit of work, so that a deed has one time and tests can hold it
still. What it must not do: compute deadlines (`sla.py`) or opening hours (`calendar.py`).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

PLATFORM_MAY_BE_AHEAD = timedelta(minutes=10)
"""A platform's clock further ahead than this is wrong, and our own time is taken instead."""


def now() -> datetime:
    """The present instant in UTC, aware."""
    return datetime.now(UTC)


def believed(said_at: datetime, received_at: datetime) -> datetime:
    """The platform's time for a thing, unless it lies more than ten minutes ahead of ours."""
    return received_at if said_at > received_at + PLATFORM_MAY_BE_AHEAD else said_at
