"""What is at hand when somebody writes for an account and answers nobody, read in one statement.

Why it exists: it is asked again with every pause of a hand that types. What it must not do: refuse, keep or promise.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Uuid, any_, bindparam, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased

from inbox.domain import signature
from inbox.domain.errors import Forbidden, NotFound
from inbox.models import Account, Agent, Organisation, Signature
from inbox.queries import charters
from inbox.services import conversations, guard
from inbox.services.agents import Signer
from inbox.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Speaking:
    """What is at hand when somebody writes for an account. `new_here`: a colleague releases what the actor says."""

    account: Account
    undo_seconds: int
    signer: Signer
    watch: guard.Watch
    new_here: bool

    @property
    def signed_as(self) -> str:
        """How the actor would sign there; empty for who has no public name."""
        name = self.signer.public_name
        return signature.render(self.account.signature_style, name, self.signer.organisation) if name else ""


def speaking(work: UnitOfWork, account_id: UUID) -> Speaking:
    """All of it in one statement. Raises Forbidden for who does not answer, NotFound for another team's account."""
    if not work.actor.has(*conversations.ANSWERERS):
        raise Forbidden("Only agents and leads work in conversations.")
    asked = {"account": account_id, "me": work.actor.id, "teams": list(work.actor.teams)}
    found = work.session.execute(_at_hand(), asked).one_or_none()
    if found is None:
        raise NotFound("There is no such account.")
    account, charter, country, places, undo, new_here, *signer = found
    return Speaking(account, undo, Signer(*signer), guard.watch(account, charter, country, places), new_here)


@cache
def _at_hand() -> Select[*tuple[Any, ...]]:
    """Made once: it is asked with every pause of a hand that types."""
    me = bindparam("me", type_=Uuid)
    signed = aliased(Signature)
    last = (
        select(signed.id)
        .where(signed.agent_id == me, signed.account_id == Account.id)
        .order_by(signed.created_at.desc(), signed.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(
            Account,
            charters.words_in_force(Account.id),
            Organisation.country,
            Organisation.safe_places,
            Organisation.undo_seconds,
            Agent.two_keys,
            Agent.active,
            Agent.public_name,
            Organisation.name,
            Signature,
        )
        .select_from(Account)
        .join(Agent, Agent.id == me)
        .join(Organisation, true())
        .outerjoin(Signature, Signature.id == last)
        .where(
            Account.id == bindparam("account", type_=Uuid),
            Account.team_id == any_(bindparam("teams", type_=ARRAY(Uuid))),
        )
    )
