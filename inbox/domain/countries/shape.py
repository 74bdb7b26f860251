"""The shape of a country pack, and what an organisation's own place in a safe way must look like.

A place is published in answers, so that it is looked at once, when it is saved. What it must not do: call it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import urlsplit

from inbox.domain import personal_data
from inbox.domain.errors import Invalid
from inbox.domain.text import clean

LANGUAGES: Final = ("da", "nb", "en")
LONGEST_PLACE: Final = 300
"""Characters of an address: an answer on a short platform must still have room for a sentence."""
_PHONE = re.compile(r"(?:\+|00)?\d(?:[ -]?\d){2,14}")


@dataclass(frozen=True, slots=True)
class SafeWay:
    """A way in which a citizen may send us what must not be said on a platform.

    `name` and `text` are per language; `text` has `{place}` once, where the organisation's own address or number goes.
    """

    key: str
    kind: Literal["link", "phone"]
    name: Mapping[str, str]
    text: Mapping[str, str]

    def filled(self, place: str, language: str) -> str:
        """The sentence with the place in it, in English for a language that the pack has not."""
        return self.text.get(language, self.text["en"]).replace("{place}", place)


@dataclass(frozen=True, slots=True)
class CountryPack:
    """What holds for every organisation of a country. `holidays` is the code that a calendar follows.

    `numbers` are the kinds of national numbers as `personal_data` calls them: they say which are the country's own, and
    switch no other off. `instead` is what is said beside a number that was stopped, whichever country's. `complaint`,
    `access` and `words` are per language: what one calls a complaint over a decision, a request to see the papers, and
    a citizen.
    """

    code: str
    name: Mapping[str, str]
    language: str
    zone: str
    holidays: str
    numbers: tuple[personal_data.Kind, ...]
    instead: Mapping[str, str]
    safe_ways: tuple[SafeWay, ...]
    complaint: Mapping[str, str]
    access: Mapping[str, str]
    words: Mapping[str, Mapping[str, str]]

    def way(self, key: str) -> SafeWay | None:
        """The safe way of that key."""
        return next((one for one in self.safe_ways if one.key == key), None)


def place_of(way: SafeWay, typed: str) -> str:
    """The organisation's own place as it is kept; empty for a way that it has not.

    Raises Invalid (`field`: the way's key) for what is no https address or no telephone number.
    """
    place = " ".join(clean(typed).text.split())
    if not place:
        return ""
    if len(place) > LONGEST_PLACE:
        raise Invalid("At most %(limit)s characters have room here.", field=way.key, limit=LONGEST_PLACE)
    if way.kind == "phone":
        if not _PHONE.fullmatch(place) or personal_data.find(place):
            raise Invalid("Write a telephone number in digits: 70 10 20 30.", field=way.key)
        return place
    if not is_https(place):
        raise Invalid("Write an address that begins with https://.", field=way.key)
    return place


class Unfilled(ValueError):
    """Places that are none. All at once, so that each is told beside its field."""

    def __init__(self, faults: tuple[Invalid, ...]) -> None:
        self.faults = faults
        super().__init__("; ".join(f"{one.field}: {one}" for one in faults))


def places_of(pack: CountryPack, typed: Mapping[str, str]) -> dict[str, str]:
    """Every way's place as it is kept, by its key. Raises Unfilled with all that are wrong."""
    places: dict[str, str] = {}
    faults: list[Invalid] = []
    for way in pack.safe_ways:
        try:
            places[way.key] = place_of(way, typed.get(way.key, ""))
        except Invalid as fault:
            faults.append(fault)
    if faults:
        raise Unfilled(tuple(faults))
    return places


def is_https(link: str) -> bool:
    """Whether it is a web address that a browser reaches over https alone, without a name or password in it."""
    if re.search(r"[\s<>\"\\]", link):
        return False
    try:
        parts = urlsplit(link)
        _port = parts.port
    except ValueError:
        return False
    return (
        parts.scheme.lower() == "https"
        and bool(parts.hostname)
        and "." in (parts.hostname or "")
        and "@" not in parts.netloc
    )
