"""How long messages took to reach us, and how long we could not see any: figures of their own.

They explain a late answer and excuse none: no deadline moves by them. What it must not do: look at words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select

from inbox.domain.ids import earliest_id
from inbox.models import Account, Message, Outage
from inbox.uow import UnitOfWork

DAY, WEEK = timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Delay:
    """`median` is from the platform's time to ours, of the last day's messages, None without any; nearest rank.

    `outages` and `down` count the last week's, those of the whole house included; one that goes on counts up to now.
    """

    median: timedelta | None
    outages: int
    down: timedelta


def delays(work: UnitOfWork) -> Mapping[UUID, Delay]:
    """The figures of every account."""
    medians = {
        row.account_id: row.median
        for row in work.session.execute(
            select(
                Message.account_id,
                func.percentile_disc(0.5).within_group(Message.received_at - Message.said_at).label("median"),
            )
            .join(Account, Account.id == Message.account_id)
            .where(
                # Ids are made as messages come in, so this is the last day by the table's own key.
                Message.id >= earliest_id(work.now - DAY),
                Message.direction == "in",
                # What was said before the account was ours was not on its way to us.
                Message.said_at >= Account.created_at,
            )
            .group_by(Message.account_id)
        )
    }
    since = work.now - WEEK
    outages = [
        (row.account_id, min(row.ended_at, work.now) - max(row.began_at, since))
        for row in work.session.execute(
            select(
                Outage.account_id, Outage.began_at, func.coalesce(Outage.ended_at, work.now).label("ended_at")
            ).where(func.coalesce(Outage.ended_at, work.now) > since)
        )
    ]
    found: dict[UUID, Delay] = {}
    for account_id in work.session.scalars(select(Account.id)):
        down = [time for whose, time in outages if whose in (None, account_id)]
        found[account_id] = Delay(medians.get(account_id), len(down), sum(down, timedelta()))
    return found
