"""Two keys: an answer that is promised and held until a colleague releases it, or gives it back with a note.

The author signs and stays the author; who released it is kept beside the answer and, of a public one, in the ledger.
A held part is nothing that a worker could claim, and the database refuses one that goes on without a release. What this
must not do: post anything, or become a queue for ordinary answers: it is off until somebody switches it on.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import exists, select, update

from inbox.domain import releasing
from inbox.domain.delivery import DeliveryState
from inbox.domain.errors import Conflict, Forbidden, Invalid, NotFound
from inbox.domain.events import DeliveriesDue
from inbox.domain.ledger.shapes import EntryType
from inbox.domain.releasing import Why
from inbox.models import Agent, Conversation, Delivery, Message, Organisation, SecondKey, Tag
from inbox.models.arrays import among
from inbox.services import conversations, ledger, notices, outcomes, planning
from inbox.services.questions import Question
from inbox.services.staffing import ARRANGING
from inbox.uow import UnitOfWork

NOT_HELD = "This answer waits for nobody any more. See what became of it."


def needed(work: UnitOfWork, question: Question, tags: Collection[UUID] = ()) -> Why | None:
    """Why the answer that is about to be promised needs a second key. `tags` are put on in the same breath."""
    sensitive = question.sensitive
    if tags and not sensitive and not question.new_here:
        sensitive = bool(work.session.scalar(select(exists().where(among(Tag.id, tags), Tag.two_keys))))
    return releasing.needed(new_here=question.new_here, sensitive=sensitive)


def hold(work: UnitOfWork, message: Message, why: Why) -> None:
    """Say of an answer whose parts are held what it waits for."""
    work.session.add(SecondKey(message_id=message.id, agent_id=message.agent_id, reason=why.value, at=work.now))


def release(work: UnitOfWork, message_id: UUID, version: int) -> UUID:
    """The second key: the answer goes out after its undo window, or at its hour. Returns the conversation's id.

    Raises Forbidden for its author and whoever needs a second key themselves, Conflict when somebody was first.
    """
    message, conversation, parts = _held(work, message_id, version)
    entry_id = None
    if message.visibility == "public":
        entry_id = ledger.record(
            work,
            EntryType.REPLY_RELEASED,
            ref=ledger.about(message),
            values={},
            agent_id=work.actor.id,
            by=work.actor.id or message.id,
        )
    turned = (
        update(SecondKey)
        .where(SecondKey.message_id == message.id, SecondKey.releaser_id.is_(None))
        .values(releaser_id=work.actor.id, released_at=work.now, entry_id=entry_id)
        .returning(SecondKey.message_id)
        .execution_options(synchronize_session=False)
    )
    if work.session.scalars(turned).one_or_none() is None:
        raise Conflict(NOT_HELD)
    undo = timedelta(seconds=work.session.scalars(select(Organisation.undo_seconds)).one())
    due_at = releasing.goes_out_at(work.now, message.planned_for, undo)
    for part in parts:
        outcomes.become(part, DeliveryState.QUEUED)
        part.due_at = due_at
    author = work.session.scalars(select(Agent.full_name).where(Agent.id == message.agent_id)).one()
    conversations.changed(work, conversation, "answer_released", author=author)
    if due_at <= work.now:
        work.say(DeliveriesDue())
    return conversation.id


def give_back(work: UnitOfWork, message_id: UUID, version: int, note: str) -> UUID:
    """Not like this: the words are their author's draft again, and the note says why. Returns the conversation's id.

    Raises Invalid (`text`) without a note, and what `release` raises.
    """
    message, conversation, parts = _held(work, message_id, version)
    conversations.write_note(work, conversation, note)
    planning.withdraw(work, message, parts, "given_back")
    conversations.turned_back(work, conversation)
    # The clocks read it as an answer that does not go out.
    conversations.changed(work, conversation, "answer_given_back", reason="undone")
    notices.tell(work, message.agent_id, notices.Kind.GIVEN_BACK, conversation.id)
    return conversation.id


def mark_tags(work: UnitOfWork, tag_ids: Collection[UUID]) -> None:
    """These tags need a second key from now on, and no others. What is held already stays held.

    Raises Forbidden for whoever arranges nothing, Invalid (`tags`) for a tag that there is not.
    """
    if not work.actor.has(*ARRANGING):
        raise Forbidden("Leads and administrators say what needs a second key.")
    wanted = set(tag_ids)
    known = set(work.session.scalars(select(Tag.id).where(among(Tag.id, wanted)))) if wanted else set()
    if known != wanted:
        raise Invalid("Choose tags from the list.", field="tags")
    work.session.execute(update(Tag).where(Tag.two_keys, Tag.id.not_in(wanted)).values(two_keys=False))
    if wanted:
        work.session.execute(update(Tag).where(among(Tag.id, wanted)).values(two_keys=True))


def _held(work: UnitOfWork, message_id: UUID, version: int) -> tuple[Message, Conversation, Sequence[Delivery]]:
    """A held answer that the actor may decide about, with its conversation and parts, held until the commit."""
    message = work.session.get(Message, message_id)
    if message is None or message.agent_id is None:
        raise NotFound("There is no such answer.")
    conversation = conversations.looked_at(work, message.conversation_id, version)
    new_here = work.session.scalars(select(Agent.two_keys).where(Agent.id == work.actor.id)).one()
    releasing.refuse(work.actor, message.agent_id, new_here=new_here)
    parts = planning.parts_of(work, message.id)
    if not parts or any(part.state != DeliveryState.HELD for part in parts):
        raise Conflict(NOT_HELD)
    return message, conversation, parts
