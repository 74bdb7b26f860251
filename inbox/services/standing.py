"""Whether we are open on the accounts of a person's teams, by the calendars in force.

What it must not do: say when an answer goes out; that is one account's hours (`planning.py`).
"""

from __future__ import annotations

from sqlalchemy import select

from inbox.domain import standing
from inbox.models import Account
from inbox.queries.terms import opening_hours
from inbox.services.planning import calendar_in_force
from inbox.uow import UnitOfWork


def of_ones_accounts(work: UnitOfWork) -> standing.Standing | None:
    """How it stands now. None where the actor has no accounts, or these no hours. One statement, seldom two."""
    in_force = select(calendar_in_force(Account.id, work.now)).where(Account.team_id.in_(work.actor.teams)).distinct()
    ids = set(work.session.scalars(in_force)) - {None}
    return standing.standing(tuple(opening_hours(work, ids).values()), work.now) if ids else None
