"""Our presence on a platform, how far we have read there, and what came in as it came."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, Index, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from inbox.extensions import Base
from inbox.models.columns import Due, Id, Instant, Json, LongText, Name, Word, key_to


class Account(Base, Due):
    """One account of ours. `due_at` is when to ask for news next; `not_before` is the platform's rate limit."""

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("channel", "external_id"),
        Index("ix_account_due", "due_at", postgresql_where=text("state = 'active'")),
    )

    id: Mapped[Id]
    team_id: Mapped[UUID] = key_to("team")
    channel: Mapped[Word]
    """The connector's name in the registry."""
    name: Mapped[Name]
    external_id: Mapped[Name]
    handle: Mapped[Name]
    credentials: Mapped[bytes] = mapped_column(LargeBinary)
    """Sealed JSON of the connector's own fields."""
    memory: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Sealed JSON of what the connector asked us to remember (a session)."""
    state: Mapped[Word]
    """active, paused (by us) or suspended (by the platform)."""
    health: Mapped[str | None] = mapped_column(Text)
    not_before: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    practice: Mapped[bool] = mapped_column(default=False)
    """A practice room: marked on every screen, out of every figure."""
    owner_id: Mapped[UUID | None] = key_to("agent", nullable=True)
    """Whose account it is, if it belongs to one person: only they sign there, others prepare."""
    signature_style: Mapped[LongText]
    language: Mapped[Word]
    created_at: Mapped[Instant]


class Cursor(Base):
    """How far we have read in one stream. It moves in the commit that stores what was read."""

    __tablename__ = "cursor"

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    stream: Mapped[Word] = mapped_column(primary_key=True)
    position: Mapped[str | None] = mapped_column(Text)
    moved_at: Mapped[Instant]


class RawEvent(Base, Due):
    """A payload as received: from a webhook on its way in, or set aside because it can't be understood."""

    __tablename__ = "raw_event"
    __table_args__ = (Index("ix_raw_event_due", "due_at", postgresql_where=text("state = 'waiting'")),)

    id: Mapped[Id]
    account_id: Mapped[UUID] = key_to("account", index=True)
    stream: Mapped[Word]
    state: Mapped[Word]
    """waiting, done or quarantined."""
    payload: Mapped[Json]
    received_at: Mapped[Instant]
