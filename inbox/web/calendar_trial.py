"""Trying opening hours out before they are saved: somebody writes then, by when is the answer promised, and why.

What it must not do: reckon; the calendar does, and here its steps are put into words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from inbox.domain import sla
from inbox.domain.calendar import Calendar
from inbox.domain.opening_form import SENTENCES, day_of, time_of_day
from inbox.domain.policy import LONGEST_PROMISE
from inbox.domain.policy import SENTENCES as OF_PROMISES
from inbox.web import calendar_words, durations, formatting
from inbox.web.calendar_form import Question

MOST_LINES: Final = 6
EXAMPLE: Final = timedelta(minutes=10)
"""How long before closing time the question of the example is asked: its answer goes over into another day."""
WITHIN: Final = 15
TOO_FAR = "In these hours that takes over a hundred years."


@dataclass(frozen=True, slots=True)
class Used:
    """A stretch of open time that the promise used: `fredag 4. dec. 15.50` to `16.00`, and how long it is."""

    start: str
    end: str
    long: str


@dataclass(frozen=True, slots=True)
class Trial:
    """The question as the page shows it, and its answer, or what can't be read in it by field."""

    question: Question
    due: str = ""
    used: tuple[Used, ...] = ()
    more: bool = False
    wrong: tuple[tuple[str, str], ...] = ()


def example(hours: Calendar, now: datetime) -> Question:
    """A question that is worth asking: shortly before the next closing time."""
    closes = hours.next_closing(hours.next_opening(now))
    local = (closes - EXAMPLE if closes else now).astimezone(ZoneInfo(hours.zone))
    return Question(f"{local:%Y-%m-%d}", formatting.hour(f"{local:%H:%M}"), durations.say(WITHIN, business=True))


def tried(hours: Calendar, question: Question, now: datetime) -> Trial:
    """The answer in these hours; to the example where nothing was asked yet."""
    if not (question.day.strip() or question.time.strip() or question.within.strip()):
        question = example(hours, now)
    day, wall = day_of(question.day), time_of_day(question.time)
    wrong = [("try-day", SENTENCES["date"])] if day is None else []
    if wall is None:
        wrong.append(("try-time", SENTENCES["time"]))
    try:
        minutes = durations.read(question.within, business=True)
    except durations.Unreadable:
        minutes = 0
    if not 1 <= minutes <= LONGEST_PROMISE:
        wrong.append(("try-within", OF_PROMISES["minutes"]))
    if day is None or wall is None or wrong:
        return Trial(question, wrong=tuple(wrong))
    zone = ZoneInfo(hours.zone)
    # 24.00 is the midnight that begins the next day.
    day, wall = (day + timedelta(days=1), "00:00") if wall == "24:00" else (day, wall)
    start = datetime.combine(day, time.fromisoformat(wall), tzinfo=zone)
    try:
        due = hours.add(start, minutes)
    except ValueError:
        return Trial(question, wrong=(("try-within", TOO_FAR),))
    stretches = sla.stretches(hours, start, MOST_LINES + 1)
    used = tuple(_used(stretches, due, zone))
    return Trial(
        replace(question, within=durations.say(minutes, business=True)),
        due=calendar_words.moment_in(due, zone),
        used=used[:MOST_LINES],
        more=len(used) > MOST_LINES,
    )


def _used(stretches: tuple[tuple[datetime, datetime | None], ...], due: datetime, zone: ZoneInfo) -> Iterator[Used]:
    for opens, closes in stretches:
        if opens >= due:
            return
        until = min(closes, due) if closes else due
        same_day = opens.astimezone(zone).date() == until.astimezone(zone).date()
        end = calendar_words.time_in(until, zone) if same_day else calendar_words.moment_in(until, zone)
        yield Used(calendar_words.moment_in(opens, zone), end, formatting.duration(until - opens))
