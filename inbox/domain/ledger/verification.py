"""The check of a whole ledger, from the words up to the signed heads.

Why it exists: sentence 5 of the house, and the auditor's question "did anybody change this afterwards?", are answered
by recomputing everything: words against commitments, bodies and places against leaves, leaves against the tree and
the signed heads, signatures against keys that the log itself names. What it must not do: read anything (it is given
streams), trust a stored hash, or stop at the first finding.

What it can't find: that something untrue was recorded in the first place, or that something was never recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from inbox.domain.ledger.claims import changed_words, missing_words, part
from inbox.domain.ledger.entry import Body, NotAnEntry, must_be_signed, parse, written
from inbox.domain.ledger.evidence import Stored, StoredHead, StoredKey, StoredNode
from inbox.domain.ledger.growth import Growth, Heads
from inbox.domain.ledger.keyring import Keyring
from inbox.domain.ledger.report import Fault, Finding, Report, Status
from inbox.domain.ledger.shapes import EntryType
from inbox.domain.ledger.tree import leaf_hash

MAY_WAIT = timedelta(seconds=60)
"""An entry without a number that is older than this makes the log incomplete (architecture page, section 8)."""

TOLD = 100
"""Findings kept with their sentence; the rest is only counted."""


def verify(
    entries: Iterable[Stored],
    *,
    vkey: str,
    heads: Iterable[StoredHead],
    now: datetime,
    nodes: Iterable[StoredNode] | None = None,
    keys: Sequence[StoredKey] | None = None,
    also: Iterable[Finding] = (),
) -> Report:
    """Check everything and return the verdict with every finding.

    `entries` come by `seq`, those without one last. `vkey` is the log's public key in C2SP form, from outside the
    database. `heads` should include one that somebody else has kept, else a log cut back to an earlier head looks
    whole. `nodes` in the order in which they became complete and `keys` are compared where given. `also` are
    findings that only the tables show, such as a public word without an entry. Time: about 30 µs an entry, 150 µs a
    signed one; memory: an id for each entry.
    """
    check = _Check(Heads.read(heads, vkey), nodes, now)
    for stored in entries:
        check.take(stored)
    return check.close(keys, also)


@dataclass(frozen=True, slots=True)
class _Gone:
    """A word without opening, until an entry is met that says it was erased."""

    ts: str
    finding: Finding


class _Check:
    def __init__(self, heads: Heads, nodes: Iterable[StoredNode] | None, now: datetime) -> None:
        self._heads = heads
        self._growth = Growth(heads, nodes)
        self._late = written(now - MAY_WAIT)
        self._keyring = Keyring()
        self._next = 0
        self._waiting = 0
        self._entries = 0
        self._erased = 0
        self._seen: set[str] = set()
        self._gone: dict[tuple[str, str], _Gone] = {}
        self._findings: list[Finding] = []
        self._found = 0
        self._tampered = False
        self._add(heads.bad)
        self._add(self._growth.begin())

    def take(self, stored: Stored) -> None:
        try:
            body: Body | None = parse(stored.body)
        except NotAnEntry as bad:
            body = None
            self._tell(Fault.ENTRY, stored, None, f"can't be read: {bad}")
        if stored.seq is None:
            self._wait(stored, body)
        else:
            self._place(stored, stored.seq, body)
        if body is not None:
            self._content(stored, body)

    def close(self, keys: Sequence[StoredKey] | None, also: Iterable[Finding]) -> Report:
        self._add(self._growth.end(self._next - 1))
        self._add(gone.finding for gone in self._gone.values())
        if keys is not None:
            self._add(Finding(Fault.KEY, f"{said[0].upper()}{said[1:]}.") for said in self._keyring.compare(keys))
        self._add(also)
        status = Status.TAMPERED if self._tampered else Status.INCOMPLETE if self._found else Status.OK
        return Report(
            status,
            self._entries,
            self._waiting,
            self._heads.count,
            self._erased,
            self._growth.root,
            self._found,
            tuple(self._findings),
        )

    def _wait(self, stored: Stored, body: Body | None) -> None:
        self._waiting += 1
        if body is not None and str(body["ts"]) < self._late:
            self._tell(Fault.UNSEQUENCED, stored, body, "has no number after more than a minute")

    def _place(self, stored: Stored, seq: int, body: Body | None) -> None:
        self._entries += 1
        leaf = leaf_hash(stored.body.encode(errors="surrogatepass"), seq)
        if stored.leaf != leaf:
            self._tell(Fault.LEAF, stored, body, "was changed or moved: its content and place do not give its hash")
        if seq < self._next:
            self._tell(Fault.REPLAYED, stored, body, "stands at a number that is taken already")
            return
        if seq > self._next:
            lost = f"number {self._next}" if seq == self._next + 1 else f"everything from {self._next} to {seq - 1}"
            sentence = f"Entries were taken away: {lost} is missing before {seq}."
            self._add([Finding(Fault.MISSING, sentence, self._next)])
            self._growth.broken()
        self._next = seq + 1
        # The stored leaf goes on into the tree: whether it fits the body was just said, and the heads say whether it
        # is the leaf that was signed. So each wrong entry is one finding, not one for itself and one for all behind it.
        self._add(self._growth.add(leaf if stored.leaf is None else stored.leaf))

    def _content(self, stored: Stored, body: Body) -> None:
        kind = EntryType(str(body["t"]))
        if kind != stored.type:
            self._tell(Fault.ENTRY, stored, body, f"is filed as {stored.type!r}, but says {kind.value}")
        entry_id = str(body["id"])
        if entry_id != str(stored.id) or entry_id in self._seen:
            self._tell(Fault.REPLAYED, stored, body, f"is a copy: its content is that of {entry_id}")
        self._seen.add(entry_id)
        self._words(stored, body)
        author = stored.openings.get("author")
        if must_be_signed(body):
            wrong = self._keyring.refuse(body, author.value if author is not None else None)
            if wrong is not None:
                self._tell(Fault.SIGNATURE, stored, body, f"is not the agent's: {wrong}")
        self._effect(stored, body, kind)

    def _words(self, stored: Stored, body: Body) -> None:
        for field in missing_words(stored, body):
            finding = self._finding(Fault.ERASED, stored, body, f"has lost its {field}, and no entry says why")
            self._gone[str(body["id"]), field] = _Gone(str(body["ts"]), finding)
        for what in changed_words(stored, body):
            self._tell(Fault.WORDS, stored, body, what)

    def _effect(self, stored: Stored, body: Body, kind: EntryType) -> None:
        """What some entries mean for others: keys come and go, words are erased."""
        wrong = None
        if kind is EntryType.KEY_ADDED:
            wrong = self._keyring.add(body)
        elif kind is EntryType.KEY_REVOKED:
            wrong = self._keyring.revoke(body)
        elif kind is EntryType.FIELD_REDACTED:
            self._forgive((str(body["entry"]), field) for field in part(body, "fields"))
        elif kind is EntryType.RETENTION_RUN:
            before = str(body["before"])
            self._forgive([at for at, gone in self._gone.items() if gone.ts < before])
        if wrong is not None:
            self._tell(Fault.KEY, stored, body, f"is about a key: {wrong}")

    def _forgive(self, erased: Iterable[tuple[str, str]]) -> None:
        for at in erased:
            self._erased += self._gone.pop(at, None) is not None

    def _tell(self, fault: Fault, stored: Stored, body: Body | None, what: str) -> None:
        self._add([self._finding(fault, stored, body, what)])

    def _finding(self, fault: Fault, stored: Stored, body: Body | None, what: str) -> Finding:
        message = None if body is None else part(body, "ref").get("message")
        number = "without a number" if stored.seq is None else f"number {stored.seq}"
        about = "" if message is None else f" about the message {message}"
        sentence = f"Entry {number} ({stored.id}, {stored.type}){about} {what}."
        return Finding(fault, sentence, stored.seq, stored.id, None if message is None else str(message))

    def _add(self, findings: Iterable[Finding]) -> None:
        for finding in findings:
            self._found += 1
            self._tampered |= finding.fault is not Fault.UNSEQUENCED
            if len(self._findings) < TOLD:
                self._findings.append(finding)
