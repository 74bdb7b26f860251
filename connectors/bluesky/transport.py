"""The SDK's way out is the house's way out.

Why it exists: the SDK builds an httpx client of its own, with redirects and per-operation time limits; httpx
lets the wire beneath be replaced, so every call of the SDK becomes one call of the contract's `Http`. What it
must not do: open a connection itself, or change what is asked.
"""

from __future__ import annotations

import json

import httpx

from connectors.kit.contract import Http

_SET_BELOW = frozenset({"host", "connection", "content-length", "transfer-encoding", "accept-encoding", "user-agent"})
"""Headers that `Http` sets by its own rules."""
_SPENT = frozenset({"content-encoding", "content-length", "transfer-encoding", "location"})
"""Headers of an answer that no longer hold: the body arrived whole. Without a `location` nobody follows it."""


class HouseTransport(httpx.BaseTransport):
    """Raises `NotSent` and `Doubtful` straight through the SDK, which handles httpx's own errors only."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self._http.request(
            request.method,
            str(request.url),
            headers={name: value for name, value in request.headers.items() if name not in _SET_BELOW},
            content=request.read() or None,
        )
        headers = {name: value for name, value in answer.headers.items() if name not in _SPENT}
        if not _is_json(answer.body):
            # The SDK believes the header and raises on a body cut short; without it the body stays bytes.
            headers.pop("content-type", None)
        return httpx.Response(answer.status, headers=headers, content=answer.body, request=request)


def _is_json(body: bytes) -> bool:
    try:
        json.loads(body)
    except ValueError:
        return False
    return True
