"""The public dialogue for the auditor: every public word seen or said, what became of it, and its ledger entry.

Private messages and notes are not in it by construction: only public messages are read. What it must not do:
show a national number unmasked, or page by offset.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, true, tuple_

from inbox.domain.actors import Actor, Role
from inbox.domain.delivery import DeliveryState
from inbox.domain.errors import Forbidden
from inbox.domain.personal_data import mask
from inbox.domain.text import clean
from inbox.models import (
    Account,
    Agent,
    Conversation,
    Delivery,
    GuardReason,
    Identity,
    LedgerEntry,
    Message,
    Picture,
    Revision,
)
from inbox.queries import correcting, releasing, stopping, treated
from inbox.queries.correcting import Corrected
from inbox.queries.inbox_rows import Chosen
from inbox.queries.pages import decoded, encoded
from inbox.queries.pictures import Shown, column, shown
from inbox.queries.releasing import Key
from inbox.queries.stopping import Stopped
from inbox.queries.treated import Treated
from inbox.uow import UnitOfWork

PAGE = 50
WORDS = 8
"""Search words looked at; more would only make the search slower, not narrower."""
READERS = (Role.AUDITOR, Role.LEAD, Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Change:
    """A later state of the message, with its own ledger entry."""

    kind: str
    text: str | None
    at: datetime
    entry_id: UUID


@dataclass(frozen=True, slots=True)
class Anyway:
    """What the guard had asked about, and the reason that was given (`inbox.domain.asking`)."""

    asked: tuple[str, ...]
    reason: str
    words: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One public word. `seq` is its number in the ledger, None until the sequencer has given it one."""

    message_id: UUID
    reference: str
    channel: str
    practice: bool
    ours: bool
    author: str
    handle: str
    at: datetime
    text: str
    signed_as: str | None
    entry_id: UUID
    seq: int | None
    changes: tuple[Change, ...]
    standing: str | None
    """Why an answer of ours does not stand out there whole: held, sending, unsure, rejected or withdrawn, or None."""
    pictures: tuple[Shown, ...]
    corrected: Corrected | None
    treated: Treated
    anyway: Anyway | None
    """Why it went out although the guard had asked about something in it, if it had."""
    key: Key | None
    """Who released an answer that needed a second key."""
    stopped: Stopped | None
    """That it was a last word, and why."""


@dataclass(frozen=True, slots=True)
class Dialogue:
    """One page, newest first."""

    entries: tuple[Entry, ...]
    next: str | None


def dialogue(work: UnitOfWork, words: str = "", after: str | None = None, limit: int = PAGE) -> Dialogue:
    """The public history, narrowed to messages that hold every word. Raises Forbidden, and Invalid for a bad key."""
    _readers_only(work.actor)
    query = _entries().where(*_holding(words)).limit(limit + 1)
    if after:
        query = query.where(tuple_(Message.said_at, Message.id) < tuple_(*decoded(after)))
    rows = work.session.execute(query).all()
    entries = tuple(_entry(row) for row in rows[:limit])
    last = entries[-1] if len(rows) > limit else None
    return Dialogue(entries, encoded(last.at, last.message_id) if last else None)


def _readers_only(actor: Actor) -> None:
    if not actor.has(*READERS):
        raise Forbidden("The public history is for auditors, leads and administrators.")


def _entries() -> Chosen:
    changes = (
        select(
            func.jsonb_agg(
                func.jsonb_build_object(
                    "kind", Revision.kind, "text", Revision.text, "at", Revision.at, "entry_id", Revision.entry_id
                )
            ).label("changes")
        )
        .where(Revision.message_id == Message.id)
        .lateral("changed")
    )
    parts = select(func.array_agg(Delivery.state)).where(Delivery.message_id == Message.id).scalar_subquery()
    return (
        select(
            Message.id,
            Message.direction,
            Message.text,
            Message.said_at,
            Message.signed_as,
            Message.entry_id,
            Conversation.reference,
            Account.channel,
            Account.practice,
            Agent.full_name,
            Identity.name,
            Identity.handle,
            LedgerEntry.seq,
            changes.c.changes,
            parts.label("parts"),
            correcting.column().label("corrected"),
            treated.column().label("treated"),
            releasing.column().label("key"),
            stopping.column().label("stopped"),
            GuardReason.asked,
            GuardReason.reason,
            GuardReason.words.label("because"),
            column(Picture.message_id == Message.id, message_id=Picture.message_id).label("pictures"),
        )
        .join(Conversation, Conversation.id == Message.conversation_id)
        .join(Account, Account.id == Message.account_id)
        .join(LedgerEntry, LedgerEntry.id == Message.entry_id)
        .outerjoin(Agent, Agent.id == Message.agent_id)
        .outerjoin(Identity, Identity.id == Message.identity_id)
        .outerjoin(GuardReason, GuardReason.message_id == Message.id)
        .outerjoin(changes, true())
        .where(Message.visibility == "public")
        .order_by(Message.said_at.desc(), Message.id.desc())
    )


def _holding(words: str) -> list[ColumnElement[bool]]:
    """Each word must stand in the text or a later version of it, the author's name or handle, or the reference."""
    conditions = []
    for word in clean(words).text.split()[:WORDS]:
        like = f"%{word.replace('!', '!!').replace('%', '!%').replace('_', '!_')}%"
        conditions.append(
            or_(
                Message.text.ilike(like, escape="!"),
                Identity.name.ilike(like, escape="!"),
                Identity.handle.ilike(like, escape="!"),
                Agent.full_name.ilike(like, escape="!"),
                Conversation.reference.ilike(like, escape="!"),
                exists().where(and_(Revision.message_id == Message.id, Revision.text.ilike(like, escape="!"))),
            )
        )
    return conditions


def _standing(parts: list[str] | None) -> str | None:
    """The worst of an answer's parts says how it stands; a promise is not yet a public word."""
    states = set(parts or ())
    for word, named in (
        ("rejected", {DeliveryState.REJECTED}),
        ("withdrawn", {DeliveryState.WITHDRAWN}),
        ("unsure", {DeliveryState.UNCONFIRMED, DeliveryState.NEEDS_HUMAN}),
        ("held", {DeliveryState.HELD}),
        ("sending", {DeliveryState.QUEUED, DeliveryState.SENDING}),
    ):
        if states & named:
            return word
    return None


def _entry(row: Any) -> Entry:
    ours = row.direction == "out"
    return Entry(
        message_id=row.id,
        reference=row.reference,
        channel=row.channel,
        practice=row.practice,
        ours=ours,
        author=row.full_name if ours else row.name,
        handle="" if ours else row.handle,
        at=row.said_at,
        text=mask(row.text),
        signed_as=row.signed_as,
        entry_id=row.entry_id,
        seq=row.seq,
        changes=tuple(
            Change(
                change["kind"],
                mask(change["text"]) if change["text"] is not None else None,
                datetime.fromisoformat(change["at"]),
                UUID(change["entry_id"]),
            )
            for change in sorted(row.changes or (), key=lambda change: str(change["at"]))
        ),
        standing=_standing(row.parts),
        pictures=tuple(one.masked() for one in shown(row.pictures, "message_id").get(str(row.id), ())),
        corrected=correcting.corrected(row.corrected),
        treated=treated.treated(row.treated),
        key=releasing.key(row.key),
        stopped=stopping.stopped(row.stopped),
        anyway=None if row.asked is None else Anyway(tuple(row.asked), row.reason, mask(row.because)),
    )
