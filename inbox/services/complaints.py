"""A person decides that it is a complaint, or that it is none; and the citizen gets a signed receipt.

What holds then is kept with it: its days, its hours, its deadlines. The receipt is an ordinary answer, guarded, signed
and posted as every other, which only says that an answer is coming. What this must not do: decide anything by words
alone, or say in a thread who decided of a complaint about a colleague.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import exists, func, select

from inbox.domain import complaints
from inbox.domain.actors import Role
from inbox.domain.asking import Because
from inbox.domain.calendar import NeverOpen
from inbox.domain.complaints import Kind, State
from inbox.domain.conversation import Klass
from inbox.domain.errors import Conflict, Invalid
from inbox.domain.ids import new_id
from inbox.models import Account, Complaint, Conversation, ConversationEvent, Message, Revision
from inbox.queries import complaint_rules, countries
from inbox.queries.terms import opening_hours
from inbox.services import (
    canned,
    complaint_ends,
    complaint_routes,
    conversations,
    gathering_members,
    planning,
    replies,
    sla,
)
from inbox.services.replies import Promised
from inbox.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class _Heard:
    """What a citizen said, in its newest words."""

    id: UUID
    text: str
    public: bool
    said_at: datetime


def decide(
    work: UnitOfWork,
    conversation_id: UUID,
    version: int,
    kind: str,
    *,
    about_id: UUID | None = None,
    elsewhere: bool = False,
) -> UUID:
    """It is a complaint of that kind; its id. About staff it says about whom, or that they work `elsewhere`.

    Raises Invalid (`kind`, `about`), Conflict where it is one already or nobody has said anything, and what
    `conversations.opened` raises.
    """
    conversation = conversations.opened(work, conversation_id, version)
    rule = complaint_rules.rules(work)[_kind(kind)]
    about = _about(work, conversation, rule.kind, about_id, elsewhere=elsewhere)
    if complaint_ends.open_one(work, conversation) is not None:
        raise Conflict("This is a complaint already.")
    heard = _heard(work, conversation)
    if not heard or work.actor.id is None:
        raise Conflict("No citizen has said anything here.")
    judged = _judged(work, conversation)
    words = [one for one in heard if complaints.said_by(one.text) and str(one.id) not in judged] or heard[-1:]
    began_at = min(*(one.said_at for one in words), work.now)
    calendar_id, deadlines = _deadlines(work, conversation, began_at, rule)
    found = Complaint(
        id=new_id(),
        conversation_id=conversation.id,
        kind=rule.kind.value,
        about_id=about,
        decided_by_id=work.actor.id,
        began_at=began_at,
        decided_at=work.now,
        public=any(one.public for one in words),
        receipt_days=rule.receipt_days,
        answer_days=rule.answer_days,
        calendar_id=calendar_id,
        receipt_due_at=deadlines.receipt,
        answer_due_at=deadlines.answer,
        state=State.OPEN.value,
    )
    complaint_ends.arm(found)
    work.session.add(found)
    conversation.complaint = rule.kind.value
    if conversation.klass != Klass.OURS:
        conversation.klass, conversation.klass_rule = Klass.OURS, "by_hand"
        conversations.recount(work, conversation)
        sla.follow(work, conversation)
    if conversation.gathering_id is not None:
        gathering_members.decide(work, conversation.gathering_id, [conversation.id], "out", "kind")
        conversation.gathering_id = None
    work.session.flush()
    _say(work, conversation, "complaint", heard, nameless=rule.kind is Kind.STAFF, what=rule.kind.value)
    complaint_routes.send(work, conversation, found, rule)
    return found.id


def deny(work: UnitOfWork, conversation_id: UUID, version: int) -> None:
    """What was said so far is no complaint: it is proposed no more, what is said later may be."""
    conversation = conversations.looked_at(work, conversation_id, version)
    if complaint_ends.open_one(work, conversation) is not None:
        raise Conflict("This is a complaint already.")
    _say(work, conversation, "no_complaint", _heard(work, conversation))


def take_back(work: UnitOfWork, conversation_id: UUID, version: int) -> None:
    """It was none after all. Leads say so, and whoever decided; never whom it is about."""
    conversation = conversations.looked_at(work, conversation_id, version)
    found = complaint_ends.open_one(work, conversation)
    if found is None:
        raise Conflict("There is no open complaint here.")
    if not complaint_ends.lead_may(found, work.actor.id, lead=work.actor.has(Role.LEAD)):
        raise Conflict("A lead takes that back, or whoever decided it.")
    complaint_ends.none(work, conversation, found)
    _say(work, conversation, "no_complaint", _heard(work, conversation), nameless=found.kind == Kind.STAFF)


def wording(work: UnitOfWork, conversation_id: UUID) -> str:
    """The receipt for the open complaint of this conversation, its places filled, to be read and sent."""
    conversation = conversations.visible(work, conversation_id)
    found = complaint_ends.open_one(work, conversation)
    if found is None:
        return ""
    language = work.session.scalars(select(Account.language).where(Account.id == conversation.account_id)).one()
    chosen = countries.chosen(work)
    ways = countries.ready(chosen.pack, chosen.places, language)
    zone = ZoneInfo(opening_hours(work, {found.calendar_id})[found.calendar_id].zone)
    # A day that ends at midnight is the day before that midnight.
    last_day = (found.answer_due_at - timedelta(microseconds=1)).astimezone(zone).date()
    text = complaints.filled(
        complaint_rules.rules(work)[Kind(found.kind)].text(language),
        by=last_day,
        complaint=chosen.pack.complaint.get(language, chosen.pack.complaint["en"]),
        secure=ways[0].text if ways else "",
        language=language,
    )
    return canned.fitted(work, conversation, text)


def receipt(
    work: UnitOfWork,
    conversation_id: UUID,
    version: int,
    *,
    visibility: str,
    body: str,
    because: Because | None = None,
) -> Promised:
    """Say under the actor's name that the complaint was received. Given it is when the platform has it.

    Raises Conflict where there is no open complaint or a receipt stands, and whatever `replies.reply` refuses.
    """
    conversation = conversations.looked_at(work, conversation_id, version)
    found = complaint_ends.open_one(work, conversation)
    if found is None:
        raise Conflict("There is no open complaint here.")
    if found.receipt_id is not None:
        raise Conflict("The citizen has a receipt already.")
    promised = replies.reply(
        work,
        conversation.id,
        version=version,
        visibility=visibility,
        body=body,
        holding=True,
        composed=False,
        because=because,
    )
    found.receipt_id = promised.message_id
    complaint_ends.arm(found)
    conversations.line(work, conversation.id, "complaint_receipt")
    return promised


def _deadlines(
    work: UnitOfWork, conversation: Conversation, began_at: datetime, rule: complaints.Rule
) -> tuple[UUID, complaints.Deadlines]:
    calendar_id = work.session.scalar(select(planning.calendar_in_force(conversation.account_id, work.now)))
    if calendar_id is None:
        raise Conflict("The account has no opening hours. Ask an administrator.")
    try:
        return calendar_id, complaints.deadlines(opening_hours(work, {calendar_id})[calendar_id], began_at, rule)
    except NeverOpen:
        raise Conflict("The opening hours of this account never come. Ask an administrator.") from None


def _kind(given: str) -> Kind:
    if given not in set(Kind):
        raise Invalid("Say what the complaint is about.", field="kind")
    return Kind(given)


def _about(
    work: UnitOfWork, conversation: Conversation, kind: Kind, about_id: UUID | None, *, elsewhere: bool
) -> UUID | None:
    if kind is not Kind.STAFF or (elsewhere and about_id is None):
        return None
    if about_id not in {one.id for one in complaint_rules.about_whom(work, conversation.team_id)}:
        raise Invalid("Choose whom it is about.", field="about")
    return about_id


def _say(
    work: UnitOfWork,
    conversation: Conversation,
    kind: str,
    heard: Sequence[_Heard],
    *,
    nameless: bool = False,
    **data: str,
) -> None:
    """The line in the thread, with the messages that were judged: they are proposed no more."""
    judged = {"judged": [str(one.id) for one in heard if complaints.said_by(one.text)]}
    if nameless:
        complaint_routes.nameless(work, conversation.id, kind, **judged, **data)
    else:
        conversations.line(work, conversation.id, kind, **judged, **data)  # type: ignore[arg-type] # a list is JSON, too
    conversations.changed(work, conversation, None)


def _judged(work: UnitOfWork, conversation: Conversation) -> set[str]:
    """The messages of which somebody has said already whether they complain."""
    lines = work.session.scalars(
        select(ConversationEvent.data).where(
            ConversationEvent.conversation_id == conversation.id,
            ConversationEvent.kind.in_(("complaint", "no_complaint")),
        )
    )
    return {str(id_) for data in lines for id_ in data.get("judged", ())}


def _heard(work: UnitOfWork, conversation: Conversation) -> list[_Heard]:
    """What citizens said there and did not take away, oldest first."""
    newest = (
        select(Revision.text)
        .where(Revision.message_id == Message.id, Revision.kind == "edited")
        .order_by(Revision.at.desc(), Revision.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = work.session.execute(
        select(Message.id, func.coalesce(newest, Message.text).label("text"), Message.visibility, Message.said_at)
        .where(
            Message.conversation_id == conversation.id,
            Message.direction == "in",
            ~exists().where(Revision.message_id == Message.id, Revision.kind == "deleted"),
        )
        .order_by(Message.said_at, Message.received_at, Message.id)
    )
    return [_Heard(row.id, row.text, row.visibility == "public", row.said_at) for row in rows]
