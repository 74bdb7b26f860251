"""What an answer needs to know of what it answers, read in one statement.

Why it exists: whoever answers waits for every round trip. What it must not do: lock (the caller holds the
conversation), or judge whether one may answer so.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from uuid import UUID

from sqlalchemy import Select, String, Uuid, bindparam, exists, select, true

from inbox.models import Account, Conversation, Message, Notice, Organisation, Picture
from inbox.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Question:
    """`newest` is the citizen's newest message of that visibility, None where there is none. `pictured`: the actor has
    put pictures beside what they write that way; `noticed`: they have an unread notice of the conversation."""

    account: Account
    newest: UUID | None
    pictured: bool
    noticed: bool
    undo_seconds: int


def question(work: UnitOfWork, conversation: Conversation, visibility: str) -> Question:
    """What the actor is about to answer that way."""
    asked = {"id": conversation.id, "visibility": visibility, "me": work.actor.id}
    return Question(*work.session.execute(_statement(), asked).one())


@cache
def _statement() -> Select[Account, UUID | None, bool, bool, int]:
    """Made once: to put it together costs more than to have it answered."""
    visibility, me = bindparam("visibility", type_=String), bindparam("me", type_=Uuid)
    newest = (
        select(Message.id)
        .where(Message.conversation_id == Conversation.id, Message.direction == "in", Message.visibility == visibility)
        .order_by(Message.said_at.desc(), Message.received_at.desc(), Message.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    pictured = exists().where(
        Picture.conversation_id == Conversation.id,
        Picture.message_id.is_(None),
        Picture.agent_id == me,
        Picture.visibility == visibility,
    )
    noticed = exists().where(Notice.agent_id == me, Notice.conversation_id == Conversation.id, Notice.read_at.is_(None))
    return (
        select(Account, newest, pictured, noticed, Organisation.undo_seconds)
        .select_from(Conversation)
        .join(Account, Account.id == Conversation.account_id)
        .join(Organisation, true())
        .where(Conversation.id == bindparam("id", type_=Uuid))
    )
