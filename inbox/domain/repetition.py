"""The days of an iCal series (RFC 5545, RRULE), for events of whole days.

Why it exists: a file from outside must never hold a process. The well-known library searches a rule that fits no day
("30 February") until the year 9999, seconds for each event; here the days are walked through once, from the first to
the last that is asked for. What it must not do: know times of day. The rules that nobody uses for whole days
(`BYWEEKNO`, hours, minutes) are refused, not guessed at.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any, Final

WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_BYDAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)
_KNOWN = frozenset(
    {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYDAY", "BYSETPOS"}
)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Repetition:
    """When a series goes on. An empty part of the rule fits every day.

    `weekdays` are pairs of which one in the month or year (0: each; -1: the last) and the day, Monday being 0.
    `until` is the last day that may be one, `count` how many there are with the first.
    """

    freq: str
    interval: int = 1
    months: frozenset[int] = frozenset()
    month_days: frozenset[int] = frozenset()
    year_days: frozenset[int] = frozenset()
    weekdays: frozenset[tuple[int, int]] = frozenset()
    positions: frozenset[int] = frozenset()
    week_start: int = 0
    count: int | None = None
    until: date | None = None

    @classmethod
    def read(cls, rule: Mapping[str, Any], until: date | None) -> Repetition:
        """The rule, as names with their values or lists of them; `until` is its UNTIL as a local date.

        Raises ValueError for a rule that is none or that we don't follow.
        """
        parts = {name.upper(): values if isinstance(values, list) else [values] for name, values in rule.items()}
        (freq,) = (str(value).upper() for value in parts.get("FREQ", ["none"]))
        unknown = set(parts) - _KNOWN
        if unknown or freq not in _PERIODS:
            raise ValueError(f"a series of whole days has no {', '.join(sorted(unknown)) or freq}")
        interval = max(_numbers(parts, "INTERVAL"), default=1)
        if interval < 1:
            raise ValueError("a series that stands still")
        return cls(
            freq,
            interval,
            months=_numbers(parts, "BYMONTH"),
            month_days=_numbers(parts, "BYMONTHDAY"),
            year_days=_numbers(parts, "BYYEARDAY"),
            weekdays=frozenset(_weekday(str(text).upper()) for text in parts.get("BYDAY", ())),
            positions=_numbers(parts, "BYSETPOS"),
            week_start=WEEKDAYS.index(str(parts.get("WKST", ["MO"])[0]).upper()),
            count=min(_numbers(parts, "COUNT"), default=None),
            until=until,
        )

    def days(self, first: date, since: date, last: date) -> Iterator[date]:
        """The days of the series that begins on `first`, in order, from `since` to `last` (both counted)."""
        last = min(last, self.until or last)
        # Only who counts has to begin at the beginning. A whole period is looked at, since BYSETPOS counts in it.
        begin = first if self.count is not None else max(first, since)
        period, number = _PERIODS[self.freq], 0
        anchor = period(first, self.week_start)
        day = self._first_of_period(begin)
        for at, dates in groupby(_until(day, last), key=lambda one: period(one, self.week_start)):
            if (at - anchor) % self.interval:
                continue
            for found in self._chosen([one for one in dates if self._fits(one, first)]):
                if found < first:
                    continue
                number += 1
                if self.count is not None and number > self.count:
                    return
                if found >= since:
                    yield found

    def _first_of_period(self, day: date) -> date:
        match self.freq:
            case "YEARLY":
                return day.replace(month=1, day=1)
            case "MONTHLY":
                return day.replace(day=1)
            case "WEEKLY":
                return day - timedelta(days=(day.weekday() - self.week_start) % 7)
            case _:
                return day

    def _fits(self, day: date, first: date) -> bool:
        by_day = self.month_days or self.year_days or self.weekdays
        if self.months:
            if day.month not in self.months:
                return False
        elif self.freq == "YEARLY" and not by_day and day.month != first.month:
            return False
        if not by_day:
            # What the rule leaves open is as on the first day.
            match self.freq:
                case "WEEKLY":
                    return day.weekday() == first.weekday()
                case "DAILY":
                    return True
                case _:
                    return day.day == first.day
        return (
            (not self.month_days or _counted(day.day, monthrange(day.year, day.month)[1], self.month_days))
            and (not self.year_days or _counted(day.timetuple().tm_yday, _year_length(day.year), self.year_days))
            and (not self.weekdays or self._is_weekday(day))
        )

    def _is_weekday(self, day: date) -> bool:
        weekday = day.weekday()
        if (0, weekday) in self.weekdays:
            return True
        if self.freq == "MONTHLY" or (self.freq == "YEARLY" and self.months):
            place, length = day.day, monthrange(day.year, day.month)[1]
        else:
            place, length = day.timetuple().tm_yday, _year_length(day.year)
        return ((place + 6) // 7, weekday) in self.weekdays or (-((length - place) // 7 + 1), weekday) in self.weekdays

    def _chosen(self, dates: list[date]) -> list[date]:
        if not self.positions:
            return dates
        return [day for place, day in enumerate(dates, 1) if _counted(place, len(dates), self.positions)]


_PERIODS: Final[Mapping[str, Callable[[date, int], int]]] = {
    "YEARLY": lambda day, _start: day.year,
    "MONTHLY": lambda day, _start: day.year * 12 + day.month,
    "WEEKLY": lambda day, start: (day.toordinal() - 1 - start) // 7,  # Day 1 was a Monday.
    "DAILY": lambda day, _start: day.toordinal(),
}


def _until(day: date, last: date) -> Iterator[date]:
    while day <= last:
        yield day
        day += _DAY


def _counted(place: int, length: int, chosen: frozenset[int]) -> bool:
    """Whether that place is meant, counted from the beginning or (negative) from the end."""
    return place in chosen or place - length - 1 in chosen


def _year_length(year: int) -> int:
    return date(year, 12, 31).timetuple().tm_yday


def _numbers(parts: Mapping[str, Iterable[Any]], name: str) -> frozenset[int]:
    return frozenset(int(value) for value in parts.get(name, ()))


def _weekday(text: str) -> tuple[int, int]:
    found = _BYDAY.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is no day of the week")
    return int(found[1] or 0), WEEKDAYS.index(found[2])
