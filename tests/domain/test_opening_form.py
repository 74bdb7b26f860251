"""Opening hours as they are typed: every way to write a time, and every mistake beside its own field."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.domain.calendar import DAYS
from inbox.domain.errors import Invalid
from inbox.domain.opening_form import SENTENCES, Typed, TypedDay, Unfit, time_of_day
from inbox.domain.opening_plan import LONGEST_REASON, MOST_OWN_DAYS, OwnDay, Plan

WEEK = {"mon": [("08.00", "12.00"), ("12.30", "24.00")]}
PLAN = Plan(
    "Europe/Copenhagen",
    {"mon": (("08:00", "12:00"), ("12:30", "24:00"))},
    "DK",
    frozenset({"may_day"}),
    (OwnDay(date(2026, 11, 27), (("09:00", "12:00"), ("12:30", "16:00")), "Personaledag"), OwnDay(date(2026, 12, 28))),
)


def typed(**parts: Any) -> Typed:
    return Typed(**({"zone": "Europe/Copenhagen", "week": WEEK} | parts))


def faults(form: Typed) -> dict[str, str]:
    with pytest.raises(Unfit) as caught:
        form.plan()
    codes = {sentence: code for code, sentence in SENTENCES.items()}
    return {fault.field: codes[fault.sentence] for fault in caught.value.faults}


@pytest.mark.parametrize(
    ("text", "time"),
    [
        *[(text, "08:00") for text in ("8", "08", "8.00", "8:00", "08.00", " 08:00 ", "800", "0800")],
        ("24.00", "24:00"),
        ("24", "24:00"),
        ("0.05", "00:05"),
        ("23:59", "23:59"),
        *[(text, None) for text in ("", "24.01", "25", "8.60", "8.5", "8.000", "-8", "8 pm", "٨", "08.00.00", "8,00")],
    ],
)
def test_a_time_of_day(text: str, time: str | None) -> None:
    assert time_of_day(text) == time


def test_the_form_of_a_plan_says_the_plan() -> None:
    assert Typed.of(PLAN).plan() == PLAN
    danish = Typed.of(PLAN, lambda wall: wall.replace(":", "."))
    assert danish.week["mon"] == [("08.00", "12.00"), ("12.30", "24.00")]
    assert danish.own[0] == TypedDay("2026-11-27", "09.00–12.00, 12.30–16.00", "Personaledag")
    assert danish.plan() == PLAN


def test_empty_lines_say_nothing() -> None:
    form = typed(
        week=WEEK | {"tue": [("", ""), ("9", "10"), (" ", "")]},
        own=(TypedDay(), TypedDay("2026-12-28", "", "  Mellem \n jul og nytår "), TypedDay(" ", " ", "")),
    )
    assert form.plan().hours["tue"] == (("09:00", "10:00"),)
    assert form.plan().own == (OwnDay(date(2026, 12, 28), (), "Mellem jul og nytår"),)


def test_openings_may_be_typed_in_any_order() -> None:
    assert typed(week={"mon": [("12:30", "16"), ("8", "12:30")]}).plan().hours["mon"] == (
        ("08:00", "12:30"),
        ("12:30", "16:00"),
    )


def test_danish_dates_and_all_dashes() -> None:
    form = typed(own=(TypedDay("24.12.2026", "9-12; 12.30 — 14"),))
    assert form.plan().own == (OwnDay(date(2026, 12, 24), (("09:00", "12:00"), ("12:30", "14:00"))),)


def test_switches_of_another_country_are_dropped() -> None:
    form = typed(country="NO", switches=frozenset({"constitution_day", "christmas_eve", "nonsense"}))
    assert form.plan().switches == {"christmas_eve"}
    assert typed(switches=frozenset({"christmas_eve"})).plan().switches == frozenset()


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"week": {"mon": [("16.00", "8.00")]}}, {"mon-0": "reversed"}),
        ({"week": {"mon": [("8.00", "8.00")]}}, {"mon-0": "reversed"}),
        ({"week": {"mon": [("8", "12"), ("22", "06")]}}, {"mon-1": "reversed"}),
        ({"week": {"mon": [("8", "12"), ("11", "16")]}}, {"mon-1": "overlap"}),
        ({"week": {"mon": [("11", "16"), ("", ""), ("8", "12")]}}, {"mon-2": "overlap"}),
        ({"week": {"mon": [("8", "12"), ("8", "12")]}}, {"mon-1": "overlap"}),
        ({"week": {"mon": [("8", "")], "fri": [("", "16")]}}, {"mon-0": "half", "fri-0": "half"}),
        ({"week": {"mon": [("8", "noon")]}}, {"mon-0": "time"}),
        ({"week": {}}, {"week": "never"}),
        ({"week": {"mon": [("", "")]}, "zone": "Nordby"}, {"zone": "zone", "week": "never"}),
        ({"zone": ""}, {"zone": "zone"}),
        ({"zone": "../../etc/passwd"}, {"zone": "zone"}),
        ({"zone": "Europe"}, {"zone": "zone"}),
        ({"zone": "localtime"}, {"zone": "zone"}),
        ({"country": "XX"}, {"country": "country"}),
        ({"own": (TypedDay("soon"),)}, {"own-0-day": "date"}),
        ({"own": (TypedDay("", "8-12"),)}, {"own-0-day": "date"}),
        ({"own": (TypedDay("", "", "why"),)}, {"own-0-day": "date"}),
        ({"own": (TypedDay("0026-12-24"),)}, {"own-0-day": "date"}),
        ({"own": (TypedDay("30.02.2026"),)}, {"own-0-day": "date"}),
        ({"own": (TypedDay("2026-12-24"), TypedDay(), TypedDay("24.12.2026", "8-9"))}, {"own-2-day": "twice"}),
        ({"own": (TypedDay("2026-12-24", "closed"),)}, {"own-0-hours": "hours"}),
        ({"own": (TypedDay("2026-12-24", "8-12-16"),)}, {"own-0-hours": "hours"}),
        ({"own": (TypedDay("2026-12-24", "12-8"),)}, {"own-0-hours": "reversed"}),
        ({"own": (TypedDay("2026-12-24", "8-12, 11-13"),)}, {"own-0-hours": "overlap"}),
        ({"own": (TypedDay("2026-12-24", "8-"),)}, {"own-0-hours": "half"}),
        ({"own": (TypedDay("2026-12-24", "8-12", "x" * (LONGEST_REASON + 1)),)}, {"own-0-reason": "reason"}),
        (
            {"zone": "x", "country": "y", "week": {"sun": [("9", "8")]}, "own": (TypedDay("z", "z"),)},
            {"zone": "zone", "country": "country", "sun-0": "reversed", "own-0-day": "date", "own-0-hours": "hours"},
        ),
    ],
)
def test_mistakes_stand_beside_their_fields(parts: dict[str, Any], expected: dict[str, str]) -> None:
    assert faults(typed(**parts)) == expected


def test_too_many_days_of_ones_own() -> None:
    many = [TypedDay(date.fromordinal(date(2026, 1, 1).toordinal() + day).isoformat()) for day in range(501)]
    assert faults(typed(own=tuple(many))) == {"own": "many"}
    assert len(typed(own=tuple(many[:MOST_OWN_DAYS])).plan().own) == MOST_OWN_DAYS


def test_what_nobody_catches_is_said_as_a_whole() -> None:
    with pytest.raises(Invalid, match="There is no time zone called “x”") as caught:
        typed(zone="x").plan()
    assert caught.value.field == "zone"


texts = st.text(alphabet="0123456789.:,;–- \tab\x00é", max_size=12)


@given(
    st.builds(
        Typed,
        st.sampled_from(["Europe/Oslo", "", "x\x00"]) | texts,
        st.dictionaries(st.sampled_from(DAYS), st.lists(st.tuples(texts, texts), max_size=3)),
        st.sampled_from(["", "DK", "NO"]),
        st.just(frozenset()),
        st.lists(
            st.builds(TypedDay, st.sampled_from(["2026-12-24", "2026-12-25"]) | texts, texts, texts), max_size=3
        ).map(tuple),
    )
)
def test_whatever_is_typed_is_a_plan_or_has_faults(form: Typed) -> None:
    try:
        plan = form.plan()
    except Unfit:
        # It has a fault at least, since the exception's own sentence is the first one's.
        return
    assert Plan.from_json(plan.to_json()) == plan
    assert Typed.of(plan).plan() == plan
