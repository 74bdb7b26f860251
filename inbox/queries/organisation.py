"""The one organisation, as pages need it. What it must not do: change it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from uuid import UUID

from sqlalchemy import BindParameter, Select, Uuid, bindparam, func, select

from inbox.domain.countries import DEFAULT
from inbox.models import Notice, Organisation
from inbox.preparing import PREPARED
from inbox.uow import UnitOfWork

MOST_COUNTED = 100


@dataclass(frozen=True, slots=True)
class House:
    """Its name, language and time zone, and how many notices the person who looks has not read (100 for more).

    `calling` is what it calls those who write to it, empty for the word of its country's pack.
    """

    name: str
    language: str
    zone: str
    unread: int = 0
    country: str = DEFAULT
    calling: str = ""


def house(work: UnitOfWork) -> House | None:
    """The organisation, or None before it was seeded."""
    found = work.session.execute(_statement(), {"me": work.actor.id}).one_or_none()
    if found is None:
        return None
    return House(found.name, found.language, found.zone, found.unread, found.country, found.calling)


@cache
def _statement() -> Select[tuple[str, str, str, int, str, str]]:
    """Made once: every page asks it."""
    me: BindParameter[UUID] = bindparam("me", type_=Uuid)
    unread = select(Notice.id).where(Notice.agent_id == me, Notice.read_at.is_(None)).limit(MOST_COUNTED).subquery()
    return select(
        Organisation.name,
        Organisation.language,
        Organisation.zone,
        select(func.count()).select_from(unread).scalar_subquery().label("unread"),
        Organisation.country,
        Organisation.calling,
    ).execution_options(**PREPARED)
