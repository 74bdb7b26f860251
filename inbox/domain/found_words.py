"""The words of a result with those that were looked for marked: masked first, and short enough for a line.

Marks must never come between a mask and the number it hides: the number is looked for in the plain text, and whatever
was marked inside it is not marked any more. What it must not do: make markup, or find anything itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from inbox.domain.personal_data import MASK, find

START, STOP = "\ue000", "\ue001"
"""Signs of the private use area that stand around a found word; the database takes them out of what people wrote."""
BEFORE = 80
"""Characters shown before the first found word at most."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, found or not."""

    text: str
    found: bool


def pieces(marked: str, length: int, today: date) -> tuple[Piece, ...]:
    """The text around the first found word, at most about `length` characters of it, without a national number."""
    plain, flags = _read(marked)
    shown: list[Piece] = []
    at = 0
    for number in find(plain, today):
        shown += _runs(plain, flags, at, number.start)
        shown.append(Piece(MASK, found=False))
        at = number.end
    shown += _runs(plain, flags, at, len(plain))
    return _cut(shown, length)


def _read(marked: str) -> tuple[str, list[bool]]:
    plain: list[str] = []
    flags: list[bool] = []
    found = False
    for sign in marked:
        if sign in (START, STOP):
            found = sign == START
        else:
            plain.append(sign)
            flags.append(found)
    return "".join(plain), flags


def _runs(plain: str, flags: list[bool], start: int, end: int) -> list[Piece]:
    made: list[Piece] = []
    at = start
    for here in range(start + 1, end + 1):
        if here == end or flags[here] != flags[at]:
            made.append(Piece(plain[at:here], flags[at]))
            at = here
    return made


def _cut(shown: list[Piece], length: int) -> tuple[Piece, ...]:
    """From a little before the first found word on. A mask is never cut in two."""
    before = 0
    for piece in shown:
        if piece.found:
            break
        before += len(piece.text)
    else:
        before = 0
    skip = max(0, before - BEFORE)
    kept: list[Piece] = []
    room = length
    for piece in shown:
        text = piece.text
        if skip and text != MASK:
            gone = min(skip, len(text))
            text, skip = text[gone:], skip - gone
        elif skip:
            skip -= min(skip, len(text))
            continue
        if not text or room <= 0:
            continue
        short = text if text == MASK or len(text) <= room else text[:room].rstrip() + "…"
        kept.append(Piece(("…" if not kept and before > BEFORE else "") + short, piece.found))
        room -= len(text)
    return tuple(kept)
