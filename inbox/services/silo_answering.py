"""The back office sees a question and answers it; the answer comes back to whoever answers the citizen.

Units outside the house answer by `silo_receiving.py`. It is laid before them (`silo_drafts.py`); nothing of it is ever
sent by itself. What this must not do: let anybody see or answer what was not put to a unit of theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
from inbox.services import complaint_about, conversations, notices, silo_drafts, silo_holders, sla
from inbox.services import silo_tickets as tickets
from inbox.uow import UnitOfWork


def see(work: UnitOfWork, ticket_id: UUID) -> None:
    """Somebody of the unit has opened the question. Raises NotFound for one that is not theirs."""
    conversation, ticket, silo = theirs(work, ticket_id)
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
    conversation, ticket, silo = theirs(work, ticket_id)
    words = tickets.words(text, "text", Invalid("Write an answer first.", field="text"))
    said = Said(key or new_id(), work.actor.name, words, work.actor.id, may_be_public=may_be_public)
    return keep(work, conversation, ticket, silo, said)


@dataclass(frozen=True, slots=True)
class Said:
    """What a unit said. `final` is False where more is said to follow; `not_ours` where it shows the way elsewhere."""

    key: UUID
    author: str
    text: str
    agent_id: UUID | None = None
    may_be_public: bool = True
    attachments: Sequence[str] = ()
    not_ours: bool = False
    final: bool = True


def keep(work: UnitOfWork, conversation: Conversation, ticket: SiloTicket, silo: Silo, said: Said) -> UUID:
    """Keep an answer to a question that the caller holds; its id. What was kept under this key already stays as it is.

    While more is said to follow the question stays open, and what came so far is laid before the agent.
    """
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
            key=said.key,
            agent_id=said.agent_id,
            author=said.author,
            at=work.now,
            text=said.text,
            may_be_public=said.may_be_public,
            late=late,
            attachments=list(said.attachments),
            not_ours=said.not_ours,
            final=said.final,
        )
        .on_conflict_do_nothing()
    )
    answer_id: UUID | None = work.session.scalar(kept.returning(SiloAnswer.id))
    if answer_id is None:
        return work.session.scalars(
            select(SiloAnswer.id).where(SiloAnswer.ticket_id == ticket.id, SiloAnswer.key == said.key)
        ).one()
    if said.final and may_become(TicketState(ticket.state), TicketState.ANSWERED):
        ticket.state = TicketState.ANSWERED
    if not late and said.final:
        conversations.back_from_back_office(conversation)
    conversations.changed(work, conversation, _line(said, late), silo=silo.name)
    if not late:
        sla.follow(work, conversation)
        silo_holders.find(work, conversation, ticket)
        silo_drafts.lay(work, conversation)
    told = conversation.assignee_id or ticket.agent_id
    notices.tell(work, told, notices.Kind.SILO_ANSWERED, conversation.id, silo=silo.name)
    tickets.nudge(work, silo.id)
    return answer_id


def _line(said: Said, late: bool) -> str:
    """What happened, as the thread tells it and the clocks read it (`inbox.queries.histories`)."""
    if late:
        return "silo_answered_late"
    if not said.final:
        return "silo_said"
    return "silo_not_ours" if said.not_ours else "silo_answered"


def theirs(work: UnitOfWork, ticket_id: UUID) -> tuple[Conversation, SiloTicket, Silo]:
    """The question with its conversation, held until the commit, for somebody of its unit. Else NotFound."""
    if not work.actor.has(Role.BACK_OFFICE):
        raise Forbidden("Questions are answered by the back office.")
    found = work.session.scalars(
        select(Silo)
        .join(SiloTicket, Silo.id == SiloTicket.silo_id)
        .join(silo_member, silo_member.c.silo_id == Silo.id)
        .where(SiloTicket.id == ticket_id, silo_member.c.agent_id == work.actor.id)
    ).one_or_none()
    if found is None:
        raise NotFound("There is no such question.")
    conversation, ticket = tickets.held(work, ticket_id)
    if complaint_about.is_kept_from(work, conversation, work.actor.id):
        raise NotFound("There is no such question.")
    return conversation, ticket, found
