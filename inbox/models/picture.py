"""Pictures: of an answer that is being written, of one that was promised, and under what citizens say.

The points themselves lie here too (`docs/adr/0007-pictures-lie-in-the-database.md`): what is committed is whole, what
is rolled back leaves no file, and a copy of the database is a copy of everything. The database refuses a public one
that is not in the ledger, an answer's without a description, and a change of what was said.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, SmallInteger, String, Text
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from inbox.extensions import Base
from inbox.models.columns import Due, Id, Instant, LongText, Word, key_to


class Picture(Base, Due):
    """`state`: `owed` until it is fetched from the platform, then `kept`, or `refused` with why in `last_error`."""

    __tablename__ = "picture"
    __table_args__ = (
        CheckConstraint("visibility IN ('public', 'private')", name="visibility"),
        CheckConstraint("state IN ('owed', 'kept', 'refused')", name="state"),
        CheckConstraint("(agent_id IS NULL) = (source IS NOT NULL)", name="ours_or_theirs"),
        CheckConstraint("agent_id IS NOT NULL OR message_id IS NOT NULL", name="theirs_was_said"),
        CheckConstraint(
            "(state = 'kept') = (data IS NOT NULL) AND (state = 'kept') = (digest IS NOT NULL)"
            " AND (state = 'kept') = (media_type IS NOT NULL) AND (state = 'kept') = (width > 0 AND height > 0)",
            name="whole",
        ),
        CheckConstraint(
            "message_id IS NULL OR visibility = 'private' OR entry_id IS NOT NULL", name="public_in_ledger"
        ),
        CheckConstraint("message_id IS NULL OR agent_id IS NULL OR description <> ''", name="described"),
        Index("ix_picture_conversation", "conversation_id", "message_id", "place", "id"),
        Index("ix_picture_message", "message_id", postgresql_where=sql("message_id IS NOT NULL")),
        Index("ix_picture_due", "due_at", "id", postgresql_where=sql("state = 'owed'")),
    )

    id: Mapped[Id]
    conversation_id: Mapped[UUID] = key_to("conversation")
    message_id: Mapped[UUID | None] = key_to("message", nullable=True)
    """None while the answer is being written."""
    agent_id: Mapped[UUID | None] = key_to("agent", nullable=True)
    """Who put it there; None for a citizen's."""
    visibility: Mapped[Word]
    place: Mapped[int] = mapped_column(SmallInteger)
    description: Mapped[LongText]
    source: Mapped[str | None] = mapped_column(Text)
    """Where the platform has a citizen's, in the connector's words."""
    state: Mapped[Word]
    media_type: Mapped[str | None] = mapped_column(String(40))
    width: Mapped[int | None]
    height: Mapped[int | None]
    digest: Mapped[str | None] = mapped_column(String(64))
    """SHA-256 of the points, in hex."""
    data: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    created_at: Mapped[Instant]
    entry_id: Mapped[UUID | None] = key_to("ledger_entry", nullable=True)
