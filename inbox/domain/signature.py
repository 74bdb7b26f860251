"""How an answer is signed, and how a long one becomes several signed ones.

Why it exists: every public answer carries the name of the person who stands by it, rendered on the server
from who is logged in, inside what the platform takes. What it must not do: learn who is logged in, or drop
a word to make a text fit.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Literal, TypeAlias

from inbox.domain.text import nfc
from inbox.domain.textlength import grapheme_ends, sentence_ends, word_ends

DEFAULT_STYLE = "– {public_name}, {organisation}"
MOST_PARTS = 20
"""More parts than anybody reads: the answer belongs on a page that a short post points to."""

NameKind: TypeAlias = Literal["first", "first_initial", "full"]
Measure: TypeAlias = Callable[[str], int]
"""A platform's own way of counting, in the units of its limit."""

_PLACEHOLDER = re.compile(r"\{(public_name|organisation)\}")
_JOINERS = frozenset("\u200c\u200d")
"""Invisible, and yet part of how Persian names and some emoji are spelt."""


class TooLong(ValueError):
    """The signed text does not fit and can't be split. Both numbers are in the platform's units."""

    def __init__(self, used: int, limit: int) -> None:
        super().__init__(f"the signed text takes {used} of {limit}")
        self.used = used
        self.limit = limit


def public_name(full_name: str, kind: NameKind) -> str:
    """The name that was agreed with the agent: "Anna", "Anna K." or "Anna Krogh". Raises ValueError for no name."""
    words = nfc(full_name).split()
    if not words:
        raise ValueError("a person without a name can't sign")
    match kind:
        case "full":
            return " ".join(words)
        case "first":
            return words[0]
        case "first_initial":
            initial = words[-1][: grapheme_ends(words[-1])[0]]
            return words[0] if len(words) == 1 else f"{words[0]} {initial}."
    raise ValueError(f"{kind!r} is no kind of public name")


def render(style: str, public_name: str, organisation: str) -> str:
    """The signature line (NFC) of an account's style, `– {public_name}, {organisation}` unless it has its own.

    Raises ValueError for a style or a name that gives no honest line: without the name, of several lines, or with
    characters that are not seen.
    """
    values = {"public_name": nfc(public_name).strip(), "organisation": nfc(organisation).strip()}
    if not values["public_name"]:
        raise ValueError("a signature needs a public name")
    if "{public_name}" not in style:
        raise ValueError("the style of a signature must contain {public_name}")
    if "{" in _PLACEHOLDER.sub("", style) or "}" in _PLACEHOLDER.sub("", style):
        raise ValueError("the style of a signature knows only {public_name} and {organisation}")
    line = nfc(_PLACEHOLDER.sub(lambda found: values[found[1]], style)).strip()
    hidden = next((character for character in line if _is_hidden(character)), None)
    if hidden is not None:
        raise ValueError(f"a signature is one line of visible characters, without U+{ord(hidden):04X}")
    if values["public_name"] not in line:
        # The style's next character melted into the name (a combining mark).
        raise ValueError("the signature does not show the public name as it was agreed")
    return line


def _is_hidden(character: str) -> bool:
    category = unicodedata.category(character)
    return category in ("Zl", "Zp") or (category[0] == "C" and character not in _JOINERS)


def sign(body: str, signed_as: str) -> str:
    """The text as it goes out: the signature is its last line."""
    return body.rstrip() + "\n" + signed_as


def split(body: str, signed_as: str, measure: Measure, limit: int, threads: bool) -> tuple[str, ...]:
    """The signed posts that an answer becomes: one if it fits, else numbered parts, each within the limit.

    Parts are cut after a sentence, failing that after a word, failing that between two graphemes; only the white
    space at a cut is lost. Raises TooLong if the platform has no threads, if not even the signature fits, or for
    more than 20 parts; ValueError for a text with nothing in it.
    """
    if not body.strip():
        raise ValueError("there is nothing to sign")
    whole = sign(body, signed_as)
    used = measure(whole)
    if used <= limit:
        return (whole,)
    cutter = _Cutter(body.rstrip(), signed_as, measure, limit)
    # The numbers take room, and how much depends on how many parts there are: ten parts may need a wider number
    # than nine, and then there may be eleven. Room for two digits is enough for all we allow.
    for digits in (1, 2) if threads else ():
        pieces = cutter.cut(digits)
        if pieces is None:
            break
        if len(str(len(pieces))) <= digits:
            parts = tuple(
                f"{piece}{_ending(i, str(len(pieces)), signed_as)}" for i, piece in enumerate(pieces, start=1)
            )
            # A platform may count in a way that we did not foresee; nothing leaves here that it would refuse.
            if any(measure(part) > limit for part in parts):
                break
            return parts
    raise TooLong(used, limit)


def unsaid(text: str, signed_as: str, standing: Sequence[str], parts: int) -> str:
    """The words of a signed answer that stand nowhere yet, unsigned: all of them, or what comes after its first parts.

    `standing` are the first of its `parts` posts, as `split` gave them. Raises ValueError for posts of another answer.
    """
    words = text.removesuffix(signed_as).rstrip()
    at = 0
    for number, part in enumerate(standing, start=1):
        piece = part.removesuffix(_ending(number, str(parts), signed_as))
        at = words.index(piece, at) + len(piece)
    return words[at:].strip()


def _ending(number: int, of: str, signed_as: str) -> str:
    return f" ({number}/{of})\n{signed_as}"


class _Cutter:
    """One answer with all the places where it may be cut."""

    def __init__(self, body: str, signed_as: str, measure: Measure, limit: int) -> None:
        self._body = body
        self._signed_as = signed_as
        self._measure = measure
        self._limit = limit
        self._graphemes = grapheme_ends(body)
        whole = set(self._graphemes)
        self._sentences = [end for end in sentence_ends(body) if end in whole]
        self._words = [end for end in word_ends(body) if end in whole]

    def cut(self, digits: int) -> list[str] | None:
        """The parts, with room for a count of so many digits; None if a part can't hold a thing, or too many."""
        pieces: list[str] = []
        start, first = self._next_start(0)
        while start < len(self._body):
            if len(pieces) == MOST_PARTS:
                return None
            end = self._end(start, first, _ending(len(pieces) + 1, "8" * digits, self._signed_as))
            if end is None:
                return None
            pieces.append(self._body[start:end])
            start, first = self._next_start(end)
        return pieces

    def _end(self, start: int, first: int, ending: str) -> int | None:
        """Where the part ends that begins at `start`, which is where the grapheme numbered `first` begins."""

        def fits(count: int) -> bool:
            return self._measure(self._body[start : self._graphemes[first + count - 1]] + ending) <= self._limit

        # Doubling first keeps the work in proportion to the part, not to all that is left.
        left = len(self._graphemes) - first
        good, bad = 0, max(1, min(self._limit, left))
        while fits(bad):
            if bad == left:
                return len(self._body)
            good, bad = bad, min(2 * bad, left)
        while bad - good > 1:
            middle = (good + bad) // 2
            if fits(middle):
                good = middle
            else:
                bad = middle
        if good == 0:
            return None
        furthest = self._graphemes[first + good - 1]
        for ends in (self._sentences, self._words):
            i = bisect_right(ends, furthest) - 1
            if i >= 0 and ends[i] > start:
                return ends[i]
        return furthest

    def _next_start(self, end: int) -> tuple[int, int]:
        """Past the white space at `end`: the index, and the number of the grapheme that begins there."""
        number = bisect_right(self._graphemes, end)
        while number < len(self._graphemes) and self._body[end : self._graphemes[number]].isspace():
            end = self._graphemes[number]
            number += 1
        return end, number
