"""The tree: the reference roots, and every proof of every tree up to seventy leaves, good and forged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256

import pytest

from inbox.domain.ledger.canonical import canonical
from inbox.domain.ledger.tree import (
    EMPTY_ROOT,
    MissingNode,
    Position,
    Range,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root,
    verify_consistency,
    verify_inclusion,
)

SIZE = 70


class Kept:
    """A store in memory that counts its calls."""

    def __init__(self) -> None:
        self.nodes: dict[Position, bytes] = {}
        self.calls = 0

    def fetch(self, positions: Sequence[Position]) -> Mapping[Position, bytes]:
        self.calls += 1
        return {at: self.nodes[at] for at in positions if at in self.nodes}


def grown(leaves: Sequence[bytes]) -> tuple[Kept, list[bytes]]:
    """A store with these leaves, and the root after each."""
    kept, edge, roots = Kept(), Range(0), [EMPTY_ROOT]
    for leaf in leaves:
        for position, node in edge.append(leaf):
            assert position not in kept.nodes
            kept.nodes[position] = node
        roots.append(edge.root())
    return kept, roots


LEAVES = [sha256(b"leaf %d" % n).digest() for n in range(SIZE)]
KEPT, ROOTS = grown(LEAVES)


def recursive_root(leaves: Sequence[bytes]) -> bytes:
    """MTH as RFC 6962 writes it, without any of the code under test."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\1" + recursive_root(leaves[:split]) + recursive_root(leaves[split:])).digest()


def test_the_reference_roots_of_certificate_transparency() -> None:
    inputs = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]
    wanted = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]
    _, roots = grown([sha256(b"\0" + bytes.fromhex(given)).digest() for given in inputs])
    assert [made.hex() for made in roots[1:]] == wanted


def test_every_root_is_the_recursive_one_and_only_complete_subtrees_are_kept() -> None:
    for size in range(SIZE + 1):
        assert ROOTS[size] == recursive_root(LEAVES[:size]) == root(KEPT, size)
    assert len(KEPT.nodes) == sum(SIZE >> level for level in range(SIZE.bit_length()))


def test_a_stored_tree_goes_on_growing() -> None:
    for size in range(SIZE):
        edge = Range.load(KEPT, size)
        assert edge.root() == ROOTS[size]
        for position, node in edge.append(LEAVES[size]):
            assert KEPT.nodes[position] == node
        assert edge.root() == ROOTS[size + 1]


def test_every_inclusion_proof_holds_and_no_other() -> None:
    for size in range(1, SIZE + 1):
        for index in range(size):
            proof = inclusion_proof(KEPT, index, size)
            leaf, wanted = LEAVES[index], ROOTS[size]
            assert verify_inclusion(leaf, index, size, proof, wanted)
            assert not verify_inclusion(leaf, (index + 1) % SIZE, size, proof, wanted)
            assert not verify_inclusion(LEAVES[index - 1], index, size, proof, wanted)
            assert not verify_inclusion(leaf, index, size, proof, ROOTS[size - 1])
            assert not verify_inclusion(leaf, index, size, [*proof, leaf], wanted)
            assert not proof or not verify_inclusion(leaf, index, size, proof[:-1], wanted)
            assert not proof or not verify_inclusion(leaf, index, size, [proof[0][::-1], *proof[1:]], wanted)


def test_every_consistency_proof_holds_and_no_other() -> None:
    for new in range(SIZE + 1):
        assert verify_consistency(0, EMPTY_ROOT, new, ROOTS[new], consistency_proof(KEPT, 0, new))
        assert not verify_consistency(0, LEAVES[0], new, ROOTS[new], [])
        for old in range(1, new + 1):
            proof = consistency_proof(KEPT, old, new)
            assert verify_consistency(old, ROOTS[old], new, ROOTS[new], proof)
            assert not verify_consistency(old, ROOTS[old], new, ROOTS[new - 1], proof)
            assert not verify_consistency(old, ROOTS[old - 1], new, ROOTS[new], proof)
            assert not verify_consistency(old, ROOTS[old], new, ROOTS[new], [*proof, LEAVES[0]])
            assert old == new or not verify_consistency(new, ROOTS[new], old, ROOTS[old], proof)
            if proof:
                assert not verify_consistency(old, ROOTS[old], new, ROOTS[new], proof[:-1])
                assert not verify_consistency(old, ROOTS[old], new, ROOTS[new], [proof[0][::-1], *proof[1:]])
                assert not verify_consistency(old, ROOTS[new], new, ROOTS[new], proof)


def test_a_fork_behind_an_old_root_has_no_proof() -> None:
    other, roots = grown([*LEAVES[:20], b"\0" * 32, *LEAVES[21:]])
    assert roots[20] == ROOTS[20]
    assert not verify_consistency(40, ROOTS[40], SIZE, roots[SIZE], consistency_proof(other, 40, SIZE))


def test_a_proof_asks_the_store_once() -> None:
    before = KEPT.calls
    inclusion_proof(KEPT, 3, SIZE)
    consistency_proof(KEPT, 33, SIZE)
    assert KEPT.calls == before + 2


def test_a_missing_node_is_named() -> None:
    lacking = Kept()
    lacking.nodes = {at: node for at, node in KEPT.nodes.items() if at != (2, 5)}
    with pytest.raises(MissingNode, match="level 2, place 5"):
        inclusion_proof(lacking, 16, 24)


def test_questions_about_what_is_not_there_are_refused() -> None:
    with pytest.raises(ValueError, match="no leaf 5"):
        inclusion_proof(KEPT, 5, 5)
    with pytest.raises(ValueError, match="no beginning"):
        consistency_proof(KEPT, 6, 5)
    with pytest.raises(ValueError, match="2 peaks, not 1"):
        Range(3, [b""])
    assert not verify_inclusion(LEAVES[0], 1, 1, [], LEAVES[0])
    assert not verify_inclusion(LEAVES[0], -1, 1, [], LEAVES[0])
    assert not verify_consistency(-1, EMPTY_ROOT, 1, ROOTS[1], [])


def test_a_leaf_is_the_entry_with_its_place() -> None:
    body = canonical({"v": 1, "t": "post.seen", "ref": {"account": "æ"}})
    whole = canonical({"seq": 1041, "body": {"v": 1, "t": "post.seen", "ref": {"account": "æ"}}})
    assert leaf_hash(body, 1041) == sha256(b"\0" + whole).digest()
    assert leaf_hash(body, 1042) != leaf_hash(body, 1041)
