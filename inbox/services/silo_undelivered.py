"""A question that did not reach its unit, or perhaps did not: who is told, and what becomes of the conversation.

What it must not do: decide which of the two it is (`silo_sending.py`), or take a lock: the caller holds everything.
"""

from __future__ import annotations

from sqlalchemy import exists, select

from inbox.domain.conversation import Status
from inbox.domain.events import ConversationChanged
from inbox.domain.silo import OPEN_TICKETS, TicketState, may_become
from inbox.models import Conversation, SiloTicket
from inbox.services import conversations, notices, sla
from inbox.uow import UnitOfWork


def rejected(work: UnitOfWork, conversation: Conversation, ticket: SiloTicket, name: str) -> None:
    """The target will never take it: nobody owes an answer, and the agent must ask otherwise."""
    if may_become(TicketState(ticket.state), TicketState.RECALLED):
        ticket.state, ticket.recalled_at = TicketState.RECALLED, work.now
        work.session.flush()
    others = exists().where(SiloTicket.conversation_id == conversation.id, SiloTicket.state.in_(OPEN_TICKETS))
    back = conversation.status == Status.ON_HOLD and not work.session.scalar(select(others))
    if back:
        conversations.back_from_back_office(conversation)
    conversations.changed(work, conversation, "silo_unsent" if back else "silo_unsent_beside", silo=name)
    if back:
        sla.follow(work, conversation)
    _agent(work, conversation, ticket, name)


def in_doubt(work: UnitOfWork, conversation: Conversation, ticket: SiloTicket, name: str) -> None:
    """Nobody can tell whether it came: a person asks there."""
    conversations.changed(work, conversation, "silo_in_doubt", silo=name)
    _agent(work, conversation, ticket, name)


def tell(work: UnitOfWork, conversation: Conversation) -> None:
    """How far it has come is another: pages that show it fetch it again. Nobody's version is the older for it."""
    work.say(ConversationChanged(conversation.id, conversation.team_id, conversation.version))


def _agent(work: UnitOfWork, conversation: Conversation, ticket: SiloTicket, name: str) -> None:
    notices.tell(
        work,
        conversation.assignee_id or ticket.agent_id,
        notices.Kind.SILO_UNDELIVERED,
        conversation.id,
        silo=name,
    )
