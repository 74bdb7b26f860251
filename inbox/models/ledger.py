"""The append-only ledger: commitments to public words, never the words.

A deed's transaction inserts an entry without a number; one sequencer numbers committed entries. Triggers
(in the migration) allow that one update and refuse every other change; the app's role lacks the rights too.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from inbox.extensions import Base
from inbox.models.columns import Instant, LongText, Word


class LedgerEntry(Base):
    """`body` is canonical JSON (RFC 8785) without `seq`; the salts open its commitments."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        Index("ix_ledger_entry_waiting", "arrival", postgresql_where=text("seq IS NULL")),
        Index("uq_ledger_entry_seq", "seq", unique=True, postgresql_where=text("seq IS NOT NULL")),
        CheckConstraint("(seq IS NULL) = (leaf IS NULL)", name="numbered_whole"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    arrival: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    type: Mapped[Word]
    body: Mapped[LongText]
    salts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    at: Mapped[Instant]
    seq: Mapped[int | None] = mapped_column(BigInteger)
    leaf: Mapped[bytes | None] = mapped_column(LargeBinary)


class LedgerNode(Base):
    """A complete subtree's hash, from level 1 up; the leaves stand on their entries."""

    __tablename__ = "ledger_node"

    level: Mapped[int] = mapped_column(primary_key=True)
    idx: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class LedgerCheckpoint(Base):
    """A signed head (C2SP tlog-checkpoint)."""

    __tablename__ = "ledger_checkpoint"

    size: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    root: Mapped[bytes] = mapped_column(LargeBinary)
    note: Mapped[str] = mapped_column(Text)
    at: Mapped[Instant]
