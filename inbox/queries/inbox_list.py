"""The list on the desk: which conversations, most urgent first, and how many stand in each view.

Pages are cut by key on partial indexes, never by offset, and counts stop at a thousand, so that the list
of a storm costs the same as that of a quiet day. What it must not do: show a conversation outside the
actor's teams, or a national number unmasked.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    exists,
    func,
    literal_column,
    select,
    text,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from inbox.domain.actors import Actor, Role
from inbox.domain.conversation import Status
from inbox.domain.errors import Forbidden, Invalid
from inbox.domain.personal_data import mask
from inbox.models import Account, Agent, Clock, Conversation, Delivery, Identity, Message, Revision
from inbox.models.conversation import OPEN
from inbox.uow import UnitOfWork

Chosen: TypeAlias = Select[*tuple[Any, ...]]
"""A statement whose columns only its own reader knows."""

PAGE = 50
SNIPPET = 400
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
class Due:
    """The running first-answer clock. `minutes` is the promise, `due_at` its end."""

    due_at: datetime
    started_at: datetime
    minutes: int
    paused: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list. `said` is the citizen's last word, masked; None when it was taken away."""

    id: UUID
    reference: str
    version: int
    status: str
    klass: str
    dismiss_reason: str | None
    who: str
    handle: str
    channel: str
    account: str
    practice: bool
    said: str | None
    said_at: datetime
    private: bool
    assignee_id: UUID | None
    assignee: str | None
    needs_human: bool
    due: Due | None


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
    key = _decoded(after) if after else None
    arms = [arm.limit(limit + 1) for arm in _arms(work.actor, view, key)]
    if not arms:
        return Listing(view, (), None)
    found = (union_all(*(select(arm.subquery()) for arm in arms)) if len(arms) > 1 else arms[0]).subquery()
    order = (found.c.at.asc().nulls_last(), found.c.id.asc()) if urgent else (found.c.at.desc(), found.c.id.desc())
    cut = select(found.c.id, found.c.at).order_by(*order).limit(limit + 1).subquery()
    lines = work.session.execute(_decorated(cut, urgent)).all()
    rows = tuple(_row(line) for line in lines[:limit])
    last = lines[limit - 1] if len(lines) > limit else None
    return Listing(view, rows, _encoded(last.at, last.id) if last is not None else None)


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


def _decorated(cut: Subquery, urgent: bool) -> Chosen:
    """The page's lines with everything that a row shows: one statement, whatever the page's length."""
    assignee = aliased(Agent)
    latest = (
        select(Message.id, Message.text, Message.said_at, Message.visibility)
        .where(Message.conversation_id == Conversation.id, Message.direction == "in")
        .order_by(Message.said_at.desc(), Message.received_at.desc(), Message.id.desc())
        .limit(1)
        .lateral("latest")
    )
    change = (
        select(Revision.kind, Revision.text)
        .where(Revision.message_id == latest.c.id)
        .order_by(Revision.at.desc(), Revision.id.desc())
        .limit(1)
        .lateral("change")
    )
    stuck = exists().where(
        Delivery.message_id == Message.id,
        Message.conversation_id == Conversation.id,
        Delivery.state == "needs_human",
    )
    # A missed promise that nobody has answered yet stands in the list until somebody does.
    clock = (
        select(Clock.due_at, Clock.started_at, Clock.minutes, Clock.state)
        .where(
            Clock.conversation_id == Conversation.id,
            Clock.answered_at.is_(None),
            text("clock.state IN ('running', 'paused', 'breached')"),
        )
        .order_by(Clock.due_at)
        .limit(1)
        .lateral("unanswered")
    )
    order = (cut.c.at.asc().nulls_last(), cut.c.id.asc()) if urgent else (cut.c.at.desc(), cut.c.id.desc())
    return (
        select(
            cut.c.at,
            Conversation.id,
            Conversation.reference,
            Conversation.version,
            Conversation.status,
            Conversation.klass,
            Conversation.dismiss_reason,
            Conversation.assignee_id,
            Conversation.changed_at,
            Identity.name.label("who"),
            Identity.handle,
            Account.channel,
            Account.name.label("account"),
            Account.practice,
            assignee.public_name,
            assignee.full_name,
            latest.c.text,
            latest.c.said_at,
            latest.c.visibility,
            change.c.kind.label("change"),
            change.c.text.label("changed_text"),
            stuck.label("needs_human"),
            clock.c.due_at,
            clock.c.started_at,
            clock.c.minutes,
            clock.c.state.label("clock_state"),
        )
        .join(Conversation, Conversation.id == cut.c.id)
        .join(Identity, Identity.id == Conversation.identity_id)
        .join(Account, Account.id == Conversation.account_id)
        .outerjoin(assignee, assignee.id == Conversation.assignee_id)
        .outerjoin(latest, true())
        .outerjoin(change, true())
        .outerjoin(clock, true())
        .order_by(*order)
    )


def _row(line: Any) -> Row:
    said = line.changed_text if line.change == "edited" else line.text
    return Row(
        id=line.id,
        reference=line.reference,
        version=line.version,
        status=line.status,
        klass=line.klass,
        dismiss_reason=line.dismiss_reason,
        who=line.who,
        handle=line.handle,
        channel=line.channel,
        account=line.account,
        practice=line.practice,
        said=None if said is None or line.change == "deleted" else mask(said[: SNIPPET + 64])[:SNIPPET],
        said_at=line.said_at or line.changed_at,
        private=line.visibility == "private",
        assignee_id=line.assignee_id,
        assignee=line.public_name or line.full_name,
        needs_human=line.needs_human,
        due=None
        if line.due_at is None
        else Due(line.due_at, line.started_at, line.minutes, line.clock_state == "paused"),
    )


def _encoded(at: datetime | None, id_: UUID) -> str:
    return base64.urlsafe_b64encode(f"{at.isoformat() if at else ''}|{id_}".encode()).decode().rstrip("=")


def _decoded(key: str) -> tuple[datetime | None, UUID]:
    try:
        plain = base64.urlsafe_b64decode(key.encode() + b"=" * (-len(key) % 4)).decode()
        at, _, id_ = plain.partition("|")
        when = datetime.fromisoformat(at) if at else None
        if when is not None and when.tzinfo is None:
            raise ValueError("a time without a zone")
        return when, UUID(id_)
    except (ValueError, binascii.Error):
        raise Invalid("This page of the list is no longer known. Open the list again.", field="after") from None
