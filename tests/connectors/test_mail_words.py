"""Of a mail only what was written now is an answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.kit.mail_words import without_quotes

ANSWER = "Bommen er oppe igen fredag kl. 12.\n\nVenlig hilsen\nIda"


@pytest.mark.parametrize(
    "below",
    [
        "Den 24. november 2026 kl. 13.05 skrev Nordby Kommune <svar@nordby.example>:\n> Hvornår er bommen oppe?",
        "Den tir. 24. nov. 2026 kl. 13.05 skrev Nordby Kommune\n<svar@nordby.example>:\n\n> Hvornår?",
        "tir. 24. nov. 2026 kl. 13:05 skrev Nordby <svar@nordby.example>:\n\n> Når?",
        "Nordby Kommune skrev:\n> Hvornår?",
        "On Tue, 24 Nov 2026 at 13:05, Nordby Kommune <svar@nordby.example> wrote:\n> When?",
        "On Tue, 24 Nov 2026 at 13:05, Nordby Kommune <svar@nordby.example>\nwrote:\n\n> When?",
        "Fra: Nordby <svar@nordby.example>\nSendt: 24. november 2026 13:05\nTil: Vej og Park\nEmne: Bommen\n\nHvornår?",
        "Fra: Nordby\nDato: tirsdag\nTil: Vei\nEmne: Bommen\n\nNår?",
        "From: Nordby\nSent: Tuesday\nTo: Roads\nSubject: The barrier\n\nWhen?",
        "________________________________\nFra: Nordby\nSendt: i dag\nTil: Vej\n\nHvornår?",
        "-----Oprindelig meddelelse-----\nFra: Nordby\n\nHvornår?",
        "-----Original Message-----\nWhen?",
        "-- \nIda Berg\nVej og Park, tlf. 12 34 56 78",
        "> Hvornår?\n> Tak",
        "",
    ],
)
def test_what_was_answered_to_is_left_out(below: str) -> None:
    assert without_quotes(f"{ANSWER}\n\n{below}") == ANSWER
    assert without_quotes(f"{ANSWER}\r\n\r\n{below}".replace("\n", "\r\n").replace("\r\r", "\r")) == ANSWER


@pytest.mark.parametrize(
    "words",
    [
        "Fra: mandag af er vejen åben.",
        "Peter skrev:\nvi kommer i morgen.",
        "Det koster > 100 kr.",
        "Den er oppe nu:\n12 minutter senere.",
        "Om onsdag: ja.",
    ],
)
def test_words_that_look_alike_stay(words: str) -> None:
    assert without_quotes(words) == words


def test_an_answer_between_the_lines_keeps_its_own_lines() -> None:
    assert without_quotes("> Hvornår?\nFredag.\n> Hvor?\nVed åen.") == "Fredag.\nVed åen."


@given(st.text(max_size=400))
def test_whatever_comes_it_ends_in_words(text: str) -> None:
    assert isinstance(without_quotes(text), str)
