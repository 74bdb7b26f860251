"""What people are told, and what they spent their time on. Both are seen by the person alone."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, DateTime, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from inbox.extensions import Base
from inbox.models.columns import Id, Instant, Json, Word, key_to


class Notice(Base):
    """Something that one person should know. It names the conversation and never quotes a private message."""

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_person", "agent_id", "at", "id"),
        Index("ix_notice_unread", "agent_id", "id", postgresql_where=text("read_at IS NULL")),
        Index("ix_notice_unread_at", "agent_id", "at", postgresql_where=text("read_at IS NULL")),
    )

    id: Mapped[Id]
    agent_id: Mapped[UUID] = key_to("agent")
    kind: Mapped[Word]
    conversation_id: Mapped[UUID | None] = key_to("conversation", nullable=True)
    data: Mapped[Json]
    at: Mapped[Instant]
    read_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Activity(Base):
    """Seconds that one person worked in one conversation on one day, as measured, and as they corrected it."""

    __tablename__ = "activity"
    __table_args__ = (
        CheckConstraint("seconds >= 0", name="seconds"),
        CheckConstraint("corrected_seconds >= 0", name="corrected_seconds"),
    )

    agent_id: Mapped[UUID] = mapped_column(ForeignKey("agent.id", ondelete="RESTRICT"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    """In the organisation's zone."""
    conversation_id: Mapped[UUID] = mapped_column(
        ForeignKey("conversation.id", ondelete="RESTRICT"), primary_key=True, index=True
    )
    seconds: Mapped[int]
    corrected_seconds: Mapped[int | None]
    seen_at: Mapped[Instant]
    """The last act that was counted."""
