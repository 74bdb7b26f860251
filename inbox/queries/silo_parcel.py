"""One errand to a unit outside the house as its target needs it: the question, and of the thread what may leave.

The citizen has no name here, notes are never among it, and national numbers are masked, whoever asks. What it must not
do: claim anything (`inbox.services.silo_sending`), or leave in what a setting leaves out.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select, true

from connectors.kit.target import Errand, Line, Question
from inbox.domain.personal_data import mask
from inbox.domain.silo import citizen
from inbox.models import Account, Agent, Conversation, Organisation, Silo, SiloErrand, SiloTicket
from inbox.queries import silo_desk
from inbox.uow import UnitOfWork

LONGEST_SUBJECT = 70
"""Characters of the question in the subject."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """`attempt` is the try that was claimed."""

    errand_id: UUID
    silo_id: UUID
    target: str
    attempt: int
    question: Question


def parcel(view: UnitOfWork, errand_id: UUID) -> Parcel:
    """The errand, ready to go."""
    errand, ticket, silo, asker, account, place = view.session.execute(
        select(SiloErrand, SiloTicket, Silo, Agent, Account, Organisation.zone)
        .join(SiloTicket, SiloTicket.id == SiloErrand.ticket_id)
        .join(Silo, Silo.id == SiloErrand.silo_id)
        .join(Agent, Agent.id == SiloTicket.agent_id)
        .join(Conversation, Conversation.id == SiloTicket.conversation_id)
        .join(Account, Account.id == Conversation.account_id)
        .join(Organisation, true())
        .where(SiloErrand.id == errand_id)
    ).one()
    spoken, zone = account.language, ZoneInfo(place)
    lines: tuple[Line, ...] = ()
    if silo.sees == "thread" and errand.kind == Errand.ASK:
        lines = tuple(
            Line(one.author or citizen(spoken), one.at.astimezone(zone), one.text, bool(one.author), one.private)
            for one in silo_desk.said(view, ticket)
        )
    asked = mask(ticket.question)
    first = asked.strip().splitlines()[0]
    return Parcel(
        errand_id=errand.id,
        silo_id=silo.id,
        target=silo.target,
        attempt=errand.attempts,
        question=Question(
            number=ticket.number,
            errand=Errand(errand.kind),
            subject=first if len(first) <= LONGEST_SUBJECT else first[: LONGEST_SUBJECT - 1].rstrip() + "…",
            text=asked,
            known=mask(ticket.known),
            promised_until=ticket.promised_until.astimezone(zone) if ticket.promised_until else None,
            answer_due_at=ticket.answer_due_at.astimezone(zone),
            asked_by=asker.full_name,
            language=spoken,
            lines=lines,
            # Another way than the question went knows it by another name.
            external_id=ticket.external_id if ticket.target == silo.target else None,
            may_be_public=ticket.mode == "public",
        ),
    )
