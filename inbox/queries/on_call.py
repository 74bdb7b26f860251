"""Who is on call at this moment, the steps in which people are called, and the plan as its page shows it.

What it must not do: call anybody, or say when somebody slept; it knows who planned to be reachable, and no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import aliased

from inbox.domain.actors import Role
from inbox.domain.acute import EVERY
from inbox.domain.errors import Forbidden
from inbox.models import Agent, OnCall, OnCallShift, Team
from inbox.models import Role as RoleRow
from inbox.uow import UnitOfWork

SHOWN = 60
"""Shifts that the page lists; what has ended is not among them."""


@dataclass(frozen=True, slots=True)
class Shift:
    """Somebody's time on call. `second` is empty where nobody is called after them."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    first: str
    second: str
    running: bool


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can be on call."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that the page shows. `steps` are the names in the order in which they are called now, leads last."""

    first_id: UUID | None
    second_id: UUID | None
    every: int
    version: int
    shifts: tuple[Shift, ...]
    people: tuple[Person, ...]
    steps: tuple[tuple[str, ...], ...]
    leads_only: bool
    """Nobody is on call: the leads are called at once."""


def steps(work: UnitOfWork, team_id: UUID) -> tuple[tuple[UUID, ...], ...]:
    """Whom one calls for a conversation of this team, one step after the other; the last one is all its leads.

    Whoever has left, answers no more or does not see the team's conversations is not among them.
    """
    return _steps(work, Agent.teams.any(Team.id == team_id))[0]


def every(work: UnitOfWork) -> int:
    """Minutes between two rounds."""
    return work.session.scalar(select(OnCall.every)) or EVERY


def plan(work: UnitOfWork) -> Plan:
    """The page's. Raises Forbidden for those who have nothing to do with it."""
    if not work.actor.has(Role.AGENT, Role.LEAD, Role.ADMINISTRATOR):
        raise Forbidden("The plan is for those who answer.")
    mine = Agent.teams.any(Team.id.in_(work.actor.teams))
    found, names = _steps(work, mine)
    kept = work.session.scalars(select(OnCall)).one_or_none()
    first, second = aliased(Agent), aliased(Agent)
    shifts = work.session.execute(
        select(OnCallShift, first.full_name.label("first"), second.full_name.label("second"))
        .join(first, first.id == OnCallShift.first_id)
        .outerjoin(second, second.id == OnCallShift.second_id)
        .where(OnCallShift.dropped_at.is_(None), OnCallShift.ends_at > work.now)
        .order_by(OnCallShift.starts_at, OnCallShift.id)
        .limit(SHOWN)
    ).all()
    people = work.session.execute(
        select(Agent.id, Agent.full_name).where(answering(), mine).order_by(Agent.full_name, Agent.id)
    )
    return Plan(
        kept.first_id if kept else None,
        kept.second_id if kept else None,
        kept.every if kept else EVERY,
        kept.version if kept else 0,
        tuple(
            Shift(
                row.OnCallShift.id,
                row.OnCallShift.starts_at,
                row.OnCallShift.ends_at,
                row.first,
                row.second or "",
                row.OnCallShift.starts_at <= work.now,
            )
            for row in shifts
        ),
        tuple(Person(row.id, row.full_name) for row in people),
        tuple(tuple(names[one] for one in step) for step in found),
        len(found) <= 1,
    )


def answering() -> ColumnElement[bool]:
    """Who can be on call: somebody who has a login and answers."""
    return and_(
        Agent.active,
        Agent.left_at.is_(None),
        Agent.roles.any(RoleRow.name.in_((Role.AGENT.value, Role.LEAD.value))),
    )


def _steps(work: UnitOfWork, within: ColumnElement[bool]) -> tuple[tuple[tuple[UUID, ...], ...], dict[UUID, str]]:
    people = {
        row.id: row
        for row in work.session.execute(
            select(Agent.id, Agent.full_name, Agent.roles.any(RoleRow.name == Role.LEAD.value).label("leads")).where(
                answering(), within
            )
        )
    }
    kept = work.session.execute(select(OnCall.first_id, OnCall.second_id)).one_or_none()
    running = work.session.execute(
        select(OnCallShift.first_id, OnCallShift.second_id)
        .where(
            OnCallShift.dropped_at.is_(None),
            OnCallShift.starts_at <= work.now,
            OnCallShift.ends_at > work.now,
        )
        # Who came last to a time that is planned twice was put there for a reason.
        .order_by(OnCallShift.created_at.desc(), OnCallShift.id.desc())
    ).all()
    planned = [
        *(row.first_id for row in running),
        *(row.second_id for row in running),
        *((kept.first_id, kept.second_id) if kept else ()),
    ]
    line: list[tuple[UUID, ...]] = [(one,) for one in dict.fromkeys(planned) if one in people]
    leads = tuple(sorted(row.id for row in people.values() if row.leads))
    return (*line, *((leads,) if leads else ())), {one.id: one.full_name for one in people.values()}
