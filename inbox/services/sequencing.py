"""Numbering the ledger: committed entries get their place in the tree, and the new head is signed.

Why it exists: deeds record entries without waiting for each other; here one process puts them in a row. Whatever is
committed and has no number is taken by `arrival`; an entry that commits later with a lower `arrival` simply comes
in the next batch. What it must not do: sign a head that does not extend the last one that it signed, whatever the
database says by now. It is called with a connection that the caller commits, and reads no file.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, text

from inbox.domain.ledger import tree
from inbox.domain.ledger.checkpoint import BadCheckpoint, Checkpoint, make, read, verifier_key
from inbox.domain.ledger.tree import MissingNode, Range, leaf_hash
from inbox.queries.ledger_tree import StoredTree

BATCH = 2_000
"""Entries of one transaction: large enough that the commit is not the cost, small enough to be seen at once."""

_LOCK = 0x42594C4E  # "BYLN": one sequencer at a time on a database.

_ORIGIN = text("SELECT ledger_origin FROM organisation")
_HEAD = text("SELECT note FROM ledger_checkpoint ORDER BY size DESC LIMIT 1")
_WAITING = text("SELECT id, body FROM ledger_entry WHERE seq IS NULL ORDER BY arrival LIMIT :batch")
_NUMBER = text(
    "UPDATE ledger_entry SET seq = given.seq, leaf = given.leaf"
    " FROM unnest(CAST(:ids AS uuid[]), CAST(:seqs AS bigint[]), CAST(:leaves AS bytea[])) AS given(id, seq, leaf)"
    " WHERE ledger_entry.id = given.id"
)
_NODES = text(
    "INSERT INTO ledger_node (level, idx, hash)"
    " SELECT * FROM unnest(CAST(:levels AS integer[]), CAST(:places AS bigint[]), CAST(:hashes AS bytea[]))"
)
_BEAT = text(
    "INSERT INTO beat (name, holder, seen_at) VALUES ('sequencer', :holder, :now)"
    " ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, seen_at = excluded.seen_at"
)
_SIGN = text("INSERT INTO ledger_checkpoint (size, root, note, at) VALUES (:size, :root, :note, :at)")


class HeadRefused(Exception):
    """The log in the database does not extend the head that was signed last. Nothing was numbered or signed."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """What one batch did: how many entries, and the note of the head that now stands (None for an empty log)."""

    count: int
    note: str | None


def origin(connection: Connection) -> str | None:
    """The log's name, or None while there is no organisation yet."""
    name: str | None = connection.execute(_ORIGIN).scalar()
    return name


def beat(connection: Connection, holder: str, now: datetime) -> None:
    """Say that a sequencer is alive, whether or not it has anything to number, or may."""
    connection.execute(_BEAT, {"holder": holder, "now": now})


def sequence(
    connection: Connection,
    log_key: Ed25519PrivateKey,
    log: str,
    remembered: str | None,
    now: datetime,
    batch: int = BATCH,
) -> Numbered:
    """Number up to `batch` committed entries and sign the new head, all within the caller's transaction.

    `log` is the origin, `remembered` the note of the last head that was signed, from outside the database. Returns a
    count of 0 when nothing waits or another sequencer is at work. Raises `HeadRefused`.
    """
    if not connection.execute(text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": _LOCK}).scalar():
        return Numbered(0, remembered)
    note: str | None = connection.execute(_HEAD).scalar()
    edge = _trusted(connection, verifier_key(log, log_key.public_key()), note, remembered)
    rows = connection.execute(_WAITING, {"batch": batch}).all()
    if not rows:
        return Numbered(0, note)
    seqs, leaves, nodes = [], [], []
    for row in rows:
        seqs.append(edge.size)
        leaves.append(leaf_hash(row.body.encode(), edge.size))
        nodes += edge.append(leaves[-1])[1:]
    connection.execute(_NUMBER, {"ids": [row.id for row in rows], "seqs": seqs, "leaves": leaves})
    if nodes:
        positions, hashes = zip(*nodes, strict=True)
        levels, places = zip(*positions, strict=True)
        connection.execute(_NODES, {"levels": list(levels), "places": list(places), "hashes": list(hashes)})
    root = edge.root()
    note = make(log, edge.size, root, log_key)
    connection.execute(_SIGN, {"size": edge.size, "root": root, "note": note, "at": now})
    return Numbered(len(rows), note)


def _trusted(connection: Connection, vkey: str, note: str | None, remembered: str | None) -> Range:
    """The stored tree's right edge, once it is sure that it is the tree that we signed, grown or not."""
    store = StoredTree(connection)
    try:
        head = None if note is None else read(note, vkey)
        last = None if remembered is None else read(remembered, vkey)
        if last is not None:
            _extends(store, head, last)
        edge = Range.load(store, 0 if head is None else head.size)
    except BadCheckpoint as bad:
        raise HeadRefused(f"the stored head can't be accepted: {bad}") from None
    except MissingNode as lacking:
        raise HeadRefused(f"the stored tree is not whole: {lacking}") from None
    if head is not None and edge.root() != head.root:
        raise HeadRefused(f"the stored tree does not give the signed head of size {head.size}")
    return edge


def _extends(store: StoredTree, head: Checkpoint | None, last: Checkpoint) -> None:
    size = 0 if head is None else head.size
    if size < last.size:
        raise HeadRefused(f"the log has {size} entries, but {last.size} were signed: its end was taken away")
    if tree.root(store, last.size) != last.root:
        raise HeadRefused(f"the log's first {last.size} entries are not those that were signed")
