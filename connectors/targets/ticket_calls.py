"""Calls to a ticket system's JSON interface, and what a refusal means in the contract's words.

Why it exists: ticket systems differ in their fields and are alike in how they say no; certainly not taken and perhaps
taken must be told apart the same way for each. What it must not do: retry, wait, follow a redirect, or know one
system's fields.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

from connectors.kit.contract import Http, NotSent
from connectors.kit.outcomes import DeliverResult, Rejected, Retry, Suspended, Unconfirmed
from connectors.kit.target import sentence

NO_ADDRESS = sentence("The address of the ticket system is missing or is none: it begins with https://.")
LONGEST_WAIT = timedelta(hours=1)
TOO_LARGE = "is larger than"
"""How `connectors.kit.http` says that an answer was cut off for its size."""


@dataclass(frozen=True, slots=True)
class Sentences:
    """One system's refusals, each a whole sentence that stands in the catalogues."""

    no_access: str
    forbidden: str
    nowhere: str
    busy: str
    unreached: str
    unclear: str
    not_understood: str
    not_taken: str


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer that is a success. `content` is None where it was no JSON."""

    headers: Mapping[str, str]
    content: object

    def fields(self) -> Mapping[str, object]:
        """The answer as an object; an empty one where it was something else."""
        return self.content if isinstance(self.content, dict) else {}


class Unusable(Exception):
    """The settings are not enough to call anybody. The message is a sentence for whoever arranges the unit."""


class Denied(Exception):
    """A whole answer that is not a success. `content` is its JSON, None where there was none."""

    def __init__(self, status: int, headers: Mapping[str, str], content: object) -> None:
        super().__init__(str(status))
        self.status = status
        self.headers = headers
        self.content = content


class Calls:
    """One system at one address. `headers` carry the credentials and go with every call."""

    def __init__(self, http: Http, address: str, headers: Mapping[str, str]) -> None:
        self._http = http
        self._address = address
        self._headers = headers

    @property
    def base(self) -> str:
        """The address without a slash at its end. Raises `Unusable` for one that secrets must not be sent to."""
        base = self._address.strip().rstrip("/")
        try:
            parts = urlsplit(base)
            host = parts.hostname or ""
        except ValueError:
            raise Unusable(NO_ADDRESS) from None
        fits = host and not (parts.query or parts.fragment or parts.username)
        # Without encryption the token could be read on the way; only this very machine needs none.
        if not fits or not (parts.scheme == "https" or (parts.scheme == "http" and _is_here(host))):
            raise Unusable(NO_ADDRESS)
        return base

    def ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: object | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """One call. Raises `Unusable`, `Denied`, `NotSent` or `Doubtful`."""
        answer = self._http.request(
            method,
            self.base + path,
            headers={"accept": "application/json", **self._headers, **(headers or {})},
            params=params,
            json=body,
        )
        try:
            content = json.loads(answer.body)
        except ValueError:
            content = None
        if not 200 <= answer.status < 300:
            raise Denied(answer.status, answer.headers, content)
        return Reply(answer.headers, content)


def reading(error: Exception, words: Sentences) -> Retry | Suspended:
    """What it means that something could not be read. Raises `error` again if it is a bug."""
    match error:
        case Unusable():
            return Suspended(str(error))
        case Denied(status=429):
            return Retry(words.busy, wait_asked(error.headers))
        case Denied(status=401):
            return Suspended(words.no_access)
        case Denied(status=403):
            return Suspended(words.forbidden)
        case Denied(status=status) if status == 404 or 300 <= status < 400:
            return Suspended(words.nowhere)
        case Denied():
            return Retry(words.unclear)
        case NotSent():
            return Retry(words.unreached)
        case _:
            return Retry(words.unclear)


def writing(error: Exception, words: Sentences, said: str) -> DeliverResult:
    """What it means that something was not plainly taken. `said` is the system's own reason, empty if it gave none.

    A failure of the server (5xx) is a doubt: a gateway says so also when what stands behind it has taken the ticket.
    """
    match error:
        case Denied(status=status) if status in (400, 413, 415, 422):
            return Rejected(said or words.not_taken)
        case Denied(status=status) if status in (408, 409) or status >= 500:
            return Unconfirmed(words.unclear)
        case Denied() | Unusable() | NotSent():
            return reading(error, words)
        case _:
            return Unconfirmed(words.unclear)


def wait_asked(headers: Mapping[str, str]) -> timedelta | None:
    """How long we are asked to wait (`Retry-After` in seconds), between a second and an hour; None if not said."""
    try:
        seconds = int(headers.get("retry-after", ""))
    except ValueError:
        return None
    return timedelta(seconds=min(max(seconds, 1), LONGEST_WAIT.total_seconds()))


def moment(value: object) -> datetime:
    """A time as ticket systems write it, aware. Raises `ValueError` for anything else."""
    if not isinstance(value, str):
        raise ValueError("a time is missing")
    at = datetime.fromisoformat(value)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def objects(value: object) -> list[Mapping[str, object]]:
    """The objects of a list; an empty list where it is none."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
