"""What was answered before, kept so that it is found by what was asked; and corrections, with who was told of them.

An earlier answer is kept for finding alone: what is shown is read from the message as it stands, so that nothing here
can say what was changed or taken away since. What it must not do: hold the words of a private answer; the database
refuses them.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from inbox.extensions import Base
from inbox.models.columns import Instant, Word, key_to


class EarlierAnswer(Base):
    """One answer of ours that went out. `same_words` is alike for answers that say the same (`inbox.domain.alike`)."""

    __tablename__ = "earlier_answer"
    __table_args__ = (
        CheckConstraint("visibility IN ('public', 'private')", name="visibility"),
        CheckConstraint("(visibility = 'public') = (search IS NOT NULL)", name="private_is_not_found"),
        Index("ix_earlier_answer_search", "search", postgresql_using="gin"),
        Index("ix_earlier_answer_newest", "account_id", "said_at", postgresql_where=sql("visibility = 'public'")),
        Index("ix_earlier_answer_same", "same_words", "account_id", "visibility"),
        Index("ix_earlier_answer_sourced", "same_words", postgresql_where=sql("silo_answer_id IS NOT NULL")),
    )

    message_id: Mapped[UUID] = mapped_column(ForeignKey("message.id", ondelete="RESTRICT"), primary_key=True)
    question_id: Mapped[UUID] = key_to("message")
    account_id: Mapped[UUID] = key_to("account")
    visibility: Mapped[Word]
    said_at: Mapped[Instant]
    same_words: Mapped[str] = mapped_column(String(64))
    search: Mapped[str | None] = mapped_column(TSVECTOR, nullable=True, deferred=True)
    """The question's stems (weight A) and the answer's (weight B), in the account's language."""
    silo_answer_id: Mapped[UUID | None] = key_to("silo_answer", nullable=True)
    """What a unit of the back office said, where this answer was made of it and still holds its words."""


class Correction(Base):
    """An answer of ours (`message_id`) that says in public that another (`wrong_id`) was wrong."""

    __tablename__ = "correction"
    __table_args__ = (
        Index("ix_correction_wrong", "wrong_id"),
        Index("ix_correction_same", "same_words"),
        Index("ix_correction_at", "at"),
    )

    message_id: Mapped[UUID] = mapped_column(ForeignKey("message.id", ondelete="RESTRICT"), primary_key=True)
    wrong_id: Mapped[UUID] = key_to("message")
    same_words: Mapped[str] = mapped_column(String(64))
    """Of the wrong answer: whoever else sent these words sent something wrong."""
    agent_id: Mapped[UUID] = key_to("agent")
    entry_id: Mapped[UUID] = key_to("ledger_entry")
    """The line in the ledger that names both."""
    at: Mapped[Instant]


class CorrectionTold(Base):
    """That a correction was told in a conversation that had got the wrong words; `message_id` is what told it."""

    __tablename__ = "correction_told"
    __table_args__ = (Index("ix_correction_told_message", "message_id"),)

    correction_id: Mapped[UUID] = mapped_column(
        ForeignKey("correction.message_id", ondelete="RESTRICT"), primary_key=True
    )
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="RESTRICT"), primary_key=True)
    message_id: Mapped[UUID | None] = key_to("message", nullable=True)
