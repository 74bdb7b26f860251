"""Saving the list of policies: the whole of it, as another version, or nothing.

What it must not do: change a version that was saved once (clocks run by it), or touch a promise that has its verdict.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from inbox.domain.actors import Role
from inbox.domain.errors import Conflict, Forbidden, Invalid
from inbox.domain.groups import Group
from inbox.domain.ids import new_id
from inbox.domain.policies import Policies
from inbox.models import Account
from inbox.models import Policies as PoliciesRow
from inbox.models.arrays import among
from inbox.queries.policies import must_fall_due
from inbox.services import sla
from inbox.uow import UnitOfWork

EDITORS = (Role.ADMINISTRATOR, Role.LEAD)


def save(work: UnitOfWork, policies: Policies, *, version: int) -> int:
    """Put this list in force in the place of `version`; returns the number of the one that is in force now.

    The same list again is no new version. Raises Forbidden for all but leads and administrators, Conflict when
    another version is the newest, Invalid (`field`: the policy's number, a dot and its field) for an account or a
    group that does not exist and for what would never fall due. A group that the newest list names may stay. Clocks
    that run are worked out anew by the newest list; verdicts stand.
    """
    if not work.actor.has(*EDITORS):
        raise Forbidden("Promises are changed by leads and administrators.")
    newest, rules = work.session.execute(
        select(PoliciesRow.version, PoliciesRow.rules).order_by(PoliciesRow.version.desc()).limit(1)
    ).one()
    if version != newest:
        raise _conflict(newest)
    before = Policies.from_json(rules)
    _only_real_accounts(work, policies)
    _only_real_groups(policies, before)
    must_fall_due(work, policies)
    if before == policies:
        return version
    # Who is second at the same moment waits here for the first, and then gets no row.
    saved: int | None = work.session.scalar(
        insert(PoliciesRow)
        .values(
            id=new_id(),
            version=newest + 1,
            rules=policies.to_json(),
            created_at=work.now,
            agent_id=work.actor.id,
        )
        .on_conflict_do_nothing(index_elements=["version"])
        .returning(PoliciesRow.version)
    )
    if saved is None:
        raise _conflict(newest + 1)
    sla.recompute(work)
    return saved


def _conflict(newest: int) -> Conflict:
    return Conflict("Version %(newest)s was saved meanwhile. Nothing of yours is saved yet.", newest=newest)


def _only_real_accounts(work: UnitOfWork, policies: Policies) -> None:
    named = policies.named_accounts()
    known = set(work.session.scalars(select(Account.id).where(among(Account.id, named)))) if named else set()
    for number, policy in enumerate(policies.policies, 1):
        if not policy.accounts <= known:
            raise Invalid("This account does not exist any more.", field=f"{number}.accounts")


def _only_real_groups(policies: Policies, before: Policies) -> None:
    known = frozenset[str](Group).union(*(policy.groups for policy in before.policies))
    for number, policy in enumerate(policies.policies, 1):
        if not policy.groups <= known:
            raise Invalid("There is no such group.", field=f"{number}.groups")
