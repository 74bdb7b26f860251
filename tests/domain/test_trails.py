"""Every step of a promise is a line with its reason, and the time used up by then."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from inbox.domain.calendar import DAYS, Calendar
from inbox.domain.clocks import read
from inbox.domain.history import Happening, What
from inbox.domain.runs import STEPS
from inbox.domain.sla import ClockKind
from inbox.domain.trails import REMARKS, WORDS, Line, Said, trail
from tests.domain.clock_scene import (
    KINDS,
    Era,
    Eras,
    answer,
    ask,
    clock,
    dismiss,
    does,
    minute,
    name,
    reopen,
    solve,
    withdraw,
)

OFFICE = Calendar("UTC", dict.fromkeys(DAYS[:5], (("09:00", "12:00"), ("12:30", "16:00"))))
"""Open from minute 0 to 180 and 210 to 420."""
Told = tuple[object, str, float, list[str]]


def lines(
    kind: str,
    history: Sequence[Happening],
    *,
    now: float,
    terms: Eras | None = None,
    said: dict[str, tuple[float, float]] | None = None,
    number: int = 1,
) -> tuple[Line, ...]:
    terms = terms or Eras(Era({"ack": 15, "first": 60, "next": 120, "solve": 480}))
    runs = [run for run in read(history, terms).runs if run.kind == KINDS[kind]]
    runs[number - 1].lapse(clock(now))
    known = {name(text): Said(clock(at), clock(came)) for text, (at, came) in (said or {}).items()}
    return trail(runs[number - 1], history, terms, known, clock(now))


def told(found: Sequence[Line]) -> list[Told]:
    """Minute, word, minutes used up, and the words of the remarks."""
    for line in found:
        assert line.word in WORDS
        assert all(remark.word in REMARKS for remark in line.remarks)
    return [
        (minute(line.at), line.word, line.spent.total_seconds() / 60, [remark.word for remark in line.remarks])
        for line in found
    ]


def test_asked_noted_and_answered_in_time() -> None:
    note = does(2, What.NOTED, ref=name("note"))
    found = lines("first", [ask(0, "a"), note, ask(3, "b"), answer(6)], now=10)
    assert told(found) == [
        (0, "started", 0, ["platform_time"]),
        (2, "noted", 2, ["notes_count_nothing"]),
        (3, "goes_on", 3, ["moves_nothing"]),
        (6, "met", 6, ["target", "platform_time_of_ours"]),
    ]
    assert [line.ref for line in found] == [name("a"), name("note"), name("b"), name("answer at 6")]


def test_a_promise_that_runs_says_where_it_stands_and_when_it_is_over() -> None:
    found = lines("next", [ask(0, "a"), answer(6), ask(41, "b")], now=44)
    assert told(found) == [
        (41, "started", 0, ["oldest_decides"]),
        (44, "now", 3, []),
        (161, "due", 120, ["calendar"]),
    ]


def test_missed_and_answered_too_late() -> None:
    found = lines("first", [ask(0, "a"), answer(70)], now=80)
    assert told(found) == [
        (0, "started", 0, ["platform_time"]),
        (60, "breached", 60, ["target", "calendar"]),
        (70, "answered_late", 70, ["over", "target", "platform_time_of_ours"]),
    ]
    over = found[-1].remarks[0].time
    assert over is not None
    assert over.total_seconds() == 600


def test_the_solution_rests_while_the_citizen_has_the_word() -> None:
    history = [ask(12, "a"), answer(18), ask(41, "b"), does(50, What.SOLVED, ref=name("anna"))]
    found = lines("solve", history, now=60)
    assert told(found) == [
        (12, "started", 0, []),
        (18, "paused", 6, ["stands_still"]),
        (41, "resumed", 6, []),
        (50, "met", 15, ["target"]),
    ]
    assert [line.ref for line in found] == [name("a"), name("answer at 18"), name("b"), name("anna")]
    assert [line.reason for line in found[1:3]] == ["citizen", "asked"]


def test_a_pause_that_lasts_has_no_end() -> None:
    found = lines("solve", [ask(0, "a"), answer(10)], now=100)
    assert told(found)[-2:] == [(10, "paused", 10, ["stands_still"]), (100, "now", 10, [])]


@pytest.mark.parametrize(
    ("history", "said", "remarks"),
    [
        ([ask(30, "a", since=0)], {"a": (0, 30)}, ["platform_time", "came_in"]),
        ([ask(0.5, "a", since=0)], {"a": (0, 0.5)}, ["platform_time"]),
        ([ask(30, "a")], {"a": (-9000, 30)}, ["imported"]),
        ([ask(30, "a")], {"a": (0, 1)}, ["made_work"]),
    ],
)
def test_since_when_the_citizen_waits(
    history: list[Happening], said: dict[str, tuple[float, float]], remarks: list[str]
) -> None:
    found = lines("first", history, now=30, said=said)
    assert told(found)[0][3] == remarks
    assert found[0].at == history[0].since


def test_closed_times_are_named_and_many_are_only_said_not_to_count() -> None:
    terms = Eras(Era({"first": 60, "solve": 600}, hours=OFFICE))
    over_lunch = lines("first", [ask(150, "a")], now=151, terms=terms)
    assert told(over_lunch)[-1] == (240, "due", 60, ["closed", "calendar"])
    closed = over_lunch[-1].remarks[0]
    assert (closed.at, closed.until) == (clock(180), clock(210))

    to_the_end_of_the_morning = lines("first", [ask(120, "a")], now=121, terms=terms)
    assert told(to_the_end_of_the_morning)[-1] == (180, "due", 60, ["calendar"])

    days = lines("solve", [ask(0, "a")], now=1, terms=terms)
    assert told(days)[-1][3] == ["closed_often", "calendar"]

    at_night = lines("first", [ask(-60, "a")], now=-30, terms=terms)
    assert told(at_night) == [
        (-60, "started", 0, ["platform_time", "opens"]),
        (-30, "now", 0, []),
        (60, "due", 60, ["calendar"]),
    ]
    assert at_night[0].remarks[1].at == clock(0)


def test_by_the_wall_no_hours_are_named() -> None:
    terms = Eras(Era({"first": 60}, hours=OFFICE, business=False))
    assert told(lines("first", [ask(150, "a")], now=151, terms=terms)) == [
        (150, "started", 0, ["platform_time"]),
        (151, "now", 1, []),
        (210, "due", 60, []),
    ]


def test_other_terms_say_which_of_them_are_others() -> None:
    terms = Eras(
        Era({"first": 60}, by_priority={2: {"first": 30}}), Era({"first": 90}, since=10), Era({"first": 90}, since=20)
    )
    found = lines("first", [ask(0, "a"), does(25, What.RANKED, ref=name("lone"), priority=2)], now=26, terms=terms)
    assert told(found) == [
        (0, "started", 0, ["platform_time"]),
        (10, "terms", 10, ["policies", "calendar", "target"]),
        (26, "now", 26, []),
        (90, "due", 90, ["calendar"]),
    ]
    ranked = Eras(Era({"first": 60}, by_priority={2: {"first": 30}}))
    found = lines("first", [ask(0, "a"), does(5, What.RANKED, ref=name("lone"), priority=2)], now=6, terms=ranked)
    assert told(found)[1] == (5, "terms", 5, ["priority", "target"])
    assert found[1].ref == name("lone")
    assert found[1].remarks[0].number == 2


def test_another_group_says_which() -> None:
    terms = Eras(Era({"first": 60}, by_group={"press": {"first": 30}}))
    history = [ask(0, "a"), does(5, What.GROUPED, ref=name("lone"), group="press"), does(7, What.GROUPED)]
    found = lines("first", history, now=8, terms=terms)
    assert told(found)[1:3] == [(5, "terms", 5, ["group", "target"]), (7, "terms", 7, ["group", "target"])]
    assert found[1].ref == name("lone")
    assert [line.remarks[0].group for line in found[1:3]] == ["press", ""]


def test_withdrawn_and_early_ones_move_the_start() -> None:
    found = lines("first", [ask(0, "a"), ask(5, "b"), withdraw(8, "a")], now=9)
    assert told(found) == [
        (0, "started", 0, ["platform_time"]),
        (5, "goes_on", 0, ["moves_nothing"]),
        (8, "moved", 3, ["withdrawn", "platform_time"]),
        (9, "now", 4, []),
        (65, "due", 60, ["calendar"]),
    ]
    found = lines("first", [ask(5, "a"), ask(9, "b", since=1)], now=10, said={"b": (1, 9)})
    assert told(found)[1] == (9, "moved", 8, ["earlier", "platform_time", "came_in"])

    all_gone = lines("first", [ask(0, "a"), withdraw(8, "a")], now=9)
    assert told(all_gone)[-1] == (8, "cancelled", 8, [])
    assert (all_gone[-1].reason, all_gone[-1].ref) == ("withdrawn", name("a"))


def test_finished_and_opened_again() -> None:
    history = [ask(0, "a"), dismiss(5), reopen(20)]
    first = lines("first", history, now=30)
    assert told(first)[-1] == (5, "cancelled", 5, [])
    assert first[-1].reason == "dismissed:thanks"
    again = lines("first", history, now=30, number=2)
    assert told(again) == [
        (0, "started", 0, ["platform_time", "reopened"]),
        (30, "now", 30, []),
        (60, "due", 60, ["calendar"]),
    ]


def test_what_an_answer_does_not_cover_is_asked_still() -> None:
    found = lines("next", [ask(0, "a"), ask(5, "b"), answer(6, sent=4)], now=7)
    assert told(found)[0] == (5, "started", 0, ["oldest_decides", "not_covered"])


def test_holding_words_and_tries_that_failed() -> None:
    tries = [does(at, What.FAILED, ref=name("out"), reason="retry") for at in (5, 6, 7)]
    history = [ask(0, "a"), answer(3, holding=True), *tries, does(8, What.FAILED, reason="undone")]
    found = lines("first", history, now=9)
    assert told(found)[1:4] == [
        (3, "holding", 3, ["only_acknowledged"]),
        (5, "failed", 5, ["tries", "failed_counts_nothing"]),
        (8, "failed", 8, ["undone"]),
    ]
    assert (found[2].remarks[0].number, found[2].remarks[0].at) == (3, clock(7))
    assert told(lines("ack", history, now=9))[-1] == (3, "met", 3, ["target", "platform_time_of_ours"])

    counts = Eras(Era({"first": 60}, holding_counts=True))
    assert told(lines("first", history, now=9, terms=counts))[1][3] == [
        "target",
        "platform_time_of_ours",
        "counts_as_answer",
    ]


def test_a_joined_conversation_keeps_its_deadline() -> None:
    found = lines("first", [ask(30, "a", since=10, no_later=40)], now=31, said={"a": (10, 10)})
    assert told(found) == [
        (10, "started", 0, ["platform_time", "joined"]),
        (31, "now", 21, []),
        (40, "due", 30, ["no_later", "calendar"]),
    ]


def test_every_word_is_a_step_or_a_place_of_the_present() -> None:
    assert set(WORDS) == {*STEPS, "now", "due"}
    assert set(KINDS.values()) == set(ClockKind)


def test_a_matter_that_was_opened_by_hand() -> None:
    history = [does(0, What.BEGAN, ref=name("lone")), solve(30)]
    found = lines("solve", history, now=40)
    assert told(found) == [(0, "started", 0, []), (30, "met", 30, ["target"])]
    assert found[0].ref == name("lone")
