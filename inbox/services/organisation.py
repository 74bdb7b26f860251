"""The organisation's first day: itself, its roles, a team, a calendar and a promise.

What it must not do: invent anything; `inbox.founding` hands in what it is called and promises.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from inbox.domain.actors import Role
from inbox.domain.calendar import Calendar as OpeningHours
from inbox.domain.errors import Conflict
from inbox.domain.ids import new_id
from inbox.models import Calendar, Organisation, SlaPolicy, SlaTarget, Team
from inbox.models import Role as RoleRow
from inbox.services.sla import FIRST_RESPONSE
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
    calendar: tuple[str, OpeningHours],
    policy: str,
    promised: dict[str, tuple[int, bool]],
    ledger_origin: str,
    undo_seconds: int = 5,
) -> UUID:
    """Found the organisation. `promised`: minutes to the first answer by visibility; True: opening minutes."""
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
    )
    work.session.add(organisation)
    work.session.add_all(RoleRow(id=new_id(), name=role.value) for role in Role)
    work.session.add(Team(id=new_id(), name=team))
    calendar_name, hours = calendar
    work.session.add(Calendar(id=new_id(), name=calendar_name, version=1, rules=hours.to_json(), created_at=work.now))
    rules = SlaPolicy(id=new_id(), name=policy, version=1, created_at=work.now)
    work.session.add(rules)
    work.session.flush()
    work.session.add_all(
        SlaTarget(
            id=new_id(),
            policy_id=rules.id,
            kind=FIRST_RESPONSE,
            visibility=visibility,
            minutes=minutes,
            business=business,
        )
        for visibility, (minutes, business) in promised.items()
    )
    work.session.flush()
    return organisation.id
