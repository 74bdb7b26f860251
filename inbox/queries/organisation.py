"""The one organisation, as pages need it. What it must not do: change it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from inbox.models import Organisation
from inbox.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class House:
    """Its name, language and time zone."""

    name: str
    language: str
    zone: str


def house(work: UnitOfWork) -> House | None:
    """The organisation, or None before it was seeded."""
    found = work.session.execute(select(Organisation.name, Organisation.language, Organisation.zone)).one_or_none()
    return House(found.name, found.language, found.zone) if found else None
