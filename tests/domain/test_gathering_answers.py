"""One text for many: names, links and hours."""

from __future__ import annotations

from datetime import timedelta

import pytest

from inbox.domain.gathering_answers import Hours, filled, first_name, unknown
from tests.house import NOON


@pytest.mark.parametrize(
    ("shown", "name"),
    [
        ("Lise Friis", "Lise"), ("Ali R.", "Ali"), ("Mette", "Mette"), ("Anne-Mette Holm", "Anne-Mette"),
        ("nadia.k", ""), ("@oskarb", ""), ("STRANDVEJ 12", ""), ("K. Vang", ""), ("", ""), ("Åse", "Åse"),
    ],
)  # fmt: skip
def test_only_what_looks_like_a_first_name_is_one(shown: str, name: str) -> None:
    assert first_name(shown) == name


def test_places_are_filled_in_every_language_and_go_without_a_name() -> None:
    assert filled("Hej {fornavn}. {Navn}, {name} og {first_name}", "Lise", "") == "Hej Lise. Lise, Lise og Lise"
    assert filled("Hej {fornavn}. Se {link}", "", "https://x.example") == "Hej. Se https://x.example"
    assert filled("Kære {navn}, se {link}", "{link}", "") == "Kære {link}, se {link}"


def test_the_hours_never_break_a_pace_whatever_went_before() -> None:
    each = timedelta(minutes=60)
    earlier = [NOON - timedelta(minutes=50), NOON - timedelta(minutes=10), NOON + timedelta(minutes=20)]
    hours = Hours(4, each, earlier, NOON)
    given = []
    for number in range(9):
        at = hours.next()
        hours.take(at, 2 if number == 3 else 1)
        given += [at] * (2 if number == 3 else 1)
    everything = sorted([*earlier, *given])
    for at in everything:
        # An answer in two posts may go over by the one that belongs to it.
        assert len([one for one in everything if at <= one < at + each]) <= 5
    assert given == sorted(given)
    assert Hours(None, timedelta(), earlier, NOON).next() == NOON


def test_a_place_that_nobody_could_fill_is_named() -> None:
    assert unknown("Hej {fornavn}, {Navn}, {link}, {name}: {gade} {gade}") == ("gade",)
