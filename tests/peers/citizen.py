"""People on the test network: an account each, and the few things a citizen does.

Why it exists: the peer tests need somebody on the other side who is not our connector. What it must not do:
share code with the connector, or it would agree with the connector's mistakes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from tests.peers.until import until

POST = "app.bsky.feed.post"


@dataclass(frozen=True, slots=True)
class Post:
    """A post as its author knows it: address and version."""

    uri: str
    cid: str

    @property
    def key(self) -> str:
        return self.uri.rsplit("/", 1)[1]

    @property
    def strong(self) -> dict[str, str]:
        return {"uri": self.uri, "cid": self.cid}


@dataclass(frozen=True, slots=True)
class Citizen:
    """An account on the network's PDS, signed in by its own password."""

    service: str
    handle: str
    did: str
    password: str
    token: str

    def post(self, text: str, *, mentions: Sequence[Citizen] = (), at: datetime | None = None) -> Post:
        """A new post. Each mentioned person's handle must stand in the text, once."""
        return self._write(self._record(text, mentions, at))

    def reply(self, text: str, to: Post, *, root: Post | None = None, mentions: Sequence[Citizen] = ()) -> Post:
        """An answer, written as people do it: after the post answered was seen. The AppView notifies nobody of an
        answer that it has met before the post it answers."""
        until(lambda: self.sees(to), f"{to.uri} is shown")
        reply = {"root": (root or to).strong, "parent": to.strong}
        return self._write({**self._record(text, mentions), "reply": reply})

    def post_pictures(self, text: str, pictures: Mapping[str, bytes], *, mentions: Sequence[Citizen] = ()) -> Post:
        """A new post with pictures: the words for each, and its bytes (PNG)."""
        images = [{"alt": alt, "image": self.lay(data)} for alt, data in pictures.items()]
        embed = {"$type": "app.bsky.embed.images", "images": images}
        return self._write({**self._record(text, mentions), "embed": embed})

    def lay(self, data: bytes) -> dict[str, Any]:
        """Lays a PNG beside the posts; what the PDS calls it."""
        headers = {**self._headers(), "content-type": "image/png"}
        url = self._url("com.atproto.repo.uploadBlob")
        return dict(_json(httpx.post(url, content=data, headers=headers, trust_env=False))["blob"])

    def quote(self, text: str, of: Post) -> Post:
        until(lambda: self.sees(of), f"{of.uri} is shown")
        return self._write({**self._record(text), "embed": {"$type": "app.bsky.embed.record", "record": of.strong}})

    def edit(self, post: Post, text: str, *, mentions: Sequence[Citizen] = ()) -> Post:
        body = {"repo": self.did, "collection": POST, "rkey": post.key, "record": self._record(text, mentions)}
        return _post(self.call("com.atproto.repo.putRecord", body))

    def delete(self, post: Post) -> None:
        self.call("com.atproto.repo.deleteRecord", {"repo": self.did, "collection": POST, "rkey": post.key})

    def block(self, other: Citizen) -> None:
        record = {"$type": "app.bsky.graph.block", "subject": other.did, "createdAt": _now()}
        self.call("com.atproto.repo.createRecord", {"repo": self.did, "collection": record["$type"], "record": record})

    def sees(self, post: Post) -> bool:
        """Whether the AppView shows this person the post."""
        return bool(self.ask("app.bsky.feed.getPosts", {"uris": post.uri})["posts"])

    def app_password(self, name: str) -> str:
        return str(self.call("com.atproto.server.createAppPassword", {"name": name})["password"])

    def replies(self, uri: str) -> list[dict[str, Any]]:
        """The answers right under a post, as the AppView shows them; none while it has not met the post."""
        if not self.ask("app.bsky.feed.getPosts", {"uris": uri})["posts"]:
            return []
        return list(self.ask("app.bsky.feed.getPostThread", {"uri": uri})["thread"].get("replies") or [])

    def posts(self) -> list[dict[str, Any]]:
        """Every post that stands in this account, straight from the PDS."""
        answer = self.ask("com.atproto.repo.listRecords", {"repo": self.did, "collection": POST, "limit": "100"})
        return list(answer["records"])

    def ask(self, name: str, params: Mapping[str, str]) -> dict[str, Any]:
        return _json(httpx.get(self._url(name), params=params, headers=self._headers(), trust_env=False))

    def call(self, name: str, body: Mapping[str, object]) -> dict[str, Any]:
        return _json(httpx.post(self._url(name), json=body, headers=self._headers(), trust_env=False))

    def _record(self, text: str, mentions: Sequence[Citizen] = (), at: datetime | None = None) -> dict[str, object]:
        created = at.isoformat().replace("+00:00", "Z") if at else _now()
        record: dict[str, object] = {"$type": POST, "text": text, "createdAt": created, "langs": ["da"]}
        if mentions:
            record["facets"] = [_mention(text, person) for person in mentions]
        return record

    def _write(self, record: Mapping[str, object]) -> Post:
        return _post(
            self.call("com.atproto.repo.createRecord", {"repo": self.did, "collection": POST, "record": record})
        )

    def _url(self, name: str) -> str:
        return f"{self.service}/xrpc/{name}"

    def _headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"}


def join(service: str, name: str) -> Citizen:
    """Open an account and wait until the AppView has met it, as everyone's first minute on Bluesky goes."""
    handle, password = f"{name}.test", f"{name}-has-a-password"
    account = {"handle": handle, "email": f"{name}@nordby.example", "password": password}
    url = f"{service}/xrpc/com.atproto.server.createAccount"
    made = _json(httpx.post(url, json=account, trust_env=False))
    citizen = Citizen(service, handle, made["did"], password, made["accessJwt"])
    until(lambda: _is_known(citizen), f"the AppView meets @{handle}")
    return citizen


def _is_known(citizen: Citizen) -> bool:
    answer = httpx.get(
        citizen._url("app.bsky.actor.getProfile"),
        params={"actor": citizen.did},
        headers=citizen._headers(),
        trust_env=False,
    )
    return answer.status_code == 200


def _mention(text: str, person: Citizen) -> dict[str, object]:
    name = f"@{person.handle}"
    start = len(text[: text.index(name)].encode())
    return {
        "index": {"byteStart": start, "byteEnd": start + len(name.encode())},
        "features": [{"$type": "app.bsky.richtext.facet#mention", "did": person.did}],
    }


def _post(made: Mapping[str, Any]) -> Post:
    return Post(made["uri"], made["cid"])


def _now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def _json(answer: httpx.Response) -> dict[str, Any]:
    assert answer.is_success, f"{answer.request.url.path}: {answer.status_code} {answer.text}"
    return answer.json()  # type: ignore[no-any-return] # JSON may be anything; here it is always an object.
