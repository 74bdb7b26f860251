"""Small histories and terms for tests of the clocks, in minutes after nine on a Monday.

It exists so that a rule and its history fit on a line. What it must not do: hold a rule of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from inbox.domain.calendar import ALWAYS, Calendar
from inbox.domain.clocks import read
from inbox.domain.history import Happening, What
from inbox.domain.readings import Reading
from inbox.domain.runs import Run
from inbox.domain.sla import ClockKind
from inbox.domain.terms import Term, Terms

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
_NAMES = UUID("0198c0de-0000-7000-8000-000000000000")
KINDS: Mapping[str, ClockKind] = {
    "ack": ClockKind.ACKNOWLEDGED,
    "first": ClockKind.FIRST_RESPONSE,
    "next": ClockKind.NEXT_RESPONSE,
    "solve": ClockKind.RESOLUTION,
}
USUAL: Mapping[str, int] = {"ack": 15, "first": 60, "next": 120, "solve": 480}


def clock(minute: float) -> datetime:
    """So many minutes past nine."""
    return NINE + timedelta(minutes=minute)


def minute(at: datetime | None) -> float | None:
    """The other way."""
    if at is None:
        return None
    minutes = (at - NINE) / timedelta(minutes=1)
    return int(minutes) if minutes == int(minutes) else minutes


def name(text: str) -> UUID:
    """The id of a message of that name."""
    return uuid5(_NAMES, text)


@dataclass(frozen=True)
class Era:
    """What is promised from a minute; `by_priority`, `by_group` and `private` promise otherwise where they say so."""

    targets: Mapping[str, int]
    since: float = 0
    hours: Calendar = ALWAYS
    business: bool = True
    holding_counts: bool = False
    pauses_for_silo: bool = False
    by_priority: Mapping[int, Mapping[str, int]] = field(default_factory=dict)
    by_group: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    private: Mapping[str, int] = field(default_factory=dict)


class Eras:
    """Terms that change, as `TermsHistory` has them."""

    def __init__(self, *eras: Era) -> None:
        self._eras = eras
        self.changes: Sequence[datetime] = tuple(clock(era.since) for era in eras[1:])

    def of(self, kind: ClockKind, visibility: str, priority: int, at: datetime, group: str = "") -> Term | None:
        number = sum(change <= at for change in self.changes)
        era = self._eras[number]
        short = next(short for short, long in KINDS.items() if long == kind)
        targets = {
            **era.targets,
            **era.by_priority.get(priority, {}),
            **era.by_group.get(group, {}),
            **(era.private if visibility == "private" else {}),
        }
        if short not in targets:
            return None
        return Term(
            targets[short],
            era.business,
            era.hours,
            UUID(int=number),
            UUID(int=number),
            1,
            era.holding_counts,
            era.pauses_for_silo,
        )


def ask(at: float, text: str, *, since: float | None = None, **more: Any) -> Happening:
    """A message of the citizen's that came in; `since`: when it was said, if that was earlier."""
    if more.get("no_later") is not None:
        more["no_later"] = clock(more["no_later"])
    return Happening(clock(at), What.ASKED, name(text), since=clock(at if since is None else since), **more)


def answer(at: float, *, sent: float | None = None, holding: bool = False, ref: str = "", **more: Any) -> Happening:
    """An answer that stands since `at`, sent by us at `sent`."""
    return Happening(
        clock(at),
        What.ANSWERED,
        name(ref or f"answer at {at}"),
        since=clock(at if sent is None else sent),
        holding=holding,
        pends=not holding,
        **more,
    )


def withdraw(at: float, text: str) -> Happening:
    return Happening(clock(at), What.WITHDRAWN, name(text))


def does(at: float, what: What, **more: Any) -> Happening:
    return Happening(clock(at), what, **more)


def solve(at: float) -> Happening:
    return does(at, What.SOLVED)


def dismiss(at: float, reason: str = "thanks") -> Happening:
    return does(at, What.DISMISSED, reason=reason)


def reopen(at: float) -> Happening:
    return does(at, What.REOPENED)


Shown = tuple[object, ...]


def shown(runs: Iterable[Run], kind: str) -> list[Shown]:
    """State, start, end and answer of each run of a kind; the reason too where nothing is owed any more."""
    return [
        (run.state.value, minute(run.started_at), minute(run.due_at), minute(run.answered_at))
        + ((run.reason,) if run.reason else ())
        for run in runs
        if run.kind == KINDS[kind]
    ]


def read_at(history: Iterable[Happening], terms: Terms, until: float) -> Reading:
    """The clocks as they show at that minute."""
    reading = read(history, terms)
    for run in reading.runs:
        run.lapse(clock(until))
    return reading
