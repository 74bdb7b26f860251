"""Times in which we could not see what citizens said, kept as rows: figures of their own, never a verdict.

What it must not do: move a deadline. A citizen who waits for us because we were down has waited.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from inbox.domain.ids import new_id
from inbox.models import Beat, Outage
from inbox.uow import UnitOfWork

SILENCE = timedelta(seconds=30)
"""A clock that beats each second and was silent for longer was down; shorter is a restart or a busy machine."""


def began(work: UnitOfWork, account_id: UUID, at: datetime) -> None:
    """A platform gives nothing from now on. One that is known already goes on."""
    work.session.execute(
        insert(Outage)
        .values(id=new_id(), account_id=account_id, began_at=at)
        .on_conflict_do_nothing(index_elements=["account_id"], index_where=Outage.ended_at.is_(None))
    )


def ended(work: UnitOfWork, account_id: UUID) -> None:
    """A platform gives pages again."""
    work.session.execute(
        update(Outage)
        .where(Outage.account_id == account_id, Outage.ended_at.is_(None))
        .values(ended_at=work.now)
        .execution_options(synchronize_session=False)
    )


def last_beat(work: UnitOfWork) -> datetime | None:
    """When the clock, whichever it was, last beat."""
    return work.session.scalar(select(Beat.seen_at).where(Beat.name == "clock"))


def slept(work: UnitOfWork, since: datetime | None) -> bool:
    """The clock beats again after that instant: True if it was an outage of the whole house, which now stands there."""
    if since is None or work.now - since <= SILENCE:
        return False
    work.session.add(Outage(id=new_id(), account_id=None, began_at=since, ended_at=work.now))
    return True
