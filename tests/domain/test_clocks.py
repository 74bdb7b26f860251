"""Each rule of the clocks on the smallest history that shows it, in minutes after nine.

A run is shown as (state, start, end, answer) and, where nothing is owed any more, the reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest

from inbox.domain.clocks import read
from inbox.domain.history import Happening, What, asked
from tests.domain.clock_scene import (
    USUAL,
    Era,
    Eras,
    Shown,
    answer,
    ask,
    clock,
    dismiss,
    does,
    name,
    read_at,
    reopen,
    shown,
    solve,
    withdraw,
)


@dataclass(frozen=True)
class Rule:
    """What is promised are the kinds that are expected. `until`: when somebody looks."""

    says: str
    history: Sequence[Happening]
    expects: Mapping[str, Sequence[Shown]]
    era: Mapping[str, Any]
    until: float


def rule(
    says: str, *history: Happening, until: float = 1000, era: Mapping[str, Any] | None = None, **expects: list[Shown]
) -> Rule:
    return Rule(says, history, expects, era or {}, until)


def check(one: Rule) -> None:
    terms = Eras(Era({kind: USUAL[kind] for kind in one.expects}, **one.era))
    runs = read_at(one.history, terms, one.until).runs
    for kind, expected in one.expects.items():
        assert shown(runs, kind) == expected, kind
    assert len(runs) == sum(map(len, one.expects.values()))


STARTS = [
    rule("a first message starts three promises, from when it was said", ask(3, "q", since=1), until=5,
         ack=[("running", 1, 16, None)], first=[("running", 1, 61, None)], next=[], solve=[("running", 1, 481, None)]),
    rule("more messages move nothing", ask(0, "q"), ask(10, "q2"), ask(50, "q3"), until=60,
         first=[("running", 0, 60, None)], next=[]),
    rule("an earlier message that comes in late moves the start", ask(10, "q2"), ask(20, "q", since=5), until=60,
         ack=[("breached", 5, 20, None)], first=[("running", 5, 65, None)]),
    rule("but never the start of what is missed already", ask(10, "q2"), ask(80, "q", since=5), until=90,
         first=[("breached", 10, 70, None)]),
    rule("opened without a message, only its solution is promised", does(0, What.BEGAN), until=10,
         ack=[], first=[], next=[], solve=[("running", 0, 480, None)]),
    rule("what was finished before its platform says it began owes nothing", solve(0), does(1, What.BEGAN), until=10,
         ack=[], first=[], next=[], solve=[]),
    rule("the first message of a matter that was opened before starts the answers", does(0, What.BEGAN), ask(30, "q"),
         until=40, first=[("running", 30, 90, None)], solve=[("running", 0, 480, None)]),
]  # fmt: skip
ANSWERS = [
    rule("due is not late", ask(0, "q"), answer(60), first=[("met", 0, 60, 60)]),
    rule("a moment after is", ask(0, "q"), answer(60.001), first=[("breached", 0, 60, 60.001)]),
    rule("an answer covers only what was received when it was sent", ask(0, "q"), ask(9, "q2"), answer(12, sent=8),
         until=20, first=[("met", 0, 60, 12)], next=[("running", 9, 129, None)]),
    rule("received in the moment of sending, it is covered", ask(0, "q"), ask(8, "q2"), answer(12, sent=8), until=20,
         first=[("met", 0, 60, 12)], next=[]),
    rule("sent before anything was received, it covers nothing", ask(10, "q"), answer(12, sent=9), until=20,
         ack=[("running", 10, 25, None)], first=[("running", 10, 70, None)]),
    rule("next answer runs from the oldest that nobody has answered", ask(0, "q"), answer(5), ask(20, "q2"),
         ask(30, "q3"), ask(40, "q4", since=12), answer(50), ask(60, "q5"), until=61,
         first=[("met", 0, 60, 5)], next=[("met", 12, 132, 50), ("running", 60, 180, None)]),
    rule("an answer nobody waits for meets nothing", ask(0, "q"), answer(5), answer(7), until=10,
         first=[("met", 0, 60, 5)], next=[]),
    rule("our own words before any question meet nothing", answer(5), ask(9, "q"), until=10,
         first=[("running", 9, 69, None)]),
    rule("holding words meet acknowledged alone", ask(0, "q"), answer(5, holding=True), until=10,
         ack=[("met", 0, 15, 5)], first=[("running", 0, 60, None)], solve=[("running", 0, 480, None)]),
    rule("unless the policy says otherwise", ask(0, "q"), answer(5, holding=True), until=10,
         era={"holding_counts": True}, ack=[("met", 0, 15, 5)], first=[("met", 0, 60, 5)],
         solve=[("running", 0, 480, None)]),
    rule("an answer acknowledges too", ask(0, "q"), answer(20), ack=[("breached", 0, 15, 20)],
         first=[("met", 0, 60, 20)]),
    rule("acknowledged is promised once", ask(0, "q"), answer(5), ask(9, "q2"), until=10,
         ack=[("met", 0, 15, 5)], next=[("running", 9, 129, None)]),
    rule("notes and failures meet nothing", ask(0, "q"), does(3, What.NOTED), does(4, What.FAILED), until=10,
         ack=[("running", 0, 15, None)], first=[("running", 0, 60, None)], solve=[("running", 0, 480, None)]),
    rule("taking it and giving it back restarts nothing", ask(0, "q"), does(3, What.TAKEN), does(4, What.RELEASED),
         until=10, first=[("running", 0, 60, None)], solve=[("running", 0, 480, None)]),
]  # fmt: skip
ENDS = [
    rule("a withdrawn first question moves it to the next", ask(0, "q"), ask(10, "q2"), withdraw(12, "q"), until=20,
         ack=[("running", 10, 25, None)], first=[("running", 10, 70, None)]),
    rule("or ends it", ask(0, "q"), withdraw(10, "q"), ack=[("cancelled", 0, 15, None, "withdrawn")],
         first=[("cancelled", 0, 60, None, "withdrawn")], solve=[("cancelled", 0, 480, None, "withdrawn")]),
    rule("what is missed stays missed", ask(0, "q"), withdraw(70, "q"), first=[("breached", 0, 60, None, "withdrawn")]),
    rule("and another that still waits is promised anew", ask(0, "q"), ask(50, "q2"), withdraw(70, "q"), until=80,
         first=[("breached", 0, 60, None, "withdrawn"), ("running", 50, 110, None)]),
    rule("a later question withdrawn changes nothing", ask(0, "q"), ask(10, "q2"), withdraw(20, "q2"), until=30,
         first=[("running", 0, 60, None)]),
    rule("after all were withdrawn the next one is a first one", ask(0, "q"), withdraw(5, "q"), ask(10, "q2"), until=11,
         ack=[("cancelled", 0, 15, None, "withdrawn"), ("running", 10, 25, None)],
         first=[("cancelled", 0, 60, None, "withdrawn"), ("running", 10, 70, None)], next=[],
         solve=[("cancelled", 0, 480, None, "withdrawn"), ("running", 10, 490, None)]),
    rule("a question withdrawn after its answer takes nothing back", ask(0, "q"), answer(5), withdraw(9, "q"), until=10,
         first=[("met", 0, 60, 5)], solve=[("paused", 0, None, None)]),
    rule("solving ends what is owed", ask(0, "q"), solve(10), first=[("cancelled", 0, 60, None, "solved")],
         solve=[("met", 0, 480, 10)]),
    rule("dismissing ends everything", ask(0, "q"), dismiss(10), ack=[("cancelled", 0, 15, None, "dismissed")],
         first=[("cancelled", 0, 60, None, "dismissed")], solve=[("cancelled", 0, 480, None, "dismissed")]),
    rule("what is missed and unanswered is owed no more", ask(0, "q"), solve(70),
         first=[("breached", 0, 60, None, "solved")]),
    rule("an answer on its way when it was solved is judged first", ask(0, "q"), solve(10), answer(12, sent=9),
         first=[("met", 0, 60, 12)]),
    rule("also too late, and all its time counts", ask(0, "q"), solve(50), answer(70, sent=49),
         first=[("breached", 0, 60, 70)]),
    rule("one sent afterwards is not", ask(0, "q"), solve(10), answer(12, sent=11),
         first=[("cancelled", 0, 60, None, "solved")]),
    rule("holding words on their way acknowledge", ask(0, "q"), solve(10), answer(12, sent=9, holding=True),
         ack=[("met", 0, 15, 12)], first=[("cancelled", 0, 60, None, "solved")]),
    rule("on its way, it is judged also when the citizen writes meanwhile", ask(0, "q"), solve(10), ask(11, "q2"),
         answer(12, sent=9), until=20, first=[("met", 0, 60, 12)], next=[("running", 11, 131, None)]),
    rule("and when the matter is joined to another meanwhile", ask(0, "q"), solve(10), does(11, What.MERGED_AWAY),
         answer(12, sent=9), first=[("met", 0, 60, 12)]),
    rule("joined to another, what is owed is owed there", ask(0, "q"), does(11, What.MERGED_AWAY), answer(12, sent=9),
         first=[("cancelled", 0, 60, None, "merged")]),
]  # fmt: skip
AGAIN = [
    rule("the citizen writes again: a new cycle with a next answer", ask(0, "q"), answer(5), solve(10), ask(100, "q2"),
         until=110, ack=[("met", 0, 15, 5)], first=[("met", 0, 60, 5)], next=[("running", 100, 220, None)],
         solve=[("met", 0, None, 10), ("running", 100, 580, None)]),
    rule("also after one that nobody answered", ask(0, "q"), dismiss(10), ask(100, "q2"), until=110,
         first=[("cancelled", 0, 60, None, "dismissed")], next=[("running", 100, 220, None)]),
    rule("reopened by us it goes on from its old start", ask(0, "q"), solve(10), reopen(20), until=30,
         ack=[("cancelled", 0, 15, None, "solved"), ("breached", 0, 15, None)],
         first=[("cancelled", 0, 60, None, "solved"), ("running", 0, 60, None)],
         solve=[("met", 0, 480, 10), ("running", 20, 500, None)]),
    rule("and keeps a missed verdict", ask(0, "q"), solve(70), reopen(80), answer(90),
         first=[("breached", 0, 60, 90)]),
    rule("whose question was withdrawn meanwhile: another that waits is promised anew",
         ask(0, "q"), ask(50, "q2"), solve(70), withdraw(75, "q"), reopen(80), answer(90),
         first=[("breached", 0, 60, None, "solved"), ("met", 50, 110, 90)]),
    rule("with everything withdrawn meanwhile nobody waits", ask(0, "q"), solve(10), withdraw(15, "q"), reopen(20),
         until=30, first=[("cancelled", 0, 60, None, "solved")]),
    rule("with everything answered nobody waits", ask(0, "q"), answer(5), solve(10), reopen(20), until=30,
         first=[("met", 0, 60, 5)], next=[]),
    rule("an answer that stood before it was finished leaves nothing to go on", ask(0, "q"), answer(9, sent=8),
         solve(10), reopen(20), until=30, first=[("met", 0, 60, 9)], next=[]),
    rule("reopened without an answer, the next one is still the first", ask(0, "q"), solve(10), reopen(20),
         ask(25, "b"), answer(30), until=40, next=[], first=[("cancelled", 0, 60, None, "solved"), ("met", 0, 60, 30)]),
]  # fmt: skip
RESTS = [
    rule("its solution rests while the citizen has the word", ask(0, "q"), answer(100), ask(400, "q2"), until=410,
         solve=[("running", 0, 780, None)]),
    rule("from when the answer stands to when the citizen spoke", ask(0, "q"), answer(100, sent=90),
         ask(410, "q2", since=400), until=415, solve=[("running", 0, 780, None)]),
    rule("not while something is unanswered", ask(0, "q"), ask(95, "q2"), answer(100, sent=90), until=410,
         solve=[("running", 0, 480, None)]),
    rule("not for holding words", ask(0, "q"), answer(100, holding=True), until=410, solve=[("running", 0, 480, None)]),
    rule("resting, it is never missed", ask(0, "q"), answer(100), until=10000, solve=[("paused", 0, None, None)]),
    rule("a pause never moves a missed deadline", ask(0, "q"), answer(500), ask(900, "q2"), until=910,
         solve=[("breached", 0, 480, None)]),
    rule("for the back office it goes on", ask(0, "q"), does(100, What.HANDED), until=410,
         solve=[("running", 0, 480, None)]),
    rule("unless the policy says otherwise", ask(0, "q"), does(100, What.HANDED), does(300, What.RETURNED), until=410,
         era={"pauses_for_silo": True}, first=[("breached", 0, 60, None)], solve=[("running", 0, 680, None)]),
    rule("a person opens it again: it is our turn", ask(0, "q"), answer(100), does(150, What.OPENED), until=160,
         solve=[("running", 0, 530, None)]),
    rule("waiting for the citizen without an answer moves no answer", ask(0, "q"), does(10, What.PENDED), until=20,
         first=[("running", 0, 60, None)], solve=[("paused", 0, None, None)]),
    rule("solved while it rests, it is met", ask(0, "q"), answer(100), solve(9000), until=9001,
         solve=[("met", 0, None, 9000)]),
    rule("more pauses add up", ask(0, "q"), answer(100), ask(200, "b"), answer(300), ask(400, "c"), until=410,
         solve=[("running", 0, 680, None)]),
]  # fmt: skip
RULES = [*STARTS, *ANSWERS, *ENDS, *AGAIN, *RESTS]


@pytest.mark.parametrize("one", RULES, ids=[one.says for one in RULES])
def test_rule(one: Rule) -> None:
    check(one)


@pytest.mark.parametrize("one", RULES, ids=[one.says for one in RULES])
def test_the_order_in_which_it_is_told_does_not_matter(one: Rule) -> None:
    check(replace(one, history=one.history[::-1]))


@pytest.mark.parametrize("one", RULES, ids=[one.says for one in RULES])
def test_all_four_promised_at_once_none_disturbs_another(one: Rule) -> None:
    """A kind that is not asked about above runs beside the others."""
    runs = read_at(one.history, Eras(Era(USUAL, **one.era)), one.until).runs
    for kind, expected in one.expects.items():
        assert shown(runs, kind) == expected, kind


def test_a_late_answer_takes_all_the_time_until_it_stood() -> None:
    """Also when the matter was finished in between."""
    (run,) = read([ask(0, "q"), solve(50), answer(70, sent=49)], Eras(Era({"first": 60}))).runs
    assert run.opening_time() == run.spent(clock(70)) == clock(70) - clock(0)


def test_the_list_shows_the_earliest_that_somebody_waits_for() -> None:
    terms = Eras(Era(USUAL))
    assert read([ask(0, "q")], terms).next_due_at == clock(15)
    assert read([ask(0, "q"), answer(5, holding=True)], terms).next_due_at == clock(60)
    assert read([ask(0, "q"), answer(70)], terms).next_due_at is None
    assert read([ask(0, "q"), answer(500), does(501, What.OPENED)], terms).next_due_at == clock(480)
    assert read([ask(0, "q"), answer(5), ask(9, "q2")], terms).next_due_at == clock(129)
    assert read([ask(0, "q"), dismiss(70)], terms).next_due_at is None


def test_an_old_post_that_is_read_in_is_never_late_at_birth_and_one_held_up_counts_from_when_it_was_said() -> None:
    """What was said before the account was ours waits from when it came in."""
    given: dict[str, Any] = {"received_at": clock(500), "visibility": "public", "connected_at": clock(100)}
    old, late = asked(name("old"), said_at=clock(99), **given), asked(name("late"), said_at=clock(100), **given)
    ahead = asked(name("ahead"), said_at=clock(505), **given)
    for one, start in ((old, 500), (late, 100), (ahead, 500)):
        (run,) = read([one], Eras(Era({"first": 60}))).runs
        assert shown([run], "first") == [("running", start, start + 60, None)]
