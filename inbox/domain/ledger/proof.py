"""The proof of one entry: from its words to a signed head, in a few hashes.

Why it exists: the auditor who looks at one sentence wants to know about that sentence, not to wait for the whole log.
What it must not do: pass over what it can't see. That nothing is missing elsewhere, and why a word was erased, only the
whole check tells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from inbox.domain.ledger.checkpoint import BadCheckpoint, read
from inbox.domain.ledger.claims import changed_words, missing_words
from inbox.domain.ledger.entry import Body, NotAnEntry, must_be_signed, parse, verify_signature
from inbox.domain.ledger.evidence import Stored, StoredKey
from inbox.domain.ledger.report import Fault
from inbox.domain.ledger.tree import leaf_hash, verify_inclusion


class State(StrEnum):
    """What can be said of one entry."""

    WHOLE = "whole"
    """Its words are those that were recorded, and a signed head holds it at its place."""
    WAITING = "waiting"
    """Its words are those that were recorded; the sequencer has not numbered it yet."""
    BROKEN = "broken"
    """Something does not fit: see the faults."""
    UNCHECKED = "unchecked"
    """There is no public key here to check a head with."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The state, why it is broken if it is, and the fields whose words are gone."""

    state: State
    faults: tuple[Fault, ...]
    gone: tuple[str, ...]


def prove(stored: Stored, note: str | None, path: Sequence[bytes], vkey: str | None, key: StoredKey | None) -> Verdict:
    """Judge one entry. `note` is a signed head that covers it, `path` its inclusion proof under that head, `vkey` the
    log's public key from outside the database, `key` the agent's key that the entry's signature names."""
    try:
        body = parse(stored.body)
    except NotAnEntry:
        return Verdict(State.BROKEN, (Fault.ENTRY,), ())
    faults = [*_own(stored, body, key)]
    if stored.seq is not None and vkey is not None:
        faults += _placed(stored, stored.seq, note, path, vkey)
    if faults:
        state = State.BROKEN
    elif stored.seq is None:
        state = State.WAITING
    else:
        state = State.UNCHECKED if vkey is None else State.WHOLE
    return Verdict(state, tuple(faults), tuple(missing_words(stored, body)))


def _own(stored: Stored, body: Body, key: StoredKey | None) -> list[Fault]:
    """What the entry itself shows, wherever it stands."""
    faults = []
    if body["t"] != stored.type:
        faults.append(Fault.ENTRY)
    if body["id"] != str(stored.id):
        faults.append(Fault.REPLAYED)
    if changed_words(stored, body):
        faults.append(Fault.WORDS)
    if must_be_signed(body) and not _signed(stored, body, key):
        faults.append(Fault.SIGNATURE)
    return faults


def _signed(stored: Stored, body: Body, key: StoredKey | None) -> bool:
    if key is None:
        return False
    author = stored.openings.get("author")
    named = {body.get("by", key.agent_id), key.agent_id if author is None else author.value}
    return named == {key.agent_id} and verify_signature(body, Ed25519PublicKey.from_public_bytes(key.public_key))


def _placed(stored: Stored, seq: int, note: str | None, path: Sequence[bytes], vkey: str) -> list[Fault]:
    """What the tree and its signed head show."""
    leaf = leaf_hash(stored.body.encode(), seq)
    faults = [] if leaf == stored.leaf else [Fault.LEAF]
    try:
        head = None if note is None else read(note, vkey)
    except BadCheckpoint:
        head = None
    if head is None or not verify_inclusion(leaf, seq, head.size, path, head.root):
        faults.append(Fault.CHECKPOINT)
    return faults
