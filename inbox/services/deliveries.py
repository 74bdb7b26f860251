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

from sqlalchemy import ColumnElement, and_, func, or_, select
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
from inbox.domain import clock, delivery
from inbox.domain.delivery import DeliveryState
from inbox.domain.errors import Conflict, NotFound
from inbox.domain.events import ConversationChanged, DeliveriesDue
from inbox.domain.ids import new_id
from inbox.domain.ledger.shapes import EntryType
from inbox.models import Account, Attempt, Conversation, Delivery, Message
from inbox.services import accounts, conversations, ledger, sla
from inbox.uow import UnitOfWork


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
        )
        .order_by(Delivery.due_at, Delivery.id)
        .limit(1)
        .with_for_update(of=Delivery, skip_locked=True)
    ).one_or_none()
    if found is None:
        return None
    _become(found, DeliveryState.SENDING)
    _lease(found, lease)
    found.attempts += 1
    work.session.add(Attempt(id=new_id(), delivery_id=found.id, number=found.attempts, started_at=work.now))
    _tell(work, found)
    return found.id


def doubt_the_dead(work: UnitOfWork) -> int:
    """Parts whose worker died in the middle: perhaps taken. Returns how many."""
    run_out = (Delivery.state == DeliveryState.SENDING, Delivery.lease_until < func.clock_timestamp())
    doubted = 0
    for delivery_id in work.session.scalars(select(Delivery.id).where(*run_out)).all():
        _locked(work, delivery_id)
        # Whoever was here a moment ago may have recorded the outcome while we waited for the lock.
        if work.session.scalar(select(Delivery.id).where(Delivery.id == delivery_id, *run_out)):
            one = work.session.get_one(Delivery, delivery_id)
            _doubt(work, one, "the worker stopped in the middle of the call", timedelta())
            doubted += 1
    return doubted


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
        _stands(work, one, result)
        return
    if one.state != DeliveryState.SENDING or one.attempts != attempt:
        return
    match result:
        case Retry(reason=reason, after=after):
            _again(work, one, reason, after)
        case Rejected(reason=reason):
            _reject(work, one, reason, "platform")
        case Unconfirmed(reason=reason):
            _doubt(work, one, reason, settle)
        case Suspended(reason=reason):
            _become(one, DeliveryState.QUEUED)
            one.lease_until, one.last_error = None, reason
            accounts.suspend(work, accounts.get(work, one.account_id), reason)
            _tell(work, one)
        case _:
            assert_never(result)


def record_look(work: UnitOfWork, delivery_id: UUID, result: FindResult) -> None:
    """Write what a look on the platform showed."""
    one = _locked(work, delivery_id)
    if isinstance(result, Found):
        _stands(work, one, result.delivered)
        return
    if one.state != DeliveryState.UNCONFIRMED:
        return
    one.lease_until = None
    match result:
        case Absent():
            _become(one, DeliveryState.QUEUED)
            one.due_at = work.now
            work.say(DeliveriesDue())
        case CannotTell(reason=reason):
            one.looks += 1
            one.last_error = reason
            one.due_at = work.now + delivery.back_off(one.looks)
            if one.looks >= delivery.LOOKS_BEFORE_A_PERSON:
                _become(one, DeliveryState.NEEDS_HUMAN)
                one.due_at = None
        case _:
            assert_never(result)
    _tell(work, one)


def refuse_before_posting(work: UnitOfWork, delivery_id: UUID, attempt: int, reason: str) -> None:
    """The last guard in the posting job found what must never go out."""
    one = _locked(work, delivery_id)
    _end_attempt(work, one, attempt, Rejected(reason))
    if one.state == DeliveryState.SENDING and one.attempts == attempt:
        _reject(work, one, reason, "guard")


def decide(work: UnitOfWork, delivery_id: UUID, *, stands: bool) -> UUID:
    """A person has looked: "yes, it stands there" or "no, send again". Returns the conversation's id."""
    found = work.session.get(Delivery, delivery_id)
    if found is None:
        raise NotFound("There is no such answer.")
    conversation = conversations.locked(work, work.session.get_one(Message, found.message_id).conversation_id)
    one = _locked(work, delivery_id)
    if one.state != DeliveryState.NEEDS_HUMAN:
        raise Conflict("Somebody has decided this already.")
    if stands:
        _stands(work, one, None)
    else:
        _become(one, DeliveryState.QUEUED)
        one.due_at, one.looks, one.last_error = work.now, 0, None
        work.say(DeliveriesDue())
    conversations.changed(work, conversation, "stands" if stands else "sent_again")
    return conversation.id


def _stands(work: UnitOfWork, one: Delivery, proof: Delivered | None) -> None:
    """The part stands out there. Without `proof` a person said so, and the time is ours."""
    if one.state == DeliveryState.DELIVERED:
        return
    if one.state == DeliveryState.WITHDRAWN:
        raise ValueError("an undone answer stands on the platform")
    _become(one, DeliveryState.DELIVERED)
    one.lease_until, one.due_at, one.last_error = None, None, None
    one.delivered_at = clock.believed(proof.said_at, work.now) if proof else work.now
    if proof:
        one.external_id, one.token, one.url = proof.ref.external_id, proof.ref.token, proof.url
    message, conversation = _place(work, one)
    if message.visibility == "public":
        ledger.record(
            work,
            EntryType.REPLY_DELIVERED,
            ref=ledger.about(message),
            values={"text": one.text, "signed_name": one.signed_as, "platform_id": one.external_id or ""},
            part=one.part,
            parts=one.parts,
            at=one.delivered_at,
        )
    if one.part == 1:
        sla.answer(work, conversation, message, one.delivered_at)
    if one.part < one.parts:
        work.say(DeliveriesDue())
    _tell(work, one)


def _again(work: UnitOfWork, one: Delivery, reason: str, after: timedelta | None) -> None:
    """Certainly not taken: wait, at least as long as the platform asked, then try again."""
    if one.attempts >= delivery.TRIES_BEFORE_A_PERSON:
        _reject(work, one, reason, "tries")
        return
    _become(one, DeliveryState.QUEUED)
    one.lease_until, one.last_error = None, reason
    one.due_at = work.now + max(after or timedelta(), delivery.back_off(one.attempts))
    if after:
        accounts.hold_back(accounts.get(work, one.account_id), work.now + after)
    _tell(work, one)


def _reject(work: UnitOfWork, one: Delivery, reason: str, cause: str) -> None:
    """It will not go out, and the parts behind it neither: the conversation is ours again."""
    message, conversation = _place(work, one)
    behind = select(Delivery).where(Delivery.message_id == one.message_id, Delivery.part > one.part).with_for_update()
    for part in (one, *work.session.scalars(behind)):
        _become(part, DeliveryState.REJECTED)
        part.lease_until, part.due_at, part.last_error = None, None, reason
    if message.visibility == "public":
        _note_failure(work, EntryType.REPLY_REJECTED, message, one, cause)
    conversations.turned_back(work, conversation)
    conversations.changed(work, conversation, "rejected")


def _doubt(work: UnitOfWork, one: Delivery, reason: str, settle: timedelta) -> None:
    _become(one, DeliveryState.UNCONFIRMED)
    one.lease_until, one.last_error, one.due_at, one.looks = None, reason, work.now + settle, 0
    message, _ = _place(work, one)
    if message.visibility == "public":
        _note_failure(work, EntryType.REPLY_UNCONFIRMED, message, one, "doubt")
    _tell(work, one)


def _note_failure(work: UnitOfWork, kind: EntryType, message: Message, one: Delivery, cause: str) -> None:
    ledger.record(work, kind, ref=ledger.about(message), values={}, part=one.part, parts=one.parts, cause=cause)


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


def _place(work: UnitOfWork, one: Delivery) -> tuple[Message, Conversation]:
    """The answer and its conversation, which is locked already."""
    message = work.session.get_one(Message, one.message_id)
    return message, work.session.get_one(Conversation, message.conversation_id)


def _lease(one: Delivery, lease: timedelta) -> None:
    one.lease_until = func.clock_timestamp() + lease


def _reachable(work: UnitOfWork) -> ColumnElement[bool]:
    return and_(
        Account.state == "active",
        or_(Account.not_before.is_(None), Account.not_before <= work.now),
    )


def _tell(work: UnitOfWork, one: Delivery) -> None:
    """Progress is shown at once, but it is nothing that a colleague must have read: no new version."""
    row = work.session.execute(
        select(Conversation.id, Conversation.team_id, Conversation.version)
        .join(Message, Message.conversation_id == Conversation.id)
        .where(Message.id == one.message_id)
    ).one()
    work.say(ConversationChanged(row.id, row.team_id, row.version))


def _become(one: Delivery, state: DeliveryState) -> None:
    if not delivery.may_become(DeliveryState(one.state), state):
        raise ValueError(f"a delivery can't go from {one.state} to {state}")
    one.state = state
