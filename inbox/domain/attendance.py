"""When somebody counts as here, by the last minute in which they were seen.

What it must not do: ask what time it is, or know who looks at what.
"""

from __future__ import annotations

from datetime import datetime, timedelta

REMEMBERED = timedelta(minutes=1)
"""A person's last act is written down once in this time at most."""
HERE = timedelta(minutes=15)
"""Who was seen within it can be given something."""


def to_be_written(seen_at: datetime | None, now: datetime) -> bool:
    """Whether another act of theirs is worth a line."""
    return seen_at is None or now - seen_at >= REMEMBERED


def here(seen_at: datetime | None, now: datetime) -> bool:
    """Whether they are here."""
    return seen_at is not None and now - seen_at <= HERE
