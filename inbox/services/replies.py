"""Answering: promised, signed and split here; posted later by the deliver worker.

Who signs is the actor of the unit of work: no name reaches this module from outside. Nothing is posted
here, and nothing is half done: either the message, all its deliveries and its ledger entry stand, or
nothing does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import select

from connectors.kit.contract import Connector
from inbox.domain import placeholders, signature
from inbox.domain.asking import Because
from inbox.domain.conversation import Klass
from inbox.domain.delivery import DeliveryState
from inbox.domain.errors import Conflict, Forbidden, Invalid
from inbox.domain.events import DeliveriesDue
from inbox.domain.ids import new_id
from inbox.domain.ledger.shapes import EntryType
from inbox.domain.releasing import Why
from inbox.domain.text import clean
from inbox.models import Account, Delivery, Message
from inbox.services import (
    accounts,
    agents,
    canned,
    conversations,
    drafts,
    guard,
    ledger,
    notices,
    pictures,
    planning,
    questions,
    releasing,
    silo_drafts,
)
from inbox.services.questions import Question
from inbox.uow import UnitOfWork

LONGEST = 100_000
"""Characters. Far above what any platform takes in parts; a longer text is a mistake."""

_OVER = {DeliveryState.REJECTED, DeliveryState.WITHDRAWN}


@dataclass(frozen=True, slots=True)
class Promised:
    """An answer on its way, and until when it can be undone."""

    message_id: UUID
    parts: int
    undo_seconds: int


def reply(
    work: UnitOfWork,
    conversation_id: UUID,
    *,
    version: int,
    visibility: str,
    body: str,
    holding: bool = False,
    planned_for: datetime | None = None,
    also: Sequence[UUID] = (),
    described: Mapping[UUID, str] = MappingProxyType({}),
    composed: bool = True,
    because: Because | None = None,
    after: datetime | None = None,
) -> Promised:
    """Promise an answer under the actor's own name. `holding`: it only says that an answer is coming.

    `planned_for`: it goes out then, when we open next; `also`: canned answers whose deeds are done with it;
    `described`: the pictures that stood beside it, with their descriptions; `composed`: it was written in the composer,
    so that the draft and the pictures there are used up by it; `because`: why what is asked about may stand in it;
    `after`: it goes out then at the earliest, since many do and a platform has its pace.
    The caller keeps the text as a draft when this raises: Conflict when somebody was first, Invalid when it can't go
    out as it is, Forbidden when the actor does not sign.
    """
    conversation = conversations.looked_at(work, conversation_id, version)
    if conversation.assignee_id not in (None, work.actor.id):
        raise Conflict("A colleague has taken this conversation.")
    question = questions.question(work, conversation, visibility, holding=holding)
    account = question.account
    connector = accounts.silent_connector(work, account)
    words = sendable(body)
    answered = _answered(question, visibility, connector)
    signed = agents.signature_for(work, account, question.signer)
    beside = tuple(described.values()) if composed else ()
    looked = guard.look(question.watch, words, signed.signed_as, beside, work.now.date())
    if looked.stopped:
        raise Invalid(guard.NUMBER, field="body")
    parts = parts_of(words, signed.signed_as, connector)
    undo = question.undo_seconds
    deeds = canned.deeds(work, also)
    held = releasing.needed(work, question, deeds.tags)
    if planned_for is not None:
        if conversation.acute_at is not None:
            raise Conflict("What may be acute is not put off. Decide first whether it is.")
        _when_we_open(work, account, planned_for)
        if deeds.solve:
            raise Invalid("What goes out later can't solve the conversation now. Take that out, or send it now.")

    message = Message(
        id=new_id(),
        conversation_id=conversation.id,
        account_id=account.id,
        direction="out",
        visibility=visibility,
        agent_id=work.actor.id,
        kind="answer",
        text=signature.sign(words, signed.signed_as),
        holding=holding,
        language=account.language,
        said_at=work.now,
        received_at=work.now,
        planned_for=planned_for,
        in_reply_to_id=answered,
        signature_id=signed.id,
        signed_as=signed.signed_as,
    )
    if visibility == "public":
        message.entry_id = ledger.record(
            work,
            EntryType.REPLY_APPROVED,
            ref=ledger.about(message),
            values={"text": message.text, "author": str(work.actor.id), "signed_name": signed.signed_as},
            agent_id=work.actor.id,
        )
    work.session.add(message)
    work.session.flush()
    guard.keep(work, message, looked.asked, because)
    if composed and (question.pictured or described):
        pictures.promise(work, message, described, connector)
    at_once = work.now + timedelta(seconds=undo)
    promise(work, message, parts, due_at=planned_for or max(at_once, after or at_once), held=held)

    if conversation.klass != Klass.OURS:
        conversation.klass, conversation.klass_rule = Klass.OURS, "by_hand"
    conversation.waiting_since = question.waiting_since
    conversations.answered(work, conversation, holding=holding)
    conversations.assign(work, conversation)
    conversations.changed(work, conversation, None)
    if composed:
        drafts.forget(work, conversation.id, visibility)
    if question.laid and not holding:
        silo_drafts.used(work, message)
    if question.noticed:
        notices.seen(work, conversation.id)
    canned.carry_out(work, conversation, deeds)
    return Promised(message.id, len(parts), undo)


def undo(work: UnitOfWork, message_id: UUID) -> UUID:
    """Take the answer back before any part went out: all parts or none. The words become the draft again.

    Returns the conversation's id. Raises Conflict when a part is on its way already.
    """
    message = work.session.scalars(select(Message).where(Message.id == message_id)).one_or_none()
    conversation = conversations.locked(work, message.conversation_id if message else message_id)
    if message is None or message.agent_id is None or message.agent_id != work.actor.id:
        raise Forbidden("Only the person who signed an answer can undo it.")
    parts = planning.parts_of(work, message.id)
    if not planning.untouched(parts):
        raise Conflict("The answer is already on its way and can't be undone.")
    planning.withdraw(work, message, parts, "undone")
    conversations.turned_back(work, conversation)
    conversations.changed(work, conversation, "undone")
    return conversation.id


def write_again(work: UnitOfWork, message_id: UUID) -> tuple[UUID, str]:
    """Make the words of an answer that does not go out the actor's draft again: rejected, or planned and taken back.

    Those of its parts that stand out there stay there.

    Returns the conversation's id and the way of writing. Raises Conflict when the actor has begun another answer that
    way, which would be lost, or could not answer here.
    """
    message = work.session.scalars(select(Message).where(Message.id == message_id)).one_or_none()
    conversation = conversations.locked(work, message.conversation_id if message else message_id)
    parts = list(
        work.session.scalars(select(Delivery).where(Delivery.message_id == message_id).order_by(Delivery.part))
    )
    over = {DeliveryState.REJECTED} if message is None or message.planned_for is None else _OVER
    if message is None or not any(part.state in over for part in parts):
        raise Conflict("Only an answer that was rejected can be written again.")
    if conversation.assignee_id not in (None, work.actor.id):
        raise Conflict("A colleague has taken this conversation.")
    standing = [part.text for part in parts if part.state == DeliveryState.DELIVERED]
    words = signature.unsaid(message.text, message.signed_as or "", standing, len(parts))
    begun = drafts.begun(work, conversation.id, message.visibility)
    if begun is not None and begun.strip() != words:
        raise Conflict("You have begun another answer here. Send it or empty it, then this one can be written again.")
    drafts.keep(work, conversation.id, message.visibility, words)
    if not standing and work.actor.id is not None:
        pictures.give_back(work, message, work.actor.id)
    return conversation.id, message.visibility


def sendable(body: str) -> str:
    """The text as it may go out, or Invalid with what to do about it."""
    if len(body) > LONGEST:
        raise Invalid("The answer is longer than %(limit)s characters. Make it shorter.", field="body", limit=LONGEST)
    words = clean(body).text.strip()
    if not words:
        raise Invalid("The answer is empty. Write something first.", field="body")
    if waiting := placeholders.left(words):
        raise Invalid("{%(place)s} is still to be filled. Write what belongs there.", field="body", place=waiting[0])
    return words


def _answered(question: Question, visibility: str, connector: Connector) -> UUID:
    """The citizen's newest message that this answers, or why one can't answer that way here."""
    capabilities = connector.capabilities
    if visibility not in ("public", "private"):
        raise Invalid("Choose whether to answer publicly or privately.", field="mode")
    if not (capabilities.replies_public if visibility == "public" else capabilities.replies_private):
        raise Invalid("You can't answer that way on %(platform)s.", field="mode", platform=capabilities.label)
    if question.newest is None:
        raise Invalid(
            "You can't answer privately here, because this person has not written privately."
            if visibility == "private"
            else "You can't answer publicly here, because this person has written only privately.",
            field="mode",
        )
    return question.newest


def parts_of(words: str, signed_as: str, connector: Connector) -> tuple[str, ...]:
    capabilities = connector.capabilities
    try:
        return signature.split(words, signed_as, connector.measure, capabilities.limit, capabilities.threads)
    except signature.TooLong as error:
        raise Invalid(
            "The answer with its signature is %(used)s long; %(platform)s takes %(limit)s. Make it shorter.",
            field="body",
            used=error.used,
            limit=error.limit,
            platform=capabilities.label,
        ) from error


def _when_we_open(work: UnitOfWork, account: Account, planned_for: datetime) -> None:
    """What stood beside the button must still be so: nobody's answer goes out at an hour they did not see."""
    opening = planning.account_opens_at(work, account)
    if opening is None:
        raise Conflict("We have opened meanwhile. Send the answer now.")
    if opening != planned_for:
        raise Conflict("The opening hours have changed. See when the answer would go out, then decide again.")


def promise(work: UnitOfWork, message: Message, parts: tuple[str, ...], *, due_at: datetime, held: Why | None) -> None:
    """`held`: none of it goes out before a colleague has released it, whenever that is."""
    previous: UUID | None = None
    for number, text in enumerate(parts, start=1):
        delivery = Delivery(
            id=new_id(),
            message_id=message.id,
            account_id=message.account_id,
            part=number,
            parts=len(parts),
            previous_id=previous,
            text=text,
            signed_as=message.signed_as,
            state=DeliveryState.HELD if held else DeliveryState.QUEUED,
            created_at=work.now,
            due_at=None if held else due_at,
        )
        work.session.add(delivery)
        work.session.flush()
        previous = delivery.id
    if held:
        releasing.hold(work, message, held)
    elif due_at <= work.now:
        work.say(DeliveriesDue())
