"""The list of policies in force: for the settings, and for whoever wants to know why a promise is what it is.

What it must not do: save a list (`inbox.services.policies`), or try another one out (`policy_preview.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from inbox.domain.actors import Role
from inbox.domain.errors import Forbidden, Invalid
from inbox.domain.policies import Policies
from inbox.models import Account, Agent
from inbox.models import Policies as PoliciesRow
from inbox.queries.terms import all_terms
from inbox.uow import UnitOfWork

READERS = (Role.ADMINISTRATOR, Role.LEAD, Role.AGENT)


@dataclass(frozen=True, slots=True)
class InForce:
    """The newest version. `by` is who saved it; nobody did at the founding."""

    version: int
    policies: Policies
    since: datetime
    by: str | None


@dataclass(frozen=True, slots=True)
class AccountName:
    """An account that a policy may be for."""

    id: UUID
    name: str
    channel: str
    practice: bool


def in_force(work: UnitOfWork) -> InForce:
    """The newest list. Raises Forbidden for those who only audit or belong to the back office."""
    if not work.actor.has(*READERS):
        raise Forbidden("The settings are for those who work here.")
    row = work.session.execute(
        select(PoliciesRow.version, PoliciesRow.rules, PoliciesRow.created_at, Agent.full_name)
        .outerjoin(Agent, Agent.id == PoliciesRow.agent_id)
        .order_by(PoliciesRow.version.desc())
        .limit(1)
    ).one()
    return InForce(row.version, Policies.from_json(row.rules), row.created_at, row.full_name)


def accounts(work: UnitOfWork) -> tuple[AccountName, ...]:
    """All accounts, since the list is the whole organisation's."""
    rows = work.session.execute(
        select(Account.id, Account.name, Account.channel, Account.practice).order_by(Account.channel, Account.name)
    )
    return tuple(AccountName(*row) for row in rows)


def must_fall_due(work: UnitOfWork, policies: Policies) -> None:
    """Raise Invalid if some calendar has so little open time that a promise of the list takes over a hundred years.

    `field` has the policy's number, a dot and the target's field.
    """
    newest = {one.name: one for one in sorted(all_terms(work).calendars, key=lambda one: one.at)}
    for number, policy in enumerate(policies.policies, 1):
        for kind, minutes in policy.targets.items() if policy.business else ():
            for calendar in newest.values():
                try:
                    calendar.hours.add(work.now, minutes)
                except ValueError:
                    raise Invalid(
                        "In the opening hours of “%(calendar)s” that would take over a hundred years.",
                        field=f"{number}.targets.{kind}",
                        calendar=calendar.name,
                    ) from None
