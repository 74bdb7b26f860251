"""What the back office sees: the questions put to the person's own units, and of a conversation what belongs to one.

The citizen has no name and no handle here, since no unit needs one to know when a road is cleared; the private part is
left out unless whoever asked gave it along. What it must not do: show a question of another unit (it looks as if it did
not exist), or a national number unmasked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, select

from inbox.domain.actors import Role
from inbox.domain.delivery import DeliveryState
from inbox.domain.errors import Forbidden, NotFound
from inbox.domain.personal_data import mask
from inbox.domain.silo import OPEN_TICKETS
from inbox.domain.silo_remarks import waited
from inbox.models import Account, Agent, Conversation, Delivery, Message, Revision, Silo, SiloAnswer, SiloTicket
from inbox.models.silo import silo_member
from inbox.queries import silo_remarks
from inbox.queries.complaints_beside import complained_of
from inbox.queries.due import Due
from inbox.queries.inbox_rows import Chosen
from inbox.queries.silo_remarks import Remark
from inbox.queries.terms import opening_hours
from inbox.uow import UnitOfWork

MOST = 100
"""Questions in one list. Of what is answered these are the newest."""
FINISHED = ("solved", "dismissed", "closed")


class Which(StrEnum):
    """The two lists. The names stand in addresses."""

    OPEN = "open"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Row:
    """A question in the list. `due` is none when nothing is owed any more."""

    id: UUID
    number: int
    silo: str
    question: str
    asked_by: str
    asked_at: datetime
    state: str
    due: Due | None


@dataclass(frozen=True, slots=True)
class Questions:
    """One of the lists, and how many stand in the first. `silos` are the person's units."""

    which: Which
    rows: tuple[Row, ...]
    open: int
    silos: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """Something that was said to or by us. `author` is a colleague of ours, empty for the citizen."""

    id: UUID
    author: str
    at: datetime
    text: str
    byline: str
    private: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """What the unit has answered already."""

    id: UUID
    author: str
    at: datetime
    words: str
    late: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """One question with everything that its unit may read."""

    row: Row
    known: str
    promised_until: datetime | None
    channel: str
    shows_private: bool
    reminded_at: datetime | None
    finished: bool
    """The matter is done: an answer is still read, and comes late."""
    said: tuple[Said, ...]
    answers: tuple[Answered, ...]
    remarks: tuple[Remark, ...]
    waited: timedelta
    """How long the unit has waited for us, since it asked something back."""


def questions(work: UnitOfWork, which: Which) -> Questions:
    """Those of the actor's units: what is due first stands first; of what is answered, what was asked last."""
    _back_office_only(work)
    owed = SiloTicket.state.in_(OPEN_TICKETS)
    lines = _lines(work).where(owed if which is Which.OPEN else ~owed).limit(MOST)
    if which is Which.OPEN:
        lines = lines.order_by(SiloTicket.answer_due_at, SiloTicket.id)
    else:
        lines = lines.order_by(SiloTicket.asked_at.desc(), SiloTicket.id.desc())
    found = _rows(work, work.session.execute(lines).all())
    mine = select(silo_member.c.silo_id).where(silo_member.c.agent_id == work.actor.id)
    theirs = (SiloTicket.silo_id.in_(mine), ~complained_of(SiloTicket.conversation_id, work.actor.id))
    count = select(func.count()).select_from(SiloTicket).where(owed, *theirs).scalar_subquery()
    names = select(func.array_agg(Silo.name)).where(Silo.id.in_(mine)).scalar_subquery()
    total, silos = work.session.execute(select(count, names)).one()
    return Questions(which, found, total, tuple(sorted(silos or ())))


def opened(work: UnitOfWork, ticket_id: UUID) -> Opened:
    """One of them. Raises NotFound for a question of another unit, too."""
    _back_office_only(work)
    lines = work.session.execute(_lines(work).where(SiloTicket.id == ticket_id)).all()
    if not lines:
        raise NotFound("There is no such question.")
    (line,) = lines
    ticket: SiloTicket = line.SiloTicket
    answers = work.session.scalars(
        select(SiloAnswer).where(SiloAnswer.ticket_id == ticket.id).order_by(SiloAnswer.at, SiloAnswer.id)
    ).all()
    owed = ticket.state in OPEN_TICKETS
    remarks = silo_remarks.of_one(work, ticket.id, line.silo, open_=owed)
    over = work.now if owed else max((one.at for one in answers), default=work.now)
    return Opened(
        row=_rows(work, lines)[0],
        known=mask(ticket.known),
        promised_until=ticket.promised_until,
        channel=line.channel,
        shows_private=ticket.shows_private,
        reminded_at=ticket.reminded_at,
        finished=line.status in FINISHED,
        said=said(work, ticket),
        answers=tuple(Answered(one.id, one.author, one.at, mask(one.text), one.late) for one in answers),
        remarks=remarks,
        waited=waited(((one.at, one.from_unit) for one in remarks), over),
    )


def _back_office_only(work: UnitOfWork) -> None:
    if not work.actor.has(Role.BACK_OFFICE):
        raise Forbidden("Questions are answered by the back office.")


def _lines(work: UnitOfWork) -> Chosen:
    return (
        select(SiloTicket, Silo.name.label("silo"), Agent.full_name, Conversation.status, Account.channel)
        .join(Silo, Silo.id == SiloTicket.silo_id)
        .join(silo_member, silo_member.c.silo_id == Silo.id)
        .join(Agent, Agent.id == SiloTicket.agent_id)
        .join(Conversation, Conversation.id == SiloTicket.conversation_id)
        .join(Account, Account.id == Conversation.account_id)
        .where(silo_member.c.agent_id == work.actor.id, ~complained_of(SiloTicket.conversation_id, work.actor.id))
    )


def _rows(work: UnitOfWork, lines: Sequence[Any]) -> tuple[Row, ...]:
    hours = opening_hours(work, {line.SiloTicket.calendar_id for line in lines})

    def row(line: Any) -> Row:
        ticket: SiloTicket = line.SiloTicket
        due = None
        if ticket.state in OPEN_TICKETS:
            due = Due("silo", ticket.answer_due_at, ticket.minutes, True, hours[ticket.calendar_id])
        return Row(
            ticket.id,
            ticket.number,
            line.silo,
            mask(ticket.question),
            line.full_name,
            ticket.asked_at,
            ticket.state,
            due,
        )

    return tuple(map(row, lines))


def said(work: UnitOfWork, ticket: SiloTicket) -> tuple[Said, ...]:
    """What stands out there now: the newest wording, and nothing that was taken away or never went out."""
    newest = (
        select(Revision.text)
        .where(Revision.message_id == Message.id, Revision.kind == "edited")
        .order_by(Revision.at.desc(), Revision.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    lines = (
        select(
            Message.id,
            Message.visibility,
            Message.said_at,
            Message.signed_as,
            Agent.full_name,
            func.coalesce(newest, Message.text).label("text"),
        )
        .outerjoin(Agent, Agent.id == Message.agent_id)
        .where(
            Message.conversation_id == ticket.conversation_id,
            ~exists().where(Revision.message_id == Message.id, Revision.kind == "deleted"),
            ~exists().where(Delivery.message_id == Message.id, Delivery.state == DeliveryState.REJECTED),
        )
        .order_by(Message.said_at, Message.received_at, Message.id)
    )
    if not ticket.shows_private:
        lines = lines.where(Message.visibility == "public")
    return tuple(
        Said(
            line.id,
            line.full_name or "",
            line.said_at,
            mask(line.text.removesuffix(line.signed_as or "").rstrip()),
            line.signed_as or "",
            line.visibility == "private",
        )
        for line in work.session.execute(lines)
    )
