"""What says the same stands together, and nothing else does: measured on storms of paraphrases over many seeds."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from inbox.domain import kinds
from inbox.domain.gathering import FEWEST, MOST, WINDOW, Centre, Heard, begun, called, folded, linked, settle, stems
from inbox.domain.kinds import Kind
from tests.domain.storm import ALIKE, OTHERS, STRANGERS, Spoken, storm

SEEDS = range(24)
HARD = (
    "Hvad koster vandet om året?",
    "Vandet i havnen er koldt, er der livredder?",
    "Kan man drikke øl på torvet?",
    "Der løber vand ud på cykelstien ved Engen",
    "Er der vand i springvandet på torvet til sommer?",
    "Vandtrykket er lavt i lejligheden",
    "Hvem koger kaffe til borgermødet?",
    "Hanen galer hele natten hos naboen, hvad gør jeg?",
    "Må man vande haven?",
    "Børnene mangler en drikkedunk efter turen",
    "Vannet i bassenget er for kaldt",
    "Kan jeg koke kreps i parken?",
    "Er der drikkevand på stranden?",
    "Hvor afleverer man en vandmåler?",
)
"""Fourteen strangers who use the very words of the storm."""


def heard(said: Sequence[Spoken]) -> list[Heard[Spoken]]:
    return [Heard(one, one.person, stems(one.text)) for one in said if kinds.kind(one.text) is None]


def gathered(said: Sequence[Spoken], at_once: int) -> list[list[Spoken]]:
    """As it comes in, so many at a time; the gatherings at the end."""
    found: dict[int, tuple[Centre, list[Spoken]]] = {}
    loners: list[Heard[Spoken]] = []
    everybody = heard(said)
    for start in range(0, len(everybody), at_once):
        loners += everybody[start : start + at_once]
        known = {number: centre for number, (centre, _members) in found.items()}
        done = settle(known, loners[-MOST:])
        for number, one in done.joined:
            found[number][1].append(one.key)
        for centre, first in done.new:
            found[len(found)] = (centre, [one.key for one in first])
        for into, gone in done.same:
            found[into][1].extend(found[gone][1])
            found[gone] = (Centre(), [])
        taken = {id(one) for _number, one in done.joined} | {id(one) for _centre, first in done.new for one in first}
        loners = [one for one in loners if id(one) not in taken]
    return sorted((members for _centre, members in found.values() if members), key=len, reverse=True)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_storm_stands_together_and_the_strangers_do_not(seed: int) -> None:
    said = storm(seed)
    assert (sum(one.alike for one in said), sum(not one.alike for one in said)) == (ALIKE, STRANGERS)
    assert len({one.text for one in said}) > ALIKE * 0.8, "copies would prove nothing"
    biggest = gathered(said, at_once=7)[0]
    assert sum(one.alike for one in biggest) >= 0.85 * ALIKE
    assert [one.text for one in biggest if not one.alike][2:] == []


@pytest.mark.parametrize("seed", [0, 5, 9, 14])
def test_strangers_who_use_the_same_words_stay_strangers(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.domain.storm.OTHERS", HARD)
    biggest = gathered(storm(seed), at_once=1)[0]
    assert sum(one.alike for one in biggest) >= 0.85 * ALIKE
    assert [one.text for one in biggest if not one.alike][2:] == []


@pytest.mark.parametrize("at_once", [1, 50, 500])
def test_it_makes_no_great_difference_how_they_come(at_once: int) -> None:
    said = storm(3)
    chance = random.Random(3)
    chance.shuffle(said)
    biggest = gathered(said, at_once)[0]
    assert sum(one.alike for one in biggest) >= 0.85 * ALIKE
    assert sum(not one.alike for one in biggest) <= 2


def test_a_quiet_day_has_none_and_neither_have_four() -> None:
    said = [Spoken(f"p{number}", text, storm(1)[0].at, alike=False) for number, text in enumerate((*OTHERS, *HARD))]
    assert gathered(said, at_once=3) == []
    few = [one for one in storm(1) if one.alike][: FEWEST - 1]
    assert gathered(few, at_once=1) == []


def test_one_person_who_asks_nine_times_is_no_gathering() -> None:
    said = [Spoken("mette", f"Skal vi koge vandet på Bakkevej {n}?", storm(1)[0].at, alike=True) for n in range(9)]
    assert gathered(said, at_once=2) == []
    said += [Spoken(f"p{n}", "Skal vi koge vandet på Bakkevej?", storm(1)[0].at, alike=True) for n in range(4)]
    assert len(gathered(said, at_once=2)[0]) == 13


@pytest.mark.parametrize(
    ("danish", "norwegian"),
    [
        ("vandet", "vannet"),
        ("koge", "koke"),
        ("koges", "kokes"),
        ("gaden", "gaten"),
        ("kager", "kaker"),
        ("løb", "løp"),
    ],
)
def test_one_word_in_two_languages_is_one_stem(danish: str, norwegian: str) -> None:
    assert folded(danish) == folded(norwegian)


def test_links_handles_numbers_and_empty_words_make_nothing_alike() -> None:
    assert stems("@nordby https://nordby.example/vand?id=7 Hej, hvornår er det? Kl. 7.30, tak 🙏 12345678") <= {"kl"}
    assert stems("") == stems("!!! 🙏 😡 42") == frozenset()
    assert stems("VANDET") == stems("vandet") == stems("vaNDet!!")
    assert stems("x" * 1_000_000) == stems("x" * 1_000)


def test_a_message_of_many_words_needs_more_in_common() -> None:
    centre = Centre()
    for text in ("Skal vandet koges?", "Kan vi drikke vandet?", "Koge vandet?", "Må man drikke vandet", "Vandet koges"):
        centre.add(stems(text))
    assert linked(stems("Skal vi koge vandet?"), centre) > linked(stems("Skal vi koge vandet på Bakkevej?"), centre) > 0
    long = (
        "Koge vandet, siger en mand med gul hat ved kiosken bag biblioteket, hvor duer larmer, asfalten smelter,"
        " tjenere serverer saft, pandekager, jordbær og rosiner, mens orkestret spiller valse under lindetræerne"
    )
    assert linked(stems(long), centre) == 0
    assert linked(stems("Gælder kogeanbefalingen for drikkevandet?"), centre) > 0
    assert linked(frozenset(), centre) == linked(stems("vandet"), Centre()) == 0


def test_a_centre_is_kept_and_read_again() -> None:
    centre = Centre()
    for one in storm(2)[:80]:
        centre.add(stems(one.text))
    again = Centre.from_json(centre.to_json())
    assert again.counted == centre.counted
    assert linked(stems("Skal vi koge vandet?"), again) == linked(stems("Skal vi koge vandet?"), centre)
    assert len(again.stems) <= 60


def test_it_is_called_by_the_words_that_people_used() -> None:
    said = [one for one in storm(4) if one.alike]
    centre = Centre()
    for one in said:
        centre.add(stems(one.text))
    name = called([one.text for one in said], centre)
    assert {folded(word) for word in name.split()} >= {"van", "kok"}
    assert called([], Centre()) == ""


def test_only_so_many_are_compared_and_the_window_is_short() -> None:
    assert 20 <= WINDOW.total_seconds() / 60 <= 60
    with pytest.raises(ValueError, match="at most"):
        begun([Heard(n, n, frozenset({"a", "b"})) for n in range(MOST + 1)])


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Skal vandet koges? Jeg orker ikke leve mere", Kind.DANGER),
        ("Min nabo truer mig med en kniv, og vandet er brunt", Kind.DANGER),
        ("Hvis vannet ikke kommer tilbake, skal jeg drepe noen", Kind.DANGER),
        ("I want to kill myself, and you talk about water", Kind.DANGER),
        ("Vandet på Bakkevej. Mit cpr er 211062-5629", Kind.NUMBER),
        ("Er det virkelig jer, der skriver om vandet?", Kind.IMPOSTOR),
        ("Det er en falsk profil, der svarer om vandet", Kind.IMPOSTOR),
        ("Noen utgir seg for å være kommunen og skriver om vannet", Kind.IMPOSTOR),
        ("Jeg vil klage over jeres håndtering af vandet", Kind.COMPLAINT),
        ("Jeg ber om innsyn i saken om vannet", Kind.COMPLAINT),
        ("Kan jeg få erstatning for vandet?", Kind.COMPLAINT),
        ("Skal vi koge vandet på Bakkevej?", None),
        ("Er vandet farligt at drikke?", None),
        ("Hvorfor skriver ingen, at det er jordens bedste vand?", None),
        ("Kan vi skylle op? Opvasken hober sig op", None),
    ],
)
def test_what_is_different_in_kind_is_known_by_its_words(text: str, kind: Kind | None) -> None:
    assert kinds.kind(text) is kind


def test_no_word_of_the_storm_itself_is_of_another_kind() -> None:
    said = [one for seed in SEEDS for one in storm(seed)]
    assert [one.text for one in said if kinds.kind(one.text) is not None] == []


def test_every_kind_but_the_number_has_words_in_three_languages() -> None:
    assert set(kinds.WORDS) == set(Kind) - {Kind.NUMBER}
    for words in kinds.WORDS.values():
        assert len(words) > 15
        assert all(word == word.casefold() and word.strip() for word in words)
