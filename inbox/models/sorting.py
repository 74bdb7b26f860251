"""How people find their way in the queue: tags on conversations, and views kept under a name."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from inbox.extensions import Base
from inbox.models.columns import Id, Instant, Json, Name, key_to


class Tag(Base):
    """A word of the organisation's own for what conversations are about."""

    __tablename__ = "tag"
    __table_args__ = (Index("uq_tag_name", func.lower(text("name")), unique=True),)

    id: Mapped[Id]
    name: Mapped[Name]
    created_at: Mapped[Instant]
    two_keys: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    """A colleague releases what is answered where it stands."""


class ConversationTag(Base):
    """A tag on a conversation, and who put it there."""

    __tablename__ = "conversation_tag"
    __table_args__ = (Index("ix_conversation_tag_tag", "tag_id", "conversation_id"),)

    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id", ondelete="RESTRICT"), primary_key=True)
    tag_id: Mapped[UUID] = mapped_column(ForeignKey("tag.id", ondelete="RESTRICT"), primary_key=True)
    agent_id: Mapped[UUID | None] = key_to("agent", nullable=True)
    at: Mapped[Instant]


class SavedView(Base):
    """A view with its filters under a name: one person's, or a whole team's."""

    __tablename__ = "saved_view"

    id: Mapped[Id]
    agent_id: Mapped[UUID] = key_to("agent", index=True)
    team_id: Mapped[UUID | None] = key_to("team", index=True, nullable=True)
    """Whose it is as well; None for the agent's own."""
    name: Mapped[Name]
    filters: Mapped[Json]
    """As they stand in the address."""
    created_at: Mapped[Instant]
