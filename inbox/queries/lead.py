"""The lead's four numbers of today, and the lists behind them: a list is as long as its number.

The definitions are those of `docs/metrics.md`: *waiting on us* by who has the last word, *on time* by the due
time of promises, *first answer* in opening time, nearest rank. What it must not do: rank people, or count a
practice room among real accounts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, select, text
from sqlalchemy.orm import InstrumentedAttribute, aliased

from inbox.domain.actors import Role
from inbox.domain.errors import Forbidden
from inbox.models import Account, Agent, Clock, Conversation, Fact, Identity, Message
from inbox.models.conversation import OPEN
from inbox.queries.inbox_list import CAP, counted
from inbox.uow import UnitOfWork

LONGEST_LIST = 500
ENOUGH = 20
"""Under so many answers there is no percentile (`docs/metrics.md`)."""
FARTHEST_ZONE = timedelta(days=2)
"""Two places of the world may be 26 hours apart."""
WAITING = OPEN + " AND waiting_since IS NOT NULL AND status <> 'pending'"


@dataclass(frozen=True, slots=True)
class Now:
    """The four numbers. `goal` is the newest promise in minutes; medians are None when nothing was answered."""

    waiting: int
    late: int
    oldest_since: datetime | None
    oldest_id: UUID | None
    on_time: int
    decided: int
    answered: int
    median: timedelta | None
    goal: int | None
    day: date
    nine_of_ten: timedelta | None
    """By nearest rank; None under 20 answers."""


@dataclass(frozen=True, slots=True)
class Line:
    """One conversation behind a number. `took` is in opening time, None while nobody has answered."""

    conversation_id: UUID
    reference: str
    who: str
    channel: str
    agent: str | None
    started_at: datetime
    due_at: datetime
    answered_at: datetime | None
    took: timedelta | None
    on_time: bool


def now(work: UnitOfWork, zone: ZoneInfo) -> Now:
    """Everything the page says, in two statements. Raises Forbidden for everybody but a lead."""
    only_leads(work)
    today = work.now.astimezone(zone).date()
    waits = (
        select(Conversation.id, Conversation.next_due_at, Conversation.waiting_since)
        .where(text(WAITING), Conversation.team_id.in_(work.actor.teams), counted(Conversation.account_id))
        .order_by(Conversation.waiting_since, Conversation.id)
        .limit(CAP + 1)
        .subquery("waits")
    )
    waiting = work.session.execute(
        select(
            func.count().label("n"),
            func.count().filter(waits.c.next_due_at < work.now).label("late"),
            func.min(waits.c.waiting_since).label("oldest"),
            func.array_agg(waits.c.id).label("ids"),
        ).select_from(waits)
    ).one()
    decided = _decided(work, today, zone)
    facts = and_(
        Fact.kind == "first_response",
        _given(today, zone),
        in_teams(work, Fact.account_id),
        counted(Fact.account_id),
    )
    promises = work.session.execute(
        select(
            _number(decided),
            _number(and_(decided, Clock.state == "met")).label("on_time"),
            select(func.count()).select_from(Fact).where(facts).scalar_subquery().label("answered"),
            select(func.percentile_disc(0.5).within_group(Fact.opening_time))
            .where(facts)
            .scalar_subquery()
            .label("median"),
            select(func.percentile_disc(0.9).within_group(Fact.opening_time))
            .where(facts)
            .scalar_subquery()
            .label("nine_of_ten"),
            select(func.min(Clock.minutes)).where(decided).scalar_subquery().label("goal"),
        )
    ).one()
    return Now(
        waiting=waiting.n,
        late=waiting.late,
        oldest_since=waiting.oldest,
        oldest_id=waiting.ids[0] if waiting.ids else None,
        on_time=promises.on_time,
        decided=promises[0],
        answered=promises.answered,
        median=promises.median,
        goal=promises.goal,
        day=today,
        nine_of_ten=promises.nine_of_ten if promises.answered >= ENOUGH else None,
    )


def promises(work: UnitOfWork, zone: ZoneInfo) -> tuple[Line, ...]:
    """Every promise of today that has its verdict, late ones first: the list behind *on time*."""
    only_leads(work)
    today = work.now.astimezone(zone).date()
    return _lines(work, _decided(work, today, zone), (Clock.state == "met", Clock.due_at, Clock.id))


def answers(work: UnitOfWork, zone: ZoneInfo) -> tuple[Line, ...]:
    """Every first answer of today, the longest wait first: the list behind the median."""
    only_leads(work)
    today = work.now.astimezone(zone).date()
    return _lines(work, _given(today, zone), (Fact.opening_time.desc(), Clock.id))


def in_teams(work: UnitOfWork, account_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """Whether an account belongs to one of the actor's teams."""
    own = aliased(Account)
    return account_id.in_(select(own.id).where(own.team_id.in_(work.actor.teams)))


def midnights(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Where the organisation's day begins and ends."""
    start, end = (datetime.combine(one, time(), zone) for one in (day, day + timedelta(days=1)))
    return start.astimezone(UTC), end.astimezone(UTC)


def _given(today: date, zone: ZoneInfo) -> ColumnElement[bool]:
    """Answers given today, local time. A fact's `day` is its calendar's, whose zone may differ: it narrows down."""
    start, end = midnights(today, zone)
    around = Fact.day.between(today - FARTHEST_ZONE, today + FARTHEST_ZONE)
    return and_(around, Fact.answered_at >= start, Fact.answered_at < end)


def _decided(work: UnitOfWork, today: date, zone: ZoneInfo) -> ColumnElement[bool]:
    """Promises due today, local time, that were kept or missed. One that is still running is neither."""
    start, end = midnights(today, zone)
    place = aliased(Conversation)
    return and_(
        Clock.kind == "first_response",
        Clock.state.in_(("met", "breached")),
        Clock.due_at >= start,
        Clock.due_at < end,
        Clock.conversation_id.in_(
            select(place.id).where(place.team_id.in_(work.actor.teams), counted(place.account_id))
        ),
    )


def _number(where: ColumnElement[bool]) -> Any:
    return select(func.count()).select_from(Clock).where(where).scalar_subquery()


def _lines(work: UnitOfWork, where: ColumnElement[bool], order: tuple[Any, ...]) -> tuple[Line, ...]:
    rows = work.session.execute(
        select(
            Conversation.id,
            Conversation.reference,
            Identity.name,
            Account.channel,
            Agent.public_name,
            Clock.started_at,
            Clock.due_at,
            Clock.answered_at,
            Clock.state,
            Fact.opening_time,
        )
        .select_from(Clock)
        .join(Conversation, Conversation.id == Clock.conversation_id)
        .join(Identity, Identity.id == Conversation.identity_id)
        .join(Account, Account.id == Conversation.account_id)
        .outerjoin(Fact, Fact.clock_id == Clock.id)
        .outerjoin(Message, Message.id == Clock.answer_id)
        .outerjoin(Agent, Agent.id == Message.agent_id)
        .where(
            where,
            Clock.kind == "first_response",
            Conversation.team_id.in_(work.actor.teams),
            counted(Conversation.account_id),
        )
        .order_by(*order)
        .limit(LONGEST_LIST)
    )
    return tuple(
        Line(
            row.id,
            row.reference,
            row.name,
            row.channel,
            row.public_name,
            row.started_at,
            row.due_at,
            row.answered_at,
            row.opening_time,
            row.state == "met",
        )
        for row in rows
    )


def only_leads(work: UnitOfWork) -> None:
    """Raises Forbidden for everybody but a lead."""
    if not work.actor.has(Role.LEAD):
        raise Forbidden("This page is for leads.")
