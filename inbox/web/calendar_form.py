"""The form of opening hours as a browser sends it, and what its small buttons do to it.

A row more, a row less, a file read into it: all of this happens in the form alone, so that it works without a script
and a half finished week is nobody's opening hours. What it must not do: judge what was typed
(`inbox.domain.opening_form`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import zip_longest
from uuid import UUID

from werkzeug.datastructures import MultiDict

from inbox.domain.calendar import DAYS
from inbox.domain.countries import CountryPack
from inbox.domain.errors import Invalid
from inbox.domain.ids import parse_id
from inbox.domain.opening_form import Typed, TypedDay, day_of, time_of_day, typed_day
from inbox.domain.opening_plan import OwnDay, Plan
from inbox.queries.calendars import Saved
from inbox.web.formatting import hour

WORKDAYS = DAYS[1:5]
"""Those that "as on Monday" fills in."""
_STEP = re.compile(r"([a-z-]+)(?::([a-z]{3}))?(?::(\d{1,4}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Question:
    """Somebody writes at this time: by when is the answer promised? All as it was typed."""

    day: str = ""
    time: str = ""
    within: str = ""


@dataclass(frozen=True, slots=True)
class CalendarForm:
    """Everything on the page. `version` is the one that was on the screen, 0 for a new calendar."""

    version: int
    name: str
    typed: Typed
    account_ids: frozenset[UUID] = field(default_factory=frozenset)
    question: Question = Question()

    @classmethod
    def of(cls, saved: Saved) -> CalendarForm:
        """The form of what is in force."""
        accounts = frozenset() if saved.everywhere else saved.account_ids
        return cls(saved.version, saved.name, Typed.of(saved.plan, hour), accounts)

    @classmethod
    def new(cls, like: Plan, of: CountryPack) -> CalendarForm:
        """The form of a calendar that is none yet; it begins with somebody else's hours, in the organisation's country.

        Only a beginning: what is chosen here is kept, whatever pack is chosen later.
        """
        return cls(0, "", Typed.of(like.in_country(of.holidays, of.zone), hour))

    @classmethod
    def read(cls, sent: MultiDict[str, str]) -> CalendarForm:
        """What a browser sent. Raises Invalid for a version that was never on a screen."""
        version = sent.get("version", "")
        if not (version.isascii() and version.isdigit() and len(version) < 9):
            raise Invalid("The form could not be read. Open the page again; nothing was changed.")
        typed = Typed(
            zone=sent.get("zone", ""),
            week={day: _pairs(sent.getlist(f"{day}-from"), sent.getlist(f"{day}-to")) for day in DAYS},
            country=sent.get("country", ""),
            switches=frozenset(sent.getlist("switch")),
            own=tuple(
                TypedDay(*parts)
                for parts in zip_longest(
                    sent.getlist("own-day"), sent.getlist("own-hours"), sent.getlist("own-reason"), fillvalue=""
                )
            ),
        )
        return cls(
            int(version),
            sent.get("name", ""),
            typed,
            frozenset(filter(None, map(parse_id, sent.getlist("account")))),
            Question(sent.get("try-day", ""), sent.get("try-time", ""), sent.get("try-within", "")),
        )

    def stepped(self, step: str) -> tuple[CalendarForm, str]:
        """The form after one of its buttons, and the id of what has the focus then (empty: as before)."""
        match = _STEP.fullmatch(step)
        name, day, number = (match[1], match[2] or "", int(match[3] or 0)) if match else ("", "", 0)
        week = {other: list(self.typed.week.get(other, ())) for other in DAYS}
        own = list(self.typed.own)
        focus = ""
        match name:
            case "add" if day in week:
                week[day].append(("", ""))
                focus = f"{day}-{len(week[day]) - 1}-from"
            case "remove" if day in week and number < len(week[day]):
                del week[day][number]
                focus = f"add-{day}"
            case "copy":
                week |= {other: list(week[DAYS[0]]) for other in WORKDAYS}
            case "own-add":
                own.append(TypedDay())
                focus = f"own-{len(own) - 1}-day"
            case "own-remove" if number < len(own):
                del own[number]
                focus = "own-add"
            case _:
                return self, ""
        return replace(self, typed=replace(self.typed, week=week, own=tuple(own))), focus

    def with_days(self, days: Sequence[OwnDay]) -> tuple[CalendarForm, int]:
        """The form with these days below its own, and how many of them stood there already."""
        there = {day_of(typed.day) for typed in self.typed.own}
        new = tuple(typed_day(one, hour) for one in days if one.day not in there)
        kept = tuple(one for one in self.typed.own if one != TypedDay())
        return replace(self, typed=replace(self.typed, own=(*kept, *new))), len(days) - len(new)

    def passed(self, today: date) -> int:
        """How many days of one's own at the head of the list are over."""
        number = 0
        for typed in self.typed.own:
            day = day_of(typed.day)
            if day is None or day >= today:
                break
            number += 1
        return number


def spans(week: Mapping[str, Sequence[tuple[str, str]]], day: str) -> list[tuple[str, str]]:
    """What of a weekday can be read as openings, for its bar: `HH:MM` from and to."""
    read = ((time_of_day(start), time_of_day(end)) for start, end in week.get(day, ()))
    return sorted((start, end) for start, end in read if start is not None and end is not None and start < end)


def minutes_a_week(week: Mapping[str, Sequence[tuple[str, str]]]) -> int:
    """Open minutes of a week, as far as it can be read; what overlaps counts once."""
    total = 0
    for day in DAYS:
        reached = 0
        for start, end in spans(week, day):
            opens, closes = max(_minute(start), reached), _minute(end)
            total += max(0, closes - opens)
            reached = max(reached, closes)
    return total


def _minute(wall: str) -> int:
    return int(wall[:2]) * 60 + int(wall[3:])


def _pairs(starts: Sequence[str], ends: Sequence[str]) -> list[tuple[str, str]]:
    return list(zip_longest(starts, ends, fillvalue=""))
