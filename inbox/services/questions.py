"""What an answer needs to know of what it answers, read in one statement.

Why it exists: whoever answers waits for every round trip. What it must not do: lock (the caller holds the
conversation), or judge whether one may answer so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, String, Uuid, bindparam, exists, select, true
from sqlalchemy.orm import aliased

from inbox.domain.conversation import Klass
from inbox.models import (
    Account,
    Agent,
    Conversation,
    Message,
    Notice,
    Organisation,
    Picture,
    Signature,
    SiloAnswer,
    SiloTicket,
)
from inbox.preparing import PREPARED
from inbox.queries import charters, unanswered
from inbox.queries.releasing import sensitive_tag
from inbox.services import guard
from inbox.services.agents import Signer
from inbox.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Question:
    """`newest` is the citizen's newest message of that visibility, None where there is none; `waiting_since` what will
    wait for us still when it is answered. `pictured`: the actor has put pictures beside what they write that way;
    `noticed`: they have an unread notice of the conversation; `laid`: an answer of the back office lies in their draft;
    `signer`: who they are, and how they signed last; `watch` is what the guard looks with; `new_here`: a colleague
    releases what the actor answers; `sensitive`: a tag says so of every answer here."""

    account: Account
    newest: UUID | None
    waiting_since: datetime | None
    pictured: bool
    noticed: bool
    laid: bool
    undo_seconds: int
    signer: Signer
    watch: guard.Watch
    new_here: bool
    sensitive: bool


def question(work: UnitOfWork, conversation: Conversation, visibility: str, *, holding: bool) -> Question:
    """What the actor is about to answer that way."""
    asked = {
        "id": conversation.id,
        "visibility": visibility,
        "me": work.actor.id,
        "now": work.now,
        "holding": holding,
        # Whoever answers what a rule called seen or noise makes it work by that.
        "by_hand": conversation.klass_rule == "by_hand" or conversation.klass != Klass.OURS,
    }
    found = work.session.execute(_statement(), asked).one()
    account, newest, waiting, pictured, noticed, laid, undo, charter, country, places, *rest = found
    new_here, sensitive, *signer = rest
    watch = guard.watch(account, charter, country, places)
    return Question(
        account, newest, waiting, pictured, noticed, laid, undo, Signer(*signer), watch, new_here, sensitive
    )


@cache
def _statement() -> Select[*tuple[Any, ...]]:
    """Made once: to put it together costs more than to have it answered."""
    visibility, me = bindparam("visibility", type_=String), bindparam("me", type_=Uuid)
    signed = aliased(Signature)
    last = (
        select(signed.id)
        .where(signed.agent_id == me, signed.account_id == Conversation.account_id)
        .order_by(signed.created_at.desc(), signed.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    newest = (
        select(Message.id)
        .where(Message.conversation_id == Conversation.id, Message.direction == "in", Message.visibility == visibility)
        .order_by(Message.said_at.desc(), Message.received_at.desc(), Message.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    pictured = exists().where(
        Picture.conversation_id == Conversation.id,
        Picture.message_id.is_(None),
        Picture.agent_id == me,
        Picture.visibility == visibility,
    )
    noticed = exists().where(Notice.agent_id == me, Notice.conversation_id == Conversation.id, Notice.read_at.is_(None))
    laid = exists().where(
        SiloTicket.conversation_id == Conversation.id,
        SiloAnswer.ticket_id == SiloTicket.id,
        SiloAnswer.laid_to_id == me,
        SiloAnswer.message_id.is_(None),
    )
    return (
        select(
            Account,
            newest,
            unanswered.oldest(Conversation.id, answering=True),
            pictured,
            noticed,
            laid,
            Organisation.undo_seconds,
            charters.words_in_force(Account.id),
            Organisation.country,
            Organisation.safe_places,
            Agent.two_keys,
            sensitive_tag(),
            Agent.active,
            Agent.public_name,
            Organisation.name,
            Signature,
        )
        .select_from(Conversation)
        .join(Account, Account.id == Conversation.account_id)
        .join(Agent, Agent.id == me)
        .join(Organisation, true())
        .outerjoin(Signature, Signature.id == last)
        .where(Conversation.id == bindparam("id", type_=Uuid))
        .execution_options(**PREPARED)
    )
