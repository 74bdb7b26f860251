"""One matter with one person on one account, and what is said about it among ourselves.

A note stands in a table of its own: it can't be delivered by construction.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from inbox.extensions import Base
from inbox.models.columns import Id, Instant, Json, LongText, Word, key_to
from inbox.models.searching import AS_WRITTEN_AND_STEMMED, searched

OPEN = "status IN ('new', 'open', 'pending', 'on_hold') AND klass = 'ours' AND merged_into_id IS NULL"


class Conversation(Base):
    """`version` grows with every change: whoever acts says which version was on the screen."""

    __tablename__ = "conversation"
    __table_args__ = (
        Index("ix_conversation_open", "team_id", "next_due_at", "id", postgresql_where=text(OPEN)),
        Index("ix_conversation_mine", "assignee_id", "next_due_at", "id", postgresql_where=text(OPEN)),
        Index("ix_conversation_account", "account_id", "next_due_at", "id", postgresql_where=text(OPEN)),
        Index(
            "ix_conversation_waiting",
            "team_id",
            "waiting_since",
            "id",
            postgresql_where=text(OPEN + " AND waiting_since IS NOT NULL"),
        ),
        Index("ix_conversation_rest", "team_id", "status", "changed_at", "id"),
        Index(
            "ix_conversation_klass", "team_id", "klass", "changed_at", "id", postgresql_where=text("klass <> 'ours'")
        ),
        Index("ix_conversation_thread", "account_id", "root_external_id", "identity_id"),
        Index("ix_conversation_person", "identity_id", "created_at"),
        Index(
            "ix_conversation_gathering",
            "gathering_id",
            "next_due_at",
            "id",
            postgresql_where=text("gathering_id IS NOT NULL"),
        ),
        Index("ix_conversation_acute", "team_id", "acute_at", "id", postgresql_where=text("acute_at IS NOT NULL")),
        Index("ix_conversation_snoozed", "snoozed_until", "id", postgresql_where=text("snoozed_until IS NOT NULL")),
        CheckConstraint("(status = 'dismissed') = (dismiss_reason IS NOT NULL)", name="dismissed_with_a_reason"),
    )

    id: Mapped[Id]
    reference: Mapped[str] = mapped_column(String(16), unique=True)
    account_id: Mapped[UUID] = key_to("account")
    team_id: Mapped[UUID] = key_to("team")
    identity_id: Mapped[UUID] = key_to("identity")
    root_external_id: Mapped[LongText]
    """The thread's first post on the platform; for a private talk the person's own id."""
    status: Mapped[Word]
    klass: Mapped[Word]
    klass_rule: Mapped[Word]
    """Which rule of `inbox.domain.classification` said so, or `by_hand`."""
    priority: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    assignee_id: Mapped[UUID | None] = key_to("agent", nullable=True)
    waiting_since: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """The platform's time of the oldest message that we have not answered."""
    next_due_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    snoozed_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """Out of the way until then, or until the citizen writes. Its clocks run on."""
    stopped_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """Since when what comes in is seen and no more (`inbox.models.stop` knows why); None: it is answered as ever."""
    language: Mapped[str | None] = mapped_column(String(20))
    """What the citizen writes in, as the platform tells; None where it doesn't."""
    dismiss_reason: Mapped[str | None] = mapped_column(String(40))
    linked_to_id: Mapped[UUID | None] = mapped_column(ForeignKey("conversation.id", ondelete="RESTRICT"))
    """The earlier conversation that this one continues."""
    merged_into_id: Mapped[UUID | None] = mapped_column(ForeignKey("conversation.id", ondelete="RESTRICT"))
    gathering_id: Mapped[UUID | None] = key_to("gathering", nullable=True)
    """The gathering that it stands in: the list shows that, and not each of its members."""
    acute_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """Since when it may be, or is, acute (`inbox.models.acute` knows why): it stands before everything else."""
    complaint: Mapped[str | None] = mapped_column(String(40))
    """What it complains about, as a person has decided (`inbox.models.complaint`); None: it is no complaint."""
    created_at: Mapped[Instant]
    changed_at: Mapped[Instant]


class ConversationEvent(Base):
    """A thin line in the thread: taken, solved, dismissed, breached. Never a citizen's words."""

    __tablename__ = "conversation_event"
    __table_args__ = (
        Index("ix_conversation_event_thread", "conversation_id", "at"),
        Index("ix_conversation_event_came_from", "came_from_id", postgresql_where=text("came_from_id IS NOT NULL")),
    )

    id: Mapped[Id]
    conversation_id: Mapped[UUID] = key_to("conversation")
    at: Mapped[Instant]
    kind: Mapped[Word]
    agent_id: Mapped[UUID | None] = key_to("agent", nullable=True)
    data: Mapped[Json]
    came_from_id: Mapped[UUID | None] = mapped_column(ForeignKey("conversation.id", ondelete="RESTRICT"))
    """The conversation in which it happened, when that was merged into this one later."""


class Note(Base):
    """Said among ourselves."""

    __tablename__ = "note"
    __table_args__ = (
        Index("ix_note_thread", "conversation_id", "at"),
        Index("ix_note_said", "at", "id"),
        Index("ix_note_search", "search", postgresql_using="gin"),
    )

    id: Mapped[Id]
    conversation_id: Mapped[UUID] = key_to("conversation")
    agent_id: Mapped[UUID] = key_to("agent")
    at: Mapped[Instant]
    text: Mapped[LongText]
    search: Mapped[str | None] = searched(AS_WRITTEN_AND_STEMMED)


class Draft(Base):
    """What an agent has written and not sent, one for each way of writing: switching never carries text along."""

    __tablename__ = "draft"

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="RESTRICT"), primary_key=True)
    agent_id: Mapped[UUID] = mapped_column(ForeignKey("agent.id", ondelete="RESTRICT"), primary_key=True)
    mode: Mapped[Word] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[Instant]
