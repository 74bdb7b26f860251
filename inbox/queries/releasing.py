"""What waits for a second key, and whose the second key was: pieces of statements that others read.

What it must not do: read anything by itself, or judge who may release.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, ScalarSelect, any_, exists, func, select
from sqlalchemy.orm import aliased

from inbox.models import Agent, Conversation, ConversationTag, Delivery, Message, SecondKey, Tag


@dataclass(frozen=True, slots=True)
class Key:
    """Why an answer was held, and who released it; `by` is None where nobody has (yet)."""

    why: str
    by: str | None
    at: datetime | None
    entry_id: UUID | None


def column() -> ScalarSelect[Any]:
    """The second key of a statement's message, as a column of it."""
    releaser = aliased(Agent)
    return (
        select(
            func.jsonb_build_object(
                "why", SecondKey.reason, "by", releaser.full_name, "at", SecondKey.released_at,
                "entry_id", SecondKey.entry_id,
            )
        )
        .outerjoin(releaser, releaser.id == SecondKey.releaser_id)
        .where(SecondKey.message_id == Message.id)
        .scalar_subquery()
    )  # fmt: skip


def key(found: Mapping[str, Any] | None) -> Key | None:
    """What `column` read."""
    if found is None:
        return None
    at = datetime.fromisoformat(found["at"]) if found["at"] else None
    return Key(found["why"], found["by"], at, UUID(found["entry_id"]) if found["entry_id"] else None)


def sensitive_tag() -> ColumnElement[bool]:
    """Whether a tag on a statement's conversation asks for a second key."""
    return exists().where(
        ConversationTag.conversation_id == Conversation.id, Tag.id == ConversationTag.tag_id, Tag.two_keys
    )


def new_here(me: BindParameter[Any]) -> ScalarSelect[bool]:
    """Whether a colleague releases what this person answers."""
    return select(Agent.two_keys).where(Agent.id == me).scalar_subquery()


def to_release(me: BindParameter[Any] | UUID | None) -> ColumnElement[bool]:
    """Whether something in a statement's conversation waits for this person's key: a colleague's answer.

    An array that is read first: PostgreSQL then goes to the few conversations by their ids, however many there are.
    """
    mine = aliased(Agent)
    held = (
        select(Message.conversation_id)
        .join(Delivery, Delivery.message_id == Message.id)
        .where(
            Delivery.state == "held",
            Message.agent_id != me,
            ~exists().where(mine.id == me, mine.two_keys),
        )
    )
    return Conversation.id == any_(func.array(held.scalar_subquery()))
