"""What a mail about unread notices says: what happened, who of us did it, and in which conversation.

It leaves the house, so it holds less than the notice centre: a conversation is its reference. What it must not do:
read anybody's words, or a citizen's name, private or not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Uuid, and_, cast, func, select
from sqlalchemy.orm import aliased

from inbox.domain.actors import Actor
from inbox.models import Agent, Conversation, Notice
from inbox.queries.people import actor_of
from inbox.uow import UnitOfWork

SETTLING = timedelta(minutes=1)
"""What was told in this time waits for the next look: the deed that told it may not be stored yet, and whoever is
here reads it in the page meanwhile."""
MOST = 20
"""Notices that one mail names; the rest it counts."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who gets the mail. `language` is that of their pages."""

    actor: Actor
    address: str
    language: str


@dataclass(frozen=True, slots=True)
class Item:
    """One notice. `by` is a colleague or empty; `reference` is empty where the conversation is out of sight."""

    id: UUID
    kind: str
    by: str
    reference: str


@dataclass(frozen=True, slots=True)
class Digest:
    """The newest notices, newest first, and how many there are in all."""

    items: tuple[Item, ...]
    total: int


def choice(work: UnitOfWork) -> str:
    """How often the actor wants a mail: never, daily or hourly."""
    return work.session.scalars(select(Agent.digest).where(Agent.id == work.actor.id)).one()


def reader(work: UnitOfWork, agent_id: UUID) -> Reader | None:
    """Who that is; None once they have left."""
    agent = work.session.get_one(Agent, agent_id)
    if agent.left_at is not None or not agent.active:
        return None
    return Reader(actor_of(agent), agent.email, agent.language)


def unread(work: UnitOfWork, since: datetime | None, until: datetime) -> Digest:
    """What the actor has not read of what they were told after `since` (None: ever) and up to `until`."""
    by = aliased(Agent)
    mine = [Notice.agent_id == work.actor.id, Notice.read_at.is_(None), Notice.at <= until]
    if since is not None:
        mine.append(Notice.at > since)
    rows = work.session.execute(
        select(Notice.id, Notice.kind, by.full_name.label("by"), Conversation.reference)
        .outerjoin(by, by.id == cast(Notice.data["by"].astext, Uuid))
        .outerjoin(
            Conversation,
            and_(Conversation.id == Notice.conversation_id, Conversation.team_id.in_(work.actor.teams)),
        )
        .where(*mine)
        .order_by(Notice.at.desc(), Notice.id.desc())
        .limit(MOST)
    ).all()
    total = len(rows)
    if total == MOST:
        total = work.session.scalars(select(func.count()).select_from(Notice).where(*mine)).one()
    return Digest(tuple(Item(row.id, row.kind, row.by or "", row.reference or "") for row in rows), total)
