"""The trail of one promise: every start, pause, resume and verdict, with its reason and the time used up so far.

Why it exists: whoever doubts a deadline must be able to follow it line by line, in the desk and at a command line
alike. What it must not do: decide anything (the lines are the steps that the run itself left behind), or hold a
sentence: lines and remarks are words of a code, which are said in a person's language elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from operator import attrgetter
from typing import Final, NamedTuple
from uuid import UUID

from inbox.domain import sla
from inbox.domain.history import Happening, What, group_of, waits_since
from inbox.domain.runs import STEPS, Run, Step
from inbox.domain.sla import ClockKind, ClockState
from inbox.domain.terms import Terms

WORDS: Final = (*STEPS, "now", "due")
"""What a line can say: what a step says, where the clock stands now, and when its time will be over."""
REMARKS: Final = (
    "platform_time",
    "oldest_decides",
    "imported",
    "made_work",
    "came_in",
    "opens",
    "reopened",
    "joined",
    "not_covered",
    "took_over",
    "withdrawn",
    "earlier",
    "moves_nothing",
    "notes_count_nothing",
    "failed_counts_nothing",
    "undone",
    "tries",
    "only_acknowledged",
    "counts_as_answer",
    "calendar",
    "policies",
    "priority",
    "group",
    "target",
    "stands_still",
    "platform_time_of_ours",
    "over",
    "closed",
    "closed_often",
    "no_later",
)
"""What a line can be explained by."""

MOST_CLOSED = 2
"""Closed times that are named one by one; of more it is only said that they don't count."""
_MOMENT = timedelta(microseconds=1)
_NOTICED = timedelta(minutes=1)
"""A message that took longer to reach us than this is said to have come in later."""


class Said(NamedTuple):
    """A citizen's message: when it was said by the platform's time, and when we had it."""

    said_at: datetime
    received_at: datetime


class Remark(NamedTuple):
    """Why a line says what it says. `word` is a word of `REMARKS`; the other fields as it needs them."""

    word: str
    at: datetime | None = None
    until: datetime | None = None
    time: timedelta | None = None
    ref: UUID | None = None
    number: int = 0
    group: str = ""


class Line(NamedTuple):
    """One line. `ref` is the message, note or agent behind it, `spent` the promised kind of time used up by then."""

    at: datetime
    word: str
    spent: timedelta
    ref: UUID | None = None
    reason: str = ""
    remarks: tuple[Remark, ...] = ()


def trail(
    run: Run, history: Sequence[Happening], terms: Terms, said: Mapping[UUID, Said], now: datetime
) -> tuple[Line, ...]:
    """The lines of a run that was read out of this history, up to `now`. Its time may be over by then already."""
    teller = _Teller(run, history, terms, said)
    lines = [teller.line(step) for step in run.steps]
    if run.owed:
        lines.append(Line(max(now, run.started_at), "now", run.spent(now)))
    if run.state == ClockState.RUNNING and run.due_at is not None:
        lines.append(Line(run.due_at, "due", run.spent(run.due_at), remarks=teller.reckoned()))
    return tuple(_folded(sorted(lines, key=attrgetter("at"))))


class _Teller:
    """What is needed to explain the steps of one run."""

    def __init__(self, run: Run, history: Sequence[Happening], terms: Terms, said: Mapping[UUID, Said]) -> None:
        self._run = run
        self._terms = terms
        self._said = said
        self._history = sorted(history, key=attrgetter("at"))

    def line(self, step: Step) -> Line:
        """The step as a line."""
        match step.word:
            case "started":
                return self._started(step)
            case "moved":
                asked = self._asked(step)
                why = [Remark(step.reason)] if asked else []
                return self._plain(step, [*why, *self._waits(asked)])
            case "goes_on":
                return self._plain(step, [Remark("moves_nothing")])
            case "noted":
                return self._plain(step, [Remark("notes_count_nothing")])
            case "failed":
                undone = self._cause(step.at, What.FAILED, reason="undone") is not None
                return self._plain(step, [Remark("undone" if undone else "failed_counts_nothing")])
            case "holding":
                return self._plain(step, [Remark("only_acknowledged")])
            case "terms":
                return self._plain(step, self._changed(step.at), self._cause(step.at, What.RANKED, What.GROUPED))
            case "paused":
                cause = self._cause(step.at, What.ANSWERED, What.PENDED, What.HANDED)
                return self._plain(step, [Remark("stands_still")], cause)
            case "resumed":
                cause = self._cause(step.at, What.ASKED, What.OPENED, What.RETURNED, What.REOPENED)
                return self._plain(step, (), cause)
            case "met" | "answered_late":
                return self._kept(step)
            case "breached":
                return self._plain(step, [self._target(), *self.reckoned()])
            case _:
                cause = self._cause(step.at, What.SOLVED, What.DISMISSED, What.MERGED_AWAY, What.WITHDRAWN)
                return self._plain(step, (), cause)

    def reckoned(self) -> tuple[Remark, ...]:
        """Why the end lies where it lies: what is not counted, and whose hours they are."""
        run = self._run
        assert run.due_at is not None, "only what has an end is reckoned"
        remarks: list[Remark] = []
        if run.no_later == run.due_at:
            remarks.append(Remark("no_later"))
        if run.term.business:
            since = run.stretches[-1][0] if run.active_from is None and run.stretches else run.active_from
            remarks += self._closed(since or run.started_at, run.due_at)
            remarks.append(Remark("calendar", ref=run.term.calendar_id))
        return tuple(remarks)

    def _plain(self, step: Step, remarks: Iterable[Remark] = (), cause: Happening | None = None) -> Line:
        ref = step.ref if step.ref is not None else (cause.ref if cause else None)
        return Line(step.at, step.word, self._run.spent(step.at), ref, step.reason, tuple(remarks))

    def _started(self, step: Step) -> Line:
        run = self._run
        asked = self._asked(step)
        since = waits_since(asked) if asked else step.at
        remarks: list[Remark] = []
        if run.kind == ClockKind.NEXT_RESPONSE:
            remarks.append(Remark("oldest_decides"))
        remarks += self._waits(asked)
        if self._cause(step.at, What.REOPENED):
            remarks.append(Remark("reopened", step.at))
        elif asked and asked.no_later is not None:
            remarks.append(Remark("joined", step.at))
        elif self._cause(step.at, What.WITHDRAWN):
            remarks.append(Remark("took_over", step.at))
        elif self._cause(step.at, What.ANSWERED) and run.kind == ClockKind.NEXT_RESPONSE:
            remarks.append(Remark("not_covered", step.at))
        cause = self._cause(step.at, What.BEGAN, What.REOPENED)
        return self._plain(step, remarks, cause)._replace(at=since, spent=timedelta())

    def _waits(self, asked: Happening | None) -> list[Remark]:
        """Since when the citizen waits, and why since then."""
        run = self._run
        if asked is None:
            return []
        since, remarks = waits_since(asked), []
        known = self._said.get(asked.ref) if asked.ref else None
        if known and known.said_at < since:
            remarks.append(Remark("imported" if since <= known.received_at else "made_work", known.said_at))
        elif run.kind in (ClockKind.FIRST_RESPONSE, ClockKind.ACKNOWLEDGED):
            remarks.append(Remark("platform_time"))
        if known and known.received_at - since >= _NOTICED:
            remarks.append(Remark("came_in", known.received_at))
        if run.term.business and not run.hours.is_open(since):
            opening = sla.stretches(run.hours, since, 1)
            remarks += [Remark("opens", opens) for opens, _closes in opening]
        return remarks

    def _kept(self, step: Step) -> Line:
        run = self._run
        cause = self._cause(step.at, What.SOLVED) if run.kind == ClockKind.RESOLUTION else None
        remarks = [self._target()]
        if step.word == "answered_late" and run.due_at is not None:
            remarks.insert(0, Remark("over", time=run.hours.between(run.due_at, step.at)))
        answer = self._cause(step.at, What.ANSWERED)
        if answer is not None and answer.ref == step.ref:
            remarks.append(Remark("platform_time_of_ours"))
            if answer.holding and run.kind != ClockKind.ACKNOWLEDGED:
                remarks.append(Remark("counts_as_answer"))
        return self._plain(step, remarks, cause)

    def _target(self) -> Remark:
        return Remark("target", time=timedelta(minutes=self._run.term.minutes))

    def _changed(self, at: datetime) -> list[Remark]:
        """Which of the terms are others from that instant on, and what is promised now."""
        run = self._run
        (before, group_before), (after, group) = self._standing(at, until_then=True), self._standing(at)
        old = self._terms.of(run.kind, run.visibility, before, at - _MOMENT, group_before)
        new = self._terms.of(run.kind, run.visibility, after, at, group)
        if old is None or new is None:
            return []
        remarks: list[Remark] = []
        if before != after:
            remarks.append(Remark("priority", number=after))
        if group_before != group:
            remarks.append(Remark("group", group=group))
        if old.policies_id != new.policies_id:
            remarks.append(Remark("policies", ref=new.policies_id, number=new.policy))
        if old.calendar_id != new.calendar_id:
            remarks.append(Remark("calendar", ref=new.calendar_id))
        return [*remarks, Remark("target", time=timedelta(minutes=new.minutes))]

    def _standing(self, at: datetime, *, until_then: bool = False) -> tuple[int, str]:
        """The priority and the citizen's group at that instant, or up to it."""
        past = [one for one in self._history if one.at < at or (one.at == at and not until_then)]
        ranks = [one.priority for one in past if one.what == What.RANKED]
        return ranks[-1] if ranks else 0, group_of(past)

    def _closed(self, since: datetime, until: datetime) -> list[Remark]:
        """The closed times in between. The one that the clock began in is said where it began."""
        open_ = sla.stretches(self._run.hours, since, MOST_CLOSED + 2)
        gaps = [
            Remark("closed", closes, opens)
            for (_from, closes), (opens, _to) in pairwise(open_)
            if closes is not None and closes < until
        ]
        return gaps if len(gaps) <= MOST_CLOSED else [Remark("closed_often")]

    def _asked(self, step: Step) -> Happening | None:
        """The message that the step begins with, as it counted then."""
        asked = [one for one in self._history if one.what == What.ASKED and one.ref == step.ref and one.at <= step.at]
        return asked[-1] if asked and step.ref is not None else None

    def _cause(self, at: datetime, *whats: What, reason: str | None = None) -> Happening | None:
        return next(
            (
                one
                for one in self._history
                if one.at == at and one.what in whats and (reason is None or one.reason == reason)
            ),
            None,
        )


def _folded(lines: Iterable[Line]) -> Iterable[Line]:
    """Tries of one answer that failed one after the other are one line with their number."""
    kept: list[Line] = []
    for line in lines:
        before = kept[-1] if kept else None
        if before and line.word == "failed" == before.word and line.ref == before.ref and line.ref is not None:
            tries = next((remark.number for remark in before.remarks if remark.word == "tries"), 1)
            others = tuple(remark for remark in before.remarks if remark.word != "tries")
            kept[-1] = before._replace(remarks=(Remark("tries", line.at, number=tries + 1), *others))
        else:
            kept.append(line)
    return kept
