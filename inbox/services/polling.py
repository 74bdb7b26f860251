"""Whose turn it is to be asked for news.

What it must not do: ask. Whoever claims an account holds it until it is freed or the lease runs out, so that two
workers never fetch one backlog at once. The lease's own instant says whose it is: who slept through theirs finds
another there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, or_, select

from connectors.kit import registry
from inbox.models import Account
from inbox.services import accounts
from inbox.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Turn:
    """An account in one worker's hands: what to fetch, and until when it is held unless it is kept."""

    account_id: UUID
    streams: tuple[str, ...]
    until: datetime


def claim(work: UnitOfWork, account_id: UUID, lease: timedelta) -> Turn | None:
    """Take the account; None when it is stopped, held back, or somebody is at it."""
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
        return None
    streams = registry.connector(account.channel).capabilities.streams
    return Turn(account_id, streams, _hold(work, account, lease))


def keep(work: UnitOfWork, turn: Turn, lease: timedelta) -> Turn | None:
    """Go on with it for another lease; None when it is another's by now. The account is locked until the commit."""
    account = accounts.get(work, turn.account_id, lock=True)
    if account.lease_until != turn.until:
        return None
    return replace(turn, until=_hold(work, account, lease))


def free(work: UnitOfWork, turn: Turn) -> None:
    """The job is done: the next bell may claim it. Nothing happens when it is another's by now."""
    account = accounts.get(work, turn.account_id, lock=True)
    if account.lease_until == turn.until:
        account.lease_until = None


def _hold(work: UnitOfWork, account: Account, lease: timedelta) -> datetime:
    account.lease_until = func.clock_timestamp() + lease
    work.session.flush()
    until = account.lease_until
    assert until is not None, "it was written just now"
    return until
