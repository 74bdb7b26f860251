"""What was done against a person of ours, with the evidence as it was seen; and the names that people sign with.

The database refuses a changed or lost piece of evidence, evidence that its digest does not fit, and a public name that
somebody else has ever signed with.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from inbox.extensions import Base
from inbox.models.columns import Id, Instant, LongText, Word, key_to


class Incident(Base):
    """A threat against an agent, or harassment. `closing` is what was done about it, empty while it is open."""

    __tablename__ = "incident"
    __table_args__ = (
        UniqueConstraint("message_id", "agent_id"),
        CheckConstraint("kind IN ('threat', 'harassment')", name="kind"),
        CheckConstraint("state IN ('open', 'closed')", name="state"),
        CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL) AND (state = 'closed') = (closed_by_id IS NOT NULL)"
            " AND (state = 'closed') = (closing <> '')",
            name="closed",
        ),
        CheckConstraint("digest = encode(sha256(convert_to(evidence, 'UTF8')), 'hex')", name="whole"),
        Index("ix_incident_at", "at", "id"),
        Index("ix_incident_identity", "identity_id", "agent_id"),
    )

    id: Mapped[Id]
    conversation_id: Mapped[UUID] = key_to("conversation")
    message_id: Mapped[UUID] = key_to("message")
    identity_id: Mapped[UUID] = key_to("identity")
    """Who wrote it."""
    agent_id: Mapped[UUID] = key_to("agent")
    """Against whom, who reported it."""
    kind: Mapped[Word]
    words: Mapped[LongText]
    """What they said of it, to their lead."""
    at: Mapped[Instant]
    evidence: Mapped[LongText]
    """Canonical JSON (`inbox.domain.ledger.canonical`) of the message as it stood in that instant."""
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the evidence, in hex."""
    state: Mapped[Word]
    closed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    closed_by_id: Mapped[UUID | None] = key_to("agent", nullable=True)
    closing: Mapped[LongText]


class PublicName(Base):
    """Whose a public name is, in small letters. A trigger writes it; whoever leaves or changes keeps it."""

    __tablename__ = "public_name"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    agent_id: Mapped[UUID] = key_to("agent")


class NameChange(Base):
    """Somebody signs otherwise from now on: what they were called, what they are called, and who said so."""

    __tablename__ = "name_change"
    __table_args__ = (
        CheckConstraint("form IN ('full', 'first_initial', 'first', 'agreed')", name="form"),
        Index("ix_name_change_agent", "agent_id", "at", "id"),
    )

    id: Mapped[Id]
    agent_id: Mapped[UUID] = key_to("agent")
    before: Mapped[str | None] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(100))
    form: Mapped[Word]
    by_id: Mapped[UUID] = key_to("agent")
    at: Mapped[Instant]
