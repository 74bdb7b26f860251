"""What citizens say on a real Bluesky network, as the connector reads it; and how it stays signed in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from connectors.kit.contract import InboundDelete, InboundEdit, InboundPost, Page, Ref, Retry, Suspended
from tests.peers.citizen import Post
from tests.peers.conftest import BlueskyPeer
from tests.peers.desk import Kept, Wire, connect, walk
from tests.peers.until import until

pytestmark = pytest.mark.peers


def arrived(peer: BlueskyPeer, *posts: Post) -> list[InboundPost]:
    """The posts as the connector reads them, once the AppView has notified of every one."""
    connector = connect(peer)
    wanted = [post.uri for post in posts]

    def look() -> list[InboundPost] | None:
        found = {post.ref.external_id: post for post in walk(connector, None)[0]}
        return [found[uri] for uri in wanted] if all(uri in found for uri in wanted) else None

    return until(look, f"notifications of {len(posts)} posts")


def pair(news: Sequence[InboundEdit | InboundDelete]) -> Sequence[InboundEdit | InboundDelete] | None:
    """Both of the two expected changes, or nothing yet."""
    return news if len(news) == 2 else None


def test_probe_names_the_account_behind_the_credentials(bluesky: BlueskyPeer) -> None:
    health = connect(bluesky).probe()
    assert health.ok, health.detail
    assert health.identity is not None
    assert health.identity.external_id == bluesky.desk.did
    assert health.identity.handle == bluesky.desk.handle


def test_a_mention_arrives_with_its_author_words_and_time(bluesky: BlueskyPeer) -> None:
    before = datetime.now(UTC)
    text = f"Hej @{bluesky.desk.handle}, hvornår åbner svømmehallen på lørdag? 🏊"
    written = bluesky.citizen.post(text, mentions=[bluesky.desk])
    (post,) = arrived(bluesky, written)
    assert post.ref == Ref(written.uri, written.cid)
    assert post.text == text
    assert (post.kind, post.visibility, post.language) == ("mention", "public", "da")
    assert (post.author.external_id, post.author.handle) == (bluesky.citizen.did, bluesky.citizen.handle)
    assert (post.parent, post.root) == (None, None)
    assert before - timedelta(milliseconds=1) <= post.said_at <= datetime.now(UTC)
    assert post.url == f"https://bsky.app/profile/{bluesky.citizen.did}/post/{written.key}"


def test_a_reply_in_our_thread_knows_its_parent_and_its_root(bluesky: BlueskyPeer) -> None:
    root = bluesky.desk.post("Svømmehallen har åbent hele ugen.")
    first = bluesky.citizen.reply("Også om aftenen?", root)
    second = bluesky.newcomer("kirsten-v").reply("Det vil jeg også gerne vide.", first, root=root)
    one, two = arrived(bluesky, first, second)
    assert (one.kind, one.parent, one.root) == ("reply", Ref(root.uri, root.cid), Ref(root.uri, root.cid))
    assert (two.parent, two.root) == (Ref(first.uri, first.cid), Ref(root.uri, root.cid))


def test_a_quote_is_a_mention(bluesky: BlueskyPeer) -> None:
    quoted = bluesky.citizen.quote("Se lige det her.", bluesky.desk.post("Genbrugspladsen er lukket i dag."))
    (post,) = arrived(bluesky, quoted)
    assert post.kind == "mention"
    assert post.text == "Se lige det her."


def test_a_walk_brings_each_post_once_however_small_the_pages(bluesky: BlueskyPeer) -> None:
    connector = connect(bluesky)
    _, cursor = walk(connector, None)
    written = [bluesky.citizen.post(f"@{bluesky.desk.handle} nr. {n}", mentions=[bluesky.desk]) for n in range(7)]
    arrived(bluesky, *written)
    posts, cursor = walk(connector, cursor, limit=3)
    assert sorted(post.ref.external_id for post in posts) == sorted(post.uri for post in written)
    again, same = walk(connector, cursor, limit=3)
    assert (again, same) == ([], cursor)


def test_a_post_written_offline_is_not_missed_though_it_lands_below_what_was_read(bluesky: BlueskyPeer) -> None:
    connector = connect(bluesky)
    name = f"@{bluesky.desk.handle}"
    arrived(bluesky, *[bluesky.citizen.post(f"{name} nu {n}", mentions=[bluesky.desk]) for n in range(2)])
    _, cursor = walk(connector, None)
    arrived(bluesky, bluesky.citizen.post(f"{name} senere", mentions=[bluesky.desk]))
    _, cursor = walk(connector, cursor)
    late = bluesky.citizen.post(
        f"{name} fra toget", mentions=[bluesky.desk], at=datetime.now(UTC) - timedelta(seconds=2)
    )
    arrived(bluesky, late)
    posts, _ = walk(connector, cursor)
    assert [post.ref.external_id for post in posts] == [late.uri]


def test_an_edit_and_a_deletion_are_seen_by_looking_again(bluesky: BlueskyPeer) -> None:
    name = f"@{bluesky.desk.handle}"
    kept, edited, deleted = (
        bluesky.citizen.post(f"{name} {what}", mentions=[bluesky.desk]) for what in ("bliver", "rettes", "slettes")
    )
    refs = [post.ref for post in arrived(bluesky, kept, edited, deleted)]
    connector = connect(bluesky)
    assert list(connector.recheck(refs)) == []
    before = datetime.now(UTC).replace(microsecond=0)
    new = bluesky.citizen.edit(edited, "Rettet, og uden navn.")
    bluesky.citizen.delete(deleted)
    edit, deletion = until(lambda: pair(connector.recheck(refs)), "both changes")
    assert isinstance(edit, InboundEdit)
    assert (edit.ref, edit.text) == (Ref(edited.uri, new.cid), "Rettet, og uden navn.")
    assert isinstance(deletion, InboundDelete)
    assert deletion.ref.external_id == deleted.uri
    assert edit.edited_at >= before
    assert deletion.deleted_at >= before


def test_more_posts_than_one_call_takes_are_all_looked_at(bluesky: BlueskyPeer) -> None:
    posts = [bluesky.citizen.post(f"Nr. {n}") for n in range(27)]
    for post in (posts[0], posts[26]):
        bluesky.citizen.delete(post)
    connector = connect(bluesky)
    refs = [Ref(post.uri, post.cid) for post in posts]
    news = until(lambda: pair(connector.recheck(refs)), "both deletions")
    assert {item.ref.external_id for item in news} == {posts[0].uri, posts[26].uri}


def test_whoever_blocks_us_has_not_deleted_anything(bluesky: BlueskyPeer) -> None:
    angry = bluesky.newcomer("j-damgaard")
    post = angry.post(f"@{bluesky.desk.handle} det her er for dårligt", mentions=[bluesky.desk])
    refs = [post.ref for post in arrived(bluesky, post)]
    angry.block(bluesky.desk)
    until(lambda: not bluesky.desk.sees(post), "the block takes hold")
    assert list(connect(bluesky).recheck(refs)) == []


def test_a_wrong_app_password_stops_the_account(bluesky: BlueskyPeer) -> None:
    connector = connect(bluesky, password="not-it-at-all")
    assert not connector.probe().ok
    assert isinstance(connector.fetch("mentions", None, 10), Suspended)


def test_credentials_of_somebody_else_stop_the_account(bluesky: BlueskyPeer) -> None:
    citizen = bluesky.citizen
    connector = connect(bluesky, handle=citizen.handle, password=citizen.password)
    result = connector.fetch("mentions", None, 10)
    assert isinstance(result, Suspended)
    assert citizen.handle in result.reason


def test_a_service_that_is_not_there_is_tried_again(bluesky: BlueskyPeer) -> None:
    connector = connect(bluesky, service="http://127.0.0.1:1")
    assert isinstance(connector.fetch("mentions", None, 10), Retry)


def test_one_sign_in_serves_many_jobs(bluesky: BlueskyPeer) -> None:
    memory, wire = Kept(), Wire()
    for _ in range(3):
        assert isinstance(connect(bluesky, memory=memory, http=wire).fetch("mentions", None, 10), Page)
    assert wire.calls == ["createSession", *["listNotifications"] * 3]


def test_a_refused_token_is_renewed_once_and_the_call_made_again(bluesky: BlueskyPeer) -> None:
    memory, wire = Kept(), Wire()
    assert isinstance(connect(bluesky, memory=memory).fetch("mentions", None, 10), Page)
    spoil(memory, access=True)
    assert isinstance(connect(bluesky, memory=memory, http=wire).fetch("mentions", None, 10), Page)
    assert wire.calls == ["listNotifications", "refreshSession", "listNotifications"]


def test_a_session_that_can_not_be_renewed_is_begun_anew(bluesky: BlueskyPeer) -> None:
    memory, wire = Kept(), Wire()
    assert isinstance(connect(bluesky, memory=memory).fetch("mentions", None, 10), Page)
    spoil(memory, access=True, refresh=True)
    assert isinstance(connect(bluesky, memory=memory, http=wire).fetch("mentions", None, 10), Page)
    assert wire.calls == ["listNotifications", "refreshSession", "createSession", "listNotifications"]


@pytest.mark.parametrize(
    "rubbish", ["", "{", "[]", '{"service": 1}', '{"service": "S", "handle": "H", "session": "x"}']
)
def test_a_garbled_memory_is_forgotten(bluesky: BlueskyPeer, rubbish: str) -> None:
    rubbish = rubbish.replace("S", bluesky.service).replace("H", bluesky.desk.handle)
    memory = Kept(session=rubbish)
    assert isinstance(connect(bluesky, memory=memory).fetch("mentions", None, 10), Page)
    assert memory["session"] != rubbish


def spoil(memory: Kept, *, access: bool = False, refresh: bool = False) -> None:
    """Give the kept tokens another signature: they can still be read, but the server refuses them."""
    kept = json.loads(memory["session"])
    handle, did, token, renewal, home = kept["session"].split(":::")
    token, renewal = (_forged(token) if access else token), (_forged(renewal) if refresh else renewal)
    memory["session"] = json.dumps({**kept, "session": f"{handle}:::{did}:::{token}:::{renewal}:::{home}"})


def _forged(token: str) -> str:
    head, body, signature = token.split(".")
    return ".".join([head, body, signature[::-1]])
