"""The opening hours in force: each calendar, for whom it holds, and how many clocks run by it.

What it must not do: save one (`inbox.services.calendars`), or say what a plan means (`inbox.domain.opening_plan`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on

from inbox.domain import sla
from inbox.domain.actors import Role
from inbox.domain.errors import Forbidden, NotFound
from inbox.domain.opening_plan import Plan
from inbox.models import Account, Agent, Calendar, Clock, Conversation
from inbox.models.arrays import among
from inbox.uow import UnitOfWork

READERS = (Role.ADMINISTRATOR, Role.LEAD, Role.AGENT)


@dataclass(frozen=True, slots=True)
class Saved:
    """The newest version of one calendar. `by` is who saved it; nobody did at the founding.

    `account_ids` are the accounts for which it holds now: those it names, or all that no other names if `everywhere`.
    """

    id: UUID
    name: str
    version: int
    plan: Plan
    everywhere: bool
    account_ids: frozenset[UUID]
    since: datetime
    by: str | None


@dataclass(frozen=True, slots=True)
class OneOfOurs:
    """An account, and the name of the calendar that holds for it."""

    id: UUID
    name: str
    channel: str
    practice: bool
    calendar: str


@dataclass(frozen=True, slots=True)
class Calendars:
    """All of them, the organisation's own first, and all accounts."""

    all: tuple[Saved, ...]
    accounts: tuple[OneOfOurs, ...]

    @property
    def own(self) -> Saved:
        """The organisation's own."""
        return self.all[0]

    def named(self, name: str) -> Saved:
        """The one with this name."""
        return next(saved for saved in self.all if saved.name == name)


def calendars(work: UnitOfWork) -> Calendars:
    """Every calendar in force. Raises Forbidden for those who only audit or belong to the back office."""
    if not work.actor.has(*READERS):
        raise Forbidden("The settings are for those who work here.")
    rows = work.session.execute(
        select(Calendar, Agent.full_name)
        .outerjoin(Agent, Agent.id == Calendar.agent_id)
        .order_by(Calendar.name, Calendar.version.desc())
        .ext(distinct_on(Calendar.name))
    ).all()
    ours = work.session.execute(
        select(Account.id, Account.name, Account.channel, Account.practice).order_by(Account.channel, Account.name)
    ).all()
    holds = {account_id: row.name for row, _by in rows for account_id in row.account_ids}
    general = next(row.name for row, _by in rows if row.everywhere)
    accounts = tuple(OneOfOurs(*one, calendar=holds.get(one.id, general)) for one in ours)
    found = [
        Saved(
            row.id,
            row.name,
            row.version,
            Plan.from_json(row.plan),
            row.everywhere,
            frozenset(one.id for one in accounts if one.calendar == row.name),
            row.created_at,
            by,
        )
        for row, by in rows
    ]
    return Calendars(tuple(sorted(found, key=lambda one: (not one.everywhere, one.name.casefold()))), accounts)


def name_of(work: UnitOfWork, calendar_id: UUID) -> str:
    """The name of the calendar of which this is a version. Raises NotFound."""
    name: str | None = work.session.scalar(select(Calendar.name).where(Calendar.id == calendar_id))
    if name is None:
        raise NotFound("There is no such calendar.")
    return name


def running_clocks(work: UnitOfWork, account_ids: Collection[UUID]) -> int:
    """How many promises of these accounts run or stand still in opening hours, and would be worked out anew."""
    counted = (
        select(func.count())
        .select_from(Clock)
        .join(Conversation, Conversation.id == Clock.conversation_id)
        .where(Clock.state.in_(sla.OWED), Clock.business, among(Conversation.account_id, account_ids))
    )
    return work.session.scalar(counted) or 0 if account_ids else 0
