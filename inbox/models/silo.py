"""Back-office units, the questions put to them, and what they answered.

A unit has a `target`: its people sit at the desk of this house, or another way of reaching them is another word here
(`silo_way.py` has what goes out by it). The database refuses a second open question of one conversation to one unit,
and the same answer twice.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from inbox.extensions import Base
from inbox.models.columns import Due, Id, Instant, LongText, Name, Word, key_to

silo_member = Table(
    "silo_member",
    Base.metadata,
    Column("silo_id", ForeignKey("silo.id", ondelete="RESTRICT"), primary_key=True),
    Column("agent_id", ForeignKey("agent.id", ondelete="RESTRICT"), primary_key=True, index=True),
)
silo_tag = Table(
    "silo_tag",
    Base.metadata,
    Column("silo_id", ForeignKey("silo.id", ondelete="RESTRICT"), primary_key=True),
    Column("tag_id", ForeignKey("tag.id", ondelete="RESTRICT"), primary_key=True, index=True),
)


class Silo(Base, Due):
    """Whom one can ask. One that is asked no more keeps its row: its questions can still be told.

    `due_at` is when its target is looked at for answers next, `attempts` and `last_error` are of such looks.
    """

    __tablename__ = "silo"
    __table_args__ = (
        Index("uq_silo_name", func.lower(text("name")), unique=True),
        CheckConstraint("minutes > 0", name="answers_within"),
        CheckConstraint("state IN ('active', 'suspended')", name="state"),
        CheckConstraint("sees IN ('question', 'thread')", name="sees"),
        CheckConstraint("(target = 'desk') = (settings IS NULL)", name="settings_of_a_target"),
        Index("ix_silo_due", "due_at", postgresql_where=text("state = 'active' AND due_at IS NOT NULL")),
    )

    id: Mapped[Id]
    name: Mapped[Name]
    knows: Mapped[LongText]
    """What they know, for whoever looks for somebody to ask."""
    topics: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """Words by which they are suggested."""
    minutes: Mapped[int]
    """Within so many opening minutes they answer."""
    calendar: Mapped[str | None] = mapped_column(Text)
    """The name of the opening hours in which these run; None: the organisation's own."""
    target: Mapped[Word]
    """How it is reached: `desk`, or a name of `connectors.kit.target_registry`."""
    active: Mapped[bool]
    created_at: Mapped[Instant]
    settings: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Sealed JSON of the target's own fields, and of our secret for it."""
    memory: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Sealed JSON of what the target asked us to remember."""
    cursor: Mapped[str | None] = mapped_column(Text)
    """How far we have read what came back. It moves in the commit that stores it."""
    sees: Mapped[Word] = mapped_column(default="thread", server_default=text("'thread'"))
    """What leaves the house: the question alone, or the thread with it."""
    state: Mapped[Word] = mapped_column(default="active", server_default=text("'active'"))
    """active, or suspended by the target until a person has mended it."""
    health: Mapped[str | None] = mapped_column(Text)
    """Why the last errand did not get there."""
    failures: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """Errands in a row that did not get there."""
    not_before: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class SiloTicket(Base, Due):
    """A question. `due_at` and the lease are those of its delivery to the target, which to the desk is the asking."""

    __tablename__ = "silo_ticket"
    __table_args__ = (
        UniqueConstraint("number"),
        Index(
            "uq_silo_ticket_open",
            "conversation_id",
            "silo_id",
            unique=True,
            postgresql_where=text("state IN ('asked', 'seen')"),
        ),
        Index("ix_silo_ticket_conversation", "conversation_id", "asked_at", "id"),
        Index(
            "ix_silo_ticket_owed",
            "silo_id",
            "answer_due_at",
            "id",
            postgresql_where=text("state IN ('asked', 'seen')"),
        ),
        Index("ix_silo_ticket_silo", "silo_id", "asked_at", "id"),
        CheckConstraint("state IN ('asked', 'seen', 'answered', 'used', 'recalled')", name="state"),
        CheckConstraint("mode IN ('public', 'private')", name="mode"),
        CheckConstraint("(state = 'recalled') = (recalled_at IS NOT NULL)", name="recalled_at_some_time"),
        CheckConstraint("question <> ''", name="asks"),
    )

    id: Mapped[Id]
    number: Mapped[int] = mapped_column(BigInteger, Identity(start=1001))
    """What people call it by."""
    conversation_id: Mapped[UUID] = key_to("conversation")
    """Where its answer belongs now; a conversation that was joined with another takes its questions along."""
    silo_id: Mapped[UUID] = key_to("silo")
    agent_id: Mapped[UUID] = key_to("agent")
    """Who asked."""
    question: Mapped[LongText]
    known: Mapped[LongText]
    """What the agent knows already and has tried."""
    promised_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """Until when the citizen was promised an answer, if at all."""
    mode: Mapped[Word]
    """How the answer shall be given to the citizen: the draft that it becomes."""
    shows_private: Mapped[bool]
    """Whether the unit may read the private part of the conversation."""
    state: Mapped[Word]
    """A word of `inbox.domain.silo`."""
    asked_at: Mapped[Instant]
    seen_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    reminded_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    recalled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    minutes: Mapped[int]
    calendar_id: Mapped[UUID] = key_to("calendar")
    """The hours and the time that held when it was asked."""
    answer_due_at: Mapped[Instant]
    delivery: Mapped[Word]
    """How far it has come on its way to the target, in the words of `inbox.domain.delivery`."""
    external_id: Mapped[str | None] = mapped_column(Text)
    """What the target calls it; None at the desk."""
    target: Mapped[Word] = mapped_column(default="desk", server_default=text("'desk'"))
    """By which way it went."""


class SiloAnswer(Base):
    """What the unit said to one question. All are kept, also what came late."""

    __tablename__ = "silo_answer"
    __table_args__ = (
        UniqueConstraint("ticket_id", "key"),
        Index("ix_silo_answer_message", "message_id", postgresql_where=text("message_id IS NOT NULL")),
        CheckConstraint("text <> ''", name="says_something"),
        CheckConstraint("(laid_to_id IS NULL) = (laid_at IS NULL)", name="laid_before_somebody"),
    )

    id: Mapped[Id]
    ticket_id: Mapped[UUID] = key_to("silo_ticket")
    key: Mapped[UUID]
    """Made with the form, so that what is sent twice is one answer."""
    agent_id: Mapped[UUID | None] = key_to("agent", nullable=True)
    author: Mapped[Name]
    """Who answered, as colleagues are told; the citizen never is."""
    at: Mapped[Instant]
    attachments: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default=text("'{}'"))
    """Their names alone; they stay where they are."""
    not_ours: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """The unit says that it is another's matter; the words show the way."""
    final: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    """False where more was said to follow."""
    text: Mapped[LongText]
    may_be_public: Mapped[bool]
    """Whether the unit agrees to its words being said in public."""
    late: Mapped[bool]
    """It came after the question was recalled or the matter finished."""
    laid_to_id: Mapped[UUID | None] = key_to("agent", nullable=True)
    """In whose draft it lies."""
    laid_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    message_id: Mapped[UUID | None] = key_to("message", nullable=True)
    """The answer to the citizen that it became."""
