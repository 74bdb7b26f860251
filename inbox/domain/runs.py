"""One run of a promise: from its start through its pauses to its verdict, with every step and its reason.

Why it exists: a deadline that moves (a pause ends, a calendar changes, a message is withdrawn) must be worked
out in one place, and each move must be able to say why. What it must not do: know which happening starts or
meets which promise (`clocks.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from typing import NamedTuple
from uuid import UUID

from inbox.domain.calendar import ALWAYS, Calendar
from inbox.domain.sla import ClockKind, ClockState
from inbox.domain.terms import Term

_MICROSECOND = timedelta(microseconds=1)
_MINUTE = 60_000_000


class Step(NamedTuple):
    """A line of the explanation. `word` is a word of `STEPS`; `reason` says more where it is needed."""

    at: datetime
    word: str
    ref: UUID | None = None
    reason: str = ""


STEPS = (
    "started",
    "moved",
    "goes_on",
    "noted",
    "failed",
    "holding",
    "terms",
    "paused",
    "resumed",
    "met",
    "breached",
    "answered_late",
    "cancelled",
)
"""What a line can say. `goes_on`: another message of the citizen, which moves nothing."""


@dataclass(slots=True)
class Run:
    """A promise that runs or ran. `number` counts the runs of its kind in the conversation, from 1."""

    kind: ClockKind
    number: int
    term: Term
    visibility: str
    message_id: UUID | None
    started_at: datetime
    state: ClockState = ClockState.RUNNING
    due_at: datetime | None = None
    no_later: datetime | None = None
    answered_at: datetime | None = None
    answer_id: UUID | None = None
    breached_at: datetime | None = None
    reason: str | None = None
    steps: list[Step] = field(default_factory=list)
    active_from: datetime | None = None
    """Since when it runs without a pause; None while it doesn't."""
    stretches: list[tuple[datetime, datetime]] = field(default_factory=list)
    """When it ran before that."""

    @property
    def owed(self) -> bool:
        """Whether somebody still waits for it: also when its time is over."""
        if self.state == ClockState.BREACHED:
            return self.answered_at is None and self.reason is None
        return self.state in (ClockState.RUNNING, ClockState.PAUSED)

    @property
    def hours(self) -> Calendar:
        """The hours it runs in."""
        return self.term.hours if self.term.business else ALWAYS

    def spent(self, until: datetime) -> timedelta:
        """The promised kind of time used up by that instant, without pauses."""
        used = timedelta()
        for began, ended in self.stretches:
            used += self.hours.between(began, min(ended, until))
        if self.active_from is not None:
            used += self.hours.between(self.active_from, until)
        return used

    def opening_time(self) -> timedelta:
        """The opening time it took, without pauses, also where the promise is by the wall."""
        return sum((self.term.hours.between(began, ended) for began, ended in self.stretches), timedelta())

    def start(self, at: datetime, *, word: str = "started", reason: str = "") -> None:
        """Run from `started_at`; a moved start is worked out anew."""
        self.active_from, self.stretches = self.started_at, []
        self.due_at = self._due(self.term)
        self.steps.append(Step(at, word, self.message_id, reason))

    def pause(self, at: datetime, reason: str) -> None:
        """Time stands still, unless it is over already."""
        if self.state != ClockState.RUNNING or self.active_from is None:
            return
        self.stretches.append((self.active_from, max(at, self.active_from)))
        self.active_from, self.due_at, self.state = None, None, ClockState.PAUSED
        self.steps.append(Step(at, "paused", None, reason))

    def resume(self, at: datetime, reason: str) -> None:
        """Time goes on where it stood, never before the pause began."""
        if self.state != ClockState.PAUSED:
            return
        self.active_from = max(at, self.stretches[-1][1])
        self.state, self.due_at = ClockState.RUNNING, self._due(self.term)
        self.steps.append(Step(self.active_from, "resumed", None, reason))

    def lapse(self, at: datetime) -> None:
        """Missed, if its due instant lies before `at`."""
        if self.state == ClockState.RUNNING and self.due_at is not None and self.due_at < at:
            self.state, self.breached_at = ClockState.BREACHED, self.due_at
            self.steps.append(Step(self.due_at, "breached"))

    def keep(self, at: datetime, answer_id: UUID | None) -> None:
        """What was promised happened at that instant: the verdict, or the late answer to a missed one."""
        at = max(at, self.started_at)
        self.answered_at, self.answer_id = at, answer_id
        self._close(at)
        if self.state == ClockState.BREACHED:
            self.steps.append(Step(at, "answered_late", answer_id))
            return
        self.state = ClockState.MET
        self.steps.append(Step(at, "met", answer_id))

    def drop(self, at: datetime, reason: str, detail: str = "") -> None:
        """Nothing is owed any more. A verdict that stands already stays."""
        self.reason = reason
        self._close(at)
        if self.state != ClockState.BREACHED:
            self.state = ClockState.CANCELLED
        self.steps.append(Step(at, "cancelled", None, f"{reason}:{detail}" if detail else reason))

    def revive(self) -> None:
        """It was dropped too soon: it is owed as if it had not been."""
        self.reason = None
        if self.active_from is None and self.stretches:
            self.active_from, _ = self.stretches.pop()
        if self.state == ClockState.CANCELLED:
            self.state = ClockState.RUNNING

    def agree(self, term: Term, at: datetime) -> None:
        """Other terms hold from `at` on. Nobody becomes late by it: a deadline that would have passed stays."""
        old = self.term
        if (term.minutes, term.business, term.hours) == (old.minutes, old.business, old.hours):
            if (term.holding_counts, term.pauses_for_silo) != (old.holding_counts, old.pauses_for_silo):
                self.term = term
            return
        if self.state == ClockState.RUNNING:
            due = self._due(term)
            if due <= at:
                return
            self.due_at = due
        elif self._left(term.minutes, term.hours if term.business else ALWAYS) <= 0:
            # It rests, and would be over in the moment in which it goes on.
            return
        self.term = term
        self.steps.append(Step(at, "terms"))

    def bound(self, no_later: datetime | None, at: datetime) -> None:
        """The deadline that an open question brought along from elsewhere, or none any more."""
        if no_later == self.no_later:
            return
        self.no_later = no_later
        if self.state == ClockState.RUNNING and (due := self._due(self.term)) != self.due_at:
            self.due_at = due
            self.steps.append(Step(at, "moved", None, "joined"))

    def ran_elsewhere(self, ran: Sequence[tuple[datetime, datetime]], at: datetime) -> None:
        """The same matter was promised before in a conversation that is merged into this one: that time counts too."""
        before = [(began, min(ended, self.started_at)) for began, ended in ran if began < self.started_at]
        if not before or self.state not in (ClockState.RUNNING, ClockState.PAUSED):
            return
        self.started_at, self.stretches = before[0][0], before + self.stretches
        if self.state == ClockState.RUNNING:
            self.due_at = self._due(self.term)
        self.steps.append(Step(at, "moved", None, "joined"))

    def reaches(self, minutes: int | Fraction) -> datetime:
        """When so many minutes of the promised kind will be used up: a step of a ladder before or after the end.

        Only of a promise that runs (ValueError else: a paused one reaches nothing).
        """
        if self.active_from is None:
            raise ValueError("only a promise that runs gets anywhere")
        return self._reaches(minutes, self.hours)

    def _due(self, term: Term) -> datetime:
        """The end under these terms. `agree` asks for terms that are not its own yet."""
        due = self._reaches(term.minutes, term.hours if term.business else ALWAYS)
        return due if self.no_later is None else min(due, self.no_later)

    def _reaches(self, minutes: int | Fraction, hours: Calendar) -> datetime:
        assert self.active_from is not None, "only what runs has an end"
        return hours.add(self.active_from, self._left(minutes, hours))

    def _left(self, minutes: int | Fraction, hours: Calendar) -> int | Fraction:
        """What the stretches before the one that runs have left of it."""
        if not self.stretches:
            return minutes
        used = sum((hours.between(began, ended) for began, ended in self.stretches), timedelta())
        return Fraction(max(0, minutes * _MINUTE - used // _MICROSECOND), _MINUTE)

    def _close(self, at: datetime) -> None:
        if self.active_from is not None:
            self.stretches.append((self.active_from, max(at, self.active_from)))
            self.active_from = None
