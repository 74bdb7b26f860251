"""What an edit changed, word by word: what was taken out, what was put in, and what stayed.

A word is whatever stands between blanks, so that a masked number is one word and is never taken apart. What it must
not do: mask (it is given words that are masked already), or make markup.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal, TypeAlias

MOST: Final = 600
"""Words of one version. The comparison takes cubic time at worst; longer texts are shown as exchanged as a whole."""
Fate: TypeAlias = Literal["stayed", "taken_out", "put_in"]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some words in a row with the blanks between them, all of one fate."""

    text: str
    fate: Fate


def differences(before: str, after: str) -> tuple[Stretch, ...]:
    """The two versions as one text. What stayed and was taken out is `before`, what stayed and was put in `after`."""
    old, new = _words(before), _words(after)
    if max(len(old), len(new)) > 2 * MOST:
        return tuple(_exchanged(before, after)) if before != after else (Stretch(before, "stayed"),)
    found: list[Stretch] = []
    taken: list[str] = []
    put: list[str] = []
    # Blanks are junk: they are alike everywhere, and would hold together what has nothing in common.
    for kind, i1, i2, j1, j2 in SequenceMatcher(str.isspace, old, new).get_opcodes():
        same = "".join(old[i1:i2])
        if kind == "equal" and not ((taken or put) and same.isspace() and j2 < len(new) and i2 < len(old)):
            found += _exchanged("".join(taken), "".join(put))
            found.append(Stretch(same, "stayed"))
            taken, put = [], []
        else:
            # A blank between two changes belongs to both: they are read as one.
            taken += old[i1:i2]
            put += new[j1:j2]
    return (*found, *_exchanged("".join(taken), "".join(put)))


def _words(text: str) -> Sequence[str]:
    return re.findall(r"\s+|\S+", text)


def _exchanged(before: str, after: str) -> list[Stretch]:
    return [one for one in (Stretch(before, "taken_out"), Stretch(after, "put_in")) if one.text]
