"""The tree's complete subtrees as they are stored: what proofs and the sequencer read.

A leaf stands on its entry, every other node in `ledger_node`: nothing is kept twice. What it must not do: vouch for
what it reads; whoever asks checks it against a signed head.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from inbox.domain.ledger.tree import Position

_LEAVES = text("SELECT seq, leaf FROM ledger_entry WHERE seq = ANY(CAST(:places AS bigint[]))")
_INNER = text(
    "SELECT node.level, node.idx, node.hash FROM ledger_node AS node"
    " JOIN unnest(CAST(:levels AS integer[]), CAST(:places AS bigint[])) AS wanted(level, idx) USING (level, idx)"
)


class StoredTree:
    """A `NodeStore` over the database."""

    def __init__(self, reads: Connection | Session) -> None:
        self._reads = reads

    def fetch(self, positions: Sequence[Position]) -> Mapping[Position, bytes]:
        """The hashes at these positions, in at most two statements."""
        found: dict[Position, bytes] = {}
        leaves = [place for level, place in positions if level == 0]
        inner = [position for position in positions if position[0] > 0]
        if leaves:
            rows = self._reads.execute(_LEAVES, {"places": leaves})
            found.update(((0, row.seq), bytes(row.leaf)) for row in rows)
        if inner:
            levels, places = zip(*inner, strict=True)
            rows = self._reads.execute(_INNER, {"levels": list(levels), "places": list(places)})
            found.update(((row.level, row.idx), bytes(row.hash)) for row in rows)
        return found
