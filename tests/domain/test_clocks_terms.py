"""Terms that change while promises run: from their own moment on, for what is undecided, and nobody is late by it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import pytest

from inbox.domain.calendar import ALWAYS, DAYS, Calendar
from inbox.domain.clocks import read
from inbox.domain.history import Happening, What, in_order
from inbox.domain.policies import Policies
from inbox.domain.policy import Policy
from inbox.domain.sla import ClockKind
from inbox.domain.terms import CalendarVersion, PoliciesVersion, TermsHistory
from tests.domain.clock_scene import (
    Era,
    Eras,
    Shown,
    answer,
    ask,
    clock,
    does,
    minute,
    read_at,
    reopen,
    shown,
    solve,
    withdraw,
)

HOUR = Era({"first": 60})
NINE_TO_TEN = Calendar("UTC", dict.fromkeys(DAYS, (("09:00", "10:00"),)))


def firsts(history: list[Happening], *eras: Era, until: float = 1000) -> list[Shown]:
    return shown(read_at(history, Eras(*eras), until).runs, "first")


@pytest.mark.parametrize(
    ("says", "minutes", "due"),
    [
        ("longer terms move the end", 90, 90),
        ("shorter ones too", 40, 40),
        ("as far as nobody becomes late by it", 20, 60),
        ("also not in that very moment", 30, 60),
        ("nor a moment later", 31, 31),
    ],
)
def test_terms_change_at_thirty(says: str, minutes: int, due: int) -> None:
    assert firsts([ask(0, "q")], HOUR, Era({"first": minutes}, since=30), until=31) == [("running", 0, due, None)]


def test_the_change_holds_for_what_happens_in_its_moment() -> None:
    change = Era({"first": 20}, since=30)
    assert firsts([ask(30, "q")], HOUR, change) == [("breached", 30, 50, None)]
    assert firsts([ask(0, "q"), answer(30)], HOUR, change) == [("met", 0, 60, 30)]


@pytest.mark.parametrize("answered", [29, 61, 69])
def test_what_is_decided_stays_decided(answered: float) -> None:
    """Met before, missed before, and missed by the terms of the time although the newest would have been kinder."""
    change = Era({"first": 600}, since=70)
    state = "met" if answered < 60 else "breached"
    assert firsts([ask(0, "q"), answer(answered)], HOUR, change) == [(state, 0, 60, answered)]


def test_missed_and_unanswered_it_stays_missed() -> None:
    assert firsts([ask(0, "q"), answer(80)], HOUR, Era({"first": 600}, since=70)) == [("breached", 0, 60, 80)]


def test_due_in_the_moment_of_the_change_it_is_not_missed_yet() -> None:
    assert firsts([ask(0, "q")], HOUR, Era({"first": 90}, since=60), until=80) == [("running", 0, 90, None)]
    assert firsts([ask(0, "q")], HOUR, Era({"first": 40}, since=60), until=61) == [("breached", 0, 60, None)]


def test_several_changes_each_count_from_the_start() -> None:
    eras = (HOUR, Era({"first": 90}, since=10), Era({"first": 5}, since=20), Era({"first": 70}, since=30))
    assert firsts([ask(0, "q")], *eras, until=60) == [("running", 0, 70, None)]


def test_a_change_that_could_not_hold_may_hold_later() -> None:
    """Too short at first, then by the wall in place of an hour a day."""
    office = Era({"first": 90}, hours=NINE_TO_TEN)
    short = Era({"first": 20}, hours=NINE_TO_TEN, since=30)
    assert firsts([ask(0, "q")], office, short, until=31) == [("running", 0, 24 * 60 + 30, None)]
    wall = Era({"first": 90}, business=False, since=40)
    assert firsts([ask(0, "q")], office, short, wall, until=41) == [("running", 0, 90, None)]


def test_another_calendar_counts_from_the_start() -> None:
    """An hour, of which twenty minutes were open by the old hours and ten by the new ones."""
    mornings = Calendar("UTC", dict.fromkeys(DAYS, (("09:10", "09:35"),)))
    run = firsts([ask(0, "q")], HOUR, Era({"first": 60}, hours=mornings, since=20), until=30)
    # 25 minutes on Monday and Tuesday, the last ten on Wednesday.
    assert run == [("running", 0, 2 * 24 * 60 + 20, None)]


def test_promised_no_longer_it_stays_promised() -> None:
    assert firsts([ask(0, "q")], HOUR, Era({}, since=30)) == [("breached", 0, 60, None)]
    assert firsts([ask(40, "q")], HOUR, Era({}, since=30)) == []


def test_promised_later_it_holds_for_what_is_asked_then() -> None:
    assert firsts([ask(0, "q")], Era({}), Era({"first": 60}, since=30)) == []
    runs = firsts([ask(0, "q"), ask(40, "q2")], Era({}), Era({"first": 60}, since=30), until=50)
    assert runs == [("running", 0, 60, None)]


def test_whether_holding_words_count_is_asked_when_they_are_said() -> None:
    counts = Era({"first": 60}, since=30, holding_counts=True)
    assert firsts([ask(0, "q"), answer(20, holding=True)], HOUR, counts) == [("breached", 0, 60, None)]
    assert firsts([ask(0, "q"), answer(40, holding=True)], HOUR, counts) == [("met", 0, 60, 40)]


def test_another_priority_is_a_change_of_terms() -> None:
    era = Era({"first": 60}, by_priority={2: {"first": 15}, 1: {"first": 50}})
    urgent = does(10, What.RANKED, priority=2)
    assert firsts([ask(0, "q"), urgent], era, until=11) == [("running", 0, 15, None)]
    assert firsts([ask(0, "q"), does(20, What.RANKED, priority=2)], era, until=21) == [("running", 0, 60, None)]
    back = does(12, What.RANKED, priority=0)
    assert firsts([ask(0, "q"), urgent, back], era, until=13) == [("running", 0, 60, None)]
    assert firsts([ask(0, "q"), answer(5), urgent], era) == [("met", 0, 60, 5)]
    assert firsts([urgent, ask(12, "q")], era) == [("breached", 12, 27, None)]


def test_another_group_is_a_change_of_terms_and_one_known_at_once_is_none() -> None:
    era = Era({"first": 60}, by_group={"press": {"first": 20}})
    press, nobody = does(10, What.GROUPED, group="press"), does(12, What.GROUPED)
    assert firsts([ask(0, "q"), press], era, until=11) == [("running", 0, 20, None)]
    assert firsts([ask(0, "q"), press, nobody], era, until=13) == [("running", 0, 60, None)]
    assert firsts([ask(0, "q"), does(30, What.GROUPED, group="press")], era, until=31) == [("running", 0, 60, None)]
    assert firsts([ask(0, "q"), answer(5), press], era) == [("met", 0, 60, 5)]
    later = Eras(Era({"first": 60, "next": 60}, by_group={"press": {"next": 20}}))
    finished = read_at([ask(0, "q"), solve(5), press, ask(20, "q2")], later, 21).runs
    assert shown(finished, "next") == [("running", 20, 40, None)]
    # Whoever is known writes in the same instant in which the conversation begins: who they are comes first.
    known = in_order([ask(0, "q"), does(0, What.GROUPED, group="press")])
    reading = read_at(known, Eras(era), 10)
    assert shown(reading.runs, "first") == [("running", 0, 20, None)]
    assert [step.word for step in reading.runs[0].steps] == ["started"]


def test_a_promise_that_moves_to_a_message_of_another_visibility_is_that_ones() -> None:
    era = Era({"first": 60}, private={"first": 20})
    history = [ask(0, "q"), ask(5, "q2", visibility="private"), withdraw(10, "q")]
    assert firsts(history, era, until=11) == [("running", 5, 25, None)]
    # And a change that touches neither moves it no more.
    assert firsts(history, era, Era(era.targets, since=11, private=era.private, holding_counts=True), until=12) == [
        ("running", 5, 25, None)
    ]


def solved(history: list[Happening], *eras: Era, until: float) -> list[Shown]:
    return shown(read_at(history, Eras(*eras), until).runs, "solve")


def test_terms_that_change_while_it_rests_hold_when_it_goes_on() -> None:
    history = [ask(0, "q"), answer(100), ask(300, "q2")]
    assert solved(history, Era({"solve": 480}), Era({"solve": 600}, since=200), until=310) == [
        ("running", 0, 800, None)
    ]
    assert solved(history, Era({"solve": 480}), Era({"solve": 110}, since=200), until=301) == [
        ("running", 0, 310, None)
    ]


@pytest.mark.parametrize("minutes", [100, 40])
def test_nobody_becomes_late_by_a_change_while_it_rests(minutes: int) -> None:
    """A hundred minutes are used up: terms that would leave none don't hold."""
    history = [ask(0, "q"), answer(100), ask(300, "q2")]
    eras = (Era({"solve": 480}), Era({"solve": minutes}, since=200))
    assert solved(history, *eras, until=310) == [("running", 0, 680, None)]


def test_reopened_it_runs_by_the_terms_of_that_moment() -> None:
    history = [ask(0, "q"), solve(10), reopen(40)]
    assert firsts(history, HOUR, Era({"first": 90}, since=30), until=50) == [
        ("cancelled", 0, 60, None, "solved"),
        ("running", 0, 90, None),
    ]


def test_a_change_of_the_future_holds_for_nobody_yet() -> None:
    """Our clock was wrong when somebody saved it: what is due before must not be judged before."""
    terms = Eras(HOUR, Era({"first": 600}, since=120))
    (run,) = read([ask(0, "q")], terms, until=clock(30)).runs
    assert (run.state.value, minute(run.due_at)) == ("running", 60)
    (run,) = read([ask(0, "q")], terms, until=clock(120)).runs
    assert (run.state.value, minute(run.due_at)) == ("breached", 60)


# ── which versions are in force ─────────────────────────────────────────────────────────────────────────────────────
OURS, THEIRS = UUID(int=1), UUID(int=2)


def listed(number: int, at: float, minutes: int) -> PoliciesVersion:
    return PoliciesVersion(
        UUID(int=number), clock(at), Policies((Policy("Alle", {ClockKind.FIRST_RESPONSE: minutes}, True),))
    )


def calendar(number: int, at: float, hours: Calendar, *accounts: UUID, name: str = "Nordby") -> CalendarVersion:
    return CalendarVersion(UUID(int=number), name, clock(at), hours, not accounts, frozenset(accounts))


def test_the_first_version_holds_for_all_time_before_it() -> None:
    terms = TermsHistory(OURS, [calendar(1, 500, ALWAYS)], [listed(2, 500, 60)])
    assert terms.changes == ()
    term = terms.of(ClockKind.FIRST_RESPONSE, "public", 0, clock(0))
    assert term is not None
    assert term[:3] == (60, True, ALWAYS)


def test_a_calendar_that_names_the_account_is_in_force_for_it_alone() -> None:
    versions = [
        calendar(1, 0, ALWAYS),
        calendar(2, 10, NINE_TO_TEN, OURS, name="Bibliotek"),
        calendar(3, 20, NINE_TO_TEN),
        calendar(4, 30, ALWAYS, THEIRS, name="Bibliotek"),
    ]
    ours, theirs = (TermsHistory(one, versions, [listed(9, 0, 60)]) for one in (OURS, THEIRS))
    assert [ours.calendar(clock(at)).id.int for at in (0, 9, 10, 20, 30)] == [1, 1, 2, 2, 3]
    assert [theirs.calendar(clock(at)).id.int for at in (0, 10, 19, 20, 30)] == [1, 1, 1, 3, 4]
    # What touches only the other is no change.
    assert [minute(at) for at in ours.changes] == [10, 30]
    assert [minute(at) for at in theirs.changes] == [20, 30]


def test_the_terms_say_by_which_versions_they_were_chosen() -> None:
    terms = TermsHistory(OURS, [calendar(1, 0, ALWAYS)], [listed(2, 0, 60), listed(3, 30, 90)])
    (run,) = read([ask(0, "q")], terms).runs
    assert (run.term.calendar_id.int, run.term.policies_id.int, run.term.policy) == (1, 3, 1)
    assert terms.changes == (clock(30),)


def test_terms_need_a_calendar_and_a_list() -> None:
    with pytest.raises(ValueError, match="at least one"):
        TermsHistory(OURS, [], [listed(1, 0, 60)])
    with pytest.raises(ValueError, match="no calendar holds"):
        TermsHistory(OURS, [calendar(1, 0, ALWAYS, THEIRS)], [listed(1, 0, 60)])


@pytest.mark.parametrize(
    ("zone", "midnight", "minutes", "due"),
    [
        # The clocks go forward at 2: the night is an hour short, and the last hour of six is the evening's.
        ("Europe/Copenhagen", "2026-03-28T23:00+00:00", 360, "2026-03-29T21:00+00:00"),
        ("Europe/Oslo", "2027-03-27T23:00+00:00", 360, "2027-03-28T21:00+00:00"),
        # And back at 3: the hour that comes twice counts twice.
        ("Europe/Copenhagen", "2026-10-24T22:00+00:00", 420, "2026-10-25T05:00+00:00"),
        ("Europe/Oslo", "2027-10-30T22:00+00:00", 421, "2027-10-31T21:01+00:00"),
    ],
)
def test_the_nights_of_the_clock_change(zone: str, midnight: str, minutes: int, due: str) -> None:
    night = Calendar(zone, dict.fromkeys(DAYS, (("00:00", "06:00"), ("22:00", "24:00"))))
    (run,) = read(
        [ask(minute(datetime.fromisoformat(midnight)) or 0, "q")], Eras(Era({"first": minutes}, hours=night))
    ).runs
    assert run.due_at == datetime.fromisoformat(due)
