"""Who is suggested and why, which words find whom, and the steps that a question may take."""

from __future__ import annotations

import pytest

from inbox.domain.ids import new_id
from inbox.domain.silo import OPEN_TICKETS, TRANSITIONS, Asked, TicketState, may_become, meanwhile, suggested, topics

ROADS = Asked(new_id(), "Vej og Park", ("vej", "hul i vejen", "træ"), frozenset({"vinter"}))
DESK = Asked(new_id(), "Borgerservice", ("pas", "kørekort"), frozenset())


@pytest.mark.parametrize(
    ("said", "tags", "unit", "tag", "words"),
    [
        (["Mit PAS er væk"], [], DESK, "", ("pas",)),
        (["Vejen er spærret"], [], ROADS, "", ("vej",)),
        (["Der er et hul i vejen", "og et pas lå der"], [], ROADS, "", ("vej", "hul i vejen")),
        (["Mit pas er væk"], ["Vinter"], ROADS, "Vinter", ()),
        # A topic in the middle of a word is another word.
        (["Det er en omvej"], [], None, "", ()),
        (["Skraldespanden ved træerne"], [], ROADS, "", ("træ",)),
        ([], [], None, "", ()),
    ],
)
def test_a_tag_says_it_before_words_and_more_words_before_fewer(
    said: list[str], tags: list[str], unit: Asked | None, tag: str, words: tuple[str, ...]
) -> None:
    found = suggested([ROADS, DESK], said, tags)
    assert (found and found.id) == (unit and unit.id)
    if found:
        assert (found.tag, found.words) == (tag, words)


def test_of_two_that_fit_as_well_the_first_by_name_whatever_their_order() -> None:
    other = Asked(new_id(), "Affald", ("vej",), frozenset())
    for units in ([ROADS, other], [other, ROADS]):
        found = suggested(units, ["En vej"], [])
        assert found is not None
        assert found.id == other.id


@pytest.mark.parametrize("word", ["c++", "(", "[a-z]", "\\"])
def test_no_topic_is_a_pattern(word: str) -> None:
    assert suggested([Asked(new_id(), "Alt", (word,), frozenset())], ["Ingenting her"], []) is None


def test_topics_are_words_each_once() -> None:
    assert topics(" Vej,\nhul i  vejen, vej,, Træ ") == ("vej", "hul i vejen", "Træ")


def test_what_is_used_was_answered_and_what_is_recalled_stays_so() -> None:
    assert set(TRANSITIONS) == set(TicketState)
    assert [state for state in TicketState if may_become(state, TicketState.USED)] == [TicketState.ANSWERED]
    assert [state for state in TicketState if may_become(state, TicketState.RECALLED)] == list(OPEN_TICKETS)
    assert not TRANSITIONS[TicketState.RECALLED]


@pytest.mark.parametrize(("language", "begins"), [("da", "Hej. Jeg"), ("nb", "Hei. Jeg"), ("fi", "Hello. I")])
def test_the_citizen_is_told_in_the_channels_language(language: str, begins: str) -> None:
    assert meanwhile(language).startswith(begins)
