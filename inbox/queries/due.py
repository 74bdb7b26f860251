"""The one promise of a conversation that its badge shows, in the hours that it runs in.

It exists so that a row of the list and the head of the thread show the same one. What it must not do: decide which
deadline is next; `Conversation.next_due_at` says it, and this finds the clock behind it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, or_, select, text
from sqlalchemy.sql.selectable import LateralFromClause

from inbox.domain.calendar import ALWAYS, Calendar
from inbox.models import Clock, Conversation
from inbox.queries.terms import opening_hours
from inbox.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Due:
    """A promise that somebody waits for. `minutes` is its length, `due_at` its end, in `hours`; paused it has none."""

    kind: str
    due_at: datetime | None
    minutes: int
    business: bool
    hours: Calendar


def shown_clock() -> LateralFromClause:
    """The clock behind `next_due_at`, else a paused one; to be joined to `Conversation`.

    A missed promise that nobody has answered stays until somebody does. One whose matter was finished has a reason
    and shows nothing.
    """
    owed = or_(
        text("clock.state IN ('running', 'paused')"),
        and_(Clock.state == "breached", Clock.answered_at.is_(None), Clock.reason.is_(None)),
    )
    return (
        select(Clock.kind, Clock.due_at, Clock.minutes, Clock.business, Clock.calendar_id)
        .where(
            Clock.conversation_id == Conversation.id,
            owed,
            or_(
                Clock.due_at == Conversation.next_due_at,
                and_(Conversation.next_due_at.is_(None), Clock.due_at.is_(None)),
            ),
        )
        # Of two with one end an answer comes before the solution, and before the word that it was seen.
        .order_by(case({"resolution": 2, "acknowledged": 1}, value=Clock.kind, else_=0))
        .limit(1)
        .lateral("shown")
    )


def columns(clock: LateralFromClause) -> tuple[Any, ...]:
    """What `due` reads of a line."""
    return (
        clock.c.kind.label("promised"),
        clock.c.due_at,
        clock.c.minutes,
        clock.c.business,
        clock.c.calendar_id,
    )


def hours_of(work: UnitOfWork, lines: Iterable[Any]) -> Mapping[UUID, Calendar]:
    """The opening hours that the lines' promises run in: no statement, if this process has met them all."""
    return opening_hours(work, {line.calendar_id for line in lines if line.business})


def due(line: Any, hours: Mapping[UUID, Calendar]) -> Due | None:
    """The line's promise, if it has one."""
    if line.promised is None:
        return None
    runs_in = hours[line.calendar_id] if line.business else ALWAYS
    return Due(line.promised, line.due_at, line.minutes, line.business, runs_in)
