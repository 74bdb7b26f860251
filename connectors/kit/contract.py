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
from datetime import timedelta
from typing import ClassVar, Literal, Protocol, TypeAlias

from connectors.kit.deeds import Deed, DeedKind
from connectors.kit.outcomes import (
    Absent,
    Accepted,
    CannotTell,
    Challenge,
    DeedResult,
    Delivered,
    DeliverResult,
    Done,
    FetchResult,
    FindResult,
    Forged,
    Found,
    Gone,
    Page,
    PictureFetched,
    PictureResult,
    Rejected,
    Retry,
    Suspended,
    Unconfirmed,
    WebhookRequest,
    WebhookResult,
)
from connectors.kit.paces import Pace
from connectors.kit.posts import (
    Author,
    Inbound,
    InboundDelete,
    InboundEdit,
    InboundPost,
    OutboundPost,
    Picture,
    PictureRef,
    PostKind,
    Raw,
    Ref,
    Visibility,
)

__all__ = [
    "Absent",
    "Accepted",
    "AccountConfig",
    "Answer",
    "Author",
    "CannotTell",
    "Capabilities",
    "Challenge",
    "Connector",
    "Deed",
    "DeedKind",
    "DeedResult",
    "DeliverResult",
    "Delivered",
    "Done",
    "Doubtful",
    "FetchResult",
    "Field",
    "FindResult",
    "Forged",
    "Found",
    "Gone",
    "Health",
    "Http",
    "Inbound",
    "InboundDelete",
    "InboundEdit",
    "InboundPost",
    "Memory",
    "NotSent",
    "OutboundPost",
    "Pace",
    "Page",
    "Picture",
    "PictureFetched",
    "PictureRef",
    "PictureResult",
    "Pictures",
    "Poison",
    "PostKind",
    "Raw",
    "Ref",
    "Rejected",
    "Retry",
    "Schema",
    "Suspended",
    "Unconfirmed",
    "Visibility",
    "WebhookRequest",
    "WebhookResult",
]


@dataclass(frozen=True, slots=True)
class Health:
    """The result of "connect and test". On success it names the identity that the credentials stand for."""

    ok: bool
    detail: str
    identity: Author | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One line of an account's settings form. `secret` values are never shown again; `long` has several lines.

    `at_least` is how many characters a value has that is given at all.
    """

    name: str
    label: str
    help: str
    kind: Literal["text", "url", "secret", "long"] = "text"
    required: bool = True
    default: str = ""
    at_least: int = 0


Schema: TypeAlias = tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Pictures:
    """What the platform takes: `most` in one post, of so many `bytes` each, a `description` of so many characters."""

    most: int
    bytes: int
    description: int


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
    posts: bool = False
    """An account may say something that answers nobody, in public: `OutboundPost.reply_to` is None then."""
    pace: Pace | None = None
    """What it takes of one account. None where nobody has told."""
    repeated: str = ""
    """Its rule on the same answer given to many, as one English sentence for the catalogues."""
    pictures: Pictures | None = None
    """None: an answer there has no pictures. Those of an answer in several parts go with its first."""
    deeds: frozenset[DeedKind] = frozenset()
    """What `moderate` can do there. What has an opposite has it here, too."""
    deeds_under_own: frozenset[DeedKind] = frozenset()
    """Those of them that only work in threads that a post of the account's own began."""
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

    def fetch_picture(self, source: str) -> PictureResult:
        """A picture by the `source` that `normalize` gave it; asked of the platform's own hosts alone."""

    def moderate(self, deed: Deed) -> DeedResult:
        """Let things stand so. Asked again it changes nothing; what is not among `deeds` is rejected."""

    def verify_webhook(self, request: WebhookRequest) -> WebhookResult:
        """Pure. Checked on raw bytes before anything is parsed."""


class Poison(Exception):
    """A payload that can't be understood. The message says what was wrong with it."""
