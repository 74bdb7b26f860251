"""Promises about time: opening hours, policies, the clocks that run, and what was measured.

Calendars and policies are versioned by row: a clock keeps the rows it was started with.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, DateTime, Index, Interval, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from inbox.extensions import Base
from inbox.models.columns import Due, Id, Instant, Name, Word, key_to


class Calendar(Base):
    """Opening intervals, closing days and a zone (`inbox.domain.calendar`). A change is another version."""

    __tablename__ = "calendar"
    __table_args__ = (UniqueConstraint("name", "version"),)

    id: Mapped[Id]
    name: Mapped[Name]
    version: Mapped[int]
    rules: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[Instant]


class SlaPolicy(Base):
    """What the organisation promises. A change is another version."""

    __tablename__ = "sla_policy"
    __table_args__ = (UniqueConstraint("name", "version"),)

    id: Mapped[Id]
    name: Mapped[Name]
    version: Mapped[int]
    created_at: Mapped[Instant]


class SlaTarget(Base):
    """One clause of a policy."""

    __tablename__ = "sla_target"
    __table_args__ = (
        UniqueConstraint("policy_id", "kind", "visibility"),
        CheckConstraint("minutes > 0", name="minutes"),
    )

    id: Mapped[Id]
    policy_id: Mapped[UUID] = key_to("sla_policy")
    kind: Mapped[Word]
    visibility: Mapped[Word]
    minutes: Mapped[int]
    business: Mapped[bool]
    """Opening minutes if true, wall minutes if not."""


class Clock(Base, Due):
    """A promise running for one conversation. `due_at` is its end; `breached_at`, if ever set, equals it."""

    __tablename__ = "clock"
    __table_args__ = (
        Index(
            "uq_clock_running",
            "conversation_id",
            "kind",
            unique=True,
            postgresql_where=text("state IN ('running', 'paused')"),
        ),
        Index("ix_clock_due", "due_at", "id", postgresql_where=text("state = 'running'")),
        Index("ix_clock_conversation", "conversation_id", "started_at"),
        CheckConstraint("breached_at IS NULL OR breached_at = due_at", name="breached_when_due"),
    )

    id: Mapped[Id]
    conversation_id: Mapped[UUID] = key_to("conversation")
    message_id: Mapped[UUID] = key_to("message")
    """What the citizen said that started it."""
    target_id: Mapped[UUID] = key_to("sla_target")
    calendar_id: Mapped[UUID] = key_to("calendar")
    kind: Mapped[Word]
    state: Mapped[Word]
    minutes: Mapped[int]
    business: Mapped[bool]
    started_at: Mapped[Instant]
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    answer_id: Mapped[UUID | None] = key_to("message", nullable=True)
    breached_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Fact(Base):
    """One measured promise. Rebuildable from the clocks and messages."""

    __tablename__ = "fact"
    __table_args__ = (UniqueConstraint("clock_id"), Index("ix_fact_day", "day", "account_id"))

    id: Mapped[Id]
    clock_id: Mapped[UUID] = key_to("clock")
    account_id: Mapped[UUID] = key_to("account")
    conversation_id: Mapped[UUID] = key_to("conversation")
    kind: Mapped[Word]
    day: Mapped[date] = mapped_column(Date)
    """The local day, in the calendar's zone, on which the answer was given."""
    started_at: Mapped[Instant]
    due_at: Mapped[Instant]
    answered_at: Mapped[Instant]
    opening_time: Mapped[Any] = mapped_column(Interval)
    wall_time: Mapped[Any] = mapped_column(Interval)
    on_time: Mapped[bool]
