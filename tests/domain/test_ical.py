"""Closing days from iCal files: what closes, what does not, and files that nobody should have sent."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from inbox.domain.closing_days import MOST_BYTES, MOST_SERIES, ClosingDays, closing_days_from
from inbox.domain.errors import Invalid
from inbox.domain.opening_plan import LONGEST_REASON, OwnDay

FIRST, LAST = date(2026, 11, 26), date(2041, 12, 31)


def file(*events: str) -> str:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Nordby//Test//DA"]
    for event in events:
        lines += ["BEGIN:VEVENT", *event.split(), "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""])


def read(*events: str, zone: str = "Europe/Copenhagen") -> ClosingDays:
    return closing_days_from(file(*events), zone, FIRST, LAST)


def days(*events: str) -> list[str]:
    found = read(*events)
    assert (found.timed, found.unread) == (0, 0)
    return [f"{one.day:%y%m%d}" for one in found.days]


def test_an_event_ends_on_the_day_that_is_open_again() -> None:
    found = read("SUMMARY:Juleferie DTSTART;VALUE=DATE:20261224 DTEND;VALUE=DATE:20261227")
    assert found.days == tuple(OwnDay(date(2026, 12, day), (), "Juleferie") for day in (24, 25, 26))


@pytest.mark.parametrize(
    "end", ["", "DTEND;VALUE=DATE:20261225", "DTEND;VALUE=DATE:20261224", "DURATION:P1D", "DTEND;VALUE=DATE:20261201"]
)
def test_one_day(end: str) -> None:
    assert days(f"DTSTART;VALUE=DATE:20261224 {end}") == ["261224"]


def test_several_days_by_duration() -> None:
    assert days("DTSTART;VALUE=DATE:20261224 DURATION:P3D") == ["261224", "261225", "261226"]


def test_an_event_with_a_time_of_day_closes_nothing_and_is_counted() -> None:
    found = read(
        "DTSTART:20261201T100000Z DTEND:20261201T110000Z",
        "DTSTART;TZID=Europe/Copenhagen:20261202T080000 DTEND;TZID=Europe/Copenhagen:20261202T160000",
        "DTSTART;VALUE=DATE:20261203",
        "DTSTART:20261204T100000",
        "DTSTART:20261205T000000 DTEND:20261205T000000",
    )
    assert [one.day for one in found.days] == [date(2026, 12, 3)]
    assert found.timed == 4


@pytest.mark.parametrize(
    "event",
    [
        "DTSTART:20261203T230000Z DTEND:20261204T230000Z",
        "DTSTART;TZID=Europe/Copenhagen:20261204T000000 DTEND;TZID=Europe/Copenhagen:20261205T000000",
        "DTSTART:20261204T000000 DTEND:20261205T000000",
        "DTSTART:20261204T000000 DURATION:P1D",
    ],
)
def test_from_midnight_to_midnight_is_a_whole_day(event: str) -> None:
    assert days(event) == ["261204"]


def test_midnight_is_that_of_the_calendars_zone() -> None:
    assert read("DTSTART:20261203T230000Z DTEND:20261204T230000Z", zone="Europe/London").timed == 1


def test_days_outside_are_left_out() -> None:
    assert days("DTSTART;VALUE=DATE:20261120 DTEND;VALUE=DATE:20261128") == ["261126", "261127"]
    assert days("DTSTART;VALUE=DATE:20411231 DTEND;VALUE=DATE:20420105") == ["411231"]
    assert days("DTSTART;VALUE=DATE:20251224", "DTSTART;VALUE=DATE:20421224") == []


def test_of_two_events_on_a_day_the_first_in_the_file_gives_the_reason() -> None:
    found = read("SUMMARY:Et DTSTART;VALUE=DATE:20261224", "SUMMARY:To DTSTART;VALUE=DATE:20261224")
    assert found.days == (OwnDay(date(2026, 12, 24), (), "Et"),)


def test_a_series() -> None:
    assert days("DTSTART;VALUE=DATE:20200605 RRULE:FREQ=YEARLY;UNTIL=20290605") == ["270605", "280605", "290605"]
    assert days("DTSTART;VALUE=DATE:20261224 DTEND;VALUE=DATE:20261226 RRULE:FREQ=YEARLY;COUNT=2") == [
        *("261224", "261225", "271224", "271225"),
    ]
    assert days("DTSTART;VALUE=DATE:20261201 RRULE:FREQ=WEEKLY;COUNT=3") == ["261201", "261208", "261215"]
    # An end in UTC is a local day: 23.00 in winter is the day after in Copenhagen.
    assert days("DTSTART;VALUE=DATE:20261201 RRULE:FREQ=DAILY;UNTIL=20261202T230000Z") == ["261201", "261202", "261203"]


def test_a_long_event_of_a_series_that_began_before() -> None:
    event = "DTSTART;VALUE=DATE:20251120 DTEND;VALUE=DATE:20251128 RRULE:FREQ=YEARLY;COUNT=2"
    assert days(event) == ["261126", "261127"]


def test_days_taken_out_of_a_series_and_put_in() -> None:
    series = "UID:a DTSTART;VALUE=DATE:20261201 RRULE:FREQ=DAILY;COUNT=4"
    assert days(f"{series} EXDATE;VALUE=DATE:20261202,20261203") == ["261201", "261204"]
    assert days(f"{series} EXDATE;VALUE=DATE:20261202 EXDATE;VALUE=DATE:20261201") == ["261203", "261204"]
    assert days("DTSTART;VALUE=DATE:20261201 RDATE;VALUE=DATE:20261210,20261212") == ["261201", "261210", "261212"]


def test_one_day_of_a_series_is_moved_or_cancelled() -> None:
    series = "UID:a DTSTART;VALUE=DATE:20261201 RRULE:FREQ=DAILY;COUNT=3"
    moved = "UID:a RECURRENCE-ID;VALUE=DATE:20261202 DTSTART;VALUE=DATE:20261209"
    assert days(series, moved) == ["261201", "261203", "261209"]
    assert days(moved, series) == ["261201", "261203", "261209"]
    assert days(series, f"{moved} STATUS:CANCELLED") == ["261201", "261203"]
    assert days(series, moved.replace("UID:a", "UID:b")) == ["261201", "261202", "261203", "261209"]


def test_cancelled_events_close_nothing() -> None:
    assert days("DTSTART;VALUE=DATE:20261224 STATUS:CANCELLED", "DTSTART;VALUE=DATE:20261225 STATUS:CONFIRMED") == [
        "261225"
    ]


@pytest.mark.parametrize(
    "event",
    [
        "SUMMARY:No-start",
        "DTSTART;VALUE=DATE:20261332",
        "DTSTART:tomorrow",
        "DTSTART;VALUE=TIME:100000",
        "DTSTART;VALUE=DATE:20261201 DURATION:P999999999D",
        "DTSTART;VALUE=DATE:20261201 RRULE:FREQ=SECONDLY",
        "DTSTART;VALUE=DATE:20261201 RRULE:FREQ=DAILY;INTERVAL=0",
        "DTSTART;VALUE=DATE:20261201 RRULE:FREQ=YEARLY;BYWEEKNO=3",
        "DTSTART;VALUE=DATE:18001201 RRULE:FREQ=YEARLY",
        "DTSTART:99991231T235959Z DTEND:99991231T235959Z",
    ],
)
def test_what_makes_no_sense_is_counted_and_hurts_nobody_else(event: str) -> None:
    found = read(event, "DTSTART;VALUE=DATE:20261224")
    assert [one.day for one in found.days] == [date(2026, 12, 24)]
    assert (found.timed, found.unread) == (0, 1)


def test_long_summaries_are_cut_and_all_kinds_of_line_ends_become_spaces() -> None:
    words = file("DTSTART;VALUE=DATE:20261224 SUMMARY:@").replace("@", "Lukket\\n" + "æ " * 100)
    (day,) = closing_days_from(words, "UTC", FIRST, LAST).days
    assert day.reason.startswith("Lukket æ æ")
    assert day.reason.endswith("…")
    assert len(day.reason) <= LONGEST_REASON


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_files_of_old_and_new_programs(coding: str) -> None:
    data = file("DTSTART;VALUE=DATE:20270325 SUMMARY:Påske").encode(coding)
    assert closing_days_from(data, "Europe/Oslo", FIRST, LAST).days == (OwnDay(date(2027, 3, 25), (), "Påske"),)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04",
        b"\x00\xff" * 500,
        b"<html>",
        "BEGIN:VCARD\r\nEND:VCARD\r\n",
        "BEGIN:VCALENDAR\r\nEND:VEVENT\r\nEND:VCALENDAR\r\nEND:X",
        "BEGIN:VCALENDAR\r\n" + "X" * 900_000,
        file("DTSTART;TZID=Europe:20261201T000000"),
    ],
)
def test_garbage_is_said_to_be_no_ical_file(data: bytes | str) -> None:
    with pytest.raises(Invalid, match="This is no iCal file") as caught:
        closing_days_from(data, "UTC", FIRST, LAST)
    assert caught.value.field == "ical"


def test_a_file_over_a_megabyte_is_not_even_read() -> None:
    with pytest.raises(Invalid, match="larger than 1 MB") as caught:
        closing_days_from(b"\x00" * (MOST_BYTES + 1), "UTC", FIRST, LAST)
    assert caught.value.field == "ical"


def test_a_file_that_closes_for_ever() -> None:
    with pytest.raises(Invalid, match="closes over 500 days"):
        read("DTSTART;VALUE=DATE:00010101 DTEND;VALUE=DATE:99991231")
    with pytest.raises(Invalid, match="closes over 500 days"):
        read("DTSTART;VALUE=DATE:20261201 RRULE:FREQ=DAILY")


def test_a_file_of_many_series() -> None:
    events = ["DTSTART;VALUE=DATE:20261201 RRULE:FREQ=DAILY;COUNT=2"] * (MOST_SERIES + 1)
    assert days(*events[1:]) == ["261201", "261202"]
    with pytest.raises(Invalid, match="Too many events"):
        read(*events)


@pytest.mark.parametrize(
    "data",
    [
        "BEGIN:VCALENDAR\r\n" + "BEGIN:VEVENT\r\n" * 50_000,
        "BEGIN:VCALENDAR\r\n" + "BEGIN:VTIMEZONE\r\n" * 50_000,
        "BEGIN:VCALENDAR\r\n" + "BEGIN:VEVENT\r\n" * 20_000 + "END:VEVENT\r\n" * 20_000 + "END:VCALENDAR\r\n",
    ],
)
def test_nesting_without_end_comes_to_an_end(data: str) -> None:
    assert closing_days_from(data, "UTC", FIRST, LAST).days == ()


def test_a_zone_of_one_file_is_unknown_to_the_next() -> None:
    zone = "\r\n".join(
        [
            *("BEGIN:VCALENDAR", "BEGIN:VTIMEZONE", "TZID:Nordby", "BEGIN:STANDARD", "DTSTART:19700101T000000"),
            *("TZOFFSETFROM:+0500", "TZOFFSETTO:+0500", "END:STANDARD", "END:VTIMEZONE", "BEGIN:VEVENT"),
            *("DTSTART;TZID=Nordby:20261204T000000", "DTEND;TZID=Nordby:20261205T000000", "END:VEVENT"),
            *("END:VCALENDAR", ""),
        ]
    )
    before = closing_days_from(zone, "UTC", FIRST, LAST)
    assert closing_days_from(zone.replace("+0500", "+0900"), "UTC", FIRST, LAST) == before


def test_broken_files_are_read_or_refused() -> None:
    """A thousand files with letters changed, dropped and doubled."""
    whole = file(
        "UID:1 SUMMARY:Jul DTSTART;VALUE=DATE:20201224 DTEND;VALUE=DATE:20201226 RRULE:FREQ=YEARLY;BYDAY=1MO;"
        "UNTIL=20300101 EXDATE;VALUE=DATE:20271224 RDATE;VALUE=DATE:20271220",
        "UID:1 RECURRENCE-ID;VALUE=DATE:20281224 DTSTART;VALUE=DATE:20281223 DURATION:P2D STATUS:CONFIRMED",
        "UID:2 DTSTART;TZID=Europe/Oslo:20261101T100000 DTEND:20261101T110000Z",
    )
    chance, read_ones = random.Random(20261126), 0
    for _ in range(1000):
        letters = list(whole)
        for _ in range(chance.randint(1, 12)):
            place = chance.randrange(len(letters))
            match chance.randrange(3):
                case 0:
                    letters[place] = chance.choice('0123456789:;=,TZ\r\n "AP-+\x00\u0661')
                case 1:
                    del letters[place]
                case _:
                    other = chance.randrange(len(letters))
                    letters[place:place] = letters[other : other + chance.randint(1, 20)]
        try:
            found = closing_days_from("".join(letters), "Europe/Copenhagen", FIRST, LAST)
        except Invalid:
            continue
        read_ones += 1
        assert all(FIRST <= one.day <= LAST and not one.hours for one in found.days)
    assert read_ones > 100


def test_all_of_a_series_lies_in_the_years_that_were_asked_for() -> None:
    found = closing_days_from(
        file("DTSTART;VALUE=DATE:20200101 RRULE:FREQ=MONTHLY"), "UTC", FIRST, FIRST + timedelta(days=99)
    )
    assert [one.day.month for one in found.days] == [12, 1, 2, 3]
