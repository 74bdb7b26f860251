"""What holds for each kind of complaint, and whom it could go to.

What it must not do: change it (`inbox.services.complaint_rules`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import select

from inbox.domain.actors import Role
from inbox.domain.complaints import USUAL, Kind, Route, Rule
from inbox.domain.errors import Forbidden
from inbox.models import Agent, ComplaintRule, Silo, Team
from inbox.models import Role as RoleRow
from inbox.uow import UnitOfWork

READERS = (Role.ADMINISTRATOR, Role.LEAD)


@dataclass(frozen=True, slots=True)
class Named:
    """A person or a unit to choose."""

    id: UUID
    name: str


def rules(work: UnitOfWork) -> Mapping[Kind, Rule]:
    """What is in force for each kind: as the organisation decided, else as it is usual."""
    kept = {
        Kind(row.kind): Rule(
            Kind(row.kind),
            row.receipt_days,
            row.answer_days,
            Route(row.route),
            row.silo_id,
            row.agent_id,
            MappingProxyType(row.texts),
            row.version,
        )
        for row in work.session.scalars(select(ComplaintRule))
    }
    return {kind: kept.get(kind, usual) for kind, usual in USUAL.items()}


def units(work: UnitOfWork) -> tuple[Named, ...]:
    """The units of the back office that can be asked, by name. Raises Forbidden for who changes no rules."""
    _readers_only(work)
    rows = work.session.execute(select(Silo.id, Silo.name).where(Silo.active))
    return _by_name(Named(row.id, row.name) for row in rows)


def people(work: UnitOfWork) -> tuple[Named, ...]:
    """Who answers in any team, by name. Raises Forbidden for who changes no rules."""
    _readers_only(work)
    rows = work.session.execute(
        select(Agent.id, Agent.full_name).where(
            Agent.active, Agent.left_at.is_(None), Agent.roles.any(RoleRow.name.in_((Role.AGENT, Role.LEAD)))
        )
    )
    return _by_name(Named(row.id, row.full_name) for row in rows)


def about_whom(work: UnitOfWork, team_id: UUID) -> tuple[Named, ...]:
    """Whom a complaint about staff can be about: who answers in the team, and the back office, by name."""
    answering = Agent.roles.any(RoleRow.name.in_((Role.AGENT, Role.LEAD))) & Agent.teams.any(Team.id == team_id)
    sitting = Agent.roles.any(RoleRow.name == Role.BACK_OFFICE)
    rows = work.session.execute(
        select(Agent.id, Agent.full_name).where(Agent.active, Agent.left_at.is_(None), answering | sitting)
    )
    return _by_name(Named(row.id, row.full_name) for row in rows)


def _readers_only(work: UnitOfWork) -> None:
    if not work.actor.has(*READERS):
        raise Forbidden("Leads and administrators decide how complaints are handled.")


def _by_name(found: Iterable[Named]) -> tuple[Named, ...]:
    return tuple(sorted(found, key=lambda one: (one.name.casefold(), one.id)))
