"""Answers that go out when we open, and answers that are taken back before they go out.

Why it exists: an answer that waits all night may be wrong by the morning. Whoever changes what it answers (the citizen
speaks again, changes or takes away the question) says `take_back`, and the words are a draft again; of that and a
worker that claims the first part in the same instant, exactly one happens. What it must not do: take back what is
under way, or lock anything but the parts: the caller holds the conversation.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, and_, any_, case, exists, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from inbox.domain import own_posts
from inbox.domain.calendar import NeverOpen
from inbox.domain.delivery import DeliveryState
from inbox.domain.ids import new_id
from inbox.domain.ledger.shapes import SYSTEM_BY, EntryType
from inbox.models import Account, Calendar, Conversation, Delivery, GatheringAnswer, Message, Revision
from inbox.models.arrays import among
from inbox.queries.terms import opening_hours
from inbox.services import (
    complaint_ends,
    conversations,
    drafts,
    ledger,
    notices,
    pictures,
    post_drafts,
    silo_drafts,
    stopping,
)
from inbox.uow import UnitOfWork


def calendar_in_force(account_id: object, now: datetime | ColumnElement[datetime]) -> ScalarSelect[UUID]:
    """Which calendar's hours are an account's, as a piece of a statement (`inbox.domain.terms`)."""
    newest = (
        select(Calendar.id, Calendar.everywhere, Calendar.account_ids, Calendar.created_at)
        .where(Calendar.created_at <= now)
        .order_by(Calendar.name, Calendar.created_at.desc(), Calendar.id.desc())
        .ext(distinct_on(Calendar.name))
        .subquery()
    )
    names_it = any_(newest.c.account_ids) == account_id
    return (
        select(newest.c.id)
        .where(or_(names_it, newest.c.everywhere))
        .order_by(case((names_it, 0), else_=1), newest.c.created_at.desc(), newest.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def opens_at(work: UnitOfWork, calendar_id: UUID | None) -> datetime | None:
    """When those hours begin next. None while we are there, and where we never are."""
    if calendar_id is None:
        return None
    hours = opening_hours(work, {calendar_id})[calendar_id]
    try:
        opening = hours.next_opening(work.now)
    except NeverOpen:
        return None
    return opening if opening > work.now else None


def account_opens_at(work: UnitOfWork, account: Account) -> datetime | None:
    """When we open next for this account. None while we are there, and where we never are."""
    return opens_at(work, work.session.scalar(select(calendar_in_force(account.id, work.now))))


def parts_of(work: UnitOfWork, message_id: UUID) -> list[Delivery]:
    """All parts of an answer, held until the commit."""
    return list(
        work.session.scalars(
            select(Delivery)
            .where(Delivery.message_id == message_id)
            .order_by(Delivery.part)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def untouched(parts: Sequence[Delivery]) -> bool:
    """Whether nobody has tried to post any of them."""
    return all(part.state in (DeliveryState.QUEUED, DeliveryState.HELD) and not part.attempts for part in parts)


def withdraw(work: UnitOfWork, message: Message, parts: Sequence[Delivery], cause: str) -> None:
    """None of it goes out, and its author has the words as a draft again. `cause` is the ledger's code for why."""
    for part in parts:
        part.state, part.due_at = DeliveryState.WITHDRAWN, None
    stopping.word_gone(work, message)
    complaint_ends.word_gone(work, message)
    entry_id = None
    if message.visibility == "public":
        entry_id = ledger.record(
            work,
            EntryType.REPLY_DELETED,
            ref=ledger.about(message),
            values={},
            agent_id=work.actor.id,
            by=work.actor.id or SYSTEM_BY,
            at=work.now,
            cause=cause,
        )
    work.session.add(
        Revision(
            id=new_id(),
            message_id=message.id,
            kind="deleted",
            visibility=message.visibility,
            at=work.now,
            received_at=work.now,
            entry_id=entry_id,
        )
    )
    if message.agent_id is not None and message.kind == own_posts.KIND:
        post_drafts.give_back(work, message.account_id, message.agent_id, unsigned(message))
    elif message.agent_id is not None:
        drafts.give_back(work, message.conversation_id, message.agent_id, message.visibility, unsigned(message))
        pictures.give_back(work, message, message.agent_id)
        silo_drafts.taken_back(work, message)


def take_back(work: UnitOfWork, *held: Conversation, urgent: Collection[UUID] = ()) -> None:
    """What was planned or is held in these conversations answers what is not so any more: it is a draft again.

    `urgent`: where somebody may be in danger no answer to many goes out either, while it waits for its turn.

    One whose first part is under way already goes out: nobody could stop it.
    """
    at_hand = {one.id: one for one in held}
    if not at_hand:
        return
    planned = (
        select(Message)
        .where(
            # What is said after a last word takes nothing back, the last word itself least of all.
            among(Message.conversation_id, {one.id for one in held if one.stopped_at is None}),
            or_(
                and_(Message.planned_for.is_not(None), _stands(DeliveryState.QUEUED)),
                _stands(DeliveryState.HELD),
                *_to_many(urgent),
            ),
        )
        .order_by(Message.id)
    )
    for message in work.session.scalars(planned).all():
        parts = parts_of(work, message.id)
        if not untouched(parts):
            continue
        conversation = at_hand[message.conversation_id]
        was_held = parts[0].state == DeliveryState.HELD
        withdraw(work, message, parts, "spoken_meanwhile")
        conversations.turned_back(work, conversation)
        last_deed = conversation.changed_at
        what = notices.Kind.HELD_TAKEN_BACK if was_held and not message.planned_for else notices.Kind.PLANNED_TAKEN_BACK
        conversations.changed(work, conversation, what.value, reason="undone")
        # A page of news may have waited here for a deed that is later than itself.
        conversation.changed_at = max(last_deed, work.now)
        notices.tell(work, message.agent_id, what, conversation.id)


def _to_many(urgent: Collection[UUID]) -> list[ColumnElement[bool]]:
    if not urgent:
        return []
    to_many = exists().where(GatheringAnswer.message_id == Message.id)
    return [and_(among(Message.conversation_id, urgent), _stands(DeliveryState.QUEUED), to_many)]


def _stands(state: DeliveryState) -> ColumnElement[bool]:
    """Whether a part of the statement's message stands so, and was never tried."""
    untried = (Delivery.message_id == Message.id, Delivery.state == state, Delivery.attempts == 0)
    return select(Delivery.id).where(*untried).exists()


def unsigned(message: Message) -> str:
    """An answer's words without the signature line."""
    return message.text.removesuffix(message.signed_as or "").rstrip()
