"""Deadlines of complaints that have passed: the leads are told of each once, however late we look.

A deadline is missed at its own instant. Whether the citizen had a receipt in time, the platform's time of the delivery
says (`inbox.queries.complaints`), also where we heard of it only afterwards. What it must not do: decide a deadline.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import select

from inbox.domain.complaints import State
from inbox.domain.events import ConversationChanged
from inbox.domain.ids import new_id
from inbox.models import Complaint, Conversation, ConversationEvent
from inbox.models.arrays import among
from inbox.services import complaint_about, complaint_ends, complaint_routes, notices
from inbox.uow import UnitOfWork

BATCH: Final = 100


def pass_due(work: UnitOfWork, limit: int = BATCH) -> int:
    """Say of each deadline that is over that it was missed, and tell the leads; how many complaints were looked at.

    What another worker has in hand is left to it, so that each is told once.
    """
    late = work.session.scalars(
        select(Complaint)
        .where(Complaint.due_at < work.now, Complaint.state == State.OPEN)
        .order_by(Complaint.due_at, Complaint.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    if not late:
        return 0
    wanted = {one.conversation_id for one in late}
    rows = work.session.scalars(select(Conversation).where(among(Conversation.id, wanted)))
    conversations = {one.id: one for one in rows}
    kept_from = complaint_about.kept_from(work, conversations.values())
    for one in late:
        conversation = conversations[one.conversation_id]
        missed = _missed(work, one)
        for what in missed:
            for lead in complaint_routes.leads(work, conversation.team_id):
                if lead.id not in kept_from.get(conversation.id, frozenset()):
                    notices.tell(work, lead.id, notices.Kind.COMPLAINT_LATE, conversation.id, what=what)
        work.say(ConversationChanged(conversation.id, conversation.team_id, conversation.version))
        complaint_ends.arm(one)
    work.session.flush()
    return len(late)


def _missed(work: UnitOfWork, one: Complaint) -> list[str]:
    """Which of its deadlines are over and were not told of; each gets its line, at its own instant."""
    missed = []
    if one.receipt_id is None and one.receipt_missed_at is None and one.receipt_due_at < work.now:
        one.receipt_missed_at = one.receipt_due_at
        missed.append("receipt")
        _line(work, one.conversation_id, one, "receipt")
    if one.answer_missed_at is None and one.answer_due_at < work.now:
        one.answer_missed_at = one.answer_due_at
        missed.append("answer")
        _line(work, one.conversation_id, one, "answer")
    return missed


def _line(work: UnitOfWork, conversation_id: UUID, one: Complaint, what: str) -> None:
    work.session.add(
        ConversationEvent(
            id=new_id(),
            conversation_id=conversation_id,
            at=one.receipt_due_at if what == "receipt" else one.answer_due_at,
            kind="complaint_late",
            agent_id=None,
            data={"what": what},
        )
    )
