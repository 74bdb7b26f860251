"""Two conversations turn out to be one matter.

Everything said moves to the one that stays; the other keeps its reference and points there. Messages
themselves are not rewritten, and each still knows where it was said. Both histories of promises stay; the earliest
deadline goes on. What this must not do: join different persons.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select, update

from inbox.domain.conversation import OPEN_STATES, Klass
from inbox.models import Conversation, ConversationEvent, Exposure, Message, Moderation, Note, Picture
from inbox.services import acute, complaint_ends, conversations, drafts, planning, silo_joining, sla, stopping
from inbox.uow import UnitOfWork


def merge(work: UnitOfWork, gone: Conversation, *, into: Conversation) -> None:
    """Move everything from `gone` into the other. Both rows are locked by the caller."""
    if gone.identity_id != into.identity_id or gone.account_id != into.account_id:
        raise ValueError("two persons or two accounts are never one matter")
    work.session.flush()
    for table in (Message, ConversationEvent):
        work.session.execute(
            update(table)
            .where(table.conversation_id == gone.id)
            .values(conversation_id=into.id, came_from_id=func.coalesce(table.came_from_id, gone.id))
        )
    for beside in (Note, Picture, Exposure, Moderation):
        work.session.execute(update(beside).where(beside.conversation_id == gone.id).values(conversation_id=into.id))
    drafts.move(work, gone.id, to=into.id)
    waits = gone.status in OPEN_STATES and gone.waiting_since is not None
    gone.merged_into_id, gone.waiting_since, gone.snoozed_until = into.id, None, None
    into.assignee_id = into.assignee_id or gone.assignee_id
    silo_joining.move(work, gone, into)
    stopping.move(work, gone, into)
    complaint_ends.move(work, gone, into)
    acute.move(work, gone, into)
    if gone.klass == Klass.OURS:
        into.klass, into.klass_rule = gone.klass, gone.klass_rule
    # What was planned in one of them was written without what was said in the other.
    planning.take_back(work, into)
    conversations.recount(work, into)
    if waits:
        conversations.spoken_to(work, into)
    conversations.changed(work, gone, "merged_away", into=into.reference)
    conversations.changed(work, into, "merged", gone=gone.reference, gone_id=str(gone.id))
    sla.follow(work, gone, into)


def standing(work: UnitOfWork, conversation_id: UUID) -> UUID:
    """The conversation itself, or the one that it was joined with, however often."""
    while into := work.session.scalar(select(Conversation.merged_into_id).where(Conversation.id == conversation_id)):
        conversation_id = into
    return conversation_id
