"""What is at hand when somebody writes in a conversation, read in one statement.

Why it exists: it is asked again with every pause of a hand that types. What it must not do: count, refuse or keep.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Select, Uuid, any_, bindparam, exists, func, or_, select, true
from sqlalchemy.dialects.postgresql import ARRAY

from inbox.domain import signature
from inbox.domain.delivery import DeliveryState
from inbox.domain.errors import NotFound
from inbox.models import Account, Agent, Conversation, Delivery, Draft, Message, Note, Organisation, Picture, Revision
from inbox.preparing import PREPARED
from inbox.queries import charters
from inbox.queries import pictures as seen
from inbox.queries.pictures import Shown
from inbox.queries.releasing import sensitive_tag
from inbox.services import guard, planning
from inbox.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class AtHand:
    """`heard` are the visibilities in which the citizen has spoken; `watch` is what the guard looks with."""

    account: Account
    merged_into_id: UUID | None
    assignee_id: UUID | None
    calendar_id: UUID | None
    name: str
    signed_as: str
    heard: frozenset[str]
    drafts: Mapping[str, tuple[str, datetime]]
    pictures: Mapping[str, tuple[Shown, ...]]
    watch: guard.Watch
    just_said: frozenset[str]
    """The actor's last answer, unsigned, and last note: a count still under way must not make them drafts again.

    What was taken back or rejected is no answer: its words may be written again.
    """
    second_key: bool
    """A colleague would release an answer here."""


def at_hand(work: UnitOfWork, conversation_id: UUID) -> AtHand:
    """All of it in one statement. Raises NotFound, also for a conversation that the actor's teams don't see."""
    asked = {"id": conversation_id, "me": work.actor.id, "teams": list(work.actor.teams), "now": work.now}
    found = work.session.execute(_statement(), asked).one_or_none()
    if found is None:
        raise NotFound("There is no such conversation.")
    (
        merged_into_id,
        assignee_id,
        account,
        public_name,
        organisation,
        spoken,
        texts,
        just_sent,
        just_noted,
        beside,
        calendar_id,
        charter,
        country,
        places,
        second_key,
    ) = found
    return AtHand(
        account=account,
        merged_into_id=merged_into_id,
        assignee_id=assignee_id,
        calendar_id=calendar_id,
        name=public_name or "",
        signed_as=signature.render(account.signature_style, public_name, organisation) if public_name else "",
        heard=frozenset(spoken or ()),
        drafts={mode: (text, datetime.fromisoformat(at)) for mode, (text, at) in (texts or {}).items()},
        pictures=seen.shown(beside, "mode"),
        watch=guard.watch(account, charter, country, places),
        just_said=frozenset({just_sent, just_noted} - {None}),
        second_key=bool(second_key),
    )


@cache
def _statement() -> Select[*tuple[Any, ...]]:
    """Made once: to put it together costs more than to have it answered."""
    me = bindparam("me", type_=Uuid)
    heard = (
        select(func.array_agg(Message.visibility.distinct()))
        .where(Message.conversation_id == Conversation.id, Message.direction == "in")
        .scalar_subquery()
    )
    kept = (
        select(func.jsonb_object_agg(Draft.mode, func.jsonb_build_array(Draft.text, Draft.saved_at)))
        .where(Draft.conversation_id == Conversation.id, Draft.agent_id == me)
        .scalar_subquery()
    )
    sent = (
        select(func.rtrim(func.left(Message.text, -func.length(Message.signed_as)), "\n "))
        .where(
            Message.conversation_id == Conversation.id,
            Message.agent_id == me,
            ~exists().where(Revision.message_id == Message.id, Revision.kind == "deleted"),
            ~exists().where(Delivery.message_id == Message.id, Delivery.state == DeliveryState.REJECTED),
        )
        .order_by(Message.said_at.desc(), Message.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    noted = (
        select(Note.text)
        .where(Note.conversation_id == Conversation.id, Note.agent_id == me)
        .order_by(Note.at.desc(), Note.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    beside = seen.column(
        Picture.conversation_id == Conversation.id,
        Picture.message_id.is_(None),
        Picture.agent_id == me,
        mode=Picture.visibility,
    )
    return (
        select(
            Conversation.merged_into_id,
            Conversation.assignee_id,
            Account,
            Agent.public_name,
            Organisation.name,
            heard,
            kept,
            sent,
            noted,
            beside,
            planning.calendar_in_force(Account.id, bindparam("now", type_=DateTime(timezone=True))),
            charters.words_in_force(Account.id),
            Organisation.country,
            Organisation.safe_places,
            or_(Agent.two_keys, sensitive_tag()),
        )
        .join(Account, Account.id == Conversation.account_id)
        .join(Agent, Agent.id == me)
        .join(Organisation, true())
        .where(
            Conversation.id == bindparam("id", type_=Uuid),
            Conversation.team_id == any_(bindparam("teams", type_=ARRAY(Uuid))),
        )
        .execution_options(**PREPARED)
    )
