"""How a complaint ends: with an answer, by being none after all, or in another one when conversations are joined.

A complaint is never dismissed, and nothing of it is solved before the citizen has been answered. An answer that does
not go out after all ends nothing. The caller holds the conversation. What it must not do: begin one (`complaints.py`).
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import exists, select, update

from inbox.domain.complaints import State, owed_at
from inbox.domain.delivery import DeliveryState
from inbox.domain.errors import Conflict
from inbox.models import Complaint, Conversation, Delivery, Message, Revision
from inbox.services import complaint_about
from inbox.uow import UnitOfWork


def open_one(work: UnitOfWork, conversation: Conversation) -> Complaint | None:
    """The complaint that is to be answered there. No statement where the conversation is none."""
    if conversation.complaint is None:
        return None
    return work.session.scalars(
        select(Complaint).where(Complaint.conversation_id == conversation.id, Complaint.state == State.OPEN)
    ).one_or_none()


def solved(work: UnitOfWork, conversation: Conversation) -> None:
    """The matter is done: the last answer since the decision is its answer. Raises Conflict where there is none."""
    found = open_one(work, conversation)
    if found is None:
        return
    work.session.flush()
    answer_id = work.session.scalar(
        select(Message.id)
        .where(
            Message.conversation_id == conversation.id,
            Message.direction == "out",
            Message.holding.is_(False),
            Message.said_at >= found.decided_at,
            ~exists().where(Revision.message_id == Message.id, Revision.kind == "deleted"),
            ~exists().where(Delivery.message_id == Message.id, Delivery.state == DeliveryState.REJECTED),
        )
        .order_by(Message.said_at.desc(), Message.id.desc())
        .limit(1)
    )
    if answer_id is None:
        raise Conflict("A complaint is answered before it is solved. Answer it first, or say that it is none.")
    found.answer_id = answer_id
    end(work, found, State.ANSWERED)


def dismissed(work: UnitOfWork, conversation: Conversation) -> None:
    """Raises Conflict: a complaint is answered. Who finds that it is none says so first."""
    if open_one(work, conversation) is not None:
        raise Conflict("A complaint is answered, not dismissed. If it is none, say so first.")


def reopened(work: UnitOfWork, conversation: Conversation) -> None:
    """“Solved” was taken back by hand: the complaint that it ended last is to be answered still."""
    if conversation.complaint is None or open_one(work, conversation) is not None:
        return
    found = work.session.scalars(
        select(Complaint)
        .where(Complaint.conversation_id == conversation.id, Complaint.state == State.ANSWERED)
        .order_by(Complaint.decided_at.desc(), Complaint.id.desc())
        .limit(1)
    ).one_or_none()
    if found is not None:
        _again(found)


def end(work: UnitOfWork, found: Complaint, state: State) -> None:
    """Nothing of it is owed any more."""
    found.state, found.ended_at, found.ended_by_id, found.due_at = state, work.now, work.actor.id, None


def word_gone(work: UnitOfWork, message: Message) -> None:
    """An answer does not go out after all: a receipt is owed again, and what it ended is open again."""
    conversation = work.session.get_one(Conversation, message.conversation_id)
    if conversation.complaint is None:
        return
    # One that was opened anew meanwhile stays the open one.
    for found in work.session.scalars(
        select(Complaint).where(
            Complaint.conversation_id == conversation.id,
            (Complaint.receipt_id == message.id) | (Complaint.answer_id == message.id),
        )
    ).all():
        if found.answer_id == message.id and open_one(work, conversation) is None:
            _again(found)
        if found.receipt_id == message.id:
            found.receipt_id = None
        arm(found)
    work.session.flush()


def _again(found: Complaint) -> None:
    found.state, found.answer_id, found.ended_at, found.ended_by_id = State.OPEN, None, None, None
    arm(found)


def arm(found: Complaint) -> None:
    """Say when the next of its deadlines passes that nobody was told of."""
    receipt = None if found.receipt_id or found.receipt_missed_at else found.receipt_due_at
    answer = None if found.answer_missed_at else found.answer_due_at
    found.due_at = owed_at(receipt, answer) if found.state == State.OPEN else None


def move(work: UnitOfWork, gone: Conversation, into: Conversation) -> None:
    """Two conversations are one. Of two open complaints the older goes on; whom either is about is kept from both.

    `into` has its holder already, who may be one of them.
    """
    if gone.complaint is None:
        return
    both = [one for one in (open_one(work, gone), open_one(work, into)) if one is not None]
    if len(both) == 2:
        end(work, max(both, key=lambda one: (one.began_at, one.id)), State.JOINED)
        work.session.flush()
    work.session.execute(
        update(Complaint)
        .where(Complaint.conversation_id == gone.id)
        .values(conversation_id=into.id)
        .execution_options(synchronize_session="fetch")
    )
    into.complaint, into.gathering_id = into.complaint or gone.complaint, None
    if complaint_about.is_kept_from(work, into, into.assignee_id):
        into.assignee_id = None


def none(work: UnitOfWork, conversation: Conversation, found: Complaint) -> None:
    """It was none: whom it was about may work there as ever, unless another complaint is about them."""
    end(work, found, State.NONE)
    work.session.flush()
    conversation.complaint = work.session.scalar(
        select(Complaint.kind)
        .where(Complaint.conversation_id == conversation.id, Complaint.state != State.NONE)
        .order_by(Complaint.decided_at.desc(), Complaint.id.desc())
        .limit(1)
    )


def lead_may(found: Complaint, actor_id: UUID | None, *, lead: bool) -> bool:
    """Whether that person may say that it was none: a lead, or who decided it; never whom it is about."""
    return actor_id != found.about_id and (lead or actor_id == found.decided_by_id)
