"""The one way out of the house.

Why it exists: every call to a platform must end within a known time and must say honestly whether the
request may have arrived. httpx counts its time limits per operation, so a server that drips one byte a
second would hold a worker for ever; here one deadline covers name, connection, TLS, sending and the whole
answer. What it must not do: follow redirects, listen to proxy variables of the environment, keep
connections (one that the platform has closed in silence would turn "certainly not taken" into doubt), or
retry anything.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator, Mapping
from functools import cache

import httpcore
import httpx

from connectors.kit.contract import Answer, Doubtful, NotSent
from connectors.kit.wire import Deadline, Private, Wires

BODY_LIMIT = 10_000_000
_AGENT = "Byline"
_FAILURES = (
    httpx.HTTPError,
    httpx.InvalidURL,
    httpcore.LocalProtocolError,
    httpcore.RemoteProtocolError,
    httpcore.UnsupportedProtocol,
    OSError,
)
"""All that can go wrong on the way. Anything else is a bug of ours and flies on."""


class HttpClient:
    """Implements the contract's `Http`. Safe to use from several threads: a call shares nothing with another.

    `budget` is the total time of one call in seconds, `body_limit` the largest answer in bytes. `private`: where an
    address that somebody typed may lead besides the public net, whatever its name stands for.
    """

    def __init__(self, budget: float, *, body_limit: int = BODY_LIMIT, private: Private = "any") -> None:
        if budget <= 0:
            raise ValueError("A call needs some time.")
        self._budget = budget
        self._body_limit = body_limit
        self._private = private

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
        """One call. Raises `NotSent` or `Doubtful`; any status is an answer, a redirect too."""
        wires = Wires(Deadline(time.monotonic() + self._budget), private=self._private)
        try:
            with (
                httpx.Client(transport=_Transport(wires), trust_env=False, follow_redirects=False) as client,
                client.stream(
                    method,
                    url,
                    # Compressed answers are not asked for: ten million bytes on the wire could become any number here.
                    headers={"user-agent": _AGENT, "accept-encoding": "identity", **(headers or {})},
                    params=params,
                    json=json,
                    content=content,
                ) as response,
            ):
                body = self._read(response)
                return Answer(response.status_code, dict(response.headers.items()), body)
        except _FAILURES as error:
            told = f"{method} {_host(url)}: {str(error) or type(error).__name__}"
            raise (Doubtful(told) if wires.spoken else NotSent(told)) from error

    def _read(self, response: httpx.Response) -> bytes:
        parts: list[bytes] = []
        size = 0
        for part in response.iter_bytes():
            size += len(part)
            if size > self._body_limit:
                raise OSError(f"the answer is larger than {self._body_limit} bytes")
            parts.append(part)
        return b"".join(parts)


class _Transport(httpx.BaseTransport):
    """httpx above, our own wires below, one connection for one call."""

    def __init__(self, wires: Wires) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=_trust(), max_connections=1, max_keepalive_connections=0, network_backend=wires
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            response.status, headers=response.headers, stream=_Body(response), extensions=response.extensions
        )

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


@cache
def _trust() -> ssl.SSLContext:
    """Certificates are checked against the usual authorities. Kept, because loading them costs 20 ms a time."""
    return httpx.create_ssl_context(trust_env=False)


def _host(url: str) -> str:
    """Only the host may enter a log: a path or a query can carry a key or a person."""
    try:
        return httpx.URL(url).host or "no host"
    except httpx.InvalidURL:
        return "an address that is none"
