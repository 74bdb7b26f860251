"""The questions of one conversation and what came back, as the desk shows them beside the thread.

They are read along with the conversation itself, so that opening one costs no statement more. What it must not do: show
an unmasked national number, or be asked by anybody but the desk (`silo_desk.py` has what a unit sees).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, case, exists, func, select
from sqlalchemy.orm import aliased

from inbox.domain.delivery import DeliveryState
from inbox.domain.personal_data import mask
from inbox.domain.silo import OPEN_TICKETS
from inbox.domain.silo_remarks import waited
from inbox.models import Account, Agent, Conversation, Message, Silo, SiloAnswer, SiloErrand, SiloTicket
from inbox.queries import silo_remarks
from inbox.queries.silo_remarks import Remark
from inbox.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Returned:
    """An answer. `laid_to_id` is in whose draft it lies, `mode` the way of writing that it was asked for."""

    id: UUID
    silo: str
    author: str
    at: datetime
    words: str
    mode: str
    may_be_public: bool
    late: bool
    laid_to_id: UUID | None
    used: bool
    attachments: tuple[str, ...] = ()
    """Their names; they stay with the unit."""
    not_ours: bool = False
    final: bool = True

    @property
    def fits(self) -> bool:
        """Whether it may become an answer that way at all."""
        return self.mode == "private" or self.may_be_public


@dataclass(frozen=True, slots=True)
class Put:
    """A question that was put to a unit."""

    id: UUID
    number: int
    silo: str
    asked_by: str
    asked_at: datetime
    state: str
    question: str
    known: str
    promised_until: datetime | None
    shows_private: bool
    seen_at: datetime | None
    reminded_at: datetime | None
    answer_due_at: datetime
    answers: tuple[Returned, ...]
    delivery: str = "delivered"
    """How far it has come on its way, in the words of `inbox.domain.delivery`."""
    trouble: str = ""
    """Why it has not come, or why the unit can't be reached now: one English sentence."""
    remarks: tuple[Remark, ...] = ()

    def waited(self, now: datetime) -> timedelta:
        """How long the unit has waited for us, since it asked something back."""
        over = max((one.at for one in self.answers), default=now)
        return waited(((one.at, one.from_unit) for one in self.remarks), now if self.open else over)

    @property
    def open(self) -> bool:
        """Whether an answer is owed."""
        return self.state in OPEN_TICKETS


@dataclass(frozen=True, slots=True)
class Ground:
    """What a question begins from: how the citizen wrote last, in which ways at all, and the channel's language."""

    mode: str
    ways: frozenset[str]
    language: str


def column() -> ScalarSelect[Any]:
    """The questions of the statement's conversation, as `put` reads them."""
    by = aliased(Agent)
    answers = (
        select(
            func.jsonb_agg(
                func.jsonb_build_object(
                    "id", SiloAnswer.id, "author", SiloAnswer.author, "at", SiloAnswer.at, "words", SiloAnswer.text,
                    "may_be_public", SiloAnswer.may_be_public, "late", SiloAnswer.late,
                    "laid_to_id", SiloAnswer.laid_to_id, "used", SiloAnswer.message_id.is_not(None),
                    "attachments", SiloAnswer.attachments, "not_ours", SiloAnswer.not_ours, "final", SiloAnswer.final,
                )
            )
        )
        .where(SiloAnswer.ticket_id == SiloTicket.id)
        .scalar_subquery()
    )  # fmt: skip
    ticket = func.jsonb_build_object(
        "id", SiloTicket.id, "number", SiloTicket.number, "silo", Silo.name, "asked_by", by.full_name,
        "asked_at", SiloTicket.asked_at, "state", SiloTicket.state, "question", SiloTicket.question,
        "known", SiloTicket.known, "promised_until", SiloTicket.promised_until, "mode", SiloTicket.mode,
        "shows_private", SiloTicket.shows_private, "seen_at", SiloTicket.seen_at,
        "reminded_at", SiloTicket.reminded_at, "answer_due_at", SiloTicket.answer_due_at, "answers", answers,
        "delivery", _delivery(),
        "trouble", func.coalesce(SiloTicket.last_error, Silo.health, Silo.last_error, ""),
        "remarks", silo_remarks.column(),
    )  # fmt: skip
    return (
        select(func.jsonb_agg(ticket))
        .select_from(SiloTicket)
        .join(Silo, Silo.id == SiloTicket.silo_id)
        .join(by, by.id == SiloTicket.agent_id)
        .where(SiloTicket.conversation_id == Conversation.id)
        .correlate(Conversation)
        .scalar_subquery()
    )


def _delivery() -> ColumnElement[str]:
    """How far it has come; a reminder or a recall that nobody can tell of is decided in the same place."""
    doubtful = exists().where(
        SiloErrand.ticket_id == SiloTicket.id, SiloErrand.state == DeliveryState.NEEDS_HUMAN.value
    )
    return case((doubtful, DeliveryState.NEEDS_HUMAN.value), else_=SiloTicket.delivery)


def put(found: Sequence[Mapping[str, Any]] | None) -> tuple[Put, ...]:
    """What `column` brought, newest question first."""
    made = (
        Put(
            id=UUID(one["id"]),
            number=one["number"],
            silo=one["silo"],
            asked_by=one["asked_by"],
            asked_at=datetime.fromisoformat(one["asked_at"]),
            state=one["state"],
            question=mask(one["question"]),
            known=mask(one["known"]),
            promised_until=_instant(one["promised_until"]),
            shows_private=one["shows_private"],
            seen_at=_instant(one["seen_at"]),
            reminded_at=_instant(one["reminded_at"]),
            answer_due_at=datetime.fromisoformat(one["answer_due_at"]),
            answers=tuple(
                sorted((_returned(one, answer) for answer in one["answers"] or ()), key=lambda it: (it.at, it.id))
            ),
            delivery=one["delivery"],
            trouble=one["trouble"],
            remarks=silo_remarks.remarks(one["remarks"], one["silo"], open_=one["state"] in OPEN_TICKETS),
        )
        for one in found or ()
    )
    return tuple(sorted(made, key=lambda it: (it.asked_at, it.id), reverse=True))


def ground(work: UnitOfWork, conversation_id: UUID) -> Ground:
    """For a conversation that the caller may see."""
    said = select(Message.visibility).where(Message.conversation_id == conversation_id, Message.direction == "in")
    last = said.order_by(Message.said_at.desc(), Message.received_at.desc(), Message.id.desc()).limit(1)
    private = exists().where(Message.conversation_id == conversation_id, Message.visibility == "private")
    public = exists().where(Message.conversation_id == conversation_id, Message.visibility == "public")
    mode, has_private, has_public, language = work.session.execute(
        select(last.scalar_subquery(), private, public, Account.language)
        .select_from(Conversation)
        .join(Account, Account.id == Conversation.account_id)
        .where(Conversation.id == conversation_id)
    ).one()
    ways = {way for way, there in (("private", has_private), ("public", has_public)) if there}
    return Ground(mode or "public", frozenset(ways), language)


def _returned(ticket: Mapping[str, Any], one: Mapping[str, Any]) -> Returned:
    return Returned(
        id=UUID(one["id"]),
        silo=ticket["silo"],
        author=one["author"],
        at=datetime.fromisoformat(one["at"]),
        words=mask(one["words"]),
        mode=ticket["mode"],
        may_be_public=one["may_be_public"],
        late=one["late"],
        laid_to_id=UUID(one["laid_to_id"]) if one["laid_to_id"] else None,
        used=one["used"],
        attachments=tuple(one["attachments"]),
        not_ours=one["not_ours"],
        final=one["final"],
    )


def _instant(given: str | None) -> datetime | None:
    return datetime.fromisoformat(given) if given else None
