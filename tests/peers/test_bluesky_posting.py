"""Answers on a real Bluesky network: once, whole, in the right thread, whatever breaks on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from connectors.bluesky.record import record_key
from connectors.kit.contract import Absent, CannotTell, Delivered, Found, Ref, Rejected, Retry, Suspended, Unconfirmed
from tests.peers.citizen import Post
from tests.peers.conftest import BlueskyPeer
from tests.peers.desk import Kept, Wire, answer_to, connect
from tests.peers.until import until

pytestmark = pytest.mark.peers


@pytest.fixture
def question(bluesky: BlueskyPeer) -> Post:
    return bluesky.citizen.post(f"@{bluesky.desk.handle} hvornår åbner I?", mentions=[bluesky.desk])


def standing(peer: BlueskyPeer, question: Post) -> list[str]:
    """The texts that really stand in our account as answers to the question."""
    records = (record["value"] for record in peer.desk.posts())
    return [
        record["text"] for record in records if record.get("reply", {}).get("parent", {}).get("uri") == question.uri
    ]


def test_an_answer_stands_in_the_citizens_thread(bluesky: BlueskyPeer, question: Post) -> None:
    post = answer_to(question, "Kl. 10. – Anna, Nordby Kommune")
    before = datetime.now(UTC)
    delivered = connect(bluesky).deliver(post, "first")
    assert isinstance(delivered, Delivered), delivered
    assert before <= delivered.said_at <= datetime.now(UTC)
    replies = until(lambda: bluesky.citizen.replies(question.uri), "the answer in the thread")
    assert [reply["post"]["uri"] for reply in replies] == [delivered.ref.external_id]
    assert replies[0]["post"]["cid"] == delivered.ref.token
    assert replies[0]["post"]["record"]["text"] == post.text
    assert replies[0]["post"]["author"]["did"] == bluesky.desk.did


def test_a_second_part_hangs_on_the_first(bluesky: BlueskyPeer, question: Post) -> None:
    connector = connect(bluesky)
    part = answer_to(question, "Første del. (1/2) – Anna")
    first = connector.deliver(part, "part one")
    assert isinstance(first, Delivered)
    second = connector.deliver(replace(part, text="Anden del. (2/2) – Anna", reply_to=first.ref), "part two")
    assert isinstance(second, Delivered)
    thread = until(lambda: bluesky.citizen.replies(question.uri), "the answer in the thread")
    until(lambda: bluesky.citizen.replies(first.ref.external_id), "the second part under the first")
    assert len(thread) == 1


def test_the_same_part_twice_is_one_post_with_one_time(bluesky: BlueskyPeer, question: Post) -> None:
    post = answer_to(question, "Kl. 10.")
    one = connect(bluesky).deliver(post, "twice")
    two = connect(bluesky).deliver(post, "twice")
    assert isinstance(one, Delivered)
    assert two == one
    assert standing(bluesky, question) == ["Kl. 10."]


def test_other_words_under_the_same_key_are_refused_and_the_first_stand(bluesky: BlueskyPeer, question: Post) -> None:
    connector = connect(bluesky)
    post = answer_to(question, "Kl. 10.")
    assert isinstance(connector.deliver(post, "key"), Delivered)
    other = replace(post, text="Kl. 11.")
    assert isinstance(connector.deliver(other, "key"), Rejected)
    assert isinstance(connector.find_delivered(other, "key"), CannotTell)
    assert standing(bluesky, question) == ["Kl. 10."]


def test_a_post_that_other_facets_were_found_in_is_still_ours(bluesky: BlueskyPeer, question: Post) -> None:
    """As after an update of the program that finds links: the record differs, the answer does not."""
    post = answer_to(question, "Kl. 10.")
    connector = connect(bluesky)
    rkey = record_key(post.created_at, "key")
    body = {
        "repo": bluesky.desk.did,
        "collection": "app.bsky.feed.post",
        "rkey": rkey,
        "record": {
            "text": post.text,
            "createdAt": post.created_at.isoformat().replace("+00:00", "Z"),
            "reply": {"root": question.strong, "parent": question.strong},
            "langs": ["nb"],
        },
    }
    stood = bluesky.desk.call("com.atproto.repo.putRecord", body)
    delivered = connector.deliver(post, "key")
    assert isinstance(delivered, Delivered), delivered
    assert delivered.ref == Ref(stood["uri"], stood["cid"])


def test_a_lost_answer_is_a_doubt_that_looking_settles(bluesky: BlueskyPeer, question: Post) -> None:
    post = answer_to(question, "Kl. 10.")
    memory = Kept()
    assert isinstance(connect(bluesky, memory=memory, http=Wire(cut_after="putRecord")).deliver(post, "k"), Unconfirmed)
    found = connect(bluesky, memory=memory).find_delivered(post, "k")
    assert isinstance(found, Found)
    assert post.created_at <= found.delivered.said_at <= datetime.now(UTC)
    assert connect(bluesky, memory=memory).deliver(post, "k") == found.delivered
    assert standing(bluesky, question) == ["Kl. 10."]


def test_a_cut_before_sending_is_certainly_not_taken(bluesky: BlueskyPeer, question: Post) -> None:
    post = answer_to(question, "Kl. 10.")
    connector = connect(bluesky, http=Wire(cut_before="putRecord"))
    assert isinstance(connector.deliver(post, "k"), Retry)
    assert connector.find_delivered(post, "k") == Absent()
    assert standing(bluesky, question) == []


@pytest.mark.parametrize("cut", [Wire(cut_after="createSession"), Wire(cut_before="createSession")])
def test_a_doubt_about_signing_in_is_none_about_posting(bluesky: BlueskyPeer, question: Post, cut: Wire) -> None:
    assert isinstance(connect(bluesky, http=cut).deliver(answer_to(question, "Kl. 10."), "k"), Retry)
    assert "putRecord" not in cut.calls


def test_looking_without_an_answer_proves_nothing(bluesky: BlueskyPeer, question: Post) -> None:
    post = answer_to(question, "Kl. 10.")
    assert isinstance(connect(bluesky, http=Wire(cut_after="getRecord")).find_delivered(post, "k"), CannotTell)


def test_a_deleted_answer_is_absent(bluesky: BlueskyPeer, question: Post) -> None:
    post = answer_to(question, "Kl. 10.")
    delivered = connect(bluesky).deliver(post, "k")
    assert isinstance(delivered, Delivered)
    bluesky.desk.delete(Post(delivered.ref.external_id, str(delivered.ref.token)))
    assert connect(bluesky).find_delivered(post, "k") == Absent()


def test_a_wrong_app_password_suspends_and_posts_nothing(bluesky: BlueskyPeer, question: Post) -> None:
    connector = connect(bluesky, password="not-it-at-all")
    assert isinstance(connector.deliver(answer_to(question, "Kl. 10."), "k"), Suspended)
    assert standing(bluesky, question) == []


FAMILY = "👩‍👩‍👧‍👦"
"""One grapheme of 25 bytes."""


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("a" * 300, True),
        ("a" * 301, False),
        ("æ" * 300, True),
        ("👍🏽" * 300, True),
        (FAMILY * 120, True),
        (FAMILY * 120 + "a", False),
    ],
)
def test_our_measure_and_the_platform_agree_to_the_letter(
    bluesky: BlueskyPeer, question: Post, text: str, fits: bool
) -> None:
    connector = connect(bluesky)
    assert (connector.measure(text) <= connector.capabilities.limit) is fits
    result = connector.deliver(answer_to(question, text), "long")
    assert isinstance(result, Delivered if fits else Rejected), result


def test_links_names_and_hashtags_lie_on_the_right_bytes(bluesky: BlueskyPeer, question: Post) -> None:
    text = f"Hej @{bluesky.citizen.handle} 👩‍👩‍👧 på åen: https://nordby.example/åbent #Nordbyøst, hilsen @fremmed.test"
    delivered = connect(bluesky).deliver(answer_to(question, text, recipient=bluesky.citizen.handle), "facets")
    assert isinstance(delivered, Delivered)
    (view,) = until(
        lambda: bluesky.citizen.ask("app.bsky.feed.getPosts", {"uris": delivered.ref.external_id})["posts"],
        "the answer",
    )
    marked = {
        text.encode()[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode(): facet["features"][0]
        for facet in view["record"]["facets"]
    }
    assert set(marked) == {f"@{bluesky.citizen.handle}", "https://nordby.example/åbent", "#Nordbyøst"}
    assert marked[f"@{bluesky.citizen.handle}"]["did"] == bluesky.citizen.did
    assert marked["#Nordbyøst"]["tag"] == "Nordbyøst"


def test_the_platforms_time_is_when_it_took_the_post_not_when_we_promised_it(
    bluesky: BlueskyPeer, question: Post
) -> None:
    promised = datetime.now(UTC) - timedelta(hours=3)
    before = datetime.now(UTC)
    delivered = connect(bluesky).deliver(replace(answer_to(question, "Kl. 10."), created_at=promised), "late")
    assert isinstance(delivered, Delivered)
    assert delivered.said_at >= before
    found = connect(bluesky).find_delivered(replace(answer_to(question, "Kl. 10."), created_at=promised), "late")
    assert isinstance(found, Found)
    assert found.delivered.said_at >= before
