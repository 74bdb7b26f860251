"""One ledger entry with its proof, for the auditor's page: what is recorded, where it stands, and whether that holds.

What it must not do: show a national number unmasked, take a stored hash on trust, or show the ledger to anybody but
its readers.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from inbox.domain.errors import Forbidden, NotFound
from inbox.domain.ledger.evidence import Stored, StoredKey
from inbox.domain.ledger.proof import Verdict, prove
from inbox.domain.ledger.tree import MissingNode, inclusion_proof
from inbox.domain.personal_data import mask
from inbox.models import Agent, AgentKey, LedgerCheckpoint, LedgerEntry
from inbox.queries.audit import READERS
from inbox.queries.ledger_evidence import entries, with_words
from inbox.queries.ledger_tree import StoredTree
from inbox.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Word:
    """A word that the entry commits to, with what opens the commitment. National numbers in it are masked."""

    field: str
    value: str
    salt: str
    commitment: str


@dataclass(frozen=True, slots=True)
class Head:
    """The signed head that the proof leads to."""

    size: int
    root: str
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Proof:
    """Hashes are lower-case hex; `path` goes from the leaf upwards. `signer` is the person whose account the system
    signed for: the key is held by the server, so it proves no more than that."""

    entry_id: UUID
    type: str
    at: datetime
    seq: int | None
    body: str
    leaf: str | None
    path: tuple[str, ...]
    head: Head | None
    words: tuple[Word, ...]
    signer: str | None
    verdict: Verdict


def proof(work: UnitOfWork, entry_id: UUID, vkey: str | None) -> Proof:
    """The entry and its proof. `vkey` is the log's public key from outside the database, None where there is none.

    Raises `Forbidden` for anybody who may not read the public history, `NotFound` for an unknown entry.
    """
    if not work.actor.has(*READERS):
        raise Forbidden("The public history is for auditors, leads and administrators.")
    rows = work.session.execute(entries().where(LedgerEntry.id == entry_id)).all()
    if not rows:
        raise NotFound("There is no such entry.")
    [stored] = with_words(work.session, rows)
    recorded_at = work.session.scalars(select(LedgerEntry.at).where(LedgerEntry.id == entry_id)).one()
    head = _head(work, stored)
    path = _path(work, stored, head)
    key, signer = _key(work, stored)
    return Proof(
        entry_id=stored.id,
        type=stored.type,
        at=recorded_at,
        seq=stored.seq,
        body=_pretty(stored.body),
        leaf=None if stored.leaf is None else stored.leaf.hex(),
        path=tuple(node.hex() for node in path),
        head=head,
        words=_words(stored),
        signer=signer,
        verdict=prove(stored, None if head is None else head.note, path, vkey, key),
    )


def _head(work: UnitOfWork, stored: Stored) -> Head | None:
    """The newest signed head, if it covers the entry."""
    if stored.seq is None:
        return None
    newest = work.session.scalars(
        select(LedgerCheckpoint).order_by(LedgerCheckpoint.size.desc()).limit(1)
    ).one_or_none()
    if newest is None or newest.size <= stored.seq:
        return None
    return Head(newest.size, newest.root.hex(), newest.note, newest.at)


def _path(work: UnitOfWork, stored: Stored, head: Head | None) -> Sequence[bytes]:
    if stored.seq is None or head is None:
        return ()
    try:
        return inclusion_proof(StoredTree(work.session), stored.seq, head.size)
    except MissingNode:
        return ()  # Then no path leads to the head, and the verdict says so.


def _key(work: UnitOfWork, stored: Stored) -> tuple[StoredKey | None, str | None]:
    """The key that the entry's signature names, and whose account it belongs to."""
    sig = _part(stored.body, "sig")
    row = work.session.execute(
        select(AgentKey.id, AgentKey.agent_id, AgentKey.public_key, Agent.full_name)
        .join(Agent, Agent.id == AgentKey.agent_id)
        .where(AgentKey.id == str(sig.get("kid", "")))
    ).one_or_none()
    if row is None:
        return None, None
    return StoredKey(row.id, str(row.agent_id), row.public_key), row.full_name


def _words(stored: Stored) -> tuple[Word, ...]:
    commitments = _part(stored.body, "c")
    return tuple(
        Word(field, mask(opening.value), opening.salt.hex(), str(commitments[field]))
        for field, opening in sorted(stored.openings.items())
        if field in commitments
    )


def _part(body: str, key: str) -> dict[str, object]:
    """An object of a body that may have been tampered with: empty where there is none."""
    try:
        found = json.loads(body)[key]
    except (ValueError, KeyError, TypeError):
        return {}
    return found if isinstance(found, dict) else {}


def _pretty(body: str) -> str:
    try:
        return json.dumps(json.loads(body), ensure_ascii=False, indent=2)
    except ValueError:
        return body
