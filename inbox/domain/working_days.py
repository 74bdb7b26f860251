"""Working days: when the n-th of them after an instant is over, in an organisation's own opening hours.

Why it exists: a complaint is promised in working days, as the law counts them, and not in minutes. A working day is a
date on which the organisation is open at all, however shortly; the day on which something came in is not counted. What
it must not do: know complaints, or ask what time it is.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from inbox.domain.calendar import Calendar, NeverOpen

LONGEST: Final = 400
"""Working days; nobody promises further ahead in them."""
_LOOKED_THROUGH: Final = 10
"""Calendar days for each working day, at most, before we say that it never comes; and a year on top of them."""


def end_of(hours: Calendar, start: datetime, days: int) -> datetime:
    """When the `days`-th working day after that of `start` closes for the last time, in UTC.

    With 0 it is the day of `start` itself, or the next working day where that is none. An hour that the clock repeats
    or leaves out counts as `Calendar` says. Raises ValueError for a number below 0 or above 400, NeverOpen where so
    many days never come.
    """
    if not 0 <= days <= LONGEST:
        raise ValueError(f"{days} is no number of working days from 0 to {LONGEST}")
    zone = ZoneInfo(hours.zone)
    day, left = start.astimezone(zone).date(), days
    if days:
        day += timedelta(days=1)
        left -= 1
    last = day + timedelta(days=_LOOKED_THROUGH * days + 366)
    while day <= last:
        begins, ends = _midnight(day, zone), _midnight(day + timedelta(days=1), zone)
        if hours.between(begins, ends):
            if left == 0:
                return _last_closing(hours, begins, ends)
            left -= 1
        day += timedelta(days=1)
    raise NeverOpen(f"{days} working days after {start.date()} never come")


def _last_closing(hours: Calendar, begins: datetime, ends: datetime) -> datetime:
    """The last shut instant of a day on which something is open; its end, where it is open until then."""
    at = hours.next_opening(begins)
    while True:
        closing = hours.next_closing(at)
        if closing is None or closing >= ends:
            return ends
        at = hours.next_opening(closing)
        if at >= ends:
            return closing


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
