"""What is put to a unit outside the house (`silo_errands.py` promised it): claimed, recorded, doubted, looked up.

It keeps to the same states as answers to citizens (`deliveries.py`), with one difference: what was certainly not taken
is never given up, since the unit must get it and the agent can recall it. What this must not do: call a target, or
speak to the citizen.

Locks are taken in one order everywhere: unit, conversation, question, errand.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final, assert_never
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, tuple_
from sqlalchemy.orm import aliased

from connectors.kit.contract import (
    Absent,
    CannotTell,
    Delivered,
    DeliverResult,
    FindResult,
    Found,
    Rejected,
    Retry,
    Suspended,
    Unconfirmed,
)
from connectors.kit.target import Errand
from inbox.domain import delivery
from inbox.domain.delivery import DeliveryState
from inbox.domain.events import SilosDue
from inbox.models import Conversation, Silo, SiloErrand, SiloTicket
from inbox.services import silo_errands as errands
from inbox.services import silo_targets, silo_undelivered
from inbox.services import silo_tickets as tickets
from inbox.services.silo_targets import DESK
from inbox.uow import UnitOfWork

STOPPED: Final = "Our own worker stopped in the middle of the call."


def claim(work: UnitOfWork, lease: timedelta) -> UUID | None:
    """Take the next due errand, if any: `sending`, with a lease and a try, before anybody calls out."""
    earlier = aliased(SiloErrand)
    behind = exists().where(
        earlier.ticket_id == SiloErrand.ticket_id,
        tuple_(earlier.created_at, earlier.id) < tuple_(SiloErrand.created_at, SiloErrand.id),
        earlier.state.in_(errands.IN_FLIGHT),
    )
    found = work.session.scalars(
        select(SiloErrand)
        .join(Silo, Silo.id == SiloErrand.silo_id)
        .where(
            SiloErrand.state == DeliveryState.QUEUED,
            SiloErrand.due_at <= work.now,
            _reachable(work),
            ~behind,
        )
        .order_by(SiloErrand.due_at, SiloErrand.id)
        .limit(1)
        .with_for_update(of=SiloErrand, skip_locked=True)
    ).one_or_none()
    if found is None:
        return None
    # The question's own row says "queued" until there is an outcome: it is not ours to lock before the errand.
    found.state = DeliveryState.SENDING
    found.lease_until = func.clock_timestamp() + lease
    found.attempts += 1
    return found.id


def doubt_the_dead(work: UnitOfWork) -> bool:
    """An errand whose worker died in the middle was perhaps taken. False when there is none."""
    run_out = (SiloErrand.state == DeliveryState.SENDING, SiloErrand.lease_until < func.clock_timestamp())
    dead = select(SiloErrand.id).where(*run_out).order_by(SiloErrand.lease_until, SiloErrand.id).limit(1)
    errand_id = work.session.scalar(dead)
    if errand_id is None:
        return False
    silo, conversation, ticket, one = _locked(work, errand_id)
    if work.session.scalar(select(SiloErrand.id).where(SiloErrand.id == errand_id, *run_out)):
        settle = timedelta() if silo.target == DESK else errands.can(silo).settle
        _doubt(work, one, ticket, STOPPED, settle)
        _told(work, silo, conversation)
    return True


def claim_doubt(work: UnitOfWork, lease: timedelta) -> UUID | None:
    """Take the next doubtful errand to be looked up at the target, if any."""
    found = work.session.scalars(
        select(SiloErrand)
        .join(Silo, Silo.id == SiloErrand.silo_id)
        .where(
            SiloErrand.state == DeliveryState.UNCONFIRMED,
            SiloErrand.due_at <= work.now,
            or_(SiloErrand.lease_until.is_(None), SiloErrand.lease_until < func.clock_timestamp()),
            _reachable(work),
        )
        .order_by(SiloErrand.due_at, SiloErrand.id)
        .limit(1)
        .with_for_update(of=SiloErrand, skip_locked=True)
    ).one_or_none()
    if found is None:
        return None
    found.lease_until = func.clock_timestamp() + lease
    return found.id


def record(work: UnitOfWork, errand_id: UUID, attempt: int, result: DeliverResult) -> None:
    """Write what came of try number `attempt`. A result of an older try counts only if it is proof of having come."""
    silo, conversation, ticket, one = _locked(work, errand_id)
    if isinstance(result, Delivered):
        _come(work, silo, ticket, one, result)
    elif one.state == DeliveryState.SENDING and one.attempts == attempt:
        match result:
            case Retry(reason=reason, after=after):
                _again(one, ticket, reason)
                one.due_at = silo_targets.unreached(work, silo, reason, after)
                errands.not_any_more(work, ticket, one)
            case Rejected(reason=reason):
                _reject(work, conversation, ticket, one, silo.name, reason)
            case Unconfirmed(reason=reason):
                _doubt(work, one, ticket, reason, _settle(silo))
            case Suspended(reason=reason):
                _again(one, ticket, reason)
                one.due_at = work.now
                silo_targets.suspend(work, silo, reason)
                errands.not_any_more(work, ticket, one)
            case _:
                assert_never(result)
    _told(work, silo, conversation)


def record_look(work: UnitOfWork, errand_id: UUID, attempt: int, result: FindResult) -> None:
    """Write what a look at the target showed after try number `attempt`; of a later try only a find tells."""
    silo, conversation, ticket, one = _locked(work, errand_id)
    if isinstance(result, Found):
        _come(work, silo, ticket, one, result.delivered)
    elif one.state == DeliveryState.UNCONFIRMED and one.attempts == attempt:
        one.lease_until = None
        match result:
            case Absent() if one.tries >= delivery.TRIES_BEFORE_A_PERSON:
                _ask_a_person(work, conversation, ticket, one, silo.name)
            case Absent():
                errands.become(one, ticket, DeliveryState.QUEUED)
                one.due_at = work.now + (delivery.back_off(one.tries - 1) if one.tries > 1 else timedelta())
                errands.not_any_more(work, ticket, one)
                work.say(SilosDue())
            case CannotTell(reason=reason):
                one.looks += 1
                one.last_error = reason
                one.due_at = work.now + delivery.back_off(one.looks)
                if one.looks >= delivery.LOOKS_BEFORE_A_PERSON:
                    _ask_a_person(work, conversation, ticket, one, silo.name)
            case _:
                assert_never(result)
    _told(work, silo, conversation)


def _told(work: UnitOfWork, silo: Silo, conversation: Conversation) -> None:
    if silo.target == DESK:
        # They were given a seat here during the call: what did not go out has come all the same.
        work.session.flush()
        errands.at_the_desk(work, silo)
        silo_targets.reached(silo)
        silo.state = "active"
    silo_undelivered.tell(work, conversation)


def _come(work: UnitOfWork, silo: Silo, ticket: SiloTicket, one: SiloErrand, proof: Delivered) -> None:
    if one.state == DeliveryState.DELIVERED:
        # An answer came before its question was recorded: what the target calls it is told now.
        if one.kind == Errand.ASK and ticket.external_id is None:
            ticket.external_id, ticket.target = proof.ref.external_id, silo.target
        return
    if not delivery.may_become(DeliveryState(one.state), DeliveryState.DELIVERED):
        return
    errands.become(one, ticket, DeliveryState.DELIVERED)
    one.lease_until, one.due_at, one.last_error = None, None, None
    one.delivered_at = min(proof.said_at, work.now)
    silo_targets.reached(silo)
    if one.kind == Errand.ASK:
        ticket.external_id, ticket.target, ticket.last_error = proof.ref.external_id, silo.target, None
    work.say(SilosDue())


def _reject(
    work: UnitOfWork, conversation: Conversation, ticket: SiloTicket, one: SiloErrand, name: str, reason: str
) -> None:
    errands.become(one, ticket, DeliveryState.REJECTED)
    one.lease_until, one.due_at, one.last_error = None, None, reason
    if one.kind != Errand.ASK:
        return
    ticket.last_error = reason
    for other in errands.of(work, ticket):
        # What was to be said about a question that never came is not said.
        if other.state == DeliveryState.QUEUED:
            errands.become(other, ticket, DeliveryState.WITHDRAWN)
            other.due_at = None
    silo_undelivered.rejected(work, conversation, ticket, name)


def _ask_a_person(work: UnitOfWork, conversation: Conversation, ticket: SiloTicket, one: SiloErrand, name: str) -> None:
    errands.become(one, ticket, DeliveryState.NEEDS_HUMAN)
    one.due_at = None
    silo_undelivered.in_doubt(work, conversation, ticket, name)


def _again(one: SiloErrand, ticket: SiloTicket, reason: str) -> None:
    errands.become(one, ticket, DeliveryState.QUEUED)
    one.lease_until, one.last_error = None, reason
    if one.kind == Errand.ASK:
        ticket.last_error = reason


def _doubt(work: UnitOfWork, one: SiloErrand, ticket: SiloTicket, reason: str, settle: timedelta) -> None:
    errands.become(one, ticket, DeliveryState.UNCONFIRMED)
    one.lease_until, one.last_error, one.looks = None, reason, 0
    one.due_at = work.now + settle


def _locked(work: UnitOfWork, errand_id: UUID) -> tuple[Silo, Conversation, SiloTicket, SiloErrand]:
    ticket_id, silo_id = work.session.execute(
        select(SiloErrand.ticket_id, SiloErrand.silo_id).where(SiloErrand.id == errand_id)
    ).one()
    silo = silo_targets.locked(work, silo_id)
    conversation, ticket = tickets.held(work, ticket_id)
    one = work.session.scalars(
        select(SiloErrand).where(SiloErrand.id == errand_id).with_for_update().execution_options(populate_existing=True)
    ).one()
    return silo, conversation, ticket, one


def _settle(silo: Silo) -> timedelta:
    return timedelta() if silo.target == DESK else errands.can(silo).settle


def _reachable(work: UnitOfWork) -> ColumnElement[bool]:
    return and_(
        Silo.target != DESK,
        Silo.state == "active",
        or_(Silo.not_before.is_(None), Silo.not_before <= work.now),
    )
