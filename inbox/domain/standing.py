"""Whether we are open, and until when: the sentence in the rail, from every calendar of a person's accounts.

Why it exists: accounts may keep different hours, and whoever works on several wants one answer: somebody is there as
long as one of them is open. What it must not do: put it into words, or ask what time it is.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from inbox.domain.calendar import Calendar, NeverOpen


@dataclass(frozen=True, slots=True)
class Standing:
    """Open or shut. `until` (UTC) is when that ends; None where it never does."""

    open: bool
    until: datetime | None


def standing(calendars: Collection[Calendar], at: datetime) -> Standing | None:
    """How it stands at that instant. None without a calendar. Raises ValueError for an instant without a zone.

    Where one calendar closes as another one opens, or before, it is one open time.
    """
    if not calendars:
        return None
    if not any(one.is_open(at) for one in calendars):
        return Standing(False, min(_openings(calendars, at), default=None))
    until = at
    while over := [one for one in calendars if one.is_open(until)]:
        closings = [one.next_closing(until) for one in over]
        ends = [end for end in closings if end is not None]
        # Between them two calendars may never close, without either being open always: a year of it is enough.
        if len(ends) < len(closings) or (max(ends) - at).days > 366:
            return Standing(True, None)
        until = max(ends)
    return Standing(True, until)


def _openings(calendars: Collection[Calendar], at: datetime) -> list[datetime]:
    found = []
    for one in calendars:
        try:
            found.append(one.next_opening(at))
        except NeverOpen:
            continue
    return found
