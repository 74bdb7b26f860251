"""A system of somebody else's that takes questions by signed calls, and keeps its own truth of what it was asked.

It exists so that "exactly once" is asked of the other end. What it must not do: share anything with the code that calls
it but the written rules (`docs/platforms/webhook.md`): it reckons signatures by itself.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

KEY = "a key that nobody guesses"
KEY_ID = "byline-1"


_REFUSALS = {"busy": 429, "refuse": 401, "reject": 422, "fail": 500}


@dataclass
class Receiver:
    """`taken` are the questions by key, each as often as it was really taken in; `does` is how it behaves next."""

    port: int = 0
    taken: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    does: list[str] = field(default_factory=list)
    """busy, refuse, reject, fail (kept nothing), fail_after, silent_after (kept it), drop; after that it is well."""
    always: str = ""
    calls: list[str] = field(default_factory=list)
    forgets: bool = False
    """It knows no key: what comes twice is taken twice."""
    hidden: set[str] = field(default_factory=set)
    closing: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/questions"

    def errands(self) -> list[str]:
        """What was taken in, in order, counting doubles."""
        return [one["errand"] for many in self.taken.values() for one in many]


def signed(body: bytes, at: int, *, key: str = KEY, key_id: str = KEY_ID) -> dict[str, str]:
    """The headers of a call."""
    proof = hmac.new(key.encode(), str(at).encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"Byline-Timestamp": str(at), "Byline-Key-Id": key_id, "Byline-Signature": f"sha256={proof}"}


class _Handler(BaseHTTPRequestHandler):
    receiver: Receiver

    def do_GET(self) -> None:
        if not self._genuine(b""):
            return self._say(401)
        key = parse_qs(urlsplit(self.path).query)["key"][0]
        self.receiver.calls.append(f"find {key}")
        if key in self.receiver.taken:
            return self._say(200, {"id": f"Q-{self.receiver.taken[key][0]['number']}"})
        return self._say(404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if not self._genuine(body):
            return self._say(401)
        asked = json.loads(body)
        does = self.receiver.does.pop(0) if self.receiver.does else self.receiver.always
        self.receiver.calls.append(f"{asked['errand']} {does}".strip())
        if does in _REFUSALS:
            return self._say(_REFUSALS[does], retry_after="30" if does == "busy" else "")
        key = self.headers["idempotency-key"]
        if does != "drop" and (self.receiver.forgets or key not in self.receiver.taken):
            self.receiver.taken.setdefault(key, []).append(asked)
        if does in ("silent_after", "drop"):
            self.receiver.closing.wait(20)
            return None
        return self._say(500) if does == "fail_after" else self._say(201, {"id": f"Q-{asked['number']}"})

    def _genuine(self, body: bytes) -> bool:
        proof = signed(body, int(self.headers["byline-timestamp"]))["Byline-Signature"]
        return hmac.compare_digest(proof, self.headers["byline-signature"])

    def _say(self, status: int, body: dict[str, Any] | None = None, *, retry_after: str = "") -> None:
        content = json.dumps(body or {}).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(content)))
        if retry_after:
            self.send_header("retry-after", retry_after)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's own name
        """Nothing: the truth is kept in `calls`."""

    def handle(self) -> None:
        try:
            super().handle()
        except (ConnectionError, TimeoutError):
            # Whoever called died, which is what the test wants.
            self.close_connection = True


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver on loopback."""
    receiver = Receiver()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"receiver": receiver}))
    server.daemon_threads = True
    receiver.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.closing.set()
        server.shutdown()
        server.server_close()
        thread.join(5)
