"""Since when a citizen waits for us in a conversation: said once, asked in two places.

Why it exists: whoever recounts asks it for what stands, whoever answers for what will stand, in the statement that they
need anyway. What it must not do: read or write by itself.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BindParameter, Boolean, DateTime, ScalarSelect, bindparam, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from inbox.models import Delivery, Message, Revision


def oldest(
    conversation: BindParameter[UUID] | InstrumentedAttribute[UUID], *, answering: bool
) -> ScalarSelect[datetime]:
    """The oldest message of ours to answer that came in after our last standing or promised answer.

    What had not come in when we answered is not answered by it, whenever it was said. To be bound: `by_hand`, that a
    person made it work, which then waits for us like everything else, whatever kind a rule called it. `answering`: as
    it will be when the answer stands that is being promised; to be bound are also its time, `now`, and `holding`.
    """
    given_up = select(Delivery.message_id).where(Delivery.state.in_(("withdrawn", "rejected")))
    answer = aliased(Message)
    # An answer in a conversation that was joined to this one has seen nothing of what was asked here.
    answered = select(answer.id).where(
        # Not `conversation`: two levels down a column of it would be a table of its own, with every conversation in it.
        answer.conversation_id == Message.conversation_id,
        answer.direction == "out",
        answer.holding.is_(False),
        answer.said_at >= Message.received_at,
        or_(answer.came_from_id.is_(None), answer.came_from_id == Message.came_from_id),
        ~given_up.where(Delivery.message_id == answer.id).exists(),
    )
    taken_away = select(Revision.id).where(Revision.message_id == Message.id, Revision.kind == "deleted")
    waiting = select(func.min(Message.said_at)).where(
        Message.conversation_id == conversation,
        Message.direction == "in",
        Message.after_stop.is_(False),
        or_(bindparam("by_hand", type_=Boolean), Message.kind.in_(("mention", "reply", "private"))),
        ~taken_away.exists(),
        ~answered.exists(),
    )
    if answering:
        now = bindparam("now", type_=DateTime(timezone=True))
        waiting = waiting.where(or_(bindparam("holding", type_=Boolean), Message.received_at > now))
    return waiting.scalar_subquery()
