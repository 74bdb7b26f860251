"""Time spent in conversations: measured while one works, and put right by the person themselves.

It is kept for the organisation's sum of time for each kind of matter. What this must not do: let anybody else read
or change what one person spent.
"""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from inbox.domain import attention
from inbox.domain.errors import Forbidden, Invalid, NotFound
from inbox.models import Activity, Agent, Organisation
from inbox.services import conversations
from inbox.uow import UnitOfWork


def beat(work: UnitOfWork, conversation_id: UUID) -> timedelta:
    """The person works in this conversation at this moment. Returns what was counted.

    The time since their last beat was spent where that one came from: this conversation, or the one before it.
    """
    _answerers_only(work)
    conversations.visible(work, conversation_id)
    # One beat of a person after the other: two pages at once would both count the same seconds.
    work.session.scalar(select(Agent.id).where(Agent.id == work.actor.id).with_for_update(key_share=True))
    day = _today(work)
    last = work.session.execute(
        select(Activity.conversation_id, Activity.seen_at)
        .where(Activity.agent_id == work.actor.id, Activity.day == day)
        .order_by(Activity.seen_at.desc())
        .limit(1)
    ).one_or_none()
    worth = attention.credit(last.seen_at if last else None, work.now)
    if last is not None and worth:
        work.session.execute(
            update(Activity)
            .where(
                Activity.agent_id == work.actor.id,
                Activity.day == day,
                Activity.conversation_id == last.conversation_id,
            )
            .values(seconds=Activity.seconds + round(worth.total_seconds()))
        )
    seen = insert(Activity).values(
        agent_id=work.actor.id, day=day, conversation_id=conversation_id, seconds=0, seen_at=work.now
    )
    work.session.execute(
        seen.on_conflict_do_update(
            index_elements=["agent_id", "day", "conversation_id"], set_={"seen_at": seen.excluded.seen_at}
        )
    )
    return worth


def correct(work: UnitOfWork, conversation_id: UUID, day: date, minutes: int | None) -> None:
    """Say how long it really was; None takes the correction back. What was measured stays beside it."""
    _answerers_only(work)
    if minutes is not None and not 0 <= minutes * 60 <= attention.LONGEST_DAY.total_seconds():
        raise Invalid("A day has between 0 and 1440 minutes.", field="minutes")
    row = work.session.get(Activity, (work.actor.id, day, conversation_id))
    if row is None:
        raise NotFound("You have not worked in this conversation on that day.")
    row.corrected_seconds = None if minutes is None else minutes * 60


def _answerers_only(work: UnitOfWork) -> None:
    if not work.actor.has(*conversations.ANSWERERS):
        raise Forbidden("Only agents and leads work in conversations.")


def _today(work: UnitOfWork) -> date:
    zone = work.session.scalars(select(Organisation.zone)).one()
    return work.now.astimezone(ZoneInfo(zone)).date()
