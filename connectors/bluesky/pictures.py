"""Pictures on Bluesky: what one is called, how it goes out, how it is found.

Why it exists: a picture lies beside the post, in the author's own store, under a name made of its bytes. So its
name is known before it is sent, and a post with pictures stays a pure function of what was promised. What it must
not do: ask a host that a stranger named, or let a picture that can't be understood hide the words beside it.
"""

from __future__ import annotations

import re
from base64 import b32encode
from collections.abc import Sequence
from hashlib import sha256
from time import monotonic

from connectors.bluesky.answers import Refused, wait_asked
from connectors.bluesky.session import SignedIn
from connectors.kit.contract import (
    Doubtful,
    Gone,
    Http,
    NotSent,
    Picture,
    PictureFetched,
    PictureRef,
    PictureResult,
    Pictures,
    Raw,
    Rejected,
    Retry,
    Suspended,
)

LIMITS = Pictures(most=4, bytes=2_000_000, description=2_000)
"""Four and two million bytes: lexicon app.bsky.embed.images ("up to 2 MB, formerly limited to 1 MB"), the same in the
SDK that we pin and in PDS 0.5, which enforces it to the byte (seen in `tests/peers`). Nobody limits the description but
Bluesky's own app: MAX_ALT_TEXT in bluesky-social/social-app, src/lib/constants.ts."""

CDN = "https://cdn.bsky.app/img/feed_fullsize/plain"
"""Where the AppView shows every picture, whatever PDS its author has: it fetches from there and makes it anew, a
thousand pixels at the longer side. So one host of Bluesky's own is asked, never one that an author's DID names."""

_SENDING = 10.0
"""Seconds after which no further call is begun for a post with pictures: five of the longest outlast a worker's claim,
and then somebody else would be sending them, too."""
_READ = 4
"""A gallery may hold more; the first ones are enough to know what is asked."""
_GALLERIES = {"app.bsky.embed.images": "images", "app.bsky.embed.gallery": "items"}
_SOURCE = re.compile(
    r"(?:did:plc:[a-z2-7]{24}|did:web:[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?)/bafkrei[a-z2-7]{52}", re.ASCII
)
"""Author and picture, as atproto.com/specs/did and atproto.com/specs/data-model write them: nothing in it can leave its
place in an address."""


def cid(data: bytes) -> str:
    """The name of these bytes: CID version 1, raw (0x55), SHA-256 (0x12) of 32 bytes, in base32 after a "b"."""
    name = b"\x01\x55\x12\x20" + sha256(data).digest()
    return "b" + b32encode(name).decode().lower().rstrip("=")


def embed(pictures: Sequence[Picture]) -> dict[str, object]:
    """The part of a record that shows the pictures, in their order."""
    return {
        "$type": "app.bsky.embed.images",
        "images": [
            {
                "alt": picture.description,
                "image": {
                    "$type": "blob",
                    "ref": {"$link": cid(picture.data)},
                    "mimeType": picture.media_type,
                    "size": len(picture.data),
                },
                "aspectRatio": {"width": picture.width, "height": picture.height},
            }
            for picture in pictures
        ],
    }


def upload(session: SignedIn, pictures: Sequence[Picture]) -> Retry | Rejected | Suspended | None:
    """Lays the pictures beside the posts of the account; nothing in the answer when all of them lie there.

    No failure here is a doubt about the post, which is not sent before this. Laying a picture there twice is
    harmless, and the PDS sweeps away what no post shows. Raises `NotSignedIn`.
    """
    begun = monotonic()
    for number, picture in enumerate(pictures, 1):
        failure = _one(session, picture, f"picture {number}")
        if failure is not None:
            return failure
        if monotonic() - begun > _SENDING:
            return Retry("Sending the pictures to Bluesky took too long.")
    return None


def _one(session: SignedIn, picture: Picture, which: str) -> Retry | Rejected | Suspended | None:
    try:
        answer = session.upload(picture.data, picture.media_type)
    except Refused as refusal:
        return _not_taken(refusal, which)
    except (NotSent, Doubtful) as error:
        return Retry(f"Bluesky did not take {which}: {error}")
    taken = _link(answer.content.get("blob")) if isinstance(answer.content, dict) else None
    if taken is None:
        return Retry(f"Bluesky's answer to {which} could not be understood.")
    if taken != cid(picture.data):
        return Rejected(f"Bluesky stored other bytes than those of {which}, so the answer was not posted.")
    return None


def _not_taken(refusal: Refused, which: str) -> Retry | Rejected | Suspended:
    if refusal.status == 429:
        return Retry("Bluesky asks us to wait.", wait_asked(refusal.headers))
    if refusal.barred:
        return Suspended(f"Bluesky refuses the account: {refusal.message or refusal}.")
    if 400 <= refusal.status < 500 and refusal.status != 408:  # 408: it came too slowly, which says nothing of it.
        return Rejected(f"Bluesky refused {which}: {refusal.message or refusal}.")
    return Retry(f"Bluesky did not take {which} ({refusal}).")


def shown(record: Raw, did: str) -> tuple[PictureRef, ...]:
    """The pictures under a stranger's post. What can't be understood is left out: the words are what counts."""
    media = record.get("embed")
    if isinstance(media, dict) and media.get("$type") == "app.bsky.embed.recordWithMedia":
        media = media.get("media")
    if not isinstance(media, dict):
        return ()
    items = media.get(_GALLERIES.get(str(media.get("$type")), ""))
    refs = (_ref(item, did) for item in items) if isinstance(items, list) else iter(())
    return tuple(ref for ref in refs if ref is not None)[:_READ]


def _ref(item: object, did: str) -> PictureRef | None:
    if not isinstance(item, dict):
        return None
    source = f"{did}/{_link(item.get('image'))}"
    description = item.get("alt")
    if not _SOURCE.fullmatch(source):
        return None
    return PictureRef(source, description if isinstance(description, str) else "")


def _link(blob: object) -> str | None:
    """The name in a reference to a blob."""
    ref = blob.get("ref") if isinstance(blob, dict) else None
    link = ref.get("$link") if isinstance(ref, dict) else None
    return link if isinstance(link, str) else None


def fetch(http: Http, source: str) -> PictureResult:
    """The picture as the AppView shows it. No sign-in: it shows these to everybody."""
    if not _SOURCE.fullmatch(source):
        return Gone("This names no picture on Bluesky.")
    try:
        answer = http.request("GET", f"{CDN}/{source}")
    except (NotSent, Doubtful) as error:
        return Retry(f"The picture could not be fetched: {error}")
    if answer.status == 200:
        return PictureFetched(answer.body)
    if answer.status in {400, 404, 410}:
        return Gone(f"Bluesky shows no such picture ({answer.status}).")
    return Retry(f"Bluesky answered {answer.status} to a picture.", wait_asked(answer.headers))
