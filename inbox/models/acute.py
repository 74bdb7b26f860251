"""What may be danger: the organisation's words, what they found, who is on call, and each call that was owed.

The database refuses a second calling in one conversation, a call twice in one round, and a call after somebody has
acknowledged.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from inbox.extensions import Base
from inbox.models.columns import Due, Id, Instant, Word, key_to


class AcuteList(Base):
    """One version of the words and of the agreed texts. The newest is in force."""

    __tablename__ = "acute_list"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    own: Mapped[list[str]] = mapped_column(ARRAY(Text))
    off: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """Shipped words that are not looked for."""
    texts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """What stands beside the conversation and can be put into an answer, by language."""
    created_at: Mapped[Instant]
    agent_id: Mapped[UUID] = key_to("agent")


class Acute(Base, Due):
    """Words proposed that a message is acute. `due_at` is when the next round of calls begins; None: no more."""

    __tablename__ = "acute"
    __table_args__ = (
        UniqueConstraint("message_id"),
        CheckConstraint("state IN ('proposed', 'acute', 'not_acute')", name="state"),
        CheckConstraint(
            "(decided_at IS NULL) = (decided_by_id IS NULL) AND (state = 'proposed' OR decided_at IS NOT NULL)",
            name="decided",
        ),
        CheckConstraint("(acknowledged_at IS NULL) = (acknowledged_by_id IS NULL)", name="acknowledged"),
        CheckConstraint("due_at IS NULL OR acknowledged_at IS NULL", name="calling_ends"),
        Index("ix_acute_conversation", "conversation_id", "at", "id"),
        Index("uq_acute_calling", "conversation_id", unique=True, postgresql_where=text("due_at IS NOT NULL")),
        Index("ix_acute_due", "due_at", "id", postgresql_where=text("due_at IS NOT NULL")),
    )

    id: Mapped[Id]
    conversation_id: Mapped[UUID] = key_to("conversation")
    message_id: Mapped[UUID] = key_to("message")
    found: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """Which words of the list: ours, not the citizen's sentence."""
    at: Mapped[Instant]
    state: Mapped[Word]
    priority_before: Mapped[int]
    """What "it is not" goes back to."""
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decided_by_id: Mapped[UUID | None] = key_to("agent", nullable=True)
    acknowledged_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    acknowledged_by_id: Mapped[UUID | None] = key_to("agent", nullable=True)
    round: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """How often it has been called so far."""


class AcuteCall(Base, Due):
    """One person, called once by one way in one round."""

    __tablename__ = "acute_call"
    __table_args__ = (
        UniqueConstraint("acute_id", "round", "agent_id", "channel"),
        CheckConstraint("channel IN ('page', 'mail')", name="channel"),
        CheckConstraint("state IN ('owed', 'made', 'stopped', 'failed')", name="state"),
        CheckConstraint("(state = 'owed') = (due_at IS NOT NULL)", name="owed_is_due"),
        Index("ix_acute_call_owed", "due_at", "id", postgresql_where=text("state = 'owed'")),
    )

    id: Mapped[Id]
    acute_id: Mapped[UUID] = key_to("acute")
    round: Mapped[int]
    agent_id: Mapped[UUID] = key_to("agent")
    channel: Mapped[Word]
    state: Mapped[Word]
    at: Mapped[Instant]
    made_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    uncertain: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """Tries of which nobody knows whether they came through: one more is made, and no third."""


class OnCall(Base):
    """One row: who is called where no shift says otherwise, and the minutes between two rounds."""

    __tablename__ = "on_call"
    __table_args__ = (
        CheckConstraint("single", name="one_row"),
        CheckConstraint("every BETWEEN 1 AND 60", name="every"),
        CheckConstraint("second_id <> first_id", name="two"),
    )

    single: Mapped[bool] = mapped_column(primary_key=True, default=True, server_default=text("true"))
    first_id: Mapped[UUID | None] = key_to("agent", nullable=True)
    second_id: Mapped[UUID | None] = key_to("agent", nullable=True)
    every: Mapped[int]
    version: Mapped[int]
    changed_at: Mapped[Instant]
    agent_id: Mapped[UUID] = key_to("agent")
    """Who saved it."""


class OnCallShift(Base):
    """From when to when somebody is on call, and who is called after them. Taken out, it stays with who did."""

    __tablename__ = "on_call_shift"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_later"),
        CheckConstraint("second_id <> first_id", name="two"),
        CheckConstraint("(dropped_at IS NULL) = (dropped_by_id IS NULL)", name="dropped"),
        Index("ix_on_call_shift_ends", "ends_at", "id", postgresql_where=text("dropped_at IS NULL")),
    )

    id: Mapped[Id]
    starts_at: Mapped[Instant]
    ends_at: Mapped[Instant]
    first_id: Mapped[UUID] = key_to("agent")
    second_id: Mapped[UUID | None] = key_to("agent", nullable=True)
    created_at: Mapped[Instant]
    agent_id: Mapped[UUID] = key_to("agent")
    """Who planned it."""
    dropped_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    dropped_by_id: Mapped[UUID | None] = key_to("agent", nullable=True)
