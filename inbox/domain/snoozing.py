"""Until when a conversation can be out of the way: three ready choices, and what a choice of one's own must keep to.

The choices are instants, so that what a person saw on a button is what they get, however long the page stood open.
What it must not do: touch a deadline; a citizen waits no less for a conversation that is out of our way.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from inbox.domain.calendar import Calendar, NeverOpen
from inbox.domain.errors import Invalid

LONGEST = timedelta(days=365)
LATER = timedelta(hours=3)
EARLIEST = time(7)
"""A morning begins no earlier, also where somebody is there around the clock."""
_GRID = timedelta(minutes=15)


class Until(StrEnum):
    """The ready choices, in the order in which they stand."""

    LATER_TODAY = "later_today"
    TOMORROW = "tomorrow"
    NEXT_WEEK = "next_week"


def choices(now: datetime, hours: Calendar, zone: ZoneInfo) -> Mapping[Until, datetime]:
    """What can be chosen at `now` (UTC instants): three hours later while it is still today, and the first opening
    of tomorrow and of next Monday, or after them when we are closed then.
    """
    today = now.astimezone(zone).date()
    later = _next_quarter(now + LATER)
    found = {Until.LATER_TODAY: later} if later.astimezone(zone).date() == today else {}
    for choice, days in ((Until.TOMORROW, 1), (Until.NEXT_WEEK, 7 - today.weekday())):
        morning = datetime.combine(today + timedelta(days=days), EARLIEST, tzinfo=zone)
        try:
            found[choice] = hours.next_opening(morning)
        except NeverOpen:
            continue
    return found


def checked(until: datetime, now: datetime) -> datetime:
    """The instant, if a conversation can be out of the way until then. Raises Invalid (`until`)."""
    if until <= now:
        raise Invalid("That time is past. Choose a later one.", field="until")
    if until > now + LONGEST:
        raise Invalid("That is more than a year away. Choose an earlier time.", field="until")
    return until


def at_the_wall(day: str, hour: str, zone: ZoneInfo) -> datetime:
    """A date (`2026-12-01`) and a time of day (`09:30`) as they stand in a form. Raises Invalid (`until`)."""
    try:
        return datetime.combine(datetime.strptime(day, "%Y-%m-%d").date(), _hour(hour), tzinfo=zone)  # noqa: DTZ007 -- a date alone
    except (ValueError, OverflowError):
        raise Invalid("Give a date and a time of day.", field="until") from None


def _hour(given: str) -> time:
    hours, _colon, minutes = given.replace(".", ":").partition(":")
    if not (hours.isascii() and hours.isdigit() and minutes.isascii() and minutes.isdigit()):
        raise ValueError(given)
    return time(int(hours), int(minutes))


def _next_quarter(at: datetime) -> datetime:
    over = timedelta(minutes=at.minute % 15, seconds=at.second, microseconds=at.microsecond)
    return at - over + _GRID if over else at
