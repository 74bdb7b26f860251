"""A last word: what was said, why nobody answers any more, and whether that was taken back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from inbox.extensions import Base
from inbox.models.columns import Id, Instant, LongText, Word, key_to


class Stop(Base):
    """One time that we stopped. What came in afterwards is seen; `conversation.stopped_at` says so while it holds."""

    __tablename__ = "stop"
    __table_args__ = (
        UniqueConstraint("message_id"),
        CheckConstraint("reason IN ('abuse', 'repetition', 'all_said', 'other')", name="reason"),
        CheckConstraint("reason <> 'other' OR words <> ''", name="said"),
        CheckConstraint("lifted_by_id IS NULL OR lifted_at IS NOT NULL", name="lifted_at_some_time"),
        Index("uq_stop_in_force", "conversation_id", unique=True, postgresql_where=text("lifted_at IS NULL")),
        Index("ix_stop_at", "at", "id"),
    )

    id: Mapped[Id]
    conversation_id: Mapped[UUID] = key_to("conversation")
    message_id: Mapped[UUID] = key_to("message")
    """The last word."""
    agent_id: Mapped[UUID] = key_to("agent")
    at: Mapped[Instant]
    reason: Mapped[Word]
    words: Mapped[LongText]
    """Said among ourselves, to lead and auditor."""
    lifted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    lifted_by_id: Mapped[UUID | None] = key_to("agent", nullable=True)
    """None where the last word did not go out by itself."""
