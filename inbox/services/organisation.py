"""The organisation's first day: itself, its roles, a team, a calendar and a promise.

What it must not do: invent anything; `inbox.founding` hands in what it is called and promises.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from inbox.domain.actors import Role
from inbox.domain.countries import DEFAULT
from inbox.domain.errors import Conflict
from inbox.domain.ids import new_id
from inbox.domain.opening_plan import Plan
from inbox.domain.policies import Policies as PolicyList
from inbox.models import Calendar, Organisation, Policies, Team
from inbox.models import Role as RoleRow
from inbox.uow import UnitOfWork


def founded(work: UnitOfWork) -> bool:
    """Whether there is an organisation already."""
    return work.session.scalar(select(Organisation.id)) is not None


def name(work: UnitOfWork) -> str:
    """What it is called."""
    return work.session.scalars(select(Organisation.name)).one()


def found(
    work: UnitOfWork,
    *,
    called: str,
    language: str,
    zone: str,
    team: str,
    calendar: tuple[str, Plan],
    policies: PolicyList,
    ledger_origin: str,
    undo_seconds: int = 5,
    country: str = DEFAULT,
) -> UUID:
    """Found the organisation, with its own calendar under a name, what it promises, and the pack of its country."""
    if founded(work):
        raise Conflict("There is an organisation here already.")
    organisation = Organisation(
        id=new_id(),
        name=called,
        language=language,
        zone=zone,
        undo_seconds=undo_seconds,
        ledger_origin=ledger_origin,
        created_at=work.now,
        country=country,
    )
    work.session.add(organisation)
    work.session.add_all(RoleRow(id=new_id(), name=role.value) for role in Role)
    work.session.add(Team(id=new_id(), name=team))
    calendar_name, plan = calendar
    work.session.add(
        Calendar(
            id=new_id(),
            name=calendar_name,
            version=1,
            plan=plan.to_json(),
            rules=plan.saved_in(work.now.year).to_json(),
            everywhere=True,
            account_ids=[],
            created_at=work.now,
        )
    )
    work.session.add(Policies(id=new_id(), version=1, rules=policies.to_json(), created_at=work.now))
    work.session.flush()
    return organisation.id
