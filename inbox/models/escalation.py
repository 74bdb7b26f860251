"""The ladder's versions, and each climb that was made.

A climb is a row beside what it did, in one transaction; the database refuses the same rule twice for one promise. What
is still to come is no row: it follows from the clock and the ladder (`inbox.domain.escalation`).
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from inbox.extensions import Base
from inbox.models.columns import Id, Instant, Json, Word, key_to


class Ladder(Base):
    """What is done when time runs out: the whole ordered list (`inbox.domain.ladder`). A change is another version."""

    __tablename__ = "ladder"
    __table_args__ = (UniqueConstraint("version"),)

    id: Mapped[Id]
    version: Mapped[int]
    rules: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[Instant]
    agent_id: Mapped[UUID | None] = key_to("agent", nullable=True)
    """Who saved it; nobody at the founding."""


class Escalation(Base):
    """One climb: a rule's step for one promise, named by its conversation, kind and number as the clock is."""

    __tablename__ = "escalation"
    __table_args__ = (
        UniqueConstraint("conversation_id", "kind", "number", "rule_id"),
        CheckConstraint("outcome IN ('done', 'nobody', 'with_back_office', 'refused')", name="outcome"),
    )

    id: Mapped[Id]
    conversation_id: Mapped[UUID] = key_to("conversation")
    kind: Mapped[Word]
    number: Mapped[int]
    rule_id: Mapped[UUID] = mapped_column(Uuid)
    place: Mapped[int]
    """The rule's number in the list as it stood then, from 1."""
    step: Mapped[Word]
    due_at: Mapped[Instant]
    """When it was to be; `at` is when it was."""
    at: Mapped[Instant]
    outcome: Mapped[Word]
    """`nobody`: there was nobody to tell, to take it from or to give it to; `refused`: `data` says by which rule."""
    data: Mapped[Json]
    """Names of ours, never what anybody wrote."""
