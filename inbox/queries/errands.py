"""One deed of moderation as the machine room needs it: which platform, and what it is asked for.

What it must not do: claim (`inbox.services.moderating`).
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from connectors.kit.contract import Deed, DeedKind, Ref
from inbox.domain.moderating import BACK, Kind, State
from inbox.models import Account, Delivery, Identity, Message, Moderation
from inbox.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Errand:
    """`deeds` are asked for in this order, each until the first that is not done; all of them may be repeated."""

    id: UUID
    account_id: UUID
    channel: str
    attempt: int
    lifting: bool
    deeds: tuple[Deed, ...]


def errand(view: UnitOfWork, moderation_id: UUID) -> Errand:
    """What was claimed, ready to be asked for."""
    one, message, channel, author = view.session.execute(
        select(Moderation, Message, Account.channel, Identity.external_id)
        .join(Message, Message.id == Moderation.message_id)
        .join(Account, Account.id == Moderation.account_id)
        .outerjoin(Identity, Identity.id == Moderation.identity_id)
        .where(Moderation.id == moderation_id)
    ).one()
    kind, lifting = Kind(one.kind), one.state == State.LIFTING
    asked = DeedKind(BACK[kind]) if lifting else DeedKind(kind.value)
    at = one.lifted_at if lifting and one.lifted_at else one.at
    post = Ref(message.external_id or "", message.token)
    root = Ref(message.root_external_id, message.root_token) if message.root_external_id else post
    if kind is Kind.DELETE:
        parts = view.session.execute(
            select(Delivery.external_id, Delivery.token)
            .where(Delivery.message_id == message.id, Delivery.external_id.is_not(None))
            # The last part first: what is left meanwhile still reads from its beginning.
            .order_by(Delivery.part.desc())
        )
        deeds = tuple(Deed(asked, at, post=Ref(id_ or "", token), root=root) for id_, token in parts)
    elif kind is Kind.CLOSE:
        deeds = (Deed(asked, at, post=root, root=root),)
    else:
        deeds = (Deed(asked, at, post=post, root=root, author=author or ""),)
    return Errand(one.id, one.account_id, channel, one.attempts, lifting, deeds)
