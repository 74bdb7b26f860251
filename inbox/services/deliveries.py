"""Keeping the promise to post: claimed, recorded, doubted, looked up, and if need be decided by a person.

`claim` commits `sending` before the network call; `record` writes what came of it, in another transaction.
A claim whose worker died runs out and becomes a doubt. Late proof that a post stands out there always
wins over what we believed. What this must not do: call a platform.

Locks are taken in one order everywhere, or two deeds could wait for each other: account, conversation,
delivery, clock.
"""

from __future__ import annotations

from datetime import timedelta
from typing import assert_never
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from connectors.kit import registry
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
from inbox.domain import delivery
from inbox.domain.delivery import DeliveryState
from inbox.domain.errors import Conflict, NotFound
from inbox.domain.events import DeliveriesDue
from inbox.domain.ids import new_id
from inbox.models import Account, Attempt, Conversation, Cursor, Delivery, Message
from inbox.services import accounts, conversations, notices, outcomes
from inbox.uow import UnitOfWork

LOOKED_WITHIN = timedelta(minutes=5)
"""How long a planned answer waits for a look at the platform; several times as long as between two looks."""


def claim(work: UnitOfWork, lease: timedelta) -> UUID | None:
    """Take the next due part, if any: `sending`, with a lease and an attempt, before anybody calls out."""
    previous = aliased(Delivery)
    found = work.session.scalars(
        select(Delivery)
        .join(Account, Account.id == Delivery.account_id)
        .outerjoin(previous, previous.id == Delivery.previous_id)
        .where(
            Delivery.state == DeliveryState.QUEUED,
            Delivery.due_at <= work.now,
            _reachable(work),
            or_(Delivery.previous_id.is_(None), previous.state == DeliveryState.DELIVERED),
            _nothing_unheard(work),
        )
        .order_by(Delivery.due_at, Delivery.id)
        .limit(1)
        .with_for_update(of=Delivery, skip_locked=True)
    ).one_or_none()
    if found is None:
        return None
    outcomes.become(found, DeliveryState.SENDING)
    _lease(found, lease)
    found.attempts += 1
    work.session.add(Attempt(id=new_id(), delivery_id=found.id, number=found.attempts, started_at=work.now))
    outcomes.tell(work, found)
    return found.id


def _nothing_unheard(work: UnitOfWork) -> ColumnElement[bool]:
    """A planned answer waits until we have looked at the platform since its hour: what the citizen said meanwhile takes
    it back (`planning.take_back`). A platform that can't be read holds it up for a while only.
    """
    planned = exists().where(
        Message.id == Delivery.message_id,
        Message.planned_for.is_not(None),
        Message.planned_for > work.now - LOOKED_WITHIN,
        exists().where(Cursor.account_id == Message.account_id, Cursor.moved_at < Message.planned_for),
    )
    return ~planned


def doubt_the_dead(work: UnitOfWork) -> bool:
    """A part whose worker died in the middle was perhaps taken. False when there is none.

    One for each unit of work: two of them in one would be locked in an order of their own. The platform has the
    time to settle that it has after any other doubtful call: what it took last may not be seen yet.
    """
    run_out = (Delivery.state == DeliveryState.SENDING, Delivery.lease_until < func.clock_timestamp())
    dead = select(Delivery.id).where(*run_out).order_by(Delivery.lease_until, Delivery.id).limit(1)
    delivery_id = work.session.scalars(dead).one_or_none()
    if delivery_id is None:
        return False
    one = _locked(work, delivery_id)
    # Whoever was here a moment ago may have recorded the outcome while we waited for the lock.
    if work.session.scalar(select(Delivery.id).where(Delivery.id == delivery_id, *run_out)):
        channel = accounts.get(work, one.account_id).channel
        settle = registry.connector(channel).capabilities.settle
        outcomes.doubt(work, one, "the worker stopped in the middle of the call", settle)
    return True


def claim_doubt(work: UnitOfWork, lease: timedelta) -> UUID | None:
    """Take the next doubtful part to be looked up on the platform, if any."""
    found = work.session.scalars(
        select(Delivery)
        .join(Account, Account.id == Delivery.account_id)
        .where(
            Delivery.state == DeliveryState.UNCONFIRMED,
            Delivery.due_at <= work.now,
            or_(Delivery.lease_until.is_(None), Delivery.lease_until < func.clock_timestamp()),
            _reachable(work),
        )
        .order_by(Delivery.due_at, Delivery.id)
        .limit(1)
        .with_for_update(of=Delivery, skip_locked=True)
    ).one_or_none()
    if found is None:
        return None
    _lease(found, lease)
    return found.id


def record(work: UnitOfWork, delivery_id: UUID, attempt: int, result: DeliverResult, settle: timedelta) -> None:
    """Write what came of try number `attempt`. A result of an older try counts only if it is proof of standing."""
    if isinstance(result, Suspended) or (isinstance(result, Retry) and result.after):
        account_id = work.session.scalars(select(Delivery.account_id).where(Delivery.id == delivery_id)).one()
        accounts.get(work, account_id, lock=True)
    one = _locked(work, delivery_id)
    _end_attempt(work, one, attempt, result)
    if isinstance(result, Delivered):
        outcomes.stands(work, one, result)
        return
    if one.state != DeliveryState.SENDING or one.attempts != attempt:
        return
    match result:
        case Retry(reason=reason, after=after):
            outcomes.again(work, one, reason, after)
        case Rejected(reason=reason):
            outcomes.reject(work, one, reason, "platform")
        case Unconfirmed(reason=reason):
            outcomes.doubt(work, one, reason, settle)
        case Suspended(reason=reason):
            outcomes.become(one, DeliveryState.QUEUED)
            one.lease_until, one.last_error = None, reason
            accounts.suspend(work, accounts.get(work, one.account_id), reason)
            outcomes.tell(work, one)
        case _:
            assert_never(result)


def record_look(work: UnitOfWork, delivery_id: UUID, attempt: int, result: FindResult) -> None:
    """Write what a look on the platform showed after try number `attempt`; of a later try only a find tells."""
    one = _locked(work, delivery_id)
    if isinstance(result, Found):
        outcomes.stands(work, one, result.delivered)
        return
    if one.state != DeliveryState.UNCONFIRMED or one.attempts != attempt:
        return
    one.lease_until = None
    match result:
        case Absent() if one.tries >= delivery.TRIES_BEFORE_A_PERSON:
            # The platform neither takes it nor says why: without an end here it would be tried for ever.
            _ask_a_person(work, one)
        case Absent():
            outcomes.become(one, DeliveryState.QUEUED)
            # At once when only a worker died; a platform that fails again and again is given time.
            one.due_at = work.now + (delivery.back_off(one.tries - 1) if one.tries > 1 else timedelta())
            work.say(DeliveriesDue())
        case CannotTell(reason=reason):
            one.looks += 1
            one.last_error = reason
            one.due_at = work.now + delivery.back_off(one.looks)
            if one.looks >= delivery.LOOKS_BEFORE_A_PERSON:
                _ask_a_person(work, one)
        case _:
            assert_never(result)
    outcomes.tell(work, one)


def refuse_before_posting(work: UnitOfWork, delivery_id: UUID, attempt: int, reason: str) -> None:
    """The last guard in the posting job found what must never go out."""
    one = _locked(work, delivery_id)
    _end_attempt(work, one, attempt, Rejected(reason))
    if one.state == DeliveryState.SENDING and one.attempts == attempt:
        outcomes.reject(work, one, reason, "guard")


def decide(work: UnitOfWork, delivery_id: UUID, *, stands: bool) -> UUID:
    """A person has looked: "yes, it stands there" or "no, send again". Returns the conversation's id.

    Sent again it has all its tries anew: else the first busy moment of the platform would end what a person decided.
    """
    found = work.session.get(Delivery, delivery_id)
    if found is None:
        raise NotFound("There is no such answer.")
    conversation = conversations.locked(work, work.session.get_one(Message, found.message_id).conversation_id)
    one = _locked(work, delivery_id)
    if one.state != DeliveryState.NEEDS_HUMAN:
        raise Conflict("Somebody has decided this already.")
    if stands:
        outcomes.stands(work, one, None)
    else:
        outcomes.become(one, DeliveryState.QUEUED)
        one.due_at, one.looks, one.last_error, one.earlier_tries = work.now, 0, None, one.attempts
        work.say(DeliveriesDue())
    conversations.changed(work, conversation, "stands" if stands else "sent_again")
    return conversation.id


def _ask_a_person(work: UnitOfWork, one: Delivery) -> None:
    outcomes.become(one, DeliveryState.NEEDS_HUMAN)
    one.due_at = None
    message = work.session.get_one(Message, one.message_id)
    notices.tell(work, message.agent_id, notices.Kind.NEEDS_HUMAN, message.conversation_id)


def _end_attempt(work: UnitOfWork, one: Delivery, number: int, result: DeliverResult) -> None:
    attempt = work.session.scalars(select(Attempt).where(Attempt.delivery_id == one.id, Attempt.number == number)).one()
    attempt.ended_at = work.now
    attempt.outcome = type(result).__name__.lower()
    attempt.detail = None if isinstance(result, Delivered) else result.reason


def _locked(work: UnitOfWork, delivery_id: UUID) -> Delivery:
    """The part, held until the commit, and its conversation before it."""
    work.session.scalars(
        select(Conversation)
        .join(Message, Message.conversation_id == Conversation.id)
        .join(Delivery, Delivery.message_id == Message.id)
        .where(Delivery.id == delivery_id)
        .with_for_update(of=Conversation, key_share=True)
        .execution_options(populate_existing=True)
    ).one()
    return work.session.scalars(
        select(Delivery).where(Delivery.id == delivery_id).with_for_update().execution_options(populate_existing=True)
    ).one()


def _lease(one: Delivery, lease: timedelta) -> None:
    one.lease_until = func.clock_timestamp() + lease


def _reachable(work: UnitOfWork) -> ColumnElement[bool]:
    return and_(
        Account.state == "active",
        or_(Account.not_before.is_(None), Account.not_before <= work.now),
    )
