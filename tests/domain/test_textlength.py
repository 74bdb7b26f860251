"""Lengths and places to cut."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from inbox.domain.textlength import grapheme_ends, graphemes, sentence_ends, utf8_bytes, word_ends

FAMILY = "👨\u200d👩\u200d👧"
FLAG = "🇩🇰"


@pytest.mark.parametrize(
    ("text", "count", "size"),
    [
        ("", 0, 0),
        ("På øen", 6, 8),
        (FAMILY, 1, 18),
        (FLAG * 3, 3, 24),
        ("🇩🇰🇳", 2, 12),
        ("e\u0301", 1, 3),
        ("\r\n", 1, 2),
    ],
)
def test_lengths(text: str, count: int, size: int) -> None:
    assert graphemes(text) == count
    assert utf8_bytes(text) == size


PIECES = st.lists(
    st.sampled_from(
        [*"aå \n\r.🇩🇳👨", "\u200d", "\u0301", "\u0903", "\u0600", "\u1100", "\u1161", "👍", "🏽", "\ufe0f", "क", "्"]
    ),
    max_size=40,
).map("".join)


@given(PIECES)
def test_graphemes_are_those_of_the_standard(text: str) -> None:
    assert grapheme_ends(text) == [match.end() for match in regex.finditer(r"\X", text)]


def cut(text: str, ends: list[int]) -> list[str]:
    return [text[start:end].strip() for start, end in zip([0, *ends], ends, strict=False)]


@pytest.mark.parametrize(
    "sentences",
    [
        ["Vi åbner kl. 9.10 i dag.", "Kom gerne!", "Hvad siger du?"],
        ["Se f.eks. Vejloven § 3 stk. 2 om det.", "Det er nr. 3 i køen."],
        ["Den 3. marts kommer J. Damgaard forbi.", "Tak…", "Hej"],
        ["Det koster 1.250,50 kr. pr. stk. inkl. Moms.", "Ring på tlf. 12 34 56 78."],
        ["Hun sagde: »Kom ind.«", "Så gik vi (det var sent.)", "Nå?!", "Ja."],
        ["Vi ser på det m.m. og svarer.", "Kontoret ligger i Nordby, jf. Kortet."],
        ["Vi svarer på nordby.example/om.", "Det er vores side."],
    ],
)
def test_sentences(sentences: list[str]) -> None:
    text = " ".join(sentences)
    assert cut(text, sorted({*sentence_ends(text), len(text)})) == sentences


def test_a_line_ends_what_it_says() -> None:
    text = "Åbent:\n- mandag  \n- tirsdag\n\nNr. 3.\nvelkommen"
    assert cut(text, sentence_ends(text)) == ["Åbent:", "- mandag", "- tirsdag", "Nr. 3."]


def test_words_end_before_white_space_but_hold_together_what_should_be() -> None:
    text = "Kom kl.\u00a09,  ja!\n"
    assert cut(text, word_ends(text)) == ["Kom", "kl.\u00a09,", "ja!"]


@given(PIECES)
def test_every_place_to_cut_stands_after_something_and_inside_the_text(text: str) -> None:
    for end in (*word_ends(text), *sentence_ends(text)):
        assert 0 < end <= len(text)
        assert not text[end - 1].isspace()


@pytest.mark.parametrize("piece", ["a", ".", "a.", " ", "\n", "🇩", "e\u0301", "\"'", "f.eks. ", "!\n"])
def test_a_megabyte_of_anything_is_measured(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    assert graphemes(text) >= 250_000
    assert len(sentence_ends(text)) <= len(text)
    assert len(word_ends(text)) <= len(text)
