"""Everything that can come of asking a platform, of posting to it, and of its calling us: closed unions.

Callers `match` them and mypy proves that no case is forgotten. The most important distinction is between
*certainly not taken* (`Retry`) and *perhaps taken* (`Unconfirmed`). Part of the contract (`contract.py`), which
hands these on. What it must not do: raise; a connector raises only for bugs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from connectors.kit.posts import Raw, Ref


@dataclass(frozen=True, slots=True)
class Page:
    """What one `fetch` brought. `more` says that another page is waiting right now."""

    items: Sequence[Raw]
    next_cursor: str | None
    more: bool = False
    retry_after: timedelta | None = None


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


@dataclass(frozen=True, slots=True)
class PictureFetched:
    """A picture as the platform gave it: bytes of a stranger, to be believed in nothing."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Gone:
    """There is no such picture, and asking again would not help."""

    reason: str


@dataclass(frozen=True, slots=True)
class Done:
    """It stands as it was asked for, or stood so already."""


FetchResult: TypeAlias = Page | Retry | Suspended
DeliverResult: TypeAlias = Delivered | Retry | Rejected | Unconfirmed | Suspended
FindResult: TypeAlias = Found | Absent | CannotTell
PictureResult: TypeAlias = PictureFetched | Retry | Gone
DeedResult: TypeAlias = Done | Retry | Rejected | Unconfirmed | Suspended
WebhookResult: TypeAlias = Accepted | Challenge | Forged
