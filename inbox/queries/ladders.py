"""The ladder in force and its versions, for the settings; and what was climbed in one conversation.

What it must not do: save a ladder (`inbox.services.ladders`), or climb one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from inbox.domain.actors import Role
from inbox.domain.errors import Forbidden
from inbox.domain.ladder import NONE, Ladder
from inbox.models import Agent, Escalation, Silo
from inbox.models import Ladder as LadderRow
from inbox.uow import UnitOfWork

READERS = (Role.ADMINISTRATOR, Role.LEAD, Role.AGENT)
VERSIONS = 20
"""Of the newest so many it is told who saved them."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A version, and who saved it; nobody did at the founding."""

    version: int
    since: datetime
    by: str | None


@dataclass(frozen=True, slots=True)
class InForce:
    """The newest ladder, and the versions that there were, newest first. Version 0: there never was one."""

    version: int
    ladder: Ladder
    versions: tuple[Saved, ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that a rule may ask. One that is asked no more is still named where a rule names it."""

    id: UUID
    name: str
    active: bool


@dataclass(frozen=True, slots=True)
class Climbed:
    """A step that had its turn. `outcome` is a word of the table, `data` has names of ours."""

    rule_id: UUID
    kind: str
    number: int
    place: int
    step: str
    at: datetime
    outcome: str
    data: Mapping[str, str]


def in_force(work: UnitOfWork) -> InForce:
    """Raises Forbidden for those who only audit or belong to the back office."""
    if not work.actor.has(*READERS):
        raise Forbidden("The settings are for those who work here.")
    rows = work.session.execute(
        select(LadderRow.version, LadderRow.created_at, Agent.full_name)
        .outerjoin(Agent, Agent.id == LadderRow.agent_id)
        .order_by(LadderRow.version.desc())
        .limit(VERSIONS)
    ).all()
    versions = tuple(Saved(*row) for row in rows)
    if not versions:
        return InForce(0, NONE, ())
    newest = versions[0].version
    rules = work.session.scalars(select(LadderRow.rules).where(LadderRow.version == newest)).one()
    return InForce(newest, Ladder.from_json(rules), versions)


def units(work: UnitOfWork) -> tuple[Unit, ...]:
    """All units of the back office, by name."""
    rows = work.session.execute(select(Silo.id, Silo.name, Silo.active))
    return tuple(sorted((Unit(*row) for row in rows), key=lambda one: one.name.casefold()))


def climbed(work: UnitOfWork, conversation_id: UUID) -> tuple[Climbed, ...]:
    """What was climbed in a conversation that the caller may see, in order."""
    rows = work.session.execute(
        select(
            Escalation.rule_id,
            Escalation.kind,
            Escalation.number,
            Escalation.place,
            Escalation.step,
            Escalation.at,
            Escalation.outcome,
            Escalation.data,
        )
        .where(Escalation.conversation_id == conversation_id)
        .order_by(Escalation.at, Escalation.id)
    )
    return tuple(Climbed(*row) for row in rows)
