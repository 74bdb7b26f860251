"""Who could have a conversation in their hands, and until when it could be out of everybody's.

What it must not do: give it to anybody (`inbox.services.handing_over`), or rank people; they stand by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, text

from inbox.domain import attendance
from inbox.domain.actors import Role
from inbox.domain.errors import NotFound
from inbox.domain.snoozing import Until, choices
from inbox.models import Account, Agent, Conversation, Identity, Organisation
from inbox.models import Role as RoleRow
from inbox.models.agent import team_member
from inbox.models.conversation import OPEN
from inbox.queries.complaints_beside import complained_of
from inbox.queries.inbox_list import answerers_only
from inbox.queries.terms import all_terms
from inbox.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Matter:
    """The conversation in short, for a form beside it."""

    id: UUID
    version: int
    who: str
    reference: str
    channel: str
    account_id: UUID
    team_id: UUID
    assignee_id: UUID | None
    assignee: str | None
    snoozed_until: datetime | None


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who could have it. `holds` counts their open conversations."""

    id: UUID
    name: str
    away: bool
    here: bool
    holds: int
    languages: tuple[str, ...]


def matter(work: UnitOfWork, conversation_id: UUID) -> Matter:
    """Raises NotFound for an unknown conversation and for one of another team alike, Forbidden for non-answerers."""
    answerers_only(work.actor)
    found = work.session.execute(
        select(Conversation, Identity.name, Account.channel, Agent.full_name)
        .join(Identity, Identity.id == Conversation.identity_id)
        .join(Account, Account.id == Conversation.account_id)
        .outerjoin(Agent, Agent.id == Conversation.assignee_id)
        .where(Conversation.id == conversation_id, Conversation.team_id.in_(work.actor.teams))
    ).one_or_none()
    if found is None:
        raise NotFound("There is no such conversation.")
    row, who, channel, assignee = found
    return Matter(
        row.id,
        row.version,
        who,
        row.reference,
        channel,
        row.account_id,
        row.team_id,
        row.assignee_id,
        assignee,
        row.snoozed_until,
    )


def colleagues(work: UnitOfWork, about: Matter) -> tuple[Colleague, ...]:
    """Everybody of its team who answers, but whoever has it and whom a complaint in it is about.

    Those who are here first, then by name.
    """
    holds = (
        select(func.count())
        .select_from(Conversation)
        .where(text(OPEN), Conversation.assignee_id == Agent.id)
        .correlate(Agent)
        .scalar_subquery()
    )
    rows = work.session.execute(
        select(Agent.id, Agent.full_name, Agent.away_since, Agent.seen_at, Agent.languages, holds.label("holds"))
        .join(team_member, team_member.c.agent_id == Agent.id)
        .where(
            team_member.c.team_id == about.team_id,
            Agent.active,
            Agent.left_at.is_(None),
            Agent.roles.any(RoleRow.name.in_((Role.AGENT, Role.LEAD))),
            ~complained_of(about.id, Agent.id),
        )
    )
    found = (
        Colleague(
            row.id,
            row.full_name,
            row.away_since is not None,
            attendance.here(row.seen_at, work.now),
            row.holds,
            tuple(row.languages),
        )
        for row in rows
        if row.id != about.assignee_id
    )
    return tuple(sorted(found, key=lambda one: (one.away, not one.here, one.name.casefold())))


def times(work: UnitOfWork, about: Matter) -> Mapping[Until, datetime]:
    """Until when it can be put off by one press, in the opening hours of its account."""
    hours = all_terms(work).of(about.account_id).calendar(work.now).hours
    return choices(work.now, hours, zone(work))


def zone(work: UnitOfWork) -> ZoneInfo:
    """In which an hour that somebody writes into a form is meant: the organisation's."""
    return ZoneInfo(work.session.scalars(select(Organisation.zone)).one())
