"""What a Bluesky server's answer means, in the contract's words.

Why it exists: the same refusals come from every call, and each has to be told apart the same way: try
later, stop the account, give up. What it must not do: decide what a refused *post* means, which only
`connector.deliver` knows, or raise for anything that can happen out there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from connectors.kit.contract import Doubtful, NotSent, Retry, Suspended

_STALE = frozenset({"ExpiredToken", "InvalidToken"})
"""Bluesky refuses a token with 400 and one of these, not with 401."""
_BARRED = frozenset(
    {"AccountTakedown", "AccountSuspended", "AccountDeactivated", "AuthMissing", "AuthFactorTokenRequired"}
)


class Refused(Exception):
    """A whole answer that is not a success. `error` is Bluesky's own name for it, empty if it gave none."""

    def __init__(self, status: int, error: str, message: str, headers: Mapping[str, str]) -> None:
        super().__init__(f"{status} {error}: {message}".rstrip(": "))
        self.status = status
        self.error = error
        self.message = message
        self.headers = headers

    @property
    def stale(self) -> bool:
        """Whether the session was refused and the call itself not looked at."""
        return self.status == 401 or self.error in _STALE

    @property
    def barred(self) -> bool:
        """Whether our credentials or our standing are refused."""
        return self.stale or self.status == 403 or self.error in _BARRED

    def outcome(self) -> Retry | Suspended:
        """What a refused *reading* call means."""
        if self.status == 429:
            return Retry("Bluesky asks us to wait.", wait_asked(self.headers))
        if self.barred:
            return Suspended(f"Bluesky refuses the account: {self.message or self.error or self.status}.")
        return Retry(f"Bluesky answered {self}.")


class NotSignedIn(Exception):
    """No session could be had, so that the call itself was never made."""

    def __init__(self, outcome: Retry | Suspended) -> None:
        super().__init__(outcome.reason)
        self.outcome = outcome


@contextmanager
def refusals() -> Iterator[None]:
    """Turns the SDK's errors into `Refused`; lets `NotSent` and `Doubtful` through."""
    from atproto.exceptions import RequestErrorBase  # Late, as in `session`.

    try:
        yield
    except RequestErrorBase as error:
        response = error.response
        if response is None:
            raise
        # An error in Bluesky's own words was parsed by the SDK; anything else (a proxy's page) is left as bytes.
        name = getattr(response.content, "error", None) or ""
        message = getattr(response.content, "message", None) or ""
        raise Refused(int(response.status_code), str(name), str(message), response.headers) from error


@contextmanager
def signing_in() -> Iterator[None]:
    """Turns everything that can go wrong before the call itself into `NotSignedIn`."""
    from atproto.exceptions import AtProtocolError  # Late, as in `session`.

    try:
        with refusals():
            yield
    except Refused as refusal:
        # A service that answers 404 or a redirect to a sign-in is no Bluesky server: a person has to look.
        later = refusal.status == 429 or refusal.status >= 500
        outcome = refusal.outcome() if later else Suspended(f"Bluesky refused the sign-in: {refusal}.")
        raise NotSignedIn(outcome) from refusal
    except (NotSent, Doubtful) as error:
        raise NotSignedIn(Retry(f"The sign-in did not come through: {error}")) from error
    except AtProtocolError as error:
        raise NotSignedIn(Retry("The answer to the sign-in could not be understood.")) from error


def answered_at(headers: Mapping[str, str]) -> datetime:
    """The platform's clock at an answer (its `Date` header); ours where it gave none that can be read."""
    try:
        at = parsedate_to_datetime(headers.get("date", ""))
    except ValueError:
        return datetime.now(UTC)
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def wait_asked(headers: Mapping[str, str]) -> timedelta | None:
    """How long a 429 asks us to wait. `ratelimit-reset` is in Unix seconds on the platform's own clock."""
    try:
        if "ratelimit-reset" in headers:
            reset = datetime.fromtimestamp(int(headers["ratelimit-reset"]), UTC)
            return max(reset - answered_at(headers), timedelta(seconds=1))
        if "retry-after" in headers:
            return max(timedelta(seconds=int(headers["retry-after"])), timedelta(seconds=1))
    except (ValueError, OverflowError, OSError):
        return None
    return None
