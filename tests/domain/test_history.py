"""Stored happenings have one order, however they were found; what nobody could have seen comes last of its instant."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from inbox.domain.clocks import read
from inbox.domain.history import Happening, What, in_order
from tests.domain.clock_scene import USUAL, Era, Eras, answer, ask, does, reopen, shown, solve, withdraw

TERMS = Eras(Era(USUAL))


@pytest.mark.parametrize(
    ("says", "history", "first"),
    [
        ("a page brings a question and that it was taken away", [ask(5, "q"), withdraw(5, "q")],
         [("cancelled", 5, 65, None, "withdrawn")]),
        ("who answers and solves at once has answered", [ask(0, "q"), answer(5, sent=4), solve(5)],
         [("met", 0, 60, 5)]),
        ("an answer is before the question that comes in as it stands", [ask(0, "q"), answer(5), ask(5, "q2", since=3)],
         [("met", 0, 60, 5)]),
        ("opened again to be answered", [ask(0, "q"), solve(5), reopen(9), answer(9)],
         [("cancelled", 0, 60, None, "solved"), ("met", 0, 60, 9)]),
        ("what comes in with the end has been asked before it", [ask(5, "q"), solve(5)],
         [("cancelled", 5, 65, None, "solved")]),
    ],
)  # fmt: skip
def test_of_one_instant(says: str, history: list[Happening], first: list[tuple[object, ...]]) -> None:
    for seed in range(20):
        mixed = list(history)
        Random(seed).shuffle(mixed)
        assert in_order(mixed) == in_order(history)
        assert shown(read(in_order(mixed), TERMS).runs, "first") == first


def test_the_later_comes_later_whatever_it_is() -> None:
    for early in What:
        for late in What:
            history = [does(1, late), does(1, early)]
            history[0] = history[0]._replace(at=history[0].at + timedelta(microseconds=1))
            assert [one.what for one in in_order(history)] == [early, late]


def test_every_kind_of_happening_has_its_place() -> None:
    everything = in_order(does(1, what) for what in reversed(What))
    assert len(everything) == len(What)
    assert [one.what for one in everything[-3:]] == [What.SOLVED, What.DISMISSED, What.MERGED_AWAY]
