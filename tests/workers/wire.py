"""A platform of one's own choosing at the other end of the wire: what it is asked, and what it answers next.

It exists so that a job can be tried with any answer without a server. What it must not do: stand in for the square
where "once" is claimed; that is asked of the real one (`tests/recovery`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from connectors.kit.contract import Answer


@dataclass(frozen=True, slots=True)
class Asked:
    """One call."""

    method: str
    path: str
    key: str
    json: object


@dataclass
class Wire:
    """Implements the contract's `Http`. `answers` are given in order; a call that none is left for is a failed test."""

    answers: list[Answer | Exception] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    meanwhile: Callable[[], None] = lambda: None

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
        self.meanwhile()
        path = url.partition("/square/api")[2]
        self.asked.append(Asked(method, path, (headers or {}).get("idempotency-key", ""), json))
        assert self.answers, f"nobody expected {method} {path}"
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def told(status: int, body: object, **headers: str) -> Answer:
    """An answer with JSON in it."""
    return Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, json.dumps(body).encode())


def standing(text: str, at: str = "2026-11-24T12:12:00+00:00", name: str = "ours-1") -> dict[str, object]:
    """A post of ours as the square shows it."""
    return {
        "id": name,
        "author": {"id": "nordby", "handle": "nordby", "name": "Nordby Kommune"},
        "text": text,
        "visibility": "public",
        "said_at": at,
        "url": f"http://127.0.0.1:9/square#post-{name}",
    }
