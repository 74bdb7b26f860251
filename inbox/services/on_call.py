"""Who is on call when: usual people, and shifts that go before them.

What it must not do: call anybody (`calling.py`), or take a shift away without keeping who did.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from inbox.domain.actors import Role
from inbox.domain.errors import Conflict, Forbidden, Invalid, NotFound
from inbox.domain.ids import new_id
from inbox.models import Agent, OnCall, OnCallShift, Team
from inbox.queries.on_call import answering
from inbox.uow import UnitOfWork

EDITORS = (Role.LEAD, Role.ADMINISTRATOR)
LONGEST_SHIFT = timedelta(days=31)


def usual(work: UnitOfWork, version: int, first: UUID | None, second: UUID | None, every: int | None) -> None:
    """Who is called where no shift says otherwise, and how many minutes lie between two rounds.

    Raises Forbidden, Invalid (`first`, `second`, `every`), Conflict when somebody saved since `version`.
    """
    _may(work)
    if every is None or not 1 <= every <= 60:
        raise Invalid("Write how many minutes, from 1 to 60.", field="every")
    if second is not None and first is None:
        raise Invalid("Choose who is called first.", field="first")
    _two(work, first, second)
    kept = work.session.scalars(select(OnCall).with_for_update()).one_or_none()
    if (kept.version if kept else 0) != version:
        raise Conflict("Somebody else has changed who is on call meanwhile.")
    values = {
        "first_id": first,
        "second_id": second,
        "every": every,
        "version": version + 1,
        "changed_at": work.now,
        "agent_id": work.actor.id,
    }
    row = insert(OnCall).values(single=True, **values)
    work.session.execute(row.on_conflict_do_update(index_elements=["single"], set_=values))
    work.session.expire_all()


def plan(
    work: UnitOfWork, first: UUID | None, second: UUID | None, starts_at: datetime | None, ends_at: datetime | None
) -> UUID:
    """Put somebody on call from one instant to another, before the usual ones.

    Raises Forbidden, Invalid (`shift_first`, `shift_second`, `starts`, `ends`).
    """
    _may(work)
    if first is None:
        raise Invalid("Choose who is on call.", field="shift_first")
    _two(work, first, second, prefix="shift_")
    if starts_at is None:
        raise Invalid("Write when it begins.", field="starts")
    if ends_at is None or ends_at <= starts_at:
        raise Invalid("Write an end that comes after the beginning.", field="ends")
    if ends_at <= work.now:
        raise Invalid("That time is over already.", field="ends")
    if ends_at - starts_at > LONGEST_SHIFT:
        raise Invalid("Nobody is on call for more than 31 days.", field="ends")
    shift = OnCallShift(
        id=new_id(),
        starts_at=starts_at,
        ends_at=ends_at,
        first_id=first,
        second_id=second,
        created_at=work.now,
        agent_id=work.actor.id,
    )
    work.session.add(shift)
    return shift.id


def drop(work: UnitOfWork, shift_id: UUID) -> None:
    """Take a shift out of the plan. Twice is once. Raises Forbidden, NotFound."""
    _may(work)
    shift = work.session.get(OnCallShift, shift_id, with_for_update=True, populate_existing=True)
    if shift is None:
        raise NotFound("There is no such shift.")
    if shift.dropped_at is None:
        shift.dropped_at, shift.dropped_by_id = work.now, work.actor.id


def _may(work: UnitOfWork) -> None:
    if not work.actor.has(*EDITORS):
        raise Forbidden("Leads and administrators say who is on call.")


def _two(work: UnitOfWork, first: UUID | None, second: UUID | None, prefix: str = "") -> None:
    for field, one in (("first", first), ("second", second)):
        if one is None:
            continue
        known = select(Agent.id).where(Agent.id == one, answering(), Agent.teams.any(Team.id.in_(work.actor.teams)))
        if work.session.scalar(known) is None:
            raise Invalid("Choose somebody who answers here.", field=f"{prefix}{field}")
    if first is not None and first == second:
        raise Invalid("Two different people: one is called after the other.", field=f"{prefix}second")
