"""What was hidden, deleted, blocked, muted or closed; numbers of people that stood in public; and who looked at one.

Of a deed only how far it has come and until when it holds may change: who did it to whom and why is evidence (triggers
in the migration). The same thing is in force once, which the database decides.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, String
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from inbox.extensions import Base
from inbox.models.columns import Due, Id, Instant, LongText, Word, key_to


class Moderation(Base, Due):
    """`due_at`: when the platform is to be asked; of a block or a mute in force, when it ends by itself.

    `target` is what it is about, for each kind of its own: a message, a person, the first post of a thread.
    """

    __tablename__ = "moderation"
    __table_args__ = (
        CheckConstraint("kind IN ('hide', 'delete', 'block', 'mute', 'close')", name="kind"),
        CheckConstraint("state IN ('owed', 'in_force', 'lifting', 'lifted', 'failed')", name="state"),
        CheckConstraint("reason <> ''", name="reasoned"),
        CheckConstraint("(until IS NOT NULL) = (kind IN ('block', 'mute'))", name="ends"),
        CheckConstraint("kind NOT IN ('hide', 'block', 'mute') OR identity_id IS NOT NULL", name="whom"),
        CheckConstraint("state NOT IN ('owed', 'lifting') OR due_at IS NOT NULL", name="owed"),
        CheckConstraint(
            "(state NOT IN ('lifting', 'lifted') OR lifted_at IS NOT NULL) AND (lifted_at IS NULL) = (ending IS NULL)",
            name="lifted",
        ),
        Index(
            "uq_moderation_live",
            "account_id",
            "kind",
            "target",
            unique=True,
            postgresql_where=sql("state IN ('owed', 'in_force', 'lifting')"),
        ),
        Index("ix_moderation_message", "message_id", "at", "id"),
        Index("ix_moderation_identity", "identity_id", "at", "id", postgresql_where=sql("kind IN ('block', 'mute')")),
        Index("ix_moderation_at", "at", "id"),
        Index("ix_moderation_due", "due_at", "id", postgresql_where=sql("due_at IS NOT NULL")),
    )

    id: Mapped[Id]
    kind: Mapped[Word]
    target: Mapped[LongText]
    account_id: Mapped[UUID] = key_to("account")
    conversation_id: Mapped[UUID] = key_to("conversation")
    message_id: Mapped[UUID] = key_to("message")
    """What it was decided at, also where it is about a person or a thread."""
    identity_id: Mapped[UUID | None] = key_to("identity", nullable=True)
    agent_id: Mapped[UUID] = key_to("agent")
    cause: Mapped[Word]
    """The reason as the ledger has it: which line of which version of the charter."""
    reason: Mapped[LongText]
    rule: Mapped[LongText]
    """The charter's words of the day."""
    at: Mapped[Instant]
    until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    state: Mapped[Word]
    told_id: Mapped[UUID | None] = mapped_column(ForeignKey("message.id", ondelete="RESTRICT"))
    """The answer that tells the citizen of it; it goes first."""
    entry_id: Mapped[UUID] = key_to("ledger_entry")
    done_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    lifted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When that was decided."""
    lifted_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("agent.id", ondelete="RESTRICT"))
    """None where its time was up."""
    ending: Mapped[str | None] = mapped_column(String(40))
    earlier_tries: Mapped[int] = mapped_column(default=0, server_default=sql("0"))
    """Tries before what is wanted now was decided."""

    @property
    def tries(self) -> int:
        """Tries for what is wanted now."""
        return self.attempts - self.earlier_tries


class Exposure(Base):
    """A citizen's public message with a national number in it, and for how long everybody could read that."""

    __tablename__ = "exposure"
    __table_args__ = (
        CheckConstraint("(ended_at IS NULL) = (ending IS NULL)", name="ended"),
        CheckConstraint("ending IN ('hidden', 'deleted', 'edited')", name="ending"),
        Index("ix_exposure_open", "conversation_id", postgresql_where=sql("ended_at IS NULL")),
        Index("ix_exposure_since", "since", "message_id"),
    )

    message_id: Mapped[UUID] = mapped_column(ForeignKey("message.id", ondelete="RESTRICT"), primary_key=True)
    conversation_id: Mapped[UUID] = key_to("conversation")
    account_id: Mapped[UUID] = key_to("account")
    since: Mapped[Instant]
    """The platform's time of the words."""
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ending: Mapped[str | None] = mapped_column(String(40))


class Reveal(Base):
    """Somebody looked at the number in a message."""

    __tablename__ = "reveal"
    __table_args__ = (Index("ix_reveal_at", "at", "id"),)

    id: Mapped[Id]
    message_id: Mapped[UUID] = key_to("message")
    agent_id: Mapped[UUID] = key_to("agent")
    at: Mapped[Instant]
