"""Verdicts and tempers at their edges."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.domain.calendar import Calendar
from inbox.domain.sla import OWED, TRANSITIONS, ClockState, Temper, left_percent, may_become, promise, temper, verdict

DUE = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)


def test_missed_only_after_the_due_instant() -> None:
    assert verdict(DUE, DUE - TICK) == "met"
    assert verdict(DUE, DUE) == "met"
    assert verdict(DUE, DUE + TICK) == "breached"


@pytest.mark.parametrize(
    ("left", "target", "expected"),
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
def test_temper(left: timedelta, target: timedelta, expected: Temper) -> None:
    assert temper(DUE, DUE - left, target, paused=False) == expected
    assert temper(DUE, DUE - left, target, paused=True) == "paused"


@pytest.mark.parametrize(
    ("left", "percent"),
    [(-MINUTE, 0), (timedelta(), 0), (TICK, 1), (30 * MINUTE, 50), (60 * MINUTE - TICK, 99), (60 * MINUTE, 100)],
)
def test_left_percent(left: timedelta, percent: int) -> None:
    assert left_percent(DUE, DUE - left, 60 * MINUTE) == percent
    assert left_percent(DUE, DUE - left, timedelta()) in (0, 100)


@given(st.timedeltas(), st.timedeltas(min_value=timedelta()))
def test_the_pie_is_empty_exactly_when_nothing_is_left(left: timedelta, target: timedelta) -> None:
    due = datetime(5000, 1, 1, tzinfo=UTC)
    left = max(min(left, timedelta(days=10**6)), timedelta(days=-(10**6)))
    percent = left_percent(due, due - left, target)
    assert 0 <= percent <= 100
    assert (percent == 0) == (left <= timedelta())
    assert temper(due, due - left, target, paused=False) in get_args(Temper)


def test_the_table_of_states() -> None:
    assert set(TRANSITIONS) == set(ClockState)
    assert {state for state in ClockState if may_become(state, ClockState.CANCELLED)} == set(OWED)
    assert may_become(ClockState.RUNNING, ClockState.PAUSED)
    assert may_become(ClockState.PAUSED, ClockState.RUNNING)
    # Evidence may clear a breach; nothing undoes an answer.
    assert TRANSITIONS[ClockState.BREACHED] == {ClockState.MET}
    assert not TRANSITIONS[ClockState.MET]
    assert not TRANSITIONS[ClockState.CANCELLED]


def test_a_promise_runs_in_the_hours_or_by_the_wall() -> None:
    office = Calendar("UTC", {"wed": (("08:00", "16:00"),)})
    evening = datetime(2026, 11, 24, 21, 0, tzinfo=UTC)
    assert promise(evening, 60, True, office) == datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
    assert promise(evening, 60, False, office) == datetime(2026, 11, 24, 22, 0, tzinfo=UTC)
