"""Canned answers as people see them: all of them in the settings, those for one conversation in the composer.

What it must not do: fill a place (`inbox.services.canned`), or show one that was retired in a list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, select

from inbox.domain.actors import Role
from inbox.domain.errors import Forbidden, NotFound
from inbox.models import Account, Agent, CannedAnswer, Conversation, Silo, Tag
from inbox.models.arrays import among
from inbox.queries.inbox_rows import Chosen
from inbox.queries.silo_source import Source
from inbox.uow import UnitOfWork

READERS = (Role.AGENT, Role.LEAD, Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Canned:
    """One wording. `tags` are names; with tags or `solve` it does something, too. `source`: a unit said it."""

    id: UUID
    shortcut: str
    title: str
    language: str
    text: str
    tags: tuple[str, ...]
    solve: bool
    by: str
    since: datetime
    source: Source | None = None

    @property
    def does(self) -> bool:
        """Whether anything is done with it."""
        return bool(self.tags) or self.solve


def listing(work: UnitOfWork) -> tuple[Canned, ...]:
    """All that are offered, by shortcut and language."""
    return _read(work, _all(work, CannedAnswer.retired_at.is_(None)))


def one(work: UnitOfWork, canned_id: UUID) -> Canned:
    """One that is offered. Raises NotFound, also for a wording that was retired."""
    found = _read(work, _all(work, CannedAnswer.retired_at.is_(None), CannedAnswer.id == canned_id))
    if not found:
        raise NotFound("There is no such canned answer.")
    return found[0]


def offered(work: UnitOfWork, conversation_id: UUID) -> tuple[Canned, ...]:
    """All of them, those in the conversation's language first. Raises NotFound for a conversation out of sight."""
    spoken = work.session.execute(
        select(Account.language, Conversation.language)
        .join(Conversation, Conversation.account_id == Account.id)
        .where(Conversation.id == conversation_id, Conversation.team_id.in_(work.actor.teams))
    ).one_or_none()
    if spoken is None:
        raise NotFound("There is no such conversation.")
    channels, citizens = (language or "" for language in spoken)
    first = case((CannedAnswer.language == channels, 0), (CannedAnswer.language == citizens, 1), else_=2)
    return _read(work, _all(work, CannedAnswer.retired_at.is_(None)).order_by(None).order_by(first, _by_shortcut()))


def with_ids(work: UnitOfWork, ids: Sequence[UUID]) -> tuple[Canned, ...]:
    """These, also wordings that were retired while somebody wrote; none for none."""
    return _read(work, _all(work, among(CannedAnswer.id, ids))) if ids else ()


def _by_shortcut() -> ColumnElement[str]:
    return func.lower(CannedAnswer.shortcut)


def _all(work: UnitOfWork, *where: ColumnElement[bool]) -> Chosen:
    if not work.actor.has(*READERS):
        raise Forbidden("Canned answers are for those who work here.")
    return (
        select(CannedAnswer, Agent.full_name, Silo.name)
        .join(Agent, Agent.id == CannedAnswer.agent_id)
        .outerjoin(Silo, Silo.id == CannedAnswer.silo_id)
        .where(*where)
        .order_by(_by_shortcut(), CannedAnswer.language, CannedAnswer.id)
    )


def _read(work: UnitOfWork, statement: Chosen) -> tuple[Canned, ...]:
    rows = work.session.execute(statement).all()
    wanted = {UUID(tag) for row, _by, _silo in rows for tag in row.deeds.get("tags", ())}
    names: dict[UUID, str] = {}
    if wanted:
        names = {
            row.id: row.name for row in work.session.execute(select(Tag.id, Tag.name).where(among(Tag.id, wanted)))
        }
    return tuple(
        Canned(
            row.id,
            row.shortcut,
            row.title,
            row.language,
            row.text,
            tuple(names[UUID(tag)] for tag in row.deeds.get("tags", ()) if UUID(tag) in names),
            row.deeds.get("then") == "solve",
            by,
            row.created_at,
            Source(silo, row.sourced_at) if silo is not None else None,
        )
        for row, by, silo in rows
    )
