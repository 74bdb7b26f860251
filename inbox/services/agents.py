"""The people who answer: added, given a name to sign with, and their signature made where it is needed.

A public name is agreed with the agent and never used twice, not even after the agent has left. What this
must not do: check a login (Flask-Security does).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from inbox.domain import signature
from inbox.domain.actors import Role
from inbox.domain.errors import Forbidden, Invalid, NotFound
from inbox.domain.ids import new_id
from inbox.domain.text import clean
from inbox.models import Account, Agent, PublicName, Signature, Team
from inbox.models import Role as RoleRow
from inbox.services import ledger
from inbox.uow import UnitOfWork

SIGNING = frozenset({Role.AGENT, Role.LEAD})


def add(
    work: UnitOfWork,
    *,
    email: str,
    full_name: str,
    roles: Iterable[str],
    password_hash: str,
    signs_as: str = "first",
    language: str = "da",
) -> UUID:
    """Add a person with a login. `signs_as` is first, first_initial or full, as agreed with them.

    Raises Invalid for an unknown role, an e-mail address or a public name that is in use or ever was.
    """
    wanted = set(roles)
    unknown = wanted - set(Role)
    if unknown or not wanted:
        raise Invalid(
            "A person needs one or more of these roles: %(known)s.", field="roles", known=", ".join(sorted(Role))
        )
    name = clean(full_name).text.strip()
    address = clean(email).text.strip()
    if not name or "@" not in address:
        raise Invalid("A person needs a full name and an e-mail address.", field="email")
    if work.session.scalar(select(Agent.id).where(func.lower(Agent.email) == address.lower())):
        raise Invalid("The address %(email)s is in use already.", field="email", email=address)
    agent = Agent(
        id=new_id(),
        email=address,
        password=password_hash,
        active=True,
        fs_uniquifier=secrets.token_hex(32),
        full_name=name,
        public_name=_public_name(work, name, signs_as) if SIGNING & wanted else None,
        language=language,
        created_at=work.now,
    )
    agent.roles = list(work.session.scalars(select(RoleRow).where(RoleRow.name.in_(wanted))))
    agent.teams = list(work.session.scalars(select(Team).order_by(Team.id).limit(1)))
    work.session.add(agent)
    work.session.flush()
    if SIGNING & wanted:
        ledger.add_agent_key(work, agent.id)
    return agent.id


def called(work: UnitOfWork, email: str) -> UUID:
    """The person with this login. Raises NotFound."""
    found = work.session.scalar(select(Agent.id).where(func.lower(Agent.email) == email.strip().lower()))
    if found is None:
        raise NotFound("There is nobody with the login %(email)s.", email=email)
    return found


@dataclass(frozen=True, slots=True)
class Signer:
    """The actor as they stand now, and how they signed on the account the last time, None where they never did."""

    active: bool
    public_name: str | None
    organisation: str
    last: Signature | None


def signature_for(work: UnitOfWork, account: Account, signer: Signer) -> Signature:
    """How the actor signs on this account: always the actor, never a name from outside."""
    if work.actor.id is None or not work.actor.has(*SIGNING):
        raise Forbidden("Only agents and leads answer under their own name.")
    if not signer.active or signer.public_name is None:
        raise Forbidden("You have no public name to sign with. Ask an administrator.")
    if account.owner_id not in (None, work.actor.id):
        only_they = "This account belongs to one person, and only they sign there. Give them your draft."
        raise Invalid(only_they, field="mode")
    signed_as = signature.render(account.signature_style, signer.public_name, signer.organisation)
    # It changes with a new style or name alone.
    if signer.last is not None and signer.last.signed_as == signed_as:
        return signer.last
    same = {"agent_id": work.actor.id, "account_id": account.id, "signed_as": signed_as}
    work.session.execute(insert(Signature).values(id=new_id(), created_at=work.now, **same).on_conflict_do_nothing())
    return work.session.scalars(select(Signature).filter_by(**same)).one()


def _public_name(work: UnitOfWork, full_name: str, signs_as: str) -> str:
    match signs_as:
        case "first" | "first_initial" | "full":
            name = signature.public_name(full_name, signs_as)
        case _:
            raise Invalid("Sign as first, first_initial or full.", field="signs_as")
    # Also one that somebody signed with once and changed.
    taken = work.session.scalars(
        select(Agent.full_name)
        .join(PublicName, PublicName.agent_id == Agent.id)
        .where(PublicName.key == func.lower(name))
    ).first()
    if taken:
        raise Invalid(
            "The public name “%(name)s” belongs to %(other)s, for good. Choose another way to sign.",
            field="signs_as",
            name=name,
            other=taken,
        )
    return name
