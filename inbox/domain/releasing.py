"""Two keys: when an answer waits for a colleague, who may release it, and when it then goes out.

Why it exists: the first weeks, and some matters, are safer with a second pair of eyes, and only where somebody switched
it on: an ordinary answer waits for nobody. What it must not do: know how an answer is stored, or who has it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from inbox.domain.actors import Actor, Role
from inbox.domain.errors import Forbidden


class Why(StrEnum):
    """Why an answer needs a second key: who wrote it, or what the conversation is about."""

    PERSON = "person"
    TAG = "tag"


def needed(*, new_here: bool, sensitive: bool) -> Why | None:
    """Why this answer is held, None where it goes out as ever. `new_here`: its author's answers are released by others;
    `sensitive`: a tag on the conversation says so."""
    if new_here:
        return Why.PERSON
    return Why.TAG if sensitive else None


def refuse(actor: Actor, author_id: UUID | None, *, new_here: bool) -> None:
    """Raise Forbidden unless this person may be the second key. `new_here` is said of them, not of the author.

    That the conversation is of one of their teams is asked where it is read.
    """
    if not actor.has(Role.AGENT, Role.LEAD):
        raise Forbidden("Only agents and leads release answers.")
    if actor.id is None or actor.id == author_id:
        raise Forbidden("Nobody releases their own answer. A colleague does.")
    if new_here:
        raise Forbidden("Your own answers need a colleague's release, so you can't release one.")


def goes_out_at(now: datetime, planned_for: datetime | None, undo: timedelta) -> datetime:
    """When a released answer goes out: after its undo window, and not before the hour that it was planned for."""
    soonest = now + undo
    return soonest if planned_for is None else max(soonest, planned_for)
