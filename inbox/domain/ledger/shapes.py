"""The closed list of things that the ledger records, and exactly which keys each of them has.

Why it exists: a ledger that takes any note becomes noise, or leaks. A type is frozen once it is released: an entry
written today must be readable in twenty years, so a key is never added, dropped or given another meaning; a new need is
a new type (or `v` 2). What it must not do: let words in. In clear stand only ids, times, counts and codes from our own
lists; whatever a person said or is called is committed to (`commitment.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal, TypeAlias

Kind: TypeAlias = Literal["id", "by", "time", "count", "code", "kid", "public_key", "fields"]
"""What a clear key holds; `entry.py` knows how each is written."""

Signing: TypeAlias = Literal["agent", "by", "never"]
"""`agent`: an agent's key signs. `by`: it does when the clear key `by` names an agent. `never`: the system noted it."""

SYSTEM_BY: Final = "system"
"""What `by` says when a rule of the house did it, not a person."""


class EntryType(StrEnum):
    """Everything that can stand in the ledger (architecture page, section 8, and `docs/adr/0007`, `0009`)."""

    POST_SEEN = "post.seen"
    POST_EDITED = "post.edited"
    POST_DELETED = "post.deleted"
    PICTURE_SEEN = "picture.seen"
    PICTURE_APPROVED = "picture.approved"
    POST_HIDDEN = "post.hidden"
    POST_SHOWN = "post.shown"
    REPLY_APPROVED = "reply.approved"
    REPLY_RELEASED = "reply.released"
    REPLY_DELIVERED = "reply.delivered"
    REPLY_REJECTED = "reply.rejected"
    REPLY_UNCONFIRMED = "reply.unconfirmed"
    REPLY_EDITED = "reply.edited"
    REPLY_DELETED = "reply.deleted"
    REPLY_CORRECTED = "reply.corrected"
    AUTHOR_BLOCKED = "author.blocked"
    AUTHOR_UNBLOCKED = "author.unblocked"
    AUTHOR_MUTED = "author.muted"
    AUTHOR_UNMUTED = "author.unmuted"
    COMMENTS_CLOSED = "comments.closed"
    COMMENTS_OPENED = "comments.opened"
    CONVERSATION_ESCALATED = "conversation.escalated"
    FIELD_REDACTED = "field.redacted"
    KEY_ADDED = "key.added"
    KEY_REVOKED = "key.revoked"
    RETENTION_RUN = "retention.run"
    REVIEW_CLOSED = "review.closed"


@dataclass(frozen=True, slots=True)
class Shape:
    """The exact keys of one type: what it refers to, what it commits to, what it says in clear, who signs."""

    ref: frozenset[str]
    commitments: frozenset[str]
    clear: Mapping[str, Kind]
    signing: Signing


def _shape(ref: str, commitments: str, clear: Mapping[str, Kind], signing: Signing) -> Shape:
    return Shape(frozenset(ref.split()), frozenset(commitments.split()), clear, signing)


_MESSAGE = "account conversation message"
_DEED: Mapping[str, Kind] = {"by": "by", "cause": "code"}
_FAILURE: Mapping[str, Kind] = {"part": "count", "parts": "count", "cause": "code"}

# `at` is the platform's time and `ts` ours. `cause` is a code of ours; a reason in free text would be a word in clear.
SHAPES: Final[Mapping[EntryType, Shape]] = {
    EntryType.POST_SEEN: _shape(_MESSAGE, "text author platform_id", {"at": "time"}, "never"),
    EntryType.POST_EDITED: _shape(_MESSAGE, "text", {"at": "time"}, "never"),
    EntryType.POST_DELETED: _shape(_MESSAGE, "", {"at": "time"}, "never"),
    # A citizen's: the platform's own name for it and its author's description, since we keep it made anew.
    EntryType.PICTURE_SEEN: _shape(_MESSAGE, "platform_id description", {"at": "time"}, "never"),
    # Ours: `picture` is the SHA-256 in hex of the very bytes that are posted.
    EntryType.PICTURE_APPROVED: _shape(_MESSAGE, "picture description", {}, "agent"),
    EntryType.POST_HIDDEN: _shape(_MESSAGE, "", _DEED, "by"),
    EntryType.POST_SHOWN: _shape(_MESSAGE, "", _DEED, "by"),
    EntryType.REPLY_APPROVED: _shape(_MESSAGE, "text author signed_name", {}, "agent"),
    # Of an answer that needed a second key: its author signed `reply.approved`, whoever released it signs this.
    EntryType.REPLY_RELEASED: _shape(_MESSAGE, "", {"by": "by"}, "by"),
    EntryType.REPLY_DELIVERED: _shape(
        _MESSAGE, "text signed_name platform_id", {"part": "count", "parts": "count", "at": "time"}, "never"
    ),
    EntryType.REPLY_REJECTED: _shape(_MESSAGE, "", _FAILURE, "never"),
    EntryType.REPLY_UNCONFIRMED: _shape(_MESSAGE, "", _FAILURE, "never"),
    # An answer can be changed out there, past us; then `by` is the system, which saw it.
    EntryType.REPLY_EDITED: _shape(_MESSAGE, "text", {"by": "by", "at": "time"}, "by"),
    EntryType.REPLY_DELETED: _shape(_MESSAGE, "", {"by": "by", "at": "time", "cause": "code"}, "by"),
    EntryType.REPLY_CORRECTED: _shape(_MESSAGE, "text author signed_name", {"corrects": "id"}, "agent"),
    EntryType.AUTHOR_BLOCKED: _shape("account", "author", _DEED, "by"),
    EntryType.AUTHOR_UNBLOCKED: _shape("account", "author", _DEED, "by"),
    EntryType.AUTHOR_MUTED: _shape("account", "author", _DEED, "by"),
    EntryType.AUTHOR_UNMUTED: _shape("account", "author", _DEED, "by"),
    # `platform_id` is the platform's name for the first post of the thread.
    EntryType.COMMENTS_CLOSED: _shape("account conversation", "platform_id", _DEED, "by"),
    EntryType.COMMENTS_OPENED: _shape("account conversation", "platform_id", _DEED, "by"),
    EntryType.CONVERSATION_ESCALATED: _shape("account conversation", "", _DEED, "by"),
    EntryType.FIELD_REDACTED: _shape(_MESSAGE, "", {**_DEED, "entry": "id", "fields": "fields"}, "by"),
    # The public key stands in the log, so a verifier needs no other list of keys.
    EntryType.KEY_ADDED: _shape("", "", {"by": "by", "agent": "id", "kid": "kid", "key": "public_key"}, "never"),
    EntryType.KEY_REVOKED: _shape("", "", {**_DEED, "agent": "id", "kid": "kid"}, "never"),
    EntryType.RETENTION_RUN: _shape("", "", {"before": "time", "erased": "count", "cause": "code"}, "never"),
    EntryType.REVIEW_CLOSED: _shape("", "text", {"by": "by", "sampled": "count", "faults": "count"}, "by"),
}
