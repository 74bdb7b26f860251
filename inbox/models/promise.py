"""Promises about time: opening hours, policies, the clocks that run, and what was measured.

Calendars and policies are versioned by row: a clock keeps the rows it was started with.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, DateTime, Index, Interval, String, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from inbox.extensions import Base
from inbox.models.columns import Due, Id, Instant, Name, Word, key_to


class Calendar(Base):
    """When somebody is there, for the whole organisation or for some accounts. A change is another version.

    In force for an account at an instant: of the newest version of each name by then, the one that names the
    account, else the one that is `everywhere` (`inbox.domain.terms`).
    """

    __tablename__ = "calendar"
    __table_args__ = (UniqueConstraint("name", "version"),)

    id: Mapped[Id]
    name: Mapped[Name]
    version: Mapped[int]
    plan: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """What people chose (`inbox.domain.opening_plan`)."""
    rules: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """What follows from it day by day (`inbox.domain.calendar`), fixed when it was saved."""
    everywhere: Mapped[bool]
    """The organisation's own: it holds for every account that no other calendar names."""
    account_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    created_at: Mapped[Instant]
    agent_id: Mapped[UUID | None] = key_to("agent", nullable=True)
    """Who saved it; nobody at the founding."""


class Policies(Base):
    """What the organisation promises: the whole ordered list (`inbox.domain.policies`). A change is another version."""

    __tablename__ = "policies"
    __table_args__ = (UniqueConstraint("version"),)

    id: Mapped[Id]
    version: Mapped[int]
    rules: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[Instant]
    agent_id: Mapped[UUID | None] = key_to("agent", nullable=True)


class Clock(Base, Due):
    """A promise running for one conversation, or its verdict. `due_at` is its end; none while it is paused.

    The row repeats what `inbox.domain.clocks` reads out of the conversation's history, so that a sweep can claim
    it; `breached_at`, if ever set, equals `due_at`.
    """

    __tablename__ = "clock"
    __table_args__ = (
        UniqueConstraint("conversation_id", "kind", "number"),
        Index("ix_clock_due", "due_at", "id", postgresql_where=text("state = 'running'")),
        Index(
            "ix_clock_decided",
            "due_at",
            postgresql_where=text("kind = 'first_response' AND state IN ('met', 'breached')"),
        ),
        Index("ix_clock_terms", "terms", postgresql_where=text("state IN ('running', 'paused')")),
        Index("ix_clock_climb", "climb_at", "id", postgresql_where=text("climb_at IS NOT NULL")),
        CheckConstraint("breached_at IS NULL OR breached_at = due_at", name="breached_when_due"),
        CheckConstraint("state <> 'running' OR due_at IS NOT NULL", name="running_until"),
    )

    id: Mapped[Id]
    conversation_id: Mapped[UUID] = key_to("conversation")
    kind: Mapped[Word]
    number: Mapped[int]
    """The how-manieth of its kind in this conversation, from 1."""
    message_id: Mapped[UUID | None] = key_to("message", nullable=True)
    """What the citizen said that started it; nothing where a person opened the matter again."""
    state: Mapped[Word]
    reason: Mapped[str | None] = mapped_column(String(40))
    """Why nothing is owed any more although nobody answered: solved, dismissed, withdrawn, merged."""
    policies_id: Mapped[UUID] = key_to("policies")
    policy: Mapped[int]
    """The number of the policy in that version of the list, from 1."""
    calendar_id: Mapped[UUID] = key_to("calendar")
    terms: Mapped[int]
    """How many versions of calendars and policies there were when the row was written. A clock that knows fewer than
    there are by now is read again before it gets a verdict."""
    minutes: Mapped[int]
    business: Mapped[bool]
    """Opening minutes if true, wall minutes if not."""
    started_at: Mapped[Instant]
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When what was promised happened: our answer stood out there, or the matter was solved."""
    answer_id: Mapped[UUID | None] = key_to("message", nullable=True)
    breached_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    climb_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When the next rung of the ladder comes (`inbox.domain.escalation`); None: nothing is left to climb."""
    climbed: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default=text("'{}'"))
    """The rules of the ladder that have had their turn for it."""


class Outage(Base):
    """A time in which we could not see what citizens said: the house was down, or a platform gave no page."""

    __tablename__ = "outage"
    __table_args__ = (
        Index("ix_outage_began", "began_at"),
        Index(
            "uq_outage_open",
            "account_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
            postgresql_nulls_not_distinct=True,
        ),
    )

    id: Mapped[Id]
    account_id: Mapped[UUID | None] = key_to("account", nullable=True)
    """The account whose platform gave nothing; none when the house itself was down."""
    began_at: Mapped[Instant]
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Fact(Base):
    """One measured promise. Rebuildable from the clocks and messages."""

    __tablename__ = "fact"
    __table_args__ = (UniqueConstraint("clock_id"), Index("ix_fact_day", "day", "account_id"))

    id: Mapped[Id]
    clock_id: Mapped[UUID] = key_to("clock")
    account_id: Mapped[UUID] = key_to("account")
    conversation_id: Mapped[UUID] = key_to("conversation")
    kind: Mapped[Word]
    day: Mapped[date] = mapped_column(Date)
    """The local day, in the calendar's zone, on which the answer was given."""
    started_at: Mapped[Instant]
    due_at: Mapped[Instant]
    answered_at: Mapped[Instant]
    opening_time: Mapped[Any] = mapped_column(Interval)
    wall_time: Mapped[Any] = mapped_column(Interval)
    on_time: Mapped[bool]
