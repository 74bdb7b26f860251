"""The days on which a country is closed, and those on which its offices may choose to be.

Why it exists: opening hours follow the country's public holidays, which the `holidays` package knows, and the days
that each organisation decides for itself, which are the table here. What it must not do: be asked when a promise is
reckoned. It is asked when a calendar is saved, and the days are kept with it (`opening_plan.py`), so that no verdict
depends on the version of somebody's package.

Sources of the table: the package's optional category for Denmark (1 May, 5 June, 24 and 31 December); the state's
working hours in Norway, which end at noon on the Wednesday before Easter and on Whitsun Eve.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final, TypeAlias

from dateutil.easter import easter

WHOLE_DAY: Final = "00:00"
_InYear: TypeAlias = Callable[[int], date]


@dataclass(frozen=True, slots=True)
class Switch:
    """A day that an organisation chooses to be closed on, every year, from that time of day on."""

    key: str
    name: str
    """English; the page has it in every language."""
    in_year: _InYear = field(repr=False)
    closed_from: str = WHOLE_DAY


@dataclass(frozen=True, slots=True)
class Holiday:
    """One such day of one year, with its English names: now and then two fall together.

    `closed_from` is wall time; from midnight on the whole day is closed.
    """

    day: date
    names: tuple[str, ...]
    public: bool
    closed_from: str = WHOLE_DAY


def _fixed(month: int, day: int) -> _InYear:
    return lambda year: date(year, month, day)


def _from_easter(days: int) -> _InYear:
    return lambda year: easter(year) + timedelta(days=days)


_CHRISTMAS_EVE = Switch("christmas_eve", "Christmas Eve", _fixed(12, 24))
_NEW_YEARS_EVE = Switch("new_years_eve", "New Year's Eve", _fixed(12, 31))

SWITCHES: Final[Mapping[str, tuple[Switch, ...]]] = MappingProxyType(
    {
        "DK": (
            Switch("may_day", "Labor Day", _fixed(5, 1)),
            Switch("constitution_day", "Constitution Day", _fixed(6, 5)),
            _CHRISTMAS_EVE,
            _NEW_YEARS_EVE,
        ),
        "NO": (
            Switch("holy_wednesday", "Wednesday before Easter", _from_easter(-4), "12:00"),
            Switch("easter_eve", "Easter Eve", _from_easter(-1)),
            Switch("whitsun_eve", "Whitsun Eve", _from_easter(48), "12:00"),
            _CHRISTMAS_EVE,
            _NEW_YEARS_EVE,
        ),
    }
)
"""By country (ISO 3166). The countries here are those that a calendar can follow."""


def holidays_of(country: str, switches: Collection[str], first_year: int, last_year: int) -> tuple[Holiday, ...]:
    """The closed days of these years, in order: all public ones and the chosen optional ones, each date once.

    Raises LookupError for a country or a switch that is not in the table.
    """
    known = {switch.key: switch for switch in SWITCHES[country]}
    years = range(first_year, last_year + 1)
    chosen = [known[key] for key in sorted(switches)]
    found = {
        day: Holiday(day, (switch.name,), public=False, closed_from=switch.closed_from)
        for switch in chosen
        for day, switch in ((switch.in_year(year), switch) for year in years)
    }
    # An eighth of a second, so that only those pay for it who save or look at a calendar.
    from holidays import country_holidays

    listed = country_holidays(country, years=years, language="en_US")
    found |= {day: Holiday(day, tuple(listed.get_list(day)), public=True) for day in listed}
    return tuple(found[day] for day in sorted(found))
