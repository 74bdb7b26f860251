"""One part of an answer as the post office needs it: the words, where to, and in reply to what.

What it must not do: claim anything (`inbox.services.deliveries`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from connectors.kit.contract import OutboundPost, Ref, Visibility
from inbox.models import Account, Conversation, Delivery, Identity, Message
from inbox.queries import pictures
from inbox.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Parcel:
    """`attempt` is the try that was claimed."""

    delivery_id: UUID
    account_id: UUID
    channel: str
    attempt: int
    post: OutboundPost


def parcel(view: UnitOfWork, delivery_id: UUID) -> Parcel:
    """The part, ready to be posted. Part n+1 answers part n."""
    answered, previous = aliased(Message), aliased(Delivery)
    row = view.session.execute(
        select(Delivery, Message, answered, previous, Account.channel, Identity)
        .join(Message, Message.id == Delivery.message_id)
        .join(answered, answered.id == Message.in_reply_to_id)
        .join(Account, Account.id == Delivery.account_id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .join(Identity, Identity.id == Conversation.identity_id)
        .outerjoin(previous, previous.id == Delivery.previous_id)
        .where(Delivery.id == delivery_id)
    ).one()
    part, message, asked, before, channel, identity = row
    asked_ref = Ref(asked.external_id or "", asked.token)
    root = Ref(asked.root_external_id, asked.root_token) if asked.root_external_id else asked_ref
    # An outer join may bring nothing, which SQLAlchemy's types don't say.
    earlier = cast("Delivery | None", before)
    return Parcel(
        delivery_id=part.id,
        account_id=part.account_id,
        channel=channel,
        attempt=part.attempts,
        post=OutboundPost(
            text=part.text,
            visibility=cast("Visibility", message.visibility),
            created_at=part.created_at,
            reply_to=Ref(earlier.external_id, earlier.token) if earlier and earlier.external_id else asked_ref,
            root=root,
            recipient=identity.handle,
            language=message.language or "da",
            pictures=pictures.outbound(view, message) if part.part == 1 else (),
        ),
    )
