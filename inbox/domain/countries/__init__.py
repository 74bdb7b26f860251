"""What a country says in words and numbers of its own, as data: safe ways, terms, holidays, national numbers.

Why it exists: a desk in Denmark and one in Norway point citizens to different places by different names, and neither
should have to type what the whole country shares. What it must not do: know an organisation's own addresses (they are
its settings), or give advice in law: the terms are words only.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from inbox.domain.countries.denmark import DENMARK
from inbox.domain.countries.norway import NORWAY
from inbox.domain.countries.shape import LANGUAGES, CountryPack, SafeWay, Unfilled, place_of, places_of
from inbox.domain.errors import Invalid
from inbox.domain.personal_data import Kind

__all__ = [
    "DEFAULT",
    "LANGUAGES",
    "PACKS",
    "CountryPack",
    "SafeWay",
    "Unfilled",
    "likely",
    "number_name",
    "pack",
    "place_of",
    "places_of",
    "terms",
]

PACKS: Final[Mapping[str, CountryPack]] = MappingProxyType({one.code: one for one in (DENMARK, NORWAY)})
"""By country (ISO 3166), in the order in which they are offered."""
DEFAULT: Final = DENMARK.code


def pack(code: str) -> CountryPack:
    """The pack of a country. Raises Invalid (`field`: country) for one that is not shipped."""
    try:
        return PACKS[code]
    except KeyError:
        raise Invalid("Choose a country from the list.", field="country") from None


def terms() -> tuple[str, ...]:
    """What every country calls a complaint over a decision and a request to see the papers, in small letters, once."""
    said = (words for one in PACKS.values() for by in (one.complaint, one.access) for words in by.values())
    return tuple(dict.fromkeys(words.casefold() for words in said))


def number_name(kind: Kind, language: str) -> str:
    """What a number is called, with its country, in whichever country it was found; English for an unknown language."""
    of = next(one for one in PACKS.values() if kind in one.numbers)
    words = of.words["national_number"]
    return words.get(language, words["en"])


def likely(language: str, zone: str) -> str:
    """The code of the pack that an organisation of this language and time zone begins with."""
    by_zone = (one.code for one in PACKS.values() if one.zone == zone)
    by_language = (one.code for one in PACKS.values() if one.language == language)
    return next(by_zone, None) or next(by_language, DEFAULT)
