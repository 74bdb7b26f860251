"""The Merkle tree over the ledger: RFC 6962, section 2.1 (the same tree as RFC 9162), over stored nodes.

Why it exists: whoever holds one signed root can later prove, with a few hashes, that an entry is in the log and that
the log only grew. Only *complete* subtrees are kept, as (level, index) → hash; level 0 are the leaves. They never
change once they exist, so the store only ever inserts. What it must not do: know a database, or trust what a store
gives when it verifies: the two verifiers take nothing but the proof and the roots.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Protocol, TypeAlias

Position: TypeAlias = tuple[int, int]
"""(level, index) of a complete subtree: the leaves from index·2^level on, 2^level of them."""

EMPTY_ROOT = sha256(b"").digest()


class NodeStore(Protocol):
    """Where complete subtrees are kept."""

    def fetch(self, positions: Sequence[Position]) -> Mapping[Position, bytes]:
        """Return the hashes at these positions, all of them in one call. A position it lacks may be left out."""


class MissingNode(Exception):
    """The store lacks a node that a tree of this size has: it was removed, or the size is wrong."""


class Range:
    """The right edge of a growing tree: one hash for each bit set in its size, largest subtree first.

    This is all that is needed to append and to know the root: log2(n) hashes, whatever the size.
    """

    def __init__(self, size: int, peaks: Iterable[bytes] = ()) -> None:
        self.size = size
        self._peaks = list(peaks)
        if len(self._peaks) != size.bit_count():
            raise ValueError(f"a tree of {size} has {size.bit_count()} peaks, not {len(self._peaks)}")

    @classmethod
    def load(cls, store: NodeStore, size: int) -> Range:
        """The right edge of a stored tree. Raises `MissingNode`."""
        return cls(size, _fetch(store, _peaks(0, size)))

    def append(self, leaf: bytes) -> list[tuple[Position, bytes]]:
        """Add one leaf hash; return the subtrees that became complete, the leaf itself first."""
        position, node = (0, self.size), leaf
        made = [(position, node)]
        index = self.size
        while index & 1:  # A set bit is a left sibling that waited for this one.
            node = _parent(self._peaks.pop(), node)
            index >>= 1
            position = (position[0] + 1, index)
            made.append((position, node))
        self._peaks.append(node)
        self.size += 1
        return made

    def root(self) -> bytes:
        """The root hash of the tree as it stands."""
        return _folded(self._peaks)


def leaf_hash(body: bytes, seq: int) -> bytes:
    """SHA-256(0x00 ‖ canonical({"body": body, "seq": seq})) for a canonical `body`, without parsing it again."""
    return sha256(b'\x00{"body":%b,"seq":%d}' % (body, seq)).digest()


def root(store: NodeStore, size: int) -> bytes:
    """The root of the first `size` leaves. Raises `MissingNode`."""
    return _folded(_fetch(store, _peaks(0, size)))


def inclusion_proof(store: NodeStore, index: int, size: int) -> list[bytes]:
    """The audit path of leaf `index` in the tree of `size` (RFC 9162, section 2.1.3.1), from the leaf upwards."""
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} has no leaf {index}")
    return _hash_ranges(store, list(_siblings(index, 0, size)))


def consistency_proof(store: NodeStore, old: int, new: int) -> list[bytes]:
    """The proof that the tree of `old` leaves is a beginning of that of `new` (RFC 9162, section 2.1.4.1)."""
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {old} is no beginning of one of {new}")
    if old in (0, new):
        return []
    return _hash_ranges(store, list(_steps(old, 0, new, whole=True)))


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], wanted: bytes) -> bool:
    """Say whether the proof leads from the leaf hash to the root `wanted` (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, node = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            node = _parent(step, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = _parent(node, step)
        place, last = place >> 1, last >> 1
    return last == 0 and node == wanted


def verify_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Say whether the proof shows the older root to be a beginning of the newer (RFC 9162, section 2.1.4.2)."""
    if not 0 <= old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    steps = list(proof)
    if old & (old - 1) == 0:  # A whole power of two is itself a subtree of the newer tree; it is not repeated.
        steps.insert(0, old_root)
    if not steps:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    older = newer = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            older, newer = _parent(step, older), _parent(step, newer)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            newer = _parent(newer, step)
        place, last = place >> 1, last >> 1
    return last == 0 and older == old_root and newer == new_root


def _parent(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def _folded(peaks: Sequence[bytes]) -> bytes:
    if not peaks:
        return EMPTY_ROOT
    node = peaks[-1]
    for left in peaks[-2::-1]:
        node = _parent(left, node)
    return node


def _split(size: int) -> int:
    """The largest power of two below `size`: where RFC 6962 divides a tree."""
    return 1 << (size - 1).bit_length() - 1


def _peaks(start: int, end: int) -> list[Position]:
    """The complete subtrees that make up the leaves [start, end); `start` must be aligned, as every split's is."""
    found = []
    while start < end:
        level = (end - start).bit_length() - 1
        found.append((level, start >> level))
        start += 1 << level
    return found


def _siblings(index: int, start: int, end: int) -> Iterator[tuple[int, int]]:
    """PATH of RFC 6962, section 2.1.1, as ranges of leaves, from the leaf upwards."""
    if end - start == 1:
        return
    middle = start + _split(end - start)
    if index < middle:
        yield from _siblings(index, start, middle)
        yield middle, end
    else:
        yield from _siblings(index, middle, end)
        yield start, middle


def _steps(old: int, start: int, end: int, *, whole: bool) -> Iterator[tuple[int, int]]:
    """SUBPROOF of RFC 6962, section 2.1.2, as ranges. `whole` while the old tree is itself the subtree in hand."""
    if old == end:
        if not whole:
            yield start, end
        return
    middle = start + _split(end - start)
    if old <= middle:
        yield from _steps(old, start, middle, whole=whole)
        yield middle, end
    else:
        yield from _steps(old, middle, end, whole=False)
        yield start, middle


def _hash_ranges(store: NodeStore, ranges: Sequence[tuple[int, int]]) -> list[bytes]:
    peaks = [_peaks(start, end) for start, end in ranges]
    hashes = iter(_fetch(store, [position for group in peaks for position in group]))
    return [_folded([next(hashes) for _ in group]) for group in peaks]


def _fetch(store: NodeStore, positions: Sequence[Position]) -> list[bytes]:
    found = store.fetch(positions)
    try:
        return [found[position] for position in positions]
    except KeyError as lacking:
        level, index = lacking.args[0]
        raise MissingNode(f"the tree's node at level {level}, place {index} is missing") from None
