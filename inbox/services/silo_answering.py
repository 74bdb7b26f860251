"""The back office sees a question and answers it; the answer comes back to whoever answers the citizen.

It is laid before them (`silo_drafts.py`); nothing of it is ever sent by itself. What this must not do: let anybody see
or answer what was not put to a unit of theirs.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from inbox.domain.actors import Role
from inbox.domain.conversation import Status
from inbox.domain.errors import Forbidden, Invalid, NotFound
from inbox.domain.events import ConversationChanged
from inbox.domain.ids import new_id
from inbox.domain.silo import TicketState, may_become
from inbox.models import Conversation, Silo, SiloAnswer, SiloTicket
from inbox.models.silo import silo_member
from inbox.services import conversations, notices, silo_drafts, sla
from inbox.services import silo_tickets as tickets
from inbox.uow import UnitOfWork


def see(work: UnitOfWork, ticket_id: UUID) -> None:
    """Somebody of the unit has opened the question. Raises NotFound for one that is not theirs."""
    conversation, ticket, silo = _theirs(work, ticket_id)
    notices.seen_question(work, ticket.id)
    if ticket.state != TicketState.ASKED:
        return
    ticket.state, ticket.seen_at = TicketState.SEEN, work.now
    # Nobody must read this before they may do what they were about to: the version stays.
    conversations.line(work, conversation.id, "silo_seen", silo=silo.name)
    work.say(ConversationChanged(conversation.id, conversation.team_id, conversation.version))
    tickets.nudge(work, silo.id)


def answer(work: UnitOfWork, ticket_id: UUID, key: UUID | None, text: str, *, may_be_public: bool = True) -> UUID:
    """Answer the question; the answer's id. `key` was made with the form: what is sent twice is one answer.

    It becomes a draft of whoever has the conversation, or waits there. Another one is kept beside the first; one to
    what was recalled or finished is kept as late and laid before nobody. Raises Invalid (`text`), NotFound.
    """
    conversation, ticket, silo = _theirs(work, ticket_id)
    words = tickets.words(text, "text", Invalid("Write an answer first.", field="text"))
    late = ticket.state == TicketState.RECALLED or conversation.status in (
        Status.SOLVED,
        Status.DISMISSED,
        Status.CLOSED,
    )
    kept = (
        insert(SiloAnswer)
        .values(
            id=new_id(),
            ticket_id=ticket.id,
            key=key or new_id(),
            agent_id=work.actor.id,
            author=work.actor.name,
            at=work.now,
            text=words,
            may_be_public=may_be_public,
            late=late,
        )
        .on_conflict_do_nothing()
    )
    answer_id: UUID | None = work.session.scalar(kept.returning(SiloAnswer.id))
    if answer_id is None:
        return work.session.scalars(
            select(SiloAnswer.id).where(SiloAnswer.ticket_id == ticket.id, SiloAnswer.key == key)
        ).one()
    if may_become(TicketState(ticket.state), TicketState.ANSWERED):
        ticket.state = TicketState.ANSWERED
    if not late:
        conversations.back_from_back_office(conversation)
    conversations.changed(work, conversation, "silo_answered" if not late else "silo_answered_late", silo=silo.name)
    if not late:
        silo_drafts.lay(work, conversation)
        sla.follow(work, conversation)
    told = conversation.assignee_id or ticket.agent_id
    notices.tell(work, told, notices.Kind.SILO_ANSWERED, conversation.id, silo=silo.name)
    tickets.nudge(work, silo.id)
    return answer_id


def _theirs(work: UnitOfWork, ticket_id: UUID) -> tuple[Conversation, SiloTicket, Silo]:
    """The question with its conversation, held until the commit, for somebody of its unit. Else NotFound."""
    if not work.actor.has(Role.BACK_OFFICE):
        raise Forbidden("Questions are answered by the back office.")
    found = work.session.execute(
        select(SiloTicket.conversation_id, Silo)
        .join(Silo, Silo.id == SiloTicket.silo_id)
        .join(silo_member, silo_member.c.silo_id == Silo.id)
        .where(SiloTicket.id == ticket_id, silo_member.c.agent_id == work.actor.id)
    ).one_or_none()
    if found is None:
        raise NotFound("There is no such question.")
    conversation_id, silo = found
    while True:
        conversation = work.session.scalars(
            select(Conversation)
            .where(Conversation.id == conversation_id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        ).one()
        stands = work.session.scalars(select(SiloTicket.conversation_id).where(SiloTicket.id == ticket_id)).one()
        if stands == conversation.id:
            return conversation, tickets.locked(work, ticket_id), silo
        # It was joined with another while we waited for it.
        conversation_id = stands
