"""A person, and their handles on the platforms. Merging persons never rewrites messages."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from inbox.extensions import Base
from inbox.models.columns import Id, Instant, Word, key_to


class Contact(Base):
    """Somebody who talks to us, on one platform or several."""

    __tablename__ = "contact"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(Text)
    created_at: Mapped[Instant]


class Identity(Base):
    """One handle on one platform."""

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("channel", "external_id"),)

    id: Mapped[Id]
    contact_id: Mapped[UUID] = key_to("contact", index=True)
    channel: Mapped[Word]
    external_id: Mapped[str] = mapped_column(Text)
    handle: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    seen_at: Mapped[Instant]
    """When these words about the person were last brought by the platform."""
