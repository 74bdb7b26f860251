"""The tree grown anew from the leaves, held against the stored nodes and the signed heads as it grows.

Why it exists: a proof read from stored nodes is worth what the nodes are worth, and a head what its root is; both
are checked in one pass over the leaves, in memory that does not grow with the log. What it must not do: go on after a
gap: behind a missing entry every place is another, and every finding would be noise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from inbox.domain.ledger.checkpoint import BadCheckpoint, read
from inbox.domain.ledger.evidence import StoredHead, StoredNode
from inbox.domain.ledger.report import Fault, Finding
from inbox.domain.ledger.tree import Position, Range


@dataclass(slots=True)
class Heads:
    """The signed heads by size, and what was wrong with any of them at first sight."""

    by_size: dict[int, set[bytes]] = field(default_factory=dict)
    bad: list[Finding] = field(default_factory=list)
    count: int = 0

    @classmethod
    def read(cls, stored: Iterable[StoredHead], vkey: str) -> Heads:
        """Read every note with the log's public key."""
        heads = cls()
        for row in stored:
            heads.count += 1
            named = "A checkpoint" if row.size is None else f"The checkpoint of size {row.size}"
            try:
                head = read(row.note, vkey)
            except BadCheckpoint as bad:
                heads.bad.append(Finding(Fault.CHECKPOINT, f"{named} can't be accepted: {bad}.", row.size))
                continue
            if row.size not in (None, head.size) or row.root not in (None, head.root):
                heads.bad.append(
                    Finding(Fault.CHECKPOINT, f"{named} stands beside a note that says otherwise.", row.size)
                )
            heads.by_size.setdefault(head.size, set()).add(head.root)
        return heads

    @property
    def largest(self) -> int:
        return max(self.by_size, default=0)


class Growth:
    """Fed leaf by leaf, in order; each call returns what was found."""

    def __init__(self, heads: Heads, nodes: Iterable[StoredNode] | None) -> None:
        self._edge = Range(0)
        self._heads = heads
        self._good = 0  # The size of the largest head that fitted.
        self._forked = False
        self._broken = False
        self._nodes: Iterator[StoredNode] | None = None if nodes is None else iter(nodes)
        self._held: StoredNode | None = None
        self._bad_nodes: set[Position] = set()

    @property
    def root(self) -> bytes:
        return self._edge.root()

    def broken(self) -> None:
        """A leaf is missing: from here on nothing can be compared."""
        self._broken = True

    def begin(self) -> list[Finding]:
        """Check the heads of an empty log."""
        return self._check_heads()

    def add(self, leaf: bytes) -> list[Finding]:
        """Take the next leaf."""
        if self._broken:
            return []
        found = []
        for position, node in self._edge.append(leaf)[1:]:
            found += self._check_node(position, node)
        return found + self._check_heads()

    def end(self, last_seq: int) -> list[Finding]:
        """Say what is left over when all leaves were given. `last_seq` is the last number seen, -1 without any."""
        found = []
        largest, size = self._heads.largest, last_seq + 1
        if largest > size:
            sentence = (
                f"A signed head says that the log had {largest} entries, but it holds {size}: the end is missing."
            )
            found.append(Finding(Fault.MISSING, sentence, size))
        elif largest < size:
            sentence = f"The entries from number {largest} on are under no signed head."
            found.append(Finding(Fault.CHECKPOINT, sentence, largest))
        if not self._broken and (extra := self._next_node()) is not None:
            sentence = f"The tree holds a node at {_place(extra.position)} that belongs to no entry."
            found.append(Finding(Fault.NODE, sentence))
        return found

    def _check_heads(self) -> list[Finding]:
        roots = self._heads.by_size.get(self._edge.size)
        if roots is None or self._forked:
            return []
        if roots == {self.root}:
            self._good = self._edge.size
            return []
        # Every larger head would differ too; the first one tells where.
        self._forked = True
        where = f"Between number {self._good} and number {self._edge.size - 1}"
        sentence = f"{where} the entries are not those of the signed head of size {self._edge.size}."
        return [Finding(Fault.CHECKPOINT, sentence, self._good)]

    def _check_node(self, position: Position, node: bytes) -> list[Finding]:
        if self._nodes is None:
            return []
        level, index = position
        found = []
        stored = self._next_node()
        while stored is not None and _order(stored.position) < _order(position):
            # The leaves give no such node: each one they give has been asked for in this order.
            found.append(
                Finding(Fault.NODE, f"The tree holds a node at {_place(stored.position)} that is none of its own.")
            )
            self._held = None
            stored = self._next_node()
        if stored is not None and stored.position == position:
            self._held = None
            if stored.hash == node:
                return found
        self._bad_nodes.add(position)
        if {(level - 1, 2 * index), (level - 1, 2 * index + 1)} & self._bad_nodes:
            return found  # A wrong node makes every node above it wrong; the lowest one is told.
        first, last = index << level, ((index + 1) << level) - 1
        sentence = f"The tree's node at {_place(position)} does not fit the entries {first} to {last}."
        return [*found, Finding(Fault.NODE, sentence, first)]

    def _next_node(self) -> StoredNode | None:
        if self._held is None and self._nodes is not None:
            self._held = next(self._nodes, None)
        return self._held


def _order(position: Position) -> tuple[int, int]:
    level, index = position
    return (index + 1) << level, level


def _place(position: Position) -> str:
    return f"level {position[0]}, place {position[1]}"
