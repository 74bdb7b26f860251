"""A small log as the tables would hold it, written and numbered by the real rules, and open to tampering."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from inbox.domain.ledger.canonical import canonical
from inbox.domain.ledger.checkpoint import make, verifier_key
from inbox.domain.ledger.commitment import commit, fresh_salts
from inbox.domain.ledger.entry import build, must_be_signed, sign
from inbox.domain.ledger.evidence import Opening, Stored, StoredHead, StoredKey, StoredNode
from inbox.domain.ledger.report import Report
from inbox.domain.ledger.shapes import SHAPES, EntryType
from inbox.domain.ledger.tree import Range, leaf_hash
from inbox.domain.ledger.verification import verify

ORIGIN = "dialogue.nordby.example/log1"
LOG_KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
VKEY = verifier_key(ORIGIN, LOG_KEY.public_key())
ANNA, JONAS = UUID(int=0xA), UUID(int=0xB)
KEYS = {ANNA: Ed25519PrivateKey.from_private_bytes(b"a" * 32), JONAS: Ed25519PrivateKey.from_private_bytes(b"j" * 32)}
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@dataclass
class Log:
    """A small log as the tables would hold it, open to tampering."""

    entries: list[Stored] = field(default_factory=list)
    nodes: list[StoredNode] = field(default_factory=list)
    heads: list[StoredHead] = field(default_factory=list)
    keys: list[StoredKey] = field(default_factory=list)
    now: datetime = NOON

    def write(
        self,
        kind: EntryType,
        words: dict[str, str] | None = None,
        signer: UUID | None = None,
        ts: datetime = NOON,
        **clear: Any,
    ) -> int:
        """Write an entry without a number; returns its place in `entries`."""
        number = len(self.entries)
        entry_id = UUID(int=0x1000 + number)
        words = words or {}
        salts = fresh_salts(words)
        body = build(
            kind,
            entry_id=entry_id,
            ts=ts,
            ref={key: UUID(int=number) for key in SHAPES[kind].ref},
            commitments={name: commit(name, word, salts[name]) for name, word in words.items()},
            **clear,
        )
        if signer is not None and must_be_signed(body):
            body = sign(body, f"{signer}/1", KEYS[signer])
        openings = {name: Opening(word, salts[name]) for name, word in words.items()}
        self.entries.append(Stored(entry_id, kind.value, canonical(body).decode(), None, None, openings))
        return number

    def sequence(self) -> None:
        """Number everything and sign a head, as the sequencer does in one batch."""
        edge = Range(0)
        self.nodes = []
        for seq, stored in enumerate(self.entries):
            leaf = leaf_hash(stored.body.encode(), seq)
            self.entries[seq] = replace(stored, seq=seq, leaf=leaf)
            self.nodes += [StoredNode(position, node) for position, node in edge.append(leaf)[1:]]
        self.heads.append(StoredHead(make(ORIGIN, edge.size, edge.root(), LOG_KEY), edge.size, edge.root()))

    def change(self, number: int, **changed: Any) -> None:
        self.entries[number] = replace(self.entries[number], **changed)

    def rewrite(self, number: int, change: Callable[[dict[str, Any]], None]) -> None:
        """Change an entry's body as somebody with the database would."""
        body = json.loads(self.entries[number].body)
        change(body)
        self.change(number, body=canonical(body).decode())

    def verify(self) -> Report:
        return verify(self.entries, vkey=VKEY, heads=self.heads, nodes=self.nodes, keys=self.keys, now=self.now)


def a_log() -> Log:
    """Keys for two agents, four mentions (2-5), an answer (6) with its delivery (7), an edit (8) and a deletion (9)."""
    log = Log()
    for agent in (ANNA, JONAS):
        raw = KEYS[agent].public_key().public_bytes_raw()
        log.keys.append(StoredKey(f"{agent}/1", str(agent), raw))
        log.write(EntryType.KEY_ADDED, by="system", agent=agent, kid=f"{agent}/1", key=base64.b64encode(raw).decode())
    for number in range(4):
        words = {
            "text": f"Hvornår bliver vejen ryddet? {number}",
            "author": "did:mette",
            "platform_id": f"at://{number}",
        }
        log.write(EntryType.POST_SEEN, words, at=NOON)
    log.sequence()
    answer = {"text": "I morgen. – Anna, Nordby Kommune", "signed_name": "– Anna, Nordby Kommune"}
    log.write(EntryType.REPLY_APPROVED, {**answer, "author": str(ANNA)}, ANNA)
    log.write(EntryType.REPLY_DELIVERED, {**answer, "platform_id": "at://9"}, part=1, parts=1, at=NOON)
    log.write(EntryType.POST_EDITED, {"text": "Tak!"}, at=NOON)
    log.write(EntryType.POST_DELETED, at=NOON)
    log.sequence()
    return log


def faults(report: Report) -> list[tuple[str, int | None]]:
    return [(finding.fault.value, finding.seq) for finding in report.findings]
