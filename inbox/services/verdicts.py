"""What a verdict leaves behind: a line in the conversation, a fact for the reports, and word to whoever looks.

What it must not do: decide one (`inbox.domain.clocks`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert

from inbox.domain.events import ConversationChanged
from inbox.domain.ids import new_id
from inbox.domain.runs import Run
from inbox.domain.sla import ClockState
from inbox.models import Conversation, ConversationEvent, Fact
from inbox.models.arrays import among, insert_rows
from inbox.uow import UnitOfWork

BATCH = 1000
# The line of each verdict is written by the same statement: a thousand rows need not travel here and back.
_BREACH = text(
    """
    WITH late AS (
        SELECT id FROM clock WHERE state = 'running' AND due_at < :now
            AND terms >= (SELECT count(*) FROM calendar WHERE created_at <= :now)
                + (SELECT count(*) FROM policies WHERE created_at <= :now)
                + (SELECT count(*) FROM ladder WHERE created_at <= :now)
        ORDER BY due_at, id LIMIT cardinality(CAST(:ids AS uuid[])) FOR UPDATE SKIP LOCKED),
    judged AS (
        UPDATE clock SET state = 'breached', breached_at = due_at FROM late, conversation
        WHERE clock.id = late.id AND conversation.id = clock.conversation_id
        RETURNING clock.conversation_id, clock.due_at, clock.kind, conversation.team_id, conversation.version),
    lines AS (
        INSERT INTO conversation_event (id, conversation_id, at, kind, data)
        SELECT ids.id, verdict.conversation_id, verdict.due_at, 'breached', jsonb_build_object('clock', verdict.kind)
        FROM (SELECT *, row_number() OVER (ORDER BY due_at) AS number FROM judged) AS verdict
        JOIN unnest(CAST(:ids AS uuid[])) WITH ORDINALITY AS ids (id, number) USING (number))
    SELECT conversation_id, team_id, version FROM judged
    """
)


@dataclass(frozen=True, slots=True)
class Decided:
    """A clock that just got its verdict, its answer, or both."""

    clock_id: UUID
    conversation_id: UUID
    account_id: UUID
    run: Run
    missed: bool
    measured: bool


def breach(work: UnitOfWork, limit: int = BATCH) -> int:
    """Give their verdict to promises whose time is over; returns how many. Missed only *after* the due instant.

    One that does not know the newest calendars and policies waits for `sla.reread`: it may have more time than its
    row says.
    """
    late = work.session.execute(_BREACH, {"now": work.now, "ids": [new_id() for _ in range(limit)]}).all()
    for row in {row.conversation_id: row for row in late}.values():
        work.say(ConversationChanged(row.conversation_id, row.team_id, row.version))
    return len(late)


def tell(work: UnitOfWork, decided: Sequence[Decided]) -> None:
    """Write what the verdicts of one deed leave behind."""
    missed = {
        (one.conversation_id, one.run.breached_at, one.run.kind.value)
        for one in decided
        if one.missed and one.run.breached_at is not None
    }
    _lines(work, sorted(missed - _told(work, {id_ for id_, _, _ in missed})))
    facts = [_fact(one) for one in decided if one.measured]
    if facts:
        found = insert(Fact).values(facts)
        changed = {name: found.excluded[name] for name in facts[0] if name not in ("id", "clock_id")}
        work.session.execute(found.on_conflict_do_update(index_elements=["clock_id"], set_=changed))


def tell_of_terms(
    work: UnitOfWork,
    conversations: Iterable[Conversation],
    ends: Mapping[tuple[UUID, str], tuple[datetime | None, datetime | None]],
) -> None:
    """A deadline is another because the terms are: that stands in the conversation's history."""
    moved = [(id_, kind, old, new) for (id_, kind), (old, new) in ends.items() if old and new and old != new]
    insert_rows(
        work.session,
        ConversationEvent,
        [
            {
                "id": new_id(),
                "conversation_id": id_,
                "at": work.now,
                "kind": "terms_changed",
                "agent_id": None,
                "data": {"clock": kind, "from": old.isoformat(), "to": new.isoformat()},
            }
            for id_, kind, old, new in moved
        ],
    )
    touched = {id_ for id_, *_ in moved}
    for one in conversations:
        if one.id in touched:
            work.say(ConversationChanged(one.id, one.team_id, one.version))


def _told(work: UnitOfWork, ids: set[UUID]) -> set[tuple[UUID, datetime, str]]:
    """Misses that stand in the history already: by another clock of the same wait, before we heard of an answer."""
    if not ids:
        return set()
    rows = work.session.execute(
        select(ConversationEvent.conversation_id, ConversationEvent.at, ConversationEvent.data["clock"].astext).where(
            among(ConversationEvent.conversation_id, ids), ConversationEvent.kind == "breached"
        )
    )
    return {(row[0], row[1], row[2]) for row in rows}


def _lines(work: UnitOfWork, missed: Iterable[tuple[UUID, datetime, str]]) -> None:
    insert_rows(
        work.session,
        ConversationEvent,
        [
            {
                "id": new_id(),
                "conversation_id": conversation_id,
                "at": due_at,
                "kind": "breached",
                "agent_id": None,
                "data": {"clock": kind},
            }
            for conversation_id, due_at, kind in missed
        ],
    )


def _fact(one: Decided) -> dict[str, object]:
    """What reports are made of, one for each promise that came to its end."""
    run = one.run
    assert run.answered_at is not None
    # A missed promise keeps its due time; one that was paused at its end had none left to miss.
    due = run.due_at or run.answered_at
    return {
        "id": new_id(),
        "clock_id": one.clock_id,
        "account_id": one.account_id,
        "conversation_id": one.conversation_id,
        "kind": run.kind.value,
        "day": run.answered_at.astimezone(ZoneInfo(run.term.hours.zone)).date(),
        "started_at": run.started_at,
        "due_at": due,
        "answered_at": run.answered_at,
        "opening_time": run.opening_time(),
        "wall_time": run.answered_at - run.started_at,
        "on_time": run.state == ClockState.MET,
    }
