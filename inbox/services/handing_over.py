"""Giving a conversation to a colleague: with a note for them, and a first line that they may send.

Nothing is posted: the line lies in the receiver's own composer, because nobody's name goes out but by their own hand.
The clocks run on as they are; another person is no new promise. What it must not do: choose the colleague
(`assigning.py` does that for what comes in).
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from inbox.domain.actors import Role
from inbox.domain.errors import Conflict, Invalid
from inbox.domain.handing_over import first_line
from inbox.domain.text import clean
from inbox.models import Account, Agent, Conversation, Message
from inbox.models import Role as RoleRow
from inbox.models.agent import team_member
from inbox.services import complaint_about, conversations, drafts, notices, pictures, silo_drafts
from inbox.uow import UnitOfWork


def hand_over(
    work: UnitOfWork, conversation_id: UUID, version: int, to: UUID | None, note: str = "", *, with_line: bool = False
) -> None:
    """Give it to a colleague of the same team, who is told. A lead may give away what somebody else holds.

    `with_line` puts a ready first line into the receiver's draft, unless they have begun one; it says who was here
    before, so there is none where nobody was. Raises Invalid (`to`, `text`), Conflict as everywhere.
    """
    conversation = conversations.opened(work, conversation_id, version)
    if conversation.assignee_id not in (None, work.actor.id) and not work.actor.has(Role.LEAD):
        raise Conflict("A colleague has taken this conversation.")
    receiver = _colleague(work, conversation, to)
    before = conversation.assignee_id
    if receiver.id == before:
        raise Invalid("That colleague holds it already. Choose somebody else.", field="to")
    if complaint_about.is_kept_from(work, conversation, receiver.id):
        raise Invalid("The complaint is about that colleague. Choose somebody else.", field="to")
    if note.strip():
        conversations.write_note(work, conversation, note)
        drafts.forget(work, conversation.id, "note")
    if with_line and before is not None:
        _offer_line(work, conversation, receiver, before)
    conversation.assignee_id = receiver.id
    silo_drafts.lay(work, conversation)
    conversations.take_up(conversation)
    conversations.changed(work, conversation, "handed_over", to=receiver.full_name, to_id=str(receiver.id))
    notices.tell(work, receiver.id, "handed_over", conversation.id)


def give_draft(work: UnitOfWork, conversation_id: UUID, mode: str, words: str) -> None:
    """Leave one's own words to the colleague who has the conversation, or whose account it is: as their draft if they
    have begun none that way, else as a note, so that nothing of theirs is written over.

    Raises Conflict where nobody else has it, Invalid (`text`) where there are no words.
    """
    conversation = conversations.locked(work, conversation_id)
    account = work.session.get_one(Account, conversation.account_id)
    # Where only one person signs, the words are for that person, whoever has the conversation.
    holder = account.owner_id or conversation.assignee_id
    if holder is None or holder == work.actor.id:
        raise Conflict("Nobody else has this conversation.")
    text = clean(words).text.strip()
    if not text or mode not in ("public", "private"):
        raise Invalid("There is nothing to give away.", field="text")
    if not drafts.offer(work, conversation.id, holder, mode, text):
        conversations.write_note(work, conversation, text)
    drafts.forget(work, conversation.id, mode)
    pictures.give(work, conversation.id, mode, holder)
    receiver = work.session.get_one(Agent, holder)
    if holder == account.owner_id:
        notices.tell(work, holder, notices.Kind.POST_PREPARED, conversation.id, account=account.name)
    conversations.changed(work, conversation, "draft_given", to=receiver.full_name, to_id=str(holder))


def drop_draft(work: UnitOfWork, conversation_id: UUID, mode: str) -> None:
    """Throw one's own words away, which only that person can ask for."""
    conversation = conversations.visible(work, conversation_id)
    drafts.forget(work, conversation.id, mode)
    pictures.drop(work, conversation.id, mode)


def _colleague(work: UnitOfWork, conversation: Conversation, to: UUID | None) -> Agent:
    found = (
        work.session.scalars(
            select(Agent)
            .join(team_member, team_member.c.agent_id == Agent.id)
            .where(
                Agent.id == to,
                team_member.c.team_id == conversation.team_id,
                Agent.active,
                Agent.left_at.is_(None),
                Agent.roles.any(RoleRow.name.in_(conversations.ANSWERERS)),
            )
        ).one_or_none()
        if to is not None
        else None
    )
    if found is None:
        raise Invalid("Choose a colleague of this team.", field="to")
    return found


def _offer_line(work: UnitOfWork, conversation: Conversation, receiver: Agent, before: UUID) -> None:
    """In the way in which the citizen wrote last, and in the channel's language."""
    language = work.session.scalars(select(Account.language).where(Account.id == conversation.account_id)).one()
    former = work.session.get_one(Agent, before)
    mode = work.session.scalar(
        select(Message.visibility)
        .where(Message.conversation_id == conversation.id, Message.direction == "in")
        .order_by(Message.said_at.desc(), Message.received_at.desc(), Message.id.desc())
        .limit(1)
    )
    if mode is not None and receiver.public_name and former.public_name:
        line = first_line(language, receiver.public_name, former.public_name)
        drafts.offer(work, conversation.id, receiver.id, mode, line)
