"""A person's notices, how they want to be told, and who can be named in a note.

Each is read by that person alone. What it must not do: read anybody's words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, and_, cast, func, select
from sqlalchemy.orm import aliased

from inbox.domain.errors import NotFound
from inbox.models import Account, Agent, Conversation, Identity, Message, Notice
from inbox.models.agent import team_member
from inbox.queries.inbox_rows import Chosen
from inbox.uow import UnitOfWork

MOST = 50
"""Notices in the list. What is older is read in the conversations themselves."""


@dataclass(frozen=True, slots=True)
class Told:
    """One notice. `who` is the citizen, empty where the conversation is out of sight; `by` is the colleague."""

    id: UUID
    kind: str
    at: datetime
    read: bool
    by: str
    who: str
    conversation_id: UUID | None
    channel: str
    private: bool
    """Something in the conversation is private, so that outside the page nobody's name is said."""
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who can be named in a note. `name` is what stands after the sign."""

    id: UUID
    name: str
    full_name: str


def latest(work: UnitOfWork) -> tuple[Told, ...]:
    """The person's newest notices, newest first."""
    return tuple(_told(row) for row in work.session.execute(_mine(work).limit(MOST)))


def newest_unread(work: UnitOfWork) -> Told | None:
    """What they would be told of now."""
    row = work.session.execute(_mine(work).where(Notice.read_at.is_(None)).limit(1)).one_or_none()
    return _told(row) if row else None


def one(work: UnitOfWork, notice_id: UUID) -> Told:
    """One of the person's own. Raises NotFound for anybody else's, too."""
    row = work.session.execute(_mine(work).where(Notice.id == notice_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such notice.")
    return _told(row)


def wants_browser(work: UnitOfWork) -> bool:
    """Whether they asked to be told outside the page."""
    chosen = work.session.scalar(select(Agent.notices).where(Agent.id == work.actor.id))
    return bool(chosen and chosen.get("browser"))


def colleagues(work: UnitOfWork, conversation_id: UUID) -> tuple[Colleague, ...]:
    """Who sees the conversation, but for oneself. Raises NotFound for one out of sight."""
    team = work.session.scalar(
        select(Conversation.team_id).where(
            Conversation.id == conversation_id, Conversation.team_id.in_(work.actor.teams)
        )
    )
    if team is None:
        raise NotFound("There is no such conversation.")
    rows = work.session.execute(
        select(Agent.id, func.coalesce(Agent.public_name, Agent.full_name).label("name"), Agent.full_name)
        .join(team_member, team_member.c.agent_id == Agent.id)
        .where(team_member.c.team_id == team, Agent.left_at.is_(None), Agent.id != work.actor.id)
        .order_by(func.lower(Agent.full_name), Agent.id)
    )
    return tuple(Colleague(row.id, row.name, row.full_name) for row in rows)


def _mine(work: UnitOfWork) -> Chosen:
    by = aliased(Agent)
    private = (
        select(Message.id).where(Message.conversation_id == Conversation.id, Message.visibility == "private").exists()
    )
    return (
        select(
            Notice.id,
            Notice.kind,
            Notice.at,
            Notice.read_at,
            Notice.data,
            by.full_name.label("by"),
            Identity.name.label("who"),
            Conversation.id.label("conversation_id"),
            Account.channel,
            private.label("private"),
        )
        .outerjoin(by, by.id == cast(Notice.data["by"].astext, Uuid))
        .outerjoin(
            Conversation,
            and_(Conversation.id == Notice.conversation_id, Conversation.team_id.in_(work.actor.teams)),
        )
        .outerjoin(Identity, Identity.id == Conversation.identity_id)
        .outerjoin(Account, Account.id == Conversation.account_id)
        .where(Notice.agent_id == work.actor.id)
        .order_by(Notice.at.desc(), Notice.id.desc())
    )


def _told(row: Any) -> Told:
    return Told(
        row.id,
        row.kind,
        row.at,
        row.read_at is not None,
        row.by or "",
        row.who or "",
        row.conversation_id,
        row.channel or "",
        bool(row.private),
        row.data,
    )
