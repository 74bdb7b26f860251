"""What is said, in and out, in the words that all platforms share.

Part of the contract (`contract.py`), which hands these on: connectors and the inbox take them from there. What
it must not do: say what became of a post (`contract.py`), or grow a field that only one platform needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

Visibility: TypeAlias = Literal["public", "private"]
PostKind: TypeAlias = Literal["mention", "reply", "private", "own", "share", "reaction", "tag", "bounce"]
Raw: TypeAlias = Mapping[str, object]
"""One item as the platform gave it: a JSON object, not yet looked into."""


@dataclass(frozen=True, slots=True)
class Ref:
    """A post out there. `token` is whatever else the platform needs to name it (Bluesky's cid), opaque to us."""

    external_id: str
    token: str | None = None


@dataclass(frozen=True, slots=True)
class Author:
    """Who said it, in the platform's own words."""

    external_id: str
    handle: str
    name: str


@dataclass(frozen=True, slots=True)
class PictureRef:
    """A picture under a post out there, not fetched yet. `description` is its author's own, and often empty.

    `source` is what the connector needs to find it (`Connector.fetch_picture`), opaque to us. It is never an address:
    which hosts are asked is the connector's to say, not a stranger's.
    """

    source: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of an answer, ready to post: encoded by us, so that no camera's notes are in it.

    `media_type` is `image/jpeg` or `image/png`, `width` and `height` are in pixels. `description`, never empty, is read
    to those who can't see it.
    """

    data: bytes
    media_type: str
    width: int
    height: int
    description: str


@dataclass(frozen=True, slots=True)
class InboundPost:
    """Something said to or about us.

    `said_at` is the platform's time (aware). `parent` is the post it answers, `root` the first post of its
    thread where the platform tells.
    """

    ref: Ref
    author: Author
    text: str
    visibility: Visibility
    kind: PostKind
    said_at: datetime
    parent: Ref | None = None
    root: Ref | None = None
    url: str | None = None
    language: str | None = None
    pictures: tuple[PictureRef, ...] = ()


@dataclass(frozen=True, slots=True)
class InboundEdit:
    """The author changed the words. The earlier ones stay with us as a revision."""

    ref: Ref
    text: str
    edited_at: datetime


@dataclass(frozen=True, slots=True)
class InboundDelete:
    """The author, or the platform, took it away."""

    ref: Ref
    deleted_at: datetime


Inbound: TypeAlias = InboundPost | InboundEdit | InboundDelete


@dataclass(frozen=True, slots=True)
class OutboundPost:
    """One part of an answer or of a post of our own, ready to go out: signed, inside the limit, promised here.

    `created_at` was fixed with the promise, so that a resend is the same post to the last byte. `reply_to` and `root`
    are None together, for what answers nobody; only where `Capabilities.posts`.
    """

    text: str
    visibility: Visibility
    created_at: datetime
    reply_to: Ref | None
    root: Ref | None
    recipient: str
    """The handle of the person answered, as it stood when we received the post; empty where nobody is."""
    language: str = "da"
    pictures: tuple[Picture, ...] = ()
