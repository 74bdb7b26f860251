"""The canonical writer: equal to a general RFC 8785 writer on everything it takes, and deaf to everything else."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from inbox.domain.ledger.canonical import LARGEST, Json, NotCanonical, canonical, read

texts = st.text(st.characters(exclude_categories=["Cs"]))
keys = st.text(st.characters(max_codepoint=127))
values: st.SearchStrategy[Json] = st.recursive(
    texts | st.booleans() | st.integers(-LARGEST, LARGEST),
    lambda inner: st.dictionaries(keys, inner, max_size=6),
    max_leaves=30,
)


@given(values)
def test_it_writes_what_a_general_writer_writes(value: Json) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@given(values)
def test_what_it_writes_it_reads_back(value: Json) -> None:
    assert read(canonical(value).decode()) == value


class Shade(StrEnum):
    DARK = "dark"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (1.0, "float"),
        ({"a": {"b": 2.5}}, "b is float"),
        ({"a": None}, "a is NoneType"),
        ({"a": ["x"]}, "a is list"),
        ({"a": b"x"}, "a is bytes"),
        ({"a": Shade.DARK}, "a is Shade"),
        ({"n": LARGEST + 1}, "n is a number beyond"),
        ({"n": -LARGEST - 1}, "n is a number beyond"),
        ({1: "x"}, "the key 1"),
        ({"å": "x"}, "plain ASCII"),
        ({"a": "\ud83d"}, "lone surrogate (U+D83D)"),
        ("\udc00", "lone surrogate (U+DC00)"),
    ],
)
def test_it_refuses_what_readers_understand_differently(value: Any, told: str) -> None:
    with pytest.raises(NotCanonical) as refused:
        canonical(value)
    assert told in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        '{"b":1,"a":2}',
        '{"a":1,"a":1}',
        '{"a": 1}',
        '{"a":1.0}',
        '{"a":1e2}',
        '{"a":-0}',
        '{"a":"\\u0041"}',
        '{"a":null}',
        '{"a":NaN}',
        '{"a":[]}',
        '{"a":' + "9" * 5000 + "}",
        '{"a":9007199254740992}',
        "[" * 100_000,
        '{"a":1',
        "",
    ],
    ids=lambda text: text[:20],
)
def test_reading_refuses_every_other_spelling(text: str) -> None:
    with pytest.raises(NotCanonical):
        read(text)
