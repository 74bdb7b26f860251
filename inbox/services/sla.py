"""Promises kept as rows: what the clocks of a conversation say, stored so that a sweep can claim it.

Whoever changes a conversation says `follow`, and its clocks are read anew out of its history
(`inbox.domain.clocks`); there are no verbs to start, meet or stop one. The due time is stored, and whoever looks
later can't make it later. What this must not do: ring anybody, hold a rule about time, or let our own lateness
into a verdict (`breached_at` equals `due_at`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from inbox import log
from inbox.domain import escalation, sla
from inbox.domain.clocks import read
from inbox.domain.history import Happening, in_order
from inbox.domain.ids import new_id
from inbox.domain.ladder import NONE, Ladder
from inbox.domain.runs import Run
from inbox.domain.sla import ClockState
from inbox.models import Clock, Conversation, Fact
from inbox.models.arrays import among, insert_rows
from inbox.queries.histories import histories
from inbox.queries.terms import all_terms
from inbox.services import verdicts
from inbox.uow import UnitOfWork

_log = log.get(__name__)


@dataclass(frozen=True, slots=True)
class Plan:
    """Clocks worked out and not stored yet, and when each conversation's next deadline is."""

    terms: int
    new: Sequence[tuple[UUID, UUID, Run]]
    """Conversation, account, and what runs there."""
    known: Sequence[tuple[Clock, UUID, Run]]
    gone: Sequence[UUID]
    """Clocks that there should never have been: an answer that we heard of late had been given before they began."""
    due: Mapping[UUID, datetime | None]
    ladder: Ladder = NONE
    urgent: frozenset[UUID] = frozenset()
    """Conversations that may be acute: their ladder keeps no quiet hours."""


def plan(
    work: UnitOfWork,
    accounts: Mapping[UUID, UUID],
    fresh: Mapping[UUID, Sequence[Happening]] | None = None,
    *,
    unborn: frozenset[UUID] = frozenset(),
    urgent: frozenset[UUID] = frozenset(),
) -> Plan:
    """Read the clocks of conversations. `accounts`: the account of each.

    `fresh` is what has happened and is not stored yet, `unborn` are conversations that are not either, `urgent` those
    that may be acute: the caller holds them and knows.
    """
    born = set(accounts) - unborn
    terms = all_terms(work)
    if not terms.founded:
        return Plan(0, (), (), (), dict.fromkeys(accounts))
    past = histories(work, born, terms) if born else {}
    rows = _stored(work.session, born)
    new: list[tuple[UUID, UUID, Run]] = []
    known: list[tuple[Clock, UUID, Run]] = []
    due: dict[UUID, datetime | None] = {}
    for id_, account_id in accounts.items():
        happenings = in_order([*past.get(id_, ()), *((fresh or {}).get(id_, ()))])
        reading = read(happenings, terms.of(account_id), until=work.now)
        for run in reading.runs:
            run.lapse(work.now)
            row = rows.pop((id_, run.kind.value, run.number), None)
            if row is None:
                new.append((id_, account_id, run))
            else:
                known.append((row, account_id, run))
        due[id_] = reading.next_due_at
    # A clock of the first release that has its verdict is never read again, whatever its history can still tell.
    gone = [row.id for row in rows.values() if row.terms or row.state in sla.OWED]
    return Plan(terms.known(work.now), new, known, gone, due, terms.ladder, urgent)


def arm(work: UnitOfWork, planned: Plan) -> None:
    """Store planned clocks. Their conversations and messages stand already, `next_due_at` included."""
    decided: list[verdicts.Decided] = []
    rows: list[dict[str, object]] = []
    unmeasured = list(planned.gone)
    for row, account_id, run in planned.known:
        breached_at, figures = row.breached_at, _figures(row)
        climb_at = escalation.next_at(
            planned.ladder,
            run,
            account_id,
            row.climbed,
            work.now,
            breaks_quiet=row.conversation_id in planned.urgent,
        )
        _write(row, run, planned.terms, climb_at)
        missed = run.breached_at is not None and run.breached_at != breached_at
        measured = run.answered_at is not None and _figures(row) != figures
        if run.answered_at is None and figures[0] is not None:
            unmeasured.append(row.id)
        if missed or measured:
            decided.append(verdicts.Decided(row.id, row.conversation_id, account_id, run, missed, measured))
    work.session.flush()
    _forget(work.session, unmeasured, planned.gone)
    for conversation_id, account_id, run in planned.new:
        id_ = new_id()
        climb_at = escalation.next_at(
            planned.ladder, run, account_id, (), work.now, breaks_quiet=conversation_id in planned.urgent
        )
        rows.append({"id": id_, "conversation_id": conversation_id, **_values(run, planned.terms, climb_at)})
        missed, measured = run.state == ClockState.BREACHED, run.answered_at is not None
        if missed or measured:
            decided.append(verdicts.Decided(id_, conversation_id, account_id, run, missed, measured))
    insert_rows(work.session, Clock, rows)
    verdicts.tell(work, decided)


def follow(work: UnitOfWork, *conversations: Conversation) -> None:
    """Something happened in these conversations, which the caller holds: their clocks say what they say now."""
    work.session.flush()
    urgent = frozenset(one.id for one in conversations if one.acute_at is not None)
    planned = plan(work, {one.id: one.account_id for one in conversations}, urgent=urgent)
    for one in conversations:
        one.next_due_at = planned.due[one.id]
    arm(work, planned)


def recompute(work: UnitOfWork) -> int:
    """Calendars or policies have changed: how many clocks the next sweep will read again before any verdict."""
    return work.session.scalar(select(func.count()).select_from(Clock).where(Clock.state.in_(sla.OWED))) or 0


def reread(work: UnitOfWork, limit: int = 500) -> int:
    """Read the clocks again that don't know the newest calendars and policies; how many conversations it were."""
    terms = all_terms(work)
    conversations = list(
        work.session.scalars(
            select(Conversation)
            .where(
                Conversation.id.in_(
                    select(Clock.conversation_id)
                    .where(Clock.state.in_(sla.OWED), Clock.terms < terms.known(work.now))
                    .order_by(Clock.terms, Clock.conversation_id)
                    .limit(limit)
                )
            )
            .order_by(Conversation.id)
            .with_for_update(key_share=True, skip_locked=True)
        )
    )
    before = _ends(work.session, [one.id for one in conversations])
    follow(work, *conversations)
    after = _ends(work.session, [one.id for one in conversations])
    verdicts.tell_of_terms(work, conversations, {key: (end, after.get(key)) for key, end in before.items()})
    return len(conversations)


def _ends(session: Session, ids: Sequence[UUID]) -> dict[tuple[UUID, str], datetime | None]:
    rows = session.execute(
        select(Clock.conversation_id, Clock.kind, Clock.due_at).where(
            among(Clock.conversation_id, ids), or_(Clock.state == ClockState.RUNNING, Clock.state == ClockState.PAUSED)
        )
    )
    return {(row.conversation_id, row.kind): row.due_at for row in rows}


def _stored(session: Session, ids: set[UUID]) -> dict[tuple[UUID, str, int], Clock]:
    if not ids:
        return {}
    found = session.scalars(
        select(Clock)
        .where(among(Clock.conversation_id, ids))
        .order_by(Clock.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {(row.conversation_id, row.kind, row.number): row for row in found}


def _forget(session: Session, unmeasured: Sequence[UUID], gone: Sequence[UUID]) -> None:
    """What is not true any more once an answer was heard of late."""
    if unmeasured:
        session.execute(delete(Fact).where(among(Fact.clock_id, unmeasured)))
    if gone:
        session.execute(delete(Clock).where(among(Clock.id, gone)))


def _figures(row: Clock) -> tuple[object, ...]:
    """What a fact says of a clock."""
    return row.answered_at, row.state, row.started_at, row.due_at


def _write(row: Clock, run: Run, terms: int, climb_at: datetime | None) -> None:
    before = ClockState(row.state)
    if run.state not in (before, *sla.TRANSITIONS[before]) and run.message_id == row.message_id:
        # The history is right and the row follows it; who refused here would block what the citizen writes next.
        _log.error("verdict_taken_back", clock=row.id, was=before.value, becomes=run.state.value)
    for name, value in _values(run, terms, climb_at).items():
        if getattr(row, name) != value:
            setattr(row, name, value)


def _values(run: Run, terms: int, climb_at: datetime | None) -> dict[str, object]:
    return {
        "kind": run.kind.value,
        "number": run.number,
        "message_id": run.message_id,
        "state": run.state.value,
        "reason": run.reason,
        "policies_id": run.term.policies_id,
        "policy": run.term.policy,
        "calendar_id": run.term.calendar_id,
        "terms": terms,
        "minutes": run.term.minutes,
        "business": run.term.business,
        "started_at": run.started_at,
        "due_at": run.due_at,
        "answered_at": run.answered_at,
        "answer_id": run.answer_id,
        "breached_at": run.breached_at,
        "climb_at": climb_at,
    }
