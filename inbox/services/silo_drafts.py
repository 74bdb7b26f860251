"""What the back office answered, laid before whoever has the conversation as a draft.

Words that the agent has begun are never written over: then the answer waits beside them, and one button puts it in. A
national number in it stays masked there, too: a draft is one key away from everybody's eyes.
What this must not do: send anything, or lay words in public that the unit wants said in private alone.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import exists, select, update

from inbox.domain.errors import Conflict, NotFound
from inbox.domain.personal_data import mask
from inbox.domain.silo import TicketState
from inbox.domain.text import clean
from inbox.models import Conversation, Message, Revision, SiloAnswer, SiloTicket
from inbox.models.arrays import among
from inbox.services import drafts
from inbox.uow import UnitOfWork


def lay(work: UnitOfWork, conversation: Conversation) -> None:
    """Lay what has come back and is not used before whoever has the conversation, if anybody has.

    Late answers are only shown, and so is what the citizen has been answered without.
    """
    holder = conversation.assignee_id
    if holder is None:
        return
    answered = exists().where(
        Message.conversation_id == SiloTicket.conversation_id,
        Message.direction == "out",
        Message.visibility == SiloTicket.mode,
        Message.holding.is_(False),
        Message.said_at >= SiloAnswer.at,
        ~exists().where(Revision.message_id == Message.id, Revision.kind == "deleted"),
    )
    waiting = work.session.execute(
        select(SiloAnswer, SiloTicket.mode)
        .join(SiloTicket, SiloTicket.id == SiloAnswer.ticket_id)
        .where(
            SiloTicket.conversation_id == conversation.id,
            SiloAnswer.message_id.is_(None),
            SiloAnswer.late.is_(False),
            SiloAnswer.laid_to_id.is_distinct_from(holder),
            ~answered,
        )
        .order_by(SiloAnswer.at, SiloAnswer.id)
    )
    for answer, mode in waiting.all():
        if mode == "public" and not answer.may_be_public:
            continue
        if drafts.offer(work, conversation.id, holder, mode, mask(answer.text)):
            answer.laid_to_id, answer.laid_at = holder, work.now


def put_in(work: UnitOfWork, conversation: Conversation, answer_id: UUID, begun: str) -> str:
    """Put an answer to the end of what the actor has begun, in a conversation that the caller holds.

    Returns the way of writing. Raises NotFound, Conflict where a colleague has the conversation or the unit does not
    want it said that way.
    """
    if conversation.assignee_id not in (None, work.actor.id):
        raise Conflict("A colleague has taken this conversation.")
    found = work.session.execute(
        select(SiloAnswer, SiloTicket.mode)
        .join(SiloTicket, SiloTicket.id == SiloAnswer.ticket_id)
        .where(SiloAnswer.id == answer_id, SiloTicket.conversation_id == conversation.id)
    ).one_or_none()
    if found is None:
        raise NotFound("There is no such answer.")
    answer, mode = found
    if mode == "public" and not answer.may_be_public:
        raise Conflict("The back office does not want these words said in public.")
    words = clean(begun).text
    answered = mask(answer.text)
    if answered not in words:
        words = f"{words.rstrip()}\n\n{answered}" if words.strip() else answered
    drafts.keep(work, conversation.id, mode, words)
    answer.laid_to_id, answer.laid_at = work.actor.id, work.now
    return str(mode)


def used(work: UnitOfWork, message: Message) -> None:
    """The actor has answered the citizen: what lay before them that way has become this answer."""
    tickets = select(SiloTicket.id).where(
        SiloTicket.conversation_id == message.conversation_id, SiloTicket.mode == message.visibility
    )
    became = (
        update(SiloAnswer)
        .where(
            SiloAnswer.ticket_id.in_(tickets),
            SiloAnswer.laid_to_id == message.agent_id,
            SiloAnswer.message_id.is_(None),
        )
        .values(message_id=message.id)
        .returning(SiloAnswer.ticket_id)
        .execution_options(synchronize_session=False)
    )
    _become(work, set(work.session.scalars(became)), TicketState.ANSWERED, TicketState.USED)


def taken_back(work: UnitOfWork, message: Message) -> None:
    """That answer does not go out: what it was made of is a draft again."""
    apart = (
        update(SiloAnswer)
        .where(SiloAnswer.message_id == message.id)
        .values(message_id=None)
        .returning(SiloAnswer.ticket_id)
        .execution_options(synchronize_session=False)
    )
    _become(work, set(work.session.scalars(apart)), TicketState.USED, TicketState.ANSWERED)


def _become(work: UnitOfWork, tickets: set[UUID], now: TicketState, then: TicketState) -> None:
    if tickets:
        work.session.execute(
            update(SiloTicket)
            .where(among(SiloTicket.id, tickets), SiloTicket.state == now)
            .values(state=then)
            .execution_options(synchronize_session=False)
        )
