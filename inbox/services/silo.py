"""A question goes to the back office, is recalled, or the unit is reminded of it.

A conversation is locked before its questions, everywhere, so that nobody waits for each other in a ring. What this must
not do: choose whom to ask, answer (`silo_answering.py`), or tell the citizen anything but in the agent's own name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from inbox.domain.actors import Role
from inbox.domain.calendar import NeverOpen
from inbox.domain.conversation import Klass, Status
from inbox.domain.delivery import DeliveryState
from inbox.domain.errors import Conflict, Forbidden, Invalid
from inbox.domain.ids import new_id
from inbox.domain.ledger.shapes import EntryType
from inbox.domain.silo import OPEN_TICKETS, TicketState, may_become
from inbox.domain.snoozing import LONGEST
from inbox.models import Conversation, Message, Silo, SiloTicket
from inbox.queries.silo_directory import hours_in_force
from inbox.services import conversations, ledger, notices, replies, silo_drafts, silo_elsewhere, silo_errands, sla
from inbox.services import silo_tickets as tickets
from inbox.uow import UnitOfWork

MODES = ("public", "private")


@dataclass(frozen=True, slots=True)
class Question:
    """What the form says. `line` is what the citizen gets meanwhile in the agent's own name, None: nothing."""

    silo_id: UUID | None
    text: str
    known: str = ""
    promised_until: datetime | None = None
    mode: str = "public"
    shows_private: bool = False
    line: str | None = None
    cause: str = "asked"
    """The ledger's code for why: a rule of the ladder asks in somebody's name."""


def ask(work: UnitOfWork, conversation_id: UUID, version: int, asked: Question) -> UUID:
    """Put a question to a unit; its id. The conversation is held by whoever asks, and waits for the back office.

    Raises Invalid with the field, Conflict when somebody was first or the unit has an open question of this
    conversation already, and for the citizen's line what `replies.reply` raises, with `line` as the field.
    """
    conversation = conversations.opened(work, conversation_id, version)
    if conversation.assignee_id not in (None, work.actor.id) and not work.actor.has(Role.LEAD):
        raise Conflict("A colleague has taken this conversation.")
    silo = _asked_unit(work, asked.silo_id)
    question = tickets.words(asked.text, "question", Invalid("Write what you need to know.", field="question"))
    known = tickets.words(asked.known, "known")
    if asked.mode not in MODES:
        raise Invalid("Choose whether the answer shall be public or private.", field="mode")
    if asked.promised_until is not None and not work.now < asked.promised_until <= work.now + LONGEST:
        raise Invalid("That time is past or more than a year away.", field="promised_until")
    if _open_one(work, conversation.id, silo.id) is not None:
        raise Conflict("A question of this conversation is with %(silo)s already.", silo=silo.name)
    calendar_id, hours = hours_in_force(work, silo.calendar)
    try:
        due = hours.add(work.now, silo.minutes)
    except NeverOpen:
        raise Invalid(
            "The opening hours of %(silo)s never come. Ask an administrator.", field="silo", silo=silo.name
        ) from None
    ticket = SiloTicket(
        id=new_id(),
        conversation_id=conversation.id,
        silo_id=silo.id,
        agent_id=work.actor.id,
        question=question,
        known=known,
        promised_until=asked.promised_until,
        mode=asked.mode,
        shows_private=asked.shows_private,
        state=TicketState.ASKED,
        asked_at=work.now,
        minutes=silo.minutes,
        calendar_id=calendar_id,
        answer_due_at=due,
        delivery=DeliveryState.QUEUED,
    )
    work.session.add(ticket)
    work.session.flush()
    silo_errands.begin(work, ticket, silo)
    conversation.assignee_id = conversation.assignee_id or work.actor.id
    if conversation.klass != Klass.OURS:
        conversation.klass, conversation.klass_rule = Klass.OURS, "by_hand"
    conversations.wait_for_back_office(conversation)
    if asked.line is not None:
        _tell_the_citizen(work, conversation, asked, asked.line)
    if _is_public(work, conversation):
        ledger.record(
            work,
            EntryType.CONVERSATION_ESCALATED,
            ref={"account": conversation.account_id, "conversation": conversation.id},
            values={},
            agent_id=work.actor.id,
            by=_me(work),
            cause=asked.cause,
        )
    conversations.changed(work, conversation, "silo_asked", silo=silo.name, ticket=str(ticket.id))
    sla.follow(work, conversation)
    tickets.tell_the_unit(work, ticket, silo.name, notices.Kind.SILO_ASKED)
    silo_elsewhere.show(work, conversation, ticket, silo)
    return ticket.id


def recall(work: UnitOfWork, conversation_id: UUID, version: int, ticket_id: UUID) -> None:
    """The agent needs the answer no more. Raises Conflict when it has come already."""
    conversation = conversations.looked_at(work, conversation_id, version)
    ticket, silo = tickets.of(work, conversation, ticket_id)
    _recall(work, ticket)
    silo_errands.recall(work, ticket, silo)
    # The last question gone, it is our turn again, if nobody has answered the citizen meanwhile.
    back = conversation.status == Status.ON_HOLD and not _any_open(work, conversation.id)
    if back:
        conversations.back_from_back_office(conversation)
    conversations.changed(work, conversation, "silo_recalled" if back else "silo_recalled_beside", silo=silo.name)
    if back:
        sla.follow(work, conversation)
    tickets.nudge(work, silo.id)


def remind(work: UnitOfWork, conversation_id: UUID, version: int, ticket_id: UUID) -> None:
    """Ask the unit to look at it: its people are told. Raises Conflict when the answer has come already."""
    conversation = conversations.looked_at(work, conversation_id, version)
    ticket, silo = tickets.of(work, conversation, ticket_id)
    if ticket.state not in OPEN_TICKETS:
        raise Conflict("This question is answered or recalled already.")
    ticket.reminded_at = work.now
    silo_errands.remind(work, ticket, silo)
    conversations.changed(work, conversation, "silo_reminded", silo=silo.name)
    tickets.tell_the_unit(work, ticket, silo.name, notices.Kind.SILO_REMINDED)


def decide(work: UnitOfWork, conversation_id: UUID, version: int, ticket_id: UUID, *, come: bool) -> None:
    """The agent has asked the unit whether the question came: it did, or it is sent again."""
    conversation = conversations.looked_at(work, conversation_id, version)
    ticket, silo = tickets.of(work, conversation, ticket_id)
    silo_errands.decide(work, ticket, come=come)
    conversations.changed(work, conversation, "silo_came" if come else "silo_sent_again", silo=silo.name)


def put_in(work: UnitOfWork, conversation_id: UUID, answer_id: UUID, begun: str) -> str:
    """Put an answer to the end of what the actor has `begun`; the way of writing that it belongs to."""
    return silo_drafts.put_in(work, conversations.locked(work, conversation_id), answer_id, begun)


def _recall(work: UnitOfWork, ticket: SiloTicket) -> None:
    if not may_become(TicketState(ticket.state), TicketState.RECALLED):
        raise Conflict("This question is answered or recalled already.")
    ticket.state, ticket.recalled_at = TicketState.RECALLED, work.now
    work.session.flush()


def _tell_the_citizen(work: UnitOfWork, conversation: Conversation, asked: Question, line: str) -> None:
    """A normal answer that says that one is coming: guarded, signed and promised like every other."""
    try:
        replies.reply(
            work,
            conversation.id,
            version=conversation.version,
            visibility=asked.mode,
            body=line,
            holding=True,
            composed=False,
        )
    except Invalid as error:
        raise Invalid(error.sentence, field="line", **error.values) from error


def _asked_unit(work: UnitOfWork, silo_id: UUID | None) -> Silo:
    found = work.session.get(Silo, silo_id) if silo_id is not None else None
    if found is None or not found.active:
        raise Invalid("Choose whom to ask.", field="silo")
    return found


def _open_one(work: UnitOfWork, conversation_id: UUID, silo_id: UUID) -> UUID | None:
    return work.session.scalar(
        select(SiloTicket.id).where(
            SiloTicket.conversation_id == conversation_id,
            SiloTicket.silo_id == silo_id,
            SiloTicket.state.in_(OPEN_TICKETS),
        )
    )


def _any_open(work: UnitOfWork, conversation_id: UUID) -> bool:
    return (
        work.session.scalar(
            select(SiloTicket.id)
            .where(SiloTicket.conversation_id == conversation_id, SiloTicket.state.in_(OPEN_TICKETS))
            .limit(1)
        )
        is not None
    )


def _is_public(work: UnitOfWork, conversation: Conversation) -> bool:
    public = select(Message.id).where(Message.conversation_id == conversation.id, Message.visibility == "public")
    return work.session.scalar(public.limit(1)) is not None


def _me(work: UnitOfWork) -> UUID:
    if work.actor.id is None:
        raise Forbidden("Only a person asks the back office.")
    return work.actor.id
