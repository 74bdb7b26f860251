"""What stands on Bluesky: our own posts and those of others that we hold.

Why it exists: after a doubt, and for edits and deletions, of which Bluesky tells nobody, the only way is to
look. What it must not do: call something gone that merely could not be seen, or ours that only lies in our place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from connectors.bluesky import record
from connectors.bluesky.answers import NotSignedIn, Refused, answered_at
from connectors.bluesky.reading import page_of, parts_of, text_of
from connectors.bluesky.session import Reply, SignedIn
from connectors.kit.contract import (
    Absent,
    CannotTell,
    Delivered,
    Doubtful,
    FindResult,
    Found,
    InboundDelete,
    InboundEdit,
    NotSent,
    Poison,
    Raw,
    Ref,
)

LOOK_UP = 25
"""How many posts `getPosts` takes at once."""


def own_post(session: SignedIn, rkey: str, written: Raw) -> FindResult:
    """Whether our post stands under its key. Raises `NotSignedIn`, `NotSent`, `Doubtful`.

    Our own PDS is asked, which knows at once what it has taken.
    """
    own = session.did()
    try:
        answer = session.query("com.atproto.repo.getRecord", repo=own, collection=record.COLLECTION, rkey=rkey)
    except Refused as refusal:
        return Absent() if refusal.error == "RecordNotFound" else CannotTell(f"Bluesky answered {refusal}.")
    content = answer.content
    if not isinstance(content, dict) or not isinstance(content.get("value"), dict):
        return CannotTell("Bluesky's answer could not be understood.")
    if not record.same(content["value"], written):
        return CannotTell("Another post stands in this one's place.")
    uri = record.address(own, rkey)
    return Found(Delivered(Ref(uri, str(content.get("cid"))), taken_at(session, answer), page_of(uri)))


def taken_at(session: SignedIn, answer: Reply) -> datetime:
    """When the platform took our post, by the PDS's own clock.

    If this call made the commit, its revision is the time. If the post stood there already, the account's latest
    commit is: exact while nothing was written since, else later than the truth, which never flatters us. The clock of
    the answer is the last resort. Nothing else will do: `createdAt` says when the answer was promised, and what
    Bluesky shows as `indexedAt` is the earlier of the two.
    """
    try:
        return record.time_of(_revision(answer.content.get("commit")))
    except ValueError:
        pass  # This call made no commit.
    try:
        latest = session.query("com.atproto.sync.getLatestCommit", did=session.did())
        return record.time_of(_revision(latest.content))
    except (NotSignedIn, Refused, NotSent, Doubtful, ValueError):
        return answered_at(answer.headers)  # The post is known to stand; only its time was sought.


def _revision(commit: object) -> str:
    return str(commit.get("rev")) if isinstance(commit, dict) else ""


def changes(session: SignedIn, refs: Sequence[Ref]) -> Iterator[InboundEdit | InboundDelete]:
    """What has changed among at most `LOOK_UP` posts. Raises what `SignedIn.query` does, and `Poison`."""
    answer = session.query("app.bsky.feed.getPosts", uris=[ref.external_id for ref in refs])
    views = {view.get("uri"): view for view in _posts(answer)}
    # Bluesky keeps no time of an edit (an edited post still names the author's first time), so it is when we saw it.
    seen_at = answered_at(answer.headers)
    for ref in refs:
        view = views.get(ref.external_id)
        if view is None:
            yield from _gone(session, ref)
        elif view.get("cid") != ref.token:
            yield from _edited(ref, view, seen_at)


def _edited(ref: Ref, view: Raw, seen_at: datetime) -> Iterator[InboundEdit]:
    edited = view.get("record")
    try:
        if isinstance(edited, dict):
            yield InboundEdit(Ref(ref.external_id, str(view.get("cid"))), text_of(edited), seen_at)
    except Poison:
        return  # One post that can't be understood keeps its earlier words and hides no other's change.


def _gone(session: SignedIn, ref: Ref) -> Iterator[InboundDelete]:
    """A post is also left out when its author has blocked us: only a record that is gone is a deletion."""
    did, collection, rkey = parts_of(ref.external_id)
    try:
        session.query("com.atproto.repo.getRecord", repo=did, collection=collection, rkey=rkey)
    except Refused as refusal:
        # A deletion that was none would stand in the ledger for ever, so only these two answers count.
        account_gone = refusal.error == "InvalidRequest" and refusal.message.startswith("Could not find repo")
        if refusal.error != "RecordNotFound" and not account_gone:
            raise
        yield InboundDelete(ref, answered_at(refusal.headers))


def _posts(answer: Reply) -> list[Raw]:
    posts = answer.content.get("posts") if isinstance(answer.content, dict) else None
    if not isinstance(posts, list) or not all(isinstance(view, dict) for view in posts):
        raise Poison("Bluesky's list of posts could not be understood.")
    return posts
