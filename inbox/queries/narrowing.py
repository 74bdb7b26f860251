"""What the desk's list can be narrowed by, as conditions of a statement whose values are bound later.

What it must not do: know what an address calls a filter (`inbox.domain.filters`), or whether it may be asked for
(`surroundings.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, String, Uuid, bindparam, exists, select, true
from sqlalchemy.orm import InstrumentedAttribute

from inbox.models import Conversation, ConversationTag, Message


@dataclass(frozen=True, slots=True)
class Narrow:
    """What the rows must have in common, all of it at once."""

    account_id: UUID | None = None
    tag_ids: tuple[UUID, ...] = ()
    priority: int | None = None
    language: str | None = None
    assignee_id: UUID | None = None
    visibility: str | None = None

    @property
    def values(self) -> dict[str, object]:
        """What is to be bound; nothing for what narrows nothing."""
        given = {
            "account": self.account_id,
            "priority": self.priority,
            "language": self.language,
            "assignee": self.assignee_id,
            "visibility": self.visibility,
            **{f"tag{number}": tag for number, tag in enumerate(self.tag_ids)},
        }
        return {name: value for name, value in given.items() if value is not None}


EVERYTHING = Narrow()


def narrowed(names: frozenset[str]) -> list[ColumnElement[bool]]:
    """The conditions of a `Narrow` with these values."""
    columns: dict[str, InstrumentedAttribute[Any]] = {
        "account": Conversation.account_id,
        "priority": Conversation.priority,
        "language": Conversation.language,
        "assignee": Conversation.assignee_id,
    }
    conditions: list[ColumnElement[bool]] = [
        column == bindparam(name, type_=column.type) for name, column in columns.items() if name in names
    ]
    conditions += [
        exists().where(
            ConversationTag.conversation_id == Conversation.id, ConversationTag.tag_id == bindparam(name, type_=Uuid)
        )
        for name in sorted(names)
        if name.startswith("tag")
    ]
    if "visibility" in names:
        said = (Message.conversation_id == Conversation.id, Message.direction == "in")
        # No EXISTS: where few messages are private, PostgreSQL makes it a join and reads all that was ever said.
        found = select(true()).where(*said, Message.visibility == bindparam("visibility", type_=String))
        conditions.append(found.limit(1).correlate(Conversation).scalar_subquery())
    return conditions
