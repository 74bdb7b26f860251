"""The back office asks something back about a question, and is told.

The question stays as open as it was and its clock runs on; the time that the unit waits for us is shown beside it. What
this must not do: answer the question (`silo_answering.py`), or let anything of it be seen outside the house.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from inbox.domain.errors import Conflict, Invalid
from inbox.domain.events import ConversationChanged
from inbox.domain.ids import new_id
from inbox.domain.silo import OPEN_TICKETS
from inbox.models import Conversation, SiloRemark, SiloTicket
from inbox.services import complaint_about, conversations, notices, silo_answering
from inbox.services import silo_tickets as tickets
from inbox.uow import UnitOfWork

OVER = "This question is answered or recalled already."


def ask_back(work: UnitOfWork, ticket_id: UUID, key: UUID | None, text: str) -> UUID:
    """Somebody of the unit wants to know something first; the remark's id. What is sent twice is one.

    Raises NotFound for a question that is not theirs, Invalid (`text`), Conflict where nothing is owed any more.
    """
    conversation, ticket, silo = silo_answering.theirs(work, ticket_id)
    words = tickets.words(text, "text", Invalid("Write what you need to know.", field="text"))
    if ticket.state not in OPEN_TICKETS:
        raise Conflict(OVER)
    kept = _keep(work, ticket, key or new_id(), words, from_unit=True)
    told = conversation.assignee_id or ticket.agent_id
    notices.tell(work, told, notices.Kind.SILO_ASKED_BACK, conversation.id, silo=silo.name)
    _say(work, conversation, ticket)
    return kept


def tell(work: UnitOfWork, conversation_id: UUID, remark_id: UUID, text: str) -> UUID:
    """Answer what a unit asked back; the remark's id. Each is answered once, by whoever is first.

    Raises Invalid (`text`), Conflict where a colleague has answered it or nothing is owed any more, NotFound as ever.
    """
    conversation = conversations.locked(work, conversation_id)
    complaint_about.refuse(work, conversation)
    asked = work.session.get(SiloRemark, remark_id)
    ticket, silo = tickets.of(work, conversation, asked.ticket_id if asked and asked.from_unit else remark_id)
    words = tickets.words(text, "text", Invalid("Write an answer first.", field="text"))
    if ticket.state not in OPEN_TICKETS:
        raise Conflict(OVER)
    # Its key is what it answers: the same form sent twice is one answer, two colleagues are not.
    kept = _keep(work, ticket, remark_id, words, from_unit=False)
    if work.session.get_one(SiloRemark, kept).text != words:
        raise Conflict("A colleague has answered them already.")
    tickets.tell_the_unit(work, ticket, silo.name, notices.Kind.SILO_TOLD)
    _say(work, conversation, ticket)
    return kept


def _keep(work: UnitOfWork, ticket: SiloTicket, key: UUID, words: str, *, from_unit: bool) -> UUID:
    row = insert(SiloRemark).values(
        id=new_id(),
        ticket_id=ticket.id,
        key=key,
        agent_id=work.actor.id,
        from_unit=from_unit,
        at=work.now,
        text=words,
    )
    kept: UUID | None = work.session.scalar(row.on_conflict_do_nothing().returning(SiloRemark.id))
    if kept is not None:
        return kept
    return work.session.scalars(
        select(SiloRemark.id).where(SiloRemark.ticket_id == ticket.id, SiloRemark.key == key)
    ).one()


def _say(work: UnitOfWork, conversation: Conversation, ticket: SiloTicket) -> None:
    # Nobody must read this before they may answer the citizen: the version stays.
    work.say(ConversationChanged(conversation.id, conversation.team_id, conversation.version))
    tickets.nudge(work, ticket.silo_id)
