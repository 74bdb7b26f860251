"""Whom a citizen speaks for, told to each of their conversations, so that its clocks follow the policy for that group.

A conversation keeps the group as a happening of its own: its verdicts can be worked out again years later, whatever
became of the contact since. What it must not do: decide who is in which group (`contacts.py`), or how long a group
waits (a policy says that, with a written reason).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from sqlalchemy import select

from inbox.domain.history import Happening, What
from inbox.domain.ids import new_id
from inbox.models import Account, Contact, Conversation, ConversationEvent, Identity
from inbox.models.arrays import among, insert_rows
from inbox.services import conversations, sla
from inbox.services.threads import FINISHED
from inbox.uow import UnitOfWork


def hold_back_news(work: UnitOfWork, contacts: Collection[UUID]) -> None:
    """Let nothing new of these people come in before this transaction ends. Call it before any other lock.

    A page that was being taken in would make their conversation of the group that they had before.
    """
    channels = select(Identity.channel).where(Identity.contact_id.in_(contacts))
    work.session.scalars(
        select(Account.id).where(Account.channel.in_(channels)).order_by(Account.id).with_for_update(key_share=True)
    ).all()


def tell(work: UnitOfWork, contacts: Collection[UUID]) -> None:
    """Each conversation of these people that says otherwise has its citizen's group from here on.

    What is finished gets the line and nothing else: its verdicts stand, and if it is opened again it knows.
    """
    work.session.flush()
    rows = work.session.execute(
        select(Conversation, Contact.group)
        .join(Identity, Identity.id == Conversation.identity_id)
        .join(Contact, Contact.id == Identity.contact_id)
        .where(Contact.id.in_(contacts), Conversation.merged_into_id.is_(None))
        .order_by(Conversation.id)
        .with_for_update(key_share=True, of=Conversation)
        .execution_options(populate_existing=True)
    ).all()
    told = _told(work, [row.Conversation.id for row in rows])
    others = [
        (row.Conversation, row.group or "") for row in rows if told.get(row.Conversation.id, "") != (row.group or "")
    ]
    for conversation, group in others:
        if conversation.status in FINISHED:
            conversations.line(work, conversation.id, "grouped", group=group)
        else:
            conversations.changed(work, conversation, "grouped", group=group)
    sla.follow(work, *(conversation for conversation, _group in others if conversation.status not in FINISHED))


def at_birth(born: Iterable[Conversation], groups: Mapping[UUID, str]) -> dict[UUID, list[Happening]]:
    """What new conversations begin with, by their ids; `groups` has those of the identities that are in one."""
    return {
        one.id: [Happening(one.created_at, What.GROUPED, group=groups[one.identity_id])]
        for one in born
        if one.identity_id in groups
    }


def write(work: UnitOfWork, begun: Mapping[UUID, Iterable[Happening]]) -> None:
    """Store what `at_birth` said, once the conversations are stored."""
    insert_rows(
        work.session,
        ConversationEvent,
        [
            {
                "id": new_id(),
                "conversation_id": conversation_id,
                "at": one.at,
                "kind": one.what.value,
                "agent_id": None,
                "data": {"group": one.group},
            }
            for conversation_id, happenings in begun.items()
            for one in happenings
        ],
    )


def _told(work: UnitOfWork, ids: Collection[UUID]) -> dict[UUID, str]:
    """The group that each of these conversations was told last."""
    rows = work.session.execute(
        select(ConversationEvent.conversation_id, ConversationEvent.data["group"].astext.label("group"))
        .where(
            among(ConversationEvent.conversation_id, ids),
            ConversationEvent.kind == "grouped",
            ConversationEvent.came_from_id.is_(None),
        )
        .order_by(ConversationEvent.at, ConversationEvent.id)
    )
    return {row.conversation_id: row.group for row in rows}
