"""What must hold of pictures for every platform in the registry that has them; a new one is tested by saying so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest

from connectors.kit import registry
from connectors.kit.contract import (
    AccountConfig,
    Answer,
    Connector,
    Delivered,
    Doubtful,
    Gone,
    Http,
    NotSent,
    OutboundPost,
    Picture,
    PictureFetched,
    Ref,
    Rejected,
    Retry,
    Suspended,
)
from tests.connectors.bluesky_script import signed_in
from tests.connectors.test_contract import PLATFORMS, Kept

WITH_PICTURES = [name for name in PLATFORMS if registry.connector(name).capabilities.pictures is not None]
KEY = "0198c0de-0000-7000-8000-000000000001"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
POST = OutboundPost(
    text="Hej Mette.\n– Anna, Nordby Kommune",
    visibility="public",
    created_at=datetime(2026, 11, 24, 9, tzinfo=UTC),
    reply_to=Ref("at://did:plc:mette/app.bsky.feed.post/3l", "bafy"),
    root=Ref("at://did:plc:mette/app.bsky.feed.post/3l", "bafy"),
    recipient="mette.example",
    pictures=(
        Picture(PNG, "image/png", 16, 16, "Hul i Møllevej"),
        Picture(PNG + b"\x00", "image/png", 16, 16, "Kort over Møllevej"),
    ),
)
STATUSES = [200, 201, 204, 301, 400, 401, 403, 404, 408, 410, 413, 415, 422, 429, 500, 502, 503]
GARBAGE = [b"", b"<html>", b"[]", b'{"error": 7}', b"null", b'{"id": 7}', b'{"blob": []}', b'{"id": "../posts"}']
ENDS: list[Exception | Answer] = [
    NotSent("no connection"),
    Doubtful("no whole answer"),
    *(Answer(status, {"retry-after": "soon"}, body) for status in STATUSES for body in GARBAGE),
]
SOURCES = [
    "0123456789abcdef",
    f"did:plc:{'a' * 24}/bafkrei{'a' * 52}",
    "",
    " ",
    "../../truth",
    "https://evil.example/x.png",
    "//evil.example/x.png",
    "@evil.example",
    "did:web:evil.example/bafkrei",
    f"did:web:evil.example/bafkrei{'a' * 52}",
    "\x00\n",
    "æ" * 5000,
]
"""Well-formed ones, and what a store of ours could hold in the worst case."""


class Line:
    """A way out: a picture's call ends in one way, every other in another. Remembers what was asked."""

    def __init__(self, end: Exception | Answer, others: Exception | Answer | None = None) -> None:
        self._end = end
        self._others = others or end
        self.hosts: set[str] = set()
        self.brought: list[bool] = []
        """For each call, whether it carried a picture."""

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        json: object | None = None,
        content: bytes | None = None,
    ) -> Answer:
        del method, headers, params, json
        self.hosts.add(urlsplit(url).hostname or "")
        self.brought.append(content is not None and PNG in content)
        end = self._end if self.brought[-1] else self._others
        if isinstance(end, Exception):
            raise end
        return end


def _made(name: str, out: Http) -> Connector:
    kind = registry.connector(name)
    values = {
        field.name: "https://torv.example" if field.kind == "url" else "invented" for field in kind.credentials_schema
    }
    return kind(AccountConfig("a", "Nordby", "", "nordby.example", values, Kept()), out)


def _generous() -> Answer:
    """Says yes to whoever signs in, so that a platform that has to comes as far as its pictures."""
    return signed_in(id="0123456789abcdef", uri="at://did:plc:nordby/app.bsky.feed.post/3l", cid="bafy")


def _is_understood(name: str, source: str) -> bool:
    return _made(name, Line(Answer(200, {}, PNG))).fetch_picture(source) == PictureFetched(PNG)


def test_somebody_has_pictures() -> None:
    assert "square" in WITH_PICTURES


@pytest.mark.parametrize("name", WITH_PICTURES)
def test_what_is_said_of_pictures_can_be_kept(name: str) -> None:
    can = registry.connector(name).capabilities.pictures
    assert can is not None
    assert 1 <= can.most <= 20
    assert 100_000 <= can.bytes <= 10_000_000, "the way out carries no more, and a photograph needs as much"
    assert 100 <= can.description <= 10_000


@pytest.mark.parametrize("name", PLATFORMS)
@pytest.mark.parametrize("end", ENDS, ids=range(len(ENDS)))
def test_a_picture_that_did_not_come_is_asked_for_again_or_gone(name: str, end: Exception | Answer) -> None:
    """Where it came, it is the bytes that came: what they are is not for a connector to believe."""
    passing = isinstance(end, Exception) or end.status in (408, 429) or end.status >= 500
    for source in SOURCES:
        result = _made(name, Line(end)).fetch_picture(source)
        if isinstance(result, PictureFetched):
            assert isinstance(end, Answer)
            assert (end.status, end.body) == (200, result.data)
            continue
        assert isinstance(result, Retry | Gone)
        assert result.reason
        if passing and _is_understood(name, source):
            assert isinstance(result, Retry), "what passes is no end"


@pytest.mark.parametrize("name", WITH_PICTURES)
def test_some_source_is_fetched(name: str) -> None:
    assert any(_is_understood(name, source) for source in SOURCES)


@pytest.mark.parametrize("name", PLATFORMS)
def test_no_source_leads_to_a_stranger_s_host(name: str) -> None:
    line = Line(Answer(200, {}, PNG))
    for source in SOURCES:
        _made(name, line).fetch_picture(source)
    assert not any("evil" in host for host in line.hosts)


@pytest.mark.parametrize("name", WITH_PICTURES)
@pytest.mark.parametrize("end", ENDS, ids=range(len(ENDS)))
def test_an_answer_with_pictures_is_never_believed_to_stand_without_a_word_of_it(
    name: str, end: Exception | Answer
) -> None:
    assert not isinstance(_made(name, Line(end)).deliver(POST, KEY), Delivered)


@pytest.mark.parametrize("name", WITH_PICTURES)
@pytest.mark.parametrize("end", ENDS, ids=range(len(ENDS)))
def test_trouble_with_a_picture_is_certainly_no_post(name: str, end: Exception | Answer) -> None:
    """Nobody has to look for a post that was never sent, and none is sent after a picture that may be missing."""
    line = Line(end, others=_generous())
    result = _made(name, line).deliver(POST, KEY)
    assert isinstance(result, Retry | Rejected | Suspended)
    assert result.reason
    assert line.brought.count(True) <= 2, "a platform that renewed its sign-in brings it once more"
    assert line.brought[-1], "nothing is sent after it"
    if isinstance(end, Exception) or end.status in (408, 429) or end.status >= 500:
        assert isinstance(result, Retry)


@pytest.mark.parametrize("name", WITH_PICTURES)
def test_an_answer_without_pictures_brings_none(name: str) -> None:
    line = Line(AssertionError("there is no picture"), others=_generous())
    without = OutboundPost(POST.text, POST.visibility, POST.created_at, POST.reply_to, POST.root, POST.recipient)
    _made(name, line).deliver(without, KEY)
    assert line.brought
    assert not any(line.brought)
