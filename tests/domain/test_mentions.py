"""Who is named in a note: the longest name that stands there, whole words only, and nobody else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.domain.mentions import mentioned, names_of

NAMES = (("Anna", 1), ("Anna K", 2), ("Jonas", 3), ("Søren Å", 4), ("Jonas", 5))
WORDS = st.lists(st.sampled_from(["anna", "hej", "@", "k", "@anna", "@ANNA K", "x@anna", "@annabel", "Jonas,", " "]))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@Anna kan du?", (1,)),
        ("@anna k. kan du?", (2,)),
        ("@Anna Kirk kan du?", (1,)),
        ("Kan du, @SØREN å?", (4,)),
        ("@jonas og @Anna og @jonas", (3, 5, 1)),
        ("(@Jonas)", (3, 5)),
        ("skriv til anna@jonas.example", ()),
        ("@@Anna", ()),
        ("@Annabel er ikke her", ()),
        ("Anna uden tegn", ()),
        ("@", ()),
        ("", ()),
    ],
)
def test_who_is_meant(text: str, found: tuple[int, ...]) -> None:
    assert mentioned(text, NAMES) == found


@given(WORDS)
def test_everybody_found_was_written_and_nobody_twice(pieces: list[str]) -> None:
    text = " ".join(pieces)
    found = mentioned(text, NAMES)
    assert len(set(found)) == len(found)
    for name, whose in NAMES:
        if whose in found:
            assert f"@{name}".lower() in text.lower()


@given(st.text(), st.text(alphabet="abcæøå ", min_size=1).filter(str.strip), st.text(alphabet=" ,.!?\n"))
def test_a_name_after_the_sign_is_found_wherever_it_stands(before: str, name: str, after: str) -> None:
    name = name.strip()
    assert mentioned(f"{before} @{name} {after}", ((name, 1),)) == (1,)


@given(st.text())
def test_without_colleagues_it_is_just_text(text: str) -> None:
    assert mentioned(text, ()) == ()


def test_a_colleague_is_called_by_each_of_their_names() -> None:
    assert names_of("Anna Krogh", "Anna K.") == ("Anna K.", "Anna Krogh", "Anna")
    assert names_of("Per", None) == ("Per",)
