"""What a result shows: the found words marked, and no national number, wherever the marks stood."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from inbox.domain.found_words import START, STOP, Piece, pieces
from inbox.domain.personal_data import MASK, find, mask

TODAY = date(2026, 11, 24)
NUMBER = "070761-4285"
words = st.text(alphabet="abæ ,.", max_size=60)


def text(shown: tuple[Piece, ...]) -> str:
    return "".join(piece.text for piece in shown)


@given(words, words, st.integers(0, len(NUMBER)), st.integers(0, len(NUMBER)))
def test_a_mark_inside_a_number_shows_nothing_of_it(before: str, after: str, start: int, stop: int) -> None:
    start, stop = sorted((start, stop))
    marked = f"{before} {NUMBER[:start]}{START}{NUMBER[start:stop]}{STOP}{NUMBER[stop:]} {after}"
    shown = pieces(marked, 300, TODAY)
    assert text(shown) == mask(f"{before} {NUMBER} {after}", TODAY)
    assert not any(piece.found for piece in shown)


@given(st.lists(st.tuples(st.text(alphabet="ab 1234-", max_size=30), st.booleans()), max_size=12), st.integers(1, 200))
def test_whatever_is_cut_no_number_is_left(parts: list[tuple[str, bool]], length: int) -> None:
    marked = "".join(f"{START}{words}{STOP}" if found else words for words, found in parts)
    shown = pieces(marked, length, TODAY)
    plain = "".join(words for words, _ in parts)
    assert find(text(shown), TODAY) == [] or find(plain, TODAY) == []
    assert len(text(shown)) <= length + len(MASK) + 2


def test_the_first_found_word_is_in_sight_and_marked() -> None:
    shown = pieces("x " * 400 + f"{START}sne{STOP} på vejen " + "y " * 400, 200, TODAY)
    assert Piece("sne", found=True) in shown
    assert text(shown).startswith("…")
    assert text(shown).endswith("…")
    assert len(text(shown)) <= 203


def test_short_words_are_shown_whole() -> None:
    assert pieces(f"Sne på {START}vejen{STOP}?", 200, TODAY) == (
        Piece("Sne på ", found=False),
        Piece("vejen", found=True),
        Piece("?", found=False),
    )
    assert pieces("", 200, TODAY) == ()
