"""One person across the platforms, as an answerer may see them: handles, earlier dialogues, who spoke with them, notes.

A person is there for whoever may see at least one conversation with them, and only those conversations are listed.
Everything is bounded: a person who has written every day for years costs no more than another. What it must not do:
sort or mark anybody by how much they matter, or show a national number unmasked.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, literal_column, select
from sqlalchemy.orm import aliased

from inbox.domain.errors import NotFound
from inbox.domain.personal_data import mask
from inbox.models import Account, Agent, Contact, ContactJoining, ContactNote, Conversation, Delivery, Identity, Message
from inbox.queries.inbox_list import CAP, answerers_only
from inbox.queries.inbox_rows import Chosen
from inbox.uow import UnitOfWork

UNKNOWN: Final = "There is no such person."
PAGE: Final = 50
"""Dialogues on a person's own page."""
BRIEF: Final = 3
"""Dialogues in the panel beside a conversation."""
_NEWEST: Final = 200
"""Conversations that are looked through for who has spoken with somebody, and identities for a name."""
_NAMES: Final = 10


@dataclass(frozen=True, slots=True)
class Handle:
    """Somebody on one platform."""

    channel: str
    handle: str
    name: str


@dataclass(frozen=True, slots=True)
class Dialogue:
    """One of their conversations."""

    id: UUID
    reference: str
    account: str
    channel: str
    status: str
    klass: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """A note with its purpose, both masked. `own` may be taken away by the actor."""

    id: UUID
    purpose: str
    text: str
    author: str
    at: datetime
    own: bool


@dataclass(frozen=True, slots=True)
class Joined:
    """A contact that was joined to this one. `whole` says that it can be undone: what moved is still here."""

    id: UUID
    name: str
    by: str
    at: datetime
    whole: bool


@dataclass(frozen=True, slots=True)
class Person:
    """`more` counts the dialogues that are not listed, at most CAP. `went_to` is the contact that has it all now."""

    id: UUID
    name: str
    group: str | None
    went_to: UUID | None = None
    handles: tuple[Handle, ...] = ()
    dialogues: tuple[Dialogue, ...] = ()
    more: int = 0
    spoken: tuple[str, ...] = ()
    notes: tuple[Kept, ...] = ()
    joinings: tuple[Joined, ...] = ()


@dataclass(frozen=True, slots=True)
class Other:
    """Somebody who may be the same person, with one of their handles."""

    id: UUID
    name: str
    handle: str
    channel: str


def person(work: UnitOfWork, contact_id: UUID, *, most: int = PAGE, besides: UUID | None = None) -> Person:
    """Everything of one person, with at most so many dialogues. Of a contact that was joined: where it went.

    `besides` is a conversation that is not listed, because one stands in it. Raises NotFound where the actor may see
    no conversation with them, Forbidden for whoever does not answer.
    """
    answerers_only(work.actor)
    ids, group, own_name, handles = _who(work, contact_id)
    if not ids:
        there = home(work, contact_id)
        if there == contact_id:
            raise NotFound(UNKNOWN)
        went = person(work, there, most=1)
        return Person(contact_id, went.name, went.group, went_to=there)
    name = handles[0].name or own_name
    listed = seen(work, ids)
    rows = work.session.execute(
        select(
            Conversation.id,
            Conversation.reference,
            Account.name,
            Account.channel,
            Conversation.status,
            Conversation.klass,
            Conversation.created_at,
            select(func.count())
            .select_from(select(Conversation.id).where(listed).limit(CAP + 1).subquery())
            .scalar_subquery()
            .label("all"),
        )
        .join(Account, Account.id == Conversation.account_id)
        .where(listed)
        .order_by(Conversation.created_at.desc(), Conversation.id.desc())
        .limit(most + 1)
    ).all()
    if not rows:
        raise NotFound(UNKNOWN)
    dialogues = tuple(Dialogue(*row[:7]) for row in rows if row.id != besides)[:most]
    others = rows[0].all - (1 if besides is not None else 0)
    return Person(
        contact_id,
        name,
        group,
        None,
        handles,
        dialogues,
        max(0, others - len(dialogues)),
        _spoken(work, ids),
        _notes(work, contact_id),
        _joinings(work, contact_id, ids),
    )


def of_conversation(work: UnitOfWork, conversation_id: UUID) -> UUID:
    """Whose conversation it is. Raises NotFound where the actor may not see it."""
    answerers_only(work.actor)
    found = work.session.scalar(
        select(Identity.contact_id)
        .join(Conversation, Conversation.identity_id == Identity.id)
        .where(Conversation.id == conversation_id, Conversation.team_id.in_(work.actor.teams))
    )
    if found is None:
        raise NotFound("There is no such conversation.")
    return found


def others(work: UnitOfWork, contact_id: UUID, words: str) -> tuple[Other, ...]:
    """At most ten people with these words at the beginning of words of their name or handle, other than this one."""
    answerers_only(work.actor)
    # Letters and digits alone, so that nothing in it has a meaning of its own.
    wanted = re.findall(r"\w+", words.lower())[:5]
    if not wanted:
        return ()
    query = func.to_tsquery(literal_column("'simple'"), " & ".join(f"{word}:*" for word in wanted))
    near = (
        select(Identity.id, Identity.contact_id, Identity.name, Identity.handle, Identity.channel)
        .where(Identity.search.op("@@")(query), Identity.contact_id != contact_id)
        .limit(_NEWEST)
        .subquery()
    )
    rows = work.session.execute(
        select(near.c.contact_id, near.c.name, near.c.handle, near.c.channel).where(
            exists().where(Conversation.identity_id == near.c.id, Conversation.team_id.in_(work.actor.teams))
        )
    )
    found = {row.contact_id: Other(*row) for row in rows}
    return tuple(sorted(found.values(), key=lambda one: (one.name.casefold(), one.handle)))[:_NAMES]


def home(work: UnitOfWork, contact_id: UUID) -> UUID:
    """The contact that has everything now: itself, or where it went, also by way of others."""
    while True:
        further = work.session.scalar(
            select(ContactJoining.into_id).where(
                ContactJoining.from_id == contact_id, ContactJoining.undone_at.is_(None)
            )
        )
        if further is None:
            return contact_id
        contact_id = further


def joined(contact_id: UUID) -> Chosen:
    """The ids of a contact and of all that were joined to it, also by way of others."""
    start = select(Contact.id).where(Contact.id == contact_id).cte("reached", recursive=True)
    reached = start.union(
        select(ContactJoining.from_id)
        .join(start, start.c.id == ContactJoining.into_id)
        .where(ContactJoining.undone_at.is_(None))
    )
    return select(reached.c.id)


def seen(work: UnitOfWork, identities: Collection[UUID]) -> ColumnElement[bool]:
    """A conversation with one of these identities that the actor may see and that was not joined with another."""
    return (
        Conversation.identity_id.in_(identities)
        & Conversation.team_id.in_(work.actor.teams)
        & Conversation.merged_into_id.is_(None)
    )


def _who(work: UnitOfWork, contact_id: UUID) -> tuple[list[UUID], str | None, str, tuple[Handle, ...]]:
    rows = work.session.execute(
        select(
            Contact.group,
            Contact.name.label("called"),
            Identity.id,
            Identity.channel,
            Identity.handle,
            Identity.name,
        )
        .outerjoin(Identity, Identity.contact_id == Contact.id)
        .where(Contact.id == contact_id)
        .order_by(Identity.seen_at.desc(), Identity.id)
    ).all()
    if not rows:
        raise NotFound(UNKNOWN)
    known = [row for row in rows if row.id is not None]
    handles = tuple(Handle(row.channel, row.handle, row.name) for row in known)
    return [row.id for row in known], rows[0].group, rows[0].called, handles


def _spoken(work: UnitOfWork, identities: Sequence[UUID]) -> tuple[str, ...]:
    """The public names of whoever's answers stand out there, the latest first."""
    newest = (
        select(Conversation.id).where(seen(work, identities)).order_by(Conversation.created_at.desc()).limit(_NEWEST)
    )
    stands = exists().where(Delivery.message_id == Message.id, Delivery.state == "delivered")
    rows = work.session.execute(
        select(Agent.public_name, func.max(Message.said_at).label("last"))
        .join(Message, Message.agent_id == Agent.id)
        .where(Message.conversation_id.in_(newest), Message.direction == "out", stands)
        .group_by(Agent.id, Agent.public_name)
        .order_by(func.max(Message.said_at).desc())
        .limit(_NAMES)
    )
    return tuple(row.public_name for row in rows if row.public_name)


def _notes(work: UnitOfWork, contact_id: UUID) -> tuple[Kept, ...]:
    rows = work.session.execute(
        select(ContactNote, Agent.full_name)
        .join(Agent, Agent.id == ContactNote.agent_id)
        .where(ContactNote.contact_id.in_(joined(contact_id)))
        .order_by(ContactNote.at.desc(), ContactNote.id.desc())
        .limit(PAGE)
    )
    return tuple(
        Kept(note.id, mask(note.purpose), mask(note.text), name, note.at, note.agent_id == work.actor.id)
        for note, name in rows
    )


def _joinings(work: UnitOfWork, contact_id: UUID, identities: Sequence[UUID]) -> tuple[Joined, ...]:
    gone = aliased(Contact)
    rows = work.session.execute(
        select(ContactJoining.id, gone.name, Agent.full_name, ContactJoining.at, ContactJoining.identity_ids)
        .join(gone, gone.id == ContactJoining.from_id)
        .join(Agent, Agent.id == ContactJoining.agent_id)
        .where(ContactJoining.into_id == contact_id, ContactJoining.undone_at.is_(None))
        .order_by(ContactJoining.at.desc(), ContactJoining.id.desc())
        .limit(PAGE)
    )
    here = set(identities)
    return tuple(Joined(row.id, row.name, row.full_name, row.at, here.issuperset(row.identity_ids)) for row in rows)
