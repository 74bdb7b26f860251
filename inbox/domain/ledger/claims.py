"""Whether the words and clear keys beside one entry are those that it was recorded with.

Why it exists: the check of the whole log and the proof of one entry must judge an entry's words alike. What it must not
do: decide whether a missing word may be missing; that depends on what other entries say.
"""

from __future__ import annotations

from inbox.domain.ledger.commitment import opens
from inbox.domain.ledger.entry import Body
from inbox.domain.ledger.evidence import Stored
from inbox.domain.ledger.shapes import SHAPES, EntryType


def missing_words(stored: Stored, body: Body) -> list[str]:
    """The fields that the entry commits to and whose opening is not there."""
    return sorted(SHAPES[EntryType(str(body["t"]))].commitments - stored.openings.keys())


def changed_words(stored: Stored, body: Body) -> list[str]:
    """For each word or clear key that is another now, what was recorded, as the rest of a sentence about the entry."""
    commitments, ref = part(body, "c"), part(body, "ref")
    found = [
        f"was recorded with another {field} than is stored now"
        for field, opening in sorted(stored.openings.items())
        if field in commitments and not opens(str(commitments[field]), field, opening.value, opening.salt)
    ]
    for key, value in stored.stated.items():
        recorded = ref.get(key, body.get(key))
        if recorded != value:
            found.append(f"was recorded with {key} {recorded}, but {value} is stored now")
    return found


def part(body: Body, key: str) -> Body:
    """An object inside a body that `entry.parse` let through."""
    value = body[key]
    assert isinstance(value, dict)  # Its shape says so.
    return value
