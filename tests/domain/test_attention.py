"""Time spent is reckoned from beats: never twice, never while nobody is there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from inbox.domain.attention import BEAT, credit

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def test_a_beat_is_worth_the_time_since_the_last_one() -> None:
    assert credit(NOON, NOON + BEAT) == BEAT
    assert credit(NOON, NOON + timedelta(seconds=4)) == timedelta(seconds=4)


def test_the_first_beat_and_one_after_a_pause_are_worth_nothing() -> None:
    assert credit(None, NOON) == timedelta()
    assert credit(NOON, NOON + timedelta(seconds=61)) == timedelta()
    # Two processes' clocks may differ a little: never a negative second.
    assert credit(NOON, NOON - timedelta(seconds=3)) == timedelta()


@given(st.lists(st.integers(min_value=0, max_value=90_000), max_size=60))
def test_all_beats_of_a_person_together_are_worth_no_more_than_the_time_that_passed(gaps: list[int]) -> None:
    at, last, total = NOON, None, timedelta()
    for gap in gaps:
        at += timedelta(milliseconds=gap)
        total += credit(last, at)
        last = at
    assert total <= at - NOON
    assert total == sum((timedelta(milliseconds=gap) for gap in gaps[1:] if gap <= 20_000), timedelta())
