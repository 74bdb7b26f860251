"""Hiding, deleting, blocking, muting and closing on Bluesky, by its published lexicons.

Why it exists: each is a record of ours or a call that may be repeated, and Bluesky keeps them in five places. A reply
is hidden and a thread is closed by one record beside its first post (`app.bsky.feed.threadgate`), which only that
post's author can write; what others wrote into it stays. What it must not do: overwrite a record that somebody changed
meanwhile, or undo a block that a person made by hand on Bluesky.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from connectors.bluesky import record
from connectors.bluesky.answers import NotSignedIn, Refused, wait_asked
from connectors.bluesky.reading import parts_of
from connectors.bluesky.session import SignedIn
from connectors.kit.contract import (
    Deed,
    DeedKind,
    DeedResult,
    Done,
    Doubtful,
    NotSent,
    Poison,
    Ref,
    Rejected,
    Retry,
    Suspended,
    Unconfirmed,
)

GATE: Final = "app.bsky.feed.threadgate"
BLOCK: Final = "app.bsky.graph.block"
MOST_HIDDEN: Final = 300
"""Replies that one record can hide, by its lexicon."""
UNDER_OWN: Final = frozenset({DeedKind.HIDE, DeedKind.SHOW, DeedKind.CLOSE, DeedKind.OPEN})
"""What is kept beside the first post of a thread, and so needs that to be the account's own."""
NOT_UNDER_OURS: Final = "On Bluesky only answers under a post of our own can be hidden or closed."


def moderate(session: SignedIn, deed: Deed) -> DeedResult:
    """Let it stand so. Whatever was perhaps done may be asked for again."""
    try:
        return _do(session, deed)
    except NotSignedIn as failure:
        return failure.outcome
    except Poison:
        return Rejected("Bluesky has no post of that address.")
    except Refused as refusal:
        return _not_done(refusal)
    except NotSent as error:
        return Retry(f"Bluesky could not be reached: {error}")
    except Doubtful as error:
        return Unconfirmed(f"Bluesky did not answer: {error}")


def _do(session: SignedIn, deed: Deed) -> DeedResult:
    match deed.kind:
        case DeedKind.MUTE | DeedKind.UNMUTE:
            session.procedure(f"app.bsky.graph.{deed.kind.value}Actor", {"actor": deed.author})
        case DeedKind.BLOCK:
            return _block(session, deed)
        case DeedKind.UNBLOCK:
            _delete(session, BLOCK, record.key_of(deed.author))
        case DeedKind.DELETE:
            did, collection, rkey = parts_of(_address(deed.post))
            if did != session.did():
                return Rejected("On Bluesky only our own posts can be deleted.")
            _delete(session, collection, rkey)
        case DeedKind.HIDE | DeedKind.SHOW | DeedKind.CLOSE | DeedKind.OPEN:
            return _gate(session, deed)
    return Done()


def _block(session: SignedIn, deed: Deed) -> DeedResult:
    """One record for each person, under a key made of who it is: a second block is the same record."""
    key, own = record.key_of(deed.author), session.did()
    if _kept(session, BLOCK, key) is None:
        written = {"$type": BLOCK, "subject": deed.author, "createdAt": _written(deed.at)}
        body = {"repo": own, "collection": BLOCK, "rkey": key, "record": written, "swapRecord": None}
        try:
            session.procedure("com.atproto.repo.putRecord", body)
        except Refused as refusal:
            if refusal.error != "InvalidSwap":  # Somebody was quicker with the same.
                raise
    return Done()


def _gate(session: SignedIn, deed: Deed) -> DeedResult:
    """Read the record, change the one thing, and write it only if nobody changed it meanwhile."""
    own, first = session.did(), _address(deed.root or deed.post)
    did, collection, rkey = parts_of(first)
    if did != own or collection != record.COLLECTION:
        return Rejected(NOT_UNDER_OURS)
    kept = _kept(session, GATE, rkey)
    was = dict(kept["value"]) if kept else {"$type": GATE, "post": first, "createdAt": _written(deed.at)}
    then = _changed(was, deed)
    if then is None:
        return Rejected("Bluesky hides at most 300 answers under one post.")
    if then == was:
        return Done()
    body = {
        "repo": own,
        "collection": GATE,
        "rkey": rkey,
        "record": then,
        "swapRecord": kept["cid"] if kept else None,
    }
    try:
        session.procedure("com.atproto.repo.putRecord", body)
    except Refused as refusal:
        if refusal.error == "InvalidSwap":
            return Retry("Somebody changed what is hidden there at the same moment.")
        raise
    return Done()


def _changed(was: Mapping[str, Any], deed: Deed) -> dict[str, Any] | None:
    """The record as it shall be; None where it has no room. Opened, anybody may answer, as at first."""
    then = dict(was)
    if deed.kind is DeedKind.CLOSE:
        then["allow"] = []
    elif deed.kind is DeedKind.OPEN:
        then.pop("allow", None)
    else:
        uri, hidden = _address(deed.post), list(was.get("hiddenReplies") or [])
        if deed.kind is DeedKind.SHOW:
            hidden = [one for one in hidden if one != uri]
        elif uri not in hidden:
            hidden.append(uri)
        if len(hidden) > MOST_HIDDEN:
            return None
        if hidden or "hiddenReplies" in was:
            then["hiddenReplies"] = hidden
    return then


def _kept(session: SignedIn, collection: str, rkey: str) -> Mapping[str, Any] | None:
    """The record of ours under that key, if there is one."""
    try:
        answer = session.query("com.atproto.repo.getRecord", repo=session.did(), collection=collection, rkey=rkey)
    except Refused as refusal:
        if refusal.error == "RecordNotFound":
            return None
        raise
    content = answer.content
    if not isinstance(content, dict) or not isinstance(content.get("value"), dict) or not content.get("cid"):
        raise Doubtful("its answer could not be understood")
    return content


def _delete(session: SignedIn, collection: str, rkey: str) -> None:
    """Gone, or never there: the call itself makes no difference of it."""
    body = {"repo": session.did(), "collection": collection, "rkey": rkey}
    session.procedure("com.atproto.repo.deleteRecord", body)


def _not_done(refusal: Refused) -> DeedResult:
    if refusal.status == 429:
        return Retry("Bluesky asks us to wait.", wait_asked(refusal.headers))
    if refusal.barred:
        return Suspended(f"Bluesky refuses the account: {refusal.message or refusal}.")
    if refusal.status >= 500:
        return Unconfirmed(f"Bluesky failed while doing it ({refusal}).")
    if refusal.status in {400, 413}:
        return Rejected(f"Bluesky refused it: {refusal.message or refusal}.")
    return Retry(f"Bluesky answered {refusal}.")


def _address(ref: Ref | None) -> str:
    return ref.external_id if ref else ""


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
