"""What a lead looks at beside the four numbers: what is about to be late, what lies with others, what did not go out.

Everything stands for the lead's own teams, practice rooms left out, and each number has a list of its own length
behind it. What it must not do: say how fast or how much anybody answers; how many somebody holds is said, since the
next one is given by it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select, text

from inbox.domain.delivery import DeliveryState
from inbox.domain.silo import OPEN_TICKETS
from inbox.models import Account, Agent, Clock, Conversation, Cursor, Delivery, Fact, Identity, Message, SiloTicket
from inbox.models.conversation import OPEN
from inbox.queries.due import hours_of
from inbox.queries.inbox_list import CAP, counted
from inbox.queries.inbox_rows import Row, decorated, row
from inbox.queries.lead import in_teams, midnights, only_leads
from inbox.uow import UnitOfWork

SOON = timedelta(hours=1)
SHOWN = 12
"""Rows of the page itself; the rest are one click away."""
LONGEST_LIST = 500
WEEKS = 4
LATELY = timedelta(days=7)
"""A rejected answer is told of for so long: after that it is history."""


@dataclass(frozen=True, slots=True)
class Pressing:
    """What is late or will be within the hour, the most urgent first. `total` is at most CAP + 1."""

    rows: tuple[Row, ...]
    total: int


@dataclass(frozen=True, slots=True)
class WithOthers:
    """Conversations that wait for the back office. `late`: those with a question whose answer is overdue."""

    waiting: int
    late: int
    oldest_since: datetime | None


@dataclass(frozen=True, slots=True)
class Place:
    """An account of ours: `read_at` is when its news were stored last, `stuck` its answers that did not go out."""

    id: UUID
    name: str
    channel: str
    state: str
    health: str | None
    not_before: datetime | None
    read_at: datetime | None
    stuck: int


@dataclass(frozen=True, slots=True)
class Stuck:
    """A part of an answer that did not go out, or may not have."""

    conversation_id: UUID
    reference: str
    who: str
    channel: str
    agent: str | None
    state: str
    reason: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Before:
    """The same weekday of the last four weeks until the same hour. None of it where nothing was due or answered.

    `days` says on how many of the four there was anything: a holiday among them makes the rest say less.
    """

    days: int
    on_time: int
    decided: int
    answered: int
    median: timedelta | None


def pressing(work: UnitOfWork, limit: int = SHOWN) -> Pressing:
    """Open conversations with a promise that is over or ends within the hour, in two statements."""
    only_leads(work)
    urgent = and_(
        text(OPEN),
        Conversation.team_id.in_(work.actor.teams),
        Conversation.next_due_at < work.now + SOON,
        counted(Conversation.account_id),
    )
    cut = (
        select(Conversation.id, Conversation.next_due_at.label("at"))
        .where(urgent)
        .order_by(Conversation.next_due_at, Conversation.id)
    )
    lines = work.session.execute(decorated(cut.limit(limit).subquery(), rising=True)).all()
    hours = hours_of(work, lines)
    total = len(lines)
    if total == limit:
        every = select(Conversation.id).where(urgent).limit(CAP + 1).subquery()
        total = work.session.scalar(select(func.count()).select_from(every)) or 0
    return Pressing(tuple(row(line, hours) for line in lines), total)


def with_others(work: UnitOfWork) -> WithOthers:
    """How many wait for the back office, and since when the oldest question is there."""
    only_leads(work)
    asked = (
        select(
            SiloTicket.conversation_id,
            func.min(SiloTicket.asked_at).label("since"),
            func.min(SiloTicket.answer_due_at).label("due"),
        )
        .where(SiloTicket.state.in_(OPEN_TICKETS))
        .group_by(SiloTicket.conversation_id)
        .subquery()
    )
    found = work.session.execute(
        select(
            func.count(),
            func.count().filter(asked.c.due < work.now),
            func.min(asked.c.since),
        )
        .select_from(Conversation)
        .outerjoin(asked, asked.c.conversation_id == Conversation.id)
        .where(_on_hold(work))
    ).one()
    return WithOthers(*found)


def on_hold(work: UnitOfWork) -> tuple[Row, ...]:
    """The list behind that number, by deadline."""
    only_leads(work)
    cut = (
        select(Conversation.id, Conversation.next_due_at.label("at"))
        .where(_on_hold(work))
        .order_by(Conversation.next_due_at.asc().nulls_last(), Conversation.id)
        .limit(LONGEST_LIST)
    )
    lines = work.session.execute(decorated(cut.subquery(), rising=True)).all()
    hours = hours_of(work, lines)
    return tuple(row(line, hours) for line in lines)


def places(work: UnitOfWork) -> tuple[Place, ...]:
    """The teams' accounts by name: whether they are read, and what did not go out there. One statement."""
    only_leads(work)
    read_at = (
        select(func.max(Cursor.moved_at)).where(Cursor.account_id == Account.id).correlate(Account).scalar_subquery()
    )
    stuck = (
        select(func.count())
        .select_from(Delivery)
        .where(Delivery.account_id == Account.id, _stuck(work))
        .correlate(Account)
        .scalar_subquery()
    )
    rows = work.session.execute(
        select(
            Account.id,
            Account.name,
            Account.channel,
            Account.state,
            Account.health,
            Account.not_before,
            read_at.label("read_at"),
            stuck.label("stuck"),
        ).where(Account.team_id.in_(work.actor.teams), Account.practice.is_(False))
    )
    return tuple(sorted((Place(*one) for one in rows), key=lambda place: place.name.casefold()))


def stuck(work: UnitOfWork) -> tuple[Stuck, ...]:
    """Answers that did not go out, or may not have, the newest first: the list behind the numbers of `places`."""
    only_leads(work)
    rows = work.session.execute(
        select(
            Conversation.id,
            Conversation.reference,
            Identity.name,
            Account.channel,
            Agent.public_name,
            Delivery.state,
            Delivery.last_error,
            Message.said_at,
        )
        .select_from(Delivery)
        .join(Message, Message.id == Delivery.message_id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .join(Identity, Identity.id == Conversation.identity_id)
        .join(Account, Account.id == Delivery.account_id)
        .outerjoin(Agent, Agent.id == Message.agent_id)
        .where(_stuck(work), Account.team_id.in_(work.actor.teams), Account.practice.is_(False))
        .order_by(Message.said_at.desc(), Delivery.id.desc())
        .limit(LONGEST_LIST)
    )
    return tuple(Stuck(*one) for one in rows)


def before(work: UnitOfWork, zone: ZoneInfo) -> Before:
    """What the same weekday was like, four times before, until this hour: one statement."""
    only_leads(work)
    here = work.now.astimezone(zone)
    days = [here.date() - timedelta(weeks=week) for week in range(1, WEEKS + 1)]
    spans = [_until_this_hour(day, here, zone) for day in days]
    on_these = or_(*(and_(Clock.due_at >= start, Clock.due_at < end) for start, end in spans))
    place = select(Conversation.id).where(Conversation.team_id.in_(work.actor.teams), counted(Conversation.account_id))
    decided = and_(
        Clock.kind == "first_response",
        Clock.state.in_(("met", "breached")),
        on_these,
        Clock.conversation_id.in_(place),
    )
    answers = and_(
        Fact.kind == "first_response",
        Fact.day.in_([day + timedelta(days=off) for day in days for off in (-1, 0, 1)]),
        or_(*(and_(Fact.answered_at >= start, Fact.answered_at < end) for start, end in spans)),
        in_teams(work, Fact.account_id),
        counted(Fact.account_id),
    )
    local_day = func.date(func.timezone(bindparam("zone_name", zone.key), Clock.due_at))
    found = work.session.execute(
        select(
            func.count().label("decided"),
            func.count().filter(Clock.state == "met").label("on_time"),
            func.count(local_day.distinct()).label("days"),
            select(func.count()).select_from(Fact).where(answers).scalar_subquery().label("answered"),
            select(func.percentile_disc(0.5).within_group(Fact.opening_time))
            .where(answers)
            .scalar_subquery()
            .label("median"),
        )
        .select_from(Clock)
        .where(decided)
    ).one()
    return Before(found.days, found.on_time, found.decided, found.answered, found.median)


def _until_this_hour(day: date, here: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From that day's beginning to the hour that the wall shows here; in a night with a jump the hour after it."""
    start, end = midnights(day, zone)
    same = datetime.combine(day, here.time(), zone)
    return start, min(end, same.astimezone(start.tzinfo))


def _on_hold(work: UnitOfWork) -> ColumnElement[bool]:
    return and_(
        text(OPEN),
        Conversation.status == "on_hold",
        Conversation.team_id.in_(work.actor.teams),
        counted(Conversation.account_id),
    )


def _stuck(work: UnitOfWork) -> ColumnElement[bool]:
    """Certainly or perhaps not out there; what was rejected is told of for a week."""
    return or_(
        Delivery.state.in_((DeliveryState.NEEDS_HUMAN, DeliveryState.UNCONFIRMED)),
        and_(Delivery.state == DeliveryState.REJECTED, Delivery.created_at > work.now - LATELY),
    )
