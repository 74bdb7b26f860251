"""The post that we write: its key, its facets, its length.

Why it exists: a resend must be the same record under the same key, to the last byte, so both are pure
functions of the promised post. What it must not do: ask the network or the clock.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from connectors.bluesky.pictures import embed
from connectors.kit.contract import OutboundPost, Pace, Raw, Ref
from connectors.kit.length import graphemes

COLLECTION = "app.bsky.feed.post"
LIMIT = 300
PACE = Pace(1_666, timedelta(hours=1))
"""5,000 points an hour, of which a post costs three (docs.bsky.app, rate limits)."""
REPEATED = "Bluesky counts many alike answers as spam, above all to people who did not write to us: answer those alone."
"""In our words, after its community guidelines."""
_BYTES_PER_UNIT = 10
"""3,000 bytes beside 300 graphemes: a byte weighs a tenth of a unit, so one number serves both limits."""
_ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def measure(text: str) -> int:
    """The larger of graphemes and a tenth of the UTF-8 bytes, rounded up. Both limits are enforced by the PDS."""
    return max(graphemes(text), math.ceil(len(text.encode()) / _BYTES_PER_UNIT))


def record_key(created_at: datetime, key: str) -> str:
    """A TID (13 letters, sortable by time) that is the same at every try of the same part.

    A TID holds 53 bits of microseconds and 10 bits of "clock". Ten bits of hash alone would let two parts of one
    answer, promised in the same moment, collide once in 1,024; so the microseconds below the millisecond come from
    the hash too: once in a million. Source: atproto.com/specs/tid.
    """
    digest = int.from_bytes(sha256(key.encode()).digest()[:8], "big")
    elapsed = created_at.astimezone(UTC) - _EPOCH
    milliseconds = elapsed.days * 86_400_000 + elapsed.seconds * 1_000 + elapsed.microseconds // 1_000
    microseconds = milliseconds * 1_000 + (digest >> 10) % 1_000
    return _base32(microseconds << 10 | digest & 0x3FF)


def key_of(name: str) -> str:
    """A key of the same form that is always the same for one name, such as a person's DID."""
    return _base32(int.from_bytes(sha256(name.encode()).digest()[:8], "big") >> 1)


def time_of(tid: str) -> datetime:
    """The time in a TID, such as the `rev` of a commit, which the PDS takes from its own clock. Raises `ValueError`."""
    if len(tid) != 13:
        raise ValueError(f"{tid!r} is no TID.")
    number = 0
    for letter in tid:
        number = number << 5 | _ALPHABET.index(letter)
    seconds, microseconds = divmod(number >> 10, 1_000_000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=microseconds)


def address(did: str, rkey: str) -> str:
    """The `at://` address of a post."""
    return f"at://{did}/{COLLECTION}/{rkey}"


def record(post: OutboundPost, own_did: str) -> dict[str, object]:
    """The record as the PDS stores it. Raises `ValueError` when the post answered is named without its version."""
    written: dict[str, object] = {
        "$type": COLLECTION,
        "text": post.text,
        "createdAt": _written(post.created_at),
        "langs": [post.language],
    }
    people: dict[str, str] = {}
    if post.reply_to is not None and post.root is not None:
        written["reply"] = {"root": _strong(post.root), "parent": _strong(post.reply_to)}
        if _author(post.reply_to) != own_did:
            people[post.recipient] = _author(post.reply_to)
    marked = facets(post.text, people)
    if marked:
        written["facets"] = marked
    if post.pictures:
        written["embed"] = embed(post.pictures)
    return written


def same(stored: Raw, ours: Raw) -> bool:
    """Whether the stored record is this very post: words, time, thread and pictures.

    Facets may differ: another version of us may have found them. The PDS gives an embed back as it was written.
    """
    return all(stored.get(name) == ours.get(name) for name in ("text", "createdAt", "reply", "embed"))


def facets(text: str, people: dict[str, str]) -> list[dict[str, object]]:
    """Links, hashtags and the known people in a text, by BYTE offsets in UTF-8. `people` is handle → DID.

    Nobody is looked up: a handle that we don't know stays plain text, so that a resend can't differ.
    """
    from atproto import client_utils  # Late, as in `session`.

    found: list[dict[str, object]] = [
        facet.model_dump(by_alias=True, exclude_none=True) for facet in client_utils.detect_facets(text)
    ]
    known = {handle.lower(): did for handle, did in people.items()}
    found += [
        {
            "index": {"byteStart": mention.byte_start, "byteEnd": mention.byte_end},
            "features": [{"$type": "app.bsky.richtext.facet#mention", "did": known[mention.handle.lower()]}],
        }
        for mention in client_utils.detect_mentions(text)
        if mention.handle.lower() in known
    ]
    return sorted(found, key=_start)


def _start(facet: dict[str, object]) -> int:
    index = facet["index"]
    assert isinstance(index, dict)
    return int(index["byteStart"])


def _strong(ref: Ref) -> dict[str, str]:
    if not ref.token:
        raise ValueError(f"{ref.external_id} is named without its version (cid).")
    return {"uri": ref.external_id, "cid": ref.token}


def _author(ref: Ref) -> str:
    return ref.external_id.removeprefix("at://").partition("/")[0]


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _base32(number: int) -> str:
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(60, -5, -5))
