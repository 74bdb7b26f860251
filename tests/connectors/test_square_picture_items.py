"""What the connector believes of pictures, without a square: an id becomes a part of an address."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import pytest

from connectors.kit.contract import (
    AccountConfig,
    Answer,
    Gone,
    InboundPost,
    OutboundPost,
    PictureFetched,
    PictureRef,
    Poison,
    Ref,
    Rejected,
    Retry,
    Suspended,
)
from connectors.square import CONNECTOR, pictures
from connectors.square.parsing import DESCRIPTION_LIMIT, MOST_PICTURES
from tests.connectors.picturing import PNG, picture
from tests.connectors.squares import NoMemory


def test_the_connector_says_what_the_square_takes() -> None:
    can = CONNECTOR.capabilities.pictures
    assert can is not None
    assert (can.most, can.bytes, can.description) == (pictures.MOST, pictures.BYTES_LIMIT, pictures.DESCRIPTION_LIMIT)
    assert (can.most, can.description) == (MOST_PICTURES, DESCRIPTION_LIMIT)


class Saying:
    """A square that says the same to everything, and remembers what it was asked."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.asked: list[str] = []

    def request(self, method: str, url: str, **more: object) -> Answer:
        del method, more
        self.asked.append(url)
        return self._answer


def _square(answer: Answer | None = None) -> tuple[CONNECTOR, Saying]:
    out = Saying(answer or Answer(200, {}, PNG))
    credentials = {"url": "https://torv.example", "token": "invented", "webhook_secret": "invented"}
    account = AccountConfig("a", "Torvet", "nordby", "nordby", credentials, NoMemory())
    return CONNECTOR(account, out), out


def _item(told: object) -> dict[str, object]:
    author = {"id": "c-1", "handle": "mette", "name": "Mette Holm"}
    post = {"id": "p1", "author": author, "text": "Hul", "visibility": "public", "kind": "mention", "url": "http://x"}
    return {"kind": "post", "post": {**post, "said_at": "2026-11-24T09:00:00+00:00", "pictures": told}}


NO_IDS = (
    "",
    "0123456",
    "0" * 65,
    "0123456789/..",
    "../../truth",
    "0123456789\n",
    "0123456X",
    "https://evil.example/x.png",
    "\N{DEVANAGARI DIGIT ONE}" * 8,
)
NO_LISTS: tuple[object, ...] = (
    None,
    {},
    "0123456789",
    7,
    [None],
    ["0123456789"],
    [{}],
    [{"id": 7, "description": ""}],
    [{"id": "0123456789"}],
    [{"id": "0123456789", "description": None}],
    *([{"id": wrong, "description": ""}] for wrong in NO_IDS),
)


@pytest.mark.parametrize("told", NO_LISTS, ids=range(len(NO_LISTS)))
def test_a_list_that_is_none_is_poison(told: object) -> None:
    with pytest.raises(Poison):
        _square()[0].normalize(_item(told))


def test_of_too_many_pictures_the_first_are_taken_and_the_words_are_not_lost() -> None:
    (heard,) = _square()[0].normalize(_item([{"id": f"0123456{n}", "description": "y" * 2000} for n in range(9)]))
    assert isinstance(heard, InboundPost)
    assert heard.pictures == tuple(PictureRef(f"0123456{n}", "y" * 1000) for n in range(4))


@pytest.mark.parametrize("status", [int(status) for status in HTTPStatus if status >= 200])
def test_only_a_picture_is_fetched_and_only_what_is_gone_is_gone(status: int) -> None:
    square, out = _square(Answer(status, {"retry-after": "7"}, PNG))
    result = square.fetch_picture("0123456789abcdef")
    assert isinstance(result, {200: PictureFetched, 404: Gone, 410: Gone}.get(status, Retry))
    assert not isinstance(result, Retry) or result.after == timedelta(seconds=7)
    assert out.asked == ["https://torv.example/square/api/pictures/0123456789abcdef"]


@pytest.mark.parametrize("source", NO_IDS, ids=range(len(NO_IDS)))
def test_what_is_no_id_is_never_asked_for(source: str) -> None:
    square, out = _square()
    assert isinstance(square.fetch_picture(source), Gone)
    assert out.asked == []


@pytest.mark.parametrize("status", [int(status) for status in HTTPStatus if status >= 200])
def test_a_picture_that_is_not_surely_taken_is_no_post_and_never_in_doubt(status: int) -> None:
    """A square that answers every call alike, with an id in it that could be a picture's."""
    square, out = _square(Answer(status, {}, b'{"id": "0123456789abcdef"}'))
    post = OutboundPost(
        "Hej", "public", datetime(2026, 11, 24, 9, tzinfo=UTC), Ref("p1"), Ref("p1"), "mette", pictures=(picture(),)
    )
    result = square.deliver(post, "key-1")
    if status in (200, 201):
        assert out.asked[1:] == ["https://torv.example/square/api/posts"]
        return
    assert out.asked == ["https://torv.example/square/api/pictures"]
    doubted = status < 300 or status >= 500 or status in (408, 429)
    suspended = status in (401, 403) or 300 <= status < 400
    assert isinstance(result, Retry if doubted else Suspended if suspended else Rejected)
