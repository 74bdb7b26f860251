"""What every verb about a question to the back office needs: the row in hand, its words checked, its people told.

What it must not do: change a question's state (`silo.py`, `silo_answering.py`).
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select

from inbox.domain.errors import Invalid, NotFound
from inbox.domain.events import QuestionsChanged
from inbox.domain.text import clean
from inbox.models import Agent, Conversation, Silo, SiloAnswer, SiloTicket
from inbox.models.silo import silo_member
from inbox.services import complaint_about, notices
from inbox.uow import UnitOfWork

LONGEST_TEXT = 20_000
"""Characters of a question, of what is known, and of an answer."""
MOST_ANSWERS = 50
"""Answers to one question that come from outside the house: two machines that answer each other come to an end."""
TOO_MANY = "So many answers to one question may come from a machine. Ask the unit."


def of(work: UnitOfWork, conversation: Conversation, ticket_id: UUID) -> tuple[SiloTicket, Silo]:
    """A question of a conversation that the caller holds, held as well. Else NotFound."""
    ticket = work.session.get(SiloTicket, ticket_id)
    if ticket is None or ticket.conversation_id != conversation.id:
        raise NotFound("There is no such question.")
    return locked(work, ticket_id), work.session.get_one(Silo, ticket.silo_id)


def locked(work: UnitOfWork, ticket_id: UUID) -> SiloTicket:
    """The question, held until the commit."""
    return work.session.scalars(
        select(SiloTicket)
        .where(SiloTicket.id == ticket_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()


def held(work: UnitOfWork, ticket_id: UUID) -> tuple[Conversation, SiloTicket]:
    """A question and before it its conversation, both held until the commit."""
    asked = select(SiloTicket.conversation_id).where(SiloTicket.id == ticket_id)
    conversation_id = work.session.scalars(asked).one()
    while True:
        conversation = work.session.scalars(
            select(Conversation)
            .where(Conversation.id == conversation_id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        ).one()
        stands = work.session.scalars(asked).one()
        if stands == conversation.id:
            return conversation, locked(work, ticket_id)
        # It was joined with another while we waited for it.
        conversation_id = stands


def words(given: str, field: str, missing: Invalid | None = None) -> str:
    """What was typed, as it is kept. Raises `missing` for nothing where something is due."""
    kept = clean(given).text.strip()
    if missing is not None and not kept:
        raise missing
    if len(kept) > LONGEST_TEXT:
        raise Invalid("That is longer than %(limit)s characters. Make it shorter.", field=field, limit=LONGEST_TEXT)
    return kept


def is_full(work: UnitOfWork, ticket: SiloTicket) -> bool:
    """Whether a question, held by the caller, has been answered as often as anything outside the house may."""
    kept = select(func.count()).select_from(SiloAnswer).where(SiloAnswer.ticket_id == ticket.id)
    return work.session.execute(kept).scalar_one() >= MOST_ANSWERS


def members(work: UnitOfWork, silo_id: UUID) -> list[UUID]:
    """Who sits in the unit and has not left."""
    return list(
        work.session.scalars(
            select(Agent.id)
            .join(silo_member, silo_member.c.agent_id == Agent.id)
            .where(silo_member.c.silo_id == silo_id, Agent.left_at.is_(None))
            .order_by(Agent.id)
        )
    )


def tell_the_unit(work: UnitOfWork, ticket: SiloTicket, name: str, kind: notices.Kind) -> None:
    """A notice to each: it names the unit and the question's number, and nothing that anybody wrote."""
    conversation = work.session.get_one(Conversation, ticket.conversation_id)
    for agent_id in members(work, ticket.silo_id):
        if complaint_about.is_kept_from(work, conversation, agent_id):
            continue
        notices.tell(work, agent_id, kind, None, silo=name, number=str(ticket.number), ticket=str(ticket.id))
    nudge(work, ticket.silo_id)


def nudge(work: UnitOfWork, silo_id: UUID) -> None:
    """What is put to the unit is something else now: its people's pages fetch it again."""
    work.say(QuestionsChanged(silo_id, tuple(members(work, silo_id))))
