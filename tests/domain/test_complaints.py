"""Deadlines in working days through holidays and clock changes; words that propose; a receipt that says little."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from inbox.domain import complaints, personal_data
from inbox.domain.calendar import ALWAYS, Calendar, NeverOpen
from inbox.domain.complaints import LANGUAGES, USUAL, Kind
from inbox.domain.working_days import LONGEST, end_of

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def office(**special: tuple[tuple[str, str], ...]) -> Calendar:
    """Open 9 to 15 on weekdays with a break, to 17 on Thursdays; other hours on the dates given as d2026_12_24."""
    usual = (("09:00", "12:00"), ("12:30", "15:00"))
    days = dict.fromkeys(WEEKDAYS, usual) | {"thu": (("09:00", "17:00"),)}
    dates = {date.fromisoformat(name[1:].replace("_", "-")): hours for name, hours in special.items()}
    return Calendar("Europe/Copenhagen", days, days=dates)


CHRISTMAS = office(d2026_12_24=(), d2026_12_25=(), d2026_12_31=(("09:00", "11:00"),), d2027_01_01=())


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        # The day itself does not count, whenever on it somebody complained.
        ("2026-11-24T10:00+01:00", 1, "2026-11-25T15:00+01:00"),
        ("2026-11-24T00:00+01:00", 1, "2026-11-25T15:00+01:00"),
        ("2026-11-24T23:59+01:00", 1, "2026-11-25T15:00+01:00"),
        # A Thursday closes later.
        ("2026-11-24T10:00+01:00", 2, "2026-11-26T17:00+01:00"),
        # Over a weekend, and from within one.
        ("2026-11-26T10:00+01:00", 2, "2026-11-30T15:00+01:00"),
        ("2026-11-28T10:00+01:00", 1, "2026-11-30T15:00+01:00"),
        # 24 and 25 December are closed and no working days; a short day is one.
        ("2026-12-23T10:00+01:00", 1, "2026-12-28T15:00+01:00"),
        ("2026-12-30T10:00+01:00", 1, "2026-12-31T11:00+01:00"),
        ("2026-12-30T10:00+01:00", 2, "2027-01-04T15:00+01:00"),
        # No day at all is the day itself, or the next working day.
        ("2026-11-24T10:00+01:00", 0, "2026-11-24T15:00+01:00"),
        ("2026-11-28T10:00+01:00", 0, "2026-11-30T15:00+01:00"),
        # The date is the organisation's, not that of UTC.
        ("2026-11-24T23:30+00:00", 1, "2026-11-26T17:00+01:00"),
        # Over both changes of the clock.
        ("2026-10-23T10:00+02:00", 1, "2026-10-26T15:00+01:00"),
        ("2027-03-26T10:00+01:00", 1, "2027-03-29T15:00+02:00"),
    ],
)
def test_the_nth_working_day_ends_when_we_close_for_the_last_time(start: str, days: int, end: str) -> None:
    assert end_of(CHRISTMAS, at(start), days) == at(end)


def test_a_day_that_the_clock_makes_longer_or_shorter_is_one_day_and_ends_at_its_own_midnight() -> None:
    sundays = Calendar("Europe/Copenhagen", {"sun": (("00:00", "24:00"),)})
    assert end_of(sundays, at("2026-10-24T12:00+02:00"), 1) == at("2026-10-26T00:00+01:00")
    assert end_of(sundays, at("2027-03-27T12:00+01:00"), 1) == at("2027-03-29T00:00+02:00")
    # An hour that the clock repeats ends the second time; one that it leaves out makes no working day.
    twice = Calendar("Europe/Copenhagen", {"sun": (("01:00", "02:30"),)})
    assert end_of(twice, at("2026-10-24T12:00+02:00"), 1) == at("2026-10-25T02:30+01:00")
    gone = Calendar("Europe/Copenhagen", {"sun": (("02:00", "03:00"),)})
    assert end_of(gone, at("2027-03-27T12:00+01:00"), 1) == at("2027-04-04T03:00+02:00")


def test_it_never_goes_back_and_each_day_comes_after_the_one_before() -> None:
    start = at("2026-10-20T00:30+02:00")
    ends = [end_of(CHRISTMAS, start, days) for days in range(70)]
    assert ends == sorted(set(ends))
    hours = [end_of(CHRISTMAS, start + timedelta(hours=step), 5) for step in range(24 * 30)]
    assert hours == sorted(hours)


def test_open_day_and_night_a_working_day_is_every_day() -> None:
    assert end_of(ALWAYS, at("2026-11-24T12:00+00:00"), 3) == at("2026-11-28T00:00+00:00")


def test_what_never_comes_or_is_no_number_of_days_is_refused() -> None:
    with pytest.raises(NeverOpen):
        end_of(Calendar("Europe/Copenhagen", {}), at("2026-11-24T12:00+00:00"), 1)
    for number in (-1, LONGEST + 1):
        with pytest.raises(ValueError, match="working days"):
            end_of(ALWAYS, at("2026-11-24T12:00+00:00"), number)


def test_words_propose_and_are_named_as_they_stand() -> None:
    assert complaints.said_by("Jeg vil KLAGE over sagsbehandleren, og klagefristen er i dag") == (
        "vil klage",
        "klagefristen",
    )
    assert complaints.said_by("I want to file a\ncomplaint") == ("file a complaint",)
    assert complaints.said_by("Jeg er utilfreds med jeres politik, byrådet skulle skamme sig") == ()


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("language", [*LANGUAGES, "pl"])
def test_every_starter_says_what_happens_by_when_and_no_detail(kind: Kind, language: str) -> None:
    text = complaints.starter(kind, language)
    assert "{by}" in text
    assert complaints.unknown(text) == ()
    ready = complaints.filled(text, by=date(2026, 12, 4), complaint="klage", secure="", language=language)
    assert complaints.on_day(date(2026, 12, 4), language) in ready
    assert "{by}" not in ready
    assert "{secure}" not in ready
    assert not personal_data.find(ready)
    assert ready == ready.strip()


def test_a_place_without_a_value_goes_and_one_that_nobody_knows_is_named() -> None:
    filled = complaints.filled("A {secure} B {by}", by=date(2026, 5, 1), complaint="", secure="", language="nb")
    assert filled == "A B 1. mai"
    assert complaints.unknown("{name} {by} {sagsnummer}") == ("sagsnummer",)


def test_the_usual_promise_gives_the_receipt_before_the_answer() -> None:
    for rule in USUAL.values():
        found = complaints.deadlines(CHRISTMAS, at("2026-12-23T10:00+01:00"), rule)
        assert at("2026-12-23T10:00+01:00") < found.receipt < found.answer
    first, second = at("2026-12-23T10:00+01:00"), at("2026-12-24T10:00+01:00")
    assert complaints.owed_at(second, first) == first
    assert complaints.owed_at(None, second) == second
    assert complaints.owed_at(None, None) is None
