"""Promised times as people type and read them: `15`, `15 min`, `4 t`, `1 t 30`, `2 dage`, in three languages at once.

One plain rule says what a day is, because nobody promises "48 opening hours": round the clock it is 24 hours, in
opening time it is 8 open hours, whatever the calendar has on any one day. The settings say so beside the field. What
this must not do: decide how long a promise may be (`inbox.domain.policy`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

from flask_babel import gettext as _
from flask_babel import ngettext

HOUR = 60
DAY = {True: 8 * HOUR, False: 24 * HOUR}
"""Minutes of a day in opening time (True) and by the clock on the wall (False)."""
LONGEST_TEXT = 40

_MINUTES = frozenset(["m", "min", "mins", "minut", "minutt", "minutter", "minute", "minutes"])
_HOURS = frozenset(["t", "h", "hr", "hrs", "time", "timer", "hour", "hours"])
_DAYS = frozenset(["d", "dag", "dage", "dager", "day", "days"])
_PART = re.compile(r"\s*(\d+(?:[.,]\d+)?)\s*([a-zæøå]*)\.?", re.ASCII)


class Unreadable(ValueError):
    """Nobody can tell how long that is."""


def read(text: str, business: bool) -> int:
    """Whole minutes; a bare number is minutes, too. Raises Unreadable."""
    typed = text.replace("\N{NO-BREAK SPACE}", " ").strip().lower()
    parts: list[tuple[str, str]] = []
    at = 0
    while at < len(typed):
        found = _PART.match(typed, at)
        if found is None or found.end() == at:
            raise Unreadable(text)
        parts.append((found[1], found[2]))
        at = found.end()
    if not parts or len(typed) > LONGEST_TEXT:
        raise Unreadable(text)
    minutes = Fraction(0)
    smallest: int | None = None
    for amount, unit in parts:
        size = _size(unit, business)
        # Big to small, each once: `30 min 1 t` or `1 t 2 t` is more likely a slip of the hand than a promise. A bare
        # number is minutes when it stands alone or after hours; after days it could be either.
        slip = smallest is not None and (size is None or size >= smallest or (not unit and smallest != HOUR))
        if size is None or slip:
            raise Unreadable(text)
        minutes += Fraction(amount.replace(",", ".")) * size
        smallest = size
    if minutes.denominator != 1:
        raise Unreadable(text)
    return int(minutes)


def say(minutes: int, business: bool) -> str:
    """`15 min`, `4 t`, `1 t 30`, `2 dage`: what `read` understands again, whatever the language."""
    day = DAY[business]
    if minutes >= 2 * day and minutes % day == 0:
        return str(ngettext("%(num)s day", "%(num)s days", minutes // day))
    if minutes < HOUR:
        return str(_("%(n)s min", n=minutes))
    if minutes % HOUR == 0:
        return str(_("%(n)s h", n=minutes // HOUR))
    return str(_("%(h)s h %(m)s", h=minutes // HOUR, m=f"{minutes % HOUR:02d}"))


def _size(unit: str, business: bool) -> int | None:
    """Minutes of one such unit."""
    known: Mapping[frozenset[str], int] = {_MINUTES: 1, _HOURS: HOUR, _DAYS: DAY[business]}
    return 1 if not unit else next((size for words, size in known.items() if unit in words), None)
