"""What days, countries and holidays are called on the page of opening hours, and a time as a calendar's zone has it.

Names of holidays come in English from the package that knows their dates; here each has its word in every language
of the house. What it must not do: know when a holiday is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, tzinfo

from babel.dates import format_date, format_datetime
from flask_babel import lazy_gettext as _l

from inbox.domain.opening_form import day_of, zones
from inbox.domain.public_holidays import WHOLE_DAY, Holiday, Switch
from inbox.web.formatting import hour, language

COUNTRIES = {"DK": _l("Denmark"), "NO": _l("Norway")}
HOLIDAYS = {
    "New Year's Day": _l("New Year’s Day"),
    "Maundy Thursday": _l("Maundy Thursday"),
    "Good Friday": _l("Good Friday"),
    "Easter Sunday": _l("Easter Sunday"),
    "Easter Monday": _l("Easter Monday"),
    "Ascension Day": _l("Ascension Day"),
    "Pentecost": _l("Whit Sunday"),
    "Pentecost Monday": _l("Whit Monday"),
    "Christmas Day": _l("Christmas Day"),
    "Second Day of Christmas": _l("Boxing Day"),
    "Labor Day": _l("Labour Day"),
    "Constitution Day": _l("Constitution Day"),
    "Christmas Eve": _l("Christmas Eve"),
    "New Year's Eve": _l("New Year’s Eve"),
    "Wednesday before Easter": _l("Wednesday before Easter"),
    "Easter Eve": _l("Easter Eve"),
    "Whitsun Eve": _l("Whitsun Eve"),
}
FIXED = {"may_day", "constitution_day", "christmas_eve", "new_years_eve"}
"""Optional days that have the same date every year, so that the date is said with the name."""
NEAR = ("Europe/", "Atlantic/", "America/Nuuk", "Arctic/")
"""Time zones that are offered; any other may be typed."""


def holiday(names: Iterable[str]) -> str:
    """A holiday in the page's language. A name that the package invents later stands as it came."""
    return ", ".join(str(HOLIDAYS.get(name, name)) for name in names)


def switch(one: Switch, year: int) -> str:
    """An optional day with its date or the time of day from which it is closed: `24. december, juleaften`."""
    name = holiday([one.name])
    if one.key in FIXED:
        when = format_date(one.in_year(year), "d MMMM" if language() == "en" else "d. MMMM", locale=language())
        return f"{when}, {name[0].lower()}{name[1:]}" if language() != "en" else f"{when}, {name}"
    return name


def closed(one: Holiday) -> Mapping[str, object]:
    """A coming holiday: its day and names, and `after` which time of day it is closed, empty for all day."""
    return {"day": short_day(one.day), "name": holiday(one.names), "after": _after(one.closed_from)}


def _after(wall: str) -> str:
    return "" if wall == WHOLE_DAY else hour(wall)


def short_day(day: date) -> str:
    """`tor. 24. dec.`, in English `Thu 24 Dec`; with the year, since the list reaches into the next one."""
    return format_date(day, "EEE d MMM y" if language() == "en" else "EEE d. MMM y", locale=language())


def weekday(typed: str) -> str:
    """`fredag` beside a typed date; empty for what is none."""
    day = day_of(typed)
    return format_date(day, "EEEE", locale=language()) if day else ""


def moment_in(at: datetime, zone: tzinfo) -> str:
    """`lørdag 5. dec. 10.05`, as the clocks of that zone show it."""
    pattern = "EEEE d MMM HH:mm" if language() == "en" else "EEEE d. MMM HH.mm"
    return format_datetime(at.astimezone(zone), pattern, locale=language())


def time_in(at: datetime, zone: tzinfo) -> str:
    """`10.05`, as the clocks of that zone show it."""
    return format_datetime(at.astimezone(zone), "HH:mm" if language() == "en" else "HH.mm", locale=language())


def offered_zones() -> list[str]:
    """Names to choose from while typing."""
    return sorted(name for name in zones() if name.startswith(NEAR))
