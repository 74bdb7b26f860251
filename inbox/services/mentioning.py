"""Telling the colleagues who are named by `@` in a note.

What it must not do: decide who is meant (`inbox.domain.mentions`), or tell anybody who can't see the conversation.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from inbox.domain.mentions import mentioned, names_of
from inbox.models import Agent, Conversation
from inbox.models.agent import team_member
from inbox.services import notices
from inbox.uow import UnitOfWork


def tell_the_named(work: UnitOfWork, conversation: Conversation, words: str) -> None:
    """A notice to each of the team who is named; it leads to the note and does not repeat it."""
    if "@" not in words:
        return
    team = work.session.execute(
        select(Agent.id, Agent.full_name, Agent.public_name)
        .join(team_member, team_member.c.agent_id == Agent.id)
        .where(team_member.c.team_id == conversation.team_id, Agent.left_at.is_(None))
        .order_by(Agent.id)
    ).all()
    names: list[tuple[str, UUID]] = [
        (name, row.id) for row in team for name in names_of(row.full_name, row.public_name)
    ]
    for agent_id in mentioned(words, names):
        notices.tell(work, agent_id, notices.Kind.MENTIONED, conversation.id)
