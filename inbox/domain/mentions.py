"""Who is named by `@` in a note.

Why it exists: a colleague who is named gets a notice, so that who is meant must be one rule: of the names that begin
after the sign the longest wins, capitals don't matter, and it ends where a word ends. Two colleagues of the same name
are both meant. What it must not do: know who may be told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeVar
from unicodedata import normalize

Person = TypeVar("Person")

_SIGN = re.compile(r"(?<![\w@.])@")


def mentioned(text: str, names: Iterable[tuple[str, Person]]) -> tuple[Person, ...]:
    """Those whose names stand after an `@`, in the order of the text and each once.

    `names` holds pairs of a name and whose it is; a person may have several.
    """
    known = [(_folded(name), whose) for name, whose in names if name.strip()]
    folded = _folded(text)
    found: list[Person] = []
    for sign in _SIGN.finditer(folded):
        fitting = [(name, whose) for name, whose in known if _stands(name, folded, sign.end())]
        longest = max((len(name) for name, _ in fitting), default=0)
        found += [whose for name, whose in fitting if len(name) == longest]
    return tuple(dict.fromkeys(found))


def names_of(full_name: str, public_name: str | None) -> tuple[str, ...]:
    """By what a colleague is called after an `@`: the public name, the full one, and its first word."""
    words = full_name.split()
    return tuple(
        dict.fromkeys(name for name in (public_name or "", full_name.strip(), words[0] if words else "") if name)
    )


def _stands(name: str, text: str, at: int) -> bool:
    end = at + len(name)
    return text.startswith(name, at) and not (end < len(text) and (text[end].isalnum() or text[end] == "_"))


def _folded(text: str) -> str:
    return normalize("NFC", normalize("NFC", text).casefold())
