"""A plan's special days: public holidays, optional ones, own days; and that it says plainly what is no plan."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox.domain.calendar import DAYS, Calendar, NeverOpen
from inbox.domain.opening_plan import LONGEST_REASON, MOST_OWN_DAYS, OwnDay, Plan
from inbox.domain.public_holidays import SWITCHES, holidays_of

WEEK = dict.fromkeys(DAYS[:5], (("08:00", "12:00"), ("12:30", "16:00")))
DANISH = Plan("Europe/Copenhagen", WEEK, "DK", frozenset({"constitution_day", "christmas_eve", "new_years_eve"}))
NORWEGIAN = Plan("Europe/Oslo", WEEK, "NO", frozenset({"holy_wednesday", "christmas_eve"}))


def closed(plan: Plan, year: int) -> list[str]:
    return [f"{day:%d.%m}" for day in sorted(plan.calendar(year, year).closed)]


def test_denmark_in_2027() -> None:
    """By hand from the almanac: Easter is on 28 March. Store bededag (23 April) is no holiday since 2024."""
    assert closed(Plan("Europe/Copenhagen", WEEK, "DK"), 2027) == [
        *("01.01", "25.03", "26.03", "28.03", "29.03", "06.05", "16.05", "17.05", "25.12", "26.12"),
    ]
    assert closed(DANISH, 2027) == [
        *("01.01", "25.03", "26.03", "28.03", "29.03", "06.05", "16.05", "17.05", "05.06"),
        *("24.12", "25.12", "26.12", "31.12"),
    ]
    assert "01.05" in closed(Plan("Europe/Copenhagen", WEEK, "DK", frozenset({"may_day"})), 2027)


def test_norway_in_2027() -> None:
    """1 and 17 May are public there; the Wednesday before Easter ends at noon."""
    assert closed(NORWEGIAN, 2027) == [
        *("01.01", "25.03", "26.03", "28.03", "29.03", "01.05", "06.05", "16.05", "17.05", "24.12", "25.12", "26.12"),
    ]
    assert NORWEGIAN.calendar(2027, 2027).days[date(2027, 3, 24)] == (("08:00", "12:00"),)
    both = next(holiday for holiday in NORWEGIAN.holidays(2027, 2027) if holiday.day == date(2027, 5, 17))
    assert both.names == ("Constitution Day", "Pentecost Monday")


def test_a_day_that_ends_at_noon_keeps_what_lies_before_it() -> None:
    long = Plan("Europe/Oslo", {"wed": (("07:00", "09:00"), ("10:00", "14:00"), ("15:00", "18:00"))}, "NO")
    assert date(2027, 3, 24) not in long.calendar(2027, 2027).days
    noon = Plan(long.zone, long.hours, "NO", frozenset({"holy_wednesday"}))
    assert noon.calendar(2027, 2027).days[date(2027, 3, 24)] == (("07:00", "09:00"), ("10:00", "12:00"))
    late = Plan(long.zone, {"wed": (("13:00", "18:00"),)}, "NO", frozenset({"holy_wednesday"}))
    assert late.calendar(2027, 2027).days[date(2027, 3, 24)] == ()


def test_a_public_holiday_closes_a_day_that_a_switch_would_only_shorten() -> None:
    """5 June 2028 is Whit Monday and the Danish Constitution Day."""
    found = {holiday.day: holiday for holiday in DANISH.holidays(2028, 2028)}
    assert found[date(2028, 6, 5)].public


def test_own_days_win() -> None:
    own = (
        OwnDay(date(2026, 12, 24), (("09:00", "12:00"),), "Vagt"),
        OwnDay(date(2026, 11, 29), (("10:00", "14:00"),), "Valgdag"),
        OwnDay(date(2026, 12, 28), reason="Mellem jul og nytår"),
    )
    plan = Plan("Europe/Copenhagen", WEEK, "DK", frozenset({"christmas_eve"}), own)
    days = plan.calendar(2026, 2026).days
    assert days[date(2026, 12, 24)] == (("09:00", "12:00"),)
    assert days[date(2026, 11, 29)] == (("10:00", "14:00"),)
    assert days[date(2026, 12, 28)] == ()
    assert days[date(2026, 12, 25)] == ()
    assert plan.own == tuple(sorted(own, key=lambda one: one.day))


def test_a_saved_version_knows_the_holidays_from_last_year_to_fifteen_years_on() -> None:
    years = {day.year for day in DANISH.saved_in(2026).closed}
    assert years == set(range(2025, 2042))
    assert Plan("Europe/Copenhagen", WEEK).saved_in(2026).days == {}


def test_our_danish_switches_are_the_optional_days_of_the_package() -> None:
    """What the package calls optional in Denmark is what our table has; its Norway has none."""
    from holidays import country_holidays

    for year in range(2025, 2045):
        ours = {switch.in_year(year): switch.name for switch in SWITCHES["DK"]}
        theirs = dict(country_holidays("DK", years=year, categories=("optional",), language="en_US").items())
        assert set(ours) == set(theirs)


def test_every_switch_adds_its_own_day_each_year_unless_that_is_public_anyway() -> None:
    for country, switches in SWITCHES.items():
        public = holidays_of(country, (), 2025, 2041)
        assert all(holiday.public for holiday in public)
        for switch in switches:
            both = holidays_of(country, [switch.key], 2025, 2041)
            days = {switch.in_year(year) for year in range(2025, 2042)}
            assert {one.day for one in both if not one.public} == days - {one.day for one in public}
            assert [one for one in both if one.public] == list(public)


def test_a_country_that_nobody_knows() -> None:
    with pytest.raises(LookupError):
        holidays_of("XX", (), 2026, 2026)


@pytest.mark.parametrize("plan", [DANISH, NORWEGIAN, Plan("UTC", {"mon": (("00:00", "24:00"),)})])
def test_json_goes_round(plan: Plan) -> None:
    again = Plan.from_json(json.loads(json.dumps(plan.to_json())))
    assert again == plan
    assert hash(again) == hash(plan)
    assert again.to_json() == plan.to_json()


def test_what_the_migration_writes_is_read() -> None:
    own = [{"day": "2026-12-24", "hours": [], "reason": ""}]
    plan = Plan.from_json(
        {"zone": "UTC", "hours": {"mon": [["08:00", "16:00"]]}, "country": None, "switches": [], "own": own}
    )
    assert plan.saved_in(2026) == Calendar("UTC", {"mon": (("08:00", "16:00"),)}, frozenset({date(2026, 12, 24)}))


def changed(**parts: Any) -> dict[str, Any]:
    return DANISH.to_json() | parts


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ([], "a plan is an object"),
        (changed(more=1), "a plan is an object"),
        (changed(country=7), "a plan is an object"),
        (changed(country="XX"), "no holidays are known of 'XX'"),
        (changed(country="NO"), "'constitution_day' is no optional day of NO"),
        (changed(switches=["easter"]), "'easter' is no optional day of DK"),
        (changed(country=None, switches=["may_day"]), "no optional day of None"),
        (changed(hours={}), "no day of the week is open"),
        (changed(hours={}, own=[{"day": "2026-12-24", "hours": [["08:00", "09:00"]], "reason": ""}]), "no day of the"),
        (changed(hours={"mon": [["16:00", "08:00"]]}), "mon: 16:00 to 08:00 ends before it begins"),
        (changed(zone="Europe/Nordby"), "unknown time zone"),
        (changed(own=[{"day": "2026-12-24", "hours": []}]), "no own day"),
        (changed(own=[{"day": "24.12.2026", "hours": [], "reason": ""}]), "no date"),
        (changed(own=[{"day": "2026-12-24", "hours": [["9", "10"]], "reason": ""}]), "2026-12-24: '9' is no time"),
        (changed(own=[{"day": "2026-12-24", "hours": [], "reason": ""}] * 2), "2026-12-24: the day stands there twice"),
        (
            changed(own=[{"day": "2026-12-24", "hours": [], "reason": "x" * (LONGEST_REASON + 1)}]),
            "the reason has over",
        ),
    ],
)
def test_what_is_no_plan_is_said(data: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Plan.from_json(data)


def test_the_same_week_in_another_country_has_its_holidays_and_the_optional_days_that_both_know() -> None:
    own = OwnDay(date(2026, 11, 27), (), "Personaledag")
    moved = Plan("Europe/Copenhagen", WEEK, "DK", DANISH.switches, (own,)).in_country("NO", "Europe/Oslo")
    assert (moved.country, moved.zone, moved.own) == ("NO", "Europe/Oslo", (own,))
    assert moved.switches == {"christmas_eve", "new_years_eve"}
    assert moved.hours == DANISH.hours
    assert Plan("UTC", WEEK).in_country("DK", "Europe/Copenhagen") == Plan("Europe/Copenhagen", WEEK, "DK")
    faroes = Plan("Atlantic/Faroe", WEEK, "DK", DANISH.switches)
    assert faroes.in_country("DK", "Europe/Copenhagen") is faroes


def test_never_open_is_an_error_of_its_own() -> None:
    with pytest.raises(NeverOpen):
        Plan("UTC", {"mon": ()})


def test_there_is_an_end_to_own_days() -> None:
    days = [OwnDay(date(2026, 1, 1) + timedelta(days=number)) for number in range(MOST_OWN_DAYS + 1)]
    assert len(Plan("UTC", WEEK, own=tuple(days[:-1])).own) == MOST_OWN_DAYS
    with pytest.raises(ValueError, match="501 own days"):
        Plan("UTC", WEEK, own=tuple(days))


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from([DANISH, NORWEGIAN]),
    st.datetimes(datetime(2026, 12, 1), datetime(2027, 6, 30), timezones=st.just(UTC)),  # noqa: DTZ001  (the zone is the strategy's)
    st.integers(1, 60_000),
)
def test_adding_then_measuring_gives_back_the_minutes(plan: Plan, start: datetime, minutes: int) -> None:
    """Through Christmas, Easter, the half day before it and both holidays in May."""
    calendar = plan.saved_in(2026)
    due = calendar.add(start, minutes)
    assert calendar.between(start, due) == timedelta(minutes=minutes)
    assert calendar.between(start, due - timedelta(microseconds=1)) < timedelta(minutes=minutes)
