"""People with a login, what they may do, and how they sign.

A person who has left keeps the public name: nobody else will ever sign with it.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask_security.core import RoleMixin, UserMixin
from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inbox.extensions import Base
from inbox.models.columns import Id, Instant, Json, LongText, Name, Word, key_to

agent_role = Table(
    "agent_role",
    Base.metadata,
    Column("agent_id", ForeignKey("agent.id", ondelete="RESTRICT"), primary_key=True),
    Column("role_id", ForeignKey("role.id", ondelete="RESTRICT"), primary_key=True),
)
team_member = Table(
    "team_member",
    Base.metadata,
    Column("team_id", ForeignKey("team.id", ondelete="RESTRICT"), primary_key=True),
    Column("agent_id", ForeignKey("agent.id", ondelete="RESTRICT"), primary_key=True, index=True),
)


class Role(Base, RoleMixin):
    """A name from `inbox.domain.actors.Role`."""

    __tablename__ = "role"

    id: Mapped[Id]  # type: ignore[assignment] # Flask-Security's mixins declare a number; ours are UUIDs
    name: Mapped[str] = mapped_column(String(40), unique=True)


class Team(Base):
    """Agents and accounts that belong together: who sees what."""

    __tablename__ = "team"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(200), unique=True)
    assignment: Mapped[Word] = mapped_column(server_default=text("'by_hand'"), default="by_hand")
    """by_hand, in_turn or by_load: who gets what comes in."""
    claim_minutes: Mapped[int | None]
    """Minutes of opening time after which a conversation goes back to the queue when its holder is gone."""


class GroupAnswerer(Base):
    """Whom a team asks to answer the stakeholders of one group. It counts only while they are of the team."""

    __tablename__ = "group_answerer"

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id", ondelete="RESTRICT"), primary_key=True)
    group: Mapped[Word] = mapped_column(primary_key=True)
    agent_id: Mapped[UUID] = mapped_column(ForeignKey("agent.id", ondelete="RESTRICT"), primary_key=True, index=True)


class Agent(Base, UserMixin):
    """A named person with a login."""

    __tablename__ = "agent"
    __table_args__ = (
        Index("uq_agent_public_name", func.lower(text("public_name")), unique=True),
        Index("uq_agent_email", func.lower(text("email")), unique=True),
        Index("ix_agent_digest_due_at", "digest_due_at", postgresql_where=text("digest <> 'never'")),
        CheckConstraint("digest IN ('never', 'daily', 'hourly')", name="digest"),
        CheckConstraint("digest = 'never' OR digest_due_at IS NOT NULL", name="digest_due"),
    )

    id: Mapped[Id]  # type: ignore[assignment] # Flask-Security's mixins declare a number; ours are UUIDs
    email: Mapped[Name]
    password: Mapped[LongText]
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    full_name: Mapped[Name]
    public_name: Mapped[str | None] = mapped_column(String(100))
    """Agreed with the agent; None for those who don't answer in public."""
    language: Mapped[Word]
    created_at: Mapped[Instant]
    left_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    seen_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """The last act of theirs in a page, to the minute."""
    away_since: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """They said that they are not there: nothing is assigned to them."""
    capacity: Mapped[int | None]
    """Open conversations that are assigned to them at most; None: no limit."""
    languages: Mapped[list[str]] = mapped_column(ARRAY(String(20)), server_default=text("'{}'"), default=list)
    """In which they answer; none: all of them."""
    assigned_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When they were last given something in their turn."""
    notices: Mapped[Json]
    """How they want to be told: `{"browser": bool, "mail": [kinds that are mailed at once]}`."""
    digest: Mapped[Word] = mapped_column(server_default=text("'never'"), default="never")
    """never, daily or hourly: how often at most a mail says what they have not read."""
    digested_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """Up to when mails have told of their notices."""
    digest_due_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """No mail before that."""
    two_keys: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    """A colleague releases what they answer, as long as they are new."""

    roles: Mapped[list[Role]] = relationship(  # type: ignore[assignment] # the mixin's list is of its own class
        secondary=agent_role, lazy="selectin"
    )
    teams: Mapped[list[Team]] = relationship(secondary=team_member, lazy="selectin")


class Signature(Base):
    """How one agent's answers on one account are signed. Never changed: another way of signing is another row."""

    __tablename__ = "signature"
    __table_args__ = (
        UniqueConstraint("agent_id", "account_id", "signed_as"),
        UniqueConstraint("id", "agent_id", "signed_as"),
        CheckConstraint("length(signed_as) > 0", name="not_empty"),
    )

    id: Mapped[Id]
    agent_id: Mapped[UUID] = key_to("agent")
    account_id: Mapped[UUID] = key_to("account")
    signed_as: Mapped[LongText]
    created_at: Mapped[Instant]


class AgentKey(Base):
    """The Ed25519 key with which the system signs for an agent's account. The private half is sealed."""

    __tablename__ = "agent_key"
    __table_args__ = (ForeignKeyConstraint(["agent_id"], ["agent.id"], ondelete="RESTRICT"),)

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    agent_id: Mapped[UUID] = mapped_column(index=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    private_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    added_at: Mapped[Instant]
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
