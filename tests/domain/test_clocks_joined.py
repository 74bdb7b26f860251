"""Two conversations turn out to be one: the earliest deadline goes on, and both keep their verdicts.

`a` is what is said in the conversation that goes, `b` in the one that stays; they are joined at a minute.
"""

from __future__ import annotations

from collections.abc import Sequence

from inbox.domain.history import Happening, What
from inbox.domain.merges import brought
from inbox.domain.readings import Reading
from tests.domain.clock_scene import USUAL, Era, Eras, answer, ask, clock, does, read_at, shown, solve, withdraw

FIRST = Eras(Era({"first": 60, "next": 120}))


def joined(
    gone: Sequence[Happening], stays: Sequence[Happening], at: float, terms: Eras = FIRST, until: float = 1000
) -> tuple[Reading, Reading]:
    """The conversation that goes, and the one that stays."""
    gone = [*gone, does(at, What.MERGED_AWAY)]
    return read_at(gone, terms, until), read_at([*stays, *brought(gone, terms, clock(at))], terms, until)


def test_the_earliest_deadline_goes_on() -> None:
    a, b = joined([ask(0, "a")], [ask(10, "b")], 20, until=30)
    assert shown(a.runs, "first") == [("cancelled", 0, 60, None, "merged")]
    assert shown(b.runs, "first") == [("running", 0, 60, None)]
    a, b = joined([ask(10, "a")], [ask(0, "b")], 20, until=30)
    assert shown(a.runs, "first") == [("cancelled", 10, 70, None, "merged")]
    assert shown(b.runs, "first") == [("running", 0, 60, None)]


def test_also_where_the_later_question_had_less_time() -> None:
    """What is more urgent came in there later, with a deadline before the other's."""
    terms = Eras(Era({"first": 60}, by_priority={1: {"first": 15}}))
    a, b = joined([ask(10, "a"), does(11, What.RANKED, priority=1)], [ask(0, "b")], 20, terms, until=22)
    assert shown(a.runs, "first") == [("cancelled", 10, 25, None, "merged")]
    assert shown(b.runs, "first") == [("running", 0, 25, None)]
    assert b.next_due_at == clock(25)


def test_the_deadline_of_an_acknowledgement_is_none_of_an_answer() -> None:
    terms = Eras(Era(USUAL))
    _, b = joined([ask(0, "a")], [], 5, terms, until=6)
    assert shown(b.runs, "ack") == [("running", 0, 15, None)]
    assert shown(b.runs, "first") == [("running", 0, 60, None)]


def test_into_a_conversation_that_was_answered_it_is_a_next_answer_with_the_first_ones_deadline() -> None:
    a, b = joined([ask(10, "a")], [ask(0, "b"), answer(5)], 20, until=30)
    assert shown(a.runs, "first") == [("cancelled", 10, 70, None, "merged")]
    assert shown(b.runs, "first") == [("met", 0, 60, 5)]
    assert shown(b.runs, "next") == [("running", 10, 70, None)]


def test_both_verdicts_stay() -> None:
    a, b = joined([ask(0, "a"), answer(70)], [ask(0, "b"), answer(20)], 100)
    assert shown(a.runs, "first") == [("breached", 0, 60, 70)]
    assert shown(b.runs, "first") == [("met", 0, 60, 20)]
    assert len(a.runs) == len(b.runs) == 1


def test_an_answer_on_its_way_there_answers_what_it_was_sent_for() -> None:
    a, b = joined([ask(0, "a"), answer(25, sent=15)], [ask(10, "b")], 20)
    assert shown(a.runs, "first") == [("cancelled", 0, 60, None, "merged")]
    # What was asked here is still unanswered, and now the oldest.
    assert shown(b.runs, "first") == [("met", 0, 60, 25)]
    assert shown(b.runs, "next") == [("breached", 10, 130, None)]


def test_an_answer_on_its_way_here_answers_nothing_that_came_from_there() -> None:
    _, b = joined([ask(0, "a")], [ask(10, "b"), answer(25, sent=15)], 20, until=26)
    assert shown(b.runs, "first") == [("running", 0, 60, None)]
    assert [one.ref for one in b.unanswered] == [ask(0, "a").ref]


def test_an_answer_afterwards_covers_both() -> None:
    _, b = joined([ask(0, "a")], [ask(10, "b"), answer(25, sent=21)], 20)
    assert shown(b.runs, "first") == [("met", 0, 60, 25)]
    assert not b.unanswered


def test_a_question_taken_away_afterwards_takes_its_deadline_with_it() -> None:
    terms = Eras(Era({"first": 60}, by_priority={1: {"first": 15}}))
    urgent = [ask(10, "a"), does(11, What.RANKED, priority=1), withdraw(22, "a")]
    _, b = joined(urgent, [ask(0, "b")], 20, terms, until=30)
    assert shown(b.runs, "first") == [("running", 0, 60, None)]


def test_the_time_of_the_matter_goes_on_pauses_left_out() -> None:
    terms = Eras(Era({"solve": 480}))
    gone = [ask(0, "a"), answer(50), ask(150, "a2")]
    a, b = joined(gone, [ask(200, "b")], 210, terms, until=220)
    assert shown(a.runs, "solve") == [("cancelled", 0, 580, None, "merged")]
    assert shown(b.runs, "solve") == [("running", 0, 580, None)]
    # It began here first: nothing is earlier.
    _, b = joined([ask(200, "a")], [ask(0, "b"), answer(50), ask(150, "b2")], 210, terms, until=220)
    assert shown(b.runs, "solve") == [("running", 0, 580, None)]


def test_the_time_of_the_matter_counts_also_while_it_rests_here() -> None:
    """The citizen had the word here; with the question from there it is our turn."""
    terms = Eras(Era({"solve": 480}))
    _, b = joined([ask(0, "a")], [ask(100, "b"), answer(200)], 300, terms, until=310)
    assert shown(b.runs, "solve") == [("running", 0, 480, None)]


def test_solved_there_nothing_is_brought_but_what_is_on_its_way_is_judged_there() -> None:
    a, b = joined([ask(0, "a"), solve(10), answer(25, sent=9)], [ask(5, "b")], 20, until=30)
    assert shown(a.runs, "first") == [("met", 0, 60, 25)]
    assert shown(b.runs, "first") == [("running", 5, 65, None)]


def test_terms_that_change_afterwards_move_no_deadline_that_was_brought() -> None:
    """It was met by the terms of its time; nobody who reads it later may find another end."""
    terms = Eras(Era({"first": 60}), Era({"first": 600}, since=40))
    _, b = joined([ask(0, "a")], [ask(10, "b"), answer(30, sent=25)], 20, terms)
    assert shown(b.runs, "first") == [("met", 0, 60, 30)]
    _, b = joined([ask(0, "a")], [ask(10, "b"), answer(50)], 20, terms)
    assert shown(b.runs, "first") == [("met", 0, 60, 50)]


def test_joined_twice_the_earliest_of_all_goes_on() -> None:
    gone = [ask(0, "a"), answer(45, sent=9), does(10, What.MERGED_AWAY)]
    between = [ask(5, "b"), *brought(gone, FIRST, clock(10)), does(20, What.MERGED_AWAY)]
    stays = read_at([ask(15, "c"), *brought(between, FIRST, clock(20))], FIRST, 50)
    assert shown(stays.runs, "first") == [("met", 0, 60, 45)]
    assert shown(stays.runs, "next") == [("running", 5, 125, None)]
