"""One line of the desk's list with everything that it shows, in one statement whatever the page's length.

What it must not do: choose or order conversations (`inbox_list.py`), or show a national number unmasked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import Select, Subquery, exists, func, select, true
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from inbox.domain.calendar import Calendar
from inbox.domain.personal_data import mask
from inbox.models import (
    Account,
    Agent,
    Conversation,
    ConversationTag,
    Delivery,
    Exposure,
    Identity,
    Message,
    Revision,
    Tag,
)
from inbox.queries.due import Due, columns, due, shown_clock

Chosen: TypeAlias = Select[*tuple[Any, ...]]
"""A statement whose columns only its own reader knows."""
SNIPPET = 400
"""Characters of a message that a line shows at most; the rest is in the thread."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list. `said` is the citizen's last word, masked; None when it was taken away."""

    id: UUID
    reference: str
    version: int
    status: str
    klass: str
    dismiss_reason: str | None
    who: str
    handle: str
    channel: str
    account: str
    practice: bool
    said: str | None
    said_at: datetime
    private: bool
    assignee_id: UUID | None
    assignee: str | None
    needs_human: bool
    exposed: bool
    """Everybody can read a national number in it."""
    held: bool
    """An answer in it waits for a second key."""
    stopped_at: datetime | None
    """Since when what comes in is seen and no more."""
    priority: int
    tags: tuple[str, ...]
    snoozed_until: datetime | None
    due: Due | None
    at: datetime | None = None
    """Its place in the list's order."""
    acute: bool = False
    """It is acute, or may be: it stands first."""
    complaint: str | None = None
    """What it complains about, where a person has said that it is a complaint."""


def decorated(cut: Subquery, rising: bool) -> Chosen:
    """The page's lines with everything that a row shows, by `at` rising or falling: one statement, however long."""
    assignee = aliased(Agent)
    latest = (
        select(Message.id, Message.text, Message.said_at, Message.visibility)
        .where(Message.conversation_id == Conversation.id, Message.direction == "in")
        .order_by(Message.said_at.desc(), Message.received_at.desc(), Message.id.desc())
        .limit(1)
        .lateral("latest")
    )
    change = (
        select(Revision.kind, Revision.text)
        .where(Revision.message_id == latest.c.id)
        .order_by(Revision.at.desc(), Revision.id.desc())
        .limit(1)
        .lateral("change")
    )
    stuck = exists().where(
        Delivery.message_id == Message.id,
        Message.conversation_id == Conversation.id,
        Delivery.state == "needs_human",
    )
    held = exists().where(
        Delivery.message_id == Message.id,
        Message.conversation_id == Conversation.id,
        Delivery.state == "held",
    )
    tags = (
        select(func.array_agg(aggregate_order_by(Tag.name, func.lower(Tag.name))))
        .join(ConversationTag, ConversationTag.tag_id == Tag.id)
        .where(ConversationTag.conversation_id == Conversation.id)
        .scalar_subquery()
    )
    clock = shown_clock()
    order = (cut.c.at.asc().nulls_last(), cut.c.id.asc()) if rising else (cut.c.at.desc(), cut.c.id.desc())
    return (
        select(
            cut.c.at,
            Conversation.id,
            Conversation.reference,
            Conversation.version,
            Conversation.status,
            Conversation.klass,
            Conversation.dismiss_reason,
            Conversation.assignee_id,
            Conversation.changed_at,
            Conversation.priority,
            Conversation.snoozed_until,
            Conversation.stopped_at,
            Conversation.acute_at,
            Conversation.complaint,
            tags.label("tags"),
            Identity.name.label("who"),
            Identity.handle,
            Account.channel,
            Account.name.label("account"),
            Account.practice,
            assignee.public_name,
            assignee.full_name,
            latest.c.text,
            latest.c.said_at,
            latest.c.visibility,
            change.c.kind.label("change"),
            change.c.text.label("changed_text"),
            stuck.label("needs_human"),
            exists().where(Exposure.conversation_id == Conversation.id, Exposure.ended_at.is_(None)).label("exposed"),
            held.label("held"),
            *columns(clock),
        )
        .join(Conversation, Conversation.id == cut.c.id)
        .join(Identity, Identity.id == Conversation.identity_id)
        .join(Account, Account.id == Conversation.account_id)
        .outerjoin(assignee, assignee.id == Conversation.assignee_id)
        .outerjoin(latest, true())
        .outerjoin(change, true())
        .outerjoin(clock, true())
        .order_by(*order)
    )


def row(line: Any, hours: Mapping[UUID, Calendar]) -> Row:
    """The line as it is rendered. `hours`: `due.hours_of` the whole page."""
    said = line.changed_text if line.change == "edited" else line.text
    return Row(
        id=line.id,
        reference=line.reference,
        version=line.version,
        status=line.status,
        klass=line.klass,
        dismiss_reason=line.dismiss_reason,
        who=line.who,
        handle=line.handle,
        channel=line.channel,
        account=line.account,
        practice=line.practice,
        said=None if said is None or line.change == "deleted" else mask(said[: SNIPPET + 64])[:SNIPPET],
        said_at=line.said_at or line.changed_at,
        private=line.visibility == "private",
        assignee_id=line.assignee_id,
        assignee=line.public_name or line.full_name,
        needs_human=line.needs_human,
        exposed=line.exposed,
        held=line.held,
        stopped_at=line.stopped_at,
        priority=line.priority,
        tags=tuple(line.tags or ()),
        snoozed_until=line.snoozed_until,
        due=due(line, hours),
        at=line.at,
        acute=line.acute_at is not None,
        complaint=line.complaint,
    )
