"""Until when a conversation can be out of the way: never past, never while we are closed, and as it says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.domain.calendar import ALWAYS, Calendar
from inbox.domain.errors import Invalid
from inbox.domain.snoozing import LONGEST, Until, at_the_wall, checked, choices

NORDBY = ZoneInfo("Europe/Copenhagen")
OFFICE = Calendar("Europe/Copenhagen", dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), (("09:00", "15:00"),)))
INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 -- bounds without a zone, as the strategy wants


def wall(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=NORDBY)  # type: ignore[arg-type, misc] # year to minute


@given(INSTANTS)
def test_every_choice_lies_ahead_in_order_and_in_opening_hours(now: datetime) -> None:
    found = choices(now, OFFICE, NORDBY)
    assert all(now < at <= now + timedelta(days=10) for at in found.values())
    assert found[Until.TOMORROW] <= found[Until.NEXT_WEEK]
    assert all(OFFICE.is_open(found[choice]) for choice in (Until.TOMORROW, Until.NEXT_WEEK))
    if Until.LATER_TODAY in found:
        assert found[Until.LATER_TODAY].astimezone(NORDBY).date() == now.astimezone(NORDBY).date()
    for at in found.values():
        assert checked(at, now) == at


@pytest.mark.parametrize(
    ("now", "choice", "meant"),
    [
        (wall(2026, 11, 24, 10, 7), Until.LATER_TODAY, wall(2026, 11, 24, 13, 15)),
        (wall(2026, 11, 24, 10, 0), Until.LATER_TODAY, wall(2026, 11, 24, 13, 0)),
        (wall(2026, 11, 24, 21, 0), Until.LATER_TODAY, None),
        (wall(2026, 11, 24, 10, 0), Until.TOMORROW, wall(2026, 11, 25, 9, 0)),
        # After Friday comes Monday.
        (wall(2026, 11, 27, 10, 0), Until.TOMORROW, wall(2026, 11, 30, 9, 0)),
        (wall(2026, 11, 30, 10, 0), Until.NEXT_WEEK, wall(2026, 12, 7, 9, 0)),
        # Over the night in which the clocks change it is still nine in the morning.
        (wall(2027, 3, 26, 10, 0), Until.NEXT_WEEK, wall(2027, 3, 29, 9, 0)),
    ],
)
def test_a_choice_means_what_it_says(now: datetime, choice: Until, meant: datetime | None) -> None:
    assert choices(now, OFFICE, NORDBY).get(choice) == meant


def test_a_morning_begins_at_seven_where_somebody_is_always_there() -> None:
    assert choices(wall(2026, 11, 24, 10, 0), ALWAYS, NORDBY)[Until.TOMORROW] == wall(2026, 11, 25, 7, 0)


def test_where_nobody_is_ever_there_only_today_is_left() -> None:
    assert list(choices(wall(2026, 11, 24, 10, 0), Calendar("UTC", {}), NORDBY)) == [Until.LATER_TODAY]


@given(INSTANTS, st.timedeltas(timedelta(), timedelta(days=4000)))
def test_what_is_past_or_a_year_away_is_refused(now: datetime, by: timedelta) -> None:
    with pytest.raises(Invalid, match="past"):
        checked(now - by, now)
    if by <= LONGEST:
        assert by == timedelta() or checked(now + by, now) == now + by
    else:
        with pytest.raises(Invalid, match="year"):
            checked(now + by, now)


@pytest.mark.parametrize(
    ("day", "hour"),
    [
        ("", ""),
        ("2026-12-01", ""),
        ("2026-13-01", "09:00"),
        ("2026-12-01", "25:00"),
        ("i morgen", "09:00"),
        ("2026-12-01", "-1:00"),
    ],
)
def test_half_a_date_is_refused_with_a_sentence(day: str, hour: str) -> None:
    with pytest.raises(Invalid, match="date and a time") as refused:
        at_the_wall(day, hour, NORDBY)
    assert refused.value.field == "until"


@pytest.mark.parametrize("hour", ["09:30", "9.30"])
def test_an_own_hour_is_the_walls(hour: str) -> None:
    assert at_the_wall("2026-12-01", hour, NORDBY) == wall(2026, 12, 1, 9, 30)
