"""What a verification is given: the entries as they are stored, and the words as the tables have them now.

Why it exists: the verifier must not know tables, and an export must be checked by the same code as the database. What
it must not do: carry anything that the verifier could take on trust; every field here is a claim to be checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from inbox.domain.ledger.tree import Position


@dataclass(frozen=True, slots=True)
class Opening:
    """A word and the salt it was committed with."""

    value: str
    salt: bytes


@dataclass(frozen=True, slots=True)
class Stored:
    """One entry's row, with the words that it should be about.

    `openings` holds each committed field whose word *and* salt still exist. `stated` holds clear keys as the tables
    have them now (`at`, `by`, `corrects`, and `message` and `account` of `ref`): one that differs is a changed word.
    """

    id: UUID
    type: str
    body: str
    seq: int | None
    leaf: bytes | None
    openings: Mapping[str, Opening] = field(default_factory=dict)
    stated: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoredNode:
    """One stored node of the tree. Given in the order in which nodes became complete (`tree.Range.append`)."""

    position: Position
    hash: bytes


@dataclass(frozen=True, slots=True)
class StoredHead:
    """One checkpoint's row, or with `size` and `root` None a note kept elsewhere (an auditor's own)."""

    note: str
    size: int | None = None
    root: bytes | None = None


@dataclass(frozen=True, slots=True)
class StoredKey:
    """An agent's key as the table has it; the log's own `key.added` is what counts."""

    kid: str
    agent_id: str
    public_key: bytes
