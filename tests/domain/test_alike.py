"""When two answers are the same, whose names stay behind, and which words are worth looking for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from inbox.domain import alike
from inbox.domain.alike import MOST_FOUND, Stem

WORDS = "Børn under 15 år skal ikke møde op."


@pytest.mark.parametrize(
    ("said", "name", "anybody"),
    [
        ("Hej Mette. Ja.", "Mette Holm", "Hej {name}. Ja."),
        ("hej mette, ja", "Mette Holm", "hej {name}, ja"),
        ("Kære Mette Holm\nJa.", "Mette Holm", "Kære {name}\nJa."),
        ("Hej igen Mette! Ja.", "Mette Holm", "Hej igen {name}! Ja."),
        ("Hej Ali R. Ja.", "Ali R.", "Hej {name}. Ja."),
        ("Hej J. Damgaard, ja", "J. Damgaard", "Hej {name}, ja"),
        ("Hej Jean-Luc, ja", "Jean-Luc Dubois", "Hej {name}, ja"),
        # Somebody else's name is nobody's business either, nor is a handle.
        ("Hej Kirsten. Ja.", "kv1972", "Hej {name}. Ja."),
        ("Hej @kv.1972, ja", "Kirsten V.", "Hej {name}, ja"),
        ("Hej Mette vi rydder i aften.", "Mette Holm", "Hej {name} vi rydder i aften."),
        ("Vi har skrevet til Mette Holm.", "Mette Holm", "Vi har skrevet til {name}."),
        ("Hej. Ja.", "Mette Holm", "Hej. Ja."),
        ("Hej og tak for dit spørgsmål.", "Mette Holm", "Hej og tak for dit spørgsmål."),
        ("Spørg Mette i Borgerservice.", "Mette Holm", "Spørg Mette i Borgerservice."),
        ("Hejren yngler nu.", "Mette Holm", "Hejren yngler nu."),
        ("", "", ""),
        ("Hej (.*) du", "(.*)", "Hej {name} du"),
    ],
)
def test_nobodys_name_stays(said: str, name: str, anybody: str) -> None:
    assert alike.for_anybody(said, name) == anybody


@pytest.mark.parametrize(
    "other",
    [
        f"Hej Mette. {WORDS}",
        f"Hej Ali R., {WORDS}",
        f"Kære Jean-Luc\n\n{WORDS}",
        WORDS.upper(),
        " børn  under 15 år skal ikke\nmøde op ",
        "Ｂørn under 15 år – skal ikke møde op!",
    ],
)
def test_greeting_case_and_punctuation_make_no_difference(other: str) -> None:
    assert alike.same(other, "b") == alike.same(WORDS, "a")


@pytest.mark.parametrize("other", [WORDS.replace("15", "12"), WORDS.replace(" ikke", ""), f"{WORDS} Ring først.", ""])
def test_words_and_figures_do(other: str) -> None:
    assert alike.same(other, "b") != alike.same(WORDS, "a")


def test_a_short_answer_is_the_same_as_itself_alone() -> None:
    assert alike.same("Hej Mette. Ja, gerne.", "a") != alike.same("Ja, gerne.", "b")
    assert alike.same("Ja, gerne.", "a") == alike.same("Ja, gerne!", "a")


@given(some.text(max_size=300), some.text(max_size=40))
def test_any_text_has_its_sameness_and_keeps_its_end(said: str, name: str) -> None:
    assert len(alike.same(said, "a")) == 64
    assert said.endswith(alike.ungreeted(said))
    alike.for_anybody(said, name)


def test_the_greeting_of_a_book_is_found_at_once() -> None:
    assert alike.ungreeted("Hej " + "A" * 200_000) == "Hej " + "A" * 200_000
    assert alike.ungreeted("Hej" + " A" * 100_000).endswith(" A")


@given(some.lists(some.builds(Stem, some.text(max_size=8), some.floats(0, 1)), max_size=30), some.floats(0, 1e7))
def test_what_is_looked_for_stays_readable(stems: list[Stem], answers: float) -> None:
    ordered = alike.telling(stems)
    alone, pairs = alike.chosen(ordered, answers)
    shares = {one.stem: one.share for one in reversed(ordered)}
    assert len(alone) <= alike.MOST_STEMS
    assert {one for pair in pairs for one in pair} <= set(shares)
    assert sum(one.share for one in ordered[: len(alone)]) * answers <= MOST_FOUND * (1 + 1e-6)


def test_the_rarest_are_looked_for_alone_and_the_common_in_pairs() -> None:
    stems = alike.telling([Stem("pas", 0.02), Stem("barn", 0.03), Stem("samtykk", 0.0001), Stem("hvornår", 0.2)])
    alone, pairs = alike.chosen(stems, 500_000)
    assert (list(alone), list(pairs)) == (["samtykk"], [("pas", "barn")])
    assert alike.tsquery(alone, pairs) == "'samtykk' | ('pas' & 'barn')"
    assert [one.stem for one in alike.telling([Stem("hvornår", 0.2)])] == ["hvornår"]


def test_no_sign_of_a_stem_has_a_meaning() -> None:
    assert alike.quoted("o'bri\\en") == "'o''bri\\\\en'"
