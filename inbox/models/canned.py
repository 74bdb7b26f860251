"""Answers that are written once and sent often, with what is done together with them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from inbox.extensions import Base
from inbox.models.columns import Id, Instant, Json, LongText, Name, Word, key_to


class CannedAnswer(Base):
    """A text with places to fill, and deeds that go with it. With deeds it is what others call a macro."""

    __tablename__ = "canned_answer"
    __table_args__ = (
        Index(
            "uq_canned_answer_shortcut",
            func.lower(text("shortcut")),
            "language",
            unique=True,
            postgresql_where=text("retired_at IS NULL"),
        ),
        CheckConstraint("(silo_id IS NULL) = (sourced_at IS NULL)", name="source_has_a_date"),
        CheckConstraint("silo_answer_id IS NULL OR silo_id IS NOT NULL", name="source_is_a_unit"),
    )

    id: Mapped[Id]
    shortcut: Mapped[Word]
    """What is typed after the slash."""
    title: Mapped[Name]
    language: Mapped[Word]
    text: Mapped[LongText]
    deeds: Mapped[Json]
    """`{"tags": [ids], "then": "solve" | ""}`: done with the answer, in the same transaction."""
    agent_id: Mapped[UUID] = key_to("agent")
    """Who wrote this wording."""
    created_at: Mapped[Instant]
    retired_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """Another wording is another row: what was sent by an old one can still be told."""
    silo_id: Mapped[UUID | None] = key_to("silo", nullable=True)
    """The unit of the back office that said it, if one did; another wording takes it along."""
    sourced_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When the unit said it."""
    silo_answer_id: Mapped[UUID | None] = key_to("silo_answer", nullable=True)
