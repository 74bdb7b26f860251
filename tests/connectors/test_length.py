"""Graphemes are counted as the plain pattern counts them, and as the house's own rules do."""

from __future__ import annotations

import regex
from hypothesis import given
from hypothesis import strategies as st

from connectors.kit.length import graphemes
from inbox.domain import textlength

PIECES = st.sampled_from(
    ["a", "æ", "e\u0301", "\r\n", "\r", "🇩🇰", "🇳", "👨‍👩‍👧", "👍🏽", "\u200d", "क्षि", "각", " ", "\u0600", "1️⃣"]
)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_everybody_counts_alike(text: str) -> None:
    assert graphemes(text) == len(regex.findall(r"\X", text)) == textlength.graphemes(text)
