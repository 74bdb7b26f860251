"""The list on the desk: which conversations, most urgent first, and how many stand in each view.

Pages are cut by key on partial indexes, never by offset, and counts stop at a thousand, so that the list
of a storm costs the same as that of a quiet day. What it must not do: show a conversation outside the
actor's teams, or a national number unmasked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    and_,
    func,
    literal_column,
    select,
    text,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute

from inbox.domain.actors import Actor, Role
from inbox.domain.conversation import Status
from inbox.domain.errors import Forbidden
from inbox.models import Account, Conversation
from inbox.models.conversation import OPEN
from inbox.queries.due import hours_of
from inbox.queries.inbox_rows import Chosen, Row, decorated, row
from inbox.queries.pages import decoded, encoded
from inbox.uow import UnitOfWork

PAGE = 50
CAP = 1000
"""Counts stop here and are shown as "1000+"."""


class View(StrEnum):
    """What one can look at. The names stand in addresses."""

    MINE = "mine"
    UNASSIGNED = "unassigned"
    OPEN = "open"
    PENDING = "pending"
    WAITING = "waiting"
    SOLVED = "solved"
    DISMISSED = "dismissed"
    OTHER = "other"


URGENT = (View.MINE, View.UNASSIGNED, View.OPEN, View.PENDING, View.WAITING)
"""Views in order of urgency; the others show what changed last first."""


@dataclass(frozen=True, slots=True)
class Listing:
    """One page. `next` is the key of the following one, None at the end."""

    view: View
    rows: tuple[Row, ...]
    next: str | None


def conversations(work: UnitOfWork, view: View, after: str | None = None, limit: int = PAGE) -> Listing:
    """One page of a view. Raises Invalid for a key that was not made by an earlier page."""
    answerers_only(work.actor)
    urgent = view in URGENT
    key = decoded(after) if after else None
    arms = [arm.limit(limit + 1) for arm in _arms(work.actor, view, key)]
    if not arms:
        return Listing(view, (), None)
    found = (union_all(*(select(arm.subquery()) for arm in arms)) if len(arms) > 1 else arms[0]).subquery()
    order = (found.c.at.asc().nulls_last(), found.c.id.asc()) if urgent else (found.c.at.desc(), found.c.id.desc())
    cut = select(found.c.id, found.c.at).order_by(*order).limit(limit + 1).subquery()
    lines = work.session.execute(decorated(cut, urgent)).all()
    hours = hours_of(work, lines)
    rows = tuple(row(line, hours) for line in lines[:limit])
    last = lines[limit - 1] if len(lines) > limit else None
    return Listing(view, rows, encoded(last.at, last.id) if last is not None else None)


def counts(work: UnitOfWork) -> dict[View, int]:
    """How many stand in each view of open work, at most CAP + 1 each."""
    actor = work.actor
    asked = {
        View.MINE: and_(text(OPEN), Conversation.assignee_id == actor.id),
        View.UNASSIGNED: _unassigned(actor),
        View.OPEN: and_(text(OPEN), Conversation.team_id.in_(actor.teams)),
        View.PENDING: and_(text(OPEN), Conversation.team_id.in_(actor.teams), text("status = 'pending'")),
    }
    capped = [
        select(func.count())
        .select_from(select(literal_column("1")).select_from(Conversation).where(where).limit(CAP + 1).subquery())
        .scalar_subquery()
        .label(view.value)
        for view, where in asked.items()
    ]
    line = work.session.execute(select(*capped)).one()
    return {view: int(getattr(line, view.value)) for view in asked}


def answerers_only(actor: Actor) -> None:
    """The desk holds private talk: it is for those who answer."""
    if not actor.has(Role.AGENT, Role.LEAD):
        raise Forbidden("The desk is for agents and leads.")


def _unassigned(actor: Actor) -> ColumnElement[bool]:
    return and_(
        text(OPEN),
        text("status IN ('new', 'open')"),
        Conversation.team_id.in_(actor.teams),
        Conversation.assignee_id.is_(None),
    )


def _arms(actor: Actor, view: View, key: tuple[datetime | None, UUID] | None) -> Sequence[Chosen]:
    """One ordered walk of an index for each team and each half of the order; their union is cut again."""
    if view not in URGENT:
        return [
            _by_change(and_(Conversation.team_id == team, where), key)
            for team in sorted(actor.teams)
            for where in _finished(view)
        ]
    if view is View.MINE:
        wheres = [and_(text(OPEN), Conversation.assignee_id == actor.id)]
    else:
        extra: ColumnElement[bool] = {
            View.UNASSIGNED: and_(
                Conversation.assignee_id.is_(None), Conversation.status.in_((Status.NEW, Status.OPEN))
            ),
            View.PENDING: Conversation.status == Status.PENDING,
            View.WAITING: and_(
                Conversation.waiting_since.is_not(None),
                Conversation.status != Status.PENDING,
                counted(Conversation.account_id),
            ),
        }.get(view, true())
        wheres = [and_(text(OPEN), Conversation.team_id == team, extra) for team in sorted(actor.teams)]
    return [arm for where in wheres for arm in _by_urgency(where, key)]


def counted(account_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """Whether an account is among the figures: practice rooms are not, nor in the lists behind them."""
    return account_id.in_(select(Account.id).where(Account.practice.is_(False)))


def _finished(view: View) -> Sequence[ColumnElement[bool]]:
    if view is View.OTHER:
        return [Conversation.klass == "seen", Conversation.klass == "noise"]
    return [and_(Conversation.status == view.value, Conversation.klass == "ours")]


def _by_urgency(where: ColumnElement[bool], key: tuple[datetime | None, UUID] | None) -> list[Chosen]:
    """Those with a deadline, then those without: a row comparison can't span the two in one index walk."""
    columns = select(Conversation.id, Conversation.next_due_at.label("at")).where(where)
    order = (Conversation.next_due_at, Conversation.id)
    dated = columns.where(Conversation.next_due_at.is_not(None)).order_by(*order)
    undated = columns.where(Conversation.next_due_at.is_(None)).order_by(*order)
    if key is None:
        return [dated, undated]
    at, id_ = key
    if at is None:
        return [undated.where(Conversation.id > id_)]
    return [dated.where(tuple_(*order) > tuple_(at, id_)), undated]


def _by_change(where: ColumnElement[bool], key: tuple[datetime | None, UUID] | None) -> Chosen:
    arm = (
        select(Conversation.id, Conversation.changed_at.label("at"))
        .where(where, Conversation.merged_into_id.is_(None))
        .order_by(Conversation.changed_at.desc(), Conversation.id.desc())
    )
    if key is None or key[0] is None:
        return arm
    return arm.where(tuple_(Conversation.changed_at, Conversation.id) < tuple_(key[0], key[1]))
