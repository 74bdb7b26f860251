"""What one person spent their time on, for that person alone. What it must not do: take anybody else's id."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, select

from inbox.models import Activity, Conversation, Identity
from inbox.uow import UnitOfWork

DAYS = 14
AT_MOST = 200


@dataclass(frozen=True, slots=True)
class Spent:
    """One conversation on one day. `counted` is the correction if there is one, else what was measured."""

    day: date
    conversation_id: UUID
    reference: str
    who: str
    measured: timedelta
    corrected: timedelta | None

    @property
    def counted(self) -> timedelta:
        """What goes into every sum."""
        return self.measured if self.corrected is None else self.corrected


def mine(view: UnitOfWork) -> tuple[Spent, ...]:
    """The last fourteen days with work of the actor's own, newest first."""
    last = select(func.max(Activity.day)).where(Activity.agent_id == view.actor.id).scalar_subquery()
    rows = view.session.execute(
        select(
            Activity.day,
            Activity.conversation_id,
            Activity.seconds,
            Activity.corrected_seconds,
            Conversation.reference,
            Identity.name,
        )
        .join(Conversation, Conversation.id == Activity.conversation_id)
        .join(Identity, Identity.id == Conversation.identity_id)
        .where(
            Activity.agent_id == view.actor.id,
            Activity.day > last - DAYS,
            # A team that one has left is another's business, the time in it included.
            Conversation.team_id.in_(view.actor.teams),
        )
        .order_by(Activity.day.desc(), Activity.seen_at.desc())
        .limit(AT_MOST)
    )
    return tuple(
        Spent(
            day=row.day,
            conversation_id=row.conversation_id,
            reference=row.reference,
            who=row.name,
            measured=timedelta(seconds=row.seconds),
            corrected=None if row.corrected_seconds is None else timedelta(seconds=row.corrected_seconds),
        )
        for row in rows
    )
