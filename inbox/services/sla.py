"""Promises running for conversations: started by what a citizen says, met by the platform's time of our answer.

The due time is computed once, from the policy and the calendar in force, and stored; whoever looks later
can't make it later. What this must not do: ring anybody, or let our own lateness into a verdict
(`breached_at` equals `due_at`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from inbox.domain import sla
from inbox.domain.calendar import Calendar as OpeningHours
from inbox.domain.events import ConversationChanged
from inbox.domain.ids import new_id
from inbox.domain.sla import ClockState
from inbox.models import Account, Calendar, Clock, Conversation, ConversationEvent, Fact, Message, SlaTarget
from inbox.models.arrays import among, insert_rows
from inbox.uow import UnitOfWork

FIRST_RESPONSE = "first_response"
BATCH = 1000


@dataclass(frozen=True, slots=True)
class Start:
    """A promise to be started: `at` is the platform's time of the message."""

    conversation_id: UUID
    account_id: UUID
    message_id: UUID
    visibility: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Plan:
    """Promises worked out and not stored yet, and when each conversation's falls due."""

    rows: Sequence[Mapping[str, object]]
    due: Mapping[UUID, datetime]


def plan(work: UnitOfWork, starts: Sequence[Start]) -> Plan:
    """Work out the first-response promise of conversations that never had one; the first start of each counts."""
    have = set(
        work.session.scalars(
            select(Clock.conversation_id).where(
                among(Clock.conversation_id, {one.conversation_id for one in starts}), Clock.kind == FIRST_RESPONSE
            )
        )
        if starts
        else ()
    )
    rows: list[dict[str, object]] = []
    due: dict[UUID, datetime] = {}
    promises = _Promises(work)
    for one in starts:
        if one.conversation_id in have or one.conversation_id in due:
            continue
        target, calendar_id, hours = promises.of(one.account_id, one.visibility)
        if target is None:
            continue
        due[one.conversation_id] = sla.promise(one.at, target.minutes, target.business, hours)
        rows.append(
            {
                "id": new_id(),
                "conversation_id": one.conversation_id,
                "message_id": one.message_id,
                "target_id": target.id,
                "calendar_id": calendar_id,
                "kind": FIRST_RESPONSE,
                "state": ClockState.RUNNING.value,
                "minutes": target.minutes,
                "business": target.business,
                "started_at": one.at,
                "due_at": due[one.conversation_id],
            }
        )
    return Plan(rows, due)


def arm(work: UnitOfWork, planned: Plan) -> None:
    """Store planned promises. Their conversations and messages stand already, `next_due_at` included."""
    insert_rows(work.session, Clock, planned.rows)


def start(work: UnitOfWork, one: Start) -> None:
    """Start the first-response promise of one conversation that is stored, unless it ever had one."""
    planned = plan(work, [one])
    arm(work, planned)
    _recount(work, list(planned.due))


def answer(work: UnitOfWork, conversation: Conversation, message: Message, at: datetime) -> None:
    """Our answer stands out there since `at`, the platform's time: the first-response promise has its verdict."""
    clock = work.session.scalars(
        select(Clock)
        .where(
            Clock.conversation_id == conversation.id,
            Clock.kind == FIRST_RESPONSE,
            Clock.answered_at.is_(None),
            Clock.state.in_((ClockState.RUNNING, ClockState.PAUSED, ClockState.BREACHED)),
        )
        .with_for_update()
    ).first()
    if clock is None or clock.due_at is None:
        return
    at = max(at, clock.started_at)
    clock.answered_at, clock.answer_id = at, message.id
    _become(clock, ClockState(sla.verdict(clock.due_at, at)))
    work.session.flush()
    _measure(work, clock, conversation.account_id)
    _recount(work, [conversation.id])


def stop(work: UnitOfWork, conversation: Conversation) -> None:
    """The matter was finished without an answer: promises that still run are cancelled."""
    for clock in work.session.scalars(
        select(Clock)
        .where(Clock.conversation_id == conversation.id, Clock.state.in_((ClockState.RUNNING, ClockState.PAUSED)))
        .with_for_update()
    ):
        _become(clock, ClockState.CANCELLED)
    work.session.flush()
    _recount(work, [conversation.id])


def resume(work: UnitOfWork, conversation: Conversation) -> None:
    """Solved or "dismissed was taken back: a promise that this cancelled runs again, from its old start."""
    clock = work.session.scalars(
        select(Clock)
        .where(Clock.conversation_id == conversation.id, Clock.kind == FIRST_RESPONSE)
        .order_by(Clock.started_at.desc())
        .limit(1)
    ).first()
    if clock is None or clock.state != ClockState.CANCELLED:
        return
    insert_rows(
        work.session,
        Clock,
        [
            {
                "id": new_id(),
                "conversation_id": conversation.id,
                "message_id": clock.message_id,
                "target_id": clock.target_id,
                "calendar_id": clock.calendar_id,
                "kind": clock.kind,
                "state": ClockState.RUNNING.value,
                "minutes": clock.minutes,
                "business": clock.business,
                "started_at": clock.started_at,
                "due_at": clock.due_at,
            }
        ],
    )
    _recount(work, [conversation.id])


def breach(work: UnitOfWork, limit: int = BATCH) -> int:
    """Give their verdict to promises whose time is over; returns how many. Missed only *after* the due instant."""
    late = list(
        work.session.scalars(
            select(Clock)
            .where(Clock.state == ClockState.RUNNING, Clock.due_at < work.now)
            .order_by(Clock.due_at, Clock.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
    )
    for clock in late:
        _become(clock, ClockState.BREACHED)
        clock.breached_at = clock.due_at
    insert_rows(
        work.session,
        ConversationEvent,
        [
            {
                "id": new_id(),
                "conversation_id": clock.conversation_id,
                "at": clock.due_at,
                "kind": "breached",
                "agent_id": None,
                "data": {"clock": clock.kind},
            }
            for clock in late
        ],
    )
    for conversation in work.session.scalars(
        select(Conversation).where(among(Conversation.id, [clock.conversation_id for clock in late]))
    ):
        work.say(ConversationChanged(conversation.id, conversation.team_id, conversation.version))
    return len(late)


def _recount(work: UnitOfWork, conversation_ids: Sequence[UUID]) -> None:
    """`next_due_at`: the earliest promise not answered, missed ones included, since they are the most urgent."""
    if not conversation_ids:
        return
    earliest = (
        select(func.min(Clock.due_at))
        .where(
            Clock.conversation_id == Conversation.id,
            Clock.answered_at.is_(None),
            Clock.state.in_((ClockState.RUNNING, ClockState.PAUSED, ClockState.BREACHED)),
        )
        .scalar_subquery()
    )
    work.session.execute(
        update(Conversation)
        .where(among(Conversation.id, conversation_ids))
        .values(next_due_at=earliest)
        .execution_options(synchronize_session=False)
    )
    for conversation in list(work.session):
        if isinstance(conversation, Conversation) and conversation.id in conversation_ids:
            work.session.expire(conversation, ["next_due_at"])


def _measure(work: UnitOfWork, clock: Clock, account_id: UUID) -> None:
    """Write the fact that reports are made of, once."""
    assert clock.answered_at is not None
    assert clock.due_at is not None
    hours = _hours(work.session.get_one(Calendar, clock.calendar_id))
    work.session.execute(
        insert(Fact)
        .values(
            id=new_id(),
            clock_id=clock.id,
            account_id=account_id,
            conversation_id=clock.conversation_id,
            kind=clock.kind,
            day=clock.answered_at.astimezone(ZoneInfo(hours.zone)).date(),
            started_at=clock.started_at,
            due_at=clock.due_at,
            answered_at=clock.answered_at,
            opening_time=hours.between(clock.started_at, clock.answered_at),
            wall_time=clock.answered_at - clock.started_at,
            on_time=clock.state == ClockState.MET,
        )
        .on_conflict_do_nothing(index_elements=["clock_id"])
    )


def _become(clock: Clock, state: ClockState) -> None:
    before = ClockState(clock.state)
    if state == before:
        return
    if state not in sla.TRANSITIONS[before]:
        raise ValueError(f"a clock can't go from {before} to {state}")
    clock.state = state
    if state == ClockState.MET:
        clock.breached_at = None
    if state == ClockState.BREACHED:
        clock.breached_at = clock.due_at


def _hours(calendar: Calendar) -> OpeningHours:
    return OpeningHours.from_json(calendar.rules)


class _Promises:
    """The targets and opening hours of the accounts in one deed, each looked up once."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._known: dict[tuple[UUID, str], tuple[SlaTarget | None, UUID, OpeningHours]] = {}

    def of(self, account_id: UUID, visibility: str) -> tuple[SlaTarget | None, UUID, OpeningHours]:
        """The target (None: nothing was promised), and the calendar's row and hours."""
        key = (account_id, visibility)
        if key not in self._known:
            account = self._work.session.get_one(Account, account_id)
            target = self._work.session.scalars(
                select(SlaTarget).where(
                    SlaTarget.policy_id == account.policy_id,
                    SlaTarget.kind == FIRST_RESPONSE,
                    SlaTarget.visibility == visibility,
                )
            ).one_or_none()
            calendar = self._work.session.get_one(Calendar, account.calendar_id)
            self._known[key] = (target, calendar.id, _hours(calendar))
        return self._known[key]
