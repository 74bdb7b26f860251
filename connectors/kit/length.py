"""What a reader counts as characters, for platforms that count so (Unicode's extended grapheme clusters, UAX 29).

Why it exists: two platforms count so, and the plain pattern takes a million steps for a thousand flags, which a
stranger's post could use. What it must not do: know a limit.
"""

from __future__ import annotations

import regex

_GRAPHEME = regex.compile(r"[\U0001F1E6-\U0001F1FF]{1,2}[\p{GCB=Extend}\p{GCB=ZWJ}\p{GCB=SpacingMark}]*+|\X")
"""`\\X` with flags spelt out: at each of them `\\X` counts back to the first of the row."""


def graphemes(text: str) -> int:
    """The number of graphemes; in time proportional to the text."""
    if text.isascii() and "\r" not in text:
        return len(text)
    return sum(1 for _ in _GRAPHEME.finditer(text))
