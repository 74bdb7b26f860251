"""Opening hours against a slow way of counting, for any hours, any special days, and the nights of clock changes."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox.domain.calendar import DAYS, Calendar, Intervals

ZONES = ("Europe/Copenhagen", "America/New_York", "Australia/Lord_Howe", "America/St_Johns", "UTC")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


# The slow way: look at every minute in UTC.


def open_minutes(calendar: Calendar, start: datetime, end: datetime) -> int:
    zone, count = ZoneInfo(calendar.zone), 0
    while start < end:
        local = start.astimezone(zone)
        wall = f"{local.hour:02}:{local.minute:02}"
        intervals = calendar.days.get(local.date(), calendar.hours.get(DAYS[local.weekday()], ()))
        count += any(a <= wall < b for a, b in intervals)
        start += timedelta(minutes=1)
    return count


def _intervals(edges: set[int]) -> Intervals:
    walls = [f"{edge // 4:02}:{edge % 4 * 15:02}" for edge in sorted(edges)[: len(edges) // 2 * 2]]
    return tuple(zip(walls[::2], walls[1::2], strict=True))


intervals = st.sets(st.integers(0, 96), max_size=4).map(_intervals)
hours = st.fixed_dictionaries(dict.fromkeys(DAYS, intervals))
dates = st.dates(date(2026, 1, 1), date(2026, 12, 31))
calendars = st.builds(
    Calendar, st.sampled_from(ZONES), hours, days=st.dictionaries(dates, intervals, max_size=5)
) | st.builds(Calendar, st.sampled_from(ZONES), hours, st.frozensets(dates, max_size=5))
open_calendars = calendars.filter(lambda calendar: any(calendar.hours.values()))
instants = st.datetimes(datetime(2025, 6, 1), datetime(2027, 6, 1), timezones=st.just(UTC))  # noqa: DTZ001  (the zone is the strategy's)


@settings(deadline=None, max_examples=60)
@given(calendars, instants, st.integers(0, 4 * 1440))
def test_between_counts_like_the_slow_way(calendar: Calendar, start: datetime, minutes: int) -> None:
    start = start.replace(second=0, microsecond=0)
    end = start + timedelta(minutes=minutes)
    assert calendar.between(start, end) == timedelta(minutes=open_minutes(calendar, start, end))


CHANGES = [
    ("Europe/Copenhagen", "2026-03-29T01:00Z"),
    ("Europe/Copenhagen", "2026-10-25T01:00Z"),
    ("Europe/Copenhagen", "2027-03-28T01:00Z"),
    ("Europe/Copenhagen", "2027-10-31T01:00Z"),
    ("Europe/Oslo", "2026-03-29T01:00Z"),
    ("Europe/Oslo", "2026-10-25T01:00Z"),
    ("Europe/Oslo", "2027-03-28T01:00Z"),
    ("Europe/Oslo", "2027-10-31T01:00Z"),
    ("America/New_York", "2026-03-08T07:00Z"),
    ("America/New_York", "2026-11-01T06:00Z"),
    ("Australia/Lord_Howe", "2026-04-04T15:00Z"),  # Half an hour.
    ("Australia/Lord_Howe", "2026-10-03T15:30Z"),
    ("Antarctica/Troll", "2026-03-29T01:00Z"),  # Two hours: a Norwegian station.
    ("Antarctica/Troll", "2026-10-25T01:00Z"),
]


@pytest.mark.parametrize(("zone", "change"), CHANGES)
def test_the_clock_changes_there_and_then(zone: str, change: str) -> None:
    before, after = (at(change) + timedelta(seconds=seconds) for seconds in (-1, 1))
    assert before.astimezone(ZoneInfo(zone)).utcoffset() != after.astimezone(ZoneInfo(zone)).utcoffset()


@settings(deadline=None, max_examples=25)
@pytest.mark.parametrize(("zone", "change"), CHANGES)
@given(week=hours, own=intervals, eve=intervals, special=st.sampled_from([(), (0,), (0, -1)]), data=st.data())
def test_nights_with_a_clock_change(
    zone: str, change: str, week: Any, own: Intervals, eve: Intervals, special: tuple[int, ...], data: st.DataObject
) -> None:
    """Counted the slow way; adding, then measuring, gives back the minutes. Also when the night is a special day."""
    night = at(change).astimezone(ZoneInfo(zone)).date()
    hours_of = {0: own, -1: eve}
    calendar = Calendar(zone, week, days={night + timedelta(days=day): hours_of[day] for day in special})
    start = at(change) + timedelta(minutes=data.draw(st.integers(-2160, 720)))
    end = start + timedelta(days=2)
    counted = open_minutes(calendar, start, end)
    assert calendar.between(start, end) == timedelta(minutes=counted)
    for minutes in {1, (counted + 1) // 2, counted} if counted else ():
        due = calendar.add(start, minutes)
        assert calendar.between(start, due) == timedelta(minutes=minutes)
        assert calendar.between(start, due - timedelta(microseconds=1)) < timedelta(minutes=minutes)


@settings(deadline=None)
@given(open_calendars, instants, st.integers(1, 400_000))
def test_adding_then_measuring_gives_back_the_minutes(calendar: Calendar, start: datetime, minutes: int) -> None:
    due = calendar.add(start, minutes)
    assert calendar.between(start, due) == timedelta(minutes=minutes)
    # And no earlier instant would do.
    assert calendar.between(start, due - timedelta(microseconds=1)) < timedelta(minutes=minutes)


@settings(deadline=None)
@given(calendars, st.tuples(instants, instants, instants))
def test_between_is_additive(calendar: Calendar, three: tuple[datetime, datetime, datetime]) -> None:
    a, b, c = sorted(three)
    assert calendar.between(a, b) + calendar.between(b, c) == calendar.between(a, c)


@settings(deadline=None)
@given(open_calendars, instants)
def test_the_next_edges(calendar: Calendar, start: datetime) -> None:
    opens = calendar.next_opening(start)
    assert calendar.is_open(opens)
    assert not calendar.between(start, opens)
    shuts = calendar.next_closing(start)
    if shuts is not None:
        assert not calendar.is_open(shuts)
        assert calendar.between(start, shuts) == shuts - start


@given(calendars)
def test_json_of_any_calendar_goes_round(calendar: Calendar) -> None:
    again = Calendar.from_json(json.loads(json.dumps(calendar.to_json())))
    assert again == calendar
    assert hash(again) == hash(calendar)
    assert again._openings is calendar._openings
