"""How times, numbers and durations are said in Danish, Norwegian and English.

The one module for it, so that a page, a mail and a badge never disagree: `09.41`, `24. nov.`, `1.204`
(Norwegian `1 204`), `1 t 40`, `7 min over`. What it must not do: decide when something is due.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_datetime
from babel.numbers import format_decimal, format_percent
from flask import g
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from inbox.domain.sla import Left
from inbox.web.catalogue import gettext as _

LANGUAGES = ("da", "nb", "en")
LOCALES = {name: Locale(name) for name in LANGUAGES}
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
_WEEKDAYS = (
    _l("Mondays"),
    _l("Tuesdays"),
    _l("Wednesdays"),
    _l("Thursdays"),
    _l("Fridays"),
    _l("Saturdays"),
    _l("Sundays"),
)


def language() -> str:
    """The page's language: da, nb or en."""
    locale = get_locale()
    return locale.language if locale is not None and locale.language in LANGUAGES else "en"


def zone() -> ZoneInfo:
    """The organisation's time zone; people read local time, the database keeps UTC."""
    return ZoneInfo(g.get("zone", "Europe/Copenhagen"))


def local(at: datetime) -> datetime:
    """An instant as the organisation's wall clock shows it."""
    return at.astimezone(zone())


def clock_time(at: datetime) -> str:
    """`09.41`, in English `09:41`."""
    return _said(at, "HH.mm", "HH:mm")


def exact_time(at: datetime) -> str:
    """`24. nov. 2026 09.41.07`, where seconds matter (proofs)."""
    return _said(at, "d. MMM y HH.mm.ss", "d MMM y, HH:mm:ss")


def day(at: datetime) -> str:
    """`24. nov.`, in English `24 Nov`."""
    return _said(at, "d. MMM", "d MMM")


def dated(at: datetime) -> str:
    """`24. nov. 2026`: what is kept for years says the year."""
    return _said(at, "d. MMM y", "d MMM y")


def moment(at: datetime, now: datetime) -> str:
    """As much of a date as is needed: `09.41` today, `Yesterday 16.02`, `24. nov. 09.41`, else with the year."""
    then, today = local(at), local(now)
    days = (today.date() - then.date()).days
    if days == 0:
        return clock_time(at)
    if days == 1:
        return str(_("Yesterday %(time)s", time=clock_time(at)))
    if then.year == today.year:
        return _said(at, "d. MMM HH.mm", "d MMM HH:mm")
    return _said(at, "d. MMM y HH.mm", "d MMM y HH:mm")


def coming(at: datetime, now: datetime) -> str:
    """When something will be: `08.00` today, `tomorrow 08.00`, `Monday 08.00` in this week, else `30. nov. 08.00`."""
    days = (local(at).date() - local(now).date()).days
    if days == 0:
        return clock_time(at)
    if days == 1:
        return str(_("tomorrow %(time)s", time=clock_time(at)))
    return f"{_said(at, 'EEEE', 'EEEE') if 1 < days < 7 else day(at)} {clock_time(at)}"


def day_heading(at: datetime, now: datetime) -> str:
    """The line between two days of a thread: `Today`, `Yesterday`, `24. nov.`."""
    days = (local(now).date() - local(at).date()).days
    if days == 0:
        return str(_("Today"))
    return str(_("Yesterday") if days == 1 else day(at))


def weekdays(at: datetime) -> str:
    """The local day's weekday in the plural: `Fridays`, in Danish `fredage`."""
    return str(_WEEKDAYS[local(at).weekday()])


def hour(wall: str) -> str:
    """An opening hour as it stands in a calendar (`09:00`): `09.00`, in English `09:00`."""
    return wall if language() == "en" else wall.replace(":", ".")


def share(wall: str) -> float:
    """Where that hour lies in a day, in per cent."""
    hours, minutes = wall.split(":")
    return round((int(hours) * 60 + int(minutes)) / 14.4, 2)


def date(written: str) -> str:
    """A closing day (`2026-12-24`): `24. dec. 2026`."""
    day = datetime.fromisoformat(written).replace(hour=12, tzinfo=zone())
    return _said(day, "d. MMM y", "d MMM y")


def number(value: float) -> str:
    """`1.204`, Norwegian `1 204`, English `1,204`."""
    return format_decimal(value, locale=language())


def percent(share: float) -> str:
    """A share of one with one decimal: `94,2 %`."""
    return format_percent(share, format="#,##0.#\u00a0%" if language() != "en" else "#,##0.#%", locale=language())


def duration(time: timedelta, *, business: bool = False) -> str:
    """`12 min`, `1 t 40`, `2 t`, `2 d 3 t`; rounded up to whole minutes, so that nothing under way takes no time.

    `business` time has no days: nobody could tell how long one is.
    """
    minutes = -(-time // MINUTE)
    if minutes < 60:
        return str(_("%(n)s min", n=minutes))
    if minutes < 1440 or business:
        hours, rest = divmod(minutes, 60)
        return str(_("%(h)s h %(m)s", h=hours, m=f"{rest:02d}") if rest else _("%(n)s h", n=hours))
    days, hours = minutes // 1440, minutes % 1440 // 60
    return str(_("%(d)s d %(h)s h", d=days, h=hours) if hours else _("%(n)s d", n=days))


def spent(time: timedelta, *, business: bool = False) -> str:
    """The same of time used up, rounded down: with what is left, rounded up, it makes the whole."""
    return duration(time // MINUTE * MINUTE, business=business)


def time_left(remains: Left, *, business: bool = False) -> str:
    """What a due badge says: `1 t 40`, `12 min`, `20 sek.` in the last minute, `7 min over` once past."""
    if not remains.late:
        seconds = -(-remains.time // SECOND)
        return str(_("%(n)s sec", n=seconds)) if seconds < 60 else duration(remains.time, business=business)
    if remains.time < MINUTE:
        return str(_("past due"))
    return str(_("%(time)s over", time=spent(remains.time, business=business)))


def _said(at: datetime, pattern: str, in_english: str) -> str:
    spoken = language()
    return format_datetime(local(at), in_english if spoken == "en" else pattern, locale=LOCALES[spoken])
