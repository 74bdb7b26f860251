"""A square in a server of its own, and what tests do on it.

Why it exists: the connector is proven over real HTTP against a real database. What it must not do: look at
the truth in any other way than the square's own API, except to count.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine
from werkzeug.serving import WSGIRequestHandler, make_server

from connectors.kit.contract import AccountConfig, Http, OutboundPost, Ref
from connectors.kit.http import HttpClient
from connectors.square import CONNECTOR
from connectors.square.citizens import be
from connectors.square.site import SITE
from connectors.square.standalone import create_app
from connectors.square.writing import Told, say

HANDLE = "nordby"
PATIENCE = 20.0
"""Seconds that whatever shall come about may take on a busy machine."""
SHORT = 2.0
"""Seconds of a budget that is meant to run out: long enough that a busy machine has sent the call by then."""
SIGNED = "Hej Mette. Skøjtebanen åbner lørdag.\n– Anna, Nordby Kommune"


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """No log in tests."""


class NoMemory:
    """The square asks us to remember nothing."""

    def load(self, name: str) -> str | None:
        return None

    def save(self, name: str, value: str) -> None:
        raise AssertionError("the square has nothing to remember")


@dataclass(frozen=True)
class Running:
    """A running square. `connect` gives a connector with a time budget in seconds."""

    engine: Engine
    credentials: Mapping[str, str]

    def connect(self, budget: float = PATIENCE, **changed: str) -> CONNECTOR:
        return self.connect_over(HttpClient(budget), **changed)

    def connect_over(self, http: Http, **changed: str) -> CONNECTOR:
        account = AccountConfig(
            id="a",
            name="Torvet",
            external_id=HANDLE,
            handle=HANDLE,
            credentials={**self.credentials, **changed},
            memory=NoMemory(),
        )
        return CONNECTOR(account, http)

    def truth(self) -> Mapping[str, object]:
        answer = HttpClient(PATIENCE).request(
            "GET",
            f"{self.credentials['url']}/square/api/truth",
            headers={"authorization": f"Bearer {self.credentials['token']}"},
        )
        found: Mapping[str, object] = json.loads(answer.body)
        return found

    def posted(self, key: str) -> int:
        """How many posts were made under a key."""
        keys = self.truth()["keys"]
        assert isinstance(keys, dict)
        return len(keys.get(key, []))

    def mention(
        self,
        words: str = "@nordby Hvornår åbner skøjtebanen?",
        name: str = "Mette Holm",
        *,
        visibility: str = "public",
        to: str = "",
        under: str = "",
    ) -> Told:
        citizen = be(self.engine, f"visitor of {name}", name)
        return say(self.engine, citizen, words, visibility=visibility, to=to, under=under)


@contextmanager
def square(engine: Engine, webhook_url: str = "") -> Iterator[Running]:
    """A square at a free port of this machine."""
    server = make_server("127.0.0.1", 0, create_app(engine), threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield Running(
            engine,
            SITE.open_account(engine, handle=HANDLE, name="Nordby Kommune", base_url=url, webhook_url=webhook_url),
        )
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()


def reply_to(told: Told, text: str = SIGNED, visibility: str = "public") -> OutboundPost:
    """An answer to what was said."""
    assert visibility in ("public", "private")
    return OutboundPost(
        text=text,
        visibility="private" if visibility == "private" else "public",
        created_at=datetime.now(UTC),
        reply_to=Ref(told.post.id),
        root=Ref(told.post.root_id),
        recipient=told.post.handle,
    )


def wait_until(true: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Wait for a condition; fails when it does not come about in time."""
    until = time.monotonic() + seconds
    pause = threading.Event()
    while not true():
        assert time.monotonic() < until, "it did not happen in time"
        pause.wait(0.02)
