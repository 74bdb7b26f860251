"""Series of whole days, against the well-known library for every rule that it agrees on."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox.domain.repetition import WEEKDAYS, Repetition

LAST = date(2031, 12, 31)
Rule = dict[str, list[Any]]


def ours(rule: Rule, first: date, since: date = date.min, last: date = LAST) -> list[date]:
    return list(Repetition.read(rule, None).days(first, since, last))


def theirs(rule: Rule, first: date) -> list[date]:
    written = ";".join(f"{name}={','.join(map(str, values))}" for name, values in rule.items())
    series = rrulestr(written, dtstart=datetime(first.year, first.month, first.day))  # noqa: DTZ001  (a day, at midnight)
    found: list[date] = []
    for day in series:
        if day.date() > LAST:
            break
        found.append(day.date())
    return found


def numbers(least: int, most: int) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(least, most).filter(bool), min_size=1, max_size=3, unique=True)


plain = st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=3, unique=True)
counted = st.lists(
    st.builds("{}{}".format, st.sampled_from([1, 2, 3, 4, -1, -2]), st.sampled_from(WEEKDAYS)),
    min_size=1,
    max_size=3,
    unique=True,
)


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    """Rules that have days, since the library searches for the days of the others until the year 9999."""
    freq = draw(st.sampled_from(["YEARLY", "MONTHLY", "WEEKLY", "DAILY"]))
    rule: Rule = {"FREQ": [freq], "INTERVAL": [draw(st.integers(1, 3))]}
    if draw(st.booleans()):
        rule["COUNT"] = [draw(st.integers(1, 40))]
    if draw(st.booleans()):
        rule["WKST"] = [draw(st.sampled_from(WEEKDAYS))]
    if freq in ("YEARLY", "MONTHLY"):
        part = draw(st.sampled_from(["", "BYMONTHDAY", "BYDAY", "both"]))
        if part in ("BYMONTHDAY", "both"):
            rule["BYMONTHDAY"] = draw(numbers(-28, 28))
        if part in ("BYDAY", "both"):
            rule["BYDAY"] = draw(plain if part == "both" else plain | counted)
        if part == "BYDAY" and draw(st.booleans()):
            rule["BYDAY"] = draw(plain)
            rule["BYSETPOS"] = draw(numbers(-3, 3))
        if freq == "YEARLY" and draw(st.booleans()):
            if part:
                rule["BYMONTH"] = draw(numbers(1, 12))
            else:
                rule["BYYEARDAY"] = draw(numbers(-365, 365))
    elif draw(st.booleans()):
        rule["BYDAY"] = draw(plain)
    return rule


@settings(deadline=None, max_examples=300)
@given(rules(), st.dates(date(2024, 1, 1), date(2027, 12, 31)))
def test_like_the_library(rule: Rule, first: date) -> None:
    # One leap day in four years: the library would go on looking far beyond our last day, and so agrees.
    assert ours(rule, first) == theirs(rule, first)


@settings(deadline=None)
@given(rules(), st.dates(date(2024, 1, 1), date(2027, 12, 31)), st.dates(date(2023, 1, 1), date(2032, 1, 1)))
def test_beginning_later_gives_the_same_days(rule: Rule, first: date, since: date) -> None:
    assert ours(rule, first, since) == [day for day in ours(rule, first) if day >= since]


def test_by_hand() -> None:
    first = date(2026, 9, 7)
    assert ours({"FREQ": ["YEARLY"], "BYMONTH": [9], "BYDAY": ["1MO"]}, first, last=date(2028, 12, 31)) == [
        *(date(2026, 9, 7), date(2027, 9, 6), date(2028, 9, 4)),
    ]
    assert ours({"FREQ": ["MONTHLY"], "BYDAY": ["-1FR"]}, first, last=date(2026, 11, 30)) == [
        *(date(2026, 9, 25), date(2026, 10, 30), date(2026, 11, 27)),
    ]
    # Both kinds of weekdays are meant, as the standard says; the library asks for days that are both.
    assert ours({"FREQ": ["MONTHLY"], "BYDAY": ["1MO", "TU"]}, first, last=date(2026, 9, 15)) == [
        *(date(2026, 9, 7), date(2026, 9, 8), date(2026, 9, 15)),
    ]
    leap = date(2024, 2, 29)
    assert ours({"FREQ": ["YEARLY"]}, leap) == [leap, date(2028, 2, 29)]


def test_a_rule_that_no_day_fits_has_no_days() -> None:
    assert ours({"FREQ": ["DAILY"], "BYMONTH": [2], "BYMONTHDAY": [30]}, date(2026, 1, 1)) == []


def test_values_need_not_be_lists() -> None:
    assert ours({"freq": "yearly", "COUNT": 2}, date(2026, 5, 1)) == [date(2026, 5, 1), date(2027, 5, 1)]  # type: ignore[dict-item]  # A parser's single values.


def test_an_end_in_the_rule() -> None:
    until = Repetition.read({"FREQ": ["DAILY"], "UNTIL": ["x"]}, date(2026, 5, 3))
    first = date(2026, 5, 1)
    assert list(until.days(first, first, LAST)) == [first + timedelta(days=number) for number in range(3)]


@pytest.mark.parametrize(
    "rule",
    [
        {},
        {"FREQ": []},
        {"FREQ": ["HOURLY"]},
        {"FREQ": ["DAILY", "WEEKLY"]},
        {"FREQ": ["DAILY"], "INTERVAL": [0]},
        {"FREQ": ["DAILY"], "BYHOUR": [8]},
        {"FREQ": ["YEARLY"], "BYWEEKNO": [8]},
        {"FREQ": ["YEARLY"], "BYDAY": ["XX"]},
        {"FREQ": ["YEARLY"], "BYMONTH": ["x"]},
        {"FREQ": ["YEARLY"], "WKST": ["X"]},
        {"FREQ": ["YEARLY"], "X-OURS": ["1"]},
    ],
)
def test_rules_that_we_do_not_follow(rule: Rule) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  (whatever its words, the event is counted as not understood)
        Repetition.read(rule, None)
