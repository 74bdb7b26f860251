"""Whose turn it is to be asked for news.

What it must not do: ask. A claim holds the account for as long as its lease stands, so that two workers
never fetch the same page at once.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, or_, select

from connectors.kit import registry
from inbox.models import Account
from inbox.uow import UnitOfWork


def claim(work: UnitOfWork, account_id: UUID, lease: timedelta) -> tuple[str, ...]:
    """The streams to fetch now; empty when the account is stopped, held back, or somebody is at it."""
    account = work.session.scalars(
        select(Account)
        .where(
            Account.id == account_id,
            Account.state == "active",
            or_(Account.not_before.is_(None), Account.not_before <= work.now),
            or_(Account.lease_until.is_(None), Account.lease_until < func.clock_timestamp()),
        )
        # Storing a message refers to the account; that must not hide it from whoever wants to claim it.
        .with_for_update(skip_locked=True, key_share=True)
    ).one_or_none()
    if account is None:
        return ()
    account.lease_until = func.clock_timestamp() + lease
    return registry.connector(account.channel).capabilities.streams
