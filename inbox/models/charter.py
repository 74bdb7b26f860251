"""What each account answers, passes on and never answers. Versioned by row, as calendars and policies are."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from inbox.extensions import Base
from inbox.models.columns import Id, Instant, key_to


class Charter(Base):
    """One version of one account's charter. A change is another row: an answer was written by the words of its day."""

    __tablename__ = "charter"
    __table_args__ = (UniqueConstraint("account_id", "version"),)

    id: Mapped[Id]
    account_id: Mapped[UUID] = key_to("account")
    version: Mapped[int]
    """From 1, for each account."""
    words: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """What was written (`inbox.domain.charters`)."""
    created_at: Mapped[Instant]
    agent_id: Mapped[UUID | None] = key_to("agent", nullable=True)
    """Who saved it; nobody at the founding."""
