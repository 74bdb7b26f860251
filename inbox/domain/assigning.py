"""Who gets what comes in: nobody, the next in turn, or whoever has least.

Nothing is given to somebody who is away or not here, who has as much as they can carry, or who does not answer in the
citizen's language. Where nobody fits it stays in the queue for everybody. A stakeholder group changes who is asked
first, never whether anybody is. What it must not do: read or write; whoever
calls holds the lock under which the candidates were counted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from inbox.domain import attendance
from inbox.domain.languages import primary

LANGUAGES: Final = ("da", "nb", "en", "sv", "de", "pl", "uk", "ar")
"""What a person can say that they answer in."""
_LONG_AGO = timedelta(days=36_500)


class Assignment(StrEnum):
    """How a team deals out what comes in."""

    BY_HAND = "by_hand"
    IN_TURN = "in_turn"
    BY_LOAD = "by_load"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A colleague as the rule sees them. `holds` counts open conversations, `capacity` None is without limit."""

    id: UUID
    holds: int
    capacity: int | None
    languages: frozenset[str]
    """Short codes; none: they answer in all."""
    away: bool
    seen_at: datetime | None
    assigned_at: datetime | None
    groups: frozenset[str] = frozenset()
    """The stakeholder groups that the team asks them to answer."""


@dataclass(frozen=True, slots=True)
class Deal:
    """The candidates as they stand after what was given. Each `give` makes the next."""

    mode: Assignment
    candidates: tuple[Candidate, ...]
    now: datetime

    def give(
        self, language: str | None, group: str | None = None, but_to: Collection[UUID] = ()
    ) -> tuple[UUID | None, Deal]:
        """Who gets one more conversation in that language, and the deal after it; None where nobody fits.

        Of a citizen in a group it goes to one of those whom the team asks to answer that group. Where none of them fits
        it goes to anybody who does, at once: nobody waits longer for belonging to a group. A citizen in none is dealt
        out among everybody, whoever answers a group among them. `but_to` are spared this one.
        """
        if self.mode == Assignment.BY_HAND:
            return None, self
        able = [one for one in self.candidates if one.id not in but_to and fits(one, language, self.now)]
        if not able:
            return None, self
        asked = [one for one in able if group in one.groups]
        chosen = min(asked or able, key=self._order)
        given = replace(chosen, holds=chosen.holds + 1, assigned_at=self._next_turn())
        others = tuple(given if one.id == chosen.id else one for one in self.candidates)
        return chosen.id, replace(self, candidates=others)

    def _order(self, one: Candidate) -> tuple[int, datetime, UUID]:
        turn = one.assigned_at or self.now - _LONG_AGO
        return (one.holds if self.mode == Assignment.BY_LOAD else 0, turn, one.id)

    def _next_turn(self) -> datetime:
        """After every turn before it: many are given in one instant, and a clock may have been set back."""
        turns = (one.assigned_at for one in self.candidates if one.assigned_at is not None)
        return max(self.now, max(turns, default=self.now - _LONG_AGO) + timedelta(microseconds=1))


def fits(one: Candidate, language: str | None, now: datetime) -> bool:
    """Whether that person can be given one more."""
    return (
        not one.away
        and attendance.here(one.seen_at, now)
        and (one.capacity is None or one.holds < one.capacity)
        and _speaks(one.languages, language)
    )


def _speaks(languages: Iterable[str], language: str | None) -> bool:
    known = {_spoken(one) for one in languages}
    wanted = _spoken(language)
    return not known or wanted is None or wanted in known


def _spoken(tag: str | None) -> str | None:
    """Whoever answers in one form of Norwegian reads the other."""
    code = primary(tag)
    return "nb" if code == "nn" else code
