"""Where notices go, for the page, and what one of them says outside: a kind, an account, a reference, where it leads.

What it must not do: read anybody's words or a citizen's name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from inbox.domain.actors import Role
from inbox.domain.errors import Forbidden
from inbox.models import Account, Agent, Conversation, Organisation, Reach, ReachHook
from inbox.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook as the page shows it. `waiting` counts what is owed to it."""

    id: UUID
    name: str
    shape: str
    host: str
    kinds: tuple[str, ...]
    reached_at: datetime | None
    failed_at: datetime | None
    trouble: str
    waiting: int
    last_error: str


@dataclass(frozen=True, slots=True)
class Errand:
    """Something to send. Of webhooks `address` and `secret` are opened here; of mails `address` is the person's."""

    kind: str
    shape: str
    address: str
    secret: str
    language: str
    account: str
    reference: str
    path: str
    """Where it leads, below the house's address."""
    at: datetime


def hooks(work: UnitOfWork) -> tuple[Hook, ...]:
    """Those that are switched on, by name. Raises Forbidden for all but administrators and leads."""
    if not work.actor.has(Role.ADMINISTRATOR, Role.LEAD):
        raise Forbidden("Administrators say where notices go.")
    owed = select(func.count()).where(Reach.hook_id == ReachHook.id, Reach.state == "owed").scalar_subquery()
    wrong = (
        select(Reach.last_error)
        .where(Reach.hook_id == ReachHook.id, Reach.state == "owed", Reach.last_error.is_not(None))
        .order_by(Reach.due_at)
        .limit(1)
        .scalar_subquery()
    )
    rows = work.session.execute(
        select(ReachHook, owed.label("waiting"), wrong.label("last_error"))
        .where(ReachHook.active)
        .order_by(func.lower(ReachHook.name), ReachHook.id)
    )
    return tuple(
        Hook(
            row.ReachHook.id,
            row.ReachHook.name,
            row.ReachHook.shape,
            row.ReachHook.host,
            tuple(row.ReachHook.kinds),
            row.ReachHook.reached_at,
            row.ReachHook.failed_at,
            row.ReachHook.trouble or "",
            row.waiting,
            row.last_error or "",
        )
        for row in rows
    )


def mail_choice(work: UnitOfWork) -> frozenset[str]:
    """What the actor has mailed at once."""
    chosen = work.session.scalar(select(Agent.notices).where(Agent.id == work.actor.id))
    return frozenset((chosen or {}).get("mail", ()))


def errand(work: UnitOfWork, reach_id: UUID) -> Errand | None:
    """What to send, and where; None where nobody is there for it any more."""
    row = work.session.execute(
        select(Reach, ReachHook, Agent, Conversation.reference, Account.name.label("account"))
        .outerjoin(ReachHook, ReachHook.id == Reach.hook_id)
        .outerjoin(Agent, Agent.id == Reach.agent_id)
        .outerjoin(Conversation, Conversation.id == Reach.conversation_id)
        .outerjoin(Account, Account.id == Conversation.account_id)
        .where(Reach.id == reach_id)
    ).one()
    one, hook, agent = row.Reach, row.ReachHook, row.Agent
    path = "/notices"
    if one.conversation_id is not None:
        path = f"/c/{one.conversation_id}"
    elif one.gathering_id is not None:
        path = f"/gatherings/{one.gathering_id}"
    said = (row.account or "", row.reference or "", path, one.at)
    if hook is not None:
        if not hook.active:
            return None
        language = work.session.scalars(select(Organisation.language)).one()
        return Errand(
            one.kind,
            hook.shape,
            work.sealer.open(hook.address_sealed, f"reach_hook:{hook.id}:address").decode(),
            work.sealer.open(hook.secret_sealed, f"reach_hook:{hook.id}:secret").decode(),
            language,
            *said,
        )
    if agent is None or not agent.active or agent.left_at is not None:
        return None
    return Errand(one.kind, "", agent.email, "", agent.language, *said)
