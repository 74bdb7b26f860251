"""Column types and the mixin that all tables share: learn them once.

`Due` is the one shape of work owed: a row with a `due_at`, a lease and a count of tries.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from inbox.domain.ids import new_id

Id = Annotated[UUID, mapped_column(primary_key=True, default=new_id)]
Instant = Annotated[datetime, mapped_column(DateTime(timezone=True))]
Word = Annotated[str, mapped_column(String(40))]
"""A state, kind or code from a closed list."""
Name = Annotated[str, mapped_column(String(200))]
LongText = Annotated[str, mapped_column(Text)]
Json = Annotated[dict[str, Any], mapped_column(JSONB, server_default=text("'{}'::jsonb"), default=dict)]


def key_to(table: str, *, index: bool = False, nullable: bool = False) -> Any:
    """A foreign key to another table's id; deletion is always refused, since nothing is thrown away."""
    return mapped_column(ForeignKey(f"{table}.id", ondelete="RESTRICT"), index=index, nullable=nullable)


class Due:
    """Work owed. The lease is compared with the database's own clock, in the claiming statement alone."""

    due_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    lease_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    attempts: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    last_error: Mapped[str | None] = mapped_column(Text)
