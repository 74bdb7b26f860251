"""Before whom an answer of the back office is laid: whoever has the conversation, who asked, or the queue.

Somebody who said that they are away answers nobody today, and the citizen has waited for the back office already. What
it must not do: take anything from somebody who is here, or move what may be acute; that is a person's to decide.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from inbox.models import Agent, Conversation, SiloTicket
from inbox.models.agent import team_member
from inbox.queries.staffing import answering
from inbox.services import assigning, complaint_about, conversations, notices
from inbox.services.assigning import Dealt
from inbox.uow import UnitOfWork


def find(work: UnitOfWork, conversation: Conversation, ticket: SiloTicket) -> None:
    """Give a conversation that the caller holds to somebody who is here, if whoever has it is away.

    A team that deals out deals it out again. Call it last of all locks (`assigning.deal`).
    """
    holder_id = conversation.assignee_id
    if holder_id is None or holder_id == work.actor.id or conversation.acute_at is not None:
        return
    holder = work.session.get_one(Agent, holder_id)
    if holder.active and holder.left_at is None and holder.away_since is None:
        return
    asker = _here(work, conversation, ticket.agent_id)
    if asker is not None:
        conversation.assignee_id = asker.id
        dealt = Dealt([(conversation.id, asker.id)], {asker.id: asker.full_name})
    else:
        conversation.assignee_id = None
        conversations.line(work, conversation.id, "lapsed", name=holder.full_name)
        notices.tell(work, holder.id, notices.Kind.LAPSED, conversation.id)
        work.session.flush()
        away = {holder.id, ticket.agent_id}
        dealt = assigning.deal(work, conversation.team_id, [conversation], but_to=away)
    assigning.tell(work, dealt)


def _here(work: UnitOfWork, conversation: Conversation, agent_id: UUID) -> Agent | None:
    """Who asked, if they are not away and may still answer there."""
    if complaint_about.is_kept_from(work, conversation, agent_id):
        return None
    return work.session.scalars(
        select(Agent)
        .join(team_member, team_member.c.agent_id == Agent.id)
        .where(
            Agent.id == agent_id,
            team_member.c.team_id == conversation.team_id,
            Agent.away_since.is_(None),
            answering(),
        )
    ).one_or_none()
