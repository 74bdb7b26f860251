"""Filters in an address: what can mean something does, and everything else is said."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.domain.conversation import Priority
from inbox.domain.errors import Invalid
from inbox.domain.filters import KINDS, MOST, Filters, asked, parsed, written
from inbox.domain.languages import primary

ACCOUNT = UUID("01890000-0000-7000-8000-000000000001")
filters = st.builds(
    Filters,
    account=st.none() | st.uuids(),
    tags=st.lists(st.sampled_from(["Vinter", "Pas og kørekort", "affald"]), unique=True).map(tuple),
    priority=st.none() | st.sampled_from(Priority),
    language=st.none() | st.sampled_from(["da", "nb", "kal"]),
    agent=st.none() | st.uuids(),
    visibility=st.none() | st.sampled_from(["public", "private"]),
)


def grouped(pairs: tuple[tuple[str, str], ...]) -> dict[str, list[str]]:
    return {kind: [value for name, value in pairs if name == kind] for kind, _ in pairs}


@given(filters)
def test_what_is_written_is_read_as_the_same(given_filters: Filters) -> None:
    assert parsed(asked(grouped(written(given_filters)))) == given_filters
    assert bool(given_filters) == bool(written(given_filters))


@given(st.dictionaries(st.sampled_from([*KINDS, "view", "after", "x"]), st.lists(st.text(), max_size=4)))
def test_an_address_is_read_or_refused_in_a_sentence_and_never_passed_over(given_words: dict[str, list[str]]) -> None:
    pairs = asked(given_words)
    assert len(pairs) <= MOST + 1
    try:
        read = parsed(pairs)
    except Invalid as error:
        refusal = error
    else:
        # Nothing of what was asked is lost: as many filters hold as stand in the address.
        assert len(written(read)) == len(pairs)
        return
    assert refusal.field in KINDS
    assert str(refusal)


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        ("account", "square", "no such account"),
        ("agent", "anna", "no such colleague"),
        ("priority", "3", "no such priority"),
        ("priority", "-1", "no such priority"),
        ("language", "dansk", "no language “dansk”"),
        ("visibility", "secret", "public or private"),
    ],
)
def test_what_can_mean_nothing_is_said(kind: str, value: str, said: str) -> None:
    with pytest.raises(Invalid, match=said) as refused:
        parsed([(kind, value)])
    assert refused.value.field == kind


def test_two_of_a_kind_are_refused_and_two_tags_are_not() -> None:
    with pytest.raises(Invalid, match="only one filter"):
        parsed([("language", "da"), ("language", "nb")])
    assert parsed([("tag", "Vinter"), ("tag", "Pas")]).tags == ("Vinter", "Pas")


def test_blanks_and_doubles_are_no_filters() -> None:
    assert asked({"tag": ["", "  ", "Vinter", "Vinter "], "account": [""]}) == (("tag", "Vinter"),)


@pytest.mark.parametrize(
    ("tag", "language"),
    [("da", "da"), ("en-GB", "en"), ("no", "nb"), ("NB-no", "nb"), ("nn", "nn"), ("kal", "kal")]
    + [(junk, None) for junk in (None, "", "1", "d", "dansk", "x1", "-da")],
)
def test_a_tag_is_read_as_its_language(tag: str | None, language: str | None) -> None:
    assert primary(tag) == language


def test_more_filters_than_anybody_needs_are_refused() -> None:
    pairs = asked({"tag": [f"mærke {number}" for number in range(50)]})
    with pytest.raises(Invalid, match="More than 20"):
        parsed(pairs)
    assert len(parsed(pairs[:MOST]).tags) == MOST
