"""Signatures that are honest, and long answers that lose no word."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from inbox.domain.signature import (
    DEFAULT_STYLE,
    MOST_PARTS,
    NameKind,
    TooLong,
    public_name,
    render,
    sign,
    split,
    unsaid,
)
from inbox.domain.textlength import graphemes, utf8_bytes

ANNA = "– Anna, Nordby Kommune"
NUMBER = re.compile(r" \((\d+)/(\d+)\)\n" + ANNA + r"\Z")


@pytest.mark.parametrize(
    ("full", "kind", "expected"),
    [
        ("Anna Krogh", "first", "Anna"),
        ("Anna Krogh", "first_initial", "Anna K."),
        (" Anna  Krogh ", "full", "Anna Krogh"),
        ("Nils Erik A\u030aberg", "first_initial", "Nils Å."),
        ("Anne-Marie van der Berg", "first_initial", "Anne-Marie B."),
        ("Prince", "first_initial", "Prince"),
    ],
)
def test_public_name(full: str, kind: NameKind, expected: str) -> None:
    assert public_name(full, kind) == expected


def test_no_name_and_no_kind_are_errors() -> None:
    with pytest.raises(ValueError, match="without a name"):
        public_name("  ", "first")
    with pytest.raises(ValueError, match="no kind"):
        public_name("Anna Krogh", "nick")  # type: ignore[arg-type]  # what is tested


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        (DEFAULT_STYLE, "– Anna K., Nordby Kommune"),
        ("/{public_name}", "/Anna K."),
        ("Venlig hilsen {public_name} ({organisation}) ", "Venlig hilsen Anna K. (Nordby Kommune)"),
    ],
)
def test_render(style: str, expected: str) -> None:
    assert render(style, "Anna K.", "Nordby Kommune") == expected


def test_a_name_with_braces_is_only_a_name() -> None:
    assert render(DEFAULT_STYLE, "{organisation}", "Nordby Kommune") == "– {organisation}, Nordby Kommune"


@pytest.mark.parametrize(
    ("style", "name", "words"),
    [
        ("– {organisation}", "Anna", "must contain"),
        ("– {public_name} {title}", "Anna", "knows only"),
        ("– {public_name.__class__}{public_name}", "Anna", "knows only"),
        ("– {public_name}}", "Anna", "knows only"),
        (DEFAULT_STYLE, " ", "needs a public name"),
        ("– {public_name}\n{organisation}", "Anna", r"one line .* U\+000A"),
        (DEFAULT_STYLE, "Anna\u2028Lone", r"U\+2028"),
        (DEFAULT_STYLE, "Anna\u202eenoL", r"U\+202E"),
        (DEFAULT_STYLE, "An\u200bna", r"U\+200B"),
        (DEFAULT_STYLE, "Anna\x00", r"U\+0000"),
        ("{public_name}\u030a", "Anna", "as it was agreed"),
    ],
)
def test_no_dishonest_line(style: str, name: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        render(style, name, "Nordby Kommune")


def test_the_signature_is_the_last_line() -> None:
    assert sign("Hej Mette. \n\n", ANNA) == f"Hej Mette.\n{ANNA}"


def test_what_fits_is_one_text() -> None:
    body = "Hej Mette. Vi ser på det."
    limit = graphemes(sign(body, ANNA))
    assert split(body + "  ", ANNA, graphemes, limit, threads=False) == (sign(body, ANNA),)
    with pytest.raises(TooLong) as raised:
        split(body, ANNA, graphemes, limit - 1, threads=False)
    assert (raised.value.used, raised.value.limit) == (limit, limit - 1)


def test_parts_end_with_sentences() -> None:
    body = "Vi åbner kl. 9.10 på hverdage. Kom forbi skranken. Er det akut? Så ring på nr. 3 i mappen. Vi svarer."
    assert split(body, ANNA, graphemes, 80, threads=True) == (
        f"Vi åbner kl. 9.10 på hverdage. Kom forbi skranken. (1/2)\n{ANNA}",
        f"Er det akut? Så ring på nr. 3 i mappen. Vi svarer. (2/2)\n{ANNA}",
    )


def test_then_with_words_then_with_graphemes() -> None:
    assert [part.split("\n")[0] for part in split("vejen er lukket i dag", ANNA, graphemes, 39, threads=True)] == [
        "vejen er (1/3)",
        "lukket i (2/3)",
        "dag (3/3)",
    ]
    family = "👨\u200d👩\u200d👧"
    parts = split(family * 11, ANNA, graphemes, len(ANNA) + 9, threads=True)
    assert [part.split(" ")[0] for part in parts] == [family * 2] * 5 + [family]


def words_of(parts: tuple[str, ...]) -> str:
    return "".join("".join(NUMBER.sub("", part).split()) for part in parts)


WORDS = st.text(st.sampled_from("abcÅø.!? \n\u00a0👍\u200d🏽\u0301🇩🇰,:0123456789"), min_size=1, max_size=400)


@settings(deadline=None)
@given(WORDS.filter(str.strip), st.integers(30, 200), st.sampled_from([graphemes, utf8_bytes, len]))
def test_no_word_is_lost_and_every_part_fits(body: str, limit: int, measure: object) -> None:
    assert callable(measure)
    try:
        parts = split(body, ANNA, measure, limit, threads=True)
    except TooLong:
        reject()  # More than twenty parts, or no room; both have tests of their own.
    assert all(measure(part) <= limit for part in parts)
    assert all(part.endswith("\n" + ANNA) for part in parts)
    if len(parts) == 1:
        assert parts == (sign(body, ANNA),)
        return
    numbers = [NUMBER.search(part) for part in parts]
    assert [(int(n[1]), int(n[2])) for n in numbers if n] == [(i, len(parts)) for i in range(1, len(parts) + 1)]
    assert words_of(parts) == "".join(body.split())
    # Every cut is between two graphemes of the whole.
    assert sum(graphemes(NUMBER.sub("", part)) for part in parts) <= graphemes(body)


@pytest.mark.parametrize(("tens", "count"), [(9, 9), (10, 12), (16, 19)])
def test_the_width_of_the_count_settles(tens: int, count: int) -> None:
    """Up to nine parts hold ten letters each here; from the tenth on every count is wider, so each holds fewer."""
    limit = graphemes(f" (1/9)\n{ANNA}") + 10
    parts = split("x" * 10 * tens, ANNA, graphemes, limit, threads=True)
    assert words_of(parts) == "x" * 10 * tens
    assert len(parts) == count <= MOST_PARTS
    assert all(graphemes(part) <= limit for part in parts)
    with pytest.raises(TooLong):
        split("x" * 170, ANNA, graphemes, limit, threads=True)


def test_too_much_for_anybody() -> None:
    for threads in (True, False):
        with pytest.raises(TooLong):
            split("Hej. " * 3000, ANNA, graphemes, 300, threads=threads)
    with pytest.raises(TooLong):
        split("Hej Mette, vi ser på det.", ANNA, graphemes, len(ANNA), threads=True)
    with pytest.raises(TooLong):
        split("Hej", ANNA, graphemes, 0, threads=True)
    with pytest.raises(ValueError, match="nothing to sign"):
        split(" \n ", ANNA, graphemes, 300, threads=True)


@settings(deadline=None)
@given(WORDS.filter(str.strip), st.integers(30, 200), st.data())
def test_what_stands_and_what_is_unsaid_are_the_whole(body: str, limit: int, data: st.DataObject) -> None:
    try:
        parts = split(body, ANNA, graphemes, limit, threads=True)
    except TooLong:
        reject()
    standing = data.draw(st.integers(0, len(parts) - 1))
    left = unsaid(sign(body, ANNA), ANNA, parts[:standing], len(parts))
    assert left
    if standing:
        assert words_of(parts[:standing]) + "".join(left.split()) == "".join(body.split())
    else:
        assert left == body.strip()


def test_posts_of_another_answer_are_an_error() -> None:
    with pytest.raises(ValueError, match="substring"):
        unsaid(f"Kom i morgen.\n{ANNA}", ANNA, (f"Kom i dag. (1/2)\n{ANNA}",), 2)


def test_blank_space_makes_no_part() -> None:
    parts = split(" " * 500 + "Hej Mette. " + " " * 500 + "Vi ser på det.", ANNA, graphemes, 40, threads=True)
    assert [part.split(" (")[0] for part in parts] == ["Hej Mette.", "Vi ser på", "det."]


def test_a_platform_that_counts_strangely_is_never_sent_too_much() -> None:
    def dear_twos(text: str) -> int:
        return len(text) + 100 * text.count("2)")

    with pytest.raises(TooLong):
        split("Hej Mette, vi ser på det i dag.", ANNA, dear_twos, 50, threads=True)


def test_work_grows_with_the_part_and_not_with_the_rest() -> None:
    measured = 0

    def counting(text: str) -> int:
        nonlocal measured
        measured += len(text)
        return len(text)

    body = "Vi ser på sagen i morgen. " * 4000
    with pytest.raises(TooLong):
        split(body, ANNA, counting, 300, threads=True)
    assert measured < 5 * len(body)
    measured = 0
    assert len(split(body, ANNA, counting, 6000, threads=True)) == 18
    assert measured < 60 * len(body)
