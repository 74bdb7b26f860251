"""Words of danger are found in three languages, everyday words are not, and the line of those who are called grows."""

from __future__ import annotations

import pytest

from inbox.domain.acute import HARMLESS, MOST_WORDS, SHIPPED, Words, called, own_words, switched_off
from inbox.domain.errors import Invalid
from inbox.domain.kinds import Kind, kind

DANGER = [
    "Jeg kan ikke mere. Jeg vil tage mit liv i aften.",
    "@nordby min nabo slår sine børn, jeg kan høre det nu",
    "Hvis I ikke svarer, kommer jeg ned med en kniv",
    "#selvmord er det eneste, jeg tænker på",
    "SELVMORD",
    "jeg   vil\nikke leve   mere",
    "Jeg vil ikke leve lenger, og ingen hører",
    "Naboen banker barna sine hver kveld",
    "Eg er redd, han truer meg med våpen",
    "I want to kill myself and nobody at the council cares",
    "He beats her every night, please send somebody",
    "My neighbour said he would bomb the town hall",
    "Et barn er i fare hos familien på nummer 4",
    "A child is in danger next door",
]
EVERYDAY = [
    "@nordby Hvornår åbner svømmehallen?",
    "Haven er fuld af dræbersnegle, hvad gør kommunen?",
    "Er det bombesikkert, at vejen åbner mandag?",
    "Kommunen kan ikke bare skyde skylden på vejret",
    "Der mangler kniv og gaffel i kantinen",
    "Hvad betyder tårnet i kommunens våpenskjold?",
    "Det var en voldsom regn i nat, kælderen er fuld",
    "Kan man gå en tur på voldene og langs voldgraven?",
    "The rapeseed fields by the road are beautiful",
    "Jeg venter stadig på svar om min byggesag",
    "Tusind tak for hjælpen!",
    "",
]


@pytest.mark.parametrize("text", DANGER)
def test_danger_is_found(text: str) -> None:
    assert Words().found(text)


@pytest.mark.parametrize("text", EVERYDAY)
def test_everyday_words_call_nobody(text: str) -> None:
    assert Words().found(text) == ()


@pytest.mark.parametrize("text", DANGER)
def test_what_calls_somebody_is_never_put_together_with_others(text: str) -> None:
    assert kind(text) is Kind.DANGER


@pytest.mark.parametrize("word", HARMLESS)
def test_each_harmless_word_would_be_found_without_its_line(word: str) -> None:
    """A line of the list of exceptions that hides nothing is dead."""
    assert kind(word.strip()) is Kind.DANGER
    assert Words().found(f"Se {word.strip()} her") == ()


def test_a_harmless_word_hides_no_other() -> None:
    assert Words().found("Dræbersnegle overalt, og jeg vil tage mit liv") == ("tage mit liv",)


def test_own_words_are_found_and_shipped_ones_can_be_switched_off() -> None:
    words = Words(own_words("Broen ved havnen\n\n  sprænge  rådhuset "), switched_off(["truer", "invented"]))

    assert words.found("Jeg står på broen ved havnen nu") == ("broen ved havnen",)
    assert words.found("jeg vil SPRÆNGE RÅDHUSET") == ("sprænge rådhuset",)
    assert words.found("Regnen truer med at komme igen") == ()
    assert Words().found("Regnen truer med at komme igen") == ("truer",)
    assert words.off == {"truer"}


def test_all_words_off_is_a_list_too() -> None:
    assert Words((), frozenset(SHIPPED)).found("selvmord") == ()


@pytest.mark.parametrize("typed", ["ab", "x" * 81, "1234", "\n".join(f"ord nummer {number}" for number in range(301))])
def test_what_can_be_no_word_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        own_words(typed)
    assert refused.value.field == "own"


def test_a_long_text_takes_no_long_time() -> None:
    """Nothing in the patterns looks back: a hundred thousand characters of almost-words end."""
    assert Words().found("ikke leve mer " * 8_000) == ()
    assert len(own_words("\n".join(f"ord nummer {number}" for number in range(MOST_WORDS)))) == MOST_WORDS


def test_the_line_grows_every_second_round_and_nobody_is_left_out_again() -> None:
    line = [["ida"], ["per"], ["lone", "ida"]]

    assert [called(line, round_) for round_ in range(1, 8)] == [
        ("ida",), ("ida",), ("ida", "per"), ("ida", "per"),
        ("ida", "per", "lone"), ("ida", "per", "lone"), ("ida", "per", "lone"),
    ]  # fmt: skip
    assert called([], 1) == ()
