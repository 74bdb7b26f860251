"""What somebody holds who is gone goes back to the queue, once their team's opening minutes have passed.

A team that deals out deals it out again, to somebody else.

What it must not do: take anything from somebody who is here.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select

from inbox.models import Agent, Conversation
from inbox.models.arrays import among
from inbox.queries import claims
from inbox.services import assigning, conversations, notices
from inbox.uow import UnitOfWork


def lapse(work: UnitOfWork) -> int:
    """Give back what is held by those who are gone; returns how many. Whoever held one is told.

    What somebody works in at this moment is locked, and left alone.
    """
    gone = {one.conversation_id: one for one in claims.lapsed(work)}
    if not gone:
        return 0
    held = work.session.scalars(
        select(Conversation)
        .where(among(Conversation.id, gone), Conversation.assignee_id.is_not(None))
        .order_by(Conversation.id)
        .with_for_update(key_share=True, skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    # Asked again under the lock: they may have come back, or somebody may have taken it, since we looked.
    still = {one.conversation_id: one.agent_id for one in claims.lapsed(work)}
    holders = work.session.execute(select(Agent.id, Agent.full_name).where(among(Agent.id, set(still.values()))))
    names = {row.id: row.full_name for row in holders}
    returned: list[Conversation] = []
    for conversation in held:
        holder = conversation.assignee_id
        if holder is None or still.get(conversation.id) != holder:
            continue
        conversation.assignee_id = None
        conversations.changed(work, conversation, "lapsed", name=names[holder])
        notices.tell(work, holder, "lapsed", conversation.id)
        returned.append(conversation)
    _deal_again(work, returned, set(still.values()))
    return len(returned)


def _deal_again(work: UnitOfWork, returned: Sequence[Conversation], gone: Collection[UUID]) -> None:
    # Whoever was just found gone may still count as here, and would be given the same again and again.
    for team_id in sorted({one.team_id for one in returned}):
        assigning.tell(work, assigning.deal(work, team_id, returned, but_to=gone))
