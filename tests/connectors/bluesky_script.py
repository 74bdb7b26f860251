"""A Bluesky server that answers by a script: recorded answers, and written ones for what fails on demand nowhere."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from connectors.bluesky import Bluesky
from connectors.bluesky.pictures import CDN
from connectors.kit.contract import (
    AccountConfig,
    Answer,
    OutboundPost,
    Ref,
)

RECORDED: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parent / "recordings" / "bluesky" / "answers.json").read_text()
)
SERVICE, HANDLE, DID = "https://pds.example", "nordby.test", "did:plc:nordby"
NOW = datetime(2026, 11, 24, 20, 31, 25, tzinfo=UTC)
DATE = {"date": "Tue, 24 Nov 2026 20:31:25 GMT", "content-type": "application/json"}
QUESTION = Ref("at://did:plc:citizen/app.bsky.feed.post/3kq", "cid")
POST = OutboundPost(
    text="Kl. 10. – Anna, Nordby Kommune",
    visibility="public",
    created_at=NOW - timedelta(minutes=1),
    reply_to=QUESTION,
    root=QUESTION,
    recipient="mette-holm.test",
)
EMPTY_LIST: dict[str, list[object]] = {"notifications": []}


def answer(status: int, body: object, **headers: str) -> Answer:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status, DATE | {name.replace("_", "-"): value for name, value in headers.items()}, content)


def refusal(status: int, error: str, **headers: str) -> Answer:
    return answer(status, {"error": error, "message": f"{error} it is"}, **headers)


def recorded(name: str) -> Answer:
    was = RECORDED[name]
    return Answer(was["status"], was["headers"], json.dumps(was["body"]).encode())


def token(ends: timedelta = timedelta(hours=2), **claims: object) -> str:
    """A token that can be read; nobody here checks its signature."""
    body = {"sub": DID, "exp": int((datetime.now(UTC) + ends).timestamp()), **claims}
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in ({"alg": "x"}, body)]
    return ".".join([*parts, "c2ln"])


def signed_in(access: str = "", **more: object) -> Answer:
    return answer(200, {"did": DID, "handle": HANDLE, "accessJwt": access or token(), "refreshJwt": token(), **more})


class Script:
    """Answers each call, by the last word of its name, with the next answer written for it; the last one stays.

    A call to the host of pictures is named `picture`.
    """

    def __init__(self, **answers: Answer | Exception | list[Answer | Exception]) -> None:
        self._answers = {name: list(given) if isinstance(given, list) else [given] for name, given in answers.items()}
        self._answers.setdefault("createSession", [signed_in()])
        self.calls: list[str] = []
        self.bodies: list[bytes] = []
        self.urls: list[str] = []
        self.headers: list[Mapping[str, str]] = []

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
        assert url.startswith((f"{SERVICE}/", f"{CDN}/"))
        name = "picture" if url.startswith(CDN) else url.partition("?")[0].rpartition(".")[2]
        self.calls.append(name)
        self.urls.append(url)
        self.headers.append(headers or {})
        self.bodies.append(content or b"")
        queue = self._answers[name]
        result = queue.pop(0) if len(queue) > 1 else queue[0]
        if isinstance(result, Exception):
            raise result
        return result


class Kept(dict[str, str]):
    def load(self, name: str) -> str | None:
        return self.get(name)

    def save(self, name: str, value: str) -> None:
        self[name] = value


def connect(script: Script, memory: Kept | None = None, service: str = SERVICE) -> Bluesky:
    credentials = {"service": service, "handle": f"@{HANDLE} ", "password": "app-pass"}
    return Bluesky(
        AccountConfig("a", "Nordby Kommune", DID, HANDLE, credentials, Kept() if memory is None else memory), script
    )


def deliver(*answers: Answer | Exception, **others: Answer | Exception) -> object:
    return connect(Script(putRecord=list(answers), **others)).deliver(POST, "key")
