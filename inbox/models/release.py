"""An answer that goes out only when a colleague has released it, and who did.

The author signs and stays the author; the second name is kept beside the answer. The database refuses an author who
releases, a part that goes out unreleased, and a release that is changed or taken away.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from inbox.extensions import Base
from inbox.models.columns import Instant, Word, key_to


class SecondKey(Base):
    """Why an answer is held, and who released it; None until somebody has, and for good where it was taken back."""

    __tablename__ = "second_key"
    __table_args__ = (
        CheckConstraint("reason IN ('person', 'tag')", name="reason"),
        CheckConstraint("releaser_id <> agent_id", name="of_another"),
        CheckConstraint("(releaser_id IS NULL) = (released_at IS NULL)", name="released"),
        CheckConstraint("entry_id IS NULL OR releaser_id IS NOT NULL", name="recorded"),
    )

    message_id: Mapped[UUID] = mapped_column(ForeignKey("message.id", ondelete="RESTRICT"), primary_key=True)
    agent_id: Mapped[UUID] = key_to("agent")
    """The author."""
    reason: Mapped[Word]
    """`person`: of this author's answers; `tag`: what the conversation is about."""
    at: Mapped[Instant]
    releaser_id: Mapped[UUID | None] = key_to("agent", nullable=True)
    released_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    entry_id: Mapped[UUID | None] = key_to("ledger_entry", nullable=True)
    """Where the ledger says who released a public one."""
