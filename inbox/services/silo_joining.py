"""A conversation that is joined with another takes its questions to the back office along.

Where both had asked the same unit, one question stays and the other is recalled: the unit answers once. An answer to
the recalled one is still kept and shown. What this must not do: join anything itself (`merging.py`).
"""

from __future__ import annotations

from sqlalchemy import select

from inbox.domain.conversation import OPEN_STATES
from inbox.domain.silo import OPEN_TICKETS, TicketState
from inbox.models import Conversation, Silo, SiloTicket
from inbox.services import conversations, silo_drafts, silo_errands
from inbox.services import silo_tickets as tickets
from inbox.uow import UnitOfWork


def move(work: UnitOfWork, gone: Conversation, into: Conversation) -> None:
    """Both conversations are held by the caller, and `into` has its holder already."""
    rows = work.session.execute(
        select(SiloTicket, Silo)
        .join(Silo, Silo.id == SiloTicket.silo_id)
        .where(SiloTicket.conversation_id.in_((gone.id, into.id)))
        .order_by(SiloTicket.asked_at, SiloTicket.id)
        .with_for_update(key_share=True, of=SiloTicket)
        .execution_options(populate_existing=True)
    ).all()
    coming = [(ticket, silo) for ticket, silo in rows if ticket.conversation_id == gone.id]
    there = {ticket.silo_id for ticket, _silo in rows if ticket.conversation_id == into.id and _open(ticket)}
    for ticket, silo in coming:
        if _open(ticket) and ticket.silo_id in there:
            ticket.state, ticket.recalled_at = TicketState.RECALLED, work.now
            silo_errands.recall(work, ticket, silo)
            conversations.line(work, into.id, "silo_recalled_beside", silo=silo.name)
        elif _open(ticket):
            if into.status in OPEN_STATES:
                conversations.wait_for_back_office(into)
            conversations.line(work, into.id, "silo_moved", silo=silo.name)
        ticket.conversation_id = into.id
        tickets.nudge(work, ticket.silo_id)
    if coming:
        work.session.flush()
        silo_drafts.lay(work, into)


def _open(ticket: SiloTicket) -> bool:
    return ticket.state in OPEN_TICKETS
