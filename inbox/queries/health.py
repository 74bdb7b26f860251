"""How the machine room is, as far as the database knows. What it must not do: decide whether that is well."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from inbox.models import Beat, LedgerEntry
from inbox.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Pulse:
    """When the clock beat last, and since when the oldest ledger entry waits for its number (None: none waits)."""

    clock_at: datetime | None
    unnumbered_since: datetime | None


def pulse(work: UnitOfWork) -> Pulse:
    """One statement."""
    row = work.session.execute(
        select(
            select(func.max(Beat.seen_at)).where(Beat.name == "clock").scalar_subquery(),
            select(LedgerEntry.at)
            .where(LedgerEntry.seq.is_(None))
            .order_by(LedgerEntry.arrival)
            .limit(1)
            .scalar_subquery(),
        )
    ).one()
    return Pulse(row[0], row[1])
