"""Why an answer went out although the guard had asked about something in it: kept with it, and never changed."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from inbox.extensions import Base
from inbox.models.columns import Instant, LongText, Word, key_to


class GuardReason(Base):
    """`asked` says what about (`inbox.domain.asking`), `reason` is of the list; `words` belong to `other` alone."""

    __tablename__ = "guard_reason"
    __table_args__ = (
        CheckConstraint("cardinality(asked) > 0", name="asked"),
        CheckConstraint("(reason = 'other') = (words <> '')", name="said"),
    )

    message_id: Mapped[UUID] = mapped_column(ForeignKey("message.id", ondelete="RESTRICT"), primary_key=True)
    agent_id: Mapped[UUID] = key_to("agent")
    at: Mapped[Instant]
    asked: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    reason: Mapped[Word]
    words: Mapped[LongText]
