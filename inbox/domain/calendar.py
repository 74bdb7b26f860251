"""Opening hours: how much open time lies between two instants, and when an amount of it is used up.

Why it exists: a promise to a citizen runs in the hours that the organisation publishes, through lunch
breaks, closing days and clock changes, and must come out the same on every machine. What it must not
do: know targets and verdicts (`sla.py`), or ask what time it is.

An instant is open when its wall-clock time in the calendar's zone lies in an interval of its local date: those
of its weekday, or its own where the date is a special day. So an interval over a clock change is an hour
shorter or longer, and an hour that the clock repeats counts twice. The sums themselves are in `openings.py`.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import TypeAlias

from inbox.domain.openings import MINUTE, Day, Openings, instant, micros, openings, year_start

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST_SPAN = 100
"""Years. Nobody promises further ahead, so a question beyond it is a mistake in what was asked."""

Minutes: TypeAlias = int | Fraction | Decimal | float
Intervals: TypeAlias = tuple[tuple[str, str], ...]
"""One day's `[from, to)` intervals as wall-clock `HH:MM`; `24:00` ends the day."""

_WALL_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00", re.ASCII)


class NeverOpen(ValueError):
    """The calendar has no open time in which the promise could run."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """One version of an organisation's opening hours.

    `zone` is an IANA name. `hours` has for each weekday (`mon` … `sun`) its intervals; a missing day is closed, a
    range over midnight is written as two. `days` are local dates with intervals of their own in place of their
    weekday's; an empty tuple is a closed day. `closed` is the short way to say the same of closed days, and after
    construction holds all of them, as `days` holds all special days. Raises ValueError for what is no calendar.
    """

    zone: str
    hours: Mapping[str, Intervals] = field(hash=False)
    closed: frozenset[date] = frozenset()
    days: Mapping[date, Intervals] = field(default_factory=dict, hash=False)
    _openings: Openings = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        unknown = sorted(set(self.hours) - set(DAYS))
        if unknown:
            raise ValueError(f"unknown weekday {unknown[0]!r}: weekdays are {', '.join(DAYS)}")
        hours = {day: tuple(sorted(self.hours[day])) for day in DAYS if self.hours.get(day)}
        days: dict[date, Intervals] = {day: tuple(sorted(self.days[day])) for day in self.days}
        for day in sorted(self.closed):
            if days.setdefault(day, ()):
                raise ValueError(f"{day}: the day is closed and has hours")
        days = {day: days[day] for day in sorted(days)}
        week = tuple(_parsed(day, hours.get(day, ())) for day in DAYS)
        special = tuple((day, _parsed(day, intervals) if intervals else ()) for day, intervals in days.items())
        try:
            shared = openings(self.zone, week, special)
        except (KeyError, ValueError, OSError):
            # An unknown name is a KeyError, a path outside the zone data a ValueError, a folder in it an OSError.
            raise ValueError(f"unknown time zone {self.zone!r}") from None
        object.__setattr__(self, "hours", MappingProxyType(hours))
        object.__setattr__(self, "days", MappingProxyType(days))
        object.__setattr__(self, "closed", frozenset(day for day, intervals in days.items() if not intervals))
        object.__setattr__(self, "_openings", shared)

    @classmethod
    def from_json(cls, data: object) -> Calendar:
        """Read `{"zone": …, "hours": {"mon": [["08:00", "16:00"]]}, "closed": ["2026-12-24"], "days": {…}}`.

        `days` has the special days that are open, as `{"2026-11-27": [["12:00", "16:00"]]}`; closed ones may stand
        there too, as an empty list. Either of the last two may be missing.
        """
        if not isinstance(data, Mapping) or not {"zone", "hours"} <= set(data) <= {"zone", "hours", "closed", "days"}:
            raise ValueError("a calendar is an object with zone, hours and, if there are any, closed and days")
        zone, hours, closed, days = data["zone"], data["hours"], data.get("closed", []), data.get("days", {})
        if not isinstance(zone, str):
            raise ValueError(f"a time zone is a name, not {zone!r}")
        if not isinstance(hours, Mapping):
            raise ValueError("hours is an object of weekdays, each with a list of intervals")
        if not isinstance(closed, list | tuple):
            raise ValueError("closed is a list of dates")
        if not isinstance(days, Mapping):
            raise ValueError("days is an object of dates, each with a list of intervals")
        return cls(
            zone,
            {day: _pairs(day, hours[day]) for day in hours},
            frozenset(map(_date, closed)),
            {_date(day): _pairs(day, days[day]) for day in days},
        )

    def to_json(self) -> dict[str, object]:
        """The same value for every equal calendar; `from_json` reads it back."""
        return {
            "zone": self.zone,
            "hours": {day: [list(interval) for interval in self.hours[day]] for day in self.hours},
            "closed": [day.isoformat() for day in sorted(self.closed)],
            "days": {day.isoformat(): [list(pair) for pair in self.days[day]] for day in self.days if self.days[day]},
        }

    def add(self, start: datetime, minutes: Minutes) -> datetime:
        """The earliest instant (UTC) with that much open time in [start, instant): rounded to the microsecond.

        No minutes are used up at once, also outside the hours. Raises NeverOpen if nothing is ever open, and
        ValueError for a negative amount or one that takes over a hundred years.
        """
        start = _utc(start)
        need = _amount(minutes)
        if need == 0:
            return start
        if not self._openings.ever:
            raise NeverOpen("the calendar has no opening hours, so a promise in them would never fall due")
        need += self._openings.year(start.year).used_at(micros(start))
        for number in range(start.year, start.year + LONGEST_SPAN + 1):
            if not self._openings.weekly and number > self._openings.last_special_year:
                raise NeverOpen(f"the calendar has no opening hours after {number - 1}, so the promise never falls due")
            year = self._openings.year(number)
            if need <= year.total:
                i = bisect_left(year.used, need)
                return instant(year.ends[i] - (year.used[i] - need))
            need -= year.total
        raise ValueError(f"{minutes} open minutes from {start.date()} take over {LONGEST_SPAN} years")

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The open time in [start, end); none when `end` lies before `start`. At most a hundred years."""
        start, end = _utc(start), _utc(end)
        if end <= start:
            return timedelta()
        if end.year - start.year > LONGEST_SPAN:
            raise ValueError(f"over {LONGEST_SPAN} years lie between {start.date()} and {end.date()}")
        first, last = self._openings.year(start.year), self._openings.year(end.year)
        whole = sum(self._openings.year(number).total for number in range(start.year, end.year))
        return timedelta(microseconds=whole + last.used_at(micros(end)) - first.used_at(micros(start)))

    def is_open(self, at: datetime) -> bool:
        """Whether somebody is there at that instant."""
        at = _utc(at)
        return self._openings.year(at.year).stretch_at(micros(at)) is not None

    def next_opening(self, at: datetime) -> datetime:
        """The first open instant (UTC) at or after `at`: `at` itself when open. Raises NeverOpen if there is none."""
        at = _utc(at)
        here = micros(at)
        for number in self._years_that_differ(at.year) if self._openings.ever else ():
            year = self._openings.year(number)
            if year.stretch_at(here) is not None:
                return instant(here)
            i = bisect_right(year.starts, here)
            if i < len(year.starts):
                return instant(year.starts[i])
        raise NeverOpen(f"nothing is open from {at.date()} on")

    def next_closing(self, at: datetime) -> datetime | None:
        """The first shut instant (UTC) at or after `at`: `at` itself when shut; None when it never closes again."""
        at = _utc(at)
        here = micros(at)
        for number in self._years_that_differ(at.year):
            year = self._openings.year(number)
            i = year.stretch_at(here)
            if i is None:
                return instant(here)
            here = year.ends[i]
            if here < year_start(number + 1):
                return instant(here)
        return None

    def _years_that_differ(self, first: int) -> range:
        """The years to look through: after the last special day every year is like the next."""
        last = min(max(first, self._openings.last_special_year), first + LONGEST_SPAN)
        return range(first, last + 2)


def _parsed(day: str | date, intervals: Intervals) -> Day:
    parsed: list[tuple[int, int]] = []
    for opens, closes in intervals:
        start, stop = _wall_time(day, opens), _wall_time(day, closes)
        if start >= stop:
            raise ValueError(f"{day}: {opens} to {closes} ends before it begins; over midnight is written as two")
        if parsed and start < parsed[-1][1]:
            raise ValueError(f"{day}: {opens} to {closes} overlaps the interval before it")
        parsed.append((start, stop))
    return tuple(parsed)


def _wall_time(day: str | date, text: str) -> int:
    if not _WALL_TIME.fullmatch(text):
        raise ValueError(f"{day}: {text!r} is no time of day from 00:00 to 24:00")
    return (int(text[:2]) * 60 + int(text[3:])) * MINUTE


def _pairs(day: str, intervals: object) -> Intervals:
    if not isinstance(intervals, list | tuple):
        raise ValueError(f"{day}: hours are a list of intervals")
    pairs: list[tuple[str, str]] = []
    for interval in intervals:
        match interval:
            case [str(opens), str(closes)]:
                pairs.append((opens, closes))
            case _:
                raise ValueError(f"{day}: {interval!r} is no interval of two times of day")
    return tuple(pairs)


def _date(text: object) -> date:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        raise ValueError(f"{text!r} is no date of the form 2026-12-24") from None


def _amount(minutes: Minutes) -> int:
    try:
        # Promises are whole minutes, and a page of news asks for thousands of them.
        amount = minutes * MINUTE if isinstance(minutes, int) else round(Fraction(minutes) * MINUTE)
    except (ValueError, OverflowError):  # Not a number, or an endless one.
        raise ValueError(f"{minutes} is no number of minutes") from None
    if amount < 0:
        raise ValueError(f"{minutes} minutes can't be promised: the amount is negative")
    return amount


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone")
    return at.astimezone(UTC)


ALWAYS = Calendar("UTC", dict.fromkeys(DAYS, (("00:00", "24:00"),)))
"""Open at every instant: a promise in it runs by the clock on the wall."""
