"""The complaint of one conversation as the desk shows it, and whether what was said may be one.

It is read along with the conversation, and only where that is a complaint, so that opening costs no statement more.
What it must not do: name who decided to whom the complaint is about, or propose what a person has judged.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, case, exists, func, select
from sqlalchemy.orm import aliased

from inbox.domain import complaints
from inbox.domain.complaints import State
from inbox.models import Agent, Complaint, Conversation, Delivery

LATELY: Final = 20
"""The citizen's newest messages that are looked at for words; a thread may be long, and opening it is not to wait."""


@dataclass(frozen=True, slots=True)
class Beside:
    """A complaint. `receipt_at` is when the citizen had the receipt, None while it is owed or on its way."""

    id: UUID
    kind: str
    state: str
    about_id: UUID | None
    about: str | None
    decided_by_id: UUID
    decided_by: str
    began_at: datetime
    receipt_due_at: datetime
    answer_due_at: datetime
    receipt_id: UUID | None
    receipt_at: datetime | None

    @property
    def open(self) -> bool:
        """Whether it is to be answered."""
        return self.state == State.OPEN

    def receipt_late(self, now: datetime) -> bool:
        """Whether the receipt came, or will come, after its time."""
        return (self.receipt_at or now) > self.receipt_due_at


@dataclass(frozen=True, slots=True)
class Complained:
    """What there is of complaints in a conversation: the newest one, and whom any of them is about."""

    newest: Beside | None = None
    kept_from: frozenset[UUID] = frozenset()

    @property
    def open(self) -> Beside | None:
        """The one that is to be answered."""
        return self.newest if self.newest is not None and self.newest.open else None


def complained_of(conversation_id: Any, agent_id: Any) -> ColumnElement[bool]:
    """Whether a complaint in that conversation is about that person; both may be a statement's columns."""
    return exists().where(
        Complaint.conversation_id == conversation_id, Complaint.about_id == agent_id, Complaint.state != State.NONE
    )


def receipt_at() -> ScalarSelect[datetime | None]:
    """When the receipt of a statement's complaint stood on the platform, by the platform's clock."""
    return (
        select(Delivery.delivered_at)
        .where(Delivery.message_id == Complaint.receipt_id, Delivery.part == 1)
        .scalar_subquery()
    )


def column() -> Any:
    """The complaints of the statement's conversation, as `complained` reads them; nothing is read where none are."""
    about, by = aliased(Agent), aliased(Agent)
    found = (
        select(
            func.jsonb_agg(
                func.jsonb_build_object(
                    "id", Complaint.id, "kind", Complaint.kind, "state", Complaint.state,
                    "about_id", Complaint.about_id, "about", about.full_name,
                    "decided_by_id", Complaint.decided_by_id, "decided_by", by.full_name,
                    "began_at", Complaint.began_at, "decided_at", Complaint.decided_at,
                    "receipt_due_at", Complaint.receipt_due_at, "answer_due_at", Complaint.answer_due_at,
                    "receipt_id", Complaint.receipt_id, "receipt_at", receipt_at(),
                )
            )
        )
        .select_from(Complaint)
        .join(by, by.id == Complaint.decided_by_id)
        .outerjoin(about, about.id == Complaint.about_id)
        .where(Complaint.conversation_id == Conversation.id, Complaint.state != State.NONE)
        .correlate(Conversation)
        .scalar_subquery()
    )  # fmt: skip
    return case((Conversation.complaint.is_not(None), found))


def complained(found: Sequence[Mapping[str, Any]] | None, me: UUID | None) -> Complained:
    """What `column` brought, for the reader `me`."""
    rows = sorted(found or (), key=lambda one: (one["state"] == State.OPEN, str(one["decided_at"])))
    kept_from = frozenset(UUID(one["about_id"]) for one in rows if one["about_id"])
    return Complained(_beside(rows[-1], hidden=me in kept_from) if rows else None, kept_from)


def proposed(said: Sequence[tuple[UUID, str]], judged: Collection[str]) -> tuple[str, ...]:
    """The words by which what was said may be a complaint, of the newest messages that nobody has judged."""
    texts = [text for id_, text in said[-LATELY:] if str(id_) not in judged]
    # One look at all of them together: in nearly every conversation it is the only one.
    if not complaints.said_by(" · ".join(texts)):
        return ()
    return tuple(dict.fromkeys(word for text in texts for word in complaints.said_by(text)))


def _beside(one: Mapping[str, Any], *, hidden: bool) -> Beside:
    return Beside(
        id=UUID(one["id"]),
        kind=one["kind"],
        state=one["state"],
        about_id=UUID(one["about_id"]) if one["about_id"] else None,
        about=one["about"],
        decided_by_id=UUID(int=0) if hidden else UUID(one["decided_by_id"]),
        decided_by="" if hidden else one["decided_by"],
        began_at=datetime.fromisoformat(one["began_at"]),
        receipt_due_at=datetime.fromisoformat(one["receipt_due_at"]),
        answer_due_at=datetime.fromisoformat(one["answer_due_at"]),
        receipt_id=UUID(one["receipt_id"]) if one["receipt_id"] else None,
        receipt_at=datetime.fromisoformat(one["receipt_at"]) if one["receipt_at"] else None,
    )
