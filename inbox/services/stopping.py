"""What a last word does to what comes afterwards, and how it is taken back.

What this must not do: say the last word (`last_word.py`), or hold back what a citizen says: everything is stored and
shown, and whoever is in danger is heard as ever.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, update

from inbox.domain import stopping
from inbox.domain.errors import Conflict
from inbox.models import Conversation, Message, Stop
from inbox.services import conversations
from inbox.uow import UnitOfWork


def silent(work: UnitOfWork, conversation: Conversation, text: str) -> bool:
    """Whether a citizen's words, said there now, are seen and no more."""
    return conversation.stopped_at is not None and not stopping.comes_through(text, work.now.date())


def lift(work: UnitOfWork, conversation_id: UUID, version: int) -> None:
    """We answer there again. What came in meanwhile was seen, and starts no clock afterwards."""
    conversation = conversations.looked_at(work, conversation_id, version)
    if conversation.stopped_at is None:
        raise Conflict("This conversation is answered as ever.")
    _lift(work, Stop.conversation_id == conversation.id, work.actor.id)
    conversation.stopped_at = None
    conversations.changed(work, conversation, "stop_lifted")


def word_gone(work: UnitOfWork, message: Message) -> None:
    """An answer does not go out after all: if it was the last word, nobody has heard that we stopped.

    The caller holds the conversation.
    """
    conversation = work.session.get_one(Conversation, message.conversation_id)
    if conversation.stopped_at is not None and _lift(work, Stop.message_id == message.id, work.actor.id):
        conversation.stopped_at = None
        conversations.line(work, conversation.id, "stop_lifted")


def move(work: UnitOfWork, gone: Conversation, into: Conversation) -> None:
    """Two conversations are one: it is stopped if one of them was. The older reason goes on being told."""
    if gone.stopped_at is None:
        return
    if into.stopped_at is not None:
        _lift(work, Stop.conversation_id == gone.id, None)
    into.stopped_at = min(into.stopped_at or gone.stopped_at, gone.stopped_at)
    gone.stopped_at = None
    work.session.execute(update(Stop).where(Stop.conversation_id == gone.id).values(conversation_id=into.id))


def _lift(work: UnitOfWork, which: ColumnElement[bool], by: UUID | None) -> bool:
    lifted = (
        update(Stop)
        .where(which, Stop.lifted_at.is_(None))
        .values(lifted_at=work.now, lifted_by_id=by)
        .returning(Stop.id)
        .execution_options(synchronize_session=False)
    )
    return bool(work.session.scalars(lifted).all())
