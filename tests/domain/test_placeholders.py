"""Places in a canned answer: filled once, never by what was filled in, and none forgotten."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.domain.placeholders import NAMES, address, fill, left, unknown

TEXTS = st.lists(
    st.sampled_from(["Hej ", "{name}", "{ Agent }", "{", "}", "{}", "{nam", "{other}", "{link}", "\n"])
).map("".join)
VALUES = st.fixed_dictionaries({name: st.sampled_from(["Mette", "{agent}", "{{name}}", "x}"]) for name in NAMES})


@given(TEXTS, VALUES)
def test_what_is_put_in_is_not_searched_again(text: str, values: dict[str, str]) -> None:
    plain = {name: f"<{name}>" for name in NAMES}
    once = fill(text, plain)
    assert left(once) == ()
    for name in NAMES:
        once = once.replace(f"<{name}>", values[name])
    assert fill(text, values) == once


@given(TEXTS)
def test_nothing_but_known_places_is_touched(text: str) -> None:
    assert fill(text, {}) == text
    assert set(left(text)) <= set(NAMES)
    assert set(unknown(text)).isdisjoint(NAMES)


def test_a_place_that_nobody_can_fill_is_named_as_it_was_written() -> None:
    assert unknown("Hej {Navn}, se {link} og {navn2} og { }") == ("Navn", "navn2")
    assert unknown("Et eksempel: {1, 2} og {}") == ()


def test_an_empty_value_leaves_the_place_for_a_person() -> None:
    assert fill("Se {link}", {"link": ""}) == "Se {link}"
    assert left("Se {link} og {Link}") == ("link",)


@pytest.mark.parametrize(
    ("display", "spoken_to"),
    [
        ("Mette Holm", "Mette"),
        ("Anne-Marie O’Brien Holm", "Anne-Marie"),
        ("Ali R.", "Ali"),
        ("J. Damgaard", "J. Damgaard"),
        ("mette", "mette"),
        ("Byens Bedste Pizza 24/7", "Byens Bedste Pizza 24/7"),
        ("  Mette\n Holm ", "Mette"),
        ("🐟", "🐟"),
        ("", ""),
    ],
)
def test_how_somebody_is_spoken_to(display: str, spoken_to: str) -> None:
    assert address(display) == spoken_to


@given(st.text())
def test_nobodys_name_breaks_the_line_or_is_a_letter_of_its_own(display: str) -> None:
    said = address(display)
    assert len(said) <= 80
    assert said == " ".join(said.split())
