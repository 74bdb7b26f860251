"""The terms of a promise: how many minutes, in whose hours, by which policy; and which terms held when.

Why it exists: a change of a calendar or a policy holds from its own moment on, for every clock alike, and the
moment must be found again when a verdict is checked years later. What it must not do: know clocks.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

from inbox.domain.calendar import Calendar
from inbox.domain.policies import Policies
from inbox.domain.sla import ClockKind


class Term(NamedTuple):
    """What is promised: `minutes` in `hours`, or by the wall if not `business`."""

    minutes: int
    business: bool
    hours: Calendar
    calendar_id: UUID
    policies_id: UUID
    policy: int
    """The policy's number in that version of the list, from 1."""
    holding_counts: bool = False
    pauses_for_silo: bool = False


class Terms(Protocol):
    """Which terms hold for one account."""

    @property
    def changes(self) -> Sequence[datetime]:
        """When they changed, in order."""

    def of(self, kind: ClockKind, visibility: str, priority: int, at: datetime, group: str = "") -> Term | None:
        """What is promised at that instant to a citizen of that stakeholder group; None where nothing is."""


@dataclass(frozen=True, slots=True)
class CalendarVersion:
    """One saved calendar. `everywhere`: for every account that no other calendar names."""

    id: UUID
    name: str
    at: datetime
    hours: Calendar
    everywhere: bool = True
    account_ids: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class PoliciesVersion:
    """One saved list of policies."""

    id: UUID
    at: datetime
    policies: Policies


class TermsHistory:
    """All versions there ever were, as one account sees them. The first version also holds for all time before it."""

    def __init__(
        self, account_id: UUID, calendars: Sequence[CalendarVersion], policies: Sequence[PoliciesVersion]
    ) -> None:
        if not calendars or not policies:
            raise ValueError("terms need at least one calendar and one list of policies")
        self._account_id = account_id
        self._calendars = _in_force(account_id, sorted(calendars, key=lambda one: (one.at, one.id)))
        self._policies = sorted(policies, key=lambda one: (one.at, one.id))
        self._calendar_times = [at for at, _ in self._calendars]
        self._policy_times = [one.at for one in self._policies]
        self._known: dict[tuple[ClockKind, str, int, str, int, int], Term | None] = {}
        self.changes: Sequence[datetime] = tuple(
            sorted({at for times in (self._calendar_times, self._policy_times) for at in times[1:]})
        )

    def calendar(self, at: datetime) -> CalendarVersion:
        """The opening hours in force at that instant."""
        return self._calendars[_place(self._calendar_times, at)][1]

    def policies(self, at: datetime) -> PoliciesVersion:
        """The list of policies in force at that instant."""
        return self._policies[_place(self._policy_times, at)]

    def of(self, kind: ClockKind, visibility: str, priority: int, at: datetime, group: str = "") -> Term | None:
        """What is promised at that instant to a citizen of that stakeholder group; None where nothing is."""
        # By their places, which cost nothing to compare: this is asked four times for each conversation of a page.
        key = (kind, visibility, priority, group, _place(self._policy_times, at), _place(self._calendar_times, at))
        if key not in self._known:
            self._known[key] = self._term(kind, visibility, priority, group, self.policies(at), self.calendar(at))
        return self._known[key]

    def _term(
        self,
        kind: ClockKind,
        visibility: str,
        priority: int,
        group: str,
        listed: PoliciesVersion,
        calendar: CalendarVersion,
    ) -> Term | None:
        groups = frozenset({group} if group else ())
        chosen = listed.policies.choose(self._account_id, visibility, priority, groups)
        minutes = chosen.policy.targets.get(kind)
        if minutes is None:
            return None
        return Term(
            minutes,
            chosen.policy.business,
            calendar.hours,
            calendar.id,
            listed.id,
            chosen.number,
            chosen.policy.holding_counts,
            chosen.policy.pauses_for_silo,
        )


def _place(times: Sequence[datetime], at: datetime) -> int:
    """Which version holds at that instant."""
    return max(0, bisect_right(times, at) - 1)


def _in_force(account_id: UUID, versions: Sequence[CalendarVersion]) -> list[tuple[datetime, CalendarVersion]]:
    """From when which calendar held for the account."""
    newest: dict[str, CalendarVersion] = {}
    found: list[tuple[datetime, CalendarVersion]] = []
    for version in versions:
        newest[version.name] = version
        named = [one for one in newest.values() if account_id in one.account_ids]
        general = [one for one in newest.values() if one.everywhere]
        if not named and not general:
            continue
        # Two that name it stand there for the moment between two saves of one deed at most: the later one holds.
        holds = max(named or general, key=lambda one: (one.at, one.id))
        if not found or found[-1][1] is not holds:
            found.append((version.at, holds))
    if not found:
        raise ValueError("no calendar holds for the account")
    return found
