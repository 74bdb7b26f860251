"""The outbox: the promise to post one part of an answer, and each try to keep it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from inbox.extensions import Base
from inbox.models.columns import Due, Id, Instant, LongText, Word, key_to


class Delivery(Base, Due):
    """Parts are a chain: part n+1 waits until part n stands out there."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("message_id", "part"),
        UniqueConstraint("account_id", "external_id"),
        ForeignKeyConstraint(
            ["message_id", "signed_as"],
            ["message.id", "message.signed_as"],
            name="fk_delivery_message",
            ondelete="RESTRICT",
        ),
        CheckConstraint("right(text, length(signed_as)) = signed_as", name="signed"),
        CheckConstraint("part BETWEEN 1 AND parts", name="part"),
        CheckConstraint("(state = 'delivered') = (delivered_at IS NOT NULL)", name="delivered_at"),
        Index(
            "ix_delivery_due",
            "due_at",
            "id",
            postgresql_where=sql("state IN ('queued', 'sending', 'unconfirmed')"),
        ),
        CheckConstraint("state <> 'held' OR (due_at IS NULL AND attempts = 0)", name="held_is_not_due"),
        Index("ix_delivery_held", "message_id", postgresql_where=sql("state = 'held'")),
        Index("ix_delivery_rejected", "created_at", postgresql_where=sql("state = 'rejected'")),
        Index("ix_delivery_human", "account_id", "id", postgresql_where=sql("state = 'needs_human'")),
    )

    id: Mapped[Id]
    """Also the key by which the platform is asked whether it has this part already."""
    message_id: Mapped[UUID] = mapped_column()
    account_id: Mapped[UUID] = key_to("account")
    part: Mapped[int]
    parts: Mapped[int]
    previous_id: Mapped[UUID | None] = mapped_column(ForeignKey("delivery.id", ondelete="RESTRICT"))
    text: Mapped[LongText]
    signed_as: Mapped[LongText]
    state: Mapped[Word]
    earlier_tries: Mapped[int] = mapped_column(default=0, server_default=sql("0"))
    """Tries before a person last said "send again"; they are numbered on, and count no more towards giving up."""
    looks: Mapped[int] = mapped_column(default=0, server_default=sql("0"))
    """How often the platform was asked in vain whether it stands there."""
    external_id: Mapped[str | None] = mapped_column(Text)
    token: Mapped[str | None] = mapped_column(Text)
    url: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[Instant]
    delivered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """The platform's own time."""

    @property
    def tries(self) -> int:
        """Tries since it was promised, or since a person said "send again"."""
        return self.attempts - self.earlier_tries


class Attempt(Base):
    """One try, committed before the call. Without an end it was cut short: killed, or still under way."""

    __tablename__ = "attempt"
    __table_args__ = (UniqueConstraint("delivery_id", "number"),)

    id: Mapped[Id]
    delivery_id: Mapped[UUID] = key_to("delivery")
    number: Mapped[int]
    started_at: Mapped[Instant]
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    outcome: Mapped[str | None] = mapped_column(Text)
    detail: Mapped[str | None] = mapped_column(Text)
