"""Who is alive in the machine room, in rows that `/health` reads.

What it must not do: be truth about work; a late heartbeat says only that a process should be looked at.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, or_
from sqlalchemy.dialects.postgresql import insert

from inbox.models import Beat
from inbox.uow import UnitOfWork

HOUSE = "house"
"""The row that says when the whole house was started last, as one tree of processes."""


def begin(work: UnitOfWork) -> None:
    """The whole house starts now: whoever was seen alive before that has ended since, and counts no more."""
    begun = insert(Beat).values(name=HOUSE, holder="serve", seen_at=work.now)
    work.session.execute(begun.on_conflict_do_update(index_elements=["name"], set_={"seen_at": begun.excluded.seen_at}))


def hold(work: UnitOfWork, name: str, holder: str, lease: timedelta) -> bool:
    """Take or keep the named lease. False when another holder has it."""
    until = func.clock_timestamp() + lease
    taken = insert(Beat).values(name=name, holder=holder, lease_until=until, seen_at=work.now)
    return (
        work.session.execute(
            taken.on_conflict_do_update(
                index_elements=["name"],
                set_={"holder": holder, "lease_until": until, "seen_at": work.now},
                where=or_(Beat.holder == holder, Beat.lease_until < func.clock_timestamp()),
            ).returning(Beat.name)
        ).scalar()
        is not None
    )
