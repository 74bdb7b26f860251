"""What goes to a unit outside the house, and what came back from there as it came.

`silo.py` has the unit and its questions. The database refuses that a question is put or recalled twice, and that the
same thing brought again is anything new.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from inbox.extensions import Base
from inbox.models.columns import Due, Id, Instant, Json, Word, key_to


class SiloErrand(Base, Due):
    """One thing to say to the unit about one question. Its id is the key by which the target knows it again."""

    __tablename__ = "silo_errand"
    __table_args__ = (
        CheckConstraint("kind IN ('ask', 'remind', 'recall')", name="kind"),
        Index(
            "uq_silo_errand_once",
            "ticket_id",
            "kind",
            unique=True,
            postgresql_where=text("kind IN ('ask', 'recall')"),
        ),
        Index("ix_silo_errand_ticket", "ticket_id", "created_at", "id"),
        Index("ix_silo_errand_due", "due_at", postgresql_where=text("state IN ('queued', 'unconfirmed')")),
        Index("ix_silo_errand_sending", "lease_until", postgresql_where=text("state = 'sending'")),
    )

    id: Mapped[Id]
    ticket_id: Mapped[UUID] = key_to("silo_ticket")
    silo_id: Mapped[UUID] = key_to("silo")
    kind: Mapped[Word]
    """A word of `connectors.kit.target.Errand`."""
    state: Mapped[Word]
    """A word of `inbox.domain.delivery`."""
    created_at: Mapped[Instant]
    delivered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    looks: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """Looks at the target that could not tell, since the last try."""
    earlier_tries: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """Tries before a person said "send again"."""

    @property
    def tries(self) -> int:
        """Tries since it was asked for, or asked for again."""
        return self.attempts - self.earlier_tries


class SiloInbound(Base):
    """Something that a target brought: to be taken in, or set aside with the reason."""

    __tablename__ = "silo_inbound"
    __table_args__ = (
        UniqueConstraint("silo_id", "digest"),
        CheckConstraint("state IN ('waiting', 'done', 'quarantined')", name="state"),
        CheckConstraint("(state = 'quarantined') = (reason <> '')", name="says_why"),
        Index("ix_silo_inbound_waiting", "received_at", "id", postgresql_where=text("state = 'waiting'")),
        Index(
            "ix_silo_inbound_quarantined",
            "silo_id",
            "received_at",
            "id",
            postgresql_where=text("state = 'quarantined'"),
        ),
    )

    id: Mapped[Id]
    silo_id: Mapped[UUID] = key_to("silo")
    state: Mapped[Word]
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the payload, or of why a call was refused."""
    payload: Mapped[Json]
    received_at: Mapped[Instant]
    reason: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    """Why it was set aside, one English sentence."""
    times: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    """How often a call was refused for this reason."""
