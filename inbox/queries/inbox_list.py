"""The list on the desk: which conversations, most urgent first, narrowed by whatever filters are set.

Pages are cut by key on partial indexes, never by offset, so that the list of a storm costs the same as that of a
quiet day, and none is shown twice or passed over. What it must not do: show a conversation outside the actor's teams,
or a national number unmasked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeAlias, TypeVar
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    DateTime,
    Integer,
    Interval,
    Uuid,
    and_,
    any_,
    bindparam,
    literal_column,
    null,
    or_,
    select,
    text,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute

from inbox.domain.actors import Actor, Role
from inbox.domain.conversation import Status
from inbox.domain.errors import Forbidden
from inbox.models import Account, Conversation
from inbox.models.conversation import OPEN
from inbox.queries.counting import few, few_behind
from inbox.queries.due import hours_of
from inbox.queries.inbox_rows import Chosen, Row, decorated, row
from inbox.queries.narrowing import EVERYTHING, Narrow, narrowed
from inbox.queries.pages import decoded, encoded
from inbox.queries.releasing import to_release
from inbox.uow import UnitOfWork

PAGE = 50
CAP = 1000
"""Counts stop here and are shown as "1000+"."""
_Value = TypeVar("_Value")
Bound: TypeAlias = _Value | BindParameter[Any]
"""A value, or what will be bound to one later."""


class View(StrEnum):
    """What one can look at. The names stand in addresses."""

    MINE = "mine"
    UNASSIGNED = "unassigned"
    OPEN = "open"
    PENDING = "pending"
    ON_HOLD = "on_hold"
    SNOOZED = "snoozed"
    TO_RELEASE = "to_release"
    WAITING = "waiting"
    SOLVED = "solved"
    DISMISSED = "dismissed"
    OTHER = "other"


class Order(StrEnum):
    """What stands first: what is due next, what comes back next, or what changed last."""

    URGENCY = "urgency"
    WAKING = "waking"
    CHANGE = "change"


COUNTED = (View.MINE, View.UNASSIGNED, View.OPEN, View.PENDING, View.ON_HOLD, View.SNOOZED, View.TO_RELEASE)
"""Views of what somebody has to do: how many stand there is said."""
_BY_CHANGE = (View.SOLVED, View.DISMISSED, View.OTHER)


def order_of(view: View) -> Order:
    """The order of a view."""
    if view is View.SNOOZED:
        return Order.WAKING
    return Order.CHANGE if view in _BY_CHANGE else Order.URGENCY


@dataclass(frozen=True, slots=True)
class Listing:
    """One page. `next` is the key of the following one, None at the end.

    `total` is how many the whole list holds, at most CAP + 1; None where it is not narrowed (`surroundings` counts
    that), and where nobody counts.
    """

    view: View
    rows: tuple[Row, ...]
    next: str | None
    total: int | None = None


def conversations(
    work: UnitOfWork,
    view: View,
    after: str | None = None,
    limit: int = PAGE,
    narrow: Narrow = EVERYTHING,
    *,
    folded: bool = False,
) -> Listing:
    """One page of a view. Raises Invalid for a key that was not made by an earlier page.

    `folded`: without those that stand in a gathering and that nobody has; its own line stands for them.
    """
    answerers_only(work.actor)
    key = decoded(after) if after else None
    teams = sorted(work.actor.teams)
    if not teams:
        return Listing(view, (), None, 0)
    values = {
        **narrow.values,
        **{f"team{number}": team for number, team in enumerate(teams)},
        "teams": teams,
        "me": work.actor.id,
        "now": work.now,
        "limit": limit + 1,
        "up_to": CAP + 1,
        "key_at": key[0] if key else None,
        "key_id": key[1] if key else None,
    }
    begins = Begins.AT_THE_TOP if key is None else Begins.UNDATED if key[0] is None else Begins.DATED
    lines = work.session.execute(_statement(view, len(teams), begins, frozenset(narrow.values), folded), values).all()
    hours = hours_of(work, lines)
    rows = tuple(row(line, hours) for line in lines[:limit])
    last = lines[limit - 1] if len(lines) > limit else None
    total = lines[0].total if lines else None
    if narrow.values and view in COUNTED and key is None and last is None:
        total = len(rows)
    return Listing(view, rows, encoded(last.at, last.id) if last is not None else None, total)


TEAMS: BindParameter[Any] = bindparam("teams", type_=ARRAY(Uuid))
ME: BindParameter[Any] = bindparam("me", type_=Uuid)
NOW: BindParameter[Any] = bindparam("now", type_=DateTime(timezone=True))
LIMIT: BindParameter[Any] = bindparam("limit", type_=Integer)
KEY = (bindparam("key_at", type_=DateTime(timezone=True)), bindparam("key_id", type_=Uuid))


class Begins(StrEnum):
    """Where a page begins: in the order's first half all have a time, in its second none has."""

    AT_THE_TOP = "top"
    DATED = "dated"
    UNDATED = "undated"


@lru_cache(maxsize=500)
def _statement(view: View, teams: int, begins: Begins, names: frozenset[str], folded: bool) -> Chosen:
    """Made once for each shape: to put it together took as long as to have it answered."""
    rising = order_of(view) is not Order.CHANGE
    more = [*narrowed(names), *([standing_alone()] if folded else [])]
    arms = [arm.where(*more).limit(LIMIT) for arm in _arms(view, teams, begins)]
    found = (union_all(*(select(arm.subquery()) for arm in arms)) if len(arms) > 1 else arms[0]).subquery()
    sort = (found.c.at.asc().nulls_last(), found.c.id.asc()) if rising else (found.c.at.desc(), found.c.id.desc())
    lines = decorated(select(found.c.id, found.c.at).order_by(*sort).limit(LIMIT).subquery(), rising)
    if not names or view not in COUNTED:
        return lines.add_columns(null().label("total"))
    of_teams = and_(whole(view), Conversation.team_id == any_(TEAMS), part(view, ME, NOW))
    every: Chosen = select(literal_column("1")).select_from(Conversation).where(of_teams, *more)
    return lines.add_columns((few_behind(LIMIT, every) if begins is Begins.AT_THE_TOP else few(every)).label("total"))


def answerers_only(actor: Actor) -> None:
    """The desk holds private talk: it is for those who answer."""
    if not actor.has(Role.AGENT, Role.LEAD):
        raise Forbidden("The desk is for agents and leads.")


def awake(now: Bound[datetime]) -> ColumnElement[bool]:
    """Not out of the way at this moment, a time or what will be bound to one."""
    return or_(Conversation.snoozed_until.is_(None), Conversation.snoozed_until <= now)


def whole(view: View) -> ColumnElement[bool]:
    """What a view is a part of: all that is open, or, of what waits for a second key, finished or not."""
    return Conversation.merged_into_id.is_(None) if view is View.TO_RELEASE else and_(text(OPEN))


def standing_alone() -> ColumnElement[bool]:
    """No gathering's line stands for it: it is in none, it may be acute, or somebody has it in hand."""
    return or_(
        Conversation.gathering_id.is_(None),
        Conversation.acute_at.is_not(None),
        Conversation.assignee_id.is_not(None),
        Conversation.status.not_in(("new", "open")),
    )


def part(view: View, me: Bound[UUID] | None, now: Bound[datetime]) -> ColumnElement[bool]:
    """What of all that is open belongs into a view of a person; both may be what will be bound later."""
    match view:
        case View.MINE:
            return and_(Conversation.assignee_id == me, awake(now))
        case View.UNASSIGNED:
            return and_(text("status IN ('new', 'open')"), Conversation.assignee_id.is_(None), awake(now))
        case View.OPEN:
            return awake(now)
        case View.PENDING:
            return Conversation.status == Status.PENDING
        case View.ON_HOLD:
            return Conversation.status == Status.ON_HOLD
        case View.SNOOZED:
            return Conversation.snoozed_until > now
        case View.TO_RELEASE:
            return to_release(me)
        case View.WAITING:
            return and_(
                Conversation.waiting_since.is_not(None),
                Conversation.status != Status.PENDING,
                counted(Conversation.account_id),
            )
    raise ValueError(view)


def _arms(view: View, teams: int, begins: Begins) -> Sequence[Chosen]:
    """One ordered walk of an index for each team and each half of the order; their union is cut again."""
    order = order_of(view)
    each = [Conversation.team_id == bindparam(f"team{number}", type_=Uuid) for number in range(teams)]
    if order is Order.CHANGE:
        return [_by_change(and_(team, where), begins) for team in each for where in _finished(view)]
    belongs = part(view, ME, NOW)
    if order is Order.WAKING:
        return [_by_waking(and_(text(OPEN), Conversation.team_id == any_(TEAMS), belongs), begins)]
    if view in (View.MINE, View.TO_RELEASE):
        return _by_urgency(and_(whole(view), Conversation.team_id == any_(TEAMS), belongs), begins)
    wheres = [and_(text(OPEN), team, belongs) for team in each]
    return [arm for where in wheres for arm in _by_urgency(where, begins)]


def counted(account_id: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """Whether an account is among the figures: practice rooms are not, nor in the lists behind them."""
    return account_id.in_(select(Account.id).where(Account.practice.is_(False)))


def _finished(view: View) -> Sequence[ColumnElement[bool]]:
    if view is View.OTHER:
        return [Conversation.klass == "seen", Conversation.klass == "noise"]
    return [and_(Conversation.status == view.value, Conversation.klass == "ours")]


def _by_urgency(where: ColumnElement[bool], begins: Begins) -> list[Chosen]:
    """What may be acute, those with a deadline, those without: no row comparison can span them in one index walk."""
    acute = _acute(where, begins)
    where = and_(where, Conversation.acute_at.is_(None))
    columns = select(Conversation.id, Conversation.next_due_at.label("at")).where(where)
    order = (Conversation.next_due_at, Conversation.id)
    dated = columns.where(Conversation.next_due_at.is_not(None)).order_by(*order)
    undated = columns.where(Conversation.next_due_at.is_(None)).order_by(*order)
    if begins is Begins.UNDATED:
        return [undated.where(Conversation.id > KEY[1])]
    return [*acute, dated if begins is Begins.AT_THE_TOP else dated.where(tuple_(*order) > tuple_(*KEY)), undated]


def _acute(where: ColumnElement[bool], begins: Begins) -> list[Chosen]:
    """In the order in which they came, a hundred years before every deadline: one key then orders the whole list."""
    before_all = literal_column("interval '100 years'", Interval)
    order = (Conversation.acute_at, Conversation.id)
    arm = select(Conversation.id, (Conversation.acute_at - before_all).label("at"))
    arm = arm.where(where, Conversation.acute_at.is_not(None)).order_by(*order)
    if begins is Begins.AT_THE_TOP:
        return [arm]
    # Past the first deadline none of them is left.
    return [arm.where(tuple_(*order) > tuple_(KEY[0] + before_all, KEY[1]))] if begins is Begins.DATED else []


def _by_waking(where: ColumnElement[bool], begins: Begins) -> Chosen:
    order = (Conversation.snoozed_until, Conversation.id)
    arm = select(Conversation.id, Conversation.snoozed_until.label("at")).where(where).order_by(*order)
    return arm.where(tuple_(*order) > tuple_(*KEY)) if begins is Begins.DATED else arm


def _by_change(where: ColumnElement[bool], begins: Begins) -> Chosen:
    arm = (
        select(Conversation.id, Conversation.changed_at.label("at"))
        .where(where, Conversation.merged_into_id.is_(None))
        .order_by(Conversation.changed_at.desc(), Conversation.id.desc())
    )
    order = tuple_(Conversation.changed_at, Conversation.id)
    return arm.where(order < tuple_(*KEY)) if begins is Begins.DATED else arm
