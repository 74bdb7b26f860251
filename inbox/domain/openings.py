"""The open stretches of a calendar, laid out so that a question about them costs a binary search.

Why it exists: opening hours are asked about for every row of every list, and the answer must be exact
through every clock change. What it must not do: read what people write (`calendar.py` has the hours, their
form and their errors), or know of datetimes with other zones than UTC.

All sums are whole microseconds since 1970 in UTC. Each UTC year is laid out once, with a running total,
and the layout is shared by all equal calendars in the process: about a millisecond for a year's first
question, microseconds for each later one, however long the span.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

Day: TypeAlias = tuple[tuple[int, int], ...]
"""One day's [from, to) intervals, in order, in microseconds since local midnight."""

Special: TypeAlias = tuple[tuple[date, Day], ...]
"""The local dates that do not follow their weekday, in order, each with its own intervals."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
SECOND = 1_000_000
MINUTE = 60 * SECOND
DAY = 86_400 * SECOND
_EPOCH_DAY = EPOCH.toordinal()


class Year(NamedTuple):
    """The open stretches of one UTC year, in order; `used[i]` is the open time up to the end of the i-th."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    used: tuple[int, ...]

    @property
    def total(self) -> int:
        return self.used[-1] if self.used else 0

    def used_at(self, instant: int) -> int:
        """Open time between the start of the year and the instant."""
        i = bisect_right(self.starts, instant) - 1
        return 0 if i < 0 else self.used[i] - max(0, self.ends[i] - instant)

    def stretch_at(self, instant: int) -> int | None:
        """The index of the open stretch that the instant lies in."""
        i = bisect_right(self.starts, instant) - 1
        return i if i >= 0 and instant < self.ends[i] else None


class Openings:
    """The layout that equal calendars share. Years are computed when first asked for and kept."""

    def __init__(self, zone: ZoneInfo, week: tuple[Day, ...], special: Special) -> None:
        self._zone = zone
        self._week = week
        self._special = {day.toordinal() - _EPOCH_DAY: intervals for day, intervals in special}
        self._years: dict[int, Year] = {}
        self.weekly = any(week)
        self.ever = self.weekly or any(intervals for _day, intervals in special)
        # A local date may lie in the UTC year after its own.
        self.last_special_year = max((day.year + 1 for day, _intervals in special), default=0)

    def year(self, year: int) -> Year:
        # Two threads may lay out the same year at the same time; they get the same answer.
        found = self._years.get(year)
        if found is None:
            found = self._years[year] = self._lay_out(year)
        return found

    def _lay_out(self, year: int) -> Year:
        if not 2 <= year <= 9998:
            raise ValueError(f"the year {year} is outside every calendar")
        starts: list[int] = []
        ends: list[int] = []
        for begin, end, offset in self._steady(year_start(year), year_start(year + 1)):
            for day in range((begin + offset) // DAY, (end + offset - 1) // DAY + 1):
                midnight = day * DAY - offset
                intervals = self._special.get(day)
                if intervals is None:
                    intervals = self._week[(day + 3) % 7]  # 1 January 1970 was a Thursday.
                for opens, closes in intervals:
                    start, stop = max(midnight + opens, begin), min(midnight + closes, end)
                    if start >= stop:
                        continue
                    if ends and ends[-1] == start:
                        ends[-1] = stop
                    else:
                        starts.append(start)
                        ends.append(stop)
        used: list[int] = []
        for start, stop in zip(starts, ends, strict=True):
            used.append((used[-1] if used else 0) + stop - start)
        return Year(tuple(starts), tuple(ends), tuple(used))

    def _steady(self, first: int, last: int) -> Iterator[tuple[int, int, int]]:
        """Cut a span where the zone's offset changes: (begin, end, offset), each with an even wall clock."""
        begin = at = first
        offset = self._offset(first)
        while at < last:
            after = min(at + DAY, last)
            if self._offset(after) == offset:
                at = after
                continue
            before, changed = at // SECOND, after // SECOND
            while changed - before > 1:
                middle = (before + changed) // 2
                if self._offset(middle * SECOND) == offset:
                    before = middle
                else:
                    changed = middle
            at = changed * SECOND
            if at < last:
                yield begin, at, offset
                begin, offset = at, self._offset(at)
        yield begin, last, offset

    def _offset(self, instant: int) -> int:
        local = (EPOCH + timedelta(microseconds=instant)).astimezone(self._zone)
        return (local.utcoffset() or timedelta()) // MICROSECOND


@lru_cache(maxsize=128)
def openings(zone: str, week: tuple[Day, ...], special: Special) -> Openings:
    """The layout for these hours; the same object for the same hours."""
    return Openings(ZoneInfo(zone), week, special)


def micros(at: datetime) -> int:
    """An instant as a whole number of microseconds."""
    return (at - EPOCH) // MICROSECOND


def instant(micros: int) -> datetime:
    """The instant, in UTC."""
    return EPOCH + timedelta(microseconds=micros)


def year_start(year: int) -> int:
    """Where a UTC year begins."""
    return (date(year, 1, 1).toordinal() - _EPOCH_DAY) * DAY
