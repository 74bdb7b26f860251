"""Pictures on a real Bluesky network: ours stand under the answer, once, with their words; a citizen's are read."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from PIL import Image

from connectors.bluesky.connector import Bluesky
from connectors.bluesky.pictures import cid
from connectors.kit.contract import (
    Absent,
    Delivered,
    Found,
    Gone,
    InboundPost,
    OutboundPost,
    Picture,
    PictureFetched,
    PictureRef,
    Rejected,
    Retry,
    Unconfirmed,
)
from tests.peers.citizen import Post
from tests.peers.conftest import BlueskyPeer
from tests.peers.desk import Kept, Wire, answer_to, connect, walk
from tests.peers.until import until

pytestmark = pytest.mark.peers


def drawn(colour: str, kind: str = "PNG", size: tuple[int, int] = (80, 60)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, kind)
    return file.getvalue()


MAP = Picture(drawn("navy"), "image/png", 80, 60, "Kort: indgangen ligger mod åen")
DOOR = Picture(drawn("maroon", "JPEG"), "image/jpeg", 80, 60, "En rød dør 🚪")


@pytest.fixture
def question(bluesky: BlueskyPeer) -> Post:
    return bluesky.citizen.post(f"@{bluesky.desk.handle} hvor er indgangen?", mentions=[bluesky.desk])


def illustrated(question: Post, *pictures: Picture) -> OutboundPost:
    return replace(answer_to(question, "Se her. – Anna, Nordby Kommune"), pictures=pictures or (MAP, DOOR))


def standing(peer: BlueskyPeer, question: Post) -> int:
    """How many posts really stand in our account as answers to the question."""
    values = [record["value"] for record in peer.desk.posts()]
    return sum(value.get("reply", {}).get("parent", {}).get("uri") == question.uri for value in values)


def test_an_answer_stands_with_its_pictures_and_their_words(bluesky: BlueskyPeer, question: Post) -> None:
    delivered = connect(bluesky).deliver(illustrated(question), "pictures")
    assert isinstance(delivered, Delivered), delivered
    (reply,) = until(lambda: bluesky.citizen.replies(question.uri), "the answer in the thread")
    shown = reply["post"]["embed"]
    assert shown["$type"] == "app.bsky.embed.images#view"
    assert [image["alt"] for image in shown["images"]] == [MAP.description, DOOR.description]
    assert [image["aspectRatio"] for image in shown["images"]] == [{"width": 80, "height": 60}] * 2
    for image, picture in zip(shown["images"], (MAP, DOOR), strict=True):
        assert f"/feed_fullsize/plain/{bluesky.desk.did}/{cid(picture.data)}" in image["fullsize"]


def test_the_name_that_we_give_is_the_one_that_the_pds_gives(bluesky: BlueskyPeer) -> None:
    for data in (MAP.data, drawn("olive", size=(3, 1))):
        blob = bluesky.citizen.lay(data)
        assert (blob["ref"]["$link"], blob["mimeType"], blob["size"]) == (cid(data), "image/png", len(data))


def test_a_lost_answer_to_an_answer_with_pictures_doubles_nothing(bluesky: BlueskyPeer, question: Post) -> None:
    post, memory = illustrated(question), Kept()
    lost = connect(bluesky, memory=memory, http=Wire(cut_after="putRecord")).deliver(post, "k")
    assert isinstance(lost, Unconfirmed)
    found = connect(bluesky, memory=memory).find_delivered(post, "k")
    assert isinstance(found, Found)
    assert connect(bluesky, memory=memory).deliver(post, "k") == found.delivered
    assert standing(bluesky, question) == 1


@pytest.mark.parametrize("cut", ["before", "after"])
def test_a_lost_picture_is_no_post_and_the_next_try_brings_both(bluesky: BlueskyPeer, question: Post, cut: str) -> None:
    post = illustrated(question)
    wire = Wire(cut_after="uploadBlob") if cut == "after" else Wire(cut_before="uploadBlob")
    assert isinstance(connect(bluesky, http=wire).deliver(post, "k"), Retry)
    assert "putRecord" not in wire.calls
    assert connect(bluesky).find_delivered(post, "k") == Absent()
    assert isinstance(connect(bluesky).deliver(post, "k"), Delivered)
    assert standing(bluesky, question) == 1


def test_the_same_words_with_other_pictures_are_another_post(bluesky: BlueskyPeer, question: Post) -> None:
    connector, post = connect(bluesky), illustrated(question, MAP)
    assert isinstance(connector.deliver(post, "k"), Delivered)
    assert isinstance(connector.deliver(replace(post, pictures=(DOOR,)), "k"), Rejected)
    assert isinstance(connector.deliver(replace(post, pictures=()), "k"), Rejected)
    assert standing(bluesky, question) == 1


@pytest.mark.parametrize(("over", "outcome"), [(0, Delivered), (1, Rejected)])
def test_what_we_say_of_size_and_number_is_what_the_pds_takes(
    bluesky: BlueskyPeer, question: Post, over: int, outcome: type
) -> None:
    connector = connect(bluesky)
    limits = connector.capabilities.pictures
    assert limits is not None
    heavy = replace(
        MAP, data=MAP.data + bytes(limits.bytes - len(MAP.data) + over), description="å" * limits.description
    )
    result = connector.deliver(illustrated(question, heavy), f"heavy {over}")
    assert isinstance(result, outcome), result
    many = tuple(replace(MAP, data=drawn("teal", size=(n + 1, 1))) for n in range(limits.most + over))
    result = connector.deliver(illustrated(question, *many), f"many {over}")
    assert isinstance(result, outcome), result


def arrived(connector: Bluesky, written: Post) -> InboundPost:
    def look() -> InboundPost | None:
        posts = [post for post in walk(connector, None)[0] if post.ref.external_id == written.uri]
        return posts[0] if posts else None

    return until(look, "the mention")


def test_a_citizens_pictures_are_read_and_fetched_as_the_appview_shows_them(bluesky: BlueskyPeer) -> None:
    connector = connect(bluesky, http=Wire(appview=bluesky.appview))
    hole, none = drawn("black", size=(1_600, 900)), drawn("grey")
    text = f"@{bluesky.desk.handle} hullet er her"
    written = bluesky.citizen.post_pictures(text, {"Et hul i vejen": hole, "": none}, mentions=[bluesky.desk])
    post = arrived(connector, written)
    assert post.text == text
    assert post.pictures == (
        PictureRef(f"{bluesky.citizen.did}/{cid(hole)}", "Et hul i vejen"),
        PictureRef(f"{bluesky.citizen.did}/{cid(none)}", ""),
    )
    fetched = connector.fetch_picture(post.pictures[0].source)
    assert isinstance(fetched, PictureFetched), fetched
    with Image.open(io.BytesIO(fetched.data)) as image:
        assert image.format == "WEBP"
        assert max(image.size) == 1_000


def test_a_picture_that_nobody_laid_there_is_gone(bluesky: BlueskyPeer) -> None:
    connector = connect(bluesky, http=Wire(appview=bluesky.appview))
    assert isinstance(connector.fetch_picture(f"{bluesky.citizen.did}/{cid(b'never laid')}"), Gone)
