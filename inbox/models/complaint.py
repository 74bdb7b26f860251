"""Complaints: what holds for each kind, and each one with its deadlines, its receipt and its end.

A complaint keeps what held when it was decided: its days, its hours, its deadlines. The database refuses a second open
one of a conversation, a deadline that was missed at another time than its own, and one that is owed after its end.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from inbox.extensions import Base
from inbox.models.columns import Due, Id, Instant, Json, LongText, Word, key_to

_KINDS = "kind IN ('service', 'staff', 'decision')"


class ComplaintRule(Base):
    """What the organisation decided for a kind; none before it decided otherwise than `inbox.domain.complaints`."""

    __tablename__ = "complaint_rule"
    __table_args__ = (
        CheckConstraint(_KINDS, name="kind"),
        CheckConstraint("receipt_days > 0 AND answer_days >= receipt_days", name="days"),
        CheckConstraint("route IN ('stays', 'lead', 'person', 'unit')", name="route"),
        CheckConstraint(
            "(route = 'person') = (agent_id IS NOT NULL) AND (route = 'unit') = (silo_id IS NOT NULL)",
            name="leads_somewhere",
        ),
    )

    kind: Mapped[Word] = mapped_column(primary_key=True)
    receipt_days: Mapped[int]
    answer_days: Mapped[int]
    route: Mapped[Word]
    silo_id: Mapped[UUID | None] = key_to("silo", nullable=True)
    agent_id: Mapped[UUID | None] = key_to("agent", nullable=True)
    texts: Mapped[Json]
    """The receipt by language."""
    version: Mapped[int]


class Complaint(Base, Due):
    """One complaint. `due_at` is when the next of its deadlines passes that nobody was told of."""

    __tablename__ = "complaint"
    __table_args__ = (
        CheckConstraint(_KINDS, name="kind"),
        CheckConstraint("state IN ('open', 'answered', 'none', 'joined')", name="state"),
        CheckConstraint("about_id IS NULL OR kind = 'staff'", name="about_staff"),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended_at_some_time"),
        CheckConstraint("due_at IS NULL OR state = 'open'", name="owed_while_open"),
        CheckConstraint(
            "receipt_missed_at = receipt_due_at AND answer_missed_at = answer_due_at", name="missed_when_due"
        ),
        Index("uq_complaint_open", "conversation_id", unique=True, postgresql_where=text("state = 'open'")),
        Index("ix_complaint_conversation", "conversation_id", "decided_at", "id"),
        Index("ix_complaint_owed", "due_at", "id", postgresql_where=text("due_at IS NOT NULL")),
        Index("ix_complaint_answers", "answer_due_at", "id", postgresql_where=text("state = 'open'")),
        Index("ix_complaint_began", "began_at", "id"),
    )

    id: Mapped[Id]
    conversation_id: Mapped[UUID] = key_to("conversation")
    kind: Mapped[Word]
    about_id: Mapped[UUID | None] = key_to("agent", nullable=True)
    """Who never handles it. None of a complaint about staff: somebody who works elsewhere."""
    decided_by_id: Mapped[UUID] = key_to("agent")
    began_at: Mapped[Instant]
    """When the citizen complained, by the platform's clock."""
    decided_at: Mapped[Instant]
    public: Mapped[bool]
    """Whether it was said in public."""
    receipt_days: Mapped[int]
    answer_days: Mapped[int]
    calendar_id: Mapped[UUID] = key_to("calendar")
    receipt_due_at: Mapped[Instant]
    answer_due_at: Mapped[Instant]
    receipt_id: Mapped[UUID | None] = key_to("message", nullable=True)
    """The receipt as it was signed; when the citizen has it, its delivery knows."""
    answer_id: Mapped[UUID | None] = key_to("message", nullable=True)
    """The answer with which it ended."""
    receipt_missed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    answer_missed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """That the leads were told that it passed. Whether it was kept, the platform's time of the answer says."""
    state: Mapped[Word]
    """A word of `inbox.domain.complaints`."""
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_by_id: Mapped[UUID | None] = key_to("agent", nullable=True)


class SiloRemark(Base):
    """What a unit of the back office asks back about a question, and what it is told."""

    __tablename__ = "silo_remark"
    __table_args__ = (UniqueConstraint("ticket_id", "key"), CheckConstraint("text <> ''", name="says_something"))

    id: Mapped[Id]
    ticket_id: Mapped[UUID] = key_to("silo_ticket")
    key: Mapped[UUID]
    """Made with the form, so that what is sent twice is one remark."""
    agent_id: Mapped[UUID] = key_to("agent")
    from_unit: Mapped[bool]
    """The unit said it; False: it was told so."""
    at: Mapped[Instant]
    text: Mapped[LongText]
