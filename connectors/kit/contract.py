"""The contract between the inbox and a platform.

Why it exists: the inbox must treat every platform alike, and mypy must see when a case is forgotten.
What it must not do: import the inbox, or grow a field that only one platform needs (two before it enters).

A connector returns values for everything that can happen out there and raises only for bugs. The
most important distinction is between *certainly not taken* (`Retry`) and *perhaps taken*
(`Unconfirmed`): a read timeout after the request was sent is always the latter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar, Literal, Protocol, TypeAlias

Visibility: TypeAlias = Literal["public", "private"]
PostKind: TypeAlias = Literal["mention", "reply", "private", "own", "share", "reaction", "tag", "bounce"]
Raw: TypeAlias = Mapping[str, object]
"""One item as the platform gave it: a JSON object, not yet looked into."""


@dataclass(frozen=True, slots=True)
class Ref:
    """A post out there. `token` is whatever else the platform needs to name it (Bluesky's cid), opaque to us."""

    external_id: str
    token: str | None = None


@dataclass(frozen=True, slots=True)
class Author:
    """Who said it, in the platform's own words."""

    external_id: str
    handle: str
    name: str


@dataclass(frozen=True, slots=True)
class InboundPost:
    """Something said to or about us.

    `said_at` is the platform's time (aware). `parent` is the post it answers, `root` the first post of its
    thread where the platform tells.
    """

    ref: Ref
    author: Author
    text: str
    visibility: Visibility
    kind: PostKind
    said_at: datetime
    parent: Ref | None = None
    root: Ref | None = None
    url: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class InboundEdit:
    """The author changed the words. The earlier ones stay with us as a revision."""

    ref: Ref
    text: str
    edited_at: datetime


@dataclass(frozen=True, slots=True)
class InboundDelete:
    """The author, or the platform, took it away."""

    ref: Ref
    deleted_at: datetime


Inbound: TypeAlias = InboundPost | InboundEdit | InboundDelete


@dataclass(frozen=True, slots=True)
class Page:
    """What one `fetch` brought. `more` says that another page is waiting right now."""

    items: Sequence[Raw]
    next_cursor: str | None
    more: bool = False
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class OutboundPost:
    """One part of an answer, ready to post: signed, inside the limit, already promised in our database.

    `created_at` was fixed with the promise, so that a resend is the same post to the last byte.
    """

    text: str
    visibility: Visibility
    created_at: datetime
    reply_to: Ref
    root: Ref
    recipient: str
    """The handle of the person answered, as it stood when we received the post."""
    language: str = "da"


@dataclass(frozen=True, slots=True)
class Delivered:
    """The platform took it. `said_at` is the platform's own time for it."""

    ref: Ref
    said_at: datetime
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Retry:
    """Certainly not taken; may be tried again, not before `after` if given."""

    reason: str
    after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """Certainly not taken, and trying again would not help. `reason` is a sentence for the agent."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """Perhaps taken. Nobody posts again before somebody has looked."""

    reason: str


@dataclass(frozen=True, slots=True)
class Suspended:
    """Our credentials or our standing are refused: the account stops until a person has mended it."""

    reason: str


@dataclass(frozen=True, slots=True)
class Found:
    """The post stands on the platform."""

    delivered: Delivered


@dataclass(frozen=True, slots=True)
class Absent:
    """The post certainly does not stand on the platform and will not turn up later."""


@dataclass(frozen=True, slots=True)
class CannotTell:
    """The platform could not be asked, or its answer proves nothing."""

    reason: str


@dataclass(frozen=True, slots=True)
class WebhookRequest:
    """A call from outside, unparsed: signatures are over raw bytes. Header names are lower case."""

    method: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Accepted:
    """A genuine call. `items` go the same way as those of a fetched page; `nudge` asks for a fetch now."""

    items: Sequence[Raw] = ()
    nudge: bool = False


@dataclass(frozen=True, slots=True)
class Challenge:
    """The platform checks that we are here; answer with this body."""

    body: str


@dataclass(frozen=True, slots=True)
class Forged:
    """Not from the platform. The reason is for the log only."""

    reason: str


FetchResult: TypeAlias = Page | Retry | Suspended
DeliverResult: TypeAlias = Delivered | Retry | Rejected | Unconfirmed | Suspended
FindResult: TypeAlias = Found | Absent | CannotTell
WebhookResult: TypeAlias = Accepted | Challenge | Forged


@dataclass(frozen=True, slots=True)
class Health:
    """The result of "connect and test". On success it names the identity that the credentials stand for."""

    ok: bool
    detail: str
    identity: Author | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One line of an account's settings form. `secret` values are never shown again."""

    name: str
    label: str
    help: str
    kind: Literal["text", "url", "secret"] = "text"
    required: bool = True
    default: str = ""


Schema: TypeAlias = tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What the platform can do, said before anyone types.

    `limit` is in the units of `measure`; 0 means that the platform has no public or private answers at all.
    `threads`: an answer may be a chain of posts. `practice`: a practice room, out of every figure.
    """

    label: str
    letters: str
    """Two letters in a square: no logos of others."""
    streams: tuple[str, ...]
    limit: int
    replies_public: bool = True
    replies_private: bool = False
    threads: bool = False
    webhook: bool = False
    practice: bool = False
    poll_every: timedelta = timedelta(seconds=30)
    settle: timedelta = timedelta(seconds=2)
    """How long a post may take to become visible to `find_delivered` after a doubtful call."""
    proof: Literal["real server", "published contract"] = "published contract"


class Memory(Protocol):
    """A small durable store of the account's own (a session token), encrypted at rest by the inbox."""

    def load(self, name: str) -> str | None: ...
    def save(self, name: str, value: str) -> None: ...


@dataclass(frozen=True, slots=True)
class AccountConfig:
    """Our presence on the platform, as the connector sees it. `external_id` and `handle` come from `probe`."""

    id: str
    name: str
    external_id: str
    handle: str
    credentials: Mapping[str, str]
    memory: Memory
    webhook_url: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)


class Http(Protocol):
    """The one way out (`connectors.kit.http`): bounded in time, no redirects, no surprises."""

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        json: object | None = None,
        content: bytes | None = None,
    ) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer that arrived whole. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class NotSent(Exception):
    """The request certainly did not reach the platform (no connection, name not found)."""


class Doubtful(Exception):
    """The request may have reached the platform; no whole answer came back."""


class Connector(Protocol):
    """One platform. A module under `connectors` that offers `CONNECTOR` is found by the registry."""

    name: ClassVar[str]
    capabilities: ClassVar[Capabilities]
    credentials_schema: ClassVar[Schema]

    def __init__(self, account: AccountConfig, http: Http) -> None: ...

    def probe(self) -> Health:
        """Connect and test; changes nothing."""

    def fetch(self, stream: str, cursor: str | None, limit: int) -> FetchResult:
        """Everything in `stream` since `cursor`, oldest first where the platform can, at most `limit` items."""

    def recheck(self, refs: Sequence[Ref]) -> Sequence[InboundEdit | InboundDelete]:
        """What has changed or gone among posts we hold (for platforms that tell of neither)."""

    def normalize(self, raw: Raw) -> Sequence[Inbound]:
        """Pure. Raises `Poison` for a payload that can't be understood: it is kept and the rest flows on."""

    def measure(self, text: str) -> int:
        """Pure. The length as this platform counts it, in the units of `capabilities.limit`."""

    def deliver(self, post: OutboundPost, key: str) -> DeliverResult:
        """Post once. `key` is the same at every try of the same part; it is our delivery's id."""

    def find_delivered(self, post: OutboundPost, key: str) -> FindResult:
        """Look whether an earlier try of this part stands out there."""

    def verify_webhook(self, request: WebhookRequest) -> WebhookResult:
        """Pure. Checked on raw bytes before anything is parsed."""


class Poison(Exception):
    """A payload that can't be understood. The message says what was wrong with it."""
