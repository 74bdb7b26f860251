"""What became of a part, for everything that hangs on it: its conversation, its clock, the ledger, the parts behind it.

Why it exists: a worker, a look on the platform and a person reach the same ends by different ways, and an end
must mean the same whoever found it. What it must not do: decide which end it is (`deliveries.py`), or take a
lock: the caller holds the conversation and the part.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from connectors.kit.contract import Delivered
from inbox.domain import delivery, own_posts
from inbox.domain.conversation import Status
from inbox.domain.delivery import DeliveryState
from inbox.domain.events import ConversationChanged, DeliveriesDue
from inbox.domain.ledger.shapes import EntryType
from inbox.models import Conversation, Delivery, Message
from inbox.services import accounts, complaint_ends, conversations, ledger, notices, remembering, sla, stopping
from inbox.uow import UnitOfWork


def stands(work: UnitOfWork, one: Delivery, proof: Delivered | None) -> None:
    """The part stands out there. Without `proof` a person said so, and the time is ours."""
    if one.state == DeliveryState.DELIVERED:
        return
    given_up = one.state == DeliveryState.REJECTED
    become(one, DeliveryState.DELIVERED)
    one.lease_until, one.due_at, one.last_error = None, None, None
    # Nothing stands in the future: a platform's clock that is ahead of ours makes no answer late.
    one.delivered_at = min(proof.said_at, work.now) if proof else work.now
    if proof:
        one.external_id, one.token, one.url = proof.ref.external_id, proof.ref.token, proof.url
    message, conversation = _place(work, one)
    if message.kind == own_posts.KIND and one.part == 1 and one.external_id:
        # Now it has a name out there: what citizens write under it has this for its root.
        conversation.root_external_id = one.external_id
    if message.visibility == "public":
        ledger.record(
            work,
            EntryType.REPLY_DELIVERED,
            ref=ledger.about(message),
            values={"text": one.text, "signed_name": one.signed_as, "platform_id": one.external_id or ""},
            part=one.part,
            parts=one.parts,
            at=one.delivered_at,
        )
    if one.part == 1:
        sla.follow(work, conversation, *_where_it_was_said(work, message))
    remembering.remember(work, message.id)
    if given_up:
        _not_ours_after_all(work, conversation)
    if one.part < one.parts:
        work.say(DeliveriesDue())
    tell(work, one)


def again(work: UnitOfWork, one: Delivery, reason: str, after: timedelta | None) -> None:
    """Certainly not taken: wait, at least as long as the platform asked, then try again."""
    if one.tries >= delivery.TRIES_BEFORE_A_PERSON:
        reject(work, one, reason, "tries")
        return
    become(one, DeliveryState.QUEUED)
    one.lease_until, one.last_error = None, reason
    one.due_at = work.now + max(after or timedelta(), delivery.back_off(one.tries))
    if after:
        accounts.hold_back(accounts.get(work, one.account_id), work.now + after)
    tell(work, one)


def reject(work: UnitOfWork, one: Delivery, reason: str, cause: str) -> None:
    """It will not go out, and the parts behind it neither: the conversation is ours again."""
    message, conversation = _place(work, one)
    behind = select(Delivery).where(Delivery.message_id == one.message_id, Delivery.part > one.part).with_for_update()
    for part in (one, *work.session.scalars(behind)):
        become(part, DeliveryState.REJECTED)
        part.lease_until, part.due_at, part.last_error = None, None, reason
    if message.visibility == "public":
        _note_failure(work, EntryType.REPLY_REJECTED, message, one, cause)
    stopping.word_gone(work, message)
    complaint_ends.word_gone(work, message)
    conversations.turned_back(work, conversation)
    conversations.changed(work, conversation, "rejected")
    notices.tell(work, message.agent_id, notices.Kind.REJECTED, conversation.id)


def doubt(work: UnitOfWork, one: Delivery, reason: str, settle: timedelta) -> None:
    """Perhaps taken. It is looked up when `settle` is over: what was taken may take that long to be seen."""
    become(one, DeliveryState.UNCONFIRMED)
    one.lease_until, one.last_error, one.due_at, one.looks = None, reason, work.now + settle, 0
    message, _ = _place(work, one)
    if message.visibility == "public":
        _note_failure(work, EntryType.REPLY_UNCONFIRMED, message, one, "doubt")
    tell(work, one)


def _not_ours_after_all(work: UnitOfWork, conversation: Conversation) -> None:
    """An answer that was given up stands after all: the citizen has it, and whoever writes another must know."""
    conversations.recount(work, conversation)
    if conversation.waiting_since is None and conversation.status in (Status.NEW, Status.OPEN):
        conversations.answered(work, conversation)
    conversations.changed(work, conversation, None)


def _note_failure(work: UnitOfWork, kind: EntryType, message: Message, one: Delivery, cause: str) -> None:
    ledger.record(work, kind, ref=ledger.about(message), values={}, part=one.part, parts=one.parts, cause=cause)


def _where_it_was_said(work: UnitOfWork, message: Message) -> list[Conversation]:
    """The conversations that were joined to its own since then: their verdicts may hang on it, too."""
    found: list[Conversation] = []
    id_ = message.came_from_id
    while id_ is not None and id_ != message.conversation_id:
        found.append(work.session.get_one(Conversation, id_))
        id_ = found[-1].merged_into_id
    return found


def _place(work: UnitOfWork, one: Delivery) -> tuple[Message, Conversation]:
    """The answer and its conversation, which is locked already."""
    message = work.session.get_one(Message, one.message_id)
    return message, work.session.get_one(Conversation, message.conversation_id)


def tell(work: UnitOfWork, one: Delivery) -> None:
    """Progress is shown at once, but it is nothing that a colleague must have read: no new version."""
    row = work.session.execute(
        select(Conversation.id, Conversation.team_id, Conversation.version)
        .join(Message, Message.conversation_id == Conversation.id)
        .where(Message.id == one.message_id)
    ).one()
    work.say(ConversationChanged(row.id, row.team_id, row.version))


def become(one: Delivery, state: DeliveryState) -> None:
    if not delivery.may_become(DeliveryState(one.state), state):
        raise ValueError(f"a delivery can't go from {one.state} to {state}")
    one.state = state
