"""Opening hours as people type them, and everything that is wrong with them, each beside its field.

Why it exists: a form is saved whole or not at all, and whoever filled it in is told all its mistakes at once. What it
must not do: know HTTP or a language; `08.00`, `08:00`, `8` and `0800` are the same time everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import pairwise
from typing import Final, NamedTuple
from zoneinfo import available_timezones

from inbox.domain.calendar import DAYS, Intervals
from inbox.domain.errors import Invalid
from inbox.domain.opening_plan import LONGEST_REASON, MOST_OWN_DAYS, OwnDay, Plan
from inbox.domain.public_holidays import SWITCHES
from inbox.domain.text import clean

SENTENCES: Final[Mapping[str, str]] = {
    "time": "Write a time of day like 08.00, at most 24.00.",
    "half": "An opening needs both a beginning and an end.",
    "reversed": "The end must come after the beginning. Over midnight is written as two, on two days.",
    "overlap": "This overlaps another opening of the same day.",
    "zone": "There is no time zone called “%(zone)s”. Write it like Europe/Copenhagen.",
    "never": "Be open on one day of the week at least. Otherwise no answer would ever be due.",
    "country": "We know the holidays of no such country.",
    "date": "Write a date like 2026-12-24.",
    "twice": "This day stands there already.",
    "hours": "Write hours like 08.00–12.00, several with a comma between, or nothing for a closed day.",
    "reason": "Write the reason in at most %(most)s characters.",
    "many": "Write at most %(most)s days of your own.",
}
"""Source text for the catalogues."""

_TIME = re.compile(r"(\d{1,2})(?:[.:]?(\d\d))?", re.ASCII)
_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)
_TO = re.compile(r"\s*[-–—]\s*")
_COMMA = re.compile(r"\s*[,;]\s*")
_DASH = "–"
YEARS: Final = range(2000, 2200)
"""What a date is written for; another year is a slip of the finger."""


class Fault(NamedTuple):
    """One thing that can't be used. `values` are filled in after translation."""

    field: str
    sentence: str
    values: Mapping[str, object]


class Unfit(Invalid):
    """The form can't be saved; all its faults."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        first = self.faults[0]
        super().__init__(first.sentence, field=first.field, **first.values)


@dataclass(frozen=True, slots=True)
class TypedDay:
    """A day of one's own: a date, hours in one line (nothing: closed), and why."""

    day: str = ""
    hours: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """A whole form. `week` has the openings of each weekday, from and to; an empty one is no opening.

    The faults' fields are `zone`, `week`, `country`, `own`; `mon-0` for Monday's first opening; and `own-0-day`,
    `own-0-hours`, `own-0-reason` for the first day of one's own.
    """

    zone: str
    week: Mapping[str, Sequence[tuple[str, str]]] = field(hash=False)
    country: str = ""
    switches: frozenset[str] = frozenset()
    own: tuple[TypedDay, ...] = ()

    @classmethod
    def of(cls, plan: Plan, said: Callable[[str], str] = str) -> Typed:
        """The form that says this plan. `said` writes a time of day as the page's language has it."""
        return cls(
            plan.zone,
            {day: [(said(start), said(end)) for start, end in plan.hours.get(day, ())] for day in DAYS},
            plan.country or "",
            plan.switches,
            tuple(typed_day(own, said) for own in plan.own),
        )

    def plan(self) -> Plan:
        """What the form says. Raises Unfit with everything that can't be used.

        Optional days of another country than the chosen one are dropped: they were chosen before the country was.
        """
        faults: list[Fault] = []
        hours = {day: tuple(self._openings(day, faults)) for day in DAYS}
        if not faults and not any(hours.values()):
            faults.append(_fault("week", "never"))
        zone, country = self.zone.strip(), self.country.strip()
        if zone not in zones():
            faults.insert(0, _fault("zone", "zone", zone=zone[:LONGEST_REASON]))
        if country and country not in SWITCHES:
            faults.append(_fault("country", "country"))
        own = tuple(self._own(faults))
        if len(own) > MOST_OWN_DAYS:
            faults.append(_fault("own", "many", most=MOST_OWN_DAYS))
        if faults:
            raise Unfit(faults)
        known = {switch.key for switch in SWITCHES.get(country, ())}
        return Plan(zone, hours, country or None, self.switches & known, own)

    def _openings(self, day: str, faults: list[Fault]) -> Iterator[tuple[str, str]]:
        read: list[tuple[str, str, int]] = []
        for number, (start, end) in enumerate(self.week.get(day, ())):
            if start.strip() or end.strip():
                where = f"{day}-{number}"
                times = _interval(where, start, end)
                if isinstance(times, Fault):
                    faults.append(times)
                else:
                    read.append((*times, number))
        read.sort()
        for before, after in pairwise(read):
            if after[0] < before[1]:
                faults.append(_fault(f"{day}-{max(before[2], after[2])}", "overlap"))
        return ((start, end) for start, end, _number in read)

    def _own(self, faults: list[Fault]) -> Iterator[OwnDay]:
        seen: set[date] = set()
        for number, typed in enumerate(self.own):
            if not (typed.day.strip() or typed.hours.strip() or typed.reason.strip()):
                continue
            where, before = f"own-{number}", len(faults)
            day, reason = day_of(typed.day), " ".join(clean(typed.reason).text.split())
            if day is None or day in seen:
                faults.append(_fault(f"{where}-day", "date" if day is None else "twice"))
            hours = _hours(f"{where}-hours", typed.hours)
            if isinstance(hours, Fault):
                faults.append(hours)
            if len(reason) > LONGEST_REASON:
                faults.append(_fault(f"{where}-reason", "reason", most=LONGEST_REASON))
            if day is not None:
                seen.add(day)
                if not isinstance(hours, Fault) and len(faults) == before:
                    yield OwnDay(day, hours, reason)


def typed_day(own: OwnDay, said: Callable[[str], str] = str) -> TypedDay:
    """The line that says this day."""
    hours = ", ".join(f"{said(start)}{_DASH}{said(end)}" for start, end in own.hours)
    return TypedDay(own.day.isoformat(), hours, own.reason)


@cache
def zones() -> frozenset[str]:
    """The names of all time zones, without those that mean another thing on every machine."""
    return frozenset(available_timezones()) - {"localtime", "posixrules", "Factory"}


def time_of_day(text: str) -> str | None:
    """A typed time (`8`, `8.00`, `08:00`, `0800`, `24.00`) as `HH:MM`; None for what is none."""
    found = _TIME.fullmatch(text.strip())
    if not found:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    return f"{hour:02}:{minute:02}" if (hour < 24 and minute < 60) or (hour, minute) == (24, 0) else None


def _interval(where: str, start: str, end: str) -> tuple[str, str] | Fault:
    if not start.strip() or not end.strip():
        return _fault(where, "half")
    opens, closes = time_of_day(start), time_of_day(end)
    if opens is None or closes is None:
        return _fault(where, "time")
    return (opens, closes) if opens < closes else _fault(where, "reversed")


def _hours(where: str, text: str) -> Intervals | Fault:
    """A line like `08.00–12.00, 12.30–16.00`."""
    read: list[tuple[str, str]] = []
    for part in _COMMA.split(text.strip()) if text.strip() else ():
        match _TO.split(part):
            case [start, end]:
                times = _interval(where, start, end)
            case _:
                times = _fault(where, "hours")
        if isinstance(times, Fault):
            return times
        read.append(times)
    read.sort()
    if any(after[0] < before[1] for before, after in pairwise(read)):
        return _fault(where, "overlap")
    return tuple(read)


def day_of(text: str) -> date | None:
    """The date that is typed: `2026-12-24`, as browsers send it, or `24.12.2026`; None for what is none."""
    found = _DATE.fullmatch(text.strip())
    try:
        day = date(int(found[3]), int(found[2]), int(found[1])) if found else date.fromisoformat(text.strip())
    except ValueError:
        return None
    return day if day.year in YEARS else None


def _fault(where: str, code: str, **values: object) -> Fault:
    return Fault(where, SENTENCES[code], values)
