"""Whom one can ask, what they know, and who fits a conversation best; and the same for whoever arranges it.

What it must not do: read what was asked (`silo_thread.py`, `silo_desk.py`), or choose.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from inbox.domain.actors import Role
from inbox.domain.calendar import Calendar as OpeningHours
from inbox.domain.errors import Forbidden, NotFound
from inbox.domain.silo import OPEN_TICKETS, Asked, Suggestion, suggested
from inbox.models import Agent, Calendar, ConversationTag, Message, Silo, SiloTicket, Tag
from inbox.models import Role as RoleRow
from inbox.models.silo import silo_member, silo_tag
from inbox.queries.terms import opening_hours
from inbox.uow import UnitOfWork

LATELY = 20
"""The citizen's newest messages in which topic words are looked for."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the back office. `minutes` are opening minutes in the hours called `calendar`, None: our own."""

    id: UUID
    name: str
    knows: str
    topics: tuple[str, ...]
    tags: tuple[str, ...]
    minutes: int
    calendar: str | None
    active: bool
    people: tuple[str, ...]
    people_ids: frozenset[UUID]
    target: str
    sees: str
    trouble: str
    """Why it can't be reached now, one English sentence; empty where it can."""


@dataclass(frozen=True, slots=True)
class Sitting:
    """Somebody of the back office, who may sit in a unit."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Those that can be asked about a conversation. `busy` have an open question of it already."""

    units: tuple[Unit, ...]
    busy: frozenset[UUID]
    suggestion: Suggestion | None


def choice(work: UnitOfWork, conversation_id: UUID) -> Choice:
    """For a conversation that the caller may see: the one that is suggested first, then by name."""
    units = _units(work, Silo.active)
    said = work.session.scalars(
        select(Message.text)
        .where(Message.conversation_id == conversation_id, Message.direction == "in")
        .order_by(Message.said_at.desc(), Message.id.desc())
        .limit(LATELY)
    ).all()
    tags = work.session.scalars(
        select(Tag.name)
        .join(ConversationTag, ConversationTag.tag_id == Tag.id)
        .where(ConversationTag.conversation_id == conversation_id)
    ).all()
    busy = work.session.scalars(
        select(SiloTicket.silo_id).where(
            SiloTicket.conversation_id == conversation_id, SiloTicket.state.in_(OPEN_TICKETS)
        )
    ).all()
    free = [one for one in units if one.id not in busy]
    found = suggested(
        (Asked(one.id, one.name, one.topics, frozenset(tag.casefold() for tag in one.tags)) for one in free),
        list(said),
        list(tags),
    )
    first = found.id if found else None
    return Choice(tuple(sorted(units, key=lambda one: one.id != first)), frozenset(busy), found)


def all_units(work: UnitOfWork) -> tuple[Unit, ...]:
    """Every unit, for whoever arranges them."""
    _arrangers_only(work)
    return _units(work)


def one_unit(work: UnitOfWork, silo_id: UUID) -> Unit:
    """One of them. Raises NotFound."""
    _arrangers_only(work)
    found = _units(work, Silo.id == silo_id)
    if not found:
        raise NotFound("There is no such unit.")
    return found[0]


def back_office(work: UnitOfWork) -> tuple[Sitting, ...]:
    """Everybody who may sit in a unit, by name."""
    rows = work.session.execute(
        select(Agent.id, Agent.full_name).where(
            Agent.active, Agent.left_at.is_(None), Agent.roles.any(RoleRow.name == Role.BACK_OFFICE)
        )
    )
    return tuple(
        sorted((Sitting(row.id, row.full_name) for row in rows), key=lambda one: (one.name.casefold(), one.id))
    )


def calendar_names(work: UnitOfWork) -> tuple[str, ...]:
    """The names of the opening hours that there are."""
    return tuple(sorted(work.session.scalars(select(Calendar.name).distinct())))


def hours_in_force(work: UnitOfWork, name: str | None) -> tuple[UUID, OpeningHours]:
    """The newest version of the opening hours of this name, or of the organisation's own: its id and its hours."""
    which = Calendar.everywhere if name is None else Calendar.name == name
    id_ = work.session.scalars(
        select(Calendar.id).where(which).order_by(Calendar.created_at.desc(), Calendar.id.desc()).limit(1)
    ).one()
    return id_, opening_hours(work, {id_})[id_]


def _arrangers_only(work: UnitOfWork) -> None:
    if not work.actor.has(Role.ADMINISTRATOR):
        raise Forbidden("Administrators arrange the back office.")


def _units(work: UnitOfWork, *where: Any) -> tuple[Unit, ...]:
    tags = (
        select(func.jsonb_agg(aggregate_order_by(Tag.name, func.lower(Tag.name))))
        .join(silo_tag, silo_tag.c.tag_id == Tag.id)
        .where(silo_tag.c.silo_id == Silo.id)
        .scalar_subquery()
    )
    person = func.jsonb_build_array(Agent.id, Agent.full_name)
    people = (
        select(func.jsonb_agg(aggregate_order_by(person, func.lower(Agent.full_name), Agent.id)))
        .join(silo_member, silo_member.c.agent_id == Agent.id)
        .where(silo_member.c.silo_id == Silo.id, Agent.left_at.is_(None))
        .scalar_subquery()
    )
    rows = work.session.execute(select(Silo, tags.label("tags"), people.label("people")).where(*where)).all()
    units = (
        Unit(
            row.Silo.id,
            row.Silo.name,
            row.Silo.knows,
            tuple(row.Silo.topics),
            tuple(row.tags or ()),
            row.Silo.minutes,
            row.Silo.calendar,
            row.Silo.active,
            tuple(name for _id, name in row.people or ()),
            frozenset(UUID(id_) for id_, _name in row.people or ()),
            row.Silo.target,
            row.Silo.sees,
            row.Silo.health or row.Silo.last_error or "",
        )
        for row in rows
    )
    return tuple(sorted(units, key=lambda one: (one.name.casefold(), one.id)))
