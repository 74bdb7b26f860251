"""Verdicts and tempers at their edges."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.domain.calendar import ALWAYS, DAYS, Calendar
from inbox.domain.sla import (
    TRANSITIONS,
    ClockState,
    Left,
    Temper,
    left,
    left_percent,
    may_become,
    promise,
    stretches,
    temper,
    verdict,
)

DUE = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)
CENTURY = timedelta(days=36525)
"""No promise is longer (`inbox.domain.calendar`)."""


def test_missed_only_after_the_due_instant() -> None:
    assert verdict(DUE, DUE - TICK) == "met"
    assert verdict(DUE, DUE) == "met"
    assert verdict(DUE, DUE + TICK) == "breached"


@pytest.mark.parametrize(
    ("remains", "target", "expected"),
    [
        (-TICK, 60 * MINUTE, "late"),
        (timedelta(), 60 * MINUTE, "soon"),
        (15 * MINUTE - TICK, 60 * MINUTE, "soon"),
        (15 * MINUTE, 60 * MINUTE, "calm"),
        (60 * MINUTE - TICK, 240 * MINUTE, "soon"),
        (60 * MINUTE, 240 * MINUTE, "calm"),
        (14 * MINUTE, 20 * MINUTE, "soon"),
        (16 * MINUTE, 20 * MINUTE, "calm"),
        (timedelta(hours=12), 60 * MINUTE, "calm"),
    ],
)
def test_temper(remains: timedelta, target: timedelta, expected: Temper) -> None:
    assert temper(left(DUE, DUE - remains, ALWAYS), target) == expected


@pytest.mark.parametrize(
    ("remains", "percent"),
    [(-MINUTE, 0), (timedelta(), 0), (TICK, 1), (30 * MINUTE, 50), (60 * MINUTE - TICK, 99), (60 * MINUTE, 100)],
)
def test_left_percent(remains: timedelta, percent: int) -> None:
    assert left_percent(left(DUE, DUE - remains, ALWAYS), 60 * MINUTE) == percent
    assert left_percent(left(DUE, DUE - remains, ALWAYS), timedelta()) in (0, 100)


@given(st.timedeltas(-CENTURY, CENTURY), st.timedeltas(timedelta(), CENTURY), st.booleans())
def test_the_pie_is_empty_exactly_when_nothing_is_left(time: timedelta, target: timedelta, late: bool) -> None:
    remains = Left(abs(time), late)
    percent = left_percent(remains, target)
    assert 0 <= percent <= 100
    assert (percent == 0) == (late or not time)
    assert (temper(remains, target) == "late") == late


OFFICE = Calendar("Europe/Copenhagen", dict.fromkeys(DAYS[:5], (("08:00", "12:00"), ("12:30", "16:00"))))


def danish(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Copenhagen")).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "time", "late", "mood"),
    [
        # Asked on Tuesday at 15.30 with an hour of opening time: due on Wednesday at 8.30.
        ("2026-11-24 15:30", 60, False, "calm"),
        ("2026-11-24 16:00", 30, False, "calm"),
        ("2026-11-25 03:00", 30, False, "calm"),
        ("2026-11-25 08:00", 30, False, "calm"),
        ("2026-11-25 08:15", 15, False, "calm"),
        ("2026-11-25 08:16", 14, False, "soon"),
        ("2026-11-25 08:30", 0, False, "soon"),
        ("2026-11-25 08:37", 7, True, "late"),
        # Nobody gets later over lunch, or at night.
        ("2026-11-25 12:10", 210, True, "late"),
        ("2026-11-25 23:00", 420, True, "late"),
    ],
)
def test_what_is_left_is_counted_in_the_calendars_own_minutes(now: str, time: int, late: bool, mood: Temper) -> None:
    due = OFFICE.add(danish("2026-11-24 15:30"), 60)
    assert due == danish("2026-11-25 08:30")
    remains = left(due, danish(now), OFFICE)
    assert remains == (time * MINUTE, late)
    assert temper(remains, 60 * MINUTE) == mood


def test_late_right_after_closing_time_it_is_late_all_the_same() -> None:
    due = OFFICE.add(danish("2026-11-24 15:00"), 60)
    remains = left(due, due + TICK, OFFICE)
    assert remains == (timedelta(), True)
    assert temper(remains, 60 * MINUTE) == "late"
    assert left_percent(remains, 60 * MINUTE) == 0


def test_the_open_stretches_ahead() -> None:
    friday = danish("2026-11-27 11:00")
    assert stretches(OFFICE, friday, 3) == (
        (friday, danish("2026-11-27 12:00")),
        (danish("2026-11-27 12:30"), danish("2026-11-27 16:00")),
        (danish("2026-11-30 08:00"), danish("2026-11-30 12:00")),
    )
    assert stretches(OFFICE, danish("2026-11-27 12:10"), 1) == (
        (danish("2026-11-27 12:30"), danish("2026-11-27 16:00")),
    )
    assert stretches(ALWAYS, friday, 3) == ((friday, None),)
    once = Calendar("UTC", {}, days={friday.date(): (("09:00", "15:00"),)})
    assert stretches(once, friday, 3) == ((friday, datetime(2026, 11, 27, 15, tzinfo=UTC)),)
    assert stretches(once, friday + timedelta(days=1), 3) == ()


@given(st.integers(0, 30 * 24 * 60), st.integers(0, 30 * 24 * 60))
def test_whoever_counts_along_in_the_stretches_finds_what_the_calendar_says(later: int, length: int) -> None:
    """What the page's script does: what was left, less what has passed of the stretches."""
    now = danish("2026-03-20 07:00")
    due = OFFICE.add(now, length)
    then = now + later * MINUTE
    ahead = stretches(OFFICE, now, 200)
    passed = sum((max(timedelta(), min(end or then, then) - opens) for opens, end in ahead), timedelta())
    signed = left(due, now, OFFICE).time - passed
    assert left(due, then, OFFICE) == (abs(signed), then > due)
    assert (signed < timedelta()) <= (then > due)


def test_the_table_of_states() -> None:
    assert set(TRANSITIONS) == set(ClockState)
    assert may_become(ClockState.RUNNING, ClockState.PAUSED)
    assert may_become(ClockState.PAUSED, ClockState.RUNNING)
    # Evidence may clear a breach; nothing undoes an answer.
    assert all(may_become(state, ClockState.MET) for state in ClockState if state != ClockState.MET)
    assert not TRANSITIONS[ClockState.MET]
    assert not any(may_become(state, state) for state in ClockState)


def test_a_promise_runs_in_the_hours_or_by_the_wall() -> None:
    office = Calendar("UTC", {"wed": (("08:00", "16:00"),)})
    evening = datetime(2026, 11, 24, 21, 0, tzinfo=UTC)
    assert promise(evening, 60, True, office) == datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
    assert promise(evening, 60, False, office) == datetime(2026, 11, 24, 22, 0, tzinfo=UTC)
