"""What work is owed at this moment: one cheap look at each partial index.

The clock asks every second, so nothing here counts or locks. What it must not do: claim.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import aliased

from inbox.domain.delivery import DeliveryState
from inbox.domain.sla import OWED, ClockState
from inbox.models import Account, Calendar, Clock, Delivery, Policies, RawEvent
from inbox.uow import UnitOfWork

ACCOUNTS = 100
"""Accounts rung for in one beat; the rest have their turn a second later."""


@dataclass(frozen=True, slots=True)
class Owed:
    """Which bells to ring."""

    deliveries: bool
    timers: bool
    raw_events: bool
    accounts: Sequence[UUID]


def owed(view: UnitOfWork) -> Owed:
    """Everything due now that nobody holds."""
    reachable = (
        Account.state == "active",
        or_(Account.not_before.is_(None), Account.not_before <= view.now),
    )
    free = or_(Account.lease_until.is_(None), Account.lease_until < func.clock_timestamp())
    previous = aliased(Delivery)
    due_deliveries = (
        select(Delivery.id)
        .join(Account, Account.id == Delivery.account_id)
        .outerjoin(previous, previous.id == Delivery.previous_id)
        .where(
            or_(
                # A part behind one that is in doubt is not due, however long it waits: nobody is rung for it.
                (Delivery.state == DeliveryState.QUEUED)
                & (Delivery.due_at <= view.now)
                & (Delivery.previous_id.is_(None) | (previous.state == DeliveryState.DELIVERED)),
                (Delivery.state == DeliveryState.UNCONFIRMED) & (Delivery.due_at <= view.now),
                (Delivery.state == DeliveryState.SENDING) & (Delivery.lease_until < func.clock_timestamp()),
            ),
            *reachable,
        )
    )
    terms = (
        select(func.count()).select_from(Calendar).where(Calendar.created_at <= view.now).scalar_subquery()
        + select(func.count()).select_from(Policies).where(Policies.created_at <= view.now).scalar_subquery()
    )
    row = view.session.execute(
        select(
            exists(due_deliveries),
            or_(
                exists(select(Clock.id).where(Clock.state == ClockState.RUNNING, Clock.due_at < view.now)),
                # The least of them stands first in its index; "is there any below?" had every armed clock looked at.
                select(func.min(Clock.terms)).where(Clock.state.in_(OWED)).scalar_subquery() < terms,
            ),
            exists(select(RawEvent.id).where(RawEvent.state == "waiting", RawEvent.due_at <= view.now)),
        )
    ).one()
    accounts = view.session.scalars(
        select(Account.id).where(*reachable, free, Account.due_at <= view.now).order_by(Account.due_at).limit(ACCOUNTS)
    ).all()
    # Without any clock that is owed the database can't say which knows least.
    return Owed(row[0], bool(row[1]), row[2], accounts)
