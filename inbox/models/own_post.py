"""Posts of our own, which answer nobody: what stands beside such a message, and what was written and not posted yet.

The words themselves are a message like any other, signed and in the ledger. What it must not do: hold them a second
time.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from inbox.extensions import Base
from inbox.models.columns import Instant, LongText, key_to


class OwnPost(Base):
    """What stands beside a message of ours that answers nobody. A form that is sent twice is one post (`key`)."""

    __tablename__ = "own_post"
    __table_args__ = (
        UniqueConstraint("agent_id", "key"),
        Index("ix_own_post_gathering", "gathering_id", postgresql_where=text("gathering_id IS NOT NULL")),
    )

    message_id: Mapped[UUID] = mapped_column(ForeignKey("message.id", ondelete="RESTRICT"), primary_key=True)
    agent_id: Mapped[UUID] = key_to("agent")
    key: Mapped[UUID]
    prepared_by_id: Mapped[UUID | None] = key_to("agent", nullable=True)
    """Who wrote the words that its author then signed."""
    gathering_id: Mapped[UUID | None] = key_to("gathering", nullable=True)
    """The many alike that it was said to."""
    next_word_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When it says that we shall speak again."""


class PostDraft(Base):
    """What an agent has written for an account and not posted. Offered, the account's owner sees it, too."""

    __tablename__ = "post_draft"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"), primary_key=True)
    agent_id: Mapped[UUID] = mapped_column(ForeignKey("agent.id", ondelete="RESTRICT"), primary_key=True)
    text: Mapped[LongText]
    saved_at: Mapped[Instant]
    offered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    prepared_by_id: Mapped[UUID | None] = key_to("agent", nullable=True)
    """Whose words they were, if they were taken over from somebody."""
