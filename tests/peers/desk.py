"""The organisation's side of a peer test: the connector over the house's own way out, and what it is asked.

Why it exists: every peer test needs a connector with a memory, and some need a wire that loses an answer. What it
must not do: stand in for the platform; each call still goes to the real server.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from connectors.bluesky import Bluesky
from connectors.bluesky.connector import STREAM
from connectors.bluesky.pictures import CDN
from connectors.kit.contract import AccountConfig, Answer, Doubtful, Http, InboundPost, NotSent, OutboundPost, Page, Ref
from connectors.kit.http import HttpClient
from tests.peers.citizen import Post
from tests.peers.conftest import BlueskyPeer

CALL_SECONDS = 15.0


class Kept(dict[str, str]):
    """The account's memory."""

    def load(self, name: str) -> str | None:
        return self.get(name)

    def save(self, name: str, value: str) -> None:
        self[name] = value


class Wire:
    """The house's way out. Notes every call by name; breaks the one it is told to, before or after it was made.

    `appview` stands where the CDN in front of Bluesky's own AppView would: the same program, without the cache.
    """

    def __init__(self, *, cut_before: str = "", cut_after: str = "", appview: str = "") -> None:
        self._appview = appview
        self._http = HttpClient(CALL_SECONDS)
        self.cut_before = cut_before
        self.cut_after = cut_after
        self.calls: list[str] = []

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
        name = url.partition("?")[0].rpartition("/")[2].rpartition(".")[2]
        self.calls.append(name)
        if name == self.cut_before:
            raise NotSent("the line was cut before")
        if self._appview and url.startswith(CDN):
            url = f"{self._appview}/img/feed_fullsize/plain{url.removeprefix(CDN)}"
        answer = self._http.request(method, url, headers=headers, params=params, json=json, content=content)
        if name == self.cut_after:
            raise Doubtful("the line was cut after")
        return answer


def connect(peer: BlueskyPeer, *, memory: Kept | None = None, http: Http | None = None, **credentials: str) -> Bluesky:
    """The desk's connector, signed in anew unless a memory is given."""
    given = {"service": peer.service, "handle": peer.desk.handle, "password": peer.desk_password, **credentials}
    kept = Kept() if memory is None else memory
    account = AccountConfig("account", "Nordby Kommune", peer.desk.did, peer.desk.handle, given, kept)
    return Bluesky(account, http or HttpClient(CALL_SECONDS))


def walk(connector: Bluesky, cursor: str | None, limit: int = 100) -> tuple[list[InboundPost], str]:
    """Everything since the cursor, page by page as ingest pulls it, and the cursor after it."""
    posts: list[InboundPost] = []
    while True:
        page = connector.fetch(STREAM, cursor, limit)
        assert isinstance(page, Page), page
        assert page.next_cursor is not None
        assert len(page.items) <= limit
        cursor = page.next_cursor
        for raw in page.items:
            for post in connector.normalize(raw):
                assert isinstance(post, InboundPost)
                posts.append(post)
        if not page.more:
            return posts, cursor


def answer_to(post: Post, text: str, *, recipient: str = "", root: Post | None = None) -> OutboundPost:
    """One part of an answer, promised this moment."""
    return OutboundPost(
        text=text,
        visibility="public",
        created_at=datetime.now(UTC),
        reply_to=Ref(post.uri, post.cid),
        root=Ref((root or post).uri, (root or post).cid),
        recipient=recipient,
    )
