"""One part of an answer as the post office needs it: the words, where to, and in reply to what.

What it must not do: claim anything (`inbox.services.deliveries`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, cast
from uuid import UUID

from sqlalchemy import and_, exists, select, true
from sqlalchemy.orm import aliased

from connectors.kit.contract import OutboundPost, Ref, Visibility
from inbox.domain import asking, personal_data
from inbox.domain.asking import Own
from inbox.domain.countries import pack
from inbox.models import Account, Conversation, Delivery, GuardReason, Identity, Message, Organisation
from inbox.queries import pictures
from inbox.queries.countries import own
from inbox.uow import UnitOfWork

NUMBER: Final = "it holds a national identity number"
UNREASONED: Final = "it holds contact data, an account or a case number, and nobody has said why"


@dataclass(frozen=True, slots=True)
class Parcel:
    """`attempt` is the try that was claimed. `stopped` is why it must not be posted, as `last_error` will say; empty
    where nothing is in the way. Whatever brought it here, the guard is asked again."""

    delivery_id: UUID
    account_id: UUID
    channel: str
    attempt: int
    post: OutboundPost
    stopped: str


def parcel(view: UnitOfWork, delivery_id: UUID) -> Parcel:
    """The part, ready to be posted. Part n+1 answers part n; the first of what answers nobody has nothing above it."""
    answered, previous, first = aliased(Message), aliased(Delivery), aliased(Delivery)
    row = view.session.execute(
        select(
            Delivery,
            Message,
            answered,
            previous,
            first,
            Account.channel,
            Identity,
            Organisation.country,
            Organisation.safe_places,
            exists().where(GuardReason.message_id == Message.id).label("reasoned"),
        )
        .join(Message, Message.id == Delivery.message_id)
        .join(first, and_(first.message_id == Delivery.message_id, first.part == 1))
        .outerjoin(answered, answered.id == Message.in_reply_to_id)
        .join(Account, Account.id == Delivery.account_id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .join(Identity, Identity.id == Conversation.identity_id)
        .join(Organisation, true())
        .outerjoin(previous, previous.id == Delivery.previous_id)
        .where(Delivery.id == delivery_id)
    ).one()
    part, message, asked, before, beginning, channel, identity, country, places, reasoned = row
    shown = pictures.outbound(view, message)
    read = (message.text, *(one.description for one in shown))
    # An outer join may bring nothing, which SQLAlchemy's types don't say.
    earlier, question = cast("Delivery | None", before), cast("Message | None", asked)
    above = Ref(question.external_id or "", question.token) if question else None
    root = Ref(question.root_external_id, question.root_token) if question and question.root_external_id else above
    if question is None and part.part > 1:
        root = Ref(beginning.external_id or "", beginning.token)
    return Parcel(
        delivery_id=part.id,
        account_id=part.account_id,
        channel=channel,
        attempt=part.attempts,
        post=OutboundPost(
            text=part.text,
            visibility=cast("Visibility", message.visibility),
            created_at=part.created_at,
            reply_to=Ref(earlier.external_id, earlier.token) if earlier and earlier.external_id else above,
            root=root,
            recipient=identity.handle if question else "",
            language=message.language or "da",
            pictures=shown if part.part == 1 else (),
        ),
        stopped=_stopped(read, own(pack(country), places), view.now.date(), reasoned=reasoned),
    )


def _stopped(read: tuple[str, ...], of_us: Own, today: date, *, reasoned: bool) -> str:
    """The whole answer, its signature and descriptions, not the part alone: a number may lie over two of them."""
    if personal_data.holds(*read, today=today):
        return NUMBER
    asked = any(asking.look(text, own=of_us, today=today) for text in read)
    return UNREASONED if asked and not reasoned else ""
