"""How units outside the house are: whether they can be reached, what they brought that was set aside, and how often the
way to them was shown.

What it must not do: show a word of what was set aside, which may be anybody's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ScalarSelect, func, or_, select

from inbox.domain.actors import Role
from inbox.domain.delivery import DeliveryState
from inbox.domain.errors import Forbidden
from inbox.models import Silo, SiloAnswer, SiloErrand, SiloInbound, SiloTicket
from inbox.uow import UnitOfWork

MOST = 20
"""Reasons that are shown, newest first."""
LATELY: Final = timedelta(weeks=4)
"""How far back leads see how often the way was shown."""


@dataclass(frozen=True, slots=True)
class Way:
    """How a unit is reached. `trouble` is why it can't be, empty where it can; `waiting` errands wait for that."""

    target: str
    trouble: str
    suspended: bool
    waiting: int
    aside: int
    shown: int
    """Questions that ended as another's matter."""


@dataclass(frozen=True, slots=True)
class Aside:
    """Something that was set aside, `times` for the same reason."""

    reason: str
    at: datetime
    times: int


@dataclass(frozen=True, slots=True)
class Trouble:
    """A unit that can't be reached now."""

    id: UUID
    name: str
    reason: str
    suspended: bool
    waiting: int


@dataclass(frozen=True, slots=True)
class Shown:
    """How many questions ended as the matter of the unit called `name`, or of somebody whom it named."""

    name: str
    questions: int


def ways(work: UnitOfWork) -> Mapping[UUID, Way]:
    """Of every unit, for whoever arranges them."""
    if not work.actor.has(Role.ADMINISTRATOR):
        raise Forbidden("Administrators arrange the back office.")
    aside = (
        select(func.coalesce(func.sum(SiloInbound.times), 0))
        .where(SiloInbound.silo_id == Silo.id, SiloInbound.state == "quarantined")
        .scalar_subquery()
    )
    shown = (
        select(func.count(func.distinct(SiloAnswer.ticket_id)))
        .join(SiloTicket, SiloTicket.id == SiloAnswer.ticket_id)
        .where(SiloTicket.silo_id == Silo.id, SiloAnswer.not_ours)
        .scalar_subquery()
    )
    rows = work.session.execute(
        select(
            Silo.id,
            Silo.target,
            func.coalesce(Silo.health, Silo.last_error, "").label("trouble"),
            Silo.state,
            _waiting().label("waiting"),
            aside.label("aside"),
            shown.label("shown"),
        )
    )
    return {
        row.id: Way(row.target, row.trouble, row.state == "suspended", row.waiting, row.aside, row.shown)
        for row in rows
    }


def set_aside(work: UnitOfWork, silo_id: UUID) -> tuple[Aside, ...]:
    """What was set aside of one unit, newest first."""
    if not work.actor.has(Role.ADMINISTRATOR):
        raise Forbidden("Administrators arrange the back office.")
    rows = work.session.execute(
        select(
            SiloInbound.reason,
            func.max(SiloInbound.received_at).label("at"),
            func.sum(SiloInbound.times).label("times"),
        )
        .where(SiloInbound.silo_id == silo_id, SiloInbound.state == "quarantined")
        .group_by(SiloInbound.reason)
        .order_by(func.max(SiloInbound.received_at).desc(), SiloInbound.reason)
        .limit(MOST)
    )
    return tuple(Aside(row.reason, row.at, row.times) for row in rows)


def troubled(work: UnitOfWork) -> tuple[Trouble, ...]:
    """Units that can't be reached now, for the lead's page."""
    if not work.actor.has(Role.LEAD):
        raise Forbidden("This page is for team leads.")
    rows = work.session.execute(
        select(
            Silo.id,
            Silo.name,
            func.coalesce(Silo.health, Silo.last_error, "").label("reason"),
            Silo.state,
            _waiting().label("waiting"),
        ).where(Silo.active, Silo.target != "desk", or_(Silo.health.is_not(None), Silo.last_error.is_not(None)))
    )
    found = (Trouble(row.id, row.name, row.reason, row.state == "suspended", row.waiting) for row in rows)
    return tuple(sorted(found, key=lambda one: (one.name.casefold(), one.id)))


def shown_lately(work: UnitOfWork) -> tuple[Shown, ...]:
    """How often the way was shown in the last four weeks, by unit, for the lead's page."""
    if not work.actor.has(Role.LEAD):
        raise Forbidden("This page is for team leads.")
    rows = work.session.execute(
        select(Silo.name, func.count(func.distinct(SiloAnswer.ticket_id)).label("questions"))
        .join(SiloTicket, SiloTicket.silo_id == Silo.id)
        .join(SiloAnswer, SiloAnswer.ticket_id == SiloTicket.id)
        .where(SiloAnswer.not_ours, SiloAnswer.at > work.now - LATELY)
        .group_by(Silo.id, Silo.name)
    )
    return tuple(sorted((Shown(row.name, row.questions) for row in rows), key=lambda one: one.name.casefold()))


def _waiting() -> ScalarSelect[int]:
    return (
        select(func.count())
        .select_from(SiloErrand)
        .where(SiloErrand.silo_id == Silo.id, SiloErrand.state.in_((DeliveryState.QUEUED, DeliveryState.SENDING)))
        .scalar_subquery()
    )
