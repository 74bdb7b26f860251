"""What happened in a unit of work, said after it committed.

Events carry ids and versions, never words: the browser is nudged and asks for the rest, where its
rights are checked. What this module must not do: decide who is told (`inbox.nudges`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ConversationChanged:
    """Something in it is new: a message, a note, a state, a delivery's progress, a clock's verdict."""

    id: UUID
    team_id: UUID
    version: int


@dataclass(frozen=True, slots=True)
class MuchChanged:
    """So many conversations of a team are new that each by itself would only be noise."""

    team_id: UUID


@dataclass(frozen=True, slots=True)
class DeliveriesDue:
    """Answers wait to be posted, or doubtful ones to be looked up."""


@dataclass(frozen=True, slots=True)
class AccountDue:
    """An account should be asked for news now (a webhook called)."""

    id: UUID


@dataclass(frozen=True, slots=True)
class RawEventsDue:
    """Payloads that a webhook brought wait to be taken in."""


@dataclass(frozen=True, slots=True)
class PicturesDue:
    """Pictures under what citizens say wait to be fetched."""


@dataclass(frozen=True, slots=True)
class DeedsDue:
    """Platforms wait to be asked to hide, block or the like."""


@dataclass(frozen=True, slots=True)
class CallingDue:
    """Whoever is on call is to be called: somebody may be in danger."""


@dataclass(frozen=True, slots=True)
class ReachingDue:
    """Somebody outside the page waits to be told, or where the organisation has its notices sent."""


@dataclass(frozen=True, slots=True)
class SilosDue:
    """Units outside the house wait to be asked, or what they said to be taken in."""


@dataclass(frozen=True, slots=True)
class AccountChanged:
    """An account's health or state is another."""

    id: UUID
    team_id: UUID


@dataclass(frozen=True, slots=True)
class NoticeTold:
    """A person was told something, or has read it. `kind` is empty for the latter."""

    agent_id: UUID
    kind: str
    conversation_id: UUID | None


@dataclass(frozen=True, slots=True)
class QuestionsChanged:
    """What is put to a unit of the back office is something else: its people are told, each on their own pages."""

    silo_id: UUID
    agent_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class CompanyChanged:
    """Somebody came to look at a conversation, went, or began to write. Nothing of it is stored."""

    id: UUID
    team_id: UUID


@dataclass(frozen=True, slots=True)
class ContactChanged:
    """What we know of somebody is something else, for a team that has a conversation with them."""

    id: UUID
    team_id: UUID


Event: TypeAlias = (
    ConversationChanged
    | MuchChanged
    | DeliveriesDue
    | AccountDue
    | RawEventsDue
    | PicturesDue
    | DeedsDue
    | SilosDue
    | CallingDue
    | ReachingDue
    | AccountChanged
    | NoticeTold
    | QuestionsChanged
    | CompanyChanged
    | ContactChanged
)
