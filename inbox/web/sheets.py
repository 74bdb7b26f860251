"""A way of writing as the page shows it: the service's sheet with its refusals said in the reader's language.

What it must not do: count or refuse; `inbox.services.composing` does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from flask import request

from connectors.kit.contract import Pictures
from inbox.domain.asking import Because, Reason
from inbox.domain.ids import parse_id
from inbox.queries.canned import Canned
from inbox.queries.contradicting import Contradiction
from inbox.queries.countries import ReadyWay
from inbox.queries.pictures import Shown as Picture
from inbox.services.composing import Refusal, Sheet
from inbox.services.guard import Asked
from inbox.web.guard_words import number_told
from inbox.web.refusals import translated

_FIELD = "description-"
_MOST = 20
"""Canned answers in one answer."""


@dataclass(frozen=True, slots=True)
class Shown:
    """See `Sheet`; `blocked` and `why_not` are sentences now, empty when nothing is in the way."""

    mode: str
    name: str
    signed_as: str
    text: str
    limit: int
    used: int
    sounds_holding: bool
    parts: tuple[str, ...]
    lengths: tuple[int, ...]
    blocked: str
    why_not: str
    saved_at: datetime | None
    opens_at: datetime | None
    also: tuple[Canned, ...]
    takes: Pictures | None
    pictures: tuple[Picture, ...]
    numbers: tuple[str, ...]
    ways: tuple[ReadyWay, ...]
    found: str
    asked: tuple[Asked, ...]
    because: Because | None
    contradicts: Contradiction | None
    guidance_line: str
    second_key: bool
    owned: bool

    def with_text(self, text: str) -> Shown:
        """The same with the words that were refused just now: they must not be lost."""
        return replace(self, text=text)

    def shut(self, why_not: str) -> Shown:
        """The same where this person can't answer at all."""
        return replace(self, why_not=why_not)


def shown(sheet: Sheet) -> Shown:
    """Ready to render."""
    return Shown(
        mode=sheet.mode,
        name=sheet.name,
        signed_as=sheet.signed_as,
        text=sheet.text,
        limit=sheet.limit,
        used=sheet.used,
        sounds_holding=sheet.sounds_holding,
        parts=sheet.parts,
        lengths=sheet.lengths,
        blocked=_said(sheet.blocked),
        why_not=_said(sheet.why_not),
        saved_at=sheet.saved_at,
        opens_at=sheet.opens_at,
        also=sheet.also,
        takes=sheet.takes,
        pictures=sheet.pictures,
        numbers=sheet.numbers,
        ways=sheet.ways,
        found=number_told(sheet.found, sheet.country),
        asked=sheet.asked,
        because=asked_because() if request.form.get("mode") == sheet.mode else None,
        contradicts=sheet.contradicts,
        guidance_line=sheet.guidance_line,
        second_key=sheet.second_key,
        owned=sheet.owned,
    )


def asked_also() -> dict[str, tuple[UUID, ...]]:
    """The canned answers whose deeds go with what is written, by the way of writing: as the form says, or the address
    after one was put in without a script."""
    given = (parse_id(one) for one in request.values.getlist("also")[:_MOST])
    return {request.values.get("mode", ""): tuple(one for one in given if one is not None)}


def asked_because() -> Because | None:
    """The reason that the form gives for what the guard asks about, if it gives one of the list."""
    given = request.form.get("reason", "")
    return Because(Reason(given), request.form.get("because", "")) if given in set(Reason) else None


def asked_descriptions() -> Mapping[UUID, str]:
    """What stands beside each picture of the form."""
    named = ((parse_id(name.removeprefix(_FIELD)), words) for name, words in request.form.items() if _FIELD in name)
    return {picture_id: words for picture_id, words in named if picture_id is not None}


def _said(refusal: Refusal | None) -> str:
    return translated(refusal.sentence, refusal.values) if refusal else ""
