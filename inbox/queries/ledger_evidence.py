"""Ledger entries with the words that they are about, read from the tables as they stand now.

Why it exists: the whole check and a single proof must look for an entry's words in the same place. A message's words
stand on the message, a later state's on its revision, a posted part's on its delivery. What it must not do: compare or
forgive anything; a word that is not there is left out, and the verifier says so.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from inbox.domain.ids import parse_id
from inbox.domain.ledger.entry import written
from inbox.domain.ledger.evidence import Opening, Stored
from inbox.domain.ledger.shapes import EntryType
from inbox.models import Correction, Delivery, Identity, LedgerEntry, Message, Picture, Revision

Words: TypeAlias = Mapping[str, str | None]
Line: TypeAlias = "Row[tuple[UUID, str, str, dict[str, Any], int | None, bytes | None]]"

NOTHING = "nothing"
"""Stands for the id of a row that an entry is about and that is not there."""

_OF_MESSAGE = frozenset({EntryType.POST_SEEN, EntryType.REPLY_APPROVED, EntryType.REPLY_CORRECTED})
_OF_REVISION = frozenset(
    {EntryType.POST_EDITED, EntryType.POST_DELETED, EntryType.REPLY_EDITED, EntryType.REPLY_DELETED}
)
_OF_PICTURE = frozenset({EntryType.PICTURE_SEEN, EntryType.PICTURE_APPROVED})


def entries() -> Select[tuple[UUID, str, str, dict[str, Any], int | None, bytes | None]]:
    """The columns that `with_words` needs; the caller adds which and in what order."""
    return select(
        LedgerEntry.id, LedgerEntry.type, LedgerEntry.body, LedgerEntry.salts, LedgerEntry.seq, LedgerEntry.leaf
    )


def with_words(session: Session, rows: Sequence[Line]) -> list[Stored]:
    """The same entries in the same order, with their openings and what the tables state. At most four statements."""
    found = _Found(session, [_About(row) for row in rows])
    return [found.stored(row, about) for row, about in zip(rows, found.abouts, strict=True)]


class _About:
    """What an entry's body says it is about; nothing where the body can't be read."""

    def __init__(self, row: Line) -> None:
        self.type = row.type
        try:
            body = json.loads(row.body)
            self.message_id = parse_id(body["ref"].get("message", ""))
            self.part = body.get("part")
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            self.message_id, self.part = None, None


@dataclass(frozen=True, slots=True)
class _Now:
    """One row's words as they are now, and its clear keys. `at` is None where the entry carries no such time."""

    words: Words
    message_id: UUID
    account_id: UUID
    at: datetime | None


class _Found:
    """The rows that a batch of entries is about."""

    def __init__(self, session: Session, abouts: list[_About]) -> None:
        self.abouts = abouts
        self._messages = _messages(session, _ids(abouts, _OF_MESSAGE))
        self._revisions = _revisions(session, _ids(abouts, _OF_REVISION))
        self._pictures = _pictures(session, _ids(abouts, _OF_PICTURE))
        self._deliveries = _deliveries(session, _ids(abouts, {EntryType.REPLY_DELIVERED}))

    def stored(self, row: Line, about: _About) -> Stored:
        now: _Now | None = None
        if about.type in _OF_MESSAGE:
            now = self._messages.get(row.id)
        elif about.type in _OF_REVISION:
            now = self._revisions.get(row.id)
        elif about.type in _OF_PICTURE:
            now = self._pictures.get(row.id)
        elif about.type == EntryType.REPLY_DELIVERED:
            now = self._deliveries.get((about.message_id, about.part))
        else:
            return Stored(row.id, row.type, row.body, row.seq, row.leaf)
        if now is None:
            return Stored(row.id, row.type, row.body, row.seq, row.leaf, {}, {"message": NOTHING})
        stated = {"message": str(now.message_id), "account": str(now.account_id)}
        if now.at is not None:
            stated["at"] = written(now.at)
        return Stored(row.id, row.type, row.body, row.seq, row.leaf, _openings(now.words, row.salts), stated)


def _ids(abouts: Iterable[_About], kinds: Iterable[EntryType]) -> list[UUID]:
    wanted = frozenset(kinds)
    return list({about.message_id for about in abouts if about.message_id is not None and about.type in wanted})


def _openings(words: Words, salts: Mapping[str, Any]) -> dict[str, Opening]:
    found = {}
    for field, word in words.items():
        salt = salts.get(field)
        if word is None or not isinstance(salt, str):
            continue
        try:
            found[field] = Opening(word, bytes.fromhex(salt))
        except ValueError:
            found[field] = Opening(word, b"")  # A spoilt salt opens nothing, and is told as a changed word.
    return found


def _messages(session: Session, ids: list[UUID]) -> dict[UUID | None, _Now]:
    """By the entry that the message points to, so that an entry whose message points elsewhere has no words.

    A correction has two: that it was promised, and which answer it corrects.
    """
    if not ids:
        return {}
    rows = session.execute(
        select(
            Message.id,
            Message.entry_id,
            Message.account_id,
            Message.agent_id,
            Message.external_id,
            Message.signed_as,
            Message.text,
            Message.said_at,
            Identity.external_id.label("identity"),
            Correction.entry_id.label("corrects"),
        )
        .outerjoin(Identity, Identity.id == Message.identity_id)
        .outerjoin(Correction, Correction.message_id == Message.id)
        .where(Message.id.in_(ids))
    )
    return {
        entry_id: _Now(
            {
                "text": row.text,
                "author": row.identity if row.agent_id is None else str(row.agent_id),
                "signed_name": row.signed_as,
                "platform_id": row.external_id,
            },
            row.id,
            row.account_id,
            row.said_at if row.agent_id is None else None,
        )
        for row in rows
        for entry_id in (row.entry_id, row.corrects)
    }


def _revisions(session: Session, ids: list[UUID]) -> dict[UUID | None, _Now]:
    if not ids:
        return {}
    rows = session.execute(
        select(Revision.entry_id, Revision.message_id, Revision.text, Revision.at, Message.account_id)
        .join(Message, Message.id == Revision.message_id)
        .where(Revision.message_id.in_(ids))
    )
    return {row.entry_id: _Now({"text": row.text}, row.message_id, row.account_id, row.at) for row in rows}


def _pictures(session: Session, ids: list[UUID]) -> dict[UUID | None, _Now]:
    """The digest is counted anew from the points that lie there, not read from beside them."""
    if not ids:
        return {}
    rows = session.execute(
        select(
            Picture.entry_id,
            Picture.message_id,
            Picture.agent_id,
            Picture.source,
            Picture.description,
            func.encode(func.sha256(Picture.data), "hex").label("counted"),
            Message.account_id,
            Message.said_at,
        )
        .join(Message, Message.id == Picture.message_id)
        .where(Picture.message_id.in_(ids))
    )
    return {
        row.entry_id: _Now(
            {"picture": row.counted, "platform_id": row.source, "description": row.description},
            row.message_id,
            row.account_id,
            row.said_at if row.agent_id is None else None,
        )
        for row in rows
    }


def _deliveries(session: Session, ids: list[UUID]) -> dict[tuple[UUID | None, int], _Now]:
    if not ids:
        return {}
    rows = session.execute(
        select(
            Delivery.message_id,
            Delivery.part,
            Delivery.account_id,
            Delivery.text,
            Delivery.signed_as,
            Delivery.external_id,
            Delivery.delivered_at,
        ).where(Delivery.message_id.in_(ids), Delivery.delivered_at.is_not(None))
    )
    return {
        (row.message_id, row.part): _Now(
            # A part that a person found standing out there has no id of the platform's, which is recorded as such.
            {"text": row.text, "signed_name": row.signed_as, "platform_id": row.external_id or ""},
            row.message_id,
            row.account_id,
            row.delivered_at,
        )
        for row in rows
    }
