"""How the machine room is, as far as the database knows. What it must not do: decide whether that is well."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ScalarSelect, select

from inbox.models import Beat, LedgerEntry
from inbox.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Pulse:
    """When who was seen alive last. None for what never was."""

    begun_at: datetime | None
    """When the whole house was started last; None where its processes are started one by one."""
    clock_at: datetime | None
    sequencer_at: datetime | None
    unnumbered_since: datetime | None
    """Since when the oldest ledger entry waits for its number; None when none waits."""


def pulse(work: UnitOfWork) -> Pulse:
    """One statement."""
    row = work.session.execute(
        select(
            _seen("house"),
            _seen("clock"),
            _seen("sequencer"),
            select(LedgerEntry.at)
            .where(LedgerEntry.seq.is_(None))
            .order_by(LedgerEntry.arrival)
            .limit(1)
            .scalar_subquery(),
        )
    ).one()
    return Pulse(row[0], row[1], row[2], row[3])


def _seen(name: str) -> ScalarSelect[datetime]:
    return select(Beat.seen_at).where(Beat.name == name).scalar_subquery()
