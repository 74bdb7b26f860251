"""The contract between the inbox and a way of reaching a back-office unit: mail, a ticket system, a webhook.

Why it exists: a question to a unit is delivered as carefully as an answer to a citizen, with the same results
(`connectors.kit.outcomes`) and the same distinction between *certainly not taken* and *perhaps taken*. A unit that sits
at the desk of this house needs none of it. What it must not do: import the inbox, decide what may be shown (the inbox
leaves it out before it asks), or post anything to a citizen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Final, Literal, Protocol

from connectors.kit.contract import Health, Http, Memory, Schema
from connectors.kit.outcomes import DeliverResult, FetchResult, FindResult, WebhookRequest, WebhookResult
from connectors.kit.posts import Raw

ANSWER_LIMIT: Final = 1_000_000
"""Bytes of one answer, its attachments left out."""


def sentence(words: str) -> str:
    """Marks words of a settings form for the catalogues: an English sentence that the doors translate."""
    return words


class Errand(StrEnum):
    """Why the unit is spoken to."""

    ASK = "ask"
    REMIND = "remind"
    RECALL = "recall"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was said in the conversation, as far as the unit may see it. `by` is a name, or what they are."""

    by: str
    at: datetime
    text: str
    ours: bool
    private: bool


@dataclass(frozen=True, slots=True)
class Question:
    """What is put to the unit. `number` is what people call it by; `external_id` what the target does, once it told."""

    number: int
    errand: Errand
    subject: str
    text: str
    known: str
    promised_until: datetime | None
    answer_due_at: datetime
    asked_by: str
    language: str
    lines: Sequence[Line] = ()
    external_id: str | None = None
    may_be_public: bool = True
    """Whether the answer shall be given in public."""


@dataclass(frozen=True, slots=True)
class InboundAnswer:
    """What the unit said. `key` is the target's own id of these words: the same words again are the same answer.

    `final` is False where the target says that more will follow. `attachments` are names and sizes alone: a citizen is
    never sent what nobody here has seen.
    """

    key: str
    author: str
    at: datetime
    text: str
    number: int | None = None
    external_id: str | None = None
    """One of the two says which question it belongs to; the inbox compares both where both are there."""
    final: bool = True
    attachments: Sequence[str] = ()
    may_be_public: bool = True
    """False where the unit does not want these words said in public."""


@dataclass(frozen=True, slots=True)
class NotOurs:
    """The target says that the matter is not theirs. `shown` is the way that they showed, in words for the agent.

    Where nothing is sent (`TargetCapabilities.sends`), `number` and `external_id` are left None: it answers what was
    just asked.
    """

    key: str
    author: str
    at: datetime
    shown: str
    number: int | None = None
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class Quarantined:
    """Something came that belongs to no question of ours, or must not be believed. `reason` is one English sentence.

    Kept where whoever arranges the back office sees it. What is of no interest at all (a receipt, an "I am away") is no
    item: `normalize` returns nothing for it.
    """

    key: str
    reason: str
    number: int | None = None


Returned = InboundAnswer | NotOurs | Quarantined


@dataclass(frozen=True, slots=True)
class TargetCapabilities:
    """What the target can do, said before anyone asks. `returns` is False where its answer comes by another way.

    `sends` is False where nothing leaves the house: then `deliver` and `receive` are never called, and what is answered
    is what `normalize` makes of `{"key": …, "number": …, "language": …}` at the moment of asking.
    `returns` says whether `receive` is called at all. Where `reminds` or `recalls` is False that errand is left out.
    """

    label: str
    sends: bool = True
    returns: bool = True
    recalls: bool = False
    reminds: bool = True
    webhook: bool = False
    poll_every: timedelta = timedelta(minutes=1)
    settle: timedelta = timedelta(seconds=5)
    """How long a question may take to become visible to `find_delivered` after a doubtful call."""
    proof: Literal["real server", "published contract"] = "published contract"


@dataclass(frozen=True, slots=True)
class TargetConfig:
    """The unit as its target sees it. `settings` are the values of `settings_schema`, secrets among them."""

    id: str
    name: str
    organisation: str
    settings: Mapping[str, str]
    memory: Memory
    webhook_url: str = ""
    secret: str = ""
    """Made by the inbox for this unit and never shown: for tokens that only this house can have made."""
    seconds: float = 15.0
    """The longest time that one call may take, for whatever does not go through `Http`."""


class Target(Protocol):
    """One way of reaching a unit. A module under `connectors.targets` that offers `TARGET` is found by the registry."""

    name: ClassVar[str]
    capabilities: ClassVar[TargetCapabilities]
    settings_schema: ClassVar[Schema]

    def __init__(self, config: TargetConfig, http: Http) -> None: ...

    def probe(self) -> Health:
        """Connect and test ("try it"); asks nobody anything."""

    def deliver(self, question: Question, key: str) -> DeliverResult:
        """Put the question once. `key` is the same at every try of the same errand, and another for each errand.

        The `Ref` of what was delivered is what a later errand and an answer know the question by (`external_id`).
        """

    def find_delivered(self, question: Question, key: str) -> FindResult:
        """Look whether an earlier try of this errand has come."""

    def receive(self, cursor: str | None, limit: int) -> FetchResult:
        """What came back since `cursor`, oldest first, at most `limit` items.

        An item is JSON, small enough to be kept as it is: attachments are left where they are, and of what is longer
        than `ANSWER_LIMIT` bytes only so much is fetched that `normalize` can say so (`Quarantined`).
        """

    def normalize(self, raw: Raw) -> Sequence[Returned]:
        """Pure. Raises `connectors.kit.contract.Poison` for what can't be understood."""

    def verify_webhook(self, request: WebhookRequest, now: datetime) -> WebhookResult:
        """Pure. Checked on raw bytes before anything is parsed; forged where there is no webhook, and for a time that
        is too far from `now`. Of the same item brought again nothing is kept.
        """
