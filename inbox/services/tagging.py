"""Tags on conversations: put there by a person, or together with an answer, and taken off again.

A tag is made by writing a name that there was not; two names that differ only in capitals are one. What it must not
do: decide what a tag means.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from inbox.domain.errors import Invalid, NotFound
from inbox.domain.ids import new_id
from inbox.domain.text import clean
from inbox.models import Conversation, ConversationTag, Tag
from inbox.services import conversations
from inbox.uow import UnitOfWork

LONGEST = 40
"""Characters of a name: it stands in a row of the list beside others."""
MOST = 20
"""Tags on one conversation."""


def add(work: UnitOfWork, conversation_id: UUID, name: str) -> UUID:
    """Put the tag of that name on a conversation; the tag is made if there is none. Returns its id.

    It never conflicts: a tag is added, not exchanged. Raises Invalid for a name that can be none.
    """
    tag_id = made(work, name)
    conversation = conversations.locked(work, conversation_id)
    if put(work, conversation, tag_id):
        conversations.changed(work, conversation, None)
    return tag_id


def put(work: UnitOfWork, conversation: Conversation, tag_id: UUID) -> bool:
    """Put a tag on a conversation that the caller holds. False where it stands already.

    Raises NotFound for a tag that is none, Invalid for one too many.
    """
    on = set(
        work.session.scalars(select(ConversationTag.tag_id).where(ConversationTag.conversation_id == conversation.id))
    )
    if tag_id in on:
        return False
    if work.session.scalar(select(Tag.id).where(Tag.id == tag_id)) is None:
        raise NotFound("There is no such tag.")
    if len(on) >= MOST:
        raise Invalid("A conversation has at most %(most)s tags. Take one off first.", field="tag", most=MOST)
    work.session.add(
        ConversationTag(conversation_id=conversation.id, tag_id=tag_id, agent_id=work.actor.id, at=work.now)
    )
    work.session.flush()
    return True


def take_off(work: UnitOfWork, conversation_id: UUID, tag_id: UUID) -> None:
    """Take a tag off. That it is gone already is no mistake of anybody's."""
    conversation = conversations.locked(work, conversation_id)
    gone = work.session.execute(
        delete(ConversationTag)
        .where(ConversationTag.conversation_id == conversation.id, ConversationTag.tag_id == tag_id)
        .returning(ConversationTag.tag_id)
    ).all()
    if gone:
        conversations.changed(work, conversation, None)


def made(work: UnitOfWork, name: str) -> UUID:
    """The tag of that name, made if there is none. Two people may make it at once: the database keeps one for both.

    Raises Invalid for a name that can be none.
    """
    words = _named(name)
    there = select(Tag.id).where(func.lower(Tag.name) == func.lower(words))
    found = work.session.scalar(there)
    if found is None:
        fresh = insert(Tag).values(id=new_id(), name=words, created_at=work.now)
        work.session.execute(fresh.on_conflict_do_nothing())
        found = work.session.scalars(there).one()
    return found


def _named(name: str) -> str:
    words = " ".join(clean(name).text.split()).removeprefix("#").strip()
    if not words:
        raise Invalid("Write the name of a tag first.", field="tag")
    if len(words) > LONGEST:
        raise Invalid("A tag has at most %(limit)s characters. Make it shorter.", field="tag", limit=LONGEST)
    return words
