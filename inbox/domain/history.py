"""What happened to one conversation, as the clocks see it: a list of happenings in the order of their times.

Why it exists: a clock is worked out from what happened and from nothing else, so that its verdict can be worked
out again, by anybody, years later. What it must not do: hold anybody's words, or know where it was stored.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

_NOBODY = UUID(int=0)


class What(StrEnum):
    """The kinds of happenings. Those of the last line meet and start nothing; they explain."""

    BEGAN = "began"
    """The matter was opened without a citizen's message."""
    ASKED = "asked"
    ANSWERED = "answered"
    """An answer stands out there: delivered, human, signed."""
    WITHDRAWN = "withdrawn"
    """The citizen took a message away."""
    PENDED = "pended"
    OPENED = "opened"
    HANDED = "handed"
    """A question went to the back office."""
    RETURNED = "returned"
    RANKED = "ranked"
    """The priority is another one from here on."""
    GROUPED = "grouped"
    """Whom the citizen speaks for is another one from here on: press, a company, nobody else."""
    SOLVED = "solved"
    DISMISSED = "dismissed"
    REOPENED = "reopened"
    """By a person of ours. A citizen reopens by asking."""
    MERGED_AWAY = "merged_away"

    NOTED, FAILED, PROMISED, TAKEN, RELEASED = "noted", "failed", "promised", "taken", "released"


class Happening(NamedTuple):
    """One thing that happened. `at` is when it came to count; other fields as the kind needs them."""

    at: datetime
    what: What
    ref: UUID | None = None
    """The message, note, delivery or agent."""
    since: datetime | None = None
    """asked: since when the citizen waits, by the platform's time. answered: when our agent sent it."""
    visibility: str = "public"
    holding: bool = False
    """answered: it only says that an answer is coming."""
    pends: bool = False
    """answered: with nothing left to answer, it is the citizen's turn."""
    covers: frozenset[UUID] | None = None
    """answered: the messages it answers, where that is not all that had come in when it was sent."""
    no_later: datetime | None = None
    """asked: a deadline that this question had already (in a conversation that was merged into this one)."""
    ran: tuple[tuple[datetime, datetime], ...] = ()
    """asked: when the promise to solve the matter ran there."""
    priority: int = 0
    group: str = ""
    """grouped: a word of `inbox.domain.groups.Group`; empty: a citizen like any other."""
    reason: str = ""


def waits_since(one: Happening) -> datetime:
    """Since when the citizen waits for an answer to this message."""
    return one.since or one.at


_FIRST = (What.GROUPED, What.BEGAN, What.REOPENED, What.ANSWERED, What.ASKED, What.WITHDRAWN)
_LAST = (What.SOLVED, What.DISMISSED, What.MERGED_AWAY)
_OF_ONE_INSTANT = {
    what: place for place, what in enumerate((*_FIRST, *(one for one in What if one not in _FIRST + _LAST), *_LAST))
}
"""What comes first where times don't say: who somebody is before what they say, an answer before what it did not see, a
question before it is taken away, and an end last, so that whoever answers and solves at once has answered."""


def in_order(history: Iterable[Happening]) -> list[Happening]:
    """What is stored, in the one order in which everybody reads it, however it was found."""
    return sorted(history, key=lambda one: (one.at, _OF_ONE_INSTANT[one.what], waits_since(one), one.ref or _NOBODY))


def group_of(history: Iterable[Happening]) -> str:
    """Whom the citizen speaks for at the end of this history, which is in its order."""
    return next(reversed([one.group for one in history if one.what == What.GROUPED]), "")


def asked(
    message_id: UUID, *, said_at: datetime, received_at: datetime, visibility: str, connected_at: datetime
) -> Happening:
    """A citizen's message. What was said before the account was ours to answer waits from when it came in.

    So an old post that is read in later never breaches at birth, and one that a platform or we ourselves held up
    counts from when it was said.
    """
    since = said_at if said_at >= connected_at else received_at
    return Happening(received_at, What.ASKED, message_id, since=min(since, received_at), visibility=visibility)
