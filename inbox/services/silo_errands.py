"""What is to be said to a unit outside the house: promised with the deed that asks, reminds or recalls.

`silo_sending.py` carries it there. What this must not do: claim anything, or call a target.
"""

from __future__ import annotations

from sqlalchemy import exists, select

from connectors.kit import target_registry
from connectors.kit.target import Errand, TargetCapabilities
from inbox.domain import delivery
from inbox.domain.delivery import DeliveryState
from inbox.domain.events import SilosDue
from inbox.domain.ids import new_id
from inbox.models import Silo, SiloErrand, SiloTicket
from inbox.services.silo_targets import DESK
from inbox.uow import UnitOfWork

IN_FLIGHT = (DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.UNCONFIRMED, DeliveryState.NEEDS_HUMAN)


def begin(work: UnitOfWork, ticket: SiloTicket, silo: Silo) -> None:
    """The question was just asked: it goes out by the unit's own way. At the desk it has come already."""
    ticket.target = silo.target
    if silo.target == DESK or not can(silo).sends:
        ticket.delivery = DeliveryState.DELIVERED
        return
    ticket.delivery = DeliveryState.QUEUED
    _add(work, ticket, Errand.ASK)


def remind(work: UnitOfWork, ticket: SiloTicket, silo: Silo) -> None:
    """Remind the unit. One that has not got the question yet, or a reminder, is not reminded of it."""
    if silo.target == DESK or not can(silo).sends or not can(silo).reminds:
        return
    waits = exists().where(
        SiloErrand.ticket_id == ticket.id,
        SiloErrand.kind.in_((Errand.ASK, Errand.REMIND)),
        SiloErrand.state == DeliveryState.QUEUED,
    )
    if not work.session.scalar(select(waits)):
        _add(work, ticket, Errand.REMIND)


def recall(work: UnitOfWork, ticket: SiloTicket, silo: Silo) -> None:
    """The question was just recalled: what has not left stays here, and the unit is told if it may have got it."""
    for one in of(work, ticket):
        if one.state == DeliveryState.QUEUED:
            become(one, ticket, DeliveryState.WITHDRAWN)
            one.due_at = None
    left = exists().where(
        SiloErrand.ticket_id == ticket.id,
        SiloErrand.kind == Errand.ASK,
        SiloErrand.state.in_((*IN_FLIGHT, DeliveryState.DELIVERED)),
    )
    work.session.flush()
    if silo.target != DESK and can(silo).sends and can(silo).recalls and work.session.scalar(select(left)):
        _add(work, ticket, Errand.RECALL)


def at_the_desk(work: UnitOfWork, silo: Silo) -> None:
    """The unit sits at the desk of this house from now on: there everything has come that was on its way."""
    rows = work.session.execute(
        select(SiloErrand, SiloTicket)
        .join(SiloTicket, SiloTicket.id == SiloErrand.ticket_id)
        .where(
            SiloErrand.silo_id == silo.id,
            SiloErrand.state.in_((DeliveryState.QUEUED, DeliveryState.UNCONFIRMED, DeliveryState.NEEDS_HUMAN)),
        )
        .with_for_update(of=SiloErrand)
        .execution_options(populate_existing=True)
    )
    for one, ticket in rows.all():
        become(one, ticket, DeliveryState.DELIVERED)
        one.due_at, one.lease_until, one.delivered_at = None, None, work.now


def decide(work: UnitOfWork, ticket: SiloTicket, *, come: bool) -> None:
    """A person has asked the unit: "yes, it is there" or "no, send again". False ends nothing that is not in doubt.

    The caller holds conversation and question.
    """
    for one in of(work, ticket):
        if one.state != DeliveryState.NEEDS_HUMAN:
            continue
        one.looks, one.last_error = 0, None
        if come:
            become(one, ticket, DeliveryState.DELIVERED)
            one.due_at, one.delivered_at = None, work.now
        else:
            become(one, ticket, DeliveryState.QUEUED)
            one.due_at, one.earlier_tries = work.now, one.attempts
            not_any_more(work, ticket, one)
    work.say(SilosDue())


def proven(work: UnitOfWork, ticket: SiloTicket) -> None:
    """The unit has answered: whatever we believed, the question came."""
    for one in of(work, ticket):
        stands = DeliveryState(one.state)
        if one.kind == Errand.ASK and delivery.may_become(stands, DeliveryState.DELIVERED):
            become(one, ticket, DeliveryState.DELIVERED)
            one.due_at, one.lease_until, one.last_error, one.delivered_at = None, None, None, work.now
            ticket.last_error = None


def not_any_more(work: UnitOfWork, ticket: SiloTicket, one: SiloErrand) -> None:
    """A question that was recalled while we tried, and certainly did not come: nothing of it needs to be said."""
    if ticket.recalled_at is None or one.kind != Errand.ASK:
        return
    for other in of(work, ticket):
        if other.state == DeliveryState.QUEUED:
            become(other, ticket, DeliveryState.WITHDRAWN)
            other.due_at = None


def become(one: SiloErrand, ticket: SiloTicket, state: DeliveryState) -> None:
    """The one place that writes a state of delivery to a unit."""
    if not delivery.may_become(DeliveryState(one.state), state):
        raise AssertionError(f"an errand went from {one.state} to {state}")
    one.state = state
    if one.kind == Errand.ASK:
        ticket.delivery = state


def of(work: UnitOfWork, ticket: SiloTicket) -> list[SiloErrand]:
    """All that was ever to be said about a question, in order, held until the commit."""
    return list(
        work.session.scalars(
            select(SiloErrand)
            .where(SiloErrand.ticket_id == ticket.id)
            .order_by(SiloErrand.created_at, SiloErrand.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def can(silo: Silo) -> TargetCapabilities:
    """What the way to a unit outside the house can do."""
    return target_registry.target(silo.target).capabilities


def _add(work: UnitOfWork, ticket: SiloTicket, kind: Errand) -> None:
    work.session.add(
        SiloErrand(
            id=new_id(),
            ticket_id=ticket.id,
            silo_id=ticket.silo_id,
            kind=kind,
            state=DeliveryState.QUEUED,
            created_at=work.now,
            due_at=work.now,
        )
    )
    work.say(SilosDue())
