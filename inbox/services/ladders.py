"""Saving the ladder: the whole of it, as another version, or nothing.

What it must not do: change a version that was saved once, or climb (`climbing.py`).
"""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from inbox.domain.actors import Role
from inbox.domain.errors import Conflict, Forbidden, Invalid
from inbox.domain.ids import new_id
from inbox.domain.ladder import Ladder
from inbox.domain.sla import ClockState
from inbox.models import Account, Clock, Silo
from inbox.models import Ladder as LadderRow
from inbox.models.arrays import among
from inbox.uow import UnitOfWork

EDITORS = (Role.ADMINISTRATOR, Role.LEAD)


def save(work: UnitOfWork, ladder: Ladder, *, version: int) -> int:
    """Put this ladder in force in the place of `version` (0: there was none); the number of the one in force now.

    The same ladder again is no new version. A rule with another time than before holds for instants from now on. Raises
    Forbidden for all but leads and administrators, Conflict when another version is the newest, Invalid (`field`: the
    rule's number, a dot and its field) for an account or a unit that can't be. Clocks that run learn of it before their
    next verdict, those that are over at once.
    """
    if not work.actor.has(*EDITORS):
        raise Forbidden("The ladder is changed by leads and administrators.")
    row = work.session.execute(
        select(LadderRow.version, LadderRow.rules).order_by(LadderRow.version.desc()).limit(1)
    ).one_or_none()
    newest = row.version if row else 0
    if version != newest:
        raise _conflict(newest)
    before = Ladder.from_json(row.rules) if row else Ladder()
    dated = ladder.after(before, work.now)
    _only_real_ones(work, dated)
    if dated == before:
        return version
    # Who is second at the same moment waits here for the first, and then gets no row.
    saved: int | None = work.session.scalar(
        insert(LadderRow)
        .values(id=new_id(), version=newest + 1, rules=dated.to_json(), created_at=work.now, agent_id=work.actor.id)
        .on_conflict_do_nothing(index_elements=["version"])
        .returning(LadderRow.version)
    )
    if saved is None:
        raise _conflict(newest + 1)
    _look_again(work)
    return saved


def lay_first(work: UnitOfWork, ladder: Ladder) -> None:
    """The ladder of an organisation's first day, which nobody saved."""
    work.session.add(LadderRow(id=new_id(), version=1, rules=ladder.to_json(), created_at=work.now))
    work.session.flush()


def _look_again(work: UnitOfWork) -> None:
    """A missed promise that still waits has its verdict, so that nobody reads its clock again: it is looked at now.

    One that somebody works in at this moment is left alone; whoever does reads its clock with the new ladder.
    """
    missed = (
        select(Clock.id)
        .where(Clock.state == ClockState.BREACHED, Clock.answered_at.is_(None), Clock.reason.is_(None))
        .with_for_update(skip_locked=True)
    )
    work.session.execute(
        update(Clock).where(Clock.id.in_(missed)).values(climb_at=work.now).execution_options(synchronize_session=False)
    )


def _only_real_ones(work: UnitOfWork, ladder: Ladder) -> None:
    accounts = frozenset().union(*(one.accounts for one in ladder.rules))
    known = set(work.session.scalars(select(Account.id).where(among(Account.id, accounts)))) if accounts else set()
    asked = {one.silo_id for one in ladder.rules if one.silo_id is not None}
    units = set(work.session.scalars(select(Silo.id).where(among(Silo.id, asked), Silo.active))) if asked else set()
    for number, one in enumerate(ladder.rules, 1):
        if not one.accounts <= known:
            raise Invalid("This account does not exist any more.", field=f"{number}.accounts")
        if one.silo_id is not None and one.silo_id not in units:
            raise Invalid("This unit can't be asked. Choose another.", field=f"{number}.silo")


def _conflict(newest: int) -> Conflict:
    return Conflict("Version %(newest)s was saved meanwhile. Nothing of yours is saved yet.", newest=newest)
