"""Where notices go outside the page: webhooks of the organisation, and each thing that is owed to one or to a person.

The database refuses the same thing twice to one receiver. What a row names is read when it is sent; it holds no words.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, Index, LargeBinary, String, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from inbox.extensions import Base
from inbox.models.columns import Due, Id, Instant, Name, Word, key_to


class ReachHook(Base):
    """An address outside that hears of some kinds of notices. Switched off, it stays with what was sent there."""

    __tablename__ = "reach_hook"
    __table_args__ = (
        CheckConstraint("shape IN ('generic', 'slack', 'teams', 'mattermost')", name="shape"),
        Index("uq_reach_hook_name", func.lower(text("name")), unique=True, postgresql_where=text("active")),
    )

    id: Mapped[Id]
    name: Mapped[Name]
    shape: Mapped[Word]
    host: Mapped[Name]
    """All of the address that is ever shown."""
    address_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    secret_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """What the generic shape signs with."""
    kinds: Mapped[list[str]] = mapped_column(ARRAY(Text))
    active: Mapped[bool]
    created_at: Mapped[Instant]
    agent_id: Mapped[UUID] = key_to("agent")
    reached_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    failed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When something was given up last; None once it is reached again."""
    trouble: Mapped[str | None] = mapped_column(Text)


class Reach(Base, Due):
    """One notice that is owed to a webhook or, as a mail at once, to a person."""

    __tablename__ = "reach"
    __table_args__ = (
        CheckConstraint("(hook_id IS NULL) <> (agent_id IS NULL)", name="one_receiver"),
        CheckConstraint("state IN ('owed', 'sent', 'failed')", name="state"),
        CheckConstraint("(state = 'owed') = (due_at IS NOT NULL)", name="owed_is_due"),
        Index("uq_reach_hook_key", "hook_id", "key", unique=True, postgresql_where=text("hook_id IS NOT NULL")),
        Index("uq_reach_agent_key", "agent_id", "key", unique=True, postgresql_where=text("agent_id IS NOT NULL")),
        Index("ix_reach_owed", "due_at", "id", postgresql_where=text("state = 'owed'")),
        Index("ix_reach_of_hook", "hook_id", "at", "id", postgresql_where=text("hook_id IS NOT NULL")),
    )

    id: Mapped[Id]
    hook_id: Mapped[UUID | None] = key_to("reach_hook", nullable=True)
    agent_id: Mapped[UUID | None] = key_to("agent", nullable=True)
    key: Mapped[str] = mapped_column(String(200))
    """What it is about and when: the same thing has the same key."""
    kind: Mapped[Word]
    conversation_id: Mapped[UUID | None] = key_to("conversation", nullable=True)
    gathering_id: Mapped[UUID | None] = key_to("gathering", nullable=True)
    state: Mapped[Word]
    at: Mapped[Instant]
