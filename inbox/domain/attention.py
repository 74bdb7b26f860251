"""How much time somebody spent with a conversation, reckoned from beats of the page they work in.

The page beats every few seconds while the conversation is in front and something was done in it within the last
minute. Each beat is worth the time since the person's last one, and that time belongs to the conversation that the
last one came from: two open pages share the seconds of one person and never double them. What it must not do: know
how beats arrive or are stored.
"""

from __future__ import annotations

from datetime import datetime, timedelta

BEAT = timedelta(seconds=15)
"""Between two beats of a page, which beats for a minute after its last act (`inbox/static/js/attention.js`)."""
_LATEST = BEAT + timedelta(seconds=5)
"""A beat that comes later than this after the one before tells of a pause in between."""
LONGEST_DAY = timedelta(hours=24)


def credit(last: datetime | None, now: datetime) -> timedelta:
    """What a beat at `now` is worth. `last`: the person's last beat, anywhere; None on their first of the day."""
    if last is None or not timedelta() < now - last <= _LATEST:
        return timedelta()
    return now - last
