"""The one organisation, as pages need it. What it must not do: change it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from inbox.models import Notice, Organisation
from inbox.uow import UnitOfWork

MOST_COUNTED = 100


@dataclass(frozen=True, slots=True)
class House:
    """Its name, language and time zone, and how many notices the person who looks has not read (100 for more)."""

    name: str
    language: str
    zone: str
    unread: int = 0


def house(work: UnitOfWork) -> House | None:
    """The organisation, or None before it was seeded."""
    unread = (
        select(func.count())
        .select_from(
            select(Notice.id)
            .where(Notice.agent_id == work.actor.id, Notice.read_at.is_(None))
            .limit(MOST_COUNTED)
            .subquery()
        )
        .scalar_subquery()
    )
    found = work.session.execute(
        select(Organisation.name, Organisation.language, Organisation.zone, unread.label("unread"))
    ).one_or_none()
    return House(found.name, found.language, found.zone, found.unread) if found else None
