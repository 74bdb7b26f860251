"""Hiding, closing, blocking, muting and deleting on a real Bluesky network: seen by others, once, and undone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.kit.contract import Deed, DeedKind, Delivered, Done, Ref, Rejected, Unconfirmed
from tests.peers.citizen import Citizen, Post
from tests.peers.conftest import BlueskyPeer
from tests.peers.desk import Wire, answer_to, connect
from tests.peers.until import until

pytestmark = pytest.mark.peers


def deed(kind: DeedKind, *, post: Post | None = None, root: Post | None = None, author: str = "") -> Deed:
    def ref(of: Post | None) -> Ref | None:
        return Ref(of.uri, of.cid) if of else None

    return Deed(kind, datetime.now(UTC), post=ref(post), root=ref(root), author=author)


def gate(post: Post, seen_by: Citizen) -> dict[str, Any]:
    """What the AppView says of who may answer and what is hidden under a post."""
    thread = seen_by.ask("app.bsky.feed.getPostThread", {"uri": post.uri})["thread"]
    return dict((thread["post"].get("threadgate") or thread.get("threadgate") or {}).get("record") or {})


def records(peer: BlueskyPeer, collection: str) -> list[dict[str, Any]]:
    answer = peer.desk.ask("com.atproto.repo.listRecords", {"repo": peer.desk.did, "collection": collection})
    return [record["value"] for record in answer["records"]]


def viewer(who: Citizen, of: Citizen) -> dict[str, Any]:
    return dict(who.ask("app.bsky.actor.getProfile", {"actor": of.did})["viewer"])


def test_answers_under_our_own_post_are_hidden_and_shown_again(bluesky: BlueskyPeer) -> None:
    ours = bluesky.desk.post("Skøjtebanen åbner lørdag.")
    rude, other = bluesky.citizen.reply("I er fjolser.", ours), bluesky.citizen.reply("Fint!", ours)
    connector = connect(bluesky)
    for one in (rude, other, rude):
        assert connector.moderate(deed(DeedKind.HIDE, post=one, root=ours)) == Done()
    seen = until(lambda: gate(ours, bluesky.citizen), "what is hidden is told")
    until(lambda: gate(ours, bluesky.citizen).get("hiddenReplies") == [rude.uri, other.uri], "both")
    assert seen["post"] == ours.uri
    assert connector.moderate(deed(DeedKind.SHOW, post=rude, root=ours)) == Done()
    until(lambda: gate(ours, bluesky.citizen)["hiddenReplies"] == [other.uri], "one is shown again")
    theirs = bluesky.citizen.post("Det er min egen tråd.")
    assert isinstance(connector.moderate(deed(DeedKind.HIDE, post=theirs, root=theirs)), Rejected)


def test_a_closed_thread_takes_no_answers_and_an_opened_one_does(bluesky: BlueskyPeer) -> None:
    ours = bluesky.desk.post("Vi lukker her.")
    until(lambda: bluesky.citizen.sees(ours), "our post is shown")
    connector = connect(bluesky)

    def disabled() -> bool:
        post = bluesky.citizen.ask("app.bsky.feed.getPosts", {"uris": ours.uri})["posts"][0]
        return bool(post["viewer"].get("replyDisabled"))

    assert not disabled()
    assert connector.moderate(deed(DeedKind.CLOSE, post=ours, root=ours)) == Done()
    until(disabled, "nobody may answer")
    assert connector.moderate(deed(DeedKind.OPEN, post=ours, root=ours)) == Done()
    until(lambda: not disabled(), "everybody may answer")


def test_a_block_is_one_record_and_lifted_it_is_none(bluesky: BlueskyPeer) -> None:
    rude = bluesky.newcomer("fjols")
    lost = connect(bluesky, http=Wire(cut_after="putRecord"))
    assert isinstance(lost.moderate(deed(DeedKind.BLOCK, author=rude.did)), Unconfirmed)
    connector = connect(bluesky)
    assert connector.moderate(deed(DeedKind.BLOCK, author=rude.did)) == Done()
    assert [one["subject"] for one in records(bluesky, "app.bsky.graph.block")] == [rude.did]
    until(lambda: viewer(rude, bluesky.desk)["blockedBy"], "the blocked one is told")
    for _ in range(2):
        assert connector.moderate(deed(DeedKind.UNBLOCK, author=rude.did)) == Done()
    assert records(bluesky, "app.bsky.graph.block") == []
    until(lambda: not viewer(rude, bluesky.desk)["blockedBy"], "and is no longer")


def test_a_mute_is_heard_of_by_nobody_but_us(bluesky: BlueskyPeer) -> None:
    rude = bluesky.newcomer("larm")
    connector = connect(bluesky)
    for _ in range(2):
        assert connector.moderate(deed(DeedKind.MUTE, author=rude.did)) == Done()
    until(lambda: viewer(bluesky.desk, rude)["muted"], "muted")
    for _ in range(2):
        assert connector.moderate(deed(DeedKind.UNMUTE, author=rude.did)) == Done()
    until(lambda: not viewer(bluesky.desk, rude)["muted"], "heard again")


def test_our_own_answer_is_deleted_and_a_second_time_makes_no_difference(bluesky: BlueskyPeer) -> None:
    question = bluesky.citizen.post(f"@{bluesky.desk.handle} hvornår?", mentions=[bluesky.desk])
    connector = connect(bluesky)
    delivered = connector.deliver(answer_to(question, "Kl. 10. Nej, kl. 11."), "wrong")
    assert isinstance(delivered, Delivered)
    ours = Post(delivered.ref.external_id, delivered.ref.token or "")
    for _ in range(2):
        assert connector.moderate(deed(DeedKind.DELETE, post=ours)) == Done()
    assert ours.uri not in [record["uri"] for record in bluesky.desk.posts()]
    assert isinstance(connector.moderate(deed(DeedKind.DELETE, post=question)), Rejected)
