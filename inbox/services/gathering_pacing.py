"""When each of many answers goes out, so that no platform is asked faster than it takes.

What it must not do: promise anything.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from inbox.domain.delivery import DeliveryState
from inbox.domain.gathering_answers import Hours
from inbox.models import Account, Delivery, Message, Organisation
from inbox.services import accounts
from inbox.uow import UnitOfWork


class Pacing:
    """The hours of answers that are about to be promised, on whatever accounts."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._hours: dict[UUID, Hours] = {}
        self._undo = work.session.scalars(select(Organisation.undo_seconds)).one()

    def of(self, account: Account) -> Hours:
        """Those of one account: what it has said lately and what waits to be said count."""
        if account.id not in self._hours:
            connector = accounts.silent_connector(self._work, account)
            pace = connector.capabilities.pace
            earlier = _posts_since(self._work, account.id, self._work.now - pace.each) if pace else []
            first = self._work.now + timedelta(seconds=self._undo)
            most, each = (pace.posts, pace.each) if pace else (None, timedelta())
            self._hours[account.id] = Hours(most, each, earlier, max(first, account.not_before or first))
        return self._hours[account.id]


def _posts_since(work: UnitOfWork, account_id: UUID, since: datetime) -> list[datetime]:
    """When the posts of an account went out since then, or are to go out."""
    at = func.coalesce(Delivery.delivered_at, Delivery.due_at)
    return list(
        work.session.scalars(
            select(at)
            .join(Message, Message.id == Delivery.message_id)
            .where(
                # By the index on what was said; nobody promises an answer longer before it goes out than this.
                Message.said_at > since - timedelta(days=1),
                Message.account_id == account_id,
                Message.direction == "out",
                Delivery.state.not_in((DeliveryState.REJECTED, DeliveryState.WITHDRAWN)),
                at > since,
            )
        )
    )
