"""What a call says outside the house: which conversation, on which account, and nobody's words or names.

What it must not do: read a message.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from inbox.models import Account, Agent, Conversation
from inbox.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Call:
    """To whom, in which language, and about what."""

    address: str
    language: str
    reference: str
    account: str
    channel: str


def call(work: UnitOfWork, agent_id: UUID, conversation_id: UUID) -> Call | None:
    """None once the person has left."""
    row = work.session.execute(
        select(Agent.email, Agent.language, Conversation.reference, Account.name, Account.channel)
        .select_from(Agent)
        .join(Conversation, Conversation.id == conversation_id)
        .join(Account, Account.id == Conversation.account_id)
        .where(Agent.id == agent_id, Agent.active, Agent.left_at.is_(None))
    ).one_or_none()
    return None if row is None else Call(row.email, row.language, row.reference, row.name, row.channel)
