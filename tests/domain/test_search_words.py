"""What is typed into the search box: read, or refused with a sentence, whatever it is."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from inbox.domain.errors import Invalid
from inbox.domain.search_words import LONGEST, MOST, OPERATORS, STATES, Is, Search, parsed, written

pieces = st.one_of(
    st.text(max_size=12),
    st.sampled_from([*OPERATORS, *STATES, "from:", 'tag:"', '"', "«", "is:open", "før:2026-11", "12:30", "https://x"]),
    st.builds("{}:{}".format, st.sampled_from([*OPERATORS]), st.text(max_size=8)),
)
typed = st.lists(pieces, max_size=12).map(" ".join)


@given(typed)
@example('"')
@example("from:")
@example("::::")
@example("\ud800\x00 is:open")
@example("before:9999-12-31")
def test_whatever_is_typed_is_read_or_refused_in_a_sentence(text: str) -> None:
    try:
        read = parsed(text)
    except Invalid as error:
        refusal = error
    else:
        assert bool(read) == bool(written(read))
        return
    assert str(refusal)
    assert refusal.field == "q"


@given(typed)
def test_a_search_that_is_written_again_is_the_same(text: str) -> None:
    try:
        read = parsed(text)
    except Invalid:
        return
    again = written(read)
    if len(again) <= LONGEST:
        assert parsed(again) == read


def test_words_phrases_and_operators_are_told_apart() -> None:
    assert parsed('sne  "på Bakkevej" from:mette til:"Nordby Kommune" TAG:Vinter er:åben sne 12:30') == Search(
        words=("sne", "12:30"),
        phrases=("på Bakkevej",),
        senders=("mette",),
        receivers=("Nordby Kommune",),
        tags=("Vinter",),
        states=(Is.OPEN,),
    )


@pytest.mark.parametrize("quoted", ['"a b"', "“a b”", "»a b«", "«a b»", "„a b“", '"a b'])
def test_every_kind_of_quotation_mark_makes_a_phrase(quoted: str) -> None:
    assert parsed(quoted) == Search(phrases=("a b",))


@pytest.mark.parametrize(
    ("first", "same"),
    [
        ("from:x to:y agent:z account:k tag:t before:2026 after:2025 is:late", lang)
        for lang in (
            "fra:x til:y medarbejder:z konto:k mærke:t før:2026 efter:2025 er:forsinket",
            "fra:x til:y medarbeider:z konto:k merke:t før:2026 etter:2025 er:sent",
        )
    ],
)
def test_an_operator_is_the_same_in_three_languages(first: str, same: str) -> None:
    assert parsed(first) == parsed(same)


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("before:2026-11-24", date(2026, 11, 24)),
        ("before:24.11.2026", date(2026, 11, 24)),
        ("før:1/2/2026", date(2026, 2, 1)),
        ("before:2026-11", date(2026, 11, 1)),
        ("before:2026", date(2026, 1, 1)),
        ("before:2026 before:2025-05", date(2025, 5, 1)),
    ],
)
def test_a_day_is_read_as_people_write_it(text: str, before: date) -> None:
    assert parsed(text) == Search(before=before)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("form:mette", "There is no “form:” in a search."),
        ("from: mette", "right after “from:”"),
        ('tag:""', "right after “tag:”"),
        ("is:done", "Nothing can be “done”."),
        ("before:tomorrow", "“tomorrow” is no day."),
        ("after:2026-02-30", "“2026-02-30” is no day."),
        ("after:0000", "“0000” is no day."),
        ("x" * (LONGEST + 1), "at most 300 characters"),
        (" ".join(map(str, range(MOST + 1))), "at most 20 words"),
    ],
)
def test_what_can_not_be_meant_is_named(text: str, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        parsed(text)


def test_in_quotation_marks_and_after_a_digit_a_colon_is_only_a_colon() -> None:
    assert parsed('"form:mette" 12:30 https://nordby.example') == Search(
        words=("12:30", "https://nordby.example"), phrases=("form:mette",)
    )


@pytest.mark.parametrize("text", ["", "   ", "-", "!!! ?", '""'])
def test_nothing_is_no_search(text: str) -> None:
    assert not parsed(text)
