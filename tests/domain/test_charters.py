"""A charter can stand or not, and says everything that is wrong at once, beside the field."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from inbox.domain import personal_data
from inbox.domain.charters import (
    Charter,
    Example,
    Reason,
    Reference,
    Ruling,
    Unfit,
    changes,
    starting_rulings,
)
from inbox.domain.charters.fitness import LONGEST, MOST, folded
from inbox.domain.charters.starters import KINDS, LANGUAGES, starter

PLAIN = Charter("regler og frister.", "sager: til Digital Post.", "partipolitik.", "varm og kort.")
CPR = "211062-5629"


def wrong(**other: Any) -> dict[str, str]:
    """The sentence beside each field."""
    with pytest.raises(Unfit) as unfit:
        replace(PLAIN, **other).fit()
    return {one.where: one.sentence % one.values for one in unfit.value.faults}


def test_a_charter_needs_its_four_sentences_and_nothing_else() -> None:
    assert PLAIN.fit() == PLAIN
    assert set(wrong(answers="", passes_on=" ", never="\n", tone="\u200b\t")) >= {"answers", "passes_on", "never"}


def test_everything_that_is_wrong_is_told_at_once() -> None:
    found = wrong(
        answers="x" * 100_000,
        standard_line=f"Ring {CPR}",
        proud=(Example("Godt svar", ""),),
        rulings=(Ruling("", "mildt"), Ruling("xyz", "mildt nok")),
        references=(Reference("", "Se her", "http://nordby.example"),),
        reasons=(Reason("Kritik af borgmesteren", "Nej"),),
    )
    assert found == {
        "answers": "At most 400 characters have room here. There are 100000.",
        "standard_line": "It holds a national identity number. Take it out.",
        "proud.1.why": "Write why.",
        "rulings.1.words": "Write the words that read as a ruling.",
        "rulings.2.words": "At least 4 letters, or it is found in every answer.",
        "references.1.title": "Give the rule a title.",
        "references.1.link": "Write an address that begins with https://.",
        "reasons.1.name": "Criticism is no reason to hide or block. Answer it.",
    }


def test_an_empty_line_is_left_out_and_does_not_move_the_number_of_what_is_wrong() -> None:
    lines = (Ruling("", ""), Ruling("du har ret til", "man kan"), Ruling(" ", ""))
    assert replace(PLAIN, rulings=lines).fit().rulings == (Ruling("du har ret til", "man kan"),)
    assert set(wrong(rulings=(*lines, Ruling("I har krav på", "")))) == {"rulings.4.milder"}


@pytest.mark.parametrize("again", ["du har ret til", "DU HAR  RET TIL", "du\u00a0har ret til", "Du har ret\ntil"])
def test_the_same_words_are_in_the_list_once(again: str) -> None:
    found = wrong(rulings=(Ruling("Du har ret til", "man kan"), Ruling(again, "ofte kan man")))
    assert found == {"rulings.2.words": "These words are in the list already."}


def test_a_milder_wording_is_not_asked_about_in_its_turn() -> None:
    found = wrong(rulings=(Ruling("du har ret til", "I HAR KRAV PÅ det"), Ruling("i har krav på", "ofte kan man")))
    assert "i har krav på" in found["rulings.1.milder"]


@pytest.mark.parametrize(
    "link",
    [
        "",
        "http://nordby.example/regler",
        "javascript:alert(1)",
        "https://",
        "https://nordby",
        "https://nordby.example@evil.example/",
        "https://nordby.example/a b",
        'https://nordby.example/"><script>',
        "https://[::1",
        "https://nordby.example:99999/",
        "//nordby.example",
    ],
)
def test_a_link_goes_over_https_to_a_place_that_can_be_read(link: str) -> None:
    assert set(wrong(references=(Reference("Pas", "Se reglen", link),))) == {"references.1.link"}


def test_what_is_put_into_an_answer_is_the_sentence_and_the_link() -> None:
    assert Reference("Pas", "Reglen står her:", "https://nordby.example/pas").words == (
        "Reglen står her: https://nordby.example/pas"
    )
    assert Reference("Pas", "", "https://nordby.example/pas").words == "https://nordby.example/pas"


@pytest.mark.parametrize(
    "name",
    [
        "Kritik",
        "kritiske indlæg",
        "Sjikane og kritikk",
        "Criticism of us",
        "KRI\u200bTIK",
        "ｋｒｉｔｉｋ",
        "Uenighed",
        "Negativ omtale",
        "Klager",
        "Complaints",
        "Misfornøyde innbyggere",
    ],
)
def test_criticism_is_no_reason_by_any_name(name: str) -> None:
    assert set(wrong(reasons=(Reason(name, "Vi skjuler det."),))) == {"reasons.1.name"}


@pytest.mark.parametrize("name", ["Personoplysninger", "Trusler", "Spam", "Had og chikane", "Hat og trakassering"])
def test_other_reasons_are_taken(name: str) -> None:
    rule = "Uenighed og kritik er altid velkommen."
    assert replace(PLAIN, reasons=(Reason(name, rule),)).fit().reasons == (Reason(name, rule),)


@pytest.mark.parametrize("field", ["answers", "passes_on", "never", "tone", "standard_line"])
def test_no_sentence_holds_a_national_number(field: str) -> None:
    assert set(wrong(**{field: f"Skriv {CPR} til os"})) == {field}


@pytest.mark.parametrize("name", sorted(MOST))
def test_a_list_that_nobody_reads_to_its_end_is_refused(name: str) -> None:
    made: Callable[[int], Any] = {
        "proud": lambda n: Example(f"Svar {n}", "Fordi"),
        "not_proud": lambda n: Example(f"Svar {n}", "Fordi"),
        "rulings": lambda n: Ruling(f"ret nummer {n}.", "mildt"),
        "references": lambda n: Reference(f"Regel {n}", "Se", f"https://nordby.example/{n}"),
        "reasons": lambda n: Reason(f"Grund {n}", "Regel"),
    }[name]
    full: Any = tuple(map(made, range(MOST[name])))
    assert getattr(replace(PLAIN, **{name: full}).fit(), name) == full
    assert set(wrong(**{name: (*full, made(1000))})) == {name}


def test_very_long_words_are_refused_in_every_line() -> None:
    heavy = "du har ret til 10 " * 6000
    found = wrong(
        rulings=tuple(Ruling(f"{heavy}{n}", heavy) for n in range(60)),
        reasons=tuple(Reason(heavy, heavy) for _n in range(20)),
    )
    assert "At most 100 characters" in found["rulings.60.words"]


def test_what_is_saved_reads_back_the_same() -> None:
    for one in (PLAIN, *(starter(kind, language) for kind in KINDS for language in LANGUAGES)):
        assert one is not None
        assert Charter.from_json(one.to_json()) == one


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_starter_can_be_saved_as_it_is_and_is_whole(kind: str, language: str) -> None:
    one = starter(kind, language)
    assert one is not None
    assert one.fit() == one
    assert len(one.proud) == 3
    assert len(one.not_proud) == 1
    assert len(one.reasons) >= 4
    assert bool(one.standard_line) == (kind != "company")
    assert one.rulings == starting_rulings(language)


def test_no_two_starters_say_the_same() -> None:
    told = [starter(kind, language) for kind in KINDS for language in LANGUAGES]
    assert len({one.answers for one in told if one}) == len(told) == 9
    assert starter("circus", "da") is starter("company", "fr") is None


@pytest.mark.parametrize("language", [*LANGUAGES, "fr"])
def test_the_starting_lists_are_in_small_words_and_clean(language: str) -> None:
    rulings = starting_rulings(language)
    assert len(rulings) >= 8
    assert len({folded(one.words) for one in rulings}) == len(rulings)
    assert not any(personal_data.find(f"{one.words} {one.milder}") for one in rulings)
    assert all(len(one.words) <= LONGEST["words"] for one in rulings)


def test_a_version_is_compared_part_by_part_and_word_by_word() -> None:
    later = replace(PLAIN, tone="varm, kort og klar.", rulings=(Ruling("du har ret til", "man kan"),))
    tone, rulings = changes(PLAIN, later)
    assert (tone.part, rulings.part) == ("tone", "rulings")
    assert "".join(one.text for one in tone.stretches if one.fate != "taken_out") == "varm, kort og klar."
    assert "".join(one.text for one in tone.stretches if one.fate != "put_in") == "varm og kort."
    assert [one.text for one in rulings.stretches] == ["du har ret til → man kan"]
    assert changes(later, later) == ()
    assert [one.part for one in changes(None, PLAIN)] == ["answers", "passes_on", "never", "tone"]
