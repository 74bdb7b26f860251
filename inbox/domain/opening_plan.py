"""What people choose about their opening hours: a week, a country, optional days, days of their own.

Why it exists: nobody types Easter; a plan says "closed on Danish holidays", and a calendar (`calendar.py`) says which
dates these are. The dates are worked out when the plan is saved, for the year before, that year and fifteen years on,
and are stored with it: a verdict never depends on what a later version of somebody's package thinks of a holiday.
What it must not do: reckon time, or read what people type (`opening_form.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from typing import Any, Final

from inbox.domain.calendar import DAYS, Calendar, Intervals, NeverOpen
from inbox.domain.public_holidays import SWITCHES, WHOLE_DAY, Holiday, holidays_of

YEARS_BACK: Final = 1
YEARS_AHEAD: Final = 15
MOST_OWN_DAYS: Final = 500
"""Thirty a year for as long as the holidays are worked out."""
LONGEST_REASON: Final = 120


@dataclass(frozen=True, slots=True)
class OwnDay:
    """A date on which the organisation itself closes or opens. No hours: closed. `reason` is for people."""

    day: date
    hours: Intervals = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """One version of what was chosen. `hours` is the week as in a calendar; `country` is None for no holidays.

    `switches` are the optional days of that country that count as closed. Own days win over everything. Raises
    ValueError for what is no plan, and NeverOpen (a ValueError too) for a week without any hours: a promise in them
    would never fall due, whatever single days say.
    """

    zone: str
    hours: Mapping[str, Intervals] = field(hash=False)
    country: str | None = None
    switches: frozenset[str] = frozenset()
    own: tuple[OwnDay, ...] = ()

    def __post_init__(self) -> None:
        if self.country is not None and self.country not in SWITCHES:
            raise ValueError(f"no holidays are known of {self.country!r}")
        unknown = sorted(self.switches - {switch.key for switch in SWITCHES.get(self.country or "", ())})
        if unknown:
            raise ValueError(f"{unknown[0]!r} is no optional day of {self.country}")
        own = tuple(sorted(self.own, key=lambda one: one.day))
        days = {one.day: one.hours for one in own}
        if len(days) < len(own):
            twice = next(one.day for one, after in pairwise(own) if one.day == after.day)
            raise ValueError(f"{twice}: the day stands there twice")
        if len(own) > MOST_OWN_DAYS:
            raise ValueError(f"{len(own)} own days are over {MOST_OWN_DAYS}")
        for one in own:
            if len(one.reason) > LONGEST_REASON:
                raise ValueError(f"{one.day}: the reason has over {LONGEST_REASON} characters")
        checked = Calendar(self.zone, self.hours, days=days)
        if not checked.hours:
            raise NeverOpen("no day of the week is open, so a promise in these hours would never fall due")
        object.__setattr__(self, "hours", checked.hours)
        object.__setattr__(self, "own", tuple(OwnDay(one.day, checked.days[one.day], one.reason) for one in own))

    def holidays(self, first_year: int, last_year: int) -> tuple[Holiday, ...]:
        """The public and the chosen optional days of these years, in order, whatever the own days say of them."""
        return holidays_of(self.country, self.switches, first_year, last_year) if self.country else ()

    def calendar(self, first_year: int, last_year: int) -> Calendar:
        """The opening hours that follow, with the holidays of these years and all own days."""
        days = {
            holiday.day: _until(self.hours.get(DAYS[holiday.day.weekday()], ()), holiday.closed_from)
            for holiday in self.holidays(first_year, last_year)
        }
        days |= {one.day: one.hours for one in self.own}
        return Calendar(self.zone, self.hours, days=days)

    def saved_in(self, year: int) -> Calendar:
        """The opening hours as they are stored with a version that is saved in that year."""
        return self.calendar(year - YEARS_BACK, year + YEARS_AHEAD)

    def in_country(self, country: str, zone: str) -> Plan:
        """The same hours and own days under this country's holidays and clock, for a calendar that begins there.

        Of the optional days those stay that both countries know. A plan that follows the country already stays as it
        is, with its zone too: the Faroes keep Danish holidays by another clock.
        """
        if self.country == country:
            return self
        known = {switch.key for switch in SWITCHES.get(country, ())}
        return replace(self, country=country, zone=zone, switches=self.switches & known)

    @classmethod
    def from_json(cls, data: Any) -> Plan:
        """Read what `to_json` wrote. Raises ValueError for anything else."""
        match data:
            case {
                "zone": str(zone),
                "hours": Mapping() as hours,
                "country": str() | None as country,
                "switches": list(switches),
                "own": list(own),
            } if len(data) == 5:
                pass
            case _:
                raise ValueError("a plan is an object with zone, hours, country, switches and own")
        week = Calendar.from_json({"zone": zone, "hours": hours})
        return cls(zone, week.hours, country, frozenset(map(str, switches)), tuple(map(_own_day, own)))

    def to_json(self) -> dict[str, object]:
        """The same value for every equal plan."""
        return {
            "zone": self.zone,
            "hours": {day: [list(pair) for pair in self.hours[day]] for day in self.hours},
            "country": self.country,
            "switches": sorted(self.switches),
            "own": [
                {"day": one.day.isoformat(), "hours": [list(pair) for pair in one.hours], "reason": one.reason}
                for one in self.own
            ],
        }


def _until(hours: Intervals, closes: str) -> Intervals:
    """What is left of a day's hours when it ends at that time."""
    if closes == WHOLE_DAY:
        return ()
    return tuple((start, min(end, closes)) for start, end in hours if start < closes)


def _own_day(item: Any) -> OwnDay:
    match item:
        case {"day": str(day), "hours": list(hours), "reason": str(reason)} if len(item) == 3:
            checked = Calendar.from_json({"zone": "UTC", "hours": {}, "days": {day: hours}})
            ((when, intervals),) = checked.days.items()
            return OwnDay(when, intervals, reason)
        case _:
            raise ValueError(f"{item!r} is no own day with day, hours and reason")
