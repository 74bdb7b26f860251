"""When each rung of the ladder comes: shares, ends, delays, quiet hours, pauses, and however often it is replanned."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.domain.calendar import ALWAYS, Calendar
from inbox.domain.escalation import Climb, applies, climbs, due, next_at
from inbox.domain.ids import new_id
from inbox.domain.ladder import Ladder, Rule, Step, Unfit, When
from inbox.domain.runs import Run
from inbox.domain.sla import ClockKind
from inbox.domain.terms import Term

TUESDAY = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
"""Nine in Copenhagen."""
OFFICE = Calendar(
    "Europe/Copenhagen",
    dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), (("09:00", "12:00"), ("12:30", "16:00"))),
)
LONG_AGO = TUESDAY - timedelta(days=365)
ACCOUNT = new_id()


def rule(when: When, amount: int = 0, step: Step = Step.REMIND, **more: object) -> Rule:
    return Rule(new_id(), when, amount, step, **{"since": LONG_AGO, **more})  # type: ignore[arg-type] # a test's short way


USUAL = Ladder(
    (
        rule(When.PERCENT, 75),
        rule(When.BREACH, step=Step.TELL_LEAD),
        rule(When.AFTER, 60, Step.GIVE_BACK),
    )
)


def running(
    minutes: int = 120,
    *,
    hours: Calendar = OFFICE,
    business: bool = True,
    at: datetime = TUESDAY,
    kind: ClockKind = ClockKind.FIRST_RESPONSE,
) -> Run:
    run = Run(kind, 1, Term(minutes, business, hours, new_id(), new_id(), 1), "public", new_id(), at)
    run.start(at)
    return run


def clock_times(run: Run, ladder: Ladder = USUAL) -> list[str]:
    return [one.at.strftime("%a %H:%M") for one in climbs(ladder, run, ACCOUNT)]


def test_a_share_is_of_the_promised_kind_of_time_the_end_is_after_the_due_instant_and_a_delay_is_opening_time() -> None:
    run = running(200)
    assert clock_times(run) == ["Tue 10:30", "Tue 11:50", "Tue 12:50"]
    breach = list(climbs(USUAL, run, ACCOUNT))[1]
    assert run.due_at is not None
    assert breach.reached == run.due_at + timedelta(microseconds=1)


def test_a_share_that_is_no_whole_minute_is_to_the_second() -> None:
    first = next(climbs(USUAL, running(15), ACCOUNT))
    assert first.at == TUESDAY + timedelta(minutes=11, seconds=15)


def test_outside_the_opening_hours_a_step_waits_until_somebody_is_there_unless_it_speaks_of_danger() -> None:
    evening = datetime(2026, 11, 27, 17, 0, tzinfo=UTC)
    run = running(60, business=False, at=evening)
    assert clock_times(run) == ["Mon 08:00", "Mon 08:00", "Mon 09:00"]
    loud = [one.at for one in climbs(USUAL, run, ACCOUNT, breaks_quiet=True)]
    assert loud[:2] == [evening + timedelta(minutes=45), evening + timedelta(hours=1, microseconds=1)]


def test_what_was_missed_while_nothing_ran_waits_for_the_opening_too() -> None:
    run = running(200)
    closed = TUESDAY.replace(hour=18)
    assert due(USUAL, run, ACCOUNT, (), closed) == ()
    assert next_at(USUAL, run, ACCOUNT, (), closed) == TUESDAY + timedelta(days=1)
    assert len(due(USUAL, run, ACCOUNT, (), closed, breaks_quiet=True)) == 3
    assert [one.number for one in due(USUAL, run, ACCOUNT, (), TUESDAY + timedelta(days=1))] == [1, 2, 3]


def test_a_pause_moves_every_rung_and_while_it_lasts_there_is_none() -> None:
    run = running(200)
    run.pause(TUESDAY + timedelta(minutes=60), "silo")
    assert clock_times(run) == []
    run.resume(TUESDAY + timedelta(minutes=90), "silo")
    assert clock_times(run) == ["Tue 11:30", "Tue 12:20", "Tue 13:20"]


def test_an_answer_ends_the_ladder_and_a_missed_promise_goes_on_climbing_until_there_is_one() -> None:
    run = running(60)
    run.lapse(TUESDAY + timedelta(hours=2))
    assert len(clock_times(run)) == 3
    run.keep(TUESDAY + timedelta(hours=2), None)
    assert clock_times(run) == []


def test_an_earlier_end_that_came_along_from_elsewhere_lets_no_share_come_after_it() -> None:
    run = running(200)
    run.bound(TUESDAY + timedelta(minutes=30), TUESDAY)
    found = list(climbs(USUAL, run, ACCOUNT))
    assert [one.number for one in found] == [1, 2, 3]
    assert found[0].at == TUESDAY + timedelta(minutes=30)


def test_a_rule_wakes_nobody_for_what_was_before_it() -> None:
    late = rule(When.BREACH, since=TUESDAY + timedelta(hours=5))
    assert clock_times(running(60), Ladder((late,))) == []


def test_a_rule_may_be_for_one_promise_or_one_account_alone() -> None:
    for one, found in (
        (rule(When.BREACH, kinds=frozenset({"first_response"})), 1),
        (rule(When.BREACH, kinds=frozenset({"resolution"})), 0),
        (rule(When.BREACH, accounts=frozenset({ACCOUNT})), 1),
        (rule(When.BREACH, accounts=frozenset({new_id()})), 0),
    ):
        assert len(clock_times(running(60), Ladder((one,)))) == found


def test_hours_that_never_come_hold_no_rung_and_break_nothing() -> None:
    never = Calendar("Europe/Copenhagen", {})
    run = running(60, hours=never, business=False)
    assert clock_times(run) == []
    assert next_at(USUAL, run, ACCOUNT, (), TUESDAY) is None


def test_of_two_with_one_time_the_upper_one_is_first() -> None:
    both = Ladder((rule(When.BREACH, step=Step.TELL_LEAD), rule(When.BREACH), rule(When.PERCENT, 10)))
    assert [one.number for one in climbs(both, running(), ACCOUNT)] == [3, 1, 2]


@pytest.mark.parametrize(
    ("more", "said", "tags", "priority", "fits"),
    [
        ({}, [], [], 0, True),
        ({"words": ("skrald",)}, ["Min skraldespand er væk"], [], 0, True),
        ({"words": ("spand",)}, ["Min skraldespand er væk"], [], 0, False),
        ({"words": ("SNE", "is")}, ["der er is på vejen"], [], 0, True),
        ({"tags": ("Presse",)}, [], ["presse"], 0, True),
        ({"tags": ("presse",)}, ["presse"], [], 0, False),
        ({"priorities": frozenset({2})}, [], [], 1, False),
        ({"priorities": frozenset({2}), "words": ("is",)}, ["is"], [], 2, True),
    ],
)
def test_whether_it_applies(
    more: dict[str, object], said: list[str], tags: list[str], priority: int, fits: bool
) -> None:
    one = Rule(new_id(), When.BREACH, 0, Step.REMIND, **{"since": LONG_AGO, **more})  # type: ignore[arg-type] # as above
    assert applies(one, priority, tags, said) is fits


@pytest.mark.parametrize(
    ("when", "amount", "step", "more", "where"),
    [
        (When.PERCENT, 0, Step.REMIND, {}, "amount"),
        (When.PERCENT, 100, Step.REMIND, {}, "amount"),
        (When.AFTER, 0, Step.REMIND, {}, "amount"),
        (When.AFTER, -5, Step.REMIND, {}, "amount"),
        (When.AFTER, 525_601, Step.REMIND, {}, "amount"),
        (When.BREACH, 0, Step.ASK_SILO, {}, "silo"),
        (When.BREACH, 0, Step.REMIND, {"kinds": frozenset({"nonsense"})}, "kinds"),
        (When.BREACH, 0, Step.REMIND, {"priorities": frozenset({7})}, "priorities"),
        (When.BREACH, 0, Step.REMIND, {"words": ("a" * 101,)}, "words"),
    ],
)
def test_what_is_no_rule(when: When, amount: int, step: Step, more: dict[str, object], where: str) -> None:
    with pytest.raises(Unfit) as unfit:
        Rule(new_id(), when, amount, step, **{"since": LONG_AGO, **more})  # type: ignore[arg-type] # a test's short way
    assert [one.where for one in unfit.value.faults] == [where]


def test_a_ladder_comes_back_from_what_was_stored_and_keeps_its_age_where_its_time_is_the_same() -> None:
    before = Ladder((*USUAL.rules, rule(When.BREACH, step=Step.ASK_SILO, silo_id=new_id(), words=("is", "Is", " "))))
    assert Ladder.from_json(before.to_json()) == before
    assert before.rules[3].words == ("Is",)
    other = Rule(before.rules[0].id, When.PERCENT, 80, Step.REMIND, LONG_AGO)
    reworded = Rule(before.rules[1].id, When.BREACH, 0, Step.GIVE_BACK, TUESDAY)
    after = Ladder((other, reworded)).after(before, TUESDAY)
    assert [one.since for one in after.rules] == [TUESDAY, LONG_AGO]


rules = st.builds(
    lambda when, amount: rule(when, amount if when == When.PERCENT else amount * 7),
    st.sampled_from(When),
    st.integers(1, 99),
)
ladders = st.lists(rules, max_size=8).map(tuple).map(Ladder)
promises = st.builds(
    lambda minutes, hours, business, after: running(
        minutes, hours=hours, business=business, at=TUESDAY + timedelta(minutes=after)
    ),
    st.integers(1, 3000),
    st.sampled_from((OFFICE, ALWAYS)),
    st.booleans(),
    st.integers(0, 20_000),
)


@given(ladders, promises)
def test_the_rungs_of_a_promise_come_in_order_and_none_while_we_are_closed(ladder: Ladder, run: Run) -> None:
    found = list(climbs(ladder, run, ACCOUNT))
    assert len(found) == len(ladder.rules)
    assert [one.at for one in found] == sorted(one.at for one in found)
    assert [one.reached for one in found] == sorted(one.reached for one in found)
    assert all(one.at >= one.reached and run.term.hours.is_open(one.at) for one in found)
    assert found == list(climbs(ladder, run, ACCOUNT))


@given(ladders, promises, st.lists(st.integers(0, 40_000), max_size=12))
def test_however_often_and_in_whatever_order_of_time_it_is_looked_at_each_rung_is_climbed_once(
    ladder: Ladder, run: Run, looks: list[int]
) -> None:
    """The looks jump forwards and backwards; whoever looks remembers nothing but what was done."""
    climbed: list[UUID] = []
    done: list[Climb] = []
    for minute in [*looks, 200_000, 200_000 + 24 * 60]:
        now = TUESDAY + timedelta(minutes=minute)
        again = next_at(ladder, run, ACCOUNT, climbed, now)
        found = due(ladder, run, ACCOUNT, climbed, now)
        # Whoever waits for `next_at` misses nothing, and never wakes for nothing.
        assert bool(found) == (again is not None and again <= now)
        for one in found:
            assert one.at <= now
            climbed.append(one.rule.id)
            done.append(one)
    end = TUESDAY + timedelta(days=400, hours=2)
    done += due(ladder, run, ACCOUNT, climbed, end)
    assert sorted(one.rule.id for one in done) == sorted(one.id for one in ladder.rules)
    assert done == list(climbs(ladder, run, ACCOUNT))
