"""“Open until 16.00”: how the rail says whether we are open.

What it must not do: decide it (`inbox.domain.standing`).
"""

from __future__ import annotations

from datetime import datetime

from babel.dates import format_datetime

from inbox.domain.standing import Standing
from inbox.web.catalogue import gettext as _
from inbox.web.formatting import LOCALES, clock_time, day, language, local


def standing_words(found: Standing | None, now: datetime) -> str:
    """Empty where nothing would ever change: open day and night, or no hours at all."""
    if found is None or (found.open and found.until is None):
        return ""
    if found.until is None:
        return str(_("Closed"))
    return _open_until(found.until, now) if found.open else _opens(found.until, now)


def _open_until(until: datetime, now: datetime) -> str:
    days = (local(until).date() - local(now).date()).days
    if days == 1 and not any((local(until).hour, local(until).minute)):
        return str(_("Open until midnight"))
    if days == 0:
        return str(_("Open until %(time)s", time=clock_time(until)))
    if days == 1:
        return str(_("Open until tomorrow at %(time)s", time=clock_time(until)))
    return str(_("Open until %(day)s at %(time)s", day=_day(until, days), time=clock_time(until)))


def _opens(at: datetime, now: datetime) -> str:
    days = (local(at).date() - local(now).date()).days
    if days == 0:
        return str(_("Opens at %(time)s", time=clock_time(at)))
    if days == 1:
        return str(_("Opens tomorrow at %(time)s", time=clock_time(at)))
    return str(_("Opens %(day)s at %(time)s", day=_day(at, days), time=clock_time(at)))


def _day(at: datetime, days: int) -> str:
    """The weekday, if the next of that name is meant; else the date."""
    if days < 7:
        return format_datetime(local(at), "EEEE", locale=LOCALES[language()])
    return day(at)
