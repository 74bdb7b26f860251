"""Something said, in or out. The words never change: an edit is a revision beside them.

The database itself refuses a public word that is not in the ledger, an answer without its author's own
signature, and a changed text (a trigger in the migration).
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from inbox.extensions import Base
from inbox.models.columns import Id, Instant, LongText, Word, key_to
from inbox.models.searching import AS_WRITTEN_AND_STEMMED, BY_LANGUAGE, searched


class Message(Base):
    """`said_at` is the platform's time, `received_at` ours. An answer's platform ids stand on its deliveries."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("account_id", "external_id"),
        UniqueConstraint("id", "signed_as"),
        Index("ix_message_thread", "conversation_id", "said_at", "received_at", "id"),
        Index("ix_message_came_from", "came_from_id", postgresql_where=sql("came_from_id IS NOT NULL")),
        Index("ix_message_parent", "account_id", "parent_external_id"),
        Index("ix_message_said", "said_at", "id"),
        # The week, then its words: see `inbox.queries.search`, whose `WEEK` is the same one.
        Index(
            "ix_message_words",
            sql("date_bin('7 days'::interval, said_at, '2001-01-01 00:00:00+00'::timestamp with time zone)"),
            "search",
            postgresql_using="gin",
            postgresql_with={"gin_pending_list_limit": 256},
        ),
        Index("ix_message_public", "said_at", "id", postgresql_where=sql("visibility = 'public'")),
        ForeignKeyConstraint(
            ["signature_id", "agent_id", "signed_as"],
            ["signature.id", "signature.agent_id", "signature.signed_as"],
            name="fk_message_signature",
            ondelete="RESTRICT",
        ),
        CheckConstraint("direction IN ('in', 'out')", name="direction"),
        CheckConstraint("direction = 'in' OR NOT after_stop", name="theirs_after_stop"),
        CheckConstraint("visibility IN ('public', 'private')", name="visibility"),
        CheckConstraint("(identity_id IS NULL) <> (agent_id IS NULL)", name="one_author"),
        CheckConstraint("(direction = 'out') = (agent_id IS NOT NULL)", name="agents_speak_out"),
        CheckConstraint("visibility = 'private' OR entry_id IS NOT NULL", name="public_in_ledger"),
        CheckConstraint(
            "direction = 'in' OR (signature_id IS NOT NULL AND signed_as IS NOT NULL"
            " AND right(text, length(signed_as)) = signed_as)",
            name="signed",
        ),
    )

    id: Mapped[Id]
    conversation_id: Mapped[UUID] = key_to("conversation")
    account_id: Mapped[UUID] = key_to("account")
    direction: Mapped[Word]
    visibility: Mapped[Word]
    identity_id: Mapped[UUID | None] = key_to("identity", nullable=True)
    agent_id: Mapped[UUID | None] = key_to("agent", nullable=True)
    kind: Mapped[Word]
    """mention, reply, private, own, share … for what comes in; answer for what goes out, post for what
    answers nobody."""
    external_id: Mapped[str | None] = mapped_column(Text)
    token: Mapped[str | None] = mapped_column(Text)
    parent_external_id: Mapped[str | None] = mapped_column(Text)
    root_external_id: Mapped[str | None] = mapped_column(Text)
    root_token: Mapped[str | None] = mapped_column(Text)
    url: Mapped[str | None] = mapped_column(Text)
    text: Mapped[LongText]
    language: Mapped[str | None] = mapped_column(String(20))
    flagged: Mapped[bool] = mapped_column(default=False, server_default=sql("false"))
    """NUL or lone surrogates were replaced at the edge."""
    said_at: Mapped[Instant]
    received_at: Mapped[Instant]
    holding: Mapped[bool] = mapped_column(default=False, server_default=sql("false"))
    """An answer that only says that an answer is coming: its author said so."""
    planned_for: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When an answer shall go out, if not at once."""
    after_stop: Mapped[bool] = mapped_column(default=False, server_default=sql("false"))
    """It came in after we had stopped: it is seen, and nobody owes it an answer."""
    came_from_id: Mapped[UUID | None] = mapped_column(ForeignKey("conversation.id", ondelete="RESTRICT"))
    """The conversation in which it was said, when that was merged into this one later."""
    in_reply_to_id: Mapped[UUID | None] = mapped_column(ForeignKey("message.id", ondelete="RESTRICT"))
    signature_id: Mapped[UUID | None] = mapped_column()
    signed_as: Mapped[str | None] = mapped_column(Text)
    entry_id: Mapped[UUID | None] = key_to("ledger_entry", nullable=True)
    search: Mapped[str | None] = searched(BY_LANGUAGE)


class Revision(Base):
    """A later state of a message: other words, or taken away. The first words stay where they are."""

    __tablename__ = "revision"
    __table_args__ = (
        Index("ix_revision_message", "message_id", "at"),
        Index("ix_revision_search", "search", postgresql_using="gin"),
        CheckConstraint("kind IN ('edited', 'deleted')", name="kind"),
        CheckConstraint("(kind = 'edited') = (text IS NOT NULL)", name="words_of_an_edit"),
        CheckConstraint("visibility = 'private' OR entry_id IS NOT NULL", name="public_in_ledger"),
    )

    id: Mapped[Id]
    message_id: Mapped[UUID] = key_to("message")
    kind: Mapped[Word]
    visibility: Mapped[Word]
    text: Mapped[str | None] = mapped_column(Text)
    at: Mapped[Instant]
    """The platform's time of the change, where it tells."""
    received_at: Mapped[Instant]
    entry_id: Mapped[UUID | None] = key_to("ledger_entry", nullable=True)
    search: Mapped[str | None] = searched(AS_WRITTEN_AND_STEMMED)
