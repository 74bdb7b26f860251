"""Whose conversations these are, and what their people are called: what presence needs of the database.

What it must not do: know who looks at what; that is in Redis.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import select

from inbox.models import Agent, Conversation
from inbox.models.agent import team_member
from inbox.models.arrays import among
from inbox.uow import UnitOfWork


def teams_of(work: UnitOfWork, conversation_ids: Iterable[UUID]) -> Mapping[UUID, UUID]:
    """The team of each of these that the actor may see; the others are left out."""
    rows = work.session.execute(
        select(Conversation.id, Conversation.team_id).where(
            among(Conversation.id, conversation_ids), Conversation.team_id.in_(work.actor.teams)
        )
    )
    return {row.id: row.team_id for row in rows}


def is_away(work: UnitOfWork) -> bool:
    """Whether the actor has said that they are away: easily forgotten, and then nothing is given to them."""
    return work.session.scalar(select(Agent.away_since).where(Agent.id == work.actor.id)) is not None


def names_of(work: UnitOfWork, agent_ids: Iterable[UUID]) -> Mapping[UUID, str]:
    """What colleagues call them: the public name, else the first one. Only those of the actor's own teams."""
    rows = work.session.execute(
        select(Agent.id, Agent.public_name, Agent.full_name)
        .join(team_member, team_member.c.agent_id == Agent.id)
        .where(among(Agent.id, agent_ids), team_member.c.team_id.in_(work.actor.teams))
    )
    return {row.id: row.public_name or row.full_name.partition(" ")[0] for row in rows}
