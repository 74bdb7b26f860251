"""The organisation's country pack and its own places in it.

What it must not do: change them (`inbox.services.countries`), or offer a way that has no place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from inbox.domain.asking import Own
from inbox.domain.countries import CountryPack, pack
from inbox.models import Organisation
from inbox.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class ReadyWay:
    """A safe way as it may be put into an answer: the place is in `text`."""

    key: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """The pack in force, the organisation's own places by the way's key, and how often they were saved.

    `calling` is what it chose to call those who write to it (`countries.calling`), empty for the pack's word.
    """

    pack: CountryPack
    places: Mapping[str, str]
    version: int
    calling: str = ""


def chosen(work: UnitOfWork) -> Chosen:
    """Read both in one statement."""
    row = work.session.execute(
        select(Organisation.country, Organisation.safe_places, Organisation.country_version, Organisation.calling)
    ).one()
    return Chosen(pack(row.country), row.safe_places, row.country_version, row.calling)


def safe_ways(work: UnitOfWork, language: str) -> tuple[ReadyWay, ...]:
    """The ways that the organisation has, in the pack's order, in a language (English for one that it has not)."""
    found = chosen(work)
    return ready(found.pack, found.places, language)


def own(of: CountryPack, places: Mapping[str, str]) -> Own:
    """What the organisation publishes of itself, so that nobody is asked why it stands in an answer."""
    return Own(tuple(places[way.key] for way in of.safe_ways if way.kind == "phone" and places.get(way.key)))


def ready(of: CountryPack, places: Mapping[str, str], language: str) -> tuple[ReadyWay, ...]:
    """The same for whoever has read the organisation's country and places along with something else."""
    return tuple(
        ReadyWay(one.key, one.name.get(language, one.name["en"]), one.filled(place, language))
        for one in of.safe_ways
        if (place := places.get(one.key, ""))
    )
