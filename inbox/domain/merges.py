"""What a conversation brings along when it turns out to be the same matter as another.

Why it exists: the citizen's wait is one wait, so the earliest deadline goes on in the conversation that stays, and an
answer that was on its way is an answer there too. What it must not do: change what the other one had promised and
kept until then; its own history says that.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from inbox.domain.clocks import read
from inbox.domain.history import Happening, What, waits_since
from inbox.domain.readings import Reading
from inbox.domain.sla import ClockKind
from inbox.domain.terms import Terms

_LATER = (What.ANSWERED, What.WITHDRAWN)
"""What happens to what was said there, and counts where it stands now."""


def brought(history: Sequence[Happening], terms: Terms, at: datetime) -> list[Happening]:
    """What the conversation with this history brings into another at that instant, and what follows of it later.

    Its open questions come in then, with the time since when the citizen waits; the first of them has the deadline
    that there was. An answer sent before covers what it covered there, and nothing of the other conversation.
    """
    before = [one for one in history if one.at <= at and one.what != What.MERGED_AWAY]
    reading = read(before, terms, until=at)
    joined = [one._replace(at=at, since=waits_since(one), no_later=None, ran=()) for one in reading.unanswered]
    if joined:
        joined[0] = joined[0]._replace(no_later=_due(reading), ran=_ran(reading, at))
    return joined + [_later(one, reading) for one in history if one.at > at and one.what in _LATER]


def _later(one: Happening, reading: Reading) -> Happening:
    """What happened afterwards; an answer with what it covered, in the place of a time that means nothing elsewhere."""
    if one.what != What.ANSWERED or one.covers is not None:
        return one
    sent = one.since or one.at
    return one._replace(covers=frozenset(asked.ref for asked in reading.unanswered if asked.ref and asked.at <= sent))


def _due(reading: Reading) -> datetime | None:
    kinds = (ClockKind.FIRST_RESPONSE, ClockKind.NEXT_RESPONSE)
    return min((run.due_at for run in reading.runs if run.kind in kinds and run.owed and run.due_at), default=None)


def _ran(reading: Reading, at: datetime) -> tuple[tuple[datetime, datetime], ...]:
    """When the promise to solve the matter ran, up to here."""
    for run in reading.runs:
        if run.kind == ClockKind.RESOLUTION and run.owed:
            now = [(run.active_from, at)] if run.active_from is not None else []
            return (*run.stretches, *now)
    return ()
