"""A person, and their handles on the platforms. Merging persons never rewrites messages."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, Index, String, Text, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from inbox.extensions import Base
from inbox.models.columns import Id, Instant, LongText, Name, Word, key_to
from inbox.models.searching import NAMES, searched


class Contact(Base):
    """Somebody who talks to us, on one platform or several."""

    __tablename__ = "contact"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(Text)
    created_at: Mapped[Instant]
    group: Mapped[str | None] = mapped_column(String(40))
    """The stakeholder group they belong to; None: a citizen like any other."""


class ContactJoining(Base):
    """Two contacts were found to be one person. Undone, each gets its identities back."""

    __tablename__ = "contact_joining"

    id: Mapped[Id]
    into_id: Mapped[UUID] = key_to("contact", index=True)
    from_id: Mapped[UUID] = key_to("contact", index=True)
    identity_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    """The identities that changed hands."""
    agent_id: Mapped[UUID] = key_to("agent")
    at: Mapped[Instant]
    undone_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class ContactNote(Base):
    """What must be known of a person next time, and for what. Without a purpose nothing is kept of anybody."""

    __tablename__ = "contact_note"
    __table_args__ = (CheckConstraint("length(purpose) > 0", name="purpose"),)

    id: Mapped[Id]
    contact_id: Mapped[UUID] = key_to("contact", index=True)
    agent_id: Mapped[UUID] = key_to("agent")
    at: Mapped[Instant]
    purpose: Mapped[Name]
    text: Mapped[LongText]


class Identity(Base):
    """One handle on one platform."""

    __tablename__ = "identity"
    __table_args__ = (
        UniqueConstraint("channel", "external_id"),
        Index("ix_identity_search", "search", postgresql_using="gin"),
    )

    id: Mapped[Id]
    contact_id: Mapped[UUID] = key_to("contact", index=True)
    channel: Mapped[Word]
    external_id: Mapped[str] = mapped_column(Text)
    handle: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    seen_at: Mapped[Instant]
    """When these words about the person were last brought by the platform."""
    search: Mapped[str | None] = searched(NAMES)
