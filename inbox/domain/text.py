"""What a text must be before it is stored: one spelling for every word, and nothing PostgreSQL refuses.

Why it exists: platforms send the same letter in several spellings, line ends of several kinds, and now
and then characters that are none. What it must not do: shorten a text, judge it, or drop a character
without a trace.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")
"""NUL, and surrogates: a Python string holds whole characters, so every surrogate in it is a lone one."""

_MARKS_IN_DISGUISE = frozenset("\u0f73\u0f75\u0f81")
"""Tibetan vowel signs of class 0 that come apart into marks of two classes: the only ones of their kind."""

_LONG_RUN = 32
"""Combining marks in a row from which we sort them ourselves. No writing system comes near it."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """`flagged` says that characters which are no text stood in it; each is now U+FFFD."""

    text: str
    flagged: bool


def clean(text: str) -> Cleaned:
    """The text in NFC with `\\n` as line end. Takes time in proportion to its length, whatever is in it."""
    text, not_text = _NOT_TEXT.subn(REPLACEMENT, text)
    return Cleaned(nfc(text.replace("\r\n", "\n")), not_text > 0)


def nfc(text: str) -> str:
    """`unicodedata.normalize("NFC", …)`, without its square-time worst case.

    Python brings a run of combining marks into canonical order by inserting one at a time: a megabyte of
    marks in the wrong order would hold a worker for hours. Longer runs are therefore put in order here
    first, by a stable sort, which is what the Unicode Standard (3.11, D109) asks for.
    """
    if unicodedata.is_normalized("NFC", text):
        return text
    parts: list[str] = []
    run: list[str] = []
    for character in text:
        if unicodedata.combining(character) or character in _MARKS_IN_DISGUISE:
            run.append(character)
            continue
        if run:
            parts.append(_in_order(run))
            run = []
        parts.append(character)
    parts.append(_in_order(run))
    return unicodedata.normalize("NFC", "".join(parts))


def _in_order(run: list[str]) -> str:
    """The marks in canonical order, taken apart first because a composed mark may hold two classes."""
    if len(run) < _LONG_RUN:
        return "".join(run)
    marks = "".join(unicodedata.normalize("NFD", mark) for mark in run)
    return "".join(sorted(marks, key=unicodedata.combining))


def storable(item: object) -> object:
    """The payload as PostgreSQL's JSON can hold it: no NUL and no lone surrogate in any string."""
    if isinstance(item, str):
        return clean(item).text
    if isinstance(item, dict):
        return {clean(str(key)).text: storable(value) for key, value in item.items()}
    if isinstance(item, list | tuple):
        return [storable(value) for value in item]
    return item
