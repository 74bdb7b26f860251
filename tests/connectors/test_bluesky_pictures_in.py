"""Pictures under the posts of strangers on Bluesky: what a record says of them, and what fetching one can bring.

No live call of the CDN is possible here; the AppView that stands behind it is asked in `tests/peers`.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectors.bluesky.pictures import cid, shown
from connectors.kit.contract import (
    Answer,
    Doubtful,
    Gone,
    InboundPost,
    NotSent,
    PictureFetched,
    PictureRef,
    Retry,
)
from tests.connectors.bluesky_script import Script, answer, connect
from tests.connectors.test_bluesky_reading import recorded

AUTHOR = "did:plc:7x76gsnqwp3eehxbffprxnpv"
NAME = cid(b"hello")


# ── reading them ────────────────────────────────────────────────────────────────────────────────────────────────────
def image(link: object = NAME, **more: object) -> dict[str, object]:
    return {"image": {"$type": "blob", "ref": {"$link": link}, "mimeType": "image/jpeg", "size": 5}, **more}


def images(*items: object) -> dict[str, object]:
    return {"$type": "app.bsky.embed.images", "images": list(items)}


def beside(media: object) -> dict[str, object]:
    return {"$type": "app.bsky.embed.recordWithMedia", "record": {"$type": "app.bsky.embed.record"}, "media": media}


def gallery(*items: object) -> dict[str, object]:
    return {"$type": "app.bsky.embed.gallery", "items": list(items)}


HELLO = PictureRef(f"{AUTHOR}/{NAME}", "En åben dør")


@pytest.mark.parametrize(
    "embed",
    [
        images(image(alt="En åben dør")),
        beside(images(image(alt="En åben dør"))),
        gallery({"$type": "app.bsky.embed.gallery#image", **image(alt="En åben dør")}),
        beside(gallery(image(alt="En åben dør"))),
    ],
    ids=["pictures", "pictures beside a quote", "a gallery", "a gallery beside a quote"],
)
@pytest.mark.parametrize("reason", ["mention", "reply", "quote"])
def test_the_pictures_of_a_post_are_named_by_author_and_bytes(embed: object, reason: str) -> None:
    raw = recorded(reason)
    raw["record"]["embed"] = embed
    raw["author"]["did"] = AUTHOR
    (post,) = connect(Script()).normalize(raw)
    assert isinstance(post, InboundPost)
    assert post.pictures == (HELLO,)
    assert post.text == raw["record"]["text"]


@pytest.mark.parametrize("alt", [None, 7, [], {}])
def test_words_for_a_picture_that_are_none_leave_the_picture(alt: object) -> None:
    assert shown({"embed": images(image(alt=alt))}, AUTHOR) == (PictureRef(HELLO.source),)
    assert shown({"embed": images(image())}, AUTHOR) == (PictureRef(HELLO.source),)


def test_at_most_four_and_the_first_ones() -> None:
    many = [image(cid(bytes([n]))) for n in range(20)]
    for embed in (images(*many), gallery(*many)):
        assert shown({"embed": embed}, AUTHOR) == tuple(PictureRef(f"{AUTHOR}/{cid(bytes([n]))}") for n in range(4))


@pytest.mark.parametrize(
    "embed",
    [
        None,
        7,
        [],
        {},
        images(),
        {"$type": "app.bsky.embed.images"},
        {"$type": "app.bsky.embed.images", "images": {"0": image()}},
        {"$type": ["app.bsky.embed.images"], "images": [image()]},
        {"$type": "app.bsky.embed.images", "items": [image()]},
        {"$type": "app.bsky.embed.video", "images": [image()]},
        {"images": [image()]},
        beside(None),
        beside([image()]),
        beside(beside(images(image()))),
        images(None, 7, [], {}, {"image": None}, {"image": {"ref": NAME}}, {"image": {"cid": NAME}}),
    ],
    ids=range(15),
)
def test_an_embed_that_can_not_be_understood_hides_no_words(embed: object) -> None:
    raw = recorded("mention")
    raw["record"]["embed"] = embed
    raw["author"]["did"] = AUTHOR
    (post,) = connect(Script()).normalize(raw)
    assert isinstance(post, InboundPost)
    assert (post.pictures, post.text) == ((), raw["record"]["text"])


def test_a_spoilt_picture_hides_no_other() -> None:
    assert shown({"embed": images({"image": 7}, image(alt="En åben dør"))}, AUTHOR) == (HELLO,)


NO_NAMES = [
    "",
    7,
    None,
    NAME.upper(),
    NAME[:-1],
    NAME + "a",
    NAME + "\n",
    NAME + "@jpeg",
    NAME + "?a=b",
    "../" + NAME,
    "bafybeib" + NAME[8:],
    "QmWATWQ7fVPP2EFGu71UkfnqhYXDYH566qy47CnJDgvs8u",
    NAME[:-1] + "\u0131",
]
NO_AUTHORS = [
    "",
    "did:plc:nordby",
    "did:plc:" + "A" * 24,
    AUTHOR + "x",
    AUTHOR + "/..",
    "did:web:",
    "did:web:a/b",
    "did:web:a%2fb",
    "did:web:..",
    "did:web:nordby.example?",
    "did:key:zQ3sh",
    " " + AUTHOR,
    "..",
]


@pytest.mark.parametrize("link", NO_NAMES)
def test_a_name_that_could_lead_elsewhere_is_none(link: object) -> None:
    assert shown({"embed": images(image(link))}, AUTHOR) == ()


@pytest.mark.parametrize("did", NO_AUTHORS)
def test_an_author_who_could_lead_elsewhere_is_none(did: str) -> None:
    assert shown({"embed": images(image())}, did) == ()


def test_an_author_may_be_a_web_name() -> None:
    assert shown({"embed": images(image())}, "did:web:nordby.example") == (
        PictureRef(f"did:web:nordby.example/{NAME}"),
    )


# ── fetching them ───────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_picture_is_asked_of_the_appviews_own_host_without_our_name() -> None:
    script = Script(picture=Answer(200, {"content-type": "image/webp"}, b"RIFF"))
    assert connect(script).fetch_picture(HELLO.source) == PictureFetched(b"RIFF")
    assert script.urls == [f"https://cdn.bsky.app/img/feed_fullsize/plain/{AUTHOR}/{NAME}"]
    assert script.headers == [{}]


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        (answer(400, b"Not an image"), Gone),
        (answer(404, b""), Gone),
        (answer(410, b""), Gone),
        (answer(301, b"", location="https://elsewhere.example"), Retry),
        (answer(403, b""), Retry),
        (answer(429, b"", retry_after="7"), Retry),
        (answer(500, b""), Retry),
        (answer(502, b""), Retry),
        (Doubtful("the answer is larger than 10000000 bytes"), Retry),
        (NotSent("no connection"), Retry),
    ],
)
def test_every_answer_about_a_picture_has_one_meaning(given: Answer | Exception, outcome: type) -> None:
    script = Script(picture=given)
    assert isinstance(connect(script).fetch_picture(HELLO.source), outcome)
    assert script.calls == ["picture"], "asked once, and nobody is asked elsewhere"


def test_a_wait_asked_about_a_picture_is_kept() -> None:
    result = connect(Script(picture=answer(429, b"", retry_after="7"))).fetch_picture(HELLO.source)
    assert isinstance(result, Retry)
    assert result.after == timedelta(seconds=7)


@pytest.mark.parametrize(
    "source",
    ["", NAME, f"{AUTHOR}/", f"{AUTHOR}/{NAME}/x", *(f"{AUTHOR}/{name}" for name in NO_NAMES)]
    + [f"{author}/{NAME}" for author in NO_AUTHORS],
)
def test_what_names_no_picture_is_asked_of_nobody(source: str) -> None:
    script = Script()
    assert isinstance(connect(script).fetch_picture(source), Gone)
    assert script.calls == []
