"""Who is there, what they answer in and how much they hold: a person's own page, and their lead's.

What it must not do: rank people, or tell how long anybody was away; it says only what the rule of assignment goes by.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select, text

from inbox.domain import attendance
from inbox.domain.actors import Role
from inbox.domain.errors import Forbidden
from inbox.models import Agent, Conversation, GroupAnswerer, Tag, Team
from inbox.models import Role as RoleRow
from inbox.models.agent import team_member
from inbox.models.conversation import OPEN
from inbox.queries.inbox_rows import Chosen
from inbox.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can be given something. `holds` counts open conversations; `capacity` None is without limit."""

    id: UUID
    name: str
    public_name: str | None
    pages_in: str
    away_since: datetime | None
    here: bool
    holds: int
    capacity: int | None
    languages: tuple[str, ...]
    groups: tuple[str, ...] = ()
    """The stakeholder groups that they are asked to answer, in the team that they are told of in."""
    two_keys: bool = False
    """A colleague releases what they answer."""


@dataclass(frozen=True, slots=True)
class TeamOf:
    """A team and its people who answer, by name. `claim_minutes` are opening minutes, None: claims never lapse."""

    id: UUID
    name: str
    assignment: str
    claim_minutes: int | None
    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class TagOf:
    """A tag, and whether a colleague releases what is answered where it stands."""

    id: UUID
    name: str
    two_keys: bool


def me(work: UnitOfWork) -> Person:
    """The actor, as their own page shows them."""
    rows = work.session.execute(_people().where(Agent.id == work.actor.id))
    return _person(work, rows.one())


def teams(work: UnitOfWork) -> tuple[TeamOf, ...]:
    """The actor's teams, by name. Raises Forbidden for all but leads and administrators."""
    if not work.actor.has(Role.LEAD, Role.ADMINISTRATOR):
        raise Forbidden("Leads and administrators arrange who is given what.")
    found = work.session.scalars(select(Team).where(Team.id.in_(work.actor.teams))).all()
    rows = work.session.execute(
        _people()
        .add_columns(team_member.c.team_id, groups_of(team_member.c.team_id).label("groups"))
        .join(team_member, team_member.c.agent_id == Agent.id)
        .where(team_member.c.team_id.in_(work.actor.teams), answering())
    ).all()
    people: dict[UUID, list[Person]] = {team.id: [] for team in found}
    for row in rows:
        people[row.team_id].append(_person(work, row, row.groups))
    return tuple(
        TeamOf(
            team.id,
            team.name,
            team.assignment,
            team.claim_minutes,
            tuple(sorted(people[team.id], key=lambda one: one.name.casefold())),
        )
        for team in sorted(found, key=lambda one: one.name.casefold())
    )


def tags(work: UnitOfWork) -> tuple[TagOf, ...]:
    """All tags, by name. Raises Forbidden for all but leads and administrators."""
    if not work.actor.has(Role.LEAD, Role.ADMINISTRATOR):
        raise Forbidden("Leads and administrators arrange who is given what.")
    found = work.session.execute(select(Tag.id, Tag.name, Tag.two_keys))
    return tuple(sorted((TagOf(*row) for row in found), key=lambda one: one.name.casefold()))


def groups_of(team_id: UUID | ColumnElement[UUID]) -> ColumnElement[list[str]]:
    """The groups that a statement's agent is asked to answer in that team; none is an empty array."""
    named = (
        select(func.array_agg(GroupAnswerer.group))
        .where(GroupAnswerer.team_id == team_id, GroupAnswerer.agent_id == Agent.id)
        .correlate(Agent, team_member)
        .scalar_subquery()
    )
    return func.coalesce(named, text("'{}'"))


def answerers(work: UnitOfWork, conversation_id: UUID, group: str) -> tuple[str, ...]:
    """The names of those whom the conversation's team asks to answer that group, by name; none where it is not seen."""
    rows = work.session.scalars(
        select(Agent.full_name)
        .join(GroupAnswerer, GroupAnswerer.agent_id == Agent.id)
        .join(Conversation, Conversation.team_id == GroupAnswerer.team_id)
        .join(
            team_member,
            (team_member.c.team_id == GroupAnswerer.team_id) & (team_member.c.agent_id == GroupAnswerer.agent_id),
        )
        .where(
            Conversation.id == conversation_id,
            Conversation.team_id.in_(work.actor.teams),
            GroupAnswerer.group == group,
            answering(),
        )
    )
    return tuple(sorted(rows, key=str.casefold))


def answering() -> ColumnElement[bool]:
    """What must hold of a statement's agent for anything to be given to them."""
    return and_(Agent.active, Agent.left_at.is_(None), Agent.roles.any(RoleRow.name.in_((Role.AGENT, Role.LEAD))))


def _people() -> Chosen:
    holds = (
        select(func.count())
        .select_from(Conversation)
        .where(text(OPEN), Conversation.assignee_id == Agent.id)
        .correlate(Agent)
        .scalar_subquery()
    )
    return select(
        Agent.id,
        Agent.full_name,
        Agent.public_name,
        Agent.language,
        Agent.away_since,
        Agent.seen_at,
        Agent.capacity,
        Agent.languages,
        Agent.two_keys,
        holds.label("holds"),
    )


def _person(work: UnitOfWork, row: Any, groups: Sequence[str] = ()) -> Person:
    return Person(
        row.id,
        row.full_name,
        row.public_name,
        row.language,
        row.away_since,
        attendance.here(row.seen_at, work.now),
        row.holds,
        row.capacity,
        tuple(row.languages),
        tuple(groups),
        row.two_keys,
    )
