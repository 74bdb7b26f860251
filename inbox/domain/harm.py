"""A threat against a person of ours: what is kept of it, exactly as it was seen.

Why it exists: what is edited or deleted out there a minute later must still be shown to whoever judges it, and that
nobody here touched it since. The evidence is one canonical text (`ledger.canonical`), so that its digest is the same on
every machine. What it must not do: look anything up, or leave anything out that was there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from inbox.domain.ledger.canonical import Json, canonical

LONGEST_WORDS = 2_000
"""Characters of what somebody says of it, and of what was done about it."""
_FORMAT = "byline/v1/evidence"

Field = str | int | bool | datetime | None


class Kind(StrEnum):
    """What it is. Both are taken over, told and kept alike."""

    THREAT = "threat"
    HARASSMENT = "harassment"


class State(StrEnum):
    """An incident is closed with a note of what was done, and stays so."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Seen:
    """The message in one instant, with whatever our tables know of it. An empty field is left out."""

    message: Mapping[str, Field]
    author: Mapping[str, Field]
    account: Mapping[str, Field]
    conversation: Mapping[str, Field]
    revisions: Sequence[Mapping[str, Field]]
    pictures: Sequence[Mapping[str, Field]]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The text that is kept, and the SHA-256 of its UTF-8 bytes in hex."""

    text: str
    digest: str


def evidence(seen: Seen, *, at: datetime, against: str, kind: Kind) -> Evidence:
    """What is kept. `against` is the id of the person who reported it, and `at` when they did.

    Raises `NotCanonical` for a value that could be read in two ways, which nothing that we store has.
    """
    body: dict[str, Json] = {
        "format": _FORMAT,
        "seen_at": _written(at),
        "against": against,
        "kind": kind.value,
        "message": _plain(seen.message),
        "author": _plain(seen.author),
        "account": _plain(seen.account),
        "conversation": _plain(seen.conversation),
        # Canonical JSON has no lists here: what has an order carries its number.
        "revisions": _numbered(seen.revisions),
        "pictures": _numbered(seen.pictures),
    }
    written = canonical(body)
    return Evidence(written.decode(), hashlib.sha256(written).hexdigest())


def whole(text: str, digest: str) -> bool:
    """Whether the text is the one that the digest was made of."""
    return hashlib.sha256(text.encode()).hexdigest() == digest


def _numbered(found: Sequence[Mapping[str, Field]]) -> dict[str, Json]:
    return {str(number): _plain(one) for number, one in enumerate(found, start=1)}


def _plain(fields: Mapping[str, Field]) -> dict[str, Json]:
    return {
        name: _written(value) if isinstance(value, datetime) else value
        for name, value in fields.items()
        if value is not None
    }


def _written(at: datetime) -> str:
    """To the microsecond, as the database has it."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
