"""One deed on many conversations, and all of it taken back by one more.

Each conversation is decided by itself, by the same verb as alone: whoever changed one meanwhile keeps it, and the
others are done. What this must not do: hold a rule about a deed, or touch what is acute.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select

from inbox.domain.conversation import Priority
from inbox.domain.errors import Conflict, Invalid, NotFound
from inbox.models import Conversation
from inbox.models.arrays import among
from inbox.services import conversations, tagging
from inbox.uow import UnitOfWork

MOST = 100
"""Conversations in one deed: two pages of the list."""


class Deed(StrEnum):
    """What can be done with many at once."""

    TAKE = "take"
    SOLVE = "solve"
    DISMISS = "dismiss"
    TAG = "tag"


@dataclass(frozen=True, slots=True)
class Picked:
    """A conversation, and the version that was on the screen."""

    id: UUID
    version: int


@dataclass(frozen=True, slots=True)
class Done:
    """What was done, with the versions that came of it, and how many were left as they are."""

    deed: Deed
    done: tuple[Picked, ...]
    left: int
    tag_id: UUID | None = None


def do(work: UnitOfWork, picked: Sequence[Picked], deed: Deed, *, reason: str = "", tag: str = "") -> Done:
    """Do it to each. One that was changed meanwhile, is finished already or is acute is left as it is.

    Raises Invalid when nothing or too much was picked, or when the reason or the tag can be none.
    """
    if not picked:
        raise Invalid("Choose at least one conversation first.", field="picked")
    if len(picked) > MOST:
        raise Invalid("Choose at most %(most)s conversations at a time.", field="picked", most=MOST)
    if deed in (Deed.SOLVE, Deed.DISMISS) and _acute(work, picked):
        raise Invalid("One of these may be acute. Decide on that one by itself first.", field="picked")
    tag_id = tagging.made(work, tag) if deed is Deed.TAG else None
    verbs: Mapping[Deed, Callable[[UUID, int], object]] = {
        Deed.TAKE: lambda id_, version: conversations.take(work, id_, version),
        Deed.SOLVE: lambda id_, version: conversations.solve(work, id_, version),
        Deed.DISMISS: lambda id_, version: _dismiss(work, id_, version, reason),
        Deed.TAG: lambda id_, version: _tag(work, id_, version, tag_id),
    }
    done, left = _each(work, picked, verbs[deed])
    return Done(deed, done, left, tag_id)


def undo(work: UnitOfWork, before: Done) -> Done:
    """Take it back where nobody has done anything since."""
    verbs: Mapping[Deed, Callable[[UUID, int], object]] = {
        Deed.TAKE: lambda id_, version: conversations.release(work, id_, version),
        Deed.SOLVE: lambda id_, version: conversations.reopen(work, id_, version),
        Deed.DISMISS: lambda id_, version: conversations.reopen(work, id_, version),
        Deed.TAG: lambda id_, version: _untag(work, id_, version, before.tag_id),
    }
    done, left = _each(work, before.done, verbs[before.deed])
    return Done(before.deed, done, left, before.tag_id)


def _each(
    work: UnitOfWork, picked: Sequence[Picked], verb: Callable[[UUID, int], object]
) -> tuple[tuple[Picked, ...], int]:
    """In one order for everybody, so that two who do much at once don't wait for each other."""
    done = []
    for one in sorted(set(picked), key=lambda one: one.id):
        try:
            verb(one.id, one.version)
        except (Conflict, NotFound):
            continue
        now = conversations.visible(work, one.id).version
        # What stands so already (mine, tagged) is no deed, and nothing to take back.
        if now != one.version:
            done.append(Picked(one.id, now))
    return tuple(done), len(set(picked)) - len(done)


def _acute(work: UnitOfWork, picked: Sequence[Picked]) -> bool:
    """Whether words of danger, or a person, put one of them first."""
    first = select(Conversation.id).where(
        among(Conversation.id, {one.id for one in picked}), Conversation.acute_at.is_not(None)
    )
    return work.session.scalar(first.limit(1)) is not None


def _dismiss(work: UnitOfWork, conversation_id: UUID, version: int, reason: str) -> None:
    if conversations.opened(work, conversation_id, version).priority == Priority.ACUTE:
        raise Conflict("What is acute is dismissed one by one.")
    conversations.dismiss(work, conversation_id, version, reason)


def _tag(work: UnitOfWork, conversation_id: UUID, version: int, tag_id: UUID | None) -> None:
    assert tag_id is not None
    conversation = conversations.looked_at(work, conversation_id, version)
    if tagging.put(work, conversation, tag_id):
        conversations.changed(work, conversation, None)


def _untag(work: UnitOfWork, conversation_id: UUID, version: int, tag_id: UUID | None) -> None:
    assert tag_id is not None
    conversations.looked_at(work, conversation_id, version)
    tagging.take_off(work, conversation_id, tag_id)
