"""Saving opening hours: another version, or nothing.

An account has one calendar: giving it to one takes it from the other, in the same deed. What it must not do: change a
version that was saved once (clocks run by it), or touch a promise that has its verdict.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from inbox.domain.actors import Role
from inbox.domain.errors import Conflict, Forbidden, Invalid, NotFound
from inbox.domain.ids import new_id
from inbox.domain.opening_plan import Plan
from inbox.domain.policies import Policies
from inbox.domain.text import clean
from inbox.models import Account, Calendar, Organisation
from inbox.models import Policies as PoliciesRow
from inbox.models.arrays import among
from inbox.services import sla
from inbox.uow import UnitOfWork

EDITORS = (Role.ADMINISTRATOR, Role.LEAD)
LONGEST_NAME = 60


def save(work: UnitOfWork, name: str, plan: Plan, *, version: int, account_ids: Collection[UUID] = ()) -> UUID:
    """Put this plan in force in the place of `version`; returns the id of the version that is in force now.

    The organisation's own calendar holds for all accounts that no other names, so that its `account_ids` say nothing.
    The same plan for the same accounts is no new version. Raises Forbidden for all but leads and administrators,
    NotFound, Conflict when another version is the newest, Invalid (`accounts`) for an account that does not exist.
    """
    newest = _newest(work)
    if name not in newest:
        raise NotFound("There is no such calendar.")
    before = newest[name]
    if version != before.version:
        raise Conflict("Version %(newest)s was saved meanwhile. Nothing of yours is saved yet.", newest=before.version)
    accounts = [] if before.everywhere else _known(work, account_ids)
    if Plan.from_json(before.plan) == plan and sorted(before.account_ids) == accounts:
        return before.id
    saved = _add(work, name, before.version + 1, _said(work, plan), before.everywhere, accounts)
    _take(work, accounts, [other for other in newest.values() if other.name != name])
    sla.recompute(work)
    return saved


def add(work: UnitOfWork, name: str, plan: Plan, *, account_ids: Collection[UUID]) -> UUID:
    """One more calendar, for these accounts alone; returns its id.

    Raises what `save` raises, and Invalid (`name`) for an empty, a long or a taken name.
    """
    newest = _newest(work)
    name = " ".join(clean(name).text.split())
    if not name:
        raise Invalid("Give the calendar a name.", field="name")
    if len(name) > LONGEST_NAME:
        raise Invalid("Give the calendar a name of at most %(most)s characters.", field="name", most=LONGEST_NAME)
    if name.casefold() in {known.casefold() for known in newest}:
        raise Invalid("Another calendar has this name. Give each its own.", field="name")
    accounts = _known(work, account_ids)
    saved = _add(work, name, 1, _said(work, plan), False, accounts)
    _take(work, accounts, newest.values())
    sla.recompute(work)
    return saved


def _newest(work: UnitOfWork) -> dict[str, Calendar]:
    """The newest version of each calendar, by name, once nobody else saves one.

    Raises Forbidden for all but leads and administrators.
    """
    if not work.actor.has(*EDITORS):
        raise Forbidden("Opening hours are changed by leads and administrators.")
    # Two who give one account to two calendars at the same moment would each not see the other.
    work.session.execute(select(Organisation.id).with_for_update()).all()
    rows = work.session.scalars(
        select(Calendar)
        .order_by(Calendar.name, Calendar.version.desc())
        .ext(distinct_on(Calendar.name))
        .execution_options(populate_existing=True)
    )
    return {row.name: row for row in rows}


def _known(work: UnitOfWork, account_ids: Collection[UUID]) -> list[UUID]:
    wanted = set(account_ids)
    known = set(work.session.scalars(select(Account.id).where(among(Account.id, wanted)))) if wanted else set()
    if wanted != known:
        raise Invalid("This account does not exist any more.", field="accounts")
    return sorted(wanted)


def _said(work: UnitOfWork, plan: Plan) -> tuple[dict[str, Any], dict[str, Any]]:
    """The plan, and what follows from it day by day for the years to come.

    Raises Invalid (`week`) for hours so short that a promise in force would take over a hundred years in them.
    """
    hours = plan.saved_in(work.now.year)
    rules = work.session.scalars(select(PoliciesRow.rules).order_by(PoliciesRow.version.desc()).limit(1)).one()
    for policy in Policies.from_json(rules).policies:
        for minutes in policy.targets.values() if policy.business else ():
            try:
                hours.add(work.now, minutes)
            except ValueError:
                raise Invalid(
                    "In these hours what “%(rule)s” promises would take over a hundred years.",
                    field="week",
                    rule=policy.name,
                ) from None
    return plan.to_json(), hours.to_json()


def _take(work: UnitOfWork, accounts: Collection[UUID], others: Collection[Calendar]) -> None:
    """Give every calendar that names one of these accounts a version without it. Its hours stay as they are."""
    for other in others:
        kept = sorted(set(other.account_ids).difference(accounts))
        if len(kept) < len(other.account_ids):
            _add(work, other.name, other.version + 1, (other.plan, other.rules), other.everywhere, kept)


def _add(
    work: UnitOfWork,
    name: str,
    version: int,
    said: tuple[dict[str, Any], dict[str, Any]],
    everywhere: bool,
    accounts: Collection[UUID],
) -> UUID:
    plan, rules = said
    row = Calendar(
        id=new_id(),
        name=name,
        version=version,
        plan=plan,
        rules=rules,
        everywhere=everywhere,
        account_ids=list(accounts),
        created_at=work.now,
        agent_id=work.actor.id,
    )
    work.session.add(row)
    work.session.flush()
    return row.id
