"""What the page for a post of our own shows: the accounts that can, whose they are, and what was prepared for them.

What it must not do: show words that were not offered, or an account of another team.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import aliased

from connectors.kit import registry
from inbox.models import Account, Agent, PostDraft
from inbox.models.arrays import among
from inbox.queries.inbox_list import answerers_only
from inbox.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Speaker:
    """An account that can post by itself. `owner`: the one person who signs there, if it is one person's."""

    id: UUID
    name: str
    channel: str
    practice: bool
    owner_id: UUID | None
    owner: str | None
    language: str


@dataclass(frozen=True, slots=True)
class Written:
    """Words that were not posted. `by`: who wrote them."""

    account_id: UUID
    by_id: UUID
    by: str
    text: str
    saved_at: datetime
    offered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Desk:
    """All accounts that can, the actor's own draft for each, and what was prepared for the actor."""

    speakers: tuple[Speaker, ...]
    mine: Mapping[UUID, Written]
    prepared: tuple[Written, ...]


def desk(work: UnitOfWork) -> Desk:
    """Two statements. Raises Forbidden for who does not answer."""
    answerers_only(work.actor)
    can = [name for name, kind in registry.connectors().items() if kind.capabilities.posts]
    owner = aliased(Agent)
    rows = work.session.execute(
        select(Account, owner.full_name)
        .outerjoin(owner, owner.id == Account.owner_id)
        .where(among(Account.team_id, work.actor.teams), among(Account.channel, can), Account.state == "active")
        # Rooms for practice last: a status that only trainees read helps nobody.
        .order_by(Account.practice, Account.owner_id.is_not(None), Account.created_at, Account.id)
    ).all()
    speakers = tuple(
        Speaker(one.id, one.name, one.channel, one.practice, one.owner_id, name, one.language) for one, name in rows
    )
    writer, me = aliased(Agent), work.actor.id
    own = [one.id for one in speakers if one.owner_id == me]
    written = [
        Written(one.account_id, one.agent_id, name, one.text, one.saved_at, one.offered_at)
        for one, name in work.session.execute(
            select(PostDraft, writer.full_name)
            .join(writer, writer.id == PostDraft.agent_id)
            .where(
                among(PostDraft.account_id, [one.id for one in speakers]),
                or_(
                    PostDraft.agent_id == me,
                    and_(among(PostDraft.account_id, own), PostDraft.offered_at.is_not(None)),
                ),
            )
            .order_by(PostDraft.offered_at, PostDraft.agent_id)
        )
    ]
    return Desk(
        speakers,
        {one.account_id: one for one in written if one.by_id == me},
        tuple(one for one in written if one.by_id != me),
    )
