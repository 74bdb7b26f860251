"""The open complaints for leads, and how many of each kind there were in each month; for auditors the public ones.

Whether a promise was kept is worked out here from the platform's times, and never from when we looked. What it must not
do: show a complaint outside a lead's teams, any single one to an auditor, or any one to whom it is about.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from inbox.domain.actors import Role
from inbox.domain.complaints import State
from inbox.domain.errors import Forbidden
from inbox.models import Account, Agent, Complaint, Conversation, Delivery, Identity, Organisation
from inbox.queries.complaints_beside import receipt_at
from inbox.uow import UnitOfWork

MOST = 200
"""Open complaints in the list: a team that has more has another trouble than a long list."""
MONTHS = 24
"""So many months are counted."""
READERS = (Role.LEAD, Role.AUDITOR)


@dataclass(frozen=True, slots=True)
class Line:
    """An open complaint. `late` says that a promise of it has passed and was not kept."""

    id: UUID
    conversation_id: UUID
    reference: str
    who: str
    channel: str
    kind: str
    about: str | None
    decided_by: str
    assignee: str | None
    began_at: datetime
    receipt_due_at: datetime
    answer_due_at: datetime
    receipt_at: datetime | None
    receipt_sent: bool
    late: bool
    private: bool


@dataclass(frozen=True, slots=True)
class Month:
    """Complaints of a kind that began in a month; `receipts` are those whose receipt came in time, of `due` that fell
    due."""

    month: str
    kind: str
    count: int
    receipts: int
    due: int


@dataclass(frozen=True, slots=True)
class Overview:
    """`lines` and the counts of what is open are a lead's alone; an auditor reads `months`."""

    lines: tuple[Line, ...]
    months: tuple[Month, ...]
    open: int
    late: int
    lead: bool

    @property
    def receipts(self) -> tuple[int, int]:
        """How many receipts came in time, of how many that fell due."""
        return sum(one.receipts for one in self.months), sum(one.due for one in self.months)


def overview(work: UnitOfWork) -> Overview:
    """Late ones first, then what is due first. Raises Forbidden for all but leads and auditors."""
    if not work.actor.has(*READERS):
        raise Forbidden("Complaints are listed for leads and auditors.")
    lead = work.actor.has(Role.LEAD)
    lines = _lines(work) if lead else ()
    open_, late = _counts(work) if lead else (0, 0)
    return Overview(lines, _months(work, lead=lead), open_, late, lead)


def _is_late(now: datetime) -> ColumnElement[bool]:
    """A promise of a statement's complaint has passed, and the citizen has not, or not in time, what was promised."""
    return or_(Complaint.answer_due_at < now, func.coalesce(receipt_at(), now) > Complaint.receipt_due_at)


def _theirs(work: UnitOfWork) -> ColumnElement[bool]:
    return Conversation.team_id.in_(work.actor.teams)


def _not_about(me: UUID | None) -> ColumnElement[bool]:
    """Nobody's list says that there is a complaint about them."""
    return Complaint.about_id.is_distinct_from(me)


def _counts(work: UnitOfWork) -> tuple[int, int]:
    row = work.session.execute(
        select(func.count(), func.count().filter(_is_late(work.now)))
        .select_from(Complaint)
        .join(Conversation, Conversation.id == Complaint.conversation_id)
        .where(Complaint.state == State.OPEN, _theirs(work), _not_about(work.actor.id))
    ).one()
    return row[0], row[1]


def _lines(work: UnitOfWork) -> tuple[Line, ...]:
    about, by, holder = aliased(Agent), aliased(Agent), aliased(Agent)
    late = _is_late(work.now)
    rows = work.session.execute(
        select(
            Complaint,
            Conversation.reference,
            Identity.name.label("who"),
            Account.channel,
            about.full_name.label("about"),
            by.full_name.label("by"),
            holder.full_name.label("holder"),
            receipt_at().label("receipt_at"),
            late.label("late"),
        )
        .join(Conversation, Conversation.id == Complaint.conversation_id)
        .join(Identity, Identity.id == Conversation.identity_id)
        .join(Account, Account.id == Conversation.account_id)
        .join(by, by.id == Complaint.decided_by_id)
        .outerjoin(about, about.id == Complaint.about_id)
        .outerjoin(holder, holder.id == Conversation.assignee_id)
        .where(Complaint.state == State.OPEN, _theirs(work), _not_about(work.actor.id))
        .order_by(case((late, 0), else_=1), Complaint.answer_due_at, Complaint.id)
        .limit(MOST)
    )
    return tuple(_line(row) for row in rows)


def _line(row: Any) -> Line:
    one: Complaint = row.Complaint
    return Line(
        id=one.id,
        conversation_id=one.conversation_id,
        reference=row.reference,
        who=row.who,
        channel=row.channel,
        kind=one.kind,
        about=row.about,
        decided_by=row.by,
        assignee=row.holder,
        began_at=one.began_at,
        receipt_due_at=one.receipt_due_at,
        answer_due_at=one.answer_due_at,
        receipt_at=row.receipt_at,
        receipt_sent=one.receipt_id is not None,
        late=bool(row.late),
        private=not one.public,
    )


def _months(work: UnitOfWork, *, lead: bool) -> tuple[Month, ...]:
    """By the month, in the organisation's zone, in which the citizen complained. What was none counts nowhere."""
    zone = select(Organisation.zone).scalar_subquery()
    month = func.to_char(func.timezone(zone, Complaint.began_at), "YYYY-MM")
    given = (
        select(Delivery.delivered_at, Complaint.id.label("complaint_id"))
        .join(Complaint, Complaint.receipt_id == Delivery.message_id)
        .where(Delivery.part == 1)
        .subquery()
    )
    kept = given.c.delivered_at <= Complaint.receipt_due_at
    which = and_(_theirs(work), _not_about(work.actor.id)) if lead else Complaint.public
    rows = work.session.execute(
        select(
            month.label("month"),
            Complaint.kind,
            func.count().label("number"),
            func.count().filter(kept).label("receipts"),
            func.count().filter(or_(kept, Complaint.receipt_due_at < work.now)).label("due"),
        )
        .select_from(Complaint)
        .join(Conversation, Conversation.id == Complaint.conversation_id)
        .outerjoin(given, given.c.complaint_id == Complaint.id)
        .where(which, Complaint.state.in_((State.OPEN, State.ANSWERED)))
        .group_by(month, Complaint.kind)
        .order_by(month.desc(), Complaint.kind)
        .limit(MONTHS * 3)
    )
    return tuple(Month(row.month, row.kind, row.number, row.receipts, row.due) for row in rows)
