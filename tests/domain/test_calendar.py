"""Opening hours against other people's cases and by hand; what is no calendar is said."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from inbox.domain.calendar import ALWAYS, DAYS, Calendar, NeverOpen
from tests.domain.sla_cases import answer

DATA = Path(__file__).parent / "data"
OFFICE = Calendar(
    "Europe/Copenhagen",
    dict.fromkeys(DAYS[:4], (("08:00", "12:00"), ("12:30", "16:00"))) | {"fri": (("08:00", "14:00"),)},
    frozenset({date(2026, 12, 24), date(2026, 12, 25)}),
    {date(2026, 11, 27): (("12:00", "16:00"),), date(2026, 11, 29): (("10:00", "11:00"),)},
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def cases(kind: str) -> list[Any]:
    lines = (DATA / f"{kind}.jsonl").read_text(encoding="utf-8").splitlines()
    return [pytest.param(case, id=case["id"]) for case in map(json.loads, lines)]


@pytest.mark.parametrize("case", cases("destination"))
def test_due_as_other_systems_have_it(case: dict[str, Any]) -> None:
    assert answer("destination", case) == at(case["due"])


@pytest.mark.parametrize("case", cases("elapsed"))
def test_elapsed_as_other_systems_have_it(case: dict[str, Any]) -> None:
    seconds = Fraction(str(case.get("business_seconds", case["business_minutes"] * 60)))
    elapsed = answer("elapsed", case)
    assert isinstance(elapsed, timedelta)
    assert Fraction(elapsed // timedelta(microseconds=1), 1_000_000) == seconds


def test_other_kinds_of_cases_are_refused() -> None:
    with pytest.raises(LookupError, match="unheard"):
        answer("unheard of", {})


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        ("2026-11-24T21:00+01:00", 60, "2026-11-25T09:00+01:00"),  # An evening: the hour is tomorrow's first.
        ("2026-11-24T11:30+01:00", 60, "2026-11-24T13:00+01:00"),  # The lunch break stands between.
        ("2026-11-24T15:30+01:00", 30, "2026-11-24T16:00+01:00"),  # Used up exactly at closing time.
        ("2026-11-24T16:00+01:00", 0, "2026-11-24T16:00+01:00"),
        ("2026-12-23T15:30+01:00", 60, "2026-12-28T08:30+01:00"),  # Closing days and a weekend.
        ("2026-03-27T13:00+01:00", 90, "2026-03-30T08:30+02:00"),  # The clock goes forward on the Sunday.
        ("2026-11-27T11:00+01:00", 60, "2026-11-27T13:00+01:00"),  # A day with hours of its own opens late,
        ("2026-11-27T15:00+01:00", 90, "2026-11-29T10:30+01:00"),  # and a Sunday is open for once.
        ("2026-11-24T08:00+01:00", Fraction(1, 3), "2026-11-24T08:00:20+01:00"),
        ("2026-11-24T08:00+01:00", 0.1, "2026-11-24T08:00:06+01:00"),
    ],
)
def test_office_hours(start: str, minutes: Fraction | float, due: str) -> None:
    assert OFFICE.add(at(start), minutes) == at(due)


def test_a_repeated_hour_counts_twice_and_a_skipped_one_not_at_all() -> None:
    night = Calendar("Europe/Copenhagen", {"sun": (("02:00", "03:00"),)})
    assert night.between(at("2026-10-25T00:00Z"), at("2026-10-25T06:00Z")) == timedelta(hours=2)
    assert night.between(at("2026-03-29T00:00Z"), at("2026-03-29T06:00Z")) == timedelta()


def test_a_date_that_a_zone_left_out_has_no_open_time() -> None:
    samoa = Calendar("Pacific/Apia", {"fri": (("00:00", "24:00"),)})
    assert samoa.between(at("2011-12-29T00:00Z"), at("2012-01-02T00:00Z")) == timedelta()


def test_edges_by_hand() -> None:
    assert OFFICE.next_opening(at("2026-11-24T12:00+01:00")) == at("2026-11-24T12:30+01:00")
    assert OFFICE.next_opening(at("2026-11-24T09:00+01:00")) == at("2026-11-24T09:00+01:00")
    assert OFFICE.next_closing(at("2026-11-24T09:00+01:00")) == at("2026-11-24T12:00+01:00")
    assert not OFFICE.is_open(at("2026-11-24T12:00+01:00"))
    assert OFFICE.is_open(at("2026-11-24T12:30+01:00"))
    assert ALWAYS.next_closing(at("2026-11-24T12:00Z")) is None
    shut_once = Calendar("UTC", ALWAYS.hours, frozenset({date(2029, 5, 1)}))
    assert shut_once.next_closing(at("2026-11-24T12:00Z")) == at("2029-05-01T00:00Z")
    new_year = Calendar("America/New_York", ALWAYS.hours, frozenset({date(2027, 1, 1)}))
    assert new_year.next_closing(at("2026-12-31T12:00Z")) == at("2027-01-01T05:00Z")
    assert new_year.next_opening(at("2027-01-01T12:00Z")) == at("2027-01-02T05:00Z")


def test_never_open_is_an_error_and_no_loop() -> None:
    never = Calendar("UTC", {"mon": ()})
    assert never.between(at("2026-01-01T00:00Z"), at("2027-01-01T00:00Z")) == timedelta()
    assert never.add(at("2026-01-01T00:00Z"), 0) == at("2026-01-01T00:00Z")
    with pytest.raises(NeverOpen, match="no opening hours"):
        never.add(at("2026-01-01T00:00Z"), 1)
    with pytest.raises(NeverOpen, match="nothing is open"):
        never.next_opening(at("2026-01-01T00:00Z"))


def test_open_on_special_days_alone() -> None:
    fair = Calendar("America/New_York", {}, days={date(2026, 12, 31): (("09:00", "24:00"),), date(2026, 6, 1): ()})
    assert fair.add(at("2026-01-01T00:00Z"), 15 * 60) == at("2027-01-01T05:00Z")  # The end lies in the next UTC year.
    assert fair.next_opening(at("2026-01-01T00:00Z")) == at("2026-12-31T14:00Z")
    assert fair.next_closing(at("2026-12-31T14:00Z")) == at("2027-01-01T05:00Z")
    with pytest.raises(NeverOpen, match="no opening hours after 2027"):
        fair.add(at("2026-01-01T00:00Z"), 15 * 60 + 1)
    with pytest.raises(NeverOpen, match="no opening hours after 2029"):
        fair.add(at("2030-01-01T00:00Z"), 1)
    with pytest.raises(NeverOpen, match="nothing is open"):
        fair.next_opening(at("2027-01-01T05:00Z"))


def test_a_closed_day_is_said_in_two_ways_and_is_the_same() -> None:
    christmas = date(2026, 12, 24)
    short, long = Calendar("UTC", {}, frozenset({christmas})), Calendar("UTC", {}, days={christmas: ()})
    assert short == long
    assert hash(short) == hash(long)
    assert short.days == {christmas: ()}
    assert long.closed == {christmas}
    assert short.to_json() == long.to_json()
    with pytest.raises(ValueError, match="2026-12-24: the day is closed and has hours"):
        Calendar("UTC", {}, frozenset({christmas}), {christmas: (("08:00", "12:00"),)})


def test_a_wrong_question_is_an_error() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        OFFICE.is_open(datetime(2026, 1, 1))  # noqa: DTZ001  (what is tested)
    with pytest.raises(ValueError, match="negative"):
        OFFICE.add(at("2026-01-01T00:00Z"), -1)
    for amount in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="no number of minutes"):
            OFFICE.add(at("2026-01-01T00:00Z"), amount)
    with pytest.raises(ValueError, match="over 100 years"):
        OFFICE.add(at("2026-01-01T00:00Z"), 10**9)
    with pytest.raises(ValueError, match="over 100 years"):
        OFFICE.between(at("0001-01-01T00:00Z"), at("2026-01-01T00:00Z"))
    with pytest.raises(ValueError, match="outside every calendar"):
        OFFICE.is_open(at("9999-06-01T00:00Z"))


def test_json_goes_round() -> None:
    again = Calendar.from_json(json.loads(json.dumps(OFFICE.to_json())))
    assert again == OFFICE
    assert hash(again) == hash(OFFICE)
    assert again.to_json() == OFFICE.to_json()
    assert again != Calendar(OFFICE.zone, OFFICE.hours, OFFICE.closed)


def test_rows_of_the_first_release_are_read() -> None:
    old = {"zone": "UTC", "hours": {"mon": [["08:00", "16:00"]]}, "closed": ["2026-12-24"]}
    new = {"zone": "UTC", "hours": {"mon": [["08:00", "16:00"]]}, "days": {"2026-12-24": []}}
    assert Calendar.from_json(old) == Calendar.from_json(new)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ([], "object with zone"),
        ({"zone": "UTC"}, "object with zone"),
        ({"zone": "UTC", "hours": {}, "holidays": []}, "object with zone"),
        ({"zone": 1, "hours": {}}, "a time zone is a name"),
        ({"zone": "Europe/Nordby", "hours": {}}, "unknown time zone"),
        ({"zone": "../etc/passwd", "hours": {}}, "unknown time zone"),
        ({"zone": "Europe", "hours": {}}, "unknown time zone"),
        ({"zone": "UTC", "hours": []}, "object of weekdays"),
        ({"zone": "UTC", "hours": {"man": []}}, "unknown weekday"),
        ({"zone": "UTC", "hours": {"mon": "08:00"}}, "list of intervals"),
        ({"zone": "UTC", "hours": {"mon": [["08:00"]]}}, "no interval"),
        ({"zone": "UTC", "hours": {"mon": [["8:00", "16:00"]]}}, "no time of day"),
        ({"zone": "UTC", "hours": {"mon": [["08:00", "24:30"]]}}, "no time of day"),
        ({"zone": "UTC", "hours": {"mon": [["16:00", "08:00"]]}}, "over midnight"),
        ({"zone": "UTC", "hours": {"mon": [["08:00", "12:00"], ["11:00", "16:00"]]}}, "overlaps"),
        ({"zone": "UTC", "hours": {}, "closed": "2026-12-24"}, "list of dates"),
        ({"zone": "UTC", "hours": {}, "closed": ["24.12.2026"]}, "no date"),
        ({"zone": "UTC", "hours": {}, "days": []}, "object of dates"),
        ({"zone": "UTC", "hours": {}, "days": {"24.12.2026": []}}, "no date"),
        ({"zone": "UTC", "hours": {}, "days": {"2026-12-24": "08:00"}}, "2026-12-24: hours are a list"),
        ({"zone": "UTC", "hours": {}, "days": {"2026-12-24": [["16:00", "08:00"]]}}, "2026-12-24: 16:00 to 08:00 ends"),
        ({"zone": "UTC", "hours": {}, "days": {"2026-12-24": [["8", "9"]]}}, "2026-12-24: '8' is no time of day"),
        (
            {"zone": "UTC", "hours": {}, "closed": ["2026-12-24"], "days": {"2026-12-24": [["08:00", "09:00"]]}},
            "closed",
        ),
    ],
)
def test_what_is_no_calendar_is_said(data: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Calendar.from_json(data)


def test_a_year_is_laid_out_once_for_all_equal_calendars() -> None:
    twins = [Calendar("Europe/Oslo", {"mon": (("09:00", "15:00"),)}) for _ in range(2)]
    assert twins[0]._openings.year(2026) is twins[1]._openings.year(2026)
