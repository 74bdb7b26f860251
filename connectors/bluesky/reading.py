"""From Bluesky's notifications to the contract's posts.

Why it exists: what the platform says about a post is spread over a notification, its author and its record,
all of which strangers' programs write. What it must not do: ask the network, or let a payload through that it
has not understood: that is `Poison`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from connectors.bluesky.pictures import shown
from connectors.bluesky.record import COLLECTION
from connectors.kit.contract import Author, Inbound, InboundPost, Poison, PostKind, Raw, Ref

_KINDS: Mapping[str, PostKind] = {
    "mention": "mention",
    "reply": "reply",
    "quote": "mention",
    "repost": "share",
    "repost-via-repost": "share",
    "like": "reaction",
    "like-via-repost": "reaction",
}
"""Anything else Bluesky notifies of (a follower, a verification) says nothing and is left out."""


def inbound(raw: Raw, own_did: str) -> tuple[Inbound, ...]:
    """The post in a notification. Raises `Poison`.

    `said_at` is the notification's `indexedAt`: the earlier of the author's own clock and the AppView's, hence
    never in the future, and the time by which Bluesky itself orders.
    """
    kind = _KINDS.get(_text(raw, "reason"))
    if kind is None:
        return ()
    writer = _object(raw, "author")
    author = Author(
        external_id=_text(writer, "did"),
        handle=_text(writer, "handle"),
        name=str(writer.get("displayName") or "").strip() or _text(writer, "handle"),
    )
    ref = Ref(_text(raw, "uri"), _text(raw, "cid"))
    said_at = moment(_text(raw, "indexedAt"))
    record = _object(raw, "record")
    if kind in {"share", "reaction"}:
        subject = _strong(_object(record, "subject"))
        return (InboundPost(ref, author, "", "public", kind, said_at, parent=subject, root=subject),)
    reply = _object(record, "reply") if record.get("reply") is not None else None
    return (
        InboundPost(
            ref=ref,
            author=author,
            text=text_of(record),
            visibility="public",
            kind="own" if author.external_id == own_did else kind,
            said_at=said_at,
            parent=_strong(_object(reply, "parent")) if reply is not None else None,
            root=_strong(_object(reply, "root")) if reply is not None else None,
            url=page_of(ref.external_id),
            language=_language(record),
            pictures=shown(record, author.external_id),
        ),
    )


def text_of(record: Raw) -> str:
    """The words of a post; a post of pictures alone has the empty text. Raises `Poison`."""
    text = record.get("text")
    if not isinstance(text, str):
        raise Poison("The record has no text.")
    return text


def moment(written: str) -> datetime:
    """A time as Bluesky writes it. Raises `Poison`."""
    try:
        at = datetime.fromisoformat(written)
    except ValueError as error:
        raise Poison(f"{written!r} is no time.") from error
    if at.tzinfo is None:
        raise Poison(f"{written!r} names no zone.")
    return at


def page_of(uri: str) -> str | None:
    """The public page of a post, by the author's permanent name: a handle may be another's in a year."""
    did, collection, key = parts_of(uri)
    return f"https://bsky.app/profile/{did}/post/{key}" if collection == COLLECTION else None


def parts_of(uri: str) -> tuple[str, str, str]:
    """Author, collection and key of an `at://` address. Raises `Poison`."""
    parts = uri.removeprefix("at://").split("/")
    if not uri.startswith("at://") or len(parts) != 3 or not all(parts):
        raise Poison(f"{uri!r} is no address of a record.")
    return parts[0], parts[1], parts[2]


def _language(record: Raw) -> str | None:
    languages = record.get("langs")
    first = languages[0] if isinstance(languages, list) and languages else None
    return first if isinstance(first, str) else None


def _strong(reference: Raw) -> Ref:
    return Ref(_text(reference, "uri"), _text(reference, "cid"))


def _text(raw: Raw, name: str) -> str:
    value = raw.get(name)
    if not isinstance(value, str) or not value:
        raise Poison(f"{name!r} is missing or no text.")
    return value


def _object(raw: Raw, name: str) -> Raw:
    value = raw.get(name)
    if not isinstance(value, dict):
        raise Poison(f"{name!r} is missing or no object.")
    return value
