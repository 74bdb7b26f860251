"""The one organisation of this database, and the clock's heartbeat."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, String, text
from sqlalchemy.orm import Mapped, mapped_column

from inbox.extensions import Base
from inbox.models.columns import Id, Instant, Json, LongText, Name, Word


class Organisation(Base):
    """One row: a second organisation is a second installation."""

    __tablename__ = "organisation"
    __table_args__ = (
        CheckConstraint("single", name="one_row"),
        CheckConstraint("undo_seconds BETWEEN 0 AND 60", name="undo_seconds"),
    )

    id: Mapped[Id]
    single: Mapped[bool] = mapped_column(default=True, server_default=text("true"), unique=True)
    name: Mapped[Name]
    language: Mapped[Word]
    zone: Mapped[Word]
    undo_seconds: Mapped[int] = mapped_column(default=5)
    ledger_origin: Mapped[LongText]
    """The log's name in every checkpoint, fixed at the first start."""
    created_at: Mapped[Instant]
    country: Mapped[str] = mapped_column(String(40), default="DK", server_default=text("'DK'"))
    """The code of its country pack (`inbox.domain.countries`)."""
    safe_places: Mapped[Json]
    """Its own addresses and telephone number, by the key of the safe way that they fill."""
    calling: Mapped[str] = mapped_column(String(40), default="", server_default=text("''"))
    """What it calls those who write to it (`inbox.domain.countries.calling`); empty for the country's word."""
    country_version: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """How often country and places were saved: who saves second must see what the first one did."""


class Beat(Base):
    """Who beats the clock now, and when each process was last seen alive."""

    __tablename__ = "beat"

    name: Mapped[Word] = mapped_column(primary_key=True)
    holder: Mapped[LongText]
    lease_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    seen_at: Mapped[Instant]
