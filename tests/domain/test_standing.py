"""Whether we are open and until when: through breaks, closing days, clock changes, and several calendars at once."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from inbox.domain.calendar import ALWAYS, DAYS, Calendar
from inbox.domain.standing import Standing, standing

ZONE = "Europe/Copenhagen"
OFFICE = Calendar(
    ZONE,
    dict.fromkeys(DAYS[:5], (("09:00", "12:00"), ("12:30", "16:00"))),
    frozenset({date(2026, 12, 24), date(2026, 12, 25)}),
    {date(2026, 11, 29): (("10:00", "11:00"),)},
)
EVENING = Calendar(ZONE, dict.fromkeys(DAYS, (("16:00", "20:00"),)))
NIGHT = Calendar(ZONE, {"sat": (("20:00", "24:00"),), "sun": (("00:00", "04:00"),)})
NEVER = Calendar(ZONE, {})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("now", "is_open", "until"),
    [
        ("2026-11-24T10:00+01:00", True, "2026-11-24T12:00+01:00"),
        ("2026-11-24T12:00+01:00", False, "2026-11-24T12:30+01:00"),  # Closing time is shut, opening time is open.
        ("2026-11-24T12:30+01:00", True, "2026-11-24T16:00+01:00"),
        ("2026-11-24T21:00+01:00", False, "2026-11-25T09:00+01:00"),
        ("2026-11-27T16:00+01:00", False, "2026-11-29T10:00+01:00"),  # A Sunday that is open for once.
        ("2026-12-23T16:00+01:00", False, "2026-12-28T09:00+01:00"),  # Closing days and a weekend.
        ("2026-03-27T16:00+01:00", False, "2026-03-30T09:00+02:00"),  # The clock goes forward on the Sunday.
        ("2026-10-23T16:00+02:00", False, "2026-10-26T09:00+01:00"),  # And back.
    ],
)
def test_one_calendar(now: str, is_open: bool, until: str) -> None:
    assert standing([OFFICE], at(now)) == Standing(is_open, at(until))


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-03-28T23:00+01:00", "2026-03-29T04:00+02:00"),  # Over midnight, and an hour is skipped,
        ("2026-10-24T23:00+02:00", "2026-10-25T04:00+01:00"),  # or comes twice: by the clock on the wall it is four.
    ],
)
def test_a_night_in_which_the_clock_changes(now: str, until: str) -> None:
    assert standing([NIGHT], at(now)) == Standing(True, at(until))


def test_where_one_closes_as_another_opens_it_is_one_open_time() -> None:
    now = at("2026-11-24T13:00+01:00")
    assert standing([OFFICE, EVENING], now) == Standing(True, at("2026-11-24T20:00+01:00"))
    assert standing([EVENING, OFFICE], now) == Standing(True, at("2026-11-24T20:00+01:00"))
    # Nobody is there over noon: what opens first is the answer.
    assert standing([EVENING, OFFICE], at("2026-11-24T12:10+01:00")) == Standing(False, at("2026-11-24T12:30+01:00"))


def test_open_for_good() -> None:
    now = at("2026-11-24T13:00+01:00")
    assert standing([ALWAYS], now) == Standing(True, None)
    assert standing([OFFICE, ALWAYS], now) == Standing(True, None)
    days = Calendar(ZONE, dict.fromkeys(DAYS, (("06:00", "18:00"),)))
    nights = Calendar(ZONE, dict.fromkeys(DAYS, (("00:00", "06:00"), ("18:00", "24:00"))))
    assert standing([days, nights], now) == Standing(True, None)


def test_never_open_and_no_hours_at_all() -> None:
    now = at("2026-11-24T13:00+01:00")
    assert standing([NEVER], now) == Standing(False, None)
    assert standing([NEVER, EVENING], now) == Standing(False, at("2026-11-24T16:00+01:00"))
    assert standing([], now) is None
    with pytest.raises(ValueError, match="no time zone"):
        standing([OFFICE], datetime(2026, 11, 24))  # noqa: DTZ001 -- that is the mistake that is refused.
    assert standing([OFFICE], datetime(2026, 11, 24, 12, tzinfo=UTC)) == Standing(True, at("2026-11-24T16:00+01:00"))
