"""Who is kept from a complaint because it is about them: asked by every deed in a conversation.

It stands below the verbs, so that none of them can be built without it. A complaint that ended keeps them from it, too;
only one that was none does not. What it must not do: decide what a complaint is (`complaints.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

from sqlalchemy import select

from inbox.domain.complaints import State
from inbox.domain.errors import Conflict
from inbox.models import Complaint, Conversation
from inbox.models.arrays import among
from inbox.uow import UnitOfWork

NOT_YOURS: Final = "This is a complaint about you. A colleague handles it."


def kept_from(work: UnitOfWork, conversations: Iterable[Conversation]) -> Mapping[UUID, frozenset[UUID]]:
    """By conversation, whom its complaints are about. No statement where none of them is a complaint."""
    complaints = [one.id for one in conversations if one.complaint is not None]
    found: dict[UUID, frozenset[UUID]] = {}
    if complaints:
        rows = work.session.execute(
            select(Complaint.conversation_id, Complaint.about_id).where(
                among(Complaint.conversation_id, complaints),
                Complaint.about_id.is_not(None),
                Complaint.state != State.NONE,
            )
        )
        for row in rows:
            found[row.conversation_id] = found.get(row.conversation_id, frozenset()) | {row.about_id}
    return found


def is_kept_from(work: UnitOfWork, conversation: Conversation, agent_id: UUID | None) -> bool:
    """Whether a complaint there is about that person."""
    if conversation.complaint is None or agent_id is None:
        return False
    return agent_id in kept_from(work, [conversation]).get(conversation.id, frozenset())


def refuse(work: UnitOfWork, conversation: Conversation) -> None:
    """Raises Conflict where the actor is the one whom a complaint there is about."""
    if is_kept_from(work, conversation, work.actor.id):
        raise Conflict(NOT_YOURS)
