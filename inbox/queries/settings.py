"""What the settings show: accounts and their health, opening hours, promises, signatures, people.

Read only in this house so far. What it must not do: open a secret; credentials are never shown again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on

from inbox.domain.actors import Role
from inbox.domain.errors import Forbidden
from inbox.domain.policies import Policies as PolicyList
from inbox.models import Account, Agent, Calendar, Cursor, Policies, RawEvent
from inbox.queries.delays import Delay, delays
from inbox.uow import UnitOfWork

READERS = (Role.ADMINISTRATOR, Role.LEAD, Role.AGENT)


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One account of ours. `aside` counts payloads that could not be understood and are kept."""

    id: UUID
    channel: str
    name: str
    handle: str
    state: str
    health: str | None
    practice: bool
    read_at: datetime | None
    aside: int
    signature_style: str
    delay: Delay


@dataclass(frozen=True, slots=True)
class Promise:
    """One clause of the promises in force. `minutes` are opening minutes if `business`."""

    policy: str
    version: int
    kind: str
    visibility: str | None
    minutes: int
    business: bool


@dataclass(frozen=True, slots=True)
class Hours:
    """The opening hours in force: intervals by weekday, and the days of the next twelve months that are closed."""

    name: str
    version: int
    zone: str
    week: Mapping[str, tuple[tuple[str, str], ...]]
    closed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PersonLine:
    """Somebody with a login. `public_name` is None for those who don't answer in public."""

    id: UUID
    full_name: str
    public_name: str | None
    roles: tuple[str, ...]
    left: bool


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the page shows."""

    accounts: tuple[AccountLine, ...]
    promises: tuple[Promise, ...]
    hours: tuple[Hours, ...]
    people: tuple[PersonLine, ...]


WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def settings(work: UnitOfWork) -> Settings:
    """Raises Forbidden for those who only audit or belong to the back office."""
    if not work.actor.has(*READERS):
        raise Forbidden("The settings are for those who work here.")
    return Settings(_accounts(work), _promises(work), _hours(work), _people(work))


def _accounts(work: UnitOfWork) -> tuple[AccountLine, ...]:
    read = select(func.max(Cursor.moved_at)).where(Cursor.account_id == Account.id).scalar_subquery()
    aside = (
        select(func.count())
        .select_from(RawEvent)
        .where(RawEvent.account_id == Account.id, RawEvent.state == "quarantined")
        .scalar_subquery()
    )
    late = delays(work)
    rows = work.session.execute(
        select(Account, read.label("read_at"), aside.label("aside")).order_by(Account.channel, Account.name)
    )
    return tuple(
        AccountLine(
            account.id,
            account.channel,
            account.name,
            account.handle,
            account.state,
            account.health,
            account.practice,
            read_at,
            aside_count,
            account.signature_style,
            late[account.id],
        )
        for account, read_at, aside_count in rows
    )


def _promises(work: UnitOfWork) -> tuple[Promise, ...]:
    newest = work.session.scalars(select(Policies).order_by(Policies.version.desc()).limit(1)).one()
    return tuple(
        Promise(policy.name, newest.version, kind.value, policy.visibility, minutes, policy.business)
        for policy in PolicyList.from_json(newest.rules).policies
        for kind, minutes in policy.targets.items()
    )


def _hours(work: UnitOfWork) -> tuple[Hours, ...]:
    rows = work.session.scalars(
        select(Calendar).order_by(Calendar.name, Calendar.version.desc()).ext(distinct_on(Calendar.name))
    )
    return tuple(Hours(row.name, row.version, *_rules(row.rules, work.now.date())) for row in rows)


def _rules(
    rules: Mapping[str, Any], today: date
) -> tuple[str, Mapping[str, tuple[tuple[str, str], ...]], tuple[str, ...]]:
    hours = rules.get("hours", {})
    week = {day: tuple((str(start), str(end)) for start, end in hours.get(day, ())) for day in WEEK}
    coming = range(today.toordinal(), today.toordinal() + 365)
    closed = sorted(str(day) for day in rules.get("closed", ()) if date.fromisoformat(day).toordinal() in coming)
    return str(rules.get("zone", "")), week, tuple(closed)


def _people(work: UnitOfWork) -> tuple[PersonLine, ...]:
    """Names sort by code point in the database; the page sorts them for its own language."""
    return tuple(
        PersonLine(
            agent.id,
            agent.full_name,
            agent.public_name,
            tuple(sorted(role.name for role in agent.roles)),
            agent.left_at is not None,
        )
        for agent in work.session.scalars(select(Agent).order_by(Agent.full_name))
    )
