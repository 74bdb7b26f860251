"""One text for many: what is filled in for each, and when each goes out so that the platform's pace is kept.

What it must not do: send, or make up a name: who has no first name is greeted without one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from inbox.domain import placeholders

PLACES: Final = {"fornavn": "name", "navn": "name", "first_name": "name", "name": "name", "link": "link"}
"""What may stand in braces, in the languages that people write in, and what is put there."""
_NAME = re.compile(r"[A-ZÆØÅÉÄÖ][a-zæøåéäöü]{1,19}(?:-[A-ZÆØÅ][a-zæøåéäöü]+)?")
_PLACE_OF_A_NAME = re.compile(r"(?P<before>[ ,]*)\{ *(?P<place>fornavn|navn|first_name|name) *\}", re.IGNORECASE)
_LINK = re.compile(r"\{ *link *\}", re.IGNORECASE)
_REFERS: Final[Mapping[str, tuple[str, str]]] = {
    "da": ("Hej {fornavn}. Vi har skrevet til alle her: {link}", "Hej {fornavn}. Vi har lige skrevet til alle om det."),
    "nb": (
        "Hei {fornavn}. Vi har skrevet til alle her: {link}",
        "Hei {fornavn}. Vi har nettopp skrevet til alle om det.",
    ),
    "en": ("Hello {name}. We have told everybody here: {link}", "Hello {name}. We have just told everybody about it."),
}


def first_name(display_name: str) -> str:
    """The first name of somebody who calls themselves that; empty where it does not look like one."""
    words = display_name.split()
    return words[0] if words and _NAME.fullmatch(words[0]) else ""


def filled(text: str, name: str, link: str) -> str:
    """The text for one person. Without a name the place goes, and the blank before it: `Hej {fornavn}.` is `Hej.`

    Without a link its place stays for a person to fill.
    """
    said = _PLACE_OF_A_NAME.sub(lambda found: f"{found['before']}{name}" if name else "", text)
    return _LINK.sub(lambda _found: link, said) if link else said


def speaks_to(text: str) -> bool:
    """Whether it calls people by their names."""
    return _PLACE_OF_A_NAME.search(text) is not None


def unknown(text: str) -> tuple[str, ...]:
    """The places in it that nobody could fill, each once."""
    return tuple(name for name in placeholders.unknown(text) if name.lower() not in PLACES)


def refers(language: str, *, linked: bool) -> str:
    """The short answer that one begins with when a status of ours stands out there."""
    return _REFERS.get(language, _REFERS["en"])[0 if linked else 1]


class Hours:
    """When each of many answers goes out on one account: as soon as may be, and never faster than its pace."""

    def __init__(self, most: int | None, each: timedelta, earlier: Sequence[datetime], first: datetime) -> None:
        """At most `most` posts in any stretch as long as `each`; None where nobody has told.

        `earlier` is when what was promised before goes or went out, `first` when the next may at the earliest.
        """
        self._most = most
        self._each = each
        self._first = first
        self._times = sorted(earlier)

    def next(self) -> datetime:
        """The hour of the next answer."""
        if self._most is None or len(self._times) < self._most:
            return self._first
        return max(self._first, self._times[-self._most] + self._each)

    def take(self, at: datetime, posts: int = 1) -> None:
        """An answer of so many posts goes out then."""
        self._times = sorted([*self._times, *([at] * posts)])
