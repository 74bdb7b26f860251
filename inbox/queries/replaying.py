"""Every stored clock beside what its conversation's history says: whether the verdicts in the database can be believed.

It exists for `python -m inbox sla replay`. It reads a bounded number of conversations at a time, so that the house can
go on meanwhile. What it must not do: change a row, or show anybody's words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, select

from inbox.domain.clocks import read
from inbox.domain.readings import Reading
from inbox.domain.runs import Run
from inbox.domain.sla import OWED, ClockState
from inbox.models import Clock, Conversation
from inbox.models.arrays import among
from inbox.queries.histories import histories
from inbox.queries.terms import AllTerms, all_terms
from inbox.uow import UnitOfWork

FIELDS: Final = (
    "message_id",
    "state",
    "reason",
    "policies_id",
    "policy",
    "calendar_id",
    "minutes",
    "business",
    "started_at",
    "due_at",
    "answered_at",
    "answer_id",
    "breached_at",
)
"""What a clock's row says and its run says anew. How many versions the row knows (`terms`) is no verdict."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that is stored otherwise than the history has it.

    `field` is one of `FIELDS`; `clock` where a whole clock is missing or too many; `next_due_at` (with no `kind`) where
    the conversation would stand in the wrong place of the list.
    """

    conversation_id: UUID
    reference: str
    kind: str
    number: int
    field: str
    stored: object
    rebuilt: object


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of some conversations.

    `unread` clocks don't know the newest calendars and policies yet and will be read again by the sweep; `over` ones
    have just been missed and wait for it. Neither is a difference.
    """

    conversations: int
    clocks: int
    unread: int
    over: int
    differences: tuple[Difference, ...]

    def __add__(self, other: Replayed) -> Replayed:
        return Replayed(
            self.conversations + other.conversations,
            self.clocks + other.clocks,
            self.unread + other.unread,
            self.over + other.over,
            self.differences + other.differences,
        )


NOTHING: Final = Replayed(0, 0, 0, 0, ())


def told(one: Difference) -> str:
    """The difference in a sentence, for whoever runs the house."""
    what = f"{one.kind.replace('_', ' ')} {one.number}" if one.kind else "the conversation"
    stored, rebuilt = _value(one.stored), _value(one.rebuilt)
    return f"{one.reference}, {what}: {one.field} is stored as {stored}; the history says {rebuilt}"


def summed_up(found: Replayed) -> Iterator[str]:
    """What came of everything."""
    read_again = f"{_many(found.clocks, 'clock')} of {_many(found.conversations, 'conversation')}"
    if found.differences:
        yield f"{read_again}: {_many(len(found.differences), 'difference')}."
    else:
        yield f"{read_again}: all are stored as their history says."
    if found.unread:
        yield f"Not read again yet under the newest calendars and policies: {found.unread}. The sweep does it."
    if found.over:
        yield f"Just over, without a verdict yet: {found.over}. The sweep gives it."


def _value(value: object) -> str:
    if value is None:
        return "nothing"
    return value.isoformat(" ") if isinstance(value, datetime) else str(value)


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def following(work: UnitOfWork, after: UUID | None, limit: int) -> Sequence[UUID]:
    """The ids of the next conversations, merged-away ones included; none at the end."""
    query = select(Conversation.id).order_by(Conversation.id).limit(limit)
    return work.session.scalars(query if after is None else query.where(Conversation.id > after)).all()


def replay(work: UnitOfWork, ids: Iterable[UUID]) -> Replayed:
    """Read these conversations' clocks anew and compare them with what is stored."""
    terms = all_terms(work)
    conversations = work.session.execute(
        select(Conversation.id, Conversation.reference, Conversation.account_id, Conversation.next_due_at).where(
            among(Conversation.id, set(ids))
        )
    ).all()
    stored = _stored(work, {one.id for one in conversations})
    past = histories(work, {one.id for one in conversations}, terms)
    clocks = unread = over = 0
    differences: list[Difference] = []
    for conversation in conversations:
        reading = read(past[conversation.id], terms.of(conversation.account_id), until=work.now)
        found = _compared(work, conversation, reading, stored.get(conversation.id, {}), terms)
        clocks += found.clocks
        unread += found.unread
        over += found.over
        differences += found.differences
    return Replayed(len(conversations), clocks, unread, over, tuple(differences))


def _stored(work: UnitOfWork, ids: set[UUID]) -> dict[UUID, dict[tuple[str, int], Row[Any]]]:
    columns = [getattr(Clock, name) for name in FIELDS]
    rows = work.session.execute(
        select(Clock.conversation_id, Clock.kind, Clock.number, Clock.terms, *columns).where(
            among(Clock.conversation_id, ids)
        )
    )
    found: dict[UUID, dict[tuple[str, int], Row[Any]]] = {}
    for row in rows:
        found.setdefault(row.conversation_id, {})[row.kind, row.number] = row
    return found


def _compared(
    work: UnitOfWork, conversation: Any, reading: Reading, stored: dict[tuple[str, int], Row[Any]], terms: AllTerms
) -> Replayed:
    newest = terms.known(work.now)
    unread = over = 0
    differences: list[Difference] = []

    def differs(kind: str, number: int, field: str, was: object, becomes: object) -> None:
        differences.append(Difference(conversation.id, conversation.reference, kind, number, field, was, becomes))

    runs = {(run.kind.value, run.number): run for run in reading.runs}
    for key in sorted(stored.keys() - runs.keys()):
        differs(*key, "clock", "there", None)
    for (kind, number), run in runs.items():
        run.lapse(work.now)
        row = stored.get((kind, number))
        if row is None:
            differs(kind, number, "clock", None, "there")
            continue
        waits = _waits_for_the_sweep(row, run)
        changed = [one for one in _differing(row, run) if not (waits and one[0] in ("state", "breached_at"))]
        if changed and row.state in OWED and row.terms < newest:
            unread += 1
            continue
        over += waits
        for field, was, becomes in changed:
            differs(kind, number, field, was, becomes)
    if not unread and conversation.next_due_at != reading.next_due_at:
        differs("", 0, "next_due_at", conversation.next_due_at, reading.next_due_at)
    return Replayed(1, len(stored), unread, over, tuple(differences))


def _waits_for_the_sweep(row: Row[Any], run: Run) -> bool:
    """Its time is over by the clock on the wall, and nobody has given it its verdict yet."""
    return bool(
        row.state == ClockState.RUNNING
        and run.state == ClockState.BREACHED
        and run.answered_at is None
        and run.due_at == row.due_at
    )


def _differing(row: Row[Any], run: Run) -> Iterator[tuple[str, object, object]]:
    term = run.term
    rebuilt: dict[str, object] = {
        "message_id": run.message_id,
        "state": run.state.value,
        "reason": run.reason,
        "policies_id": term.policies_id,
        "policy": term.policy,
        "calendar_id": term.calendar_id,
        "minutes": term.minutes,
        "business": term.business,
        "started_at": run.started_at,
        "due_at": run.due_at,
        "answered_at": run.answered_at,
        "answer_id": run.answer_id,
        "breached_at": run.breached_at,
    }
    for name in FIELDS:
        stored = getattr(row, name)
        if stored != rebuilt[name]:
            yield name, stored, rebuilt[name]
