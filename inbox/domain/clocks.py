"""Every clock of a conversation, read out of what happened to it: the one place that says what a promise is.

Why it exists: a list, a sweep, an explanation and an audit must give the same verdicts, so the rules stand here
once and are a pure function of the history and the terms. What it must not do: store, or ask what time it is; a
run that is still running may be late already by the clock on the wall.

The rules (docs/metrics.md says them to people): acknowledged and first answer run from the platform's time of the
first message; next answer from the oldest message that nobody has answered; more messages move nothing. An answer
covers what we had received when it was sent, and counts from the platform's time at which it stands. Holding words
meet *acknowledged* alone, unless the policy says otherwise. Resolution rests while the citizen has the word, and
for the back office where the policy says so. Solving or dismissing ends what is owed; a later message begins a new
cycle, and the verdicts of the one before stand.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from operator import attrgetter

from inbox.domain.history import Happening, What, waits_since
from inbox.domain.readings import CITIZEN, SILO, Reading
from inbox.domain.runs import Run, Step
from inbox.domain.sla import ClockKind, ClockState
from inbox.domain.terms import Term, Terms

FIRST, ACKNOWLEDGED, NEXT, RESOLUTION = ClockKind


def read(history: Iterable[Happening], terms: Terms, until: datetime | None = None) -> Reading:
    """Read the clocks out of the history. Happenings of one instant count in the order given.

    Changes of terms later than `until` hold no more for whoever looks then than those of which nobody knows yet.
    """
    reader = _Reader(terms)
    in_order = sorted(history, key=attrgetter("at"))
    changes = terms.changes if until is None else terms.changes[: bisect_right(terms.changes, until)]
    seen = bisect_right(changes, in_order[0].at) if in_order else 0
    for one in in_order:
        while seen < len(changes) and changes[seen] <= one.at:
            reader.agree(changes[seen])
            seen += 1
        reader.happen(one)
    for change in changes[seen:]:
        reader.agree(change)
    return reader.reading


class _Reader:
    """The state of the reading. One method for each kind of happening that counts."""

    def __init__(self, terms: Terms) -> None:
        self.reading = Reading()
        self._terms = terms
        self._priority, self._group = 0, ""
        self._counts: dict[ClockKind, int] = {}
        self._first_done = False
        self._resolution: Run | None = None
        self._shelved: list[Happening] = []
        self._cut: list[Run] = []
        """What was owed when the matter was finished the last time, `_shelved` what was unanswered then."""
        self._finished_at = datetime.min.replace(tzinfo=UTC)

    def happen(self, one: Happening) -> None:
        for run in self.reading.runs:
            run.lapse(one.at)
        deed = _DEEDS.get(one.what)
        if deed is not None:
            deed(self, one)

    def agree(self, at: datetime) -> None:
        """The terms, the priority or the group are others from here on."""
        for run in self.reading.runs:
            run.lapse(at)
            if run.state in (ClockState.RUNNING, ClockState.PAUSED):
                term = self._promised(run.kind, run.visibility, at)
                if term is not None:
                    run.agree(term, at)

    def began(self, one: Happening) -> None:
        # What a person had finished before its platform's clock says that it began owes nothing.
        if self.reading.cycle == 0 and not self.reading.finished:
            self.reading.cycle = 1
            self._resolution = self._start(RESOLUTION, one, one.at)

    def asked(self, one: Happening) -> None:
        now = self.reading
        if now.cycle == 0 or now.finished:
            now.cycle, now.finished, now.waiting_for = now.cycle + 1, False, ""
            now.unanswered, self._resolution = [], None
        now.unanswered = sorted([*now.unanswered, one], key=waits_since)
        if self._resolution is None:
            self._resolution = self._start(RESOLUTION, one, one.at)
        if self._resolution is not None and one.ran:
            self._resolution.ran_elsewhere(one.ran, one.at)
        self._our_turn(waits_since(one), "asked")
        if not self._first_done:
            self._ask(ACKNOWLEDGED, one)
        self._ask(NEXT if self._first_done else FIRST, one)

    def answered(self, one: Happening) -> None:
        now = self.reading
        self._judge_what_was_cut(one)
        if now.finished:
            return
        covered = {message.ref for message in now.unanswered if _covers(one, message)}
        acknowledged = self._owed(ACKNOWLEDGED)
        if acknowledged and acknowledged.message_id in covered:
            acknowledged.keep(one.at, one.ref)
        response = self._owed(FIRST, NEXT)
        if one.holding and not (response and response.term.holding_counts):
            if response:
                response.steps.append(Step(one.at, "holding", one.ref))
            return
        if response and response.message_id in covered:
            response.keep(one.at, one.ref)
        if covered:
            self._first_done = True
        now.unanswered = [message for message in now.unanswered if message.ref not in covered]
        if now.unanswered:
            if not self._owed(FIRST, NEXT):
                self._start(NEXT, now.unanswered[0], one.at)
        elif one.pends:
            self.pended(one)

    def _judge_what_was_cut(self, one: Happening) -> None:
        """An answer that was on its way when the matter was finished is judged first: it was sent before."""
        if (one.since or one.at) > self._finished_at:
            return
        covered = {message.ref for message in self._shelved if _covers(one, message)}
        for run in [run for run in self._cut if run.message_id in covered]:
            if one.holding and run.kind != ACKNOWLEDGED and not run.term.holding_counts:
                continue
            run.revive()
            run.lapse(one.at)
            run.keep(one.at, one.ref)
            self._cut.remove(run)
        if not one.holding:
            self._shelved = [message for message in self._shelved if message.ref not in covered]

    def withdrawn(self, one: Happening) -> None:
        now = self.reading
        now.unanswered = [message for message in now.unanswered if message.ref != one.ref]
        self._shelved = [message for message in self._shelved if message.ref != one.ref]
        for run in [run for run in now.runs if run.owed and run.message_id == one.ref and run.kind != RESOLUTION]:
            if not now.unanswered or run.state == ClockState.BREACHED:
                run.drop(one.at, "withdrawn")
                if now.unanswered:
                    self._start(run.kind, now.unanswered[0], one.at)
            else:
                self._move(run, now.unanswered[0], one.at, "withdrawn")
        if response := self._owed(FIRST, NEXT):
            response.bound(self._no_later(), one.at)
        if not now.unanswered and not self._first_done and self._resolution and self._resolution.owed:
            self._resolution.drop(one.at, "withdrawn")
            self._resolution = None

    def pended(self, one: Happening) -> None:
        self.reading.waiting_for = CITIZEN
        if self._resolution:
            self._resolution.pause(one.at, CITIZEN)

    def opened(self, one: Happening) -> None:
        self._our_turn(one.at, "opened")

    def handed(self, one: Happening) -> None:
        self.reading.waiting_for = SILO
        if self._resolution and self._resolution.term.pauses_for_silo:
            self._resolution.pause(one.at, SILO)

    def ranked(self, one: Happening) -> None:
        self._priority = one.priority
        self.agree(one.at)

    def grouped(self, one: Happening) -> None:
        self._group = one.group
        self.agree(one.at)

    def solved(self, one: Happening) -> None:
        if self._resolution and self._resolution.owed:
            self._resolution.keep(one.at, None)
        self._finish(one, "solved")

    def dismissed(self, one: Happening) -> None:
        self._finish(one, "dismissed")

    def merged_away(self, one: Happening) -> None:
        if not self.reading.finished:
            self._finish(one, "merged")
            # What was owed is owed in the other conversation, and judged there.
            self._cut, self._shelved = [], []

    def reopened(self, one: Happening) -> None:
        now = self.reading
        if not now.finished:
            return
        now.cycle, now.finished, now.unanswered, self._shelved = now.cycle + 1, False, self._shelved, []
        self._resolution = self._start(RESOLUTION, one._replace(ref=None), one.at)
        for run in self._cut if now.unanswered else ():
            self._first_done = self._first_done and run.kind != FIRST
            if run.state == ClockState.BREACHED and any(run.message_id == asked.ref for asked in now.unanswered):
                run.revive()
                run.steps.append(Step(one.at, "resumed", None, "reopened"))
            else:
                # The citizen's wait is one wait: finished by mistake, it goes on from where it began.
                self._start(run.kind, now.unanswered[0], one.at)
        self._cut = []

    def noted(self, one: Happening) -> None:
        for run in self.reading.runs:
            if run.owed and run.kind in (FIRST, NEXT):
                run.steps.append(Step(one.at, one.what.value, one.ref))

    def _finish(self, one: Happening, reason: str) -> None:
        now = self.reading
        self._cut, self._finished_at = [], one.at
        for run in now.runs:
            if run.owed:
                run.drop(one.at, reason, one.reason)
                if run.kind != RESOLUTION:
                    self._cut.append(run)
        self._shelved, now.unanswered, now.finished, now.waiting_for = now.unanswered, [], True, ""
        self._first_done = self._first_done or now.cycle > 0
        self._resolution = None

    def _our_turn(self, at: datetime, reason: str) -> None:
        self.reading.waiting_for = ""
        if self._resolution:
            self._resolution.resume(at, reason)

    def _ask(self, kind: ClockKind, one: Happening) -> None:
        """Somebody asks: a promise begins, or the one that runs goes on."""
        running = self._owed(FIRST, NEXT) if kind != ACKNOWLEDGED else self._owed(ACKNOWLEDGED)
        if running is None:
            if kind != ACKNOWLEDGED or all(
                run.reason == "withdrawn" for run in self.reading.runs if run.kind == ACKNOWLEDGED
            ):
                self._start(kind, self.reading.unanswered[0], one.at)
        elif waits_since(one) < running.started_at and running.state == ClockState.RUNNING:
            # It was said before the one that the promise began with, and came in later.
            self._move(running, one, one.at, "earlier")
        else:
            running.steps.append(Step(one.at, "goes_on", one.ref))
            if kind != ACKNOWLEDGED:
                running.bound(self._no_later(), one.at)

    def _move(self, run: Run, to: Happening, at: datetime, reason: str) -> None:
        if to.visibility != run.visibility:
            run.term = self._promised(run.kind, to.visibility, at) or run.term
        run.message_id, run.started_at, run.visibility = to.ref, waits_since(to), to.visibility
        if run.kind in (FIRST, NEXT):
            run.no_later = self._no_later()
        run.start(at, word="moved", reason=reason)

    def _start(self, kind: ClockKind, one: Happening, at: datetime) -> Run | None:
        term = self._promised(kind, one.visibility, at)
        if term is None:
            return None
        number = self._counts[kind] = self._counts.get(kind, 0) + 1
        run = Run(kind, number, term, one.visibility, one.ref, waits_since(one))
        if kind in (FIRST, NEXT):
            run.no_later = self._no_later()
        run.start(at)
        self.reading.runs.append(run)
        return run

    def _promised(self, kind: ClockKind, visibility: str, at: datetime) -> Term | None:
        return self._terms.of(kind, visibility, self._priority, at, self._group)

    def _owed(self, *kinds: ClockKind) -> Run | None:
        return next((run for run in self.reading.runs if run.kind in kinds and run.owed), None)

    def _no_later(self) -> datetime | None:
        """The earliest deadline that an open question brought along."""
        return min((message.no_later for message in self.reading.unanswered if message.no_later), default=None)


def _covers(answer: Happening, message: Happening) -> bool:
    return message.at <= (answer.since or answer.at) if answer.covers is None else message.ref in answer.covers


_DEEDS: Mapping[What, Callable[[_Reader, Happening], None]] = {
    What.BEGAN: _Reader.began,
    What.ASKED: _Reader.asked,
    What.ANSWERED: _Reader.answered,
    What.WITHDRAWN: _Reader.withdrawn,
    What.PENDED: _Reader.pended,
    What.OPENED: _Reader.opened,
    What.HANDED: _Reader.handed,
    What.RETURNED: _Reader.opened,
    What.RANKED: _Reader.ranked,
    What.GROUPED: _Reader.grouped,
    What.SOLVED: _Reader.solved,
    What.DISMISSED: _Reader.dismissed,
    What.MERGED_AWAY: _Reader.merged_away,
    What.REOPENED: _Reader.reopened,
    What.NOTED: _Reader.noted,
    What.FAILED: _Reader.noted,
}
