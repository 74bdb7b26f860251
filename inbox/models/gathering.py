"""Mentions that say the same within minutes, gathered so that they are one line of the list, and how they are answered.

A gathering has no words of its own: what it is called and what it stands around are stems of what its members said. The
database decides that nobody is in two gatherings at once, and that nobody gets two answers of one batch's kind.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from inbox.extensions import Base
from inbox.models.columns import Id, Instant, Json, LongText, Name, Word, key_to


class Gathering(Base):
    """Open for more as long as something alike came within the window (`inbox.domain.gathering`)."""

    __tablename__ = "gathering"
    __table_args__ = (Index("ix_gathering_recent", "team_id", "last_at"),)

    id: Mapped[Id]
    team_id: Mapped[UUID] = key_to("team")
    called: Mapped[Name]
    """The words that most of its members have, as one of them wrote them."""
    began_at: Mapped[Instant]
    last_at: Mapped[Instant]
    """The platform's time of its newest member."""
    centre: Mapped[Json]
    """How many members have each stem, and how many were counted."""
    surge_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """Since when its leads know that it rises; they are told once."""
    split_from_id: Mapped[UUID | None] = key_to("gathering", nullable=True)
    """The gathering that somebody split it off. Such a one is people's alone: the method leaves it as it is."""


class GatheringMember(Base):
    """That a conversation is in a gathering, or was taken out of it, and why. What a person decided stays so."""

    __tablename__ = "gathering_member"
    __table_args__ = (
        Index("uq_gathering_member_in", "conversation_id", unique=True, postgresql_where=text("state = 'in'")),
        Index("ix_gathering_member_conversation", "conversation_id"),
        CheckConstraint("state IN ('in', 'out')", name="state"),
        CheckConstraint("why IN ('alike', 'kind', 'changed', 'by_hand')", name="why"),
        CheckConstraint("(why = 'by_hand') = (agent_id IS NOT NULL)", name="by_somebody"),
    )

    gathering_id: Mapped[UUID] = mapped_column(ForeignKey("gathering.id", ondelete="RESTRICT"), primary_key=True)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="RESTRICT"), primary_key=True)
    state: Mapped[Word]
    why: Mapped[Word]
    """alike; kind: what was said since is of another kind; changed: its words are others now; by_hand."""
    agent_id: Mapped[UUID | None] = key_to("agent", nullable=True)
    at: Mapped[Instant]


class GatheringDraft(Base):
    """What somebody is writing to everybody in a gathering, and to single ones otherwise."""

    __tablename__ = "gathering_draft"

    gathering_id: Mapped[UUID] = mapped_column(ForeignKey("gathering.id", ondelete="RESTRICT"), primary_key=True)
    agent_id: Mapped[UUID] = mapped_column(ForeignKey("agent.id", ondelete="RESTRICT"), primary_key=True)
    text: Mapped[LongText]
    otherwise: Mapped[Json]
    """A conversation's id and the words for that one alone."""
    saved_at: Mapped[Instant]


class GatheringBatch(Base):
    """One act that answered many. A form that is sent twice is one act: `key` was made with the form."""

    __tablename__ = "gathering_batch"
    __table_args__ = (
        UniqueConstraint("agent_id", "key"),
        Index("ix_gathering_batch_gathering", "gathering_id", "at"),
    )

    id: Mapped[Id]
    gathering_id: Mapped[UUID] = key_to("gathering")
    agent_id: Mapped[UUID] = key_to("agent")
    key: Mapped[UUID]
    text: Mapped[LongText]
    otherwise: Mapped[Json]
    at: Mapped[Instant]


class GatheringAnswer(Base):
    """That somebody in a gathering was answered, and by which message. One line for each: nobody is answered twice."""

    __tablename__ = "gathering_answer"
    __table_args__ = (
        Index("ix_gathering_answer_batch", "batch_id"),
        Index("ix_gathering_answer_message", "message_id"),
    )

    gathering_id: Mapped[UUID] = mapped_column(ForeignKey("gathering.id", ondelete="RESTRICT"), primary_key=True)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="RESTRICT"), primary_key=True)
    batch_id: Mapped[UUID] = key_to("gathering_batch")
    message_id: Mapped[UUID | None] = key_to("message", nullable=True)
